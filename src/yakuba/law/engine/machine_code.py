"""機械語: a written-down program as one pass over people, for tables so long that compiling pays.

Needs llvmlite, which is optional (`requirements/fast.txt`); without it everything is worked out by columns, with the
same answers. There are whole numbers of 64 bits only, and they do what NumPy's do.

People who point at each other part the program into stages: whoever reads another's number comes a stage after it was
worked out. Between stages numbers are kept for each person of the block.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tracing import Operation, Program

Columns = Mapping[str, NDArray[Any]]
_KEPT = 16
"""How many compiled programs stay; one takes a quarter of a second."""
_LINES = {
    **dict.fromkeys(("eq", "ne", "slt", "sle", "sgt", "sge"), "icmp {kind} i64 {0}, {1}"),
    **dict.fromkeys(("smax", "smin"), "call i64 @llvm.{kind}.i64(i64 {0}, i64 {1})"),
    "whole": "zext i1 {0} to i64",
    "select": "select i1 {0}, {form} {1}, {form} {2}",
}
"""How LLVM writes an operation whose name alone does not say it."""


def is_there() -> bool:
    """Whether llvmlite is installed."""
    return find_spec("llvmlite") is not None


class Kernel:
    """機械語にした計算 of one program."""

    def __init__(self, program: Program) -> None:
        source = _Source(program)
        self.inputs, self.wanted = source.inputs, [name for name, _ in program.wanted]
        self.kept, self.sums = len(source.between), source.sums
        self.spare: deque[NDArray[np.int64]] = deque()
        self.engine = _engine(source.text())
        address = self.engine.get_function_address("run")
        self.run = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)(address)

    def over(self, given: Columns, results: Columns) -> Callable[[int, int], None]:
        """What fills the results' rows from one to another, whose people point at nobody else. Other threads go on meanwhile.

        The columns hold int64, or bool where that is yes or no, side by side in memory.
        """
        columns = [*(given[name] for name in self.inputs), *(results[name] for name in self.wanted)]
        addresses = [column.ctypes.data for column in columns]

        def work(start: int, end: int) -> None:
            rows = end - start
            between = self._between(rows)
            places = between.ctypes.data + np.arange(self.kept) * between.strides[0]
            between[: self.sums] = 0
            table = np.array([*addresses, *places], np.int64)
            self.run(table.ctypes.data, start, rows)
            self.spare.append(between)

        return work

    def _between(self, rows: int) -> NDArray[np.int64]:
        """What is kept between stages, as many as work at once: fresh memory costs more than it is filled with."""
        with suppress(IndexError):
            # One place more, for the sums of those who point at nobody.
            if (spare := self.spare.pop()).shape[1] > rows:
                return spare
        return np.empty((self.kept, rows + 1), np.int64)


@lru_cache(_KEPT)
def compiled(program: Program) -> Kernel:
    """機械語にする, once for each program."""
    return Kernel(program)


@cache
def _library() -> Any:
    llvm = import_module("llvmlite.binding")
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm


def _engine(text: str) -> Any:
    llvm = _library()
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3
    )
    module = llvm.parse_assembly(text)
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    options.loop_vectorization = options.slp_vectorization = True
    llvm.create_pass_builder(machine, options).getModulePassManager().run(
        module, llvm.create_pass_builder(machine, options)
    )
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    return engine


class _Source:
    """The program's text in LLVM's language: a function a stage, and `run`, which calls one after the other."""

    def __init__(self, program: Program) -> None:
        self.program, self.operations = program, program.operations
        self.inputs = [str(each.values[0]) for each in self.operations if each.kind == "input"]
        self.stage = self._stages()
        self.columns = {number: at for at, number in enumerate(self._numbers("input"))}
        self.between = self._between()
        self.sums = len(self._numbers("sum"))
        self.first_between = len(self.inputs) + len(program.wanted)
        self.tables: dict[tuple[int | str, ...], str] = {}

    def _numbers(self, kind: str) -> list[int]:
        return [number for number, each in enumerate(self.operations) if each.kind == kind]

    def _stages(self) -> list[int]:
        """The stage in which each operation's number is there: a sum, or another's number, the stage after."""
        stage: list[int] = []
        for each in self.operations:
            taken = [stage[number] for number in each.takes]
            if each.kind == "sum":
                taken = [max(taken) + 1]
            elif each.kind == "other":
                taken[1] += self.operations[each.takes[1]].kind not in {"input", "constant"}
            stage.append(max(taken, default=0))
        return stage

    def everywhere(self, number: int) -> bool:
        """Whether a number is at hand in every stage: a given column or a constant."""
        return self.operations[number].kind in {"input", "constant"}

    def _between(self) -> dict[int, int]:
        """The numbers that are kept for a later stage, each with its place; the sums first."""
        kept: dict[int, None] = dict.fromkeys(self._numbers("sum"))
        for number, each in enumerate(self.operations):
            for at, taken in enumerate(each.takes):
                later = self.worked_out(number) > self.stage[taken] or (each.kind == "other" and at == 1)
                if later and not self.everywhere(taken):
                    kept[taken] = None
        last = max(self.stage)
        for _, number in self.program.wanted:
            if self.stage[number] < last and not self.everywhere(number):
                kept[number] = None
        return {number: at for at, number in enumerate(kept)}

    def worked_out(self, number: int) -> int:
        """The stage in which an operation is done: a sum is there one later than it is added up."""
        return self.stage[number] - (self.operations[number].kind == "sum")

    def text(self) -> str:
        """The whole text."""
        stages = [_Stage(self, which) for which in range(max(self.stage) + 1)]
        functions = [each.text() for each in stages]
        pointers = self.first_between + len(self.between)
        loads = [
            f"  %a{at} = getelementptr ptr, ptr %columns, i64 {at}\n  %p{at} = load ptr, ptr %a{at}"
            for at in range(pointers)
        ]
        passed = ", ".join(f"ptr %p{at}" for at in range(pointers))
        calls = [f"  call void @stage{each.which}({passed}, i64 %start, i64 %rows)" for each in stages]
        run = ["define void @run(ptr %columns, i64 %start, i64 %rows) {", *loads, *calls, "  ret void", "}"]
        tables = [
            f"{name} = private constant [{len(values)} x i64] [{', '.join(f'i64 {value}' for value in values)}]"
            for values, name in self.tables.items()
        ]
        declared = [f"declare i64 @llvm.{kind}.i64(i64, i64)" for kind in ("smax", "smin")]
        return "\n".join([*declared, *tables, *functions, *run]) + "\n"

    def table(self, values: tuple[int | str, ...]) -> str:
        """The name of a table of the law."""
        return self.tables.setdefault(values, f"@table{len(self.tables)}")


class _Stage:
    """One stage: a loop over people."""

    def __init__(self, source: _Source, which: int) -> None:
        self.source, self.which, self.lines = source, which, list[str]()
        self.names: dict[int, str] = {}
        self.count = 0

    def new(self, text: str) -> str:
        """A further line, whose result gets a name."""
        self.count += 1
        self.lines.append(f"  %v{self.count} = {text}")
        return f"%v{self.count}"

    def place(self, column: int, at: str, kind: str) -> str:
        """Where a column holds a person's number."""
        return self.new(f"getelementptr {kind}, ptr %p{column}, i64 {at}")

    def load(self, column: int, at: str, *, byte: bool) -> str:
        """A number out of a column; yes or no where it is kept in a byte."""
        kind = "i8" if byte else "i64"
        found = self.new(f"load {kind}, ptr {self.place(column, at, kind)}")
        return self.new(f"trunc i8 {found} to i1") if byte else found

    def kept(self, number: int, at: str) -> str:
        """A number that an earlier stage kept."""
        found = self.load(self.source.first_between + self.source.between[number], at, byte=False)
        return self.new(f"trunc i64 {found} to i1") if self.source.operations[number].is_flag else found

    def keep(self, number: int, value: str) -> None:
        """Keeps a number for a later stage."""
        if self.source.operations[number].is_flag:
            value = self.new(f"zext i1 {value} to i64")
        where = self.place(self.source.first_between + self.source.between[number], "%i", "i64")
        self.lines.append(f"  store i64 {value}, ptr {where}")

    def value(self, number: int) -> str:
        """The name, in this stage, of an operation's number for the person themselves."""
        operation = self.source.operations[number]
        if operation.kind == "constant":
            return str(operation.values[0])
        if number not in self.names:
            if operation.kind == "input":
                self.names[number] = self.load(self.source.columns[number], "%row", byte=operation.is_flag)
            else:
                self.names[number] = self.kept(number, "%i")
        return self.names[number]

    def operate(self, number: int, operation: Operation) -> None:
        """One operation's lines."""
        kind = operation.kind
        if kind == "sum":
            self._add_up(number, operation)
            return
        self.names[number] = self._of_other(operation) if kind == "other" else self._own(operation)
        if number in self.source.between:
            self.keep(number, self.names[number])

    def _own(self, operation: Operation) -> str:
        """An operation on the person's own numbers."""
        kind, form = operation.kind, "i1" if operation.is_flag else "i64"
        taken = [self.value(each) for each in operation.takes]
        if kind == "floor":
            return self._floor(taken[0], taken[1])
        if kind == "pick":
            table = f"[{len(operation.values)} x i64], ptr {self.source.table(operation.values)}"
            return self.new(f"load i64, ptr {self.new(f'getelementptr {table}, i64 0, i64 {taken[0]}')}")
        return self.new(_LINES.get(kind, "{kind} {form} {0}, {1}").format(*taken, kind=kind, form=form))

    def _floor(self, amount: str, by: str) -> str:
        """Division rounds towards zero; below zero it is one less, unless it comes out even. `by` is positive."""
        quotient = self.new(f"sdiv i64 {amount}, {by}")
        back = self.new(f"mul i64 {quotient}, {by}")
        above = self.new(f"icmp sgt i64 {back}, {amount}")
        return self.new(f"add i64 {quotient}, {self.new(f'sext i1 {above} to i64')}")

    def _position(self, number: int) -> tuple[str, str]:
        """Whether the person points at somebody, and at whom within the block."""
        position = self.value(number)
        return self.new(f"icmp sge i64 {position}, 0"), self.new(f"sub i64 {position}, %start")

    def _add_up(self, number: int, operation: Operation) -> None:
        somebody, other = self._position(operation.takes[0])
        at = self.new(f"select i1 {somebody}, i64 {other}, i64 %rows")
        where = self.place(self.source.first_between + self.source.between[number], at, "i64")
        before = self.new(f"load i64, ptr {where}")
        self.lines.append(f"  store i64 {self.new(f'add i64 {before}, {self.value(operation.takes[1])}')}, ptr {where}")

    def _of_other(self, operation: Operation) -> str:
        position, values, nobody = operation.takes
        somebody, other = self._position(position)
        at = self.new(f"select i1 {somebody}, i64 {other}, i64 %i")
        if self.source.operations[values].kind == "input":
            byte = self.source.operations[values].is_flag
            found = self.load(self.source.columns[values], self.new(f"add i64 {at}, %start"), byte=byte)
        elif self.source.operations[values].kind == "constant":
            found = self.value(values)
        else:
            found = self.kept(values, at)
        form = "i1" if operation.is_flag else "i64"
        return self.new(f"select i1 {somebody}, {form} {found}, {form} {self.value(nobody)}")

    def _results(self) -> None:
        for at, (_, number) in enumerate(self.source.program.wanted):
            is_flag, value = self.source.operations[number].is_flag, self.value(number)
            form = "i8" if is_flag else "i64"
            if is_flag:
                value = self.new(f"zext i1 {value} to i8")
            where = self.place(len(self.source.inputs) + at, "%row", form)
            self.lines.append(f"  store {form} {value}, ptr {where}")

    def text(self) -> str:
        """The stage as a function. Its columns don't overlap, which the optimizer cannot know by itself."""
        for number, operation in enumerate(self.source.operations):
            if not self.source.everywhere(number) and self.source.worked_out(number) == self.which:
                self.operate(number, operation)
        if self.which == max(self.source.stage):
            self._results()
        pointers = ", ".join(
            f"ptr noalias %p{at}" for at in range(self.source.first_between + len(self.source.between))
        )
        head = [
            f"define internal void @stage{self.which}({pointers}, i64 %start, i64 %rows) noinline nounwind {{",
            "entry:", "  br label %loop", "loop:", "  %i = phi i64 [0, %entry], [%next, %loop]",
            "  %row = add i64 %i, %start",
        ]  # fmt: skip
        tail = ["  %next = add nuw nsw i64 %i, 1", "  %done = icmp eq i64 %next, %rows", "  br i1 %done, label %end, label %loop",
                "end:", "  ret void", "}"]  # fmt: skip
        return "\n".join([*head, *self.lines, *tail])
