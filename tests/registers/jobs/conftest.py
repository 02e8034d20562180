"""The jobs of the tests are known to this process as they are to its workers."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.conf import LazySettings

from yakuba.registers.jobs import handlers


@pytest.fixture(autouse=True)
def _handlers_of_the_tests(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.JOB_HANDLERS = import_module("tests.registers.jobs.settings").JOB_HANDLERS
    handlers.every.cache_clear()
    yield
    handlers.every.cache_clear()
