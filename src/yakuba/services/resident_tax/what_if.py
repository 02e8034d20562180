"""もしも: what the town's people would pay under other numbers of the law. Nothing is decided; only the answer is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import numpy as np
import polars as pl
import yaml
from django.conf import settings

from yakuba.kernel.findings import Finding, RefusedError, error
from yakuba.law.engine.evaluation import evaluate
from yakuba.law.engine.ruleset import RuleSet
from yakuba.law.engine.scenario import distribution
from yakuba.law.folder import data_folder, read_yaml
from yakuba.law.rules.resident_tax import resident_tax
from yakuba.law.statutes import statutes
from yakuba.registers.access.door import Access
from yakuba.registers.decision_runs import commands as runs
from yakuba.registers.decision_runs import queries as run_queries
from yakuba.registers.staff.rights import require

from .calculation import WORKERS, Column, reported_of
from .comparison import LARGEST
from .snapshot import KIND, town_snapshot

SUMS = (
    "municipal_income_levy", "prefectural_income_levy", "municipal_per_capita_levy", "prefectural_per_capita_levy",
    "forest_environment_tax", "annual_tax",
)  # fmt: skip
"""税額 that are added up, yen; the last is the sum of the others."""
INCOME_EDGES = (0, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 6_000_000, 8_000_000, 10_000_000, 20_000_000)
"""合計所得金額の階層, yen: each begins at its edge."""
AGE_EDGES = (0, 15, 20, 30, 40, 50, 60, 65, 75)
"""年齢の階層 on 31 December before the 年度."""
# Small enough that an amount times the numerator stays within 64 bits (law.engine.exact.LARGEST).
_WHOLE = re.compile(r"\d{1,12}")
_FRACTION = re.compile(r"(\d{1,5})/(\d{1,5})")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)[%％]")
_PREFIX = "resident_tax"
Number = int | Fraction
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class LegalNumber:
    """法令の数値 1件 that may be another in a scenario: `value` in force here, `national` what the law alone says.

    `municipal`: whether an ordinance may set it; `file`: the statutes file in which it stands.
    """

    name: str
    term: str
    unit: str
    value: Number
    national: Number
    municipal: bool
    article: str
    source: str
    confirmed: bool
    file: str


def numbers_of(fiscal_year: int) -> list[LegalNumber]:
    """変えられる数値: the whole numbers and rates on which the tax of a 年度 depends, those of ordinances first.

    Tables, and what is a code of a table, are not among them.
    """
    counting = _counting(resident_tax(fiscal_year))
    day = date(fiscal_year, 4, 1)
    here, law = statutes(settings.MUNICIPALITY_CODE), statutes()
    found = []
    for key, quantity in here.items():
        file, _, name = key.partition(".")
        if not file.startswith(_PREFIX) or name not in counting or quantity.unit == "code":
            continue
        value, national = quantity.at(day), law[key].at(day)
        if isinstance(value.value, (int, Fraction)) and isinstance(national.value, (int, Fraction)):
            found.append(
                LegalNumber(
                    name, quantity.term, quantity.unit, value.value, national.value, quantity.municipal, value.article,
                    value.source, value.confirmed, file,
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: not one.municipal)


def _counting(rules: RuleSet) -> set[str]:
    """Whatever the sums are worked out from."""
    found, waiting = set[str](), list(SUMS)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += rules.arguments(name)
    return found


def shown(value: Number) -> str:
    """数値の表示: 3,500, 6%, or a fraction that no percentage of at most six places says exactly."""
    if isinstance(value, int):
        return f"{value:,}"
    millionths = value * 100 * 10**6
    if millionths.denominator > 1:
        return f"{value.numerator}/{value.denominator}"
    whole, rest = divmod(millionths.numerator, 10**6)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".") + "%"


def read_number(typed: str) -> Number | None:
    """数値の読取り: 3500, 3,500, 6%, 5.4％ or 3/50; None for anything else."""
    text = typed.strip().replace(",", "")
    if _WHOLE.fullmatch(text):
        return int(text)
    if (percent := _PERCENT.fullmatch(text)) is not None:
        return Fraction(percent[1]) / 100
    if (parts := _FRACTION.fullmatch(text)) is not None and int(parts[2]):
        return Fraction(int(parts[1]), int(parts[2]))
    return None


def ask(access: Access, fiscal_year: int, typed: Mapping[str, str], key: UUID) -> int:
    """もしもの計算を頼む: its id. `typed` by identifier, a blank leaves the number as it is.

    Raises RefusedError with a finding for each number that cannot be read or is not the law's, for none at all, and
    without the right to assess.
    """
    require(access, "assess_tax")
    known = {one.name: one for one in numbers_of(fiscal_year)}
    wanted = {name: text.strip() for name, text in typed.items() if text.strip()}
    findings = [finding for name, text in wanted.items() if (finding := _wrong(known.get(name), name, text))]
    if not wanted:
        findings = [error("no-number", "変える数値がありません。", "変える値を入力してください。", item="numbers")]
    if findings:
        raise RefusedError(findings)
    return runs.ask(
        access,
        runs.NewScenario(
            scenario_key=key, kind=KIND, fiscal_year=fiscal_year, municipality_code=settings.MUNICIPALITY_CODE,
            numbers=wanted,
        ),
    )  # fmt: skip


def _wrong(number: LegalNumber | None, name: str, text: str) -> Finding | None:
    if number is None:
        return error(
            "unknown-number", "この年度の法令にない数値です。", "一覧から選んでください。", item=name, value=text
        )
    value = read_number(text)
    if value is None:
        message = f"{number.term}の値を読み取れません。"
        return error("not-a-number", message, "3500、6%、3/50 のように入力してください。", item=name, value=text)
    if isinstance(value, Fraction) and number.unit != "rate":
        message = f"{number.term}は率ではありません。"
        return error("not-a-rate", message, "整数を入力してください。", item=name, value=text)
    if number.unit == "rate" and value > 1:
        message = f"{number.term}が1を超えています。"
        return error("rate-too-large", message, "6% か 3/50 のように入力してください。", item=name, value=text)
    if number.unit == "flag" and value > 1:
        return error(
            "not-a-flag", f"{number.term}は 0 か 1 です。", "0 か 1 を入力してください。", item=name, value=text
        )
    return None


def answer(access: Access, scenario_id: int, *, progress: Progress) -> None:
    """もしもの計算: both laws on the same facts, as known when it was asked. Raises RefusedError for an unknown scenario."""
    require(access, "assess_tax")
    asked = run_queries.scenario(access, scenario_id)
    if asked is None:
        raise RefusedError(
            [error("scenario-unknown", "このもしもの計算はありません。", "一覧から選び直してください。")]
        )
    if asked.summary is not None:
        return
    progress("課税資料の読出し", 0, 1)
    snapshot = town_snapshot(access, asked.fiscal_year, known_at=asked.known_at)
    progress("課税資料の読出し", 1, 1)
    before = resident_tax(asked.fiscal_year, asked.municipality_code)
    changed = {name: value for name, text in asked.numbers.items() if (value := read_number(text)) is not None}
    reported = reported_of(snapshot, before)
    rows = reported.chosen
    found = []
    for at, rules in enumerate((before, before.with_parameters(changed))):
        progress("計算", at, 2)
        found.append(_worked_out(rules, reported.usable, rows))
    progress("計算", 2, 2)
    summary = _summary(found[0], found[1], reported.usable["age"][rows], snapshot.residents["resident_id"].gather(rows))
    findings = {"held": len(reported.findings), "undeclared": reported.undeclared}
    runs.answered(access, scenario_id, summary | findings)


def _worked_out(rules: RuleSet, inputs: dict[str, Column], rows: Column) -> dict[str, Column]:
    found = evaluate(rules, inputs, [*SUMS, "total_income"], workers=WORKERS)
    return {name: np.broadcast_to(column, len(inputs["age"]))[rows].astype(np.int64) for name, column in found.items()}


def _summary(old: dict[str, Column], new: dict[str, Column], age: Column, ids: pl.Series) -> dict[str, Any]:
    """要約, for JSON: people, sums before and after, who changes, by 所得 and by 年齢, and the largest as [id, before, after]."""
    compared = pl.DataFrame({"before": old["annual_tax"], "after": new["annual_tax"]}).with_columns(
        change=pl.col("after") - pl.col("before")
    )
    was, is_now = compared["before"] > 0, compared["after"] > 0
    largest = (
        compared.with_columns(resident_id=ids)
        .filter(pl.col("change") != 0)
        .sort(pl.col("change").abs(), "resident_id", descending=[True, False])
        .head(LARGEST)
    )
    return {
        "people": compared.height,
        "sums": {name: [int(old[name].sum()), int(new[name].sum())] for name in SUMS},
        "taxpayers": [int(was.sum()), int(is_now.sum())],
        "newly_taxed": int((~was & is_now).sum()),
        "no_longer_taxed": int((was & ~is_now).sum()),
        "higher": int((compared["change"] > 0).sum()),
        "lower": int((compared["change"] < 0).sum()),
        "same": int((compared["change"] == 0).sum()),
        "by_income": _bands(compared, old["total_income"], INCOME_EDGES),
        "by_age": _bands(compared, age, AGE_EDGES),
        "large_changes": [list(row) for row in largest.select("resident_id", "before", "after").iter_rows()],
    }


def _bands(compared: pl.DataFrame, by: Column, edges: tuple[int, ...]) -> list[list[int]]:
    """階層ごと: [from, people, before, after, lower, higher]."""
    found = distribution(compared, by, list(edges))
    return [list(row) for row in found.select("from", "people", "before", "after", "lower", "higher").iter_rows()]


def as_ordinance(numbers: Mapping[str, str], fiscal_year: int) -> dict[str, str]:
    """条例の値のファイル: path below `statutes/` → the whole YAML that puts the changed numbers into force from the 年度 on.

    Only numbers that an ordinance may set; what stands in the file already is kept. The article is left blank, and the
    statutes are not read until it is filled in: it is the ordinance's own.
    """
    known = {one.name: one for one in numbers_of(fiscal_year) if one.municipal}
    files: dict[str, dict[str, Any]] = {}
    for name, text in numbers.items():
        value, one = read_number(text), known.get(name)
        if one is None or value is None:
            continue
        path = f"municipal/{settings.MUNICIPALITY_CODE}/{one.file}.yaml"
        content = files.setdefault(path, _standing(path))
        written = f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value
        own = content["quantities"].setdefault(name, {"values": []})
        start = date(fiscal_year, 4, 1)
        own["values"] = [each for each in own["values"] if each["from"] != start]
        own["values"].append({"from": start, "value": written, "article": "", "source": "条例"})
    return {path: yaml.safe_dump(each, allow_unicode=True, sort_keys=False) for path, each in files.items()}


def _standing(path: str) -> dict[str, Any]:
    file = data_folder() / path
    return {"quantities": {}} | (read_yaml(file) if file.exists() else {})
