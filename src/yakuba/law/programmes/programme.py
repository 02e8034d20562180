"""給付事業の定義: one benefit as a document (YAML or JSON), read with findings; nothing of a programme is in code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from yakuba.kernel.findings import Finding, error
from yakuba.law.folder import data_folder, read_yaml

from .formulas import FLAG, NUMBER, FactUse, Formula, FormulaError, compiled

CASES = {"household": "世帯", "person": "個人", "guardian": "養育者"}
"""支給単位: whose case it is, and so who is paid: the head of the household, the person, or who brings the child up."""
CHANNELS = {"push": "申請不要（プッシュ型）", "paper": "郵送", "counter": "窓口", "phone": "スマートフォン"}
ACCOUNT_SOURCES = {"declared": "申請書の口座", "earlier_payment": "支給実績のある口座", "registered": "公金受取口座"}
TEXTS = ("introduction", "how_to_answer", "enquiries", "remedy")
PAYER_NAME_LENGTH = 40
"""振込依頼人名: half-width characters that a record of a transfer has for it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """要件: its identifier, the words for people, and the formula (a flag)."""

    name: str
    text: str
    formula: Formula


@dataclass(frozen=True, slots=True)
class Programme:
    """給付事業. Days are inclusive; amounts in yen.

    `member_conditions` say which members count, `case_conditions` what must hold of the payee's row; `member_amount` is
    for each member that counts, `case_amount` once a case. `objection_days`: 辞退・口座変更の届出の期間 of a push.
    """

    code: str
    title: str
    ground: str
    source: str
    reference_on: date
    opens_on: date
    closes_on: date
    case: str
    member_conditions: tuple[Condition, ...]
    case_conditions: tuple[Condition, ...]
    member_amount: Formula
    case_amount: Formula
    channels: tuple[str, ...]
    objection_days: int
    account_sources: tuple[str, ...]
    evidence: tuple[str, ...]
    is_disposition: bool
    budget_line: str
    budget_amount: int
    payer_name: str
    kept_years: int
    texts: Mapping[str, str]

    @property
    def facts(self) -> frozenset[FactUse]:
        """Every fact that a formula of the programme asks for."""
        formulas = [one.formula for one in (*self.member_conditions, *self.case_conditions)]
        return frozenset().union(*(one.facts for one in (*formulas, self.member_amount, self.case_amount)))


class _Field(NamedTuple):
    term: str
    read: Callable[[_Reader, str, Any], Any]
    default: Any = None
    """Taken where the field is left out; None where it must be there."""


