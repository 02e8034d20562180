"""給付事業: a benefit as data — who, how much, until when — read, checked and worked out on columns, without a database."""

from .formulas import FACTS, Fact, FactUse, Formula, FormulaError, compiled
from .listing import CASE_SCHEMA, MEMBER_SCHEMA, Listing, listed
from .programme import Condition, Programme, read_programme, read_programmes

__all__ = [
    "CASE_SCHEMA",
    "FACTS",
    "MEMBER_SCHEMA",
    "Condition",
    "Fact",
    "FactUse",
    "Formula",
    "FormulaError",
    "Listing",
    "Programme",
    "compiled",
    "listed",
    "read_programme",
    "read_programmes",
]
