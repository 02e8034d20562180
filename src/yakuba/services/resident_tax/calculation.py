"""賦課の計算: a snapshot becomes what is decided of each person and what each pays when; by columns, nothing is written.

The tax is worked out first, then the part of it that the pension bears (the tax on everything less the tax on all but the
pension, 地方税法321条の7の2), then the instalments of each way of collection.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from yakuba.kernel.findings import Finding, RefusedError, error
from yakuba.law.due_dates import ORDINARY, PENSION, SALARY, resident_tax_due_dates
from yakuba.law.engine.checking import clashes
from yakuba.law.engine.evaluation import evaluate
from yakuba.law.engine.ruleset import RuleSet
from yakuba.law.rules.resident_tax import collection, pension, resident_tax
from yakuba.registers.access.frames import Schema

from .facts import Facts, facts_of
from .snapshot import Snapshot
from .ways import ways_of

Column = NDArray[np.int64]
WORKERS = 2
RELATIONS = ("claimed_spouse", "supporter")
PARTS = ("ordinary_tax", "salary_tax", "pension_tax")
"""年税額 by way of collection, yen."""
INSTALMENT_SCHEMA: Schema = {
    "resident_id": pl.Int64,
    "collection_method": pl.String,
    "instalment_number": pl.Int16,
    "due_on": pl.Date,
    "amount": pl.Int64,
}
_SPLITTING = {collection.__name__, pension.__name__}
_SALARY_MONTHS = ("salary_instalment_june", "salary_instalment_july", *["salary_instalment_later"] * 10)
_PENSION_MONTHS = ("april", "june", "august", "october", "december", "february")
_ORDINARY_COUNT = 4


@dataclass(frozen=True, slots=True)
class Calculation:
    """計算の結果. The rows of `people` (`resident_id`, `payer_number`, `payer_name`) are those of every column of `inputs` and
    `outcome`, all int64, by resident; relations in `inputs` are resident ids, −1 for nobody, −2 for somebody from outside.

    `instalments` has INSTALMENT_SCHEMA, those of 0 yen left out. `findings` are people who cannot be worked out; they are
    not among `people`. `undeclared`: how many there are of whom nothing was reported and whom nobody claims.
    """

    rules: RuleSet
    people: pl.DataFrame
    inputs: dict[str, Column]
    outcome: dict[str, Column]
    instalments: pl.DataFrame
    undeclared: int
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reported:
    """計算に入れる事実: `inputs` as reported, `usable` with those who cannot be worked out at the defaults, a row for each resident
    and then for each outside relative; `chosen` are the rows of the residents who are decided."""

    facts: Facts
    inputs: dict[str, Column]
    usable: dict[str, Column]
    chosen: Column
    undeclared: int
    findings: list[Finding]


def calculate(snapshot: Snapshot, municipality: str) -> Calculation:
    """賦課の計算 of everybody in the snapshot, by the law of its 年度 and the municipality's ordinances.

    Raises RefusedError where an ordinance has more instalments of 普通徴収 than there are rules for.
    """
    rules = resident_tax(snapshot.fiscal_year, municipality)
    if (count := rules.parameters["ordinary_instalment_count"].origin.whole()) > _ORDINARY_COUNT:
        message = f"納期が{count}回の普通徴収は、まだ計算できません。"
        raise RefusedError([error("instalment-count", message, f"納期の数は{_ORDINARY_COUNT}までにしてください。")])
    reported = reported_of(snapshot, rules)
    facts, inputs, safe = reported.facts, reported.inputs, reported.usable
    ways = ways_of(snapshot.residents, snapshot.reports, snapshot.last_year, fiscal_year=snapshot.fiscal_year)
    outcome = _taxed(rules, safe)
    rows = snapshot.residents.height
    parts = _parts(rules, safe, outcome, ways)
    outcome = {name: column[:rows] for name, column in outcome.items()} | parts
    own = {**{name: column[:rows] for name, column in inputs.items()}, **_withholding(ways)}
    outcome |= _split(rules, own, outcome, parts)
    chosen = reported.chosen
    outcome = {name: np.asarray(column, np.int64)[chosen] for name, column in outcome.items()}
    people = ways.select("resident_id", "payer_number", "payer_name")[chosen]
    return Calculation(
        rules,
        people,
        {name: column[chosen] for name, column in (own | _by_resident(inputs, facts, rows)).items()},
        outcome,
        _instalments(people["resident_id"], outcome, snapshot.fiscal_year, municipality),
        reported.undeclared,
        reported.findings,
    )


def reported_of(snapshot: Snapshot, rules: RuleSet) -> Reported:
    """計算に入れる事実 of everybody in the snapshot; nothing is worked out yet."""
    facts = facts_of(snapshot.residents, snapshot.reports, snapshot.relatives, fiscal_year=snapshot.fiscal_year)
    inputs = {name: facts.inputs[name].to_numpy() for name in facts.inputs.columns if name != "resident_id"}
    held, findings = _held(rules, facts, inputs)
    rows = snapshot.residents.height
    known = _known(snapshot, inputs, rows)
    return Reported(
        facts,
        inputs,
        {name: np.where(held, rules.inputs[name].default, column) for name, column in inputs.items()},
        np.flatnonzero(known & ~held[:rows]),
        int((~known).sum()),
        [*facts.findings, *findings],
    )


def _taxed(rules: RuleSet, inputs: dict[str, Column]) -> dict[str, Column]:
    """Every quantity up to the annual tax, for every row."""
    wanted = [name for name, each in rules.rules.items() if each.function.__module__ not in _SPLITTING]
    return evaluate(rules, inputs, wanted, workers=WORKERS)


def _parts(
    rules: RuleSet, inputs: dict[str, Column], outcome: dict[str, Column], ways: pl.DataFrame
) -> dict[str, Column]:
    """年税額 by way of collection: the pension's part first, then the salary, or else 普通徴収."""
    rows = ways.height
    annual = outcome["annual_tax"][:rows]
    withheld = ways["pension_withheld"].to_numpy() & (annual > 0) & (inputs["pension_revenue"][:rows] > 0)
    on_pension = np.where(withheld, annual, 0)
    mixed = np.flatnonzero(withheld & (outcome["total_income"][:rows] > outcome["pension_income"][:rows]))
    if len(mixed):
        on_pension[mixed] = np.maximum(annual[mixed] - _without_pension(rules, inputs, mixed), 0)
    rest = annual - on_pension
    on_salary = np.where(ways["has_payer"].to_numpy(), rest, 0)
    return dict(zip(PARTS, (rest - on_salary, on_salary, on_pension), strict=True))


