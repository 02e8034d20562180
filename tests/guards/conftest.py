"""A copy of the checkout in which a rule may be broken, and a town with protected people in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.guards import protected

from yakuba.settings.paths import ROOT

Plant = Callable[[str, str], "contextmanager[None]"]


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The house, its statutes and its requirements, copied."""
    folder = tmp_path_factory.mktemp("checkout")
    unread = shutil.ignore_patterns("__pycache__", "*.html", "*.js", "*.css", "*.svg", "*.png")
    shutil.copytree(ROOT / "src", folder / "src", ignore=unread)
    for name in ("statutes", "requirements"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture
def world(settings: Any, db: None) -> protected.World:
    """The town with its protected people."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return protected.build()


@contextmanager
def planted(root: Path, place: str, text: str, *, instead_of: str = "") -> Iterator[None]:
    """A file with this text, or the file that is there with a part replaced, or the text added at its end."""
    path = root / place
    before = path.read_bytes() if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    old = "" if before is None else before.decode()
    assert instead_of in old, f"{place} no longer says {instead_of!r}"
    path.write_text(old.replace(instead_of, text, 1) if instead_of else f"{old}\n{text}\n", encoding="utf-8")
    try:
        yield
    finally:
        path.unlink() if before is None else path.write_bytes(before)
