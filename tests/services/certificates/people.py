"""Made-up people, entered through the register as a clerk enters them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from yakuba.kernel.check_digits import individual_number, resident_code
from yakuba.kernel.findings import has_errors
from yakuba.registers.access.door import TOKYO, Access, Purpose
from yakuba.registers.residents.commands.registration import register_directly

NOON = datetime(2026, 11, 23, 12, tzinfo=TOKYO)
RIGHTS = frozenset({
    "view_residents", "issue_certificates", "issue_tax_certificates", "enter_events", "register_events", "view_individual_numbers", "manage_protections",
    "cancel_events",
})  # fmt: skip
TOWN = "本町一丁目"
BLOCK = "29番4号"
BUILDING = "見本ハイツ356号"
_numbers = count(10_000_001)


def clerk(now: datetime = NOON, *, actor: str = "S0001", without: str = "") -> Access:
    """窓口の職員 at an instant, perhaps without one right."""
    return Access(actor, Purpose.CERTIFICATE, now, "本庁1", RIGHTS - {without})


def enter(access: Access, kind: str, **typed: Any) -> Sequence[int]:
    """本登録; returns the people concerned."""
    result = register_directly(replace(access, purpose=Purpose.EVENT), kind, typed, uuid4())
    assert not has_errors(result.findings), [str(each) for each in result.findings]
    assert result.event_ids
    return result.resident_ids


def entered_events(access: Access, kind: str, **typed: Any) -> Sequence[int]:
    """本登録; returns the events."""
    result = register_directly(replace(access, purpose=Purpose.EVENT), kind, typed, uuid4())
    assert not has_errors(result.findings), [str(each) for each in result.findings]
    return result.event_ids


def _codes() -> dict[str, str]:
    code = None
    while code is None:
        body = next(_numbers)
        try:
            code = resident_code(body)
        except ValueError:
            continue
    return {"resident_code": code, "individual_number": individual_number(30_000_000_000 + body)}


def japanese(name: str, relationship: str = "世帯主", **changes: str) -> dict[str, Any]:
    """日本人住民 of a 転入届."""
    return {
        "resident_kind": "1", "name": name, "name_furigana": "ミホン　タロウ", "sex": "1", "birth_date": "S55.12.26",
        "relationship": relationship, "honseki_prefecture": "北海道", "honseki_city": "札幌市中央区", "honseki_town": "大通西",
        "honseki_lot": "23番地", "koseki_head": "清水　本籍雄", **_codes(), **changes,
    }  # fmt: skip


def foreign(relationship: str = "妻", **changes: str) -> dict[str, Any]:
    """外国人住民 of a 転入届."""
    return {
        "resident_kind": "2", "name": "TRAN THI HOA", "roman_name": "TRAN THI HOA", "alias": "中村　花", "sex": "2",
        "birth_date": "1998-07-05", "relationship": relationship, "nationality_code": "VNM", "nationality": "ベトナム",
        "article_30_45_category": "01", "residence_status": "T61", "stay_years": "03", "stay_expires_on": "2028-11-12",
        "residence_card_number": "UH12345678CD", **_codes(), **changes,
    }  # fmt: skip


def household(
    *people: dict[str, Any], access: Access | None = None, moved_on: str = "R8.4.1", town: str = TOWN
) -> tuple[int, ...]:
    """転入 of a whole household on a day; returns the people in the order of the 住民票."""
    entering = access or clerk(NOON - timedelta(days=200))
    given = people or (japanese("清水　佳章"), japanese("清水　泉葉", "妻", sex="2", birth_date="S62.2.2"))
    ids = enter(
        entering, "domestic_move_in", occurred_on=moved_on, notified_on=moved_on, people=list(given), town=town,
        block=BLOCK, building=BUILDING, postal_code="9990001", town_code="0001001", origin_prefecture="東京都",
        origin_city="千代田区", origin_town="千代田一丁目", origin_block="1番1号",
    )  # fmt: skip
    return tuple(sorted(ids))
