"""取込み: a checked file into the register; who is held back stays out whole, everyone else goes in.

A file, with the same people held back, is one run of the load: broken off, it goes on; given again, it adds nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import polars as pl

from yakuba.exchange.standard_files.check import Checked
from yakuba.exchange.standard_files.comparing import Compared, compare, only
from yakuba.exchange.standard_files.findings import CellFinding
from yakuba.exchange.standard_files.parts import people
from yakuba.exchange.standard_files.reading import BLOCK_ROWS
from yakuba.kernel.findings import Finding
from yakuba.registers.access.door import Access
from yakuba.registers.residents.commands.load import load
from yakuba.registers.residents.frames import TownPart

Known = Callable[[list[str]], TownPart]
"""From 宛名番号 to what the register has of them; people it does not know are not in the part."""
Progress = Callable[[int], None]


@dataclass(slots=True)
class Imported:
    """取込みの結果, in people; `findings` are those of the file and those of its comparison with the register."""

    row_count: int
    loaded: int = 0
    longer: int = 0
    unchanged: int = 0
    held_back: int = 0
    findings: list[Finding] = field(default_factory=list)


def import_people(
    checked: Checked, *, access: Access, known: Known, progress: Progress = lambda _: None, rows: int = BLOCK_ROWS
) -> Imported:
    """取り込む. New people whole; of people already known, the rows that the file has more; other histories are findings.

    `progress` is told the people dealt with so far. Nothing is loaded from a file whose header is unusable.
    """
    result = Imported(checked.row_count, findings=list(checked.findings), held_back=len(checked.held))
    if not checked.is_usable:
        return result
    differing: list[CellFinding] = []
    done = 0

    def part(frame: pl.DataFrame) -> TownPart:
        nonlocal done
        compared = compare(frame, known(frame["addressee_number"].unique(maintain_order=True).to_list()))
        _count(result, compared)
        differing.extend(compared.differing.values())
        done += frame["addressee_number"].n_unique()
        progress(done)
        return only(frame, compared)

    def parts() -> Iterator[Callable[[], TownPart]]:
        for frame in people(checked, rows=rows):
            yield partial(part, frame)

    load(parts(), access=access, source=source_of(checked))
    result.unchanged = checked.person_count - len(checked.held) - result.loaded - result.longer - len(differing)
    result.held_back += len(differing)
    result.findings += [one.finding for one in sorted(differing, key=lambda one: one.line)]
    return result


def _count(result: Imported, compared: Compared) -> None:
    result.loaded += len(compared.new)
    result.longer += len(compared.longer)


def source_of(checked: Checked) -> str:
    """取込みの名: of the file's bytes and of who is held back, so that a corrected file is another run."""
    digest = hashlib.sha256()
    with checked.path.open("rb") as content:
        while block := content.read(1 << 20):
            digest.update(block)
    digest.update(" ".join(str(number) for number in sorted(checked.held)).encode())
    return f"residents-file:{digest.hexdigest()}"
