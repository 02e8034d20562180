"""Asks for the job that the fault tests kill: `python -m tests.faults.job_actor UNITS MILLISECONDS`; says its number."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import django

SETTINGS = "tests.registers.jobs.settings"
ASKED_AT = datetime(2026, 6, 1, 1, 2, 3, tzinfo=UTC)


def main(units: str, milliseconds: str) -> None:
    """Starts it as an officer who may assess."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    django.setup()
    from yakuba.registers.access.door import Access, Purpose
    from yakuba.registers.jobs import commands

    officer = Access("Z0001", Purpose.TAX, ASKED_AT, "本庁2階", frozenset({"assess_tax"}))
    arguments = {"count": int(units), "milliseconds": int(milliseconds), "name": "faults"}
    sys.stdout.write(str(commands.start(officer, "units", arguments, "faults")))


if __name__ == "__main__":
    main(*sys.argv[1:])
