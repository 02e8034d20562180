"""届書の読取り: from what was typed to typed values, with a finding for each field that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from yakuba.kernel.characters import characters_findings
from yakuba.kernel.dates import RegisterDate, parse_date
from yakuba.kernel.findings import Finding, error, has_errors
from yakuba.kernel.names import furigana_finding
from yakuba.kernel.relationships import from_text, parse_compact

from .base import EventKind, FieldSpec, Form

FALSE_WORDS = frozenset({"", "0", "false", "無"})


def read_form(kind: EventKind, typed: Mapping[str, Any]) -> Form:
    """Values by field name; a field that cannot be read is left out and has a finding."""
    values, findings = _read_fields(kind.fields, typed, "")
    return Form(values, findings)


def _read_fields(
    fields: tuple[FieldSpec, ...], typed: Mapping[str, Any], prefix: str
) -> tuple[dict[str, Any], list[Finding]]:
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    for spec in fields:
        raw = typed.get(spec.name)
        if isinstance(raw, str):
            raw = raw.strip(" \t\r\n")
        if raw is None or raw in ("", []):
            if spec.required:
                findings.append(
                    error("required", "必須の項目が空欄です。", "届書を見て入力してください。", item=prefix + spec.name)
                )
            continue
        value = _read_value(spec, raw, prefix + spec.name, findings)
        if value is not None:
            values[spec.name] = value
    return values, findings


def _read_value(spec: FieldSpec, raw: Any, path: str, findings: list[Finding]) -> Any:
    if spec.kind in ("residents", "resident", "household", "event"):
        ids = list(dict.fromkeys(int(each) for each in (raw if isinstance(raw, list) else [raw])))
        return ids if spec.kind == "residents" else ids[0]
    if spec.kind == "flag":
        return str(raw).lower() not in FALSE_WORDS
    if spec.kind == "people":
        rows = []
        for position, row in enumerate(raw):
            row_values, row_findings = _read_fields(spec.fields, row, f"{path}.{position}.")
            rows.append(row_values)
            findings.extend(row_findings)
        return rows
    return _read_text(spec, raw, path, findings)


def _read_text(spec: FieldSpec, raw: Any, path: str, findings: list[Finding]) -> Any:
    match spec.kind:
        case "date" | "noted_date":
            return _read_date(spec, raw, path, findings)
        case "choice":
            return _read_choice(spec, str(raw), path, findings)
        case "relationship":
            return _read_relationship(str(raw), path, findings)
        case "kana":
            return _read_kana(str(raw), path, findings)
        case _:
            found = characters_findings(str(raw), item=path)
            findings += found
            return None if has_errors(found) else str(raw)


def _read_kana(raw: str, path: str, findings: list[Finding]) -> str | None:
    finding = furigana_finding(raw, label="フリガナ", item=path)
    if finding is not None:
        findings.append(finding)
        return None
    return raw


def _read_date(spec: FieldSpec, raw: Any, path: str, findings: list[Finding]) -> RegisterDate | None:
    if isinstance(raw, date):
        return RegisterDate(raw)
    read = parse_date(str(raw), may_be_unknown=spec.kind == "noted_date", item=path)
    if isinstance(read, Finding):
        findings.append(read)
        return None
    return read


def _read_relationship(raw: str, path: str, findings: list[Finding]) -> str | None:
    read = parse_compact(raw, item=path) if raw[0].isdigit() else from_text(raw, item=path)
    if isinstance(read, Finding):
        findings.append(read)
        return None
    return read.compact


def _read_choice(spec: FieldSpec, raw: str, path: str, findings: list[Finding]) -> str | None:
    if spec.choices and raw not in {value for value, _ in spec.choices}:
        findings.append(
            error(
                "not-in-list", f"「{raw}」は選べる値ではありません。", "一覧から選んでください。", item=path, value=raw
            )
        )
        return None
    return raw
