"""支援措置: every way out of the product, driven for protected people by a clerk with all rights; their address is in none.

A page, command or service that is not listed here fails the test by its name: list it, with how to drive it, or with the
reason why nothing about a resident can come out of it.
"""

from __future__ import annotations

import ast
import io
import logging
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import click
import pytest
from click.testing import CliRunner
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, include, path, reverse
from django.urls.resolvers import RegexPattern
from tests.guards import protected
from tests.guards.protected import CANARIES, OPEN_STREET, World, leaks, readings
from tests.guards.tree import sources

from yakuba.desks.cli import commands as command_line
from yakuba.registers.access.door import TOKYO
from yakuba.registers.residents.events import KINDS
from yakuba.services.certificates.requests import Request, RequestKind
from yakuba.settings.paths import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
Output = tuple[str, bytes | str]
Driver = Callable[[World], Iterator[Output]]
HTMX = {"HTTP_HX_REQUEST": "true"}
TYPED = "伏見"
"""What somebody types who knows a part of the address. The page may show these words again, and nothing more."""


@pytest.fixture
def world(settings: Any) -> World:
    """The town with its protected people."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return protected.build()


# --- pages ---


def get(page: str, /, *arguments: Any, **queries: str) -> Driver:
    """The page, whole and as a part, under each of the queries; arguments may be functions of the world."""

    def drive(world: World) -> Iterator[Output]:
        for filled in _filled(world, arguments):
            address = reverse(f"counter:{page}", args=filled)
            for query in queries.values() or [""]:
                for headers in ({}, HTMX):
                    answer = world.client.get(f"{address}?{query.format(world=world)}", follow=True, **headers)
                    assert "/login/" not in str(answer.redirect_chain) or page in ("code", "login"), address
                    yield f"GET {address}?{query} {answer.status_code}", answer.content

    return drive


def post(page: str, /, *arguments: Any, **forms: Any) -> Driver:
    """The form sent, and the page that follows."""

    def drive(world: World) -> Iterator[Output]:
        for filled in _filled(world, arguments):
            address = reverse(f"counter:{page}", args=filled)
            for form in forms.values() or [{}]:
                sent = form(world) if callable(form) else form
                answer = world.client.post(address, sent, follow=True)
                yield f"POST {address} {sent} {answer.status_code}", answer.content

    return drive


def both(*drivers: Driver) -> Driver:
    """One after the other."""

    def drive(world: World) -> Iterator[Output]:
        for driver in drivers:
            yield from driver(world)

    return drive


def _filled(world: World, arguments: tuple[Any, ...]) -> Iterator[list[Any]]:
    """Every combination of what the arguments stand for."""
    if not arguments:
        yield []
        return
    first = arguments[0](world) if callable(arguments[0]) else arguments[0]
    for value in first if isinstance(first, (list, tuple)) else [first]:
        for rest in _filled(world, arguments[1:]):
            yield [value, *rest]


def everybody(world: World) -> list[int]:
    """The protected, the son who left one of them, and the neighbour for comparison."""
    return [*world.protected, world.son, world.neighbour]


def households(world: World) -> list[int]:
    """The protected people's household and the neighbour's."""
    return [world.household, world.open_household]


def documents(world: World) -> list[int]:
    """What was handed over before the protection, and the neighbour's."""
    return [world.document, world.open_document]


def entries(world: World) -> list[UUID]:
    """What another clerk has typed: a move of the protected, and somebody new who joins them."""
    return [world.joining, world.entry]


def one(name: str) -> Callable[[World], list[Any]]:
    """One thing of the world."""
    return lambda world: [getattr(world, name)]


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
    "release_ask": post("release_ask", everybody, asked={"output": "listing:search", "reason": "請求"}),
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
    "access_records": get("access_records", all="", subject="subject={world.protected[0]}", clerk="actor=S0001"),
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