def _without_pension(rules: RuleSet, inputs: dict[str, Column], chosen: Column) -> Column:
    """The annual tax of the chosen rows if they had no pension, and everybody else what they have.

    Each chosen person stands in a table of their own with copies of the spouse whom they claim and of those whom they
    support: what the copies lack (who claims them besides) has no part in the chosen person's tax.
    """
    spouse = inputs["claimed_spouse"][chosen]
    married = np.flatnonzero(spouse >= 0)
    place = np.full(len(inputs["supporter"]), -1)
    place[chosen] = np.arange(len(chosen))
    supporter = inputs["supporter"]
    supported = np.flatnonzero((supporter >= 0) & (place[np.maximum(supporter, 0)] >= 0))
    source = np.concatenate([chosen, spouse[married], supported])
    table = {name: column[source] for name, column in inputs.items()}
    table["pension_revenue"][: len(chosen)] = 0
    for name in RELATIONS:
        table[name] = np.full(len(source), -1)
    table["claimed_spouse"][married] = len(chosen) + np.arange(len(married))
    table["supporter"][len(chosen) + len(married) :] = place[supporter[supported]]
    return evaluate(rules, table, ["annual_tax"], workers=WORKERS)["annual_tax"][: len(chosen)]


def _withholding(ways: pl.DataFrame) -> dict[str, Column]:
    names = ("previous_pension_tax", "pension_withholding_first_year")
    return {name: ways[name].to_numpy() for name in names}


def _split(
    rules: RuleSet, own: dict[str, Column], outcome: dict[str, Column], parts: dict[str, Column]
) -> dict[str, Column]:
    """The instalments of each part. 定額減税 comes off the instalments where one way bears the whole tax."""
    whole = {way: parts[way] == outcome["annual_tax"] for way in PARTS}
    wanted = [name for name, each in rules.rules.items() if each.function.__module__ in _SPLITTING]
    credit = ["fixed_credit_taken", "is_collected_at_once", "is_salary_credit_way"]
    first = evaluate(rules, {**own, **outcome}, credit, workers=WORKERS)
    found: dict[str, Column] = {}
    for way, prefix in zip(PARTS, ("ordinary_", "salary_", "pension_"), strict=True):
        given = {**own, **outcome, **first, "pension_tax": parts["pension_tax"], "annual_tax": parts[way]}
        given["fixed_credit_taken"] = np.where(whole[way], first["fixed_credit_taken"], 0)
        names = [name for name in wanted if name.startswith(prefix)]
        found |= evaluate(rules, given, names, workers=WORKERS)
    return {name: np.asarray(column, np.int64) for name, column in found.items()}


