"""システムの部品 — what the operating system must hold beside Python: fonts, a browser for the tests.

As root on Debian or Ubuntu they are installed; elsewhere it is said what to install and what goes without.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
INSTALL_TRIES = 3


@dataclass(frozen=True)
class SystemPackage:
    """One Debian package: how to see that it (or its like) is there, and what goes without it."""

    package: str
    is_there: Callable[[], bool]
    without: str


def find_font(*patterns: str) -> Path | None:
    """書体: the first font file whose name matches one of the patterns, in the folders where systems keep fonts."""
    for folder in FONT_FOLDERS:
        for pattern in patterns:
            found = next(Path(folder).expanduser().rglob(pattern), None)
            if found is not None:
                return found
    return None


def find_chromium() -> str | None:
    """ブラウザー: the path of a Chromium for the tests."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


CERTIFICATE_FONT = SystemPackage(
    "fonts-ipamj-mincho",
    lambda: find_font("ipamjm*.ttf") is not None,
    "証明書（PDF）は作れません",
)
SCREEN_FONT = SystemPackage(
    "fonts-noto-cjk",
    lambda: find_font("NotoSansCJK*", "NotoSansJP*", "BIZUDGothic*", "BIZUDPGothic*") is not None,
    "試験の画面の写しで漢字が表示されません",
)
CHROMIUM = SystemPackage(
    "chromium",
    lambda: find_chromium() is not None,
    "ブラウザーを使う試験は飛ばします",
)


def ensure(packages: Iterable[SystemPackage]) -> list[SystemPackage]:
    """部品の用意: installs what is missing where that is possible; returns, and tells, what is missing still."""
    missing = [package for package in packages if not package.is_there()]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        _install([package.package for package in missing])
        missing = [package for package in missing if not package.is_there()]
    for package in missing:
        print(
            f"{package.package} がありません。{package.without}。"
            f"入れるには、管理者で `apt-get install {package.package}` を実行してください。",
            file=sys.stderr,
        )
    return missing


def _install(names: list[str]) -> None:
    """`apt-get install` one by one, so that a name that is unknown here stops no other; again after a pause where a
    mirror or another apt was in the way."""
    print(f"システムの部品を入れています: {'、'.join(names)} …", file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "--quiet=2", "--option", "DPkg::Lock::Timeout=300"]
    for attempt in range(INSTALL_TRIES):
        time.sleep(5 * attempt)
        subprocess.run([*apt, "update"], env=environment, stdout=sys.stderr, check=False)
        install = [*apt, "install", "--yes", "--no-install-recommends"]
        tried = {name: subprocess.run([*install, name], env=environment, stdout=sys.stderr) for name in names}
        names = [name for name, outcome in tried.items() if outcome.returncode != 0]
        if not names:
            return
