"""団体: the municipality itself, as its folder under `statutes/municipal/` says."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import yaml

_ROOT = Path(os.environ.get("YAKUBA_STATUTES") or Path(__file__).resolve().parents[3] / "statutes")


@cache
def municipality(code: str) -> dict[str, str]:
    """市区町村: municipality_code, prefecture, city, mayor_title. Raises FileNotFoundError for an unknown code."""
    path = _ROOT / "municipal" / code / "municipality.yaml"
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {str(name): str(value) for name, value in read.items()}
