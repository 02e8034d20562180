"""デモの一年: the town's year step by step, and what is told of it at the end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import TYPE_CHECKING, Any

from yakuba.desks.cli.audit import verify_records
from yakuba.desks.cli.progress import progress_bar
from yakuba.desks.cli.town import Ahead, fill

if TYPE_CHECKING:
    from yakuba.exchange.made_up_town.year import Lived, YearPlan
    from yakuba.exchange.made_up_town.year_papers import Papers
    from yakuba.kernel.findings import Finding
    from yakuba.registers.access.door import Access

YEAR_DAYS = 365
APRIL = 4
CODES_A_THOUSAND = 30
"""住民票コード in stock for a thousand residents: births and arrivals from abroad of some years."""


@dataclass
class Count:
    """人口と世帯 on a day."""

    people: int
    japanese: int
    foreign: int
    households: int


@dataclass
class Report:
    """まとめ: filled in as the year goes by."""

    residents: int
    first: date
    today: date
    seconds: dict[str, float] = field(default_factory=dict)
    plan: YearPlan | None = None
    lived: Lived | None = None
    papers: Papers | None = None
    locked: int = 0
    drafts: int = 0
    income_reports: int = 0
    counts: list[tuple[date, Count]] = field(default_factory=list)
    access_records: int = 0
    rows: int = 0
    findings: list[Finding] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Times a step."""
        started = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - started

    def summary(self) -> str:
        """一年のまとめ, as tables."""
        from rich.console import Console

        console = Console(width=100, highlight=False, emoji=False, force_terminal=False)
        with console.capture() as text:
            for table in _tables(self):
                console.print(table)
        return text.get().rstrip()

    def to_try(self) -> str:
        """試してみること, with names of this very town."""
        lines = [f"  {number}. {line}" for number, line in enumerate(self.tries, 1)]
        return "\n".join(["", "試してみること", *lines])