def _instalments(
    resident_ids: pl.Series, outcome: dict[str, Column], fiscal_year: int, municipality: str
) -> pl.DataFrame:
    due = resident_tax_due_dates(fiscal_year, municipality)
    amounts: dict[tuple[str, int], Column] = {}
    for at in range(1, _ORDINARY_COUNT + 1):
        first_year = outcome.get(f"pension_ordinary_instalment_{at}", 0)
        amounts[ORDINARY, at] = outcome[f"ordinary_instalment_{at}"] + first_year
    amounts |= {(SALARY, at): outcome[name] for at, name in enumerate(_SALARY_MONTHS, 1)}
    amounts |= {(PENSION, at): outcome[f"pension_instalment_{name}"] for at, name in enumerate(_PENSION_MONTHS, 1)}
    frames = []
    for (method, at), amount in amounts.items():
        paid = np.flatnonzero(amount)
        if not len(paid):
            continue
        frames.append(
            pl.DataFrame({"resident_id": resident_ids.gather(paid), "amount": amount[paid]}).select(
                "resident_id",
                collection_method=pl.lit(method),
                instalment_number=pl.lit(at, dtype=pl.Int16),
                due_on=pl.lit(due[method, at]),
                amount="amount",
            )
        )
    order = ["resident_id", "collection_method", "instalment_number"]
    typed = [pl.col(name).cast(kind) for name, kind in INSTALMENT_SCHEMA.items()]
    none = pl.DataFrame(schema=INSTALMENT_SCHEMA)
    return pl.concat([none, *(each.select(typed) for each in frames)]).sort(order)


def _known(snapshot: Snapshot, inputs: dict[str, Column], rows: int) -> NDArray[np.bool_]:
    """Of whom something was reported, or whom somebody claims."""
    reported = snapshot.residents["resident_id"].is_in(snapshot.reports["resident_id"].implode()).to_numpy()
    claimed = inputs["supporter"] >= 0
    spouses = inputs["claimed_spouse"]
    claimed[spouses[spouses >= 0]] = True
    return np.asarray(reported | claimed[:rows])


def _by_resident(inputs: dict[str, Column], facts: Facts, rows: int) -> dict[str, Column]:
    """Relations by resident id instead of by row."""
    ids = facts.inputs["resident_id"].fill_null(-2).to_numpy()
    return {name: np.where(inputs[name] >= 0, ids[inputs[name]], -1)[:rows] for name in RELATIONS}


def _held(rules: RuleSet, facts: Facts, inputs: dict[str, Column]) -> tuple[NDArray[np.bool_], list[Finding]]:
    """Rows that cannot be worked out, with whoever is tied to them, and a finding on each person who is the reason."""
    held = np.zeros(facts.inputs.height, np.bool_)
    findings: list[Finding] = []
    ids = facts.inputs["resident_id"]
    for name, column in inputs.items():
        fact = rules.inputs[name]
        if fact.unit == "row":
            continue
        wrong = np.flatnonzero((column < fact.least) | (column > fact.greatest))
        held[wrong] = True
        message, remedy = f"{fact.term}がありえない値です。", "課税資料を確かめて訂正してください。"
        findings += [_held_up("out-of-bounds", message, remedy, ids[int(row)], int(column[row])) for row in wrong]
    for fact, other, both in clashes(rules, inputs):
        held[both] = True
        message = f"{fact.term}と{other.term}の両方がある人は、まだ計算できません。"
        remedy = "この人は別に計算して決定してください。"
        findings += [
            _held_up("unsupported", message, remedy, ids[int(row)], int(inputs[fact.name][row])) for row in both
        ]
    return _with_family(held, inputs), findings


def _held_up(rule: str, message: str, remedy: str, resident_id: int | None, value: int) -> Finding:
    return error(rule, message, remedy, item="resident_id", where=str(resident_id or ""), value=str(value))


def _with_family(held: NDArray[np.bool_], inputs: dict[str, Column]) -> NDArray[np.bool_]:
    while True:
        before = int(held.sum())
        for name in RELATIONS:
            other = inputs[name]
            tied = np.flatnonzero(other >= 0)
            either = held[tied] | held[other[tied]]
            held[tied] |= either
            np.logical_or.at(held, other[tied], either)
        if int(held.sum()) == before:
            return held