class _Reader:
    def __init__(self, where: str) -> None:
        self.where = where
        self.findings: list[Finding] = []

    def fault(self, key: str, message: str, remedy: str, value: object = "") -> None:
        where = f"{self.where} {key}".strip()
        self.findings.append(
            error(f"programme-{key.split('.', maxsplit=1)[0]}", message, remedy, where=where, value=str(value))
        )

    def text(self, key: str, value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            self.fault(key, f"{_FIELDS[key].term}がありません。", "文字で書いてください。", value)
            return ""
        return value.strip()

    def identifier(self, key: str, value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch("[a-z][a-z0-9_]{2,59}", value):
            self.fault(
                key, f"事業コード「{value}」が違います。", "英小文字・数字・下線で3〜60字にしてください。", value
            )
            return ""
        return value

    def day(self, key: str, value: Any) -> date:
        try:
            return value if type(value) is date else date.fromisoformat(str(value))
        except ValueError:
            self.fault(
                key, f"{_FIELDS[key].term}「{value}」が日付ではありません。", "2025-06-01 の形で書いてください。", value
            )
            return date.max

    def whole(self, key: str, value: Any) -> int:
        if type(value) is not int or value < 0:
            self.fault(
                key, f"{_FIELDS[key].term}「{value}」が整数ではありません。", "0以上の整数で書いてください。", value
            )
            return 0
        return value

    def flag(self, key: str, value: Any) -> bool:
        if type(value) is not bool:
            self.fault(key, f"{_FIELDS[key].term}「{value}」が違います。", "true か false で書いてください。", value)
        return bool(value)

    def case(self, key: str, value: Any) -> str:
        return "".join(self.words(key, [value], CASES))

    def channels(self, key: str, value: Any) -> tuple[str, ...]:
        return self.words(key, value, CHANNELS)

    def sources(self, key: str, value: Any) -> tuple[str, ...]:
        return self.words(key, value, ACCOUNT_SOURCES)

    def words(self, key: str, value: Any, known: Mapping[str, str]) -> tuple[str, ...]:
        words = value if isinstance(value, list) else [value]
        wrong = [word for word in words if word not in known]
        if wrong or not words:
            allowed = "、".join(f"{name}（{term}）" for name, term in known.items())
            self.fault(key, f"{_FIELDS[key].term}「{wrong}」が違います。", f"使えるもの: {allowed}", value)
        return tuple(word for word in words if word in known)

    def lines(self, key: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(line, str) and line for line in value):
            self.fault(key, f"{_FIELDS[key].term}が一覧ではありません。", "文を並べて書いてください。", value)
            return ()
        return tuple(value)

    def payer(self, key: str, value: Any) -> str:
        name = self.text(key, value)
        if len(name) > PAYER_NAME_LENGTH:
            self.fault(
                key, f"振込依頼人名が{len(name)}字です。", f"半角{PAYER_NAME_LENGTH}字以内にしてください。", value
            )
        return name

    def texts(self, key: str, value: Any) -> dict[str, str]:
        given = value if isinstance(value, dict) else {}
        for name in TEXTS:
            if not isinstance(given.get(name), str) or not given[name].strip():
                self.fault(f"{key}.{name}", f"文言 {name} がありません。", "通知に載せる文を書いてください。")
        for name in sorted(set(map(str, given)) - set(TEXTS)):
            self.fault(f"{key}.{name}", f"文言 {name} という欄はありません。", f"使える欄: {'、'.join(TEXTS)}")
        return {name: str(given.get(name, "")).strip() for name in TEXTS}

    def formula(self, key: str, value: Any, kind: str = NUMBER) -> Formula:
        try:
            return compiled(str(value), kind)
        except FormulaError as reason:
            self.fault(key, str(reason), "式を直してください（docs/benefits.md の「式」）。", value)
            return compiled("0" if kind == NUMBER else "False", kind)

    def conditions(self, key: str, value: Any) -> tuple[Condition, ...]:
        entries = value if isinstance(value, list) else [None]
        read: list[Condition] = []
        for number, entry in enumerate(entries, 1):
            if not isinstance(entry, dict) or set(entry) != {"name", "text", "when"}:
                self.fault(
                    f"{key}.{number}", "要件の形が違います。", "name、text、when の三つを書いてください。", entry
                )
                continue
            formula = self.formula(f"{key}.{number}", entry["when"], FLAG)
            read.append(Condition(str(entry["name"]), str(entry["text"]), formula))
        names = [one.name for one in read]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.fault(key, f"要件「{name}」が二度あります。", "別の名にしてください。", name)
        return tuple(read)


_FIELDS: Mapping[str, _Field] = {
    "code": _Field("事業コード", _Reader.identifier),
    "title": _Field("事業名", _Reader.text),
    "ground": _Field("根拠", _Reader.text),
    "source": _Field("出典", _Reader.text, ""),
    "reference_on": _Field("基準日", _Reader.day),
    "opens_on": _Field("受付開始日", _Reader.day),
    "closes_on": _Field("受付終了日", _Reader.day),
    "case": _Field("支給単位", _Reader.case),
    "member_conditions": _Field("対象者の要件", _Reader.conditions, ()),
    "case_conditions": _Field("支給の要件", _Reader.conditions, ()),
    "member_amount": _Field("対象者一人の額", _Reader.formula, "0"),
    "case_amount": _Field("一件の額", _Reader.formula, "0"),
    "channels": _Field("受付の方法", _Reader.channels),
    "objection_days": _Field("届出の期間", _Reader.whole, 14),
    "account_sources": _Field("口座の順", _Reader.sources),
    "evidence": _Field("添付書類", _Reader.lines, ()),
    "is_disposition": _Field("処分性", _Reader.flag),
    "budget_line": _Field("予算科目", _Reader.text),
    "budget_amount": _Field("予算額", _Reader.whole),
    "payer_name": _Field("振込依頼人名", _Reader.payer),
    "kept_years": _Field("保存年数", _Reader.whole),
    "texts": _Field("文言", _Reader.texts),
}


def read_programme(document: Any, where: str = "") -> tuple[Programme | None, list[Finding]]:
    """給付事業の定義を読む: the programme, or None with findings that say which field is wrong and what to write."""
    reader = _Reader(where)
    if not isinstance(document, Mapping):
        reader.fault("", "定義が対応表ではありません。", "欄の名と値を並べて書いてください。")
        return None, reader.findings
    for key in sorted(set(map(str, document)) - set(_FIELDS)):
        reader.fault(key, f"「{key}」という欄はありません。", f"使える欄: {'、'.join(_FIELDS)}")
    values: dict[str, Any] = {}
    for key, field in _FIELDS.items():
        if key in document:
            values[key] = field.read(reader, key, document[key])
        elif field.default is None:
            reader.fault(key, f"{field.term}（{key}）がありません。", "書いてください。")
        else:
            values[key] = reader.formula(key, field.default) if field.read is _Reader.formula else field.default
    if not reader.findings:
        _whole(reader, values)
    return (None, reader.findings) if reader.findings else (Programme(**values), [])


def _whole(reader: _Reader, values: Mapping[str, Any]) -> None:
    """What fields must be to each other."""
    if values["closes_on"] < values["opens_on"]:
        reader.fault("closes_on", "受付終了日が受付開始日より前です。", "日を直してください。", values["closes_on"])
    if values["member_amount"].text == values["case_amount"].text == "0":
        reader.fault("member_amount", "額がありません。", "member_amount か case_amount を書いてください。")
    if "push" in values["channels"] and not set(values["account_sources"]) - {"declared"}:
        reader.fault(
            "account_sources", "プッシュ型に使える口座がありません。", "支給実績か公金受取口座を加えてください。"
        )


def read_programmes(folder: Path | None = None) -> tuple[dict[str, Programme], list[Finding]]:
    """収録された給付事業: the programmes of `statutes/programmes` by code, and what is wrong with a file."""
    programmes: dict[str, Programme] = {}
    findings: list[Finding] = []
    for path in sorted((folder or data_folder() / "programmes").glob("*.yaml")):
        try:
            programme, wrong = read_programme(read_yaml(path), path.name)
        except yaml.YAMLError as reason:
            programme, wrong = None, [error("programme-yaml", f"{reason}", "書式を直してください。", where=path.name)]
        findings += wrong
        if programme is not None:
            programmes[programme.code] = programme
    return programmes, findings
