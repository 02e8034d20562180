"""法令: the law as data and rules, a library of its own: no Django, no database, no clock.

`docs/law.md` shows it in ten lines. What stands here is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .engine.checking import check
    from .engine.drawing import graph
    from .engine.evaluation import evaluate
    from .engine.explanation import explain
    from .engine.files import evaluate_file
    from .engine.scenario import compare, distribution, totals
    from .rules.resident_tax import resident_tax
    from .rules.retirement_levy import retirement_levy

__all__ = [
    "check",
    "compare",
    "distribution",
    "evaluate",
    "evaluate_file",
    "explain",
    "graph",
    "resident_tax",
    "retirement_levy",
    "totals",
]
_HOMES = {
    "check": "engine.checking",
    "compare": "engine.scenario",
    "distribution": "engine.scenario",
    "evaluate": "engine.evaluation",
    "evaluate_file": "engine.files",
    "explain": "engine.explanation",
    "graph": "engine.drawing",
    "resident_tax": "rules.resident_tax",
    "retirement_levy": "rules.retirement_levy",
    "totals": "engine.scenario",
}


def __getattr__(name: str) -> object:
    """The library's names from where they live."""
    if name not in _HOMES:
        raise AttributeError(f"yakuba.law has no {name}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