def access_details() -> str:
    """What the access records say."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT action, detail, place FROM access_accessrecord")
        return protected.as_text(cursor.fetchall())


# --- services ---


def requests(world: World, *, early: bool) -> Iterator[Request]:
    """Every certificate of the protected, today and as of before the protection."""
    from yakuba.services.certificates.requests import choices

    pinned: dict[str, Any] = {}
    if early:
        known = world.access.now - timedelta(days=35)
        pinned = {"known_at": known, "valid_on": known.astimezone(TOKYO).date(), "reason": "確認"}
    for kind in RequestKind:
        show = frozenset(choices()["kinds"][kind.value]["switches"])
        for subject in (*world.protected, world.son):
            yield Request(
                kind=kind, subjects=(subject,), show=show, with_history=True, protection_id=world.measure, **pinned
            )


def issue(world: World) -> Iterator[Output]:
    """交付, 下見, 一括交付 of every kind, as of both clocks."""
    from yakuba.kernel.findings import RefusedError
    from yakuba.services.certificates import commands
    from yakuba.services.certificates.batch import issue_many

    for early in (False, True):
        for request in requests(world, early=early):
            for make in (commands.preview, lambda access, wanted: commands.issue(access, wanted, confirmed=True)):
                try:
                    made = make(world.access, request)
                except RefusedError as refused:
                    yield str(request.kind), str(refused)
                    continue
                yield str(request.kind), protected.as_text(made)
                if made.pdf:
                    yield str(request.kind), made.pdf
        for result in issue_many(world.access, requests(world, early=early), workers=1, confirmed=True):
            yield str(result.request.kind), protected.as_text(result)
            for copy in result.copies:
                yield str(result.request.kind), copy.pdf


def make_again(world: World) -> Iterator[Output]:
    """再現・再交付 of what was handed over before the protection."""
    from yakuba.kernel.findings import RefusedError
    from yakuba.services.certificates import commands

    for again in (commands.reproduce, lambda access, number: commands.reissue(access, number, "汚損", confirmed=True)):
        try:
            made: Any = again(world.access, world.document)
            yield "again", made if isinstance(made, bytes) else protected.as_text(made)
            if not isinstance(made, bytes) and made.pdf:
                yield "again", made.pdf
        except RefusedError as refused:
            yield "again", str(refused)


def offers(world: World) -> Iterator[Output]:
    """異動に伴う帳票 and 交付履歴."""
    from yakuba.services.certificates import queries
    from yakuba.services.certificates.offers import documents_after

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM residents_residentevent")
        events = [number for (number,) in cursor.fetchall()]
    yield "offers", protected.as_text(documents_after(world.access, events))
    for person in everybody(world):
        yield "issued_of", protected.as_text(queries.issued_of(world.access, person))
    yield "issued_on", protected.as_text(queries.issued_on(world.access, world.access.today))


SERVICES: dict[str, Driver | str] = {
    "certificates.batch.issue_many": issue,
    "certificates.commands.asked_of": "the request with its clocks; nobody is read",
    "certificates.commands.dispose": "gives nothing back",
    "certificates.commands.issue": issue,
    "certificates.commands.preview": issue,
    "certificates.commands.record_blocked": "gives nothing back",
    "certificates.commands.reissue": make_again,
    "certificates.commands.reproduce": make_again,
    "certificates.commands.set_up_sample_certifier": "the made-up mayor",
    "certificates.gathering.gather": "inside the service: what it gathers leaves by issue, preview and issue_many alone",
    "certificates.offers.documents_after": offers,
    "certificates.queries.issued_of": offers,
    "certificates.queries.issued_on": offers,
}
"""service.module.function → how it is driven, or why nothing about a resident comes out of it."""


def service_functions() -> Iterator[str]:
    """Every public function of the services that acts for somebody."""
    for source in sources(ROOT, "services"):
        for node in source.tree.body:
            acts = isinstance(node, ast.FunctionDef) and [one.arg for one in node.args.args[:1]] == ["access"]
            if acts and not node.name.startswith("_"):
                module = source.name.removeprefix("services/").removesuffix(".py").replace("/", ".")
                yield f"{module}.{node.name}"


def test_every_service_is_listed() -> None:
    assert sorted(set(service_functions()) ^ SERVICES.keys()) == []


def test_no_service_makes_anything_that_tells_where_the_protected_are(world: World) -> None:
    drivers = dict.fromkeys(driver for driver in SERVICES.values() if not isinstance(driver, str))
    outputs = [(driver.__name__, *output) for driver in drivers for output in driver(world)]
    assert {(name, what): found for name, what, content in outputs if (found := leaks(content))} == {}
    assert any("支援措置の対象者" in str(content) for _, _, content in outputs)
    assert leaks(access_details()) == []


# --- commands ---


def run(*arguments: str, file: str = "") -> Driver:
    """The command, in this process and this transaction; what it says, and the file that it makes."""

    def drive(world: World) -> Iterator[Output]:
        with tempfile.TemporaryDirectory() as folder:
            filled = [argument.format(folder=folder) for argument in arguments]
            outcome = CliRunner().invoke(command_line, filled)
            assert outcome.exception is None or isinstance(outcome.exception, SystemExit), outcome.exception
            yield " ".join(arguments), outcome.output
            for made in Path(folder).rglob("*"):
                if made.is_file():
                    yield f"{' '.join(arguments)}: {made.name}", made.read_bytes()

    return drive


def export_and_import(world: World) -> Iterator[Output]:
    """What was exported comes back: the findings on it must not tell what the file leaves out."""
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/residents.csv"
        CliRunner().invoke(command_line, ["residents", "export", file, "--all-items"])
        exported = Path(file).read_bytes()
        assert any(OPEN_STREET in text for text in readings(exported)), "the neighbour is not in the export"
        yield "export", exported
        outcome = CliRunner().invoke(
            command_line, ["residents", "import", file, "--findings", f"{folder}/findings.csv"]
        )
        yield "import", outcome.output
        if Path(f"{folder}/findings.csv").exists():
            yield "findings", Path(f"{folder}/findings.csv").read_bytes()


NOBODY = "says nothing about any resident"
COMMANDS: dict[str, Driver | str] = {
    "audit seal": run("audit", "seal"),
    "audit verify": run("audit", "verify"),
    "backup": "encrypted as a whole: tests/faults/test_backup.py looks for readable words in it",
    "db psql": "the administrator's own way in, past the product",
    "db start": NOBODY,
    "db status": NOBODY,
    "db stop": NOBODY,
    "demo": "makes a made-up town of its own and prints counts; its pages are those above",
    "lint": NOBODY,
    "migrate": NOBODY,
    "register refold": "prints a count; works on the tables as their owner",
    "register verify": run("register", "verify"),
    "resident-codes receive": "takes codes in and prints a count",
    "residents export": both(
        run("residents", "export", "{folder}/all.csv", "--all-items"),
        run("residents", "export", "{folder}/basic.csv"),
        run("residents", "export", "--all-items"),
    ),
    "residents import": export_and_import,
    "restore": "prints counts; what it brings back is shown by the same pages and commands",
    "serve": "opens the pages above",
    "staff create": NOBODY,
    "test": NOBODY,
    "town certifier": NOBODY,
    "town create": "makes a made-up town and prints counts",
}
"""Command → how it is driven, or why nothing about a resident comes out of it."""


def command_names(group: click.Group = command_line, before: str = "") -> Iterator[str]:
    """Every command of the command line, by its full name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from command_names(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_every_command_is_listed() -> None:
    assert sorted(set(command_names()) ^ COMMANDS.keys()) == []


def test_no_command_tells_where_the_protected_are(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from yakuba.desks.cli import audit, register, residents

    for module in (audit, register, residents):
        monkeypatch.setattr(module, "open_registers", lambda: None)
    monkeypatch.setattr(audit, "data_folder", lambda: tmp_path)
    caplog.set_level(logging.DEBUG)
    drivers = [driver for driver in COMMANDS.values() if not isinstance(driver, str)]
    outputs = [output for driver in drivers for output in driver(world)]
    outputs += [(made.name, made.read_bytes()) for made in tmp_path.rglob("*.json")]
    assert {what: found for what, content in outputs if (found := leaks(content))} == {}
    assert leaks(caplog.text) == []


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
