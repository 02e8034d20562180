"""システムの部品: one that cannot be had keeps no other away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from yakuba.settings import system_packages
from yakuba.settings.system_packages import SystemPackage, ensure, find_chromium

APT = """#!/bin/sh
case "$*" in
    *update*) ;;
    *nowhere*) exit 100 ;;
    *) for last in "$@"; do :; done; touch "{folder}/$last" ;;
esac
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root installs packages")
def test_one_package_that_is_nowhere_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apt = tmp_path / "apt-get"
    apt.write_text(APT.format(folder=tmp_path))
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(system_packages, "INSTALL_TRIES", 1)
    wanted = [
        SystemPackage(name, (tmp_path / name).exists, "試験はできません") for name in ("fonts", "nowhere", "more-fonts")
    ]
    assert [package.package for package in ensure(wanted)] == ["nowhere"]


@pytest.mark.parametrize("name", system_packages.BROWSERS)
def test_any_of_the_browsers_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_chromium() is None
    browser = tmp_path / name
    browser.touch(mode=0o755)
    assert find_chromium() == str(browser)
