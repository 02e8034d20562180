"""賦課の表示: runs, decisions and accounts as the lines that the pages of resident tax show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from yakuba.law.rules.resident_tax import FISCAL_YEARS
from yakuba.registers.decision_runs.queries import RunRow
from yakuba.registers.decisions.queries import DecisionRow
from yakuba.registers.ledger.queries import AccountRow
from yakuba.services.resident_tax.comparison import BANDS
from yakuba.services.resident_tax.drafting import figures
from yakuba.services.resident_tax.notices.terms import wording

from .fields import read_number

RIGHTS = ("assess_tax", "approve_decisions")
"""業務権限 of which one opens the pages of resident tax."""
METHODS = {"ordinary": "普通徴収", "salary": "給与特別徴収", "pension": "年金特別徴収"}
ITEMS = {1: "本税", 2: "延滞金", 3: "督促手数料"}
POSTINGS = {
    "assessment": "調定", "adjustment": "更正", "receipt": "収納", "refund": "還付", "appropriation": "充当", "write_off": "不納欠損",
}  # fmt: skip
STEPS = {"proposed": "起案", "calculated": "計算", "approved": "承認", "withdrawn": "取下げ", "posted": "決定・調定"}
SUMS = (
    ("municipal_income_levy", "市町村民税所得割"), ("prefectural_income_levy", "道府県民税所得割"),
    ("forest_environment_tax", "森林環境税"), ("annual_tax", "年税額"),
)  # fmt: skip
WAYS = (("ordinary_tax", "普通徴収"), ("salary_tax", "給与特別徴収"), ("pension_tax", "年金特別徴収"))
TEMPLATE = "v1"
_MONTHS_OF_PENSION = ("april", "june", "august", "october", "december", "february")


@dataclass(frozen=True, slots=True)
class StepLine:
    """段階 1つ of a run: who did it when; a reason of 取下げ."""

    label: str
    actor: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Figure:
    """課税明細の1行: one quantity, or one of each of the two taxes. A name is blank where there is nothing to explain."""

    label: str
    names: tuple[str, ...]
    values: tuple[int, ...]
    unit: str
    total: bool
    minus: bool


@dataclass(frozen=True, slots=True)
class AccountLine:
    """期別 1件 of an account with the quantity that explains it, blank where a correction has spread it anew."""

    row: AccountRow
    method: str
    period: str
    item: str
    quantity: str
    late: bool


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """決定の履歴の1行; `change` against the one that it replaced, None for the first."""

    row: DecisionRow
    annual_tax: int
    change: int | None


def year_of(text: str | None, default: int) -> int:
    """年度 as asked for; the default where the law of that year is not known, or the nearest that is."""
    year = read_number(text)
    if year is not None and year in FISCAL_YEARS:
        return year
    return min(max(default, FISCAL_YEARS[0]), FISCAL_YEARS[-1])


def steps_of(run: RunRow) -> list[StepLine]:
    """段階の経過, the first first."""
    found = [StepLine(STEPS["proposed"], run.proposed_by, run.proposed_at, "")]
    return found + [
        StepLine(STEPS[name], step.actor, step.recorded_at, str(step.summary.get("reason", "")))
        for name, step in run.steps.items()
    ]


def band_counts(bands: Sequence[int]) -> list[tuple[str, int]]:
    """増減の階層: label and people, from the largest fall to the largest rise."""
    man = [abs(bound) // 10_000 for bound in BANDS]
    labels = [f"{man[0]}万円超の減"]
    for low, high in pairwise(man):
        if high < low:
            labels.append(f"{high}〜{low}万円の減" if high else f"{low}万円以下の減")
        else:
            labels.append(f"{low}〜{high}万円の増" if low else f"{high}万円未満の増")
    labels.append(f"{man[-1]}万円以上の増")
    return list(zip(labels, bands, strict=True))


def income_figures(decision: DecisionRow) -> list[Figure]:
    """所得と控除 in the order of 課税明細, down to 課税総所得金額."""
    form, values = wording(TEMPLATE).figures, figures(decision)
    lines = [
        _figure({"label": label}, (revenue, income) if revenue else ("", income), values)
        for label, revenue, income in form["incomes"]
    ]
    lines += [_figure(line, (line["quantity"],), values) for line in form["income_totals"]]
    lines += [_figure(line, (line["quantity"],), values) for line in form["deductions"]]
    lines += [_figure(form[name], (form[name]["quantity"],), values) for name in ("deduction_total", "taxable")]
    lines += [_figure(line, (line["quantity"],), values) for line in form["separate"]]
    return [line for line in lines if any(line.values) or line.total]


def levy_figures(decision: DecisionRow) -> list[Figure]:
    """税額: from 算出所得割額 to 年税額, of the municipality and of the prefecture."""
    form, values = wording(TEMPLATE).figures, figures(decision)
    lines = [_figure(line, (line["municipal"], line["prefectural"]), values) for line in form["levy"]]
    lines += [_figure(form[name], (form[name]["quantity"],), values) for name in ("forest", "annual", "refund")]
    return [line for line in lines if any(line.values) or line.total]


def people_figures(decision: DecisionRow) -> list[Figure]:
    """人的事項: family and status, those that are there."""
    form, values = wording(TEMPLATE).figures, figures(decision)
    lines = [_figure(line, (line["quantity"],), values, line.get("unit", "")) for line in form["people"]]
    return [line for line in lines if any(line.values)]


def shown_quantities() -> list[str]:
    """課税明細の項目 by the rules' names, in the order of the notice, from the annual tax on."""
    form = wording(TEMPLATE).figures
    names = [form["annual"]["quantity"]]
    names += [income for _, _, income in form["incomes"]]
    names += [line["quantity"] for line in (*form["income_totals"], *form["deductions"])]
    names += [form[name]["quantity"] for name in ("deduction_total", "taxable")]
    names += [line["quantity"] for line in form["separate"]]
    names += [line[levy] for line in form["levy"] for levy in ("municipal", "prefectural")]
    names += [form[name]["quantity"] for name in ("forest", "refund")]
    return list(dict.fromkeys([*names, *(name for name, _ in WAYS)]))


