"""支援措置: every way out of the product, driven for protected people by a clerk with all rights; their address is in none.

A page that is not listed here fails the test by its name: list it, with how to drive it. Services and commands stand in
`test_protected_services.py` and `test_protected_commands.py`, those of which nothing about a resident can come out with the
reason.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, include, path
from django.urls.resolvers import RegexPattern
from tests.exchange.income_reports.made import as_bytes
from tests.flows.town import FAMILIES, couple, move_in, resident_code_texts
from tests.guards.driving import (
    Driver,
    access_details,
    both,
    documents,
    entries,
    everybody,
    get,
    households,
    one,
    post,
)
from tests.guards.protected import CANARIES, OPEN_STREET, TAX_YEAR, World, leaks, readings
from tests.services.resident_tax.reported import father, report

from yakuba.registers.access.door import Purpose
from yakuba.registers.decision_runs import queries as run_queries
from yakuba.registers.income_reports.columns import Kind
from yakuba.registers.income_reports.queries import open_matches
from yakuba.registers.residents.commands import registration
from yakuba.registers.residents.events import KINDS
from yakuba.registers.residents.queries.names import names
from yakuba.services.certificates.requests import RequestKind
from yakuba.services.resident_tax import what_if
from yakuba.services.resident_tax.commands import calculate_run, correct

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TYPED = "伏見"
"""What somebody types who knows a part of the address. The page may show these words again, and nothing more."""


def certificate_form(kind: RequestKind, subjects: Callable[[World], list[int]]) -> Callable[[World], dict[str, Any]]:
    """A request for these people, with everything shown."""
    from yakuba.services.certificates.requests import choices

    own = choices()["kinds"][kind.value]
    return lambda world: {
        "kind": kind.value,
        "subjects": [str(each) for each in subjects(world)],
        "show": list(own["switches"]),
        "items": list(choices()["items"]),
        "with_history": "1",
        "requester": "本人",
        "reason": "確認",
        "confirmed": "1",
        "protection_id": str(world.measure),
        "fiscal_year": str(TAX_YEAR),
    }


def the_household(world: World) -> list[int]:
    """Everybody in the protected household."""
    return world.protected[:2]


CERTIFICATE_FORMS: dict[str, Any] = {kind.value: certificate_form(kind, the_household) for kind in RequestKind}
SON_FORMS: dict[str, Any] = {kind.value: certificate_form(kind, one("son")) for kind in RequestKind}


def event_form(world: World) -> dict[str, Any]:
    """A change of name: the before and after of a person is shown while it is typed."""
    today = world.access.today.isoformat()
    return {
        "occurred_on": today, "notified_on": today, "residents": [str(world.protected[2])], "name": "試験2　改",
        "household_id": str(world.household), "confirmed": "0",
    }  # fmt: skip


def salary_form(world: World) -> dict[str, Any]:
    """A file of 給与支払報告書 on the protected and the neighbour, one of whom it names as nobody knows."""
    people = names(world.access, everybody(world))
    rows = [
        {
            "訂正表示": "0", "年分": "07", "整理番号": str(at), "受領年月日": "2026-01-28", "氏名": name, "フリガナ": "シケン　ダレカ",
            "生年月日": "1980-05-01" if at else "1999-09-09", "住所": "見本市", "支払者_指定番号": "9001",
            "支払者_氏名又は名称": "架空商事", "支払金額": "4000000", "源泉徴収税額": "0", "社会保険料等の金額": "500000",
        }
        for at, name in enumerate([*people.values(), "試験　不明"])
    ]  # fmt: skip
    return {"kind": "salary", "file": SimpleUploadedFile("salary.csv", as_bytes(Kind.SALARY, rows))}


def open_report(world: World) -> list[int]:
    """The reports about nobody known."""
    access = replace(world.access, now=datetime.now(UTC))
    return [row.report_id for row in open_matches(access, fiscal_year=TAX_YEAR)]


def runs(world: World) -> list[int]:
    """The runs that there are, worked out as their job does."""
    found = run_queries.runs(world.access, "resident_tax")
    for run in found:
        calculate_run(world.access, run.run_id)
    return [run.run_id for run in found]


def scenarios(world: World) -> list[int]:
    """A scenario that touches everybody who is taxed, worked out as its job does."""
    access = replace(world.access, now=datetime.now(UTC), purpose=Purpose.TAX)
    asked = what_if.ask(access, TAX_YEAR, {"municipal_per_capita_amount": "3500"}, uuid4())
    what_if.answer(access, asked, progress=lambda *_: None)
    return [asked]


def decided(world: World) -> list[int]:
    """Everybody, and somebody who lived here before and whose tax is decided from a report."""
    access = replace(world.access, now=datetime.now(UTC), purpose=Purpose.TAX)
    town, block = FAMILIES[0][2:]
    typed = move_in(town, block, couple("青木", "アオキ", 0, iter(resident_code_texts()[-3:])), day="2020-04-01")
    entered = registration.register_directly(access, "domestic_move_in", typed, uuid4())
    report(access, [{**father(0), "employment_revenue": 4_000_000}], fiscal_year=TAX_YEAR)
    correct(access, min(entered.resident_ids), TAX_YEAR, uuid4(), decided_on=access.today, ground="確認")
    return [*everybody(world), min(entered.resident_ids)]


SLUGS = list(KINDS)
PAGES: dict[str, Driver] = {
    "search": get(
        "search",
        empty="",
        name="text=試験",
        kana="text=シケン",
        address=f"text={TYPED}町",
        field=f"address={TYPED}",
        number="number={world.protected[0]}",
        birth="birth_date=1980-05-01",
        living="text=試験&living=1",
    ),
    "login": both(get("login"), post("login", wrong={"username": "S0001", "password": "ちがう"})),
    "code": get("code"),
    "person": get("person", everybody),
    "timeline": get(
        "timeline",
        everybody,
        now="",
        early="valid_on=2026-10-20",
        later="valid_on=2027-12-31",
        old="known_at=2026-10-25",
    ),
    "resident_protections": get("resident_protections", everybody),
    "certificates": both(
        get("certificates", everybody),
        post("certificates", everybody, **CERTIFICATE_FORMS),
        post("certificates", one("son"), **SON_FORMS),
    ),
    "certificate_preview": post("certificate_preview", everybody, **CERTIFICATE_FORMS),
    "documents": get("documents", today="", earlier="day={world.access.today}"),
    "document": get("document", documents),
    "document_pdf": post("document_pdf", documents),
    "document_act": post(
        "document_act", documents, again={"what": "reissue", "reason": "汚損"}, spoilt={"reason": "書損"}
    ),
    "household": get("household", households, now="", early="valid_on=2026-10-20"),
    "lock": post("lock", households),
    "unlock": post("unlock", households),
    "event_choice": get(
        "event_choice", blank="", resident="resident={world.protected[0]}", mover="resident={world.mover}"
    ),
    "pick": get(
        "pick",
        ["resident", "household"],
        name="path=residents&find.residents=試験",
        address=f"path=household_id&find.household_id={TYPED}",
    ),
    "event": both(
        get("event", SLUGS, blank="", resident="resident={world.protected[0]}", mover="resident={world.mover}"),
        post("event", SLUGS, typed=event_form),
    ),
    "event_check": post("event_check", SLUGS, typed=event_form),
    "event_draft": post("event_draft", SLUGS[:2], typed=event_form),
    "event_draft_discard": post("event_draft_discard", SLUGS[:1]),
    "queue": get("queue"),
    "queue_register": post("queue_register", chosen=lambda world: {"entry": [str(world.entry)]}),
    "entry": get("entry", entries),
    "entry_edit": post("entry_edit", entries),
    "entry_register": post("entry_register", one("entry")),
    "entry_withdraw": post("entry_withdraw", one("entry")),
    "protections": get("protections"),
    "measure": get("measure", one("measure")),
    "measure_step": post(
        "measure_step", one("measure"), ["extend", "forward", "propose-end"], reason={"reason": "確認"}
    ),
    "protection_receive": post(
        "protection_receive",
        everybody,
        blank=lambda world: {"entry_key": str(uuid4())},
        again=lambda world: {
            "entry_key": str(uuid4()),
            "category": "1",
            "position": "1",
            "received_on": world.access.today.isoformat(),
            "together": [str(world.protected[1])],
        },
    ),
    "release_ask": post("release_ask", everybody, asked={"output": "certificate:struck", "reason": "請求"}),
    "release_decide": post("release_decide", one("release"), declined={"decision": "decline", "reason": "確認"}),
    "restriction_set": post(
        "restriction_set",
        everybody,
        blank={},
        set=lambda world: {
            "processes": ["event"],
            "level": "alert",
            "reason": "確認",
            "starts_on": world.access.today.isoformat(),
        },
    ),
    "restriction_lift": post(
        "restriction_lift", one("neighbour"), one("restriction"), suspend={"what": "suspend", "reason": "確認"}
    ),
    "individual_number": post("individual_number", everybody, blank={}, asked={"reason": "確認"}),
    "memo": post("memo", everybody, text={"text": "来庁"}),
    "statistics": get(
        "statistics",
        *(),
        **{name: f"dimension={name}" for name in ("age", "sex", "nationality", "district")},
        **{f"{name}_csv": f"dimension={name}&format=csv" for name in ("age", "sex", "nationality", "district")},
    ),
    "flows": get("flows", page="", csv="format=csv"),
    "access_records": get("access_records", all="", subject="subject={world.number}", clerk="actor=S0001"),
    "tax_import": post("tax_import", sent=salary_form),
    "tax": get("tax"),
    "tax_work": get("tax_work", people="", relatives="list=relatives", other="list=contradictions"),
    "tax_match": post("tax_match", open_report, [0], chosen=lambda world: {"number": world.number, "reason": "確認"}),
    "tax_propose": post("tax_propose", proposed={"year": str(TAX_YEAR)}),
    "tax_progress": get("tax_progress", runs),
    "tax_step": post("tax_step", runs, ["calculate", "approve", "post"]),
    "tax_run": get("tax_run", runs),
    "tax_what_if": both(
        get("tax_what_if", ordinances="", every="which=all"),
        post("tax_what_if", asked={"year": str(TAX_YEAR), "number.municipal_per_capita_amount": "4000"}),
    ),
    "tax_scenario": get("tax_scenario", scenarios, page="", csv="format=csv"),
    "tax_scenario_progress": get("tax_scenario_progress", scenarios),
    "taxpayers": get("taxpayers", empty="", name="text=試験", address=f"text={TYPED}町"),
    "taxpayer": get("taxpayer", everybody, now="", other="year=2025"),
    "tax_correct": both(get("tax_correct", everybody), post("tax_correct", everybody, ground={"ground": "確認"})),
    "tax_why": get("tax_why", decided),
    "tax_notice": get("tax_notice", everybody, notice="", change="what=change"),
    "staff": get("staff"),
    "staff_create": both(get("staff_create"), post("staff_create")),
    "staff_account": get("staff_account", ["S0001", "S0002"]),
    "staff_second_factor": post("staff_second_factor", ["S0003"]),
    "keys": get("keys"),
    "logout": post("logout"),
}
"""URL name → how it is driven, in this order; what changes something stands after what only shows it."""


def url_names(resolver: URLResolver | None = None) -> Iterator[str]:
    """Every page of the web desks, by name; one without a name by its pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from url_names(pattern)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)


