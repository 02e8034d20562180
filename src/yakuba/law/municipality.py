"""団体: the municipality itself, as its folder under `statutes/municipal/` says."""

from __future__ import annotations

from functools import cache

from yakuba.law.folder import data_folder, read_yaml


@cache
def municipality(code: str) -> dict[str, str]:
    """市区町村: municipality_code, prefecture, city, mayor_title. Raises FileNotFoundError for an unknown code."""
    read = read_yaml(data_folder() / "municipal" / code / "municipality.yaml")
    return {str(name): str(value) for name, value in read.items()}


def resident_tax_names(prefecture: str, city: str) -> tuple[str, str]:
    """個人住民税の名称: what a municipality and its prefecture call their parts of it (市民税・県民税, 特別区民税・都民税)."""
    municipal = "特別区民税" if prefecture.endswith("都") and city.endswith("区") else f"{city[-1]}民税"
    return municipal, f"{prefecture[-1]}民税"
