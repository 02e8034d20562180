"""The product's settings, with the jobs of the tests."""

from __future__ import annotations

from yakuba.settings.django import *  # noqa: F403

JOB_HANDLERS = ["tests.registers.jobs.handlers"]
