"""法令の数値: the numbers of the law, as dated values with unit, basis and article, read from ``statutes``.

A value is an integer, a quoted fraction or a table; a float is refused. ``statutes/municipal/<code>`` may overlay a quantity
where the national file says ``municipal: true``, and only there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from yakuba.kernel.findings import Finding, error
from yakuba.law.folder import data_folder, read_yaml
from yakuba.law.tables import FRACTION, Table, read_table

UNITS = frozenset({"day", "month", "year", "yen", "person", "count", "code", "flag", "rate", "table"})
BASES = frozenset({"event_day", "notified_day", "struck_day", "period_end", "fiscal_year", "payment_month"})
QUANTITY_KEYS = frozenset({"term", "unit", "basis", "municipal", "values"})
VALUE_KEYS = frozenset({"from", "value", "article", "promulgated", "source", "confirmed", "note"})


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value in force from a day on. confirmed is False where the article or the number was not seen in a source."""

    from_day: date
    value: int | Fraction | Table
    article: str
    promulgated: date | None
    source: str
    confirmed: bool

    def whole(self) -> int:
        """The value where it is an integer; TypeError where the law gives a fraction or a table."""
        if not isinstance(self.value, int):
            raise TypeError(f"{self.article} gives no whole number")
        return self.value


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that a law names: its term, unit (日, 月, 年, 円 …), basis (which day decides) and its values by day."""

    key: str
    term: str
    unit: str
    basis: str
    municipal: bool
    values: tuple[DatedValue, ...]

    def at(self, day: date) -> DatedValue:
        """The value in force on a day of the quantity's basis. Raises LookupError before the first one."""
        for value in reversed(self.values):
            if value.from_day <= day:
                return value
        raise LookupError(f"{self.key} has no value on {day}")

    def number(self, day: date) -> int:
        """The value on a day, where it is an integer; TypeError where the law gives a fraction or a table."""
        return self.at(day).whole()


Statutes = Mapping[str, Quantity]
"""法令の数値 by key: file name, dot, identifier (``resident_register.move_in_notification_period``)."""


