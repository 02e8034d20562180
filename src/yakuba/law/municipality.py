"""団体: the municipality itself, as its folder under `statutes/municipal/` says."""

from __future__ import annotations

from functools import cache

from yakuba.law.folder import data_folder, read_yaml


@cache
def municipality(code: str) -> dict[str, str]:
    """市区町村: municipality_code, prefecture, city, mayor_title. Raises FileNotFoundError for an unknown code."""
    read = read_yaml(data_folder() / "municipal" / code / "municipality.yaml")
    return {str(name): str(value) for name, value in read.items()}
