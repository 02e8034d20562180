"""The house rules (ARCHITECTURE.md), each a function from a checkout to what breaks it, one line a breach."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from tests.guards.tree import Source, calls, imports, nodes, sources, texts

CLOCK_CALLS = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|timezone\.(now|localdate|localtime)|time\.(time|time_ns|localtime|gmtime))$"
)
CLOCK_IMPORTS = ("time.time", "time.time_ns", "django.utils.timezone.now", "django.utils.timezone.localdate")
CLOCK_SQL = re.compile(
    r"\bnow\(\)|\bcurrent_(date|timestamp|time)\b|\b(clock|statement|transaction)_timestamp\(", re.IGNORECASE
)
WRITING_SQL = re.compile(
    r"\b(INSERT\s+INTO\s|UPDATE\s+\S+\s+(AS\s+\w+\s+)?SET\s|DELETE\s+FROM\s|TRUNCATE\s|MERGE\s+INTO\s|COPY\s[^;]*FROM\s+STDIN|setval\()"
)
MODEL_CALLS = re.compile(r"\.(save|bulk_create|bulk_update|get_or_create|update_or_create)$")
QUERYSET_CALLS = re.compile(
    r"(\.objects|\.filter\(|\.all\(|\.exclude\(|_set)\b.*\.(create|update|delete|add|set|remove|clear)$"
)
WRITING_HELPERS = {
    "registers/access/copying.py": "copies frames in for the commands of every register",
    "registers/individual_numbers/vault.py": "opens the vault for its commands and its queries",
}
NOT_A_MODEL = {("typesetting/parts.py", "code.save"): "a QR code drawn into memory"}
"""Calls that look like a write and are none: (file, what is called) → what it is."""
SIGN_IN = {
    ("desks/counter/views/login.py", "get_user_model().objects"): "Django's own account, before anybody is signed in",
    ("desks/cli/demo.py", "django.db.connections"): "closes what it has before the server's processes begin",
}
"""Uses outside the registers that touch no register's table: (file, what is used) → why."""
LONGEST_FILE_LINES = 400
REGISTRIES = ("pypi.org", "pythonhosted.org", "npmjs.org", "npmjs.com", "proxy.golang", "crates.io", "anaconda.org")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(home|root|work|Users|mnt)/\w")
REQUIREMENT_ADDRESS = re.compile(r"https?://|--(extra-)?index-url|--find-links|@ file:|^-[if] ", re.MULTILINE)


def is_commands(source: Source) -> bool:
    """Whether the module is one of a room's only writers."""
    return any(part in ("commands", "commands.py") for part in source.name.split("/"))


def pure_wings_know_no_clock_no_chance_no_database(root: Path) -> Iterator[str]:
    """Rule 2: kernel/, law/ and typesetting/ import no Django, no database, no clock, and draw no lots."""
    forbidden = (
        "django",
        "psycopg",
        "procrastinate",
        "sqlite3",
        "time",
        "random",
        "secrets",
        "numpy.random",
        "os.urandom",
    )
    for source in sources(root, "kernel", "law", "typesetting"):
        for node, name in imports(source.tree):
            if any(name == each or name.startswith(f"{each}.") for each in forbidden):
                yield source.at(node, f"imports {name}")
        for node, called in calls(source.tree):
            if CLOCK_CALLS.search(called) or re.search(r"\b(random|uuid[14]|urandom)\b", called):
                yield source.at(node, f"calls {called}")


def time_is_an_argument(root: Path) -> Iterator[str]:
    """Rule 6: nothing below desks/ reads the wall clock, neither in Python nor in SQL; long work in `jobs` may."""
    for source in sources(root, "kernel", "law", "typesetting", "registers", "services", "exchange"):
        if "jobs" in source.name.removesuffix(".py").split("/"):
            continue
        for node, called in calls(source.tree):
            if CLOCK_CALLS.search(called):
                yield source.at(node, f"reads the clock: {called}")
        for node, name in imports(source.tree):
            if name in CLOCK_IMPORTS:
                yield source.at(node, f"imports the clock: {name}")
        for node, text in texts(source.tree):
            if CLOCK_SQL.search(text):
                yield source.at(node, f"the database's clock: {text.strip()[:60]}")


def only_commands_write(root: Path) -> Iterator[str]:
    """Rule 3: what changes a table stands in a `commands` module, or in one of the few helpers that only they call."""
    for source in sources(root, "kernel", "law", "typesetting", "registers", "services", "exchange", "desks"):
        if is_commands(source) or source.name in WRITING_HELPERS:
            continue
        for node, called in calls(source.tree):
            writes = MODEL_CALLS.search(called) or QUERYSET_CALLS.search(called)
            if writes and (source.name, called) not in NOT_A_MODEL:
                yield source.at(node, f"writes: {called}()")
        for node, text in texts(source.tree):
            if WRITING_SQL.search(text):
                yield source.at(node, f"writes: {text.strip()[:60]}")


