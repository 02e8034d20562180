"""一覧: each pages by key, and costs at most five queries of its own whatever its length.

What every request costs is counted apart, and is the same for all pages: session, account, second factor, rights, and
the access record (lock, last record of the chain, new record) that makes the page lawful.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.test import Client
from django.utils import timezone
from tests.desks.clerks import ALL_RIGHTS, SignIn
from tests.flows.town import move_in, resident_code_texts

from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.documents.models import Certifier, DocumentSubject, IssuedDocument
from yakuba.registers.protections import commands as protections
from yakuba.registers.residents.commands.registration import register_directly
from yakuba.registers.residents.models import ProvisionalEntry
from yakuba.registers.staff.models import StaffAccount

TRANSACTION = re.compile(r"^(BEGIN|COMMIT|SAVEPOINT|RELEASE|SET )")
ISSUED_ON = date(2026, 11, 2)
PAGE = 50
"""How many rows a list shows at once."""
MOST = 5
MOST_OF_A_SEARCH = 12
"""A search asks its indexes one after the other until the page is full, and whose address is hidden; never once a row."""


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that reaches the driver, whoever sends it."""
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def listening(cursor: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        sent.append(str(query).strip())
        return execute(cursor, query, *arguments, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", listening)
    return sent


def people(access: Access, numbers: range) -> list[int]:
    """住民 in one household each as lodgers, so that one notice makes many."""
    codes = iter(resident_code_texts()[numbers.start :])
    rows = [
        {
            "resident_kind": "1", "name": f"山田\u3000{_numeral(position)}", "name_furigana": "ヤマダ\u3000カズ", "sex": "1",
            "birth_date": f"{1950 + position % 50}-01-{position % 28 + 1:02}", "relationship": "02" if position == numbers.start else "99",
            "resident_code": next(codes), "honseki_prefecture": "見本県", "honseki_city": "見本市", "honseki_lot": "1番地",
            "honseki_town": "本町一丁目", "koseki_head": "山田\u3000一",
        }
        for position in numbers
    ]  # fmt: skip
    done = register_directly(
        access, "domestic_move_in", move_in("本町一丁目", "1番1号", rows, day="2020-04-01"), uuid4()
    )
    assert done.event_ids, done.findings
    return list(done.resident_ids)


def _numeral(position: int) -> str:
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(position))


def waiting(access: Access, numbers: range) -> None:
    ProvisionalEntry.objects.bulk_create(
        ProvisionalEntry(
            id=uuid4(), kind="birth", form={"occurred_on": "R8.11.1", "people": [{"name": "山田\u3000光"}]}, subjects=[],
            entered_by="S0001", entered_at=timezone.now(),
        )
        for _ in numbers
    )  # fmt: skip


def staff(access: Access, numbers: range) -> None:
    StaffAccount.objects.bulk_create(
        StaffAccount(username=f"T{position:04}", display_name="窓口") for position in numbers
    )


def records(access: Access, numbers: range) -> None:
    for position in numbers:
        access_commands.record(access, "residents.person", [position])


def issued(access: Access, numbers: range) -> None:
    certifier = Certifier.objects.create(
        title="見本市長",
        name="見本\u3000太郎",
        starts_on=date(2000, 1, 1),
        seal=b"",
        entered_by="S",
        entered_at=timezone.now(),
    )
    rows = IssuedDocument.objects.bulk_create(
        IssuedDocument(
            issue_number=f"{position}", issued_on=ISSUED_ON, terminal="1", serial=position + 1, request_key=uuid4(), copy_number=1,
            kind="household", subjects=[position], options={}, valid_on=ISSUED_ON, known_at=timezone.now(), requester="",
            purpose="", individual_number=False, certifier_id=certifier.pk, template_version="v1", engine={}, digest=b"",
            page_count=1, issued_at=timezone.now(), actor="S0001",
        )
        for position in numbers
    )  # fmt: skip
    DocumentSubject.objects.bulk_create(DocumentSubject(resident_id=1, document_id=row.id) for row in rows)


def protected(access: Access, numbers: range) -> None:
    for position in numbers:
        protections.receive_application(
            access, entry_key=uuid4(), applicant_id=position + 1, category="1", received_on=date(2026, 11, 1)
        )


def at_the_door(client: Client, access: Access, statements: list[str]) -> set[str]:
    """What every request sends: who asks, and with which rights; and the record that somebody asked."""
    statements.clear()
    client.get("/keys/")
    access_commands.record(access, "residents.person", [1])
    return set(statements)


LISTS: dict[str, tuple[str, Callable[[Access, range], Any], tuple[int, int]]] = {
    "search": ("/?text=やまだ", people, (10, 300)),
    "search-on": ("/?text=やまだ&living=1", people, (10, 300)),
    "queue": ("/entries/", waiting, (10, 500)),
    "access records": ("/access-records/", records, (10, 500)),
    "staff": ("/staff/", staff, (10, 500)),
    "documents": (f"/documents/?day={ISSUED_ON}", issued, (10, 500)),
    "protections": ("/protections/", protected, (10, 100)),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_at_most_five_queries(name: str, sign_in: SignIn, statements: list[str]) -> None:
    address, fill, (few, many) = LISTS[name]
    access = Access("S0009", Purpose.MIGRATION, datetime.now(UTC), rights=frozenset(ALL_RIGHTS))
    client = sign_in()
    costs = []
    for numbers in (range(few), range(few, many)):
        fill(access, numbers)
        client.get(address)
        door = at_the_door(client, access, statements)
        statements.clear()
        answer = client.get(address)
        assert answer.status_code == 200
        shown = answer.content.decode()
        rows = shown.count("<tr") - shown.count("<thead>")
        assert rows >= min(numbers.stop, PAGE)
        assert rows <= PAGE + 1, "the page and the row that leads on"
        own = [statement for statement in statements if statement not in door and not TRANSACTION.search(statement)]
        assert own, "a list reads what it shows"
        costs.append((len(own), len(statements)))
        assert len(own) <= (MOST_OF_A_SEARCH if name.startswith("search") else MOST), "\n---\n".join(own)
    assert costs[1] <= costs[0], "the cost does not grow with the length"
