"""The house's import rules catch what they are there for: each is broken once, in a copy of the tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from yakuba.settings.paths import ROOT

DOWN = "imports point down the wings"
SETTINGS = "only the command line asks the settings for a server and an environment"
PURE = "kernel, law and typesetting know neither Django nor a database"
TABLES = "a register is read by its queries and written by its commands"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python files of the house, with the rules."""
    folder = tmp_path_factory.mktemp("house")
    only_python = shutil.ignore_patterns("__pycache__", "*.html", "*.js", "*.css", "*.csv", "*.typ", "*.svg")
    shutil.copytree(ROOT / "src" / "yakuba", folder / "yakuba", ignore=only_python)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def verdicts(folder: Path) -> str:
    """What import-linter says, on one line per contract."""
    program = Path(sys.executable).parent / "lint-imports"
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "400"}
    command = [program, "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False).stdout


def test_the_house_keeps_its_rules(copy: Path) -> None:
    assert "Contracts: 7 kept, 0 broken." in verdicts(copy)


@pytest.mark.parametrize(
    ("place", "line", "rule"),
    [
        ("kernel/planted.py", "import yakuba.law", DOWN),
        ("law/planted.py", "import yakuba.registers.residents", DOWN),
        ("registers/residents/planted.py", "import yakuba.services.certificates", DOWN),
        ("services/certificates/planted.py", "import yakuba.desks.counter", DOWN),
        ("exchange/standard_files/planted.py", "def later():\n    import yakuba.desks.cli", DOWN),
        ("attic/__init__.py", "", DOWN),
        ("registers/residents/planted.py", "from yakuba.settings import paths", SETTINGS),
        ("desks/counter/planted.py", "from yakuba.settings.postgres import ensure_server", SETTINGS),
        ("services/planted/__init__.py", "import yakuba.services.certificates", "services do not know each other"),
        ("exchange/planted/__init__.py", "import yakuba.exchange.standard_files", "exchanges do not know each other"),
        ("desks/cli/planted.py", "import yakuba.desks.counter", "desks do not know each other"),
        ("kernel/planted.py", "from django.db import connection", PURE),
        ("law/planted.py", "import psycopg", PURE),
        ("typesetting/planted.py", "import django.conf", PURE),
        ("typesetting/planted.py", "import yakuba.law", DOWN),
        ("desks/counter/planted.py", "from yakuba.registers.residents.models import Resident", TABLES),
        ("services/certificates/planted.py", "from yakuba.registers.residents import models", TABLES),
    ],
)
def test_a_planted_import_is_caught(copy: Path, place: str, line: str, rule: str) -> None:
    planted = copy / "yakuba" / place
    new_folder = not planted.parent.exists()
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{line}\n", encoding="utf-8")
    try:
        assert any(text.startswith(rule) and text.endswith("BROKEN") for text in verdicts(copy).splitlines())
    finally:
        shutil.rmtree(planted.parent) if new_folder else planted.unlink()
