"""用語: each identifier of a domain thing and its one Japanese term, read from ``statutes/glossary``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

from yakuba.kernel.findings import Finding, error
from yakuba.law.folder import data_folder, read_yaml

SOURCES = frozenset({"moj", "gif", "own"})
"""法務省 日本法令外国語訳, 政府相互運用性フレームワーク (GIF), or our own word."""
ENTRY_KEYS = frozenset({"term", "source", "romaji"})


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """One word. romaji is the reason why the identifier is romaji (honseki), "" where it is English."""

    identifier: str
    term: str
    source: str
    romaji: str = ""


def load_glossary(folder: Path | None = None) -> tuple[Mapping[str, GlossaryEntry], tuple[Finding, ...]]:
    """Every entry by identifier, and a finding on each that is malformed, stands twice, or shares its term."""
    root = (folder or data_folder()) / "glossary"
    entries: dict[str, GlossaryEntry] = {}
    terms: dict[str, str] = {}
    findings: list[Finding] = []
    for path in sorted(root.glob("*.yaml")):
        try:
            content = read_yaml(path)
        except yaml.YAMLError as reason:
            findings.append(
                error(
                    "glossary-yaml", f"YAML として読めません（{reason}）。", "書式を直してください。", where=path.name
                )
            )
            continue
        for identifier, raw in (content or {}).items():
            entry = _entry(str(identifier), raw)
            fault = entry if isinstance(entry, tuple) else _twice(entry, entries, terms)
            if fault is not None:
                findings.append(error(*fault, where=f"{path.name} {identifier}"))
            if isinstance(entry, GlossaryEntry) and fault is None:
                entries[entry.identifier] = entry
                terms[entry.term] = entry.identifier
    return MappingProxyType(entries), tuple(findings)


def _entry(identifier: str, raw: object) -> GlossaryEntry | tuple[str, str, str]:
    if not re.fullmatch("[a-z][a-z0-9_]*", identifier):
        return "glossary-identifier", "識別子の形が違います。", "英小文字・数字・下線で書いてください。"
    if not isinstance(raw, dict) or set(raw) - ENTRY_KEYS:
        return "glossary-form", "項目の形が違います。", f"使える欄: {'、'.join(sorted(ENTRY_KEYS))}"
    term, source, romaji = (str(raw.get(key) or "") for key in ("term", "source", "romaji"))
    if not term or source not in SOURCES:
        return "glossary-form", "用語（term）か出典（source）がありません。", f"出典: {'、'.join(sorted(SOURCES))}"
    return GlossaryEntry(identifier, term, source, romaji)


def _twice(
    entry: GlossaryEntry, entries: Mapping[str, GlossaryEntry], terms: Mapping[str, str]
) -> tuple[str, str, str] | None:
    if entry.identifier in entries:
        return "glossary-identifier-twice", "同じ識別子が別のファイルにもあります。", "どちらかを取り除いてください。"
    if entry.term in terms:
        return (
            "glossary-term-twice",
            f"「{entry.term}」は {terms[entry.term]} の用語です。",
            "1つの用語に識別子は1つです。",
        )
    return None


@cache
def _glossary() -> tuple[Mapping[str, GlossaryEntry], Mapping[str, str]]:
    entries, findings = load_glossary()
    if findings:
        raise ValueError("\n".join(map(str, findings)))
    return entries, MappingProxyType({entry.term: entry.identifier for entry in entries.values()})


def glossary() -> Mapping[str, GlossaryEntry]:
    """Every entry by identifier. Raises ValueError with every finding when a file is at fault."""
    return _glossary()[0]


def term(identifier: str) -> str:
    """The Japanese term of an identifier. Raises KeyError for one that the glossary lacks."""
    return _glossary()[0][identifier].term


def identifier(japanese_term: str) -> str:
    """The identifier of a Japanese term. Raises KeyError for one that the glossary lacks."""
    return _glossary()[1][japanese_term]
