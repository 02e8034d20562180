"""What clerks do in the flows: people come, move, marry, leave and die, by the register's own commands."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from yakuba.kernel.check_digits import resident_codes, usable_resident_code_bodies
from yakuba.kernel.dates import RegisterDate
from yakuba.registers.access.door import TOKYO, Access, Purpose
from yakuba.registers.residents.commands import registration
from yakuba.registers.residents.commands.registration import Registered
from yakuba.registers.residents.commands.writing import record_events
from yakuba.registers.residents.events.base import Change, EventDraft
from yakuba.registers.residents.queries import entries
from yakuba.registers.residents.queries import people as people_queries
from yakuba.registers.residents.queries.people import PersonView

NOON = datetime(2026, 4, 1, 12, tzinfo=TOKYO)
TODAY = NOON.date()
MOVED_IN = date(2026, 3, 20)
RIGHTS = frozenset(
    {"view_residents", "enter_events", "register_events", "manage_protections", "view_individual_numbers"}
)


def clerk(at: datetime = NOON, actor: str = "S0001", rights: frozenset[str] = RIGHTS) -> Access:
    """窓口の職員 at an instant."""
    return Access(actor, Purpose.EVENT, at, "本庁1", rights)


def later(days: int = 0, minutes: int = 0) -> Access:
    """The same clerk so much after noon of the first day."""
    return clerk(NOON + timedelta(days=days, minutes=minutes))


def japanese(
    name: str, furigana: str, birth: str = "昭和60年4月1日", relationship: str = "02", **more: Any
) -> dict[str, Any]:
    """転入する日本人 1人: a row of the notice."""
    return {
        "resident_kind": "1", "name": name, "name_furigana": furigana, "sex": "2", "birth_date": birth,
        "relationship": relationship, "honseki_prefecture": "見本県", "honseki_city": "見本市", "honseki_lot": "一番地",
        "koseki_head": name, **more,
    }  # fmt: skip


HANAKO = japanese("山田　花子", "ヤマダ　ハナコ")
TARO = japanese("山田　太郎", "ヤマダ　タロウ", "平成20年5月5日", "20", sex="1")
JIRO = japanese("山田　次郎", "ヤマダ　ジロウ", "平成22年6月6日", "20", sex="1")


def move_in_form(*people: dict[str, Any], on: date = MOVED_IN, **more: Any) -> dict[str, Any]:
    """転入届 as typed."""
    place = {} if "household_id" in more else {"town": "本町", "block": "一丁目2番3号"}
    return {
        "occurred_on": on.isoformat(), "notified_on": on.isoformat(), **place, "origin_prefecture": "他県",
        "origin_city": "他市", "origin_town": "中央", "people": list(people), **more,
    }  # fmt: skip


def do(access: Access, kind: str, **form: Any) -> Registered:
    """本登録 at once; a flow goes on only when the event was recorded."""
    done = registration.register_directly(access, kind, _typed(form), uuid4())
    assert done.event_ids, done.findings
    return done


def _typed(form: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in form.items()}


def household_of(*people: dict[str, Any], access: Access | None = None, **more: Any) -> list[int]:
    """A household that moved in: its people by id, in the order of the notice."""
    return list(do(access or clerk(), "domestic_move_in", **move_in_form(*people, **more)).resident_ids)


def move_out(access: Access, residents: list[int], on: date, **more: Any) -> Registered:
    """転出届 filed today."""
    notified = min(access.today, on)
    return do(
        access, "domestic_move_out", occurred_on=on, notified_on=notified, residents=residents,
        destination_prefecture="他県", destination_city="他市", **more,
    )  # fmt: skip


def void(access: Access, resident_id: int, event_id: int, **says: Any) -> int:
    """異動の取消し・修正 by authority: the event counts no more for the person, and what is said instead stands from then."""
    with transaction.atomic():
        person = entries.people([resident_id])[resident_id]
        wrong = next(entry for entry in person.entries if entry.event_id == event_id)
        change = Change(resident_id, says, voids_event_id=event_id)
        draft = EventDraft("clerical_correction", "44", RegisterDate(wrong.occurred_on), [change])
        return record_events(access, [draft], {resident_id: person}, [uuid4()]).event_ids[0]


def view(
    resident_id: int, *, valid_on: date = TODAY, known_at: datetime | None = None, access: Access | None = None
) -> PersonView:
    """The person as of a day, as known at an instant (by default: now, at the end of everything)."""
    known = known_at or NOON + timedelta(days=4000)
    found = people_queries.person(access or clerk(), resident_id, valid_on=valid_on, known_at=known)
    assert found is not None
    return found


def items(resident_id: int, **clocks: Any) -> dict[str, Any]:
    """The items of `view`."""
    return dict(view(resident_id, **clocks).items)


def fill_stock(count: int = 40, first: int = 7_000_000_000) -> list[str]:
    """住民票コードの在庫: free codes as they come from the network."""
    import numpy as np

    from yakuba.registers.residents.models import ResidentCodeStock

    bodies = usable_resident_code_bodies(np.arange(first, first + 2 * count))[:count]
    codes = [str(code) for code in resident_codes(bodies)]
    ResidentCodeStock.objects.bulk_create(
        ResidentCodeStock(resident_code=code, draw=draw, received_at=NOON) for draw, code in enumerate(codes)
    )
    return codes
