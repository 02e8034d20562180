"""What the models say of the house, on the real tree and on a copy in which it is broken."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.guards.conftest import planted

from yakuba.settings.paths import ROOT

RESIDENTS = "src/yakuba/registers/residents"


def breaches(root: Path, data: Path) -> list[str]:
    """What the program of `models.py` prints about the house below `root`."""
    environment = {**os.environ, "PYTHONPATH": f"{root / 'src'}:{ROOT}", "YAKUBA_DATA": str(data)}
    command = [sys.executable, "-m", "tests.guards.models"]
    outcome = subprocess.run(command, cwd=data, env=environment, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout.splitlines()


def test_the_models_keep_the_rules(tmp_path: Path) -> None:
    assert breaches(ROOT, tmp_path) == []


PROTECTION_KEY = 'models.ForeignKey("protections.Protection", null=True, on_delete=models.PROTECT)'
RESIDENT_KEY = 'models.ForeignKey("residents.Resident", on_delete=models.PROTECT)'
APPEND_ONLY = "append_only: ClassVar[bool] = True"


@pytest.mark.parametrize(
    ("place", "plant", "told"),
    [
        (
            f"{RESIDENTS}/models.py",
            ("    class Meta:", f"    protection = {PROTECTION_KEY}\n    class Meta:"),
            "protection points at yakuba.registers.protections",
        ),
        (
            "src/yakuba/registers/documents/models.py",
            ("\n    class Meta:", f"    resident = {RESIDENT_KEY}\n\n    class Meta:"),
            "resident points at yakuba.registers.residents",
        ),
        (
            f"{RESIDENTS}/items.py",
            ("    resident_kind = _code()", "    shoe_size = _text()\n    resident_kind = _code()"),
            "item shoe_size has no entry",
        ),
        (
            f"{RESIDENTS}/events/people.py",
            ('FieldSpec("block", "text"', 'FieldSpec("jusho2", "text"'),
            "field jusho2 of ",
        ),
        (
            "src/yakuba/registers/decisions/models.py",
            ("    outcome =", "    nickname = models.TextField()\n    outcome ="),
            "column nickname of Decision has no entry",
        ),
        (
            "src/yakuba/registers/access/models.py",
            (APPEND_ONLY, APPEND_ONLY.replace("True", "False")),
            "AccessRecord is a fact and not append-only",
        ),
        (
            "src/yakuba/registers/individual_numbers/models.py",
            ("    vault: ClassVar[bool] = True", ""),
            "is no vault",
        ),
    ],
)
def test_what_breaks_a_rule_is_caught(
    checkout: Path, tmp_path: Path, place: str, plant: tuple[str, str], told: str
) -> None:
    sound, broken = plant
    with planted(checkout, place, broken, instead_of=sound):
        caught = breaches(checkout, tmp_path)
    assert any(told in line for line in caught), caught
