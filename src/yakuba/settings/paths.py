"""置き場所 — where the checkout and the data folder are."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
"""The checkout: the folder of `./yakuba`, `requirements/` and `statutes/`."""


def data_folder() -> Path:
    """データフォルダ: `YAKUBA_DATA`, else `data` in the checkout; absolute, not necessarily there yet."""
    return Path(os.environ.get("YAKUBA_DATA") or ROOT / "data").absolute()


def make_data_folder(folder: Path) -> Path:
    """Makes the data folder where it is missing; the folders above it keep the rights that they have.

    Run by root, the database server runs as a lesser user that must pass through the folder to its cluster: then others
    may pass but not list it (0711). Run by anybody else, nobody else may enter (0700).
    """
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return folder