def nothing_is_written_behind_the_back(root: Path) -> Iterator[str]:
    """Rule 3: no signals, no triggers, no save() or delete() of a model's own."""
    for source in sources(root, migrations=True):
        for node, name in imports(source.tree):
            if name.startswith(("django.dispatch", "django.db.models.signals", "django.core.signals")):
                yield source.at(node, f"signal: {name}")
        for node in nodes(source.tree):
            if isinstance(node, ast.ClassDef) and source.name.endswith("models.py"):
                for method in node.body:
                    if isinstance(method, ast.FunctionDef) and method.name in ("save", "delete", "asave", "adelete"):
                        yield source.at(method, f"{node.name}.{method.name}() of its own")
        for node, text in texts(source.tree):
            if re.search(r"\bCREATE\s+(OR\s+REPLACE\s+)?(CONSTRAINT\s+)?(TRIGGER|RULE)\b", text, re.IGNORECASE):
                yield source.at(node, "trigger")


def rights_are_given_in_one_place(root: Path) -> Iterator[str]:
    """Rule 4: a GRANT outside settings/ could open an append-only table."""
    for source in sources(root, migrations=True):
        if source.wing == "settings" or source.name == "registers/residents/commands/refold.py":
            continue
        for node, text in texts(source.tree):
            if re.search(
                r"\bGRANT\s+\w+.*\bTO\b|\bOWNER\s+TO\b|\bSECURITY\s+DEFINER\b", text, re.IGNORECASE | re.DOTALL
            ):
                yield source.at(node, f"gives a right: {text.strip()[:60]}")


def outside_a_register_nobody_sees_its_tables(root: Path) -> Iterator[str]:
    """Rule 5: desks/, services/ and exchange/ import no register's models and no database connection."""
    for source in sources(root, "desks", "services", "exchange"):
        for node, name in imports(source.tree):
            if re.match(r"yakuba\.registers\.\w+\.(models|migrations|sql|copying)\b", name):
                yield source.at(node, f"imports {name}")
            database = re.match(r"django\.db\.(connections?|backends)\b|psycopg\b", name)
            if database and (source.name, name) not in SIGN_IN:
                yield source.at(node, f"imports {name}")
        for node, text in texts(source.tree):
            if re.search(
                r"\b(SELECT\s.+\sFROM|JOIN)\s+(residents|protections|access|individual_numbers|documents|decisions|ledger|accounts|payments)_",
                text,
                re.DOTALL,
            ):
                yield source.at(node, f"names a register's table: {text.strip()[:60]}")
        for node in nodes(source.tree):
            asked = ast.unparse(node) if isinstance(node, ast.Attribute) and node.attr == "objects" else ""
            if asked and (source.name, asked) not in SIGN_IN:
                yield source.at(node, f"asks a model: {asked}")


def query_functions(root: Path) -> Iterator[tuple[Source, ast.FunctionDef]]:
    """Every public function of the registers' queries."""
    for source in sources(root, "registers"):
        parts = source.name.removesuffix(".py").split("/")
        if "queries" in parts[2:]:
            for node in source.tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield source, node


DOORLESS = {
    "access.monthly_counts": "counts",
    "access.record_count": "a count",
    "access.seals": "digests of records",
    "access.verify_chains": "findings on records, which name a chain and a number",
    "accounts.bank_list_on": "a number of a list of banks",
    "accounts.banks_in": "banks and branches",
    "accounts.branch_exists": "a truth value",
    "accounts.findings_of": "sentences on rows that came through the door",
    "decision_runs.read_run": "a run, in which nobody stands, for its commands",
    "decisions.recorded_keys": "natural keys",
    "documents.certifier": "the mayor",
    "documents.certifier_on": "the mayor",
    "documents.document": "an issue's options and digest, for making it again under the caller's own record",
    "documents.issued_keys": "natural keys",
    "individual_numbers.masked": "asterisks",
    "ledger.posted_keys": "natural keys",
    "ledger.totals": "sums",
    "ledger.unreminded": "for commands.remind, under its own record",
    "protections.all_locked": "identifiers, for outputs of a whole town",
    "protections.compare_bulk_end": "identifiers of measures",
    "protections.ended_measures": "identifiers of measures",
    "protections.lock_condition": "a piece of SQL",
    "protections.lock_findings": "an identifier and the responsible persons",
    "protections.locked": "identifiers",
    "protections.locked_and_restricted": "identifiers and reasons of restrictions",
    "protections.restriction_condition": "a piece of SQL",
    "protections.restriction_findings": "an identifier and the reason of a restriction",
    "protections.restrictions_for": "identifiers and reasons of restrictions",
    "residents.addressee_numbers": "numbers that the town has given, by identifiers",
    "residents.blocks": "pieces of a frame that came through the door",
    "residents.concerned": "identifiers",
    "residents.dated_entries": "for commands.refold, whose result nobody sees",
    "residents.living_together": "identifiers",
    "residents.marks_of": "marks of one of those who were looked up with `access`",
    "residents.matches": "for the events' checks, under the record of the check",
    "residents.members": "identifiers",
    "residents.people": "for the events' checks, under the record of the check",
    "residents.ranges": "identifiers",
    "residents.records": "for commands.refold, whose result nobody sees",
    "residents.recorded": "identifiers",
    "residents.recorded_events": "identifiers of events",
    "residents.registered_events": "identifiers of events by their natural keys",
    "residents.stock_findings": "a count",
    "residents.resident_count": "a count",
    "residents.stored_keys": "for commands.refold, whose result nobody sees",
    "residents.understood": "the words that the clerk typed",
    "residents.with_addressee_number": "an identifier",
    "staff.controls": "a truth value",
    "staff.holders_of": "names of the responsible clerks, to be told whom to ask",
    "staff.rights_of": "rights of the asking account",
    "staff.usable_on": "a truth value",
}
"""Queries without a door: register.function → what they give instead of people's data."""