class _Reader:
    """Gathers what is wrong with one file, so that a file with ten faults gives ten findings."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path = path
        self.place = path.relative_to(folder).as_posix()
        self.findings: list[Finding] = []

    def fault(self, rule: str, key: str, message: str, remedy: str) -> None:
        where = f"{self.place} {key}".strip()
        self.findings.append(error(f"statute-{rule}", message, remedy, where=where))

    def quantities(self) -> dict[str, Mapping[str, Any]]:
        """The raw quantities of the file by identifier; {} when it holds none."""
        try:
            content = read_yaml(self.path)
        except yaml.YAMLError as reason:
            self.fault("yaml", "", f"YAML として読めません（{reason}）。", "書式を直してください。")
            return {}
        raw = content.get("quantities", {}) if isinstance(content, dict) else {}
        if not isinstance(raw, dict):
            self.fault("form", "quantities", "quantities が対応表ではありません。", "識別子: {…} の形にしてください。")
            return {}
        good: dict[str, Mapping[str, Any]] = {}
        for name, entry in raw.items():
            if isinstance(entry, dict) and re.fullmatch("[a-z][a-z0-9_]*", str(name)):
                good[str(name)] = entry
            else:
                self.fault(
                    "form", str(name), "数値の定義の形が違います。", "英小文字の識別子に対応表を付けてください。"
                )
        return good

    def unknown_keys(self, key: str, entry: Mapping[str, Any], known: frozenset[str]) -> None:
        for name in sorted(set(map(str, entry)) - known):
            self.fault("unknown-key", key, f"「{name}」という欄はありません。", f"使える欄: {'、'.join(sorted(known))}")

    def quantity(self, key: str, entry: Mapping[str, Any]) -> Quantity:
        self.unknown_keys(key, entry, QUANTITY_KEYS)
        term, unit, basis = (str(entry.get(name) or "") for name in ("term", "unit", "basis"))
        if not term:
            self.fault("term", key, "日本語の名称（term）がありません。", "法令の語で書いてください。")
        if unit not in UNITS:
            self.fault("unit", key, f"単位「{unit}」が違います。", f"使える単位: {'、'.join(sorted(UNITS))}")
        if basis not in BASES:
            self.fault("basis", key, f"基準「{basis}」が違います。", f"使える基準: {'、'.join(sorted(BASES))}")
        municipal = entry.get("municipal", False)
        if not isinstance(municipal, bool):
            self.fault(
                "municipal",
                key,
                "municipal は true か false です。",
                "条例等で変えられるときだけ true にしてください。",
            )
        return Quantity(key, term, unit, basis, municipal is True, self.values(key, entry))

    def values(self, key: str, entry: Mapping[str, Any]) -> tuple[DatedValue, ...]:
        raw = entry.get("values")
        if not isinstance(raw, list) or not raw:
            self.fault(
                "values",
                key,
                "値（values）がありません。",
                "from と value と article を持つ値を1つ以上書いてください。",
            )
            return ()
        read = [self.value(f"{key}[{at}]", one) for at, one in enumerate(raw)]
        values = sorted((value for value in read if value is not None), key=lambda value: value.from_day)
        days = [value.from_day for value in values]
        if len(set(days)) < len(days):
            self.fault("values", key, "同じ日からの値が2つあります。", "1つの日に値は1つです。")
        return tuple(values)

    def value(self, key: str, raw: object) -> DatedValue | None:
        if not isinstance(raw, dict):
            self.fault("values", key, "値の形が違います。", "from、value、article の欄を書いてください。")
            return None
        self.unknown_keys(key, raw, VALUE_KEYS)
        number = self.number(key, raw.get("value"))
        from_day, promulgated = raw.get("from"), raw.get("promulgated")
        if type(from_day) is not date:
            self.fault("from", key, "適用の初日（from）が日付ではありません。", "2019-06-20 の形で書いてください。")
        if promulgated is not None and type(promulgated) is not date:
            self.fault(
                "promulgated", key, "公布日（promulgated）が日付ではありません。", "2019-05-31 の形で書いてください。"
            )
        article, source = str(raw.get("article") or ""), str(raw.get("source") or "")
        if not article:
            self.fault("article", key, "根拠（article）がありません。", "法令名と条項を書いてください。")
        if promulgated is None and not source:
            self.fault(
                "source", key, "公布日（promulgated）も出典（source）もありません。", "どちらかを書いてください。"
            )
        if number is None or type(from_day) is not date:
            return None
        day = promulgated if type(promulgated) is date else None
        return DatedValue(from_day, number, article, day, source, raw.get("confirmed", True) is True)

    def number(self, key: str, raw: object) -> int | Fraction | Table | None:
        if isinstance(raw, dict):
            table = read_table(raw)
            if table is None:
                self.fault(
                    "table",
                    key,
                    "表の形が違います。",
                    '{above: …, bands: [[下限, "率", 加算額, 刻み], …]} の形で、下限の小さい順に書いてください。',
                )
            return table
        if isinstance(raw, float):
            self.fault(
                "float", key, f"小数 {raw} は使えません。", '整数か、引用符で囲んだ分数（"87/1000"）で書いてください。'
            )
            return None
        if isinstance(raw, int) and not isinstance(raw, bool):
            return raw
        if isinstance(raw, str) and FRACTION.fullmatch(raw):
            return Fraction(raw)
        self.fault(
            "value",
            key,
            f"値「{raw}」が数値ではありません。",
            '整数か、引用符で囲んだ分数（"87/1000"）で書いてください。',
        )
        return None


def load_statutes(
    municipality_code: str | None = None, *, folder: Path | None = None
) -> tuple[Statutes, tuple[Finding, ...]]:
    """法令の数値 of the nation, overlaid with those of a municipality, and every finding on the files."""
    root = folder or data_folder()
    quantities: dict[str, Quantity] = {}
    findings: list[Finding] = []
    for path in sorted((root / "national").glob("*.yaml")):
        reader = _Reader(path, root)
        for name, entry in reader.quantities().items():
            quantities[f"{path.stem}.{name}"] = reader.quantity(f"{path.stem}.{name}", entry)
        findings += reader.findings
    if municipality_code is not None:
        for path in sorted((root / "municipal" / municipality_code).glob("*.yaml")):
            reader = _Reader(path, root)
            for name, entry in reader.quantities().items():
                _overlay(quantities, reader, f"{path.stem}.{name}", entry)
            findings += reader.findings
    return MappingProxyType(quantities), tuple(findings)


def _overlay(quantities: dict[str, Quantity], reader: _Reader, key: str, entry: Mapping[str, Any]) -> None:
    """Lays a municipality's values over the national ones: from its first day on, its own alone count."""
    national = quantities.get(key)
    if national is None or not national.municipal:
        reader.fault(
            "overlay",
            key,
            f"「{key}」は市区町村が定める数値ではありません。",
            "国の値を使い、この定義を取り除いてください。",
        )
        return
    reader.unknown_keys(key, entry, frozenset({"values"}))
    own = reader.values(key, entry)
    if own:
        kept = tuple(value for value in national.values if value.from_day < own[0].from_day)
        quantities[key] = replace(national, values=kept + own)


@cache
def statutes(municipality_code: str | None = None) -> Statutes:
    """法令の数値, read once. Raises ValueError with every finding when a file is at fault: no town works on half a law."""
    found, findings = load_statutes(municipality_code)
    if findings:
        raise ValueError("\n".join(map(str, findings)))
    return found
