"""How the outputs are driven: pages asked for and forms sent for everybody of the town of `protected`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse
from tests.guards import protected
from tests.guards.protected import World

Output = tuple[str, bytes | str]
Driver = Callable[[World], Iterator[Output]]
HTMX = {"HTTP_HX_REQUEST": "true"}


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


def access_details() -> str:
    """What the access records say."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT action, detail, place FROM access_accessrecord")
        return protected.as_text(cursor.fetchall())