def account_lines(rows: Sequence[AccountRow], decision: DecisionRow | None, today: date) -> list[AccountLine]:
    """期別の収納状況."""
    found = []
    for row in rows:
        name = quantity_of(row)
        explained = decision is not None and row.item == 1 and decision.outcome.get(name) == row.assessed
        found.append(
            AccountLine(
                row, METHODS.get(row.collection_method, row.collection_method), period_of(row),
                ITEMS.get(row.item, str(row.item)), name if explained else "", row.owed > 0 and row.due_on < today,
            )
        )  # fmt: skip
    return found


def decision_lines(rows: Sequence[DecisionRow]) -> list[DecisionLine]:
    """決定の履歴, the newest first as given."""
    by_id = {row.decision_id: row for row in rows}
    found = []
    for row in rows:
        before = by_id.get(row.replaces_id) if row.replaces_id is not None else None
        annual = row.outcome.get("annual_tax", 0)
        found.append(
            DecisionLine(row, annual, None if before is None else annual - before.outcome.get("annual_tax", 0))
        )
    return found


def period_of(row: AccountRow) -> str:
    """期別の名: 第1期, or the month of withholding."""
    if row.collection_method == "ordinary":
        return f"第{row.instalment_number}期"
    first, step = (4, 2) if row.collection_method == "pension" else (6, 1)
    return f"{(first - 1 + step * (row.instalment_number - 1)) % 12 + 1}月"


def quantity_of(row: AccountRow) -> str:
    """The rules' name of an instalment; blank for one that they do not know (随時)."""
    at = row.instalment_number
    if row.collection_method == "pension":
        return f"pension_instalment_{_MONTHS_OF_PENSION[at - 1]}" if at <= len(_MONTHS_OF_PENSION) else ""
    if row.collection_method == "salary":
        return {1: "salary_instalment_june", 2: "salary_instalment_july"}.get(at, "salary_instalment_later")
    return f"ordinary_instalment_{at}"


def _figure(line: Mapping[str, object], names: tuple[str, ...], values: Mapping[str, int], unit: str = "円") -> Figure:
    numbers = tuple(values.get(name, 0) for name in names)
    return Figure(str(line["label"]), names, numbers, unit, bool(line.get("always")), bool(line.get("minus")))
