"""The house's source as the guards read it: files, syntax trees, and texts that are no documentation."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """One Python file; `name` is its place below src/yakuba, with slashes."""

    path: Path
    name: str

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        stamp = self.path.stat()
        return _parsed(self.path, stamp.st_mtime_ns, stamp.st_size)

    @property
    def wing(self) -> str:
        """kernel, law, typesetting, registers, services, exchange, desks or settings."""
        return self.name.partition("/")[0]

    def at(self, node: ast.AST, what: str) -> str:
        """One line of a report."""
        return f"{self.name}:{getattr(node, 'lineno', 0)}: {what}"


@cache
def _parsed(path: Path, _changed: int, _size: int) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def sources(root: Path, *wings: str, migrations: bool = False) -> Iterator[Source]:
    """The Python files of the wings (all of them without one), in order; migrations are written by a program."""
    house = root / "src" / "yakuba"
    for path in sorted(house.rglob("*.py")):
        name = path.relative_to(house).as_posix()
        if (not wings or name.partition("/")[0] in wings) and (migrations or "/migrations/" not in name):
            yield Source(path, name)


@cache
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Everything in the tree."""
    return tuple(ast.walk(tree))


@cache
def texts(tree: ast.Module) -> tuple[tuple[ast.AST, str], ...]:
    """Every text of the code that is not documentation; a formatted one with … for what is filled in."""
    formatted = [node for node in nodes(tree) if isinstance(node, ast.JoinedStr)]
    left_out = {id(part) for node in formatted for part in ast.walk(node)}
    left_out |= {id(node.value) for node in nodes(tree) if isinstance(node, ast.Expr)}
    found: list[tuple[ast.AST, str]] = [
        (node, "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values))
        for node in formatted
    ]
    found += [
        (node, node.value)
        for node in nodes(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out
    ]
    return tuple(found)


@cache
def imports(tree: ast.Module) -> tuple[tuple[ast.AST, str], ...]:
    """Everything imported, by its full dotted name; relative ones are left out."""
    found: list[tuple[ast.AST, str]] = []
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            found += [(node, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found += [(node, f"{node.module}.{alias.name}") for alias in node.names]
    return tuple(found)


@cache
def calls(tree: ast.Module) -> tuple[tuple[ast.Call, str], ...]:
    """Every call with the source text of what is called."""
    return tuple((node, ast.unparse(node.func)) for node in nodes(tree) if isinstance(node, ast.Call))