def live_a_year(ahead: Ahead, report: Report, *, seed: int, with_certificates: bool) -> None:
    """町をつくり、一年を過ごす. The registers must be open; done twice it adds nothing."""
    from yakuba.exchange.made_up_town import year, year_papers
    from yakuba.registers.access.door import TOKYO, Purpose
    from yakuba.services.certificates.commands import set_up_sample_certifier

    first, last = report.first, report.today - timedelta(days=1)
    eve = datetime.combine(first - timedelta(days=1), clock(23), TOKYO)
    opening = year.access_of("S0001", eve, Purpose.MIGRATION)
    with report.step("町をつくる"):
        fill(ahead, opening)
        year.stock_codes(opening, seed=seed, count=max(100, ahead.residents * CODES_A_THOUSAND // 1000))
    with report.step("一年の異動"):
        report.plan = year.plan_year(opening, first=first, today=report.today, seed=seed)
        with progress_bar("一年の異動") as advance:
            report.lived = year.live(report.plan.notices, progress=advance)
    with report.step("支援措置・証明書"):
        report.locked = year_papers.protect(report.plan, first=first, last=last)
        if with_certificates:
            if not _has_certifier(first):
                set_up_sample_certifier(opening, starts_on=first - timedelta(days=YEAR_DAYS))
            with progress_bar("証明書") as advance:
                report.papers = year_papers.issue_all(report.plan, first=first, last=last, progress=advance)
        desk = year.access_of("demo", datetime.combine(last, clock(16), TOKYO))
        report.drafts = year_papers.leave_drafts(report.plan, desk)
    with report.step("所得資料"):
        report.income_reports = _take_income_reports(report, seed)
    _verify(report, opening)
    report.tries = suggestions(report)


def _take_income_reports(report: Report, seed: int) -> int:
    """所得資料 of the 年度 that today is in; how many are in the register."""
    from yakuba.exchange.made_up_town import income_town, year
    from yakuba.law.rules.resident_tax import FISCAL_YEARS
    from yakuba.registers.access.door import TOKYO, Purpose

    at = datetime.combine(report.today - timedelta(days=1), clock(17), TOKYO)
    access = year.access_of("S0002", at, Purpose.TAX, frozenset({"view_individual_numbers"}))
    fiscal_year = report.today.year - (report.today.month < APRIL)
    taken = income_town.take_in(access, fiscal_year=min(fiscal_year, FISCAL_YEARS[-1]), known_at=at, seed=seed)
    return taken.added + taken.unchanged


def _has_certifier(day: date) -> bool:
    from yakuba.registers.documents.queries import certifier_on

    return certifier_on(day) is not None


def _verify(report: Report, access: Access) -> None:
    from yakuba.registers.residents.commands import refold

    with report.step("検証"):
        now = datetime.now(access.now.tzinfo)
        for day in (report.first - timedelta(days=1), report.today):
            report.counts.append((day, _count(access, day, now)))
        compared = refold.verify(workers=2)
        report.access_records, _, findings = verify_records()
        report.rows, report.findings = compared.rows, [*compared.findings, *findings]


def _count(access: Access, day: date, now: datetime) -> Count:
    from yakuba.registers.residents.queries.statistics import population

    rows = population(access, "sex", valid_on=day, known_at=now)
    return Count(*(sum(getattr(row, name) for row in rows) for name in ("total", "japanese", "foreign", "households")))


# --- tables ---


def _tables(report: Report) -> Iterator[Any]:
    yield _population(report)
    if report.lived is not None:
        yield _events(report.lived)
    yield _rest(report)
    yield _seconds(report)


def _table(title: str, *columns: str) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title=title, box=SIMPLE_HEAD, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", overflow="fold")
    return table


def _population(report: Report) -> Any:
    table = _table("見本市の一年", "", "人口", "日本人住民", "外国人住民", "世帯")
    for day, count in report.counts:
        numbers = (count.people, count.japanese, count.foreign, count.households)
        table.add_row(f"{day.year}年{day.month}月{day.day}日", *(f"{number:,}" for number in numbers))
    (_, before), (_, after) = report.counts
    names = ("people", "japanese", "foreign", "households")
    table.add_row("増減", *(f"{getattr(after, name) - getattr(before, name):+,}" for name in names))
    return table


def _events(lived: Lived) -> Any:
    from yakuba.kernel.codes import Reason
    from yakuba.registers.residents.events import KINDS

    table = _table(f"異動 {sum(lived.kinds.values()):,} 件", "種類", "異動事由", "件数")
    for slug, kind in KINDS.items():
        if lived.kinds[slug]:
            reason = "増・減・修正" if slug == "cancellation" else Reason(kind.reason).term
            table.add_row(kind.label, reason, f"{lived.kinds[slug]:,}")
    return table


def _rest(report: Report) -> Any:
    table = _table("そのほか", "", "")
    if report.lived is not None:
        table.add_row("仮登録のまま審査待ち", f"{report.lived.waiting} 件")
        for notice, findings in report.lived.refused:
            table.add_row(
                "受け付けられなかった届出", f"{notice.kind}: {'、'.join(finding.message for finding in findings)}"
            )
    table.add_row("下書き", f"{report.drafts} 件")
    table.add_row("所得資料", f"{report.income_reports:,} 件")
    table.add_row("支援措置で守られている人", f"{report.locked} 人")
    if report.papers is None:
        table.add_row("証明書", "字体がないため作っていません")
    else:
        _certificates(table, report.papers)
    table.add_row("アクセス記録（連鎖を検証）", f"{report.access_records:,} 件")
    table.add_row("台帳と異動の照合", f"{report.rows:,} 行 {'一致' if not report.findings else '不一致'}")
    for finding in report.findings:
        table.add_row("指摘", str(finding))
    return table


def _certificates(table: Any, papers: Papers) -> None:
    from yakuba.services.certificates.requests import choices

    for kind, number in papers.issued.items():
        table.add_row(f"交付: {choices()['kinds'][str(kind)]['label']}", f"{number} 通")
    for request, findings in papers.refused:
        label = choices()["kinds"][str(request.kind)]["label"]
        reasons = dict.fromkeys(finding.message for finding in findings)
        table.add_row(f"交付しなかった: {label}", "、".join(reasons))


def _seconds(report: Report) -> Any:
    table = _table("かかった時間", "", "秒")
    for name, seconds in report.seconds.items():
        table.add_row(name, f"{seconds:.1f}")
    table.add_row("合計", f"{sum(report.seconds.values()):.1f}")
    return table


# --- what to try ---


def suggestions(report: Report) -> list[str]:
    """試してみること: some things, each with somebody of this town."""
    from yakuba.registers.access.door import TOKYO
    from yakuba.registers.protections.queries import all_locked

    plan = report.plan
    if plan is None:
        return []
    families = [home for home in plan.quiet[12:] if len(home.members) >= 3 and home.head["name_furigana"]]
    found = []
    if len(families) > 1:
        kana = families[0].head["name_furigana"].split("\u3000")
        found.append(
            f"検索: 「{kana[0][:2]} {kana[1][:2]}」や住所「{families[0].head['town']}」で {families[0].head['name']} を探す"
        )
        found.append(
            f"転居: {families[1].head['name']}（{len(families[1].members)}人世帯）を開き、転居を入力して仮登録し、審査待ちから本登録する"
        )
        found.append(f"証明書: {families[0].head['name']} の世帯の住民票の写しを下見してから交付する")
    locked = set(all_locked(now=datetime.now(TOKYO)))
    hidden = next((home.head for home in plan.quiet if home.head["resident_id"] in locked), None)
    if hidden is not None:
        found.append(f"支援措置: {hidden['name']} を検索する。住所はどの画面にも出ず、証明書も止まる")
    found += _past(plan, report.today)
    if report.income_reports:
        found.append(
            "賦課: 「賦課」で起案して計算し、demo2 で承認してから決定・調定する。納税義務者の数字を開くと計算の理由が出る"
        )
        found.append("条例・もしも: 均等割の額や税率を変えて、だれの税がいくら変わるかを決める前に見る")
    return found


def _past(plan: YearPlan, today: date) -> Iterator[str]:
    leaver = next((n for n in reversed(plan.notices) if n.form["occurred_on"] > today.isoformat()), None)
    if leaver is not None:
        person = plan.people[leaver.form["residents"][0]]
        yield f"転出予定: {person['name']}（{leaver.form['occurred_on']} に転出）。その日の前と後の時点で見比べる"
    by_key = {notice.key: notice for notice in plan.notices}
    corrected = next((n for n in reversed(plan.notices) if n.kind == "error_correction" and n.corrects in by_key), None)
    if corrected is not None and corrected.corrects is not None:
        name = by_key[corrected.corrects].form["people"][0]["name"]
        day = corrected.at.date()
        yield (
            f"二つの時計: {name} の振り仮名は {day} に誤記修正。「把握した日」を {day - timedelta(days=1)} と {day} にして見比べる"
        )
