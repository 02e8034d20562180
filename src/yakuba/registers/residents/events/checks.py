"""異動の共通の検査 (national specification 1.18): errors stop, alerts ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from yakuba.kernel.codes import Reason, ResidentKind, codes, reason_for_kind_finding
from yakuba.kernel.findings import Finding, alert, error
from yakuba.registers.residents.fold import Entry, Items

from .base import HEAD, RESIDENT, Context, EventKind, Form, Person
from .law import period

STRUCK_STATUSES = frozenset({2, 3, 9})


def required(
    item: str, message: str = "必須の項目が空欄です。", remedy: str = "届書を見て入力してください。"
) -> Finding:
    """必須項目 (1.1.6): a blank that may not be."""
    return error("required", message, remedy, item=item)


def check_dates(kind: EventKind, form: Form, context: Context) -> list[Finding]:
    """異動日と届出日: neither after today (転出 excepted), and the notice within the period of the law."""
    findings: list[Finding] = []
    occurred, notified = form.date("occurred_on"), form.date("notified_on")
    by_authority = bool(form.values.get("by_authority"))
    if occurred and occurred > context.today and not kind.future:
        findings.append(
            error(
                "occurred-after-today",
                "異動日が処理日より後です。",
                "届書で異動日を確かめてください。処理日より後の異動日は転出だけに使えます。",
                item="occurred_on",
            )
        )
    if notified and notified > context.today:
        findings.append(
            error(
                "notified-after-today", "届出日が処理日より後です。", "届出日を確かめてください。", item="notified_on"
            )
        )
    unread = any(finding.item == "notified_on" for finding in form.findings)
    if kind.notified and not notified and not by_authority and not unread:
        remedy = "届出日を入力してください。届出がなく職権で処理するときは「職権による処理」を選んでください。"
        findings.append(required("notified_on", remedy=remedy))
    if occurred and notified and kind.notified and not by_authority:
        findings += _check_notice_period(kind, occurred, notified)
    return findings


def _check_notice_period(kind: EventKind, occurred: date, notified: date) -> list[Finding]:
    if notified < occurred and not kind.future:
        return [
            alert(
                "notified-before-occurred",
                "届出日が異動日より前です。",
                "届出日と異動日を確かめてください。",
                item="notified_on",
            )
        ]
    limit = period(kind.deadline, occurred)
    if limit is None or notified <= occurred + timedelta(days=limit.whole()):
        return []
    return [
        alert(
            "notice-late",
            f"異動日から{limit.value}日を過ぎた届出です（{limit.article}）。",
            "届出期間経過の理由を聴き取り、必要なら届出期間経過通知書を作成してください。",
            item="notified_on",
        )
    ]


def name_of(person: Person) -> str:
    """氏名 for messages; the 宛名番号 where there is none."""
    return str(person.latest.get("name") or person.addressee_number)


def check_residents(people: Iterable[Person | None], day: date, item: str = "residents") -> list[Finding]:
    """The people moved are 住登者 on the day, and the register holds no later word on them."""
    findings: list[Finding] = []
    for person in people:
        if person is None:
            findings.append(unknown_resident(item))
            continue
        status = person.at(day).get("resident_status")
        if status is None:
            message = f"{name_of(person)} は異動日にまだ記載されていません。"
            findings.append(error("before-first-record", message, "異動日を確かめてください。", item=item))
        elif status != RESIDENT:
            message = f"{name_of(person)} は異動日に既に消除されています。"
            findings.append(error("already-struck", message, "異動日と除票を確かめてください。", item=item))
        else:
            findings += check_later(person, day, item)
    return findings


def unknown_resident(item: str) -> Finding:
    """住民不明: the person chosen is not in the register."""
    return error("unknown-resident", "住民が見つかりません。", "検索し直してください。", item=item)


def check_later(person: Person, day: date, item: str = "residents") -> list[Finding]:
    """An alert where the register holds events of the person that lie after the day."""
    if not person.slices or person.slices[-1].valid_from <= day:
        return []
    later = person.slices[-1].valid_from.isoformat()
    return [
        alert(
            "later-event",
            f"{name_of(person)} にはこの異動日より後の異動（{later}）があります。",
            "順序が正しいか確かめ、後の異動の内容も見直してください。",
            item=item,
        )
    ]


def later_statuses(person: Person, day: date, besides: Sequence[int] = ()) -> list[Entry]:
    """記載・消除の異動 of the person after a day: they decide whether the person is in the register."""
    return [
        entry
        for entry in person.active
        if entry.occurred_on > day and "resident_status" in entry.items and entry.event_id not in besides
    ]


def present(context: Context, resident_ids: Iterable[int]) -> list[Person]:
    """The people of the context with these ids, those missing left out."""
    return [context.persons[each] for each in resident_ids if each in context.persons]


def chosen(context: Context, resident_ids: Iterable[int]) -> list[Person | None]:
    """The people of the context with these ids, None for a missing one."""
    return [context.persons.get(each) for each in resident_ids]


def check_kind(reason: str, items: Items, item: str = "residents") -> list[Finding]:
    """住民種別: some 異動事由 are for Japanese, some for foreign residents alone (1.2.2)."""
    kind = items.get("resident_kind")
    if kind is None:
        return []
    finding = reason_for_kind_finding(Reason(reason), ResidentKind(kind), item=item)
    return [finding] if finding else []


def check_resident_kind(people: Iterable[Person], day: date, wanted: int, item: str = "residents") -> list[Finding]:
    """日本人住民だけ・外国人住民だけ: for events whose 異動事由 is open to both."""
    term = codes("resident_kinds")[str(wanted)].term
    return [
        error("not-for-kind", f"{name_of(person)} は{term}ではありません。", "対象者を確かめてください。", item=item)
        for person in people
        if person.at(day).get("resident_kind") not in (None, wanted)
    ]


def check_new_people(context: Context) -> list[Finding]:
    """再転入者 (4.1.1.2): an equal number stops, equal particulars ask."""
    findings: list[Finding] = []
    for match in context.matches:
        item = f"people.{match.row}.name"
        if match.by == "number":
            findings.append(
                error(
                    "number-already-known",
                    f"個人番号、住民票コードまたは在留カード等番号が {match.name} と同じです。",
                    "再転入者として、その住民を選んで入力してください。宛名番号を引き継ぎます。",
                    item=item,
                )
            )
        elif match.struck:
            findings.append(
                alert(
                    "particulars-match-struck",
                    f"氏名・性別・生年月日が除票の {match.name} と一致します。",
                    "同じ人なら再転入者として入力してください。別人ならそのまま進めます。",
                    item=item,
                )
            )
        else:
            findings.append(
                alert(
                    "particulars-match-resident",
                    f"氏名・性別・生年月日が住民の {match.name} と一致します。",
                    "二重の記載にならないか確かめてください。",
                    item=item,
                )
            )
    return findings


def two_heads(message: str = "世帯主が二人以上います。", item: str = "people") -> Finding:
    """世帯主は一人."""
    return error("two-heads", message, "続柄を確かめ、世帯主を一人にしてください。", item=item)


def check_one_head(relationships: Sequence[str], item: str = "people") -> list[Finding]:
    """A household has one 世帯主."""
    heads = sum(1 for relationship in relationships if relationship == HEAD)
    if heads == 1:
        return []
    if heads == 0:
        return [error("no-head", "世帯主がいません。", "続柄を「世帯主」とする人を一人決めてください。", item=item)]
    return [two_heads(item=item)]
