"""A town with protected people in it whose every address is a word that stands nowhere else, and the search for those words."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus
from uuid import UUID, uuid4

import django_otp
import numpy as np
from django.contrib.auth import get_user_model
from django.test import Client
from tests.desks.clerks import ALL_RIGHTS, PASSWORD, TOTP_KEY
from tests.services.certificates.rendering.pdf_text import page_texts

from yakuba.kernel.addresses import address_key
from yakuba.kernel.check_digits import individual_number, resident_codes, usable_resident_code_bodies
from yakuba.registers.access.door import TOKYO, Access, Purpose
from yakuba.registers.decisions import commands as decisions
from yakuba.registers.protections import commands as protections
from yakuba.registers.residents.commands import registration
from yakuba.registers.residents.queries.names import addressee_numbers
from yakuba.registers.staff import commands as staff
from yakuba.services.certificates import commands as certificates
from yakuba.services.certificates.requests import Request, RequestKind

CANARIES = {
    "町字": "伏見隠町",
    "番地": "７７８番地９",
    "方書": "ひそみ荘４０３",
    "郵便番号": "9998887",
    "転居前の町字": "旧居隠坂",
    "転居前の番地": "６６５番地４",
    "転入前住所": "前住隠村",
    "転入前の番地": "５５４番地３",
    "本籍": "本籍隠郷",
    "本籍の番地": "４４３番地２",
    "転出先": "転出隠里",
    "転出先の番地": "３３２番地１",
    "仮登録中の町字": "仮居隠島",
}
"""What must never leave: item → distinctive word."""
TAX_YEAR = 2026
RANDOM_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
OPEN_STREET = "公開通り"
"""Where an unprotected neighbour lives: the outputs do show it, so the search is not searching in nothing."""


@dataclass
class World:
    """The town, and who works in it. Ids of people, households and things that the outputs are asked for."""

    client: Client
    access: Access
    protected: list[int]
    mover: int
    son: int
    neighbour: int
    household: int
    open_household: int
    document: int
    open_document: int
    entry: UUID
    joining: UUID
    measure: int
    release: int
    restriction: int

    @property
    def number(self) -> str:
        """宛名番号 of the first of the protected."""
        return addressee_numbers(self.protected[:1])[self.protected[0]]


def needles() -> dict[str, str]:
    """Every canary as it stands and as the register folds it for search."""
    found = dict(CANARIES)
    found |= {f"{item}（検索用）": address_key(word) for item, word in CANARIES.items() if len(address_key(word)) > 3}
    return found


def leaks(content: bytes | str) -> list[str]:
    """Which canaries stand in an output, however it is written: HTML, JSON, addresses, embedded files, PDF."""
    return sorted({item for text in readings(content) for item, word in needles().items() if word in text})


def readings(content: bytes | str) -> Iterator[str]:
    """The texts that somebody could read out of it."""
    if isinstance(content, bytes) and content.startswith(b"%PDF"):
        yield "".join(page_texts(content)).replace("\n", "").replace(" ", "")
        return
    if isinstance(content, bytes) and not _is_text(content):
        yield content.decode("utf-8", errors="ignore")
        yield content.decode("cp932", errors="ignore")
        return
    text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    # A random key may hold the digits of a house number by chance.
    plain = RANDOM_KEY.sub("", unquote_plus(html.unescape(text)))
    yield plain
    yield re.sub(r"<[^>]*>|\s", "", plain)
    yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), plain)
    for embedded in re.findall(r"base64,([A-Za-z0-9+/=]{40,})", text):
        yield from readings(base64.b64decode(embedded))


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def build() -> World:
    """A mother and her child, protected, who moved in and then moved; a protected man who is about to leave; a neighbour.

    The man's son, whom nobody protects, has left him for the neighbour's household.

    Another clerk has a 転居 of the mother waiting; a certificate of her was handed over before she was protected.
    """
    now = datetime.now(UTC)
    setter = Access("system", Purpose.SYSTEM, now - timedelta(days=90))
    certificates.set_up_sample_certifier(setter, starts_on=setter.today)
    for username in ("S0001", "S0002", "S0003"):
        _account(setter, username)
    mother, child = _move_in(now, 1, "旧居隠坂", "６６５番地４", "母子")
    _enter(now, 40, "move_within", residents=[mother, child], **_ADDRESS)
    mover, son = _move_in(now, 2, "伏見隠町", "７７８番地９", "男息")
    neighbour, _ = _move_in(now, 3, OPEN_STREET, "1番1号", "隣人")
    _enter(now, 35, "move_within", residents=[son], household_id=_household(neighbour), relationship="縁故者")
    _enter(now, 30, "domestic_move_out", day=15, residents=[mover], **_DESTINATION)
    issued = [_certificate(now, person) for person in (mother, neighbour)]
    for person in (mother, child, mover, son, neighbour):
        _decide(now, person)
    waiting = registration.enter(
        _access(now, "S0002", 20),
        "move_within",
        {**_days(now, 21), "residents": [mother, child], **_ADDRESS, "town": CANARIES["仮登録中の町字"]},
        confirmed=True,
    )
    assert waiting.entry_id is not None, [str(finding) for finding in waiting.findings]
    joining = _joining(now, _household(mother))
    measure = _protect(now, mother, [protections.Person(child, "子")])
    _protect(now, mover, [])
    release = protections.request_release(
        _access(now, "S0002", 1), resident_id=mother, output="certificate:household", reason="本人からの請求"
    )
    restriction = protections.set_restriction(
        _access(now, "S0002", 1),
        resident_id=neighbour,
        processes=["listing"],
        level="alert",
        reason="照会あり",
        starts_on=now.astimezone(TOKYO).date() - timedelta(days=1),
    )
    return World(
        client=sign_in("S0001"),
        access=Access("S0001", Purpose.COUNTER, now, "本庁1階", frozenset(ALL_RIGHTS)),
        protected=[mother, child, mover],
        mover=mover,
        son=son,
        neighbour=neighbour,
        household=_household(mother),
        open_household=_household(neighbour),
        document=issued[0],
        open_document=issued[1],
        entry=waiting.entry_id,
        joining=joining,
        measure=measure,
        release=release,
        restriction=restriction,
    )


def _joining(now: datetime, household: int) -> UUID:
    """仮登録 of somebody new, typed before the protection: the household that is joined and its address stand in the form."""
    someone = {
        "resident_kind": "1", "name": "試験9　新人", "name_furigana": "シケン　アラト", "sex": "1", "birth_date": "1990-01-02",
        "relationship": "99", "honseki_prefecture": "東京都", "honseki_city": "架空区", "honseki_town": CANARIES["本籍"],
        "honseki_lot": CANARIES["本籍の番地"], "koseki_head": "試験9　新人",
    }  # fmt: skip
    form = {**_days(now, 21), **_ADDRESS, "household_id": str(household), "people": [someone]}
    form |= {"origin_prefecture": "東京都", "origin_city": "架空区", "origin_town": CANARIES["転入前住所"]}
    entered = registration.enter(_access(now, "S0002", 20), "domestic_move_in", form, confirmed=True)
    assert entered.entry_id is not None, [str(finding) for finding in entered.findings]
    return entered.entry_id


_ADDRESS = {
    "town": CANARIES["町字"], "block": CANARIES["番地"], "building": CANARIES["方書"], "postal_code": CANARIES["郵便番号"]
}  # fmt: skip
_DESTINATION = {
    "destination_prefecture": "東京都", "destination_city": "架空区",
    "destination_town": CANARIES["転出先"], "destination_block": CANARIES["転出先の番地"],
}  # fmt: skip


def _days(now: datetime, ago: int, *, day: int = 0) -> dict[str, str]:
    notified = (now - timedelta(days=ago)).astimezone(TOKYO).date()
    occurred = (now + timedelta(days=day)).astimezone(TOKYO).date() if day else notified
    return {"occurred_on": occurred.isoformat(), "notified_on": notified.isoformat()}


def _access(now: datetime, actor: str, days_ago: int, purpose: Purpose = Purpose.EVENT) -> Access:
    return Access(actor, purpose, now - timedelta(days=days_ago), "本庁1階", frozenset(ALL_RIGHTS))


def _enter(now: datetime, ago: int, kind: str, *, day: int = 0, **form: Any) -> list[int]:
    typed = {**_days(now, ago + 1, day=day), **form}
    done = registration.register_directly(_access(now, "S0002", ago), kind, typed, uuid4())
    assert done.event_ids, [str(finding) for finding in done.findings]
    return list(done.resident_ids)


def _move_in(now: datetime, number: int, town: str, block: str, names: str) -> list[int]:
    people = [
        {
            "resident_kind": "1",
            "name": f"試験{number}　{name}",
            "name_furigana": "シケン　ダレカ",
            "sex": "1",
            "birth_date": f"19{80 + position}-05-0{number}",
            "relationship": "02" if position == 0 else "20",
            "resident_code": str(_CODES[number * 2 + position]),
            "individual_number": individual_number(10_000_000_000 + number * 10 + position),
            "honseki_prefecture": "東京都",
            "honseki_city": "架空区",
            "honseki_town": CANARIES["本籍"] if number < 3 else OPEN_STREET,
            "honseki_lot": CANARIES["本籍の番地"] if number < 3 else "1番",
            "koseki_head": f"試験{number}　{name}",
        }
        for position, name in enumerate(names)
        if position < 2
    ]
    origin = {"origin_prefecture": "東京都", "origin_city": "架空区"}
    if number < 3:
        origin |= {"origin_town": CANARIES["転入前住所"], "origin_block": CANARIES["転入前の番地"]}
    return _enter(now, 60, "domestic_move_in", town=town, block=block, people=people, **origin)


_CODES = resident_codes(usable_resident_code_bodies(np.arange(1_000_000_000, 1_000_000_100)))


def _household(resident_id: int) -> int:
    from yakuba.registers.residents.models import ResidentRecord

    return int(
        ResidentRecord.objects.filter(resident_id=resident_id, known_to=None).latest("valid_from").household_id or 0
    )


def _certificate(now: datetime, person: int) -> int:
    access = _access(now, "S0002", 25, Purpose.CERTIFICATE)
    issued = certificates.issue(access, Request(kind=RequestKind.INDIVIDUAL, subjects=(person,)), confirmed=True)
    assert issued.document_id is not None, [str(finding) for finding in issued.findings]
    assert leaks(issued.pdf) if OPEN_STREET not in "".join(page_texts(issued.pdf)) else True
    return issued.document_id


def _decide(now: datetime, person: int) -> None:
    """賦課決定 from before the protection, so that tax certificates are stopped by nothing but it."""
    decisions.record(
        _access(now, "S0002", 45, Purpose.TAX),
        decisions.NewDecision(
            kind="resident_tax", fiscal_year=TAX_YEAR, resident_id=person, rule_set="resident_tax",
            parameters_digest=bytes(32), inputs={}, outcome={"gross_income": 400_000}, entry_key=uuid4(),
        ),
    )  # fmt: skip


def _protect(now: datetime, applicant: int, together: Iterable[Any]) -> int:
    access = _access(now, "S0002", 10, Purpose.PROTECTION)
    measure = protections.receive_application(
        access,
        entry_key=uuid4(),
        applicant_id=applicant,
        category="1",
        received_on=access.today,
        together=list(together),
    )
    protections.accept(access, measure, starts_on=access.today)
    return measure


def _account(access: Access, username: str) -> None:
    staff.create_account(
        access, username=username, display_name=f"窓口　{username}", password=PASSWORD, department="市民課",
        place="本庁1階", rights=ALL_RIGHTS,
    )  # fmt: skip
    staff.add_totp_device(access, username, key=TOTP_KEY)


def sign_in(username: str) -> Client:
    """A browser that has passed both factors."""
    account: Any = get_user_model().objects.get(username=username)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[django_otp.DEVICE_ID_SESSION_KEY] = account.totpdevice_set.get().persistent_id
    session.save()
    return client


def as_text(value: Any) -> str:
    """Whatever a function of the house returned, with everything inside it."""
    return json.dumps(value, default=str, ensure_ascii=False)
