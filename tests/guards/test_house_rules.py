"""The house keeps its rules, and each rule catches what it is there for: it is broken once or more in a copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.guards import house_rules as rules
from tests.guards.conftest import planted

from yakuba.settings.paths import ROOT

Rule = Callable[[Path], Iterator[str]]
RULES: tuple[Rule, ...] = (
    rules.pure_wings_know_no_clock_no_chance_no_database,
    rules.time_is_an_argument,
    rules.only_commands_write,
    rules.nothing_is_written_behind_the_back,
    rules.rights_are_given_in_one_place,
    rules.outside_a_register_nobody_sees_its_tables,
    rules.personal_data_has_one_door,
    rules.identifiers_are_ascii,
    rules.files_are_short,
    rules.public_functions_say_what_they_do,
    rules.the_laws_numbers_are_exact,
    rules.nothing_points_at_one_machine_or_registry,
)
HOUSE = "src/yakuba"
VIEW, QUERY, SERVICE = (
    f"{HOUSE}/desks/counter/views/planted.py",
    f"{HOUSE}/registers/residents/queries/planted.py",
    f"{HOUSE}/services/certificates/planted.py",
)
DOC = '"""Planted."""\n'
REGISTRY = "pypi" + ".org"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    assert list(rule(ROOT)) == []


@pytest.mark.parametrize(
    ("rule", "place", "text"),
    [
        (
            rules.pure_wings_know_no_clock_no_chance_no_database,
            f"{HOUSE}/kernel/planted.py",
            "from django.db import models",
        ),
        (rules.pure_wings_know_no_clock_no_chance_no_database, f"{HOUSE}/kernel/planted.py", "import time"),
        (
            rules.pure_wings_know_no_clock_no_chance_no_database,
            f"{HOUSE}/law/planted.py",
            "def f():\n    from random import random",
        ),
        (
            rules.pure_wings_know_no_clock_no_chance_no_database,
            f"{HOUSE}/law/planted.py",
            "import datetime\nD = datetime.date.today()",
        ),
        (
            rules.pure_wings_know_no_clock_no_chance_no_database,
            f"{HOUSE}/kernel/planted.py",
            "import uuid\nU = uuid.uuid4()",
        ),
        (rules.time_is_an_argument, QUERY, "from datetime import date\nT = date.today()"),
        (rules.time_is_an_argument, SERVICE, "from datetime import datetime, UTC\nT = datetime.now(UTC)"),
        (rules.time_is_an_argument, SERVICE, "from django.utils import timezone\nT = timezone.now()"),
        (rules.time_is_an_argument, SERVICE, "from django.utils.timezone import now"),
        (rules.time_is_an_argument, SERVICE, "import time\nT = time.time()"),
        (rules.time_is_an_argument, QUERY, "Q = 'SELECT 1 FROM residents_memo WHERE written_at < now()'"),
        (rules.time_is_an_argument, QUERY, "def q(a):\n    return f'SELECT {a} WHERE d = CURRENT_DATE'"),
        (rules.only_commands_write, QUERY, "def f(person):\n    person.save()"),
        (rules.only_commands_write, QUERY, "def f(m):\n    m.objects.create(a=1)"),
        (rules.only_commands_write, QUERY, "def f(m):\n    m.objects.filter(a=1).update(a=2)"),
        (rules.only_commands_write, QUERY, "def f(m):\n    m.objects.filter(a=1).delete()"),
        (rules.only_commands_write, VIEW, "def f(m, rows):\n    m.objects.bulk_create(rows)"),
        (rules.only_commands_write, VIEW, "def f(m):\n    m.objects.get_or_create(a=1)"),
        (rules.only_commands_write, QUERY, "Q = 'INSERT INTO residents_memo (text) VALUES (1)'"),
        (rules.only_commands_write, QUERY, "Q = 'UPDATE residents_residentrecord SET town = NULL'"),
        (rules.only_commands_write, QUERY, "def f(t):\n    return f'DELETE FROM {t} WHERE id = 1'"),
        (rules.only_commands_write, SERVICE, "Q = 'COPY residents_memo (text) FROM STDIN'"),
        (rules.only_commands_write, SERVICE, "Q = \"SELECT setval('resident_body', 1)\""),
        (rules.nothing_is_written_behind_the_back, SERVICE, "from django.db.models.signals import post_save"),
        (rules.nothing_is_written_behind_the_back, SERVICE, "from django.dispatch import receiver"),
        (
            rules.nothing_is_written_behind_the_back,
            f"{HOUSE}/registers/planted/models.py",
            "class Person:\n    def save(self):\n        pass",
        ),
        (
            rules.nothing_is_written_behind_the_back,
            f"{HOUSE}/registers/planted/migrations/0001_initial.py",
            "S = 'CREATE TRIGGER t BEFORE UPDATE ON residents_memo'",
        ),
        (
            rules.rights_are_given_in_one_place,
            f"{HOUSE}/registers/planted/migrations/0001_initial.py",
            "S = 'GRANT UPDATE ON residents_evententry TO yakuba_app'",
        ),
        (rules.rights_are_given_in_one_place, QUERY, "S = 'CREATE FUNCTION f() RETURNS int SECURITY DEFINER'"),
        (
            rules.outside_a_register_nobody_sees_its_tables,
            VIEW,
            "from yakuba.registers.residents.models import Resident",
        ),
        (rules.outside_a_register_nobody_sees_its_tables, VIEW, "from django.db import connection"),
        (rules.outside_a_register_nobody_sees_its_tables, SERVICE, "import psycopg"),
        (rules.outside_a_register_nobody_sees_its_tables, SERVICE, "Q = 'SELECT name FROM residents_residentrecord'"),
        (
            rules.outside_a_register_nobody_sees_its_tables,
            VIEW,
            "from django.apps import apps\nR = apps.get_model('residents', 'Resident').objects.all()",
        ),
        (rules.personal_data_has_one_door, QUERY, "def address_of(resident_id):\n    return ''"),
        (rules.personal_data_has_one_door, QUERY, "def everybody():\n    return []"),
        (
            rules.personal_data_has_one_door,
            f"{HOUSE}/registers/planted/queries.py",
            "def rows(subject, access):\n    return []",
        ),
        (rules.identifiers_are_ascii, SERVICE, "氏名 = 1"),
        (rules.identifiers_are_ascii, SERVICE, "def f(世帯):\n    return 世帯"),
        (rules.files_are_short, SERVICE, "\n" * 400),
        (rules.public_functions_say_what_they_do, SERVICE, f"{DOC}def told():\n    return 1"),
        (rules.public_functions_say_what_they_do, SERVICE, "X = 1"),
        (rules.the_laws_numbers_are_exact, "statutes/national/planted.yaml", "rate: {value: 0.1}"),
        (
            rules.nothing_points_at_one_machine_or_registry,
            "requirements/planted.txt",
            "--index-url https://example.org/simple",
        ),
        (rules.nothing_points_at_one_machine_or_registry, "requirements/planted.in", "x @ file:///tmp/x.whl"),
        (rules.nothing_points_at_one_machine_or_registry, SERVICE, f"# see {REGISTRY}"),
        (rules.nothing_points_at_one_machine_or_registry, SERVICE, "P = '/" + "home/somebody/town'"),
    ],
)
def test_what_breaks_the_rule_is_caught(checkout: Path, rule: Rule, place: str, text: str) -> None:
    with planted(checkout, place, text):
        caught = list(rule(checkout))
    assert any(line.startswith((place, place.removeprefix(f"{HOUSE}/"))) for line in caught), caught


def test_a_query_that_is_gone_leaves_the_list_of_those_without_a_door(checkout: Path) -> None:
    with planted(
        checkout, f"{HOUSE}/registers/staff/queries.py", "\ndef usable_of_old(", instead_of="\ndef usable_on("
    ):
        caught = list(rules.personal_data_has_one_door(checkout))
    assert any("staff.usable_on is listed" in line for line in caught)
