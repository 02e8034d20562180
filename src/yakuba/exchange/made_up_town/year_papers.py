"""一年の証明書・支援措置・抑止・下書き: what the desk does beside the events, mostly for households that had none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from yakuba.kernel.findings import Finding, Severity
from yakuba.registers.access.door import TOKYO, Access, Purpose
from yakuba.registers.documents.queries import issued_keys
from yakuba.registers.protections import commands as protections
from yakuba.registers.protections import queries as protected
from yakuba.registers.residents.commands import desk
from yakuba.registers.residents.queries.event_keys import registered_events
from yakuba.services.certificates import commands as certificates
from yakuba.services.certificates.offers import documents_after
from yakuba.services.certificates.requests import Request, RequestKind

from .year import YearPlan, access_of
from .year_book import Home, Items, Notice, Stage, is_japanese

PAPER_CLERKS, PROTECTION_CLERK, RESPONSIBLE = ("S0005", "S0006"), "S0007", "S0008"
PAPER_RIGHTS = frozenset({"view_residents", "issue_certificates", "view_honseki", "view_individual_numbers"})
PROTECTION_RIGHTS = frozenset({"view_residents", "manage_protections", "set_restrictions"})
RESPONSIBLE_RIGHTS = PROTECTION_RIGHTS | {"release_protections"}
NAMESPACE = UUID("6f0c1f4e-6f0a-4c55-9d0e-0f5a3f7a5b10")
PURPOSES = ("銀行口座の開設", "年金の請求", "就職先への提出", "自動車の登録", "入学の手続", "賃貸借契約")
BASIC_ITEMS = frozenset({"name", "address", "birth_date", "sex"})
HOUSEHOLDS, PERSONS, STATEMENTS, MOVES, DEATHS, CODES = 16, 9, 6, 7, 4, 4
Progress = Callable[[int, int], None]


@dataclass
class Papers:
    """交付の結果: how many of each kind, and those that were refused with their findings."""

    issued: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[Request, Sequence[Finding]]] = field(default_factory=list)


# --- 支援措置・抑止・下書き ---


def protect(plan: YearPlan, *, first: date, last: date) -> int:
    """支援措置の申出 over the year, decided by a responsible person, one of them declined; the measures that stand. A 抑止."""
    for number, home in enumerate(_applicants(plan, first)):
        received = _open(first + (last - first) * (number + 1) // 5)
        applicant = home.head["resident_id"]
        clerk = access_of(PROTECTION_CLERK, _at(received, 10), Purpose.PROTECTION, PROTECTION_RIGHTS)
        if protected.measures_of(clerk, applicant):
            continue
        together = [protections.Person(m["resident_id"], "子") for m in home.members if m["relationship"] == "20"]
        measure = protections.receive_application(
            clerk, entry_key=_key(f"protection {applicant}"), applicant_id=applicant, category=str(number % 3 + 1),
            received_on=received, together=together,
        )  # fmt: skip
        decided = _open(received + timedelta(days=6))
        responsible = access_of(RESPONSIBLE, _at(decided, 14), Purpose.PROTECTION, RESPONSIBLE_RIGHTS)
        if number == 2:
            protections.reject(responsible, measure, reason="申出の取下げによる")
        elif number < 2:
            protections.accept(responsible, measure, starts_on=decided)
    _restrict(plan, last)
    return len(protected.all_locked(now=_at(last, 16)))


def _restrict(plan: YearPlan, last: date) -> None:
    if len(plan.quiet) < 6:
        return
    who = plan.quiet[5].head["resident_id"]
    clerk = access_of(PROTECTION_CLERK, _at(last, 15), Purpose.PROTECTION, PROTECTION_RIGHTS)
    if not protected.restrictions_for([who], [], "certificate", now=clerk.now):
        protections.set_restriction(
            clerk, resident_id=who, processes=["certificate"], level="alert", reason="本人からの申出により本人確認を厳格に行う",
            starts_on=last,
        )  # fmt: skip


def leave_drafts(plan: YearPlan, access: Access) -> int:
    """下書き: what a clerk has begun to type and left lying."""
    homes = [home for home in plan.quiet[6:] if len(home.members) > 1][:2]
    for home in homes:
        form = {"residents": home.ids, "notified_on": access.today.isoformat()}
        _leave_draft(access, desk.draft_page("move_within", home.head["resident_id"]), form)
    if homes:
        page = desk.draft_page("head_change", homes[-1].head["resident_id"])
        _leave_draft(access, page, {"notified_on": access.today.isoformat()})
    return len(homes) + bool(homes)


def _leave_draft(access: Access, page: str, form: Mapping[str, Any]) -> None:
    desk.save_draft(access, page, uuid5(NAMESPACE, page), form)


def _applicants(plan: YearPlan, first: date) -> list[Home]:
    return [home for home in plan.quiet if _is_grown(home.head, first)][:4]


def _is_grown(person: Items, day: date) -> bool:
    return bool(person["sex"] == 2 and (day - person["birth_date"]).days > 20 * 365)


# --- 証明書 ---


def issue_all(plan: YearPlan, *, first: date, last: date, progress: Progress = lambda done, total: None) -> Papers:
    """証明書の交付 over the year: each once, however often this is called; one for a protected person is refused."""
    wanted = list(_requests(plan, first, last))
    there, papers = issued_keys([request.key for _, request in wanted]), Papers()
    for number, (at, request) in enumerate(wanted, 1):
        if request.key in there:
            papers.issued[request.kind] += 1
        else:
            _issue(papers, access_of(PAPER_CLERKS[number % 2], at, Purpose.CERTIFICATE, PAPER_RIGHTS), request)
        progress(number, len(wanted))
    return papers


def _issue(papers: Papers, access: Access, request: Request) -> None:
    done = certificates.issue(access, request, confirmed=True)
    if done.copies:
        papers.issued[request.kind] += 1
    else:
        papers.refused.append((request, [f for f in done.findings if f.severity is Severity.ERROR]))


def _requests(plan: YearPlan, first: date, last: date) -> Iterator[tuple[datetime, Request]]:
    locked = set(protected.all_locked(now=_at(last, 16)))
    asked = {each for home in _applicants(plan, first) for each in home.ids}
    homes = [home for home in plan.quiet[10:] if not (locked | asked).intersection(home.ids)]
    days = [_open(first + (last - first) * n // 40) for n in range(40)]
    for number, home in enumerate(homes[:HOUSEHOLDS]):
        show = frozenset(
            {"head_relationship", "honseki"} if number % 2 and is_japanese(home.head) else {"head_relationship"}
        )
        yield _at(days[number], 9), _asked(RequestKind.HOUSEHOLD, home.ids, number, show=show)
    for number, home in enumerate(homes[HOUSEHOLDS : HOUSEHOLDS + PERSONS]):
        yield _at(days[number + 16], 10), _asked(RequestKind.INDIVIDUAL, home.ids[:1], number)
    for number, home in enumerate(homes[HOUSEHOLDS + PERSONS : HOUSEHOLDS + PERSONS + STATEMENTS]):
        yield _at(days[number + 25], 11), _asked(RequestKind.ITEMS, home.ids[:1], number, items=BASIC_ITEMS)
    yield from _after_events(plan, locked)
    hidden = next((home for home in plan.quiet if locked.intersection(home.ids)), None)
    if hidden is not None:
        yield _at(last, 11), _asked(RequestKind.HOUSEHOLD, hidden.ids, 0)


def _after_events(plan: YearPlan, locked: set[int]) -> Iterator[tuple[datetime, Request]]:
    """転出証明書 with the 転出届, 除票の写し for the heirs, 住民票コード通知票 for the newborn."""
    cancelled = {notice.corrects for notice in plan.notices if notice.corrects}

    def those(kind: str, wanted: int, stages: tuple[Stage, ...] = (Stage.DIRECT,)) -> list[Notice]:
        fit = [n for n in plan.notices if n.kind == kind and n.stage in stages and n.key not in cancelled]
        return [n for n in fit if not locked.intersection(n.form.get("residents", ()))][:wanted]

    for number, notice in enumerate(those("domestic_move_out", MOVES)):
        subjects = list(notice.form["residents"])
        yield notice.at + timedelta(minutes=5), _asked(RequestKind.MOVE_OUT, subjects, number, whom=str(notice.key))
    for number, notice in enumerate(those("death", DEATHS)):
        yield notice.at + timedelta(hours=1), _asked(RequestKind.STRUCK, list(notice.form["residents"]), number)
    births = those("birth", CODES)
    events = registered_events([notice.key for notice in births])
    for notice in births:
        access = access_of(PAPER_CLERKS[0], notice.at + timedelta(minutes=15), Purpose.CERTIFICATE, PAPER_RIGHTS)
        for offered in documents_after(access, [events[notice.key]] if notice.key in events else []):
            yield access.now, _asked(offered.kind, offered.subjects, 0)


def _asked(
    kind: RequestKind, subjects: Sequence[int], number: int, *, show: frozenset[str] | None = None,
    items: frozenset[str] = frozenset(), whom: str = "",
) -> Request:  # fmt: skip
    key = _key(f"{kind} {sorted(subjects)} {whom}")
    purpose = PURPOSES[number % len(PURPOSES)]
    return Request(
        kind=kind, subjects=tuple(subjects), show=show, items=items, requester="本人", purpose=purpose, key=key
    )


def _key(text: str) -> UUID:
    return uuid5(NAMESPACE, text)


def _open(day: date) -> date:
    """The day, or the Monday after a weekend."""
    return day + timedelta(days=max(0, day.weekday() - 4) and 7 - day.weekday())


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 5), TOKYO)
