"""一年: what a town's desk has to do in a year, worked out from who lives there, and done through the register's commands.

The plan is the same for the same town, days and seed. Living it may be broken off and begun again: what is registered
stays, by the natural keys of the notices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from yakuba.kernel.findings import Finding
from yakuba.registers.access.door import TOKYO, Access, Purpose
from yakuba.registers.residents.commands import registration
from yakuba.registers.residents.commands.resident_codes import receive_resident_codes
from yakuba.registers.residents.queries.desk import provisional
from yakuba.registers.residents.queries.documents import event_parts
from yakuba.registers.residents.queries.event_keys import registered_events
from yakuba.registers.residents.queries.whole_town import snapshot

from .numbers import codes_of_residents
from .year_book import STOCK, Book, Home, Items, Notice, Stage
from .year_corrections import correct, leave_waiting, naturalise, plan_ahead, read_names, regret, rename, renew_stays
from .year_households import bear, die, divide, unite
from .year_moves import arrive, join, leave, marry, within

CLERKS = ("S0001", "S0002", "S0003", "S0004")
RIGHTS = frozenset({"view_residents", "enter_events", "register_events", "cancel_events"})
COUNTER = "本庁1階"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class YearPlan:
    """一年の予定: the notices in order of time, everybody as they stood before it, and households without any notice."""

    notices: Sequence[Notice]
    people: Mapping[int, Items]
    quiet: Sequence[Home]


@dataclass
class Lived:
    """一年の結果: events by kind, notices that wait as 仮登録, and those that the register refused with its findings."""

    kinds: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    refused: list[tuple[Notice, Sequence[Finding]]] = field(default_factory=list)


def plan_year(access: Access, *, first: date, today: date, seed: int) -> YearPlan:
    """一年の予定: notices from the opening of `first` to the last working day before `today`.

    Read as of the day before `first`, as known when it ended, so that the plan is the same while the year is lived.
    """
    before = first - timedelta(days=1)
    known_at = datetime.combine(first, time(0), TOKYO)
    people = snapshot(access, valid_on=before, known_at=known_at)
    to_come = snapshot(access, valid_on=date.max, known_at=known_at, items=("household_id",))
    book = Book(people, set(to_come["resident_id"].to_list()), first=first, last=today - timedelta(days=1), seed=seed)
    for happen in (
        plan_ahead_of(today), leave_waiting, die, bear, renew_stays, unite, marry, join, leave, within, divide, rename,
        read_names, naturalise, correct, arrive, regret,
    ):  # fmt: skip
        happen(book)
    notices = sorted(book.notices, key=lambda notice: (notice.at, notice.key))
    members = {member["resident_id"]: member for home in book.homes.values() for member in home.members}
    named = {each for notice in notices if (each := notice.form.get("household_id"))}
    quiet = [book.homes[each] for each in sorted(book.free - named)]
    return YearPlan(notices, members, quiet)


def plan_ahead_of(today: date) -> Callable[[Book], None]:
    """転出予定 with days after today."""
    return lambda book: plan_ahead(book, today)


def stock_codes(access: Access, *, seed: int, count: int) -> int:
    """住民票コードの在庫: codes that nobody in the town has. How many are new."""
    return receive_resident_codes(access, codes_of_residents(STOCK, count, seed).tolist())


def live(notices: Sequence[Notice], *, progress: Progress = lambda done, total: None) -> Lived:
    """一年の処理: every notice at its day, by its clerk, as the desk would do it."""
    known = registered_events([notice.key for notice in notices])
    lived = Lived()
    for number, notice in enumerate(notices, 1):
        if notice.key not in known:
            _process(notice, known, lived)
        if notice.key in known:
            lived.kinds[notice.kind] += 1
        progress(number, len(notices))
    return lived


def access_of(actor: str, at: datetime, purpose: Purpose = Purpose.EVENT, rights: frozenset[str] = RIGHTS) -> Access:
    """A clerk at the counter at that time."""
    return Access(actor, purpose, at.astimezone(UTC), place=COUNTER, rights=rights)


def _process(notice: Notice, known: dict[UUID, int], lived: Lived) -> None:
    access, form = access_of(notice.actor, notice.at), dict(notice.form)
    if notice.corrects is not None:
        form["event_id"] = known.get(notice.corrects)
        if "residents" not in form:
            form["residents"] = [part.resident_id for part in event_parts(access, [known[notice.corrects]])][:1]
    if notice.stage is Stage.DIRECT:
        done = registration.register_directly(access, notice.kind, form, notice.key)
    else:
        entered = _enter(access, notice, form)
        if entered.entry_id is None:
            lived.refused.append((notice, entered.findings))
            return
        if notice.stage is Stage.WAITS:
            lived.waiting += 1
            return
        another = CLERKS[(CLERKS.index(notice.actor) + 1) % len(CLERKS)]
        done = registration.register(replace(access, actor=another, now=notice.at + timedelta(minutes=10)), notice.key)
    if done.event_ids:
        known[notice.key] = done.event_ids[0]
    else:
        lived.refused.append((notice, done.findings))


def _enter(access: Access, notice: Notice, form: dict[str, object]) -> registration.Entered:
    """仮登録, once more with the alerts confirmed; one that an earlier run entered stays as it is."""
    if provisional(access, notice.key) is not None:
        return registration.Entered(notice.key)
    entered = registration.enter(access, notice.kind, form, entry_id=notice.key)
    if entered.entry_id is None:
        entered = registration.enter(access, notice.kind, form, entry_id=notice.key, confirmed=True)
    return entered