def test_every_page_is_listed() -> None:
    assert sorted(set(url_names()) ^ PAGES.keys()) == []


def test_no_page_shows_where_the_protected_are(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    found: dict[str, list[str]] = {}
    seen_openly, answered = 0, set()
    for name, drive in PAGES.items():
        for what, content in drive(world):
            if leaked := leaks(content):
                found[f"{name}: {what}"] = leaked
            seen_openly += any(OPEN_STREET in text for text in readings(content))
            answered |= {name} if what.endswith((" 200", " 204")) else set()
    assert found == {}
    assert PAGES.keys() - answered == set(), "pages that only ever refused"
    assert seen_openly > 20, "the neighbour's address is shown nowhere: the drivers do not drive"
    assert leaks(caplog.text) == []
    assert leaks(access_details()) == []


def test_a_page_that_is_added_without_being_listed_is_named() -> None:
    from yakuba.desks.counter import urls
    from yakuba.desks.counter.views import keys

    added = [*urls.urlpatterns, path("labels/", keys.keys, name="address_labels")]
    resolver = URLResolver(RegexPattern(r"^/"), [path("", include((added, "counter")))])
    assert sorted(set(url_names(resolver)) ^ PAGES.keys()) == ["address_labels"]


@pytest.mark.parametrize("name", ["person", "timeline", "entry"])
def test_a_page_that_forgets_to_hide_is_caught(world: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    from yakuba.registers.residents.queries import desk, people

    for module in (desk, people):
        monkeypatch.setattr(module, "hide", lambda items: items)
    assert {item for _, content in PAGES[name](world) for item in leaks(content)} != set()


# --- the search itself ---


@pytest.mark.parametrize("item", CANARIES)
def test_the_search_finds_an_address_however_it_is_written(item: str) -> None:
    import html
    import json
    from urllib.parse import quote

    word = CANARIES[item]
    for written in (
        word, f"<td>{word}</td>", f"{word[:2]}<wbr>{word[2:]}", quote(word), json.dumps(word), html.escape(word),
        "".join(f"&#{ord(sign)};" for sign in word), word.encode(), io.BytesIO(word.encode("cp932")).getvalue(),
    ):  # fmt: skip
        assert item in leaks(written), written
