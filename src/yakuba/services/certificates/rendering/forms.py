"""様式: the measures, headings and fixed words of one template version, read from its `forms.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

TEMPLATE_FOLDER = Path(__file__).resolve().parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class Cell:
    """欄: an item's heading and value, in columns; `size_pt` is the value's largest size."""

    key: str
    heading_columns: int
    value_columns: int
    size_pt: float


@dataclass(frozen=True, slots=True)
class Row:
    """行: cells of one height. An optional row falls away where the person has none of its items."""

    height_mm: float
    cells: tuple[Cell, ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class Forms:
    """様式一式 of a template version. `rows[("household", "japanese")]` is that block's rows."""

    version: str
    page: Mapping[str, float]
    text: Mapping[str, float]
    column_mm: float
    footer_mm: float
    gap_mm: float
    titles: Mapping[str, str]
    words: Mapping[str, Any]
    labels: Mapping[str, str]
    rows: Mapping[tuple[str, str], tuple[Row, ...]]

    @property
    def body_height_mm(self) -> float:
        """The height left for tables between the title and the 認証文."""
        return self.page["height"] - self.page["body_top"] - self.page["bottom"] - self.footer_mm

    @property
    def columns(self) -> int:
        """The number of columns over the whole width."""
        return round((self.page["width"] - 2 * self.page["side"]) / self.column_mm)

    @property
    def source(self) -> Path:
        """The Typst file that draws this version."""
        return TEMPLATE_FOLDER / self.version / "document.typ"


@lru_cache(maxsize=8)
def load_forms(version: str) -> Forms:
    """様式 of a template version. Raises `LookupError` for a version that does not exist."""
    path = TEMPLATE_FOLDER / version / "forms.yaml"
    if not path.is_file():
        raise LookupError(f"様式の版「{version}」がありません。")
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    usual = data["text"]["size"]
    return Forms(
        version=version,
        page=data["page"],
        text=data["text"],
        column_mm=data["column"],
        footer_mm=data["footer"],
        gap_mm=data["gap"],
        titles=data["titles"],
        words=data["words"],
        labels={key: label.replace("\\n", "\n") for key, label in data["labels"].items()},
        rows={(form, block): tuple(_row(row, usual) for row in rows) for form, block, rows in _blocks(data["forms"])},
    )


def _blocks(forms: Mapping[str, Any]) -> Iterator[tuple[str, str, list[Any]]]:
    for form, blocks in forms.items():
        for block, rows in blocks.items():
            yield form, block, rows


def _row(row: Mapping[str, Any], usual: float) -> Row:
    size = row.get("size", usual)
    cells = tuple(Cell(key, heading, value, *(own or [size])) for key, heading, value, *own in row["cells"])
    return Row(row["height"], cells, row.get("optional", False))