def personal_data_has_one_door(root: Path) -> Iterator[str]:
    """Rule 5: a query takes `access` first, who asks and why; one that does not is listed with what it gives instead."""
    known = set()
    for source, function in query_functions(root):
        name = f"{source.name.split('/')[1]}.{function.name}"
        known.add(name)
        first = function.args.args[0].arg if function.args.args else ""
        if first != "access" and name not in DOORLESS:
            yield source.at(function, f"{function.name}({first}…) gives data without asking who wants it")
    for name in sorted(DOORLESS.keys() - known):
        yield f"registers: {name} is listed as a query without a door and is gone"


def identifiers_are_ascii(root: Path) -> Iterator[str]:
    """Kanji lives in data: names in the code are ASCII."""
    for source in sources(root, migrations=True):
        for node in nodes(source.tree):
            for part in ("id", "name", "attr", "arg"):
                name = getattr(node, part, None)
                if isinstance(name, str) and not name.isascii():
                    yield source.at(node, f"identifier {name}")


def files_are_short(root: Path) -> Iterator[str]:
    """A file fits a reader's head: under 400 lines."""
    for source in sources(root):
        lines = source.text.count("\n")
        if lines >= LONGEST_FILE_LINES:
            yield f"{source.name}:1: {lines} lines"


def public_functions_say_what_they_do(root: Path) -> Iterator[str]:
    """Every public function, method and class of the house has a docstring."""
    for source in sources(root):
        if "/data/" in source.name:
            continue  # a program that made a table once, kept beside it
        if (
            not ast.get_docstring(source.tree)
            and source.tree.body
            and not source.name.endswith(("apps.py", "/__init__.py"))
        ):
            yield f"{source.name}:1: module without a docstring"
        for node in source.tree.body:
            public = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
            if public and not ast.get_docstring(node) and not source.name.endswith("apps.py"):
                yield source.at(node, f"{node.name} without a docstring")


def the_laws_numbers_are_exact(root: Path) -> Iterator[str]:
    """statutes/ holds integers and quoted fractions; no float, whatever the loader would say."""
    for path in sorted((root / "statutes").rglob("*.yaml")):
        for place, value in _leaves(yaml.safe_load(path.read_text(encoding="utf-8")), ""):
            if isinstance(value, float):
                yield f"{path.relative_to(root).as_posix()}:1: {place} is the float {value}"


def _leaves(content: object, place: str) -> Iterator[tuple[str, object]]:
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _leaves(value, f"{place}/{key}")
    elif isinstance(content, list):
        for position, value in enumerate(content):
            yield from _leaves(value, f"{place}/{position}")
    else:
        yield place, content


def nothing_points_at_one_machine_or_registry(root: Path) -> Iterator[str]:
    """No registry's host name, no download address in requirements/, no path of somebody's machine."""
    for path in sorted((root / "requirements").glob("*.*")):
        if REQUIREMENT_ADDRESS.search(path.read_text(encoding="utf-8")):
            yield f"requirements/{path.name}:1: a download address"
    for path in _texts_of_the_project(root):
        text = path.read_text(encoding="utf-8", errors="replace")
        place = path.relative_to(root).as_posix()
        for number, line in enumerate(text.splitlines(), 1):
            if any(host in line for host in REGISTRIES):
                yield f"{place}:{number}: a registry's host name"
            if MACHINE_PATHS.search(line):
                yield f"{place}:{number}: a machine's path"


def _texts_of_the_project(root: Path) -> Iterator[Path]:
    kinds = {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".in", ".html", ".typ", ".sh", ""}
    for folder in ("src", "requirements", "statutes", "tests", "bench", "docs", ".ci", "."):
        walk = (root / folder).iterdir() if folder == "." else (root / folder).rglob("*")
        for path in walk:
            inside_guards = "guards" in path.relative_to(root).parts
            if path.is_file() and path.suffix in kinds and not inside_guards and not path.name.startswith(".venv"):
                yield path
