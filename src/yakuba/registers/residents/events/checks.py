"""異動の共通の検査 (national specification 1.18): errors stop, alerts ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from yakuba.kernel.findings import Finding, alert, error

from .base import RESIDENT, Context, EventKind, Form, Person


def check_dates(kind: EventKind, form: Form, context: Context, *, notice_days: int | None = None) -> list[Finding]:
    """異動日と届出日: neither after today (転出 excepted), and the notice within the period of the law."""
    findings: list[Finding] = []
    occurred, notified = form.date("occurred_on"), form.date("notified_on")
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
            error("notified-after-today", "届出日が処理日より後です。", "届出日を確かめてください。", item="notified_on")
        )
    if occurred and notified and notice_days is not None and notified > occurred + timedelta(days=notice_days):
        findings.append(
            alert(
                "notice-late",
                f"異動日から{notice_days}日を過ぎた届出です。",
                "届出期間経過の理由を聴き取り、必要なら届出期間経過通知書を作成してください。",
                item="notified_on",
            )
        )
    return findings


def check_residents(people: Iterable[Person | None], day: date, item: str = "residents") -> list[Finding]:
    """The people moved are 住登者 on the day, and the register holds no later word on them."""
    findings: list[Finding] = []
    for person in people:
        if person is None:
            findings.append(error("unknown-resident", "住民が見つかりません。", "検索し直してください。", item=item))
            continue
        name = person.latest.get("name") or person.addressee_number
        status = person.at(day).get("resident_status")
        if status is None:
            findings.append(
                error("before-first-record", f"{name} は異動日にまだ記載されていません。", "異動日を確かめてください。", item=item)
            )
        elif status != RESIDENT:
            findings.append(
                error("already-struck", f"{name} は異動日に既に消除されています。", "異動日と除票を確かめてください。", item=item)
            )
        elif person.slices[-1].valid_from > day:
            findings.append(
                alert(
                    "later-event",
                    f"{name} にはこの異動日より後の異動（{person.slices[-1].valid_from.isoformat()}）があります。",
                    "順序が正しいか確かめ、後の異動の内容も見直してください。",
                    item=item,
                )
            )
    return findings


def present(context: Context, resident_ids: Iterable[int]) -> list[Person]:
    """The people of the context with these ids, those missing left out."""
    return [context.persons[each] for each in resident_ids if each in context.persons]


def chosen(context: Context, resident_ids: Iterable[int]) -> list[Person | None]:
    """The people of the context with these ids, None for a missing one."""
    return [context.persons.get(each) for each in resident_ids]


def check_new_people(form: Form, context: Context) -> list[Finding]:
    """再転入者 (4.1.1.2): an equal number stops, equal particulars ask."""
    findings: list[Finding] = []
    for match in context.matches:
        item = f"people.{match.row}.name"
        if match.by == "number":
            findings.append(
                error(
                    "number-already-known",
                    f"住民票コードまたは在留カード等番号が {match.name} と同じです。",
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


def check_one_head(relationships: Sequence[str], item: str = "people") -> list[Finding]:
    """A household has one 世帯主."""
    heads = sum(1 for relationship in relationships if relationship == "02")
    if heads == 1:
        return []
    if heads == 0:
        return [error("no-head", "世帯主がいません。", "続柄を「世帯主」とする人を一人決めてください。", item=item)]
    return [error("two-heads", "世帯主が二人以上います。", "続柄を確かめ、世帯主を一人にしてください。", item=item)]
