"""交付の可否: the rules of the documents themselves (national specification 4.0.8, 4.1.3, 5.1, 5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from yakuba.kernel.findings import Finding, error
from yakuba.registers.residents.events.law import days

from .contents.history import steps
from .contents.values import address
from .material import Material
from .requests import MOVE_OUT_KINDS, SEVERAL, TAX_KINDS, RequestKind

DOMESTIC_MOVE_OUT = "21"


def judge(material: Material, *, today: date, now: datetime) -> Iterator[Finding]:
    """What stands against the document as asked for; the guard's findings are not repeated."""
    yield from _clocks(material, today, now)
    yield from held(material)
    yield from _people(material)
    if material.request.kind in MOVE_OUT_KINDS:
        yield from _move_out(material)


def held(material: Material) -> Iterator[Finding]:
    """仮登録中 (4.0.8): nothing is certified of these people until 本登録 or withdrawal."""
    for view in material.views:
        if view.marks.is_provisional:
            name = str(view.items.get("name") or "")
            yield error(
                "held-provisionally",
                f"{name} は仮登録中です。",
                "本登録または取下げの後に交付してください。",
                item="subjects",
            )


def in_force(material: Material) -> Iterator[Finding]:
    """The event that a 世帯主変更通知書 tells of still stands."""
    request = material.request
    if request.kind is not RequestKind.HEAD_CHANGE:
        return
    events = {row.event_id for each in request.subjects for row, *_ in steps(material.entries[each], date.max)}
    if request.event_id not in events:
        yield error(
            "event-not-in-force",
            "通知する世帯主変更が取り消されています。",
            "異動履歴を確かめてください。",
            item="event_id",
        )


def _clocks(material: Material, today: date, now: datetime) -> Iterator[Finding]:
    request = material.request
    is_past = material.asked.valid_on < today or request.known_at is not None
    if material.asked.valid_on > today or material.asked.known_at > now:
        yield error(
            "future-day", "先の日付の証明書は交付できません。", "今日までの日付を入力してください。", item="valid_on"
        )
    if is_past and not request.reason.strip():
        yield error(
            "past-without-reason",
            "過去の時点の証明書には理由が必要です。",
            "必要とする理由を入力してください。",
            item="reason",
        )


def _people(material: Material) -> Iterator[Finding]:
    request, views = material.request, material.views
    if len(views) > 1 and (request.kind not in SEVERAL or request.individual_form):
        yield error("one-person-form", "この様式は1人ずつ交付します。", "1人を選んでください。", item="subjects")
    if len({view.items.get("household_id") for view in views}) > 1:
        yield error(
            "households-differ", "選んだ人の世帯が異なります。", "世帯ごとに交付してください。", item="subjects"
        )
    struck = [view for view in views if view.marks.is_struck]
    if request.kind is RequestKind.STRUCK and material.until is None and len(struck) < len(views):
        yield error("not-struck", "除票ではない人がいます。", "住民票の写しを選んでください。", item="subjects")
    if not struck or request.kind in MOVE_OUT_KINDS | TAX_KINDS | {RequestKind.STRUCK, RequestKind.PROTECTION_END}:
        return
    if len(struck) < len(views):
        yield error(
            "struck-mixed",
            "除票の人と住民を1通に混ぜることはできません。",
            "除票は1人ずつ交付してください。",
            item="subjects",
        )
    elif request.kind is not RequestKind.ITEMS:
        yield error("struck", "除票の人です。", "除票の写しを選んでください。", item="subjects")
    elif len(struck) > 1:
        yield error("one-person-form", "除票は1人ずつ交付します。", "1人を選んでください。", item="subjects")


def _move_out(material: Material) -> Iterator[Finding]:
    places = {(view.items.get("move_out_planned_on"), address(view.items, "destination_")) for view in material.views}
    if len(places) > 1:
        yield error(
            "move-outs-differ",
            "転出予定日か転出先の異なる人がいます。",
            "同じ転出届の人だけを選んでください。",
            item="subjects",
        )
    for view in material.views:
        planned, reason = view.items.get("move_out_planned_on"), view.items.get("struck_reason")
        if planned is None or not view.marks.is_struck:
            yield error(
                "no-move-out", "転出届のない人がいます。", "転出届を入力してから交付してください。", item="subjects"
            )
            return
        notified = view.items.get("move_out_notified_on")
        late = days("late_move_out_period", planned)
        is_late = notified is None or (late is not None and notified > planned + timedelta(days=late))
        if material.request.kind is RequestKind.MOVE_OUT and (is_late or reason != DOMESTIC_MOVE_OUT):
            yield error(
                "equivalent-instead", "転出証明書を交付できない転出です。",
                "転出証明書に準ずる証明書または除票の写しを交付してください。", item="kind",
            )  # fmt: skip
            return
