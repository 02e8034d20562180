"""支援措置・抑止 (national specification 1.1.16, 3.1, 3.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from yakuba.desks.counter.fields import read_date, read_number, read_uuid
from yakuba.desks.counter.guard import staff_required
from yakuba.desks.counter.labels import CATEGORIES, LEVELS, POSITIONS, PROCESSES, RELEASED_OUTPUTS, SCOPES, STEPS
from yakuba.desks.counter.pages import page
from yakuba.desks.counter.people import members_of, named, subject_of
from yakuba.desks.counter.templatetags.counter import short_wareki
from yakuba.kernel.findings import Finding, RefusedError, error
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.protections import commands, queries
from yakuba.registers.protections.errors import UnknownProtectionError
from yakuba.services.certificates.requests import RequestKind

RIGHTS = (
    "manage_protections", "release_protections", "set_restrictions", "release_restrictions", "suspend_restrictions",
)  # fmt: skip
PAGE = 50


@require_GET
@staff_required(*RIGHTS, purpose=Purpose.PROTECTION)
def overview(request: HttpRequest, access: Access) -> HttpResponse:
    """支援措置・抑止: what nears or has passed its end, and what waits for a responsible person."""
    return _draw_overview(request, access)


def _draw_overview(request: HttpRequest, access: Access, *, refused: int = 0) -> HttpResponse:
    responsible = access.may("release_protections")
    may_see = responsible or access.may("manage_protections")
    after, seen = _read_place(request.GET.get("alerts", "")), read_number(request.GET.get("waiting")) or 0
    alerts = queries.alerts(access, after=after, limit=PAGE + 1) if may_see else []
    waiting = queries.pending_releases(access, after=seen, limit=PAGE + 1) if responsible else []
    more_alerts, alerts = len(alerts) > PAGE, alerts[:PAGE]
    more_waiting, waiting = len(waiting) > PAGE, waiting[:PAGE]
    subjects = [one.resident_id for one in alerts if one.resident_id] + [one.resident_id for one in waiting]
    context = {
        "alerts": alerts,
        "waiting": waiting,
        "alerts_from": request.GET.get("alerts", ""),
        "waiting_from": request.GET.get("waiting", ""),
        "more_alerts": _place(alerts[-1]) if more_alerts else "",
        "more_waiting": waiting[-1].release_id if more_waiting else "",
        "names": named(access, subjects),
        "outputs": RELEASED_OUTPUTS,
        "may_see": may_see,
        "responsible": responsible,
        "refused": refused,
        "typed": request.POST,
        "section": "protections",
    }
    return page(request, access, "counter/protections.html", context, status=422 if refused else 200)


@require_GET
@staff_required(*RIGHTS, purpose=Purpose.PROTECTION)
def of_resident(request: HttpRequest, access: Access, resident_id: int) -> HttpResponse:
    """一人の支援措置・抑止, and the forms to receive an application and to set a restriction."""
    return _draw_resident(request, access, resident_id)


def _draw_resident(
    request: HttpRequest, access: Access, resident_id: int, *, refused: str = "", lifting: int = 0
) -> HttpResponse:
    """The page; the form that was refused, of those to lift a restriction the one named, stands in it as it was typed."""
    subject = subject_of(access, resident_id)
    today, typed = short_wareki(access.today), request.POST
    household_ids = [subject.household_id] if subject.household_id else []
    may_see = access.may("manage_protections") or access.may("release_protections")
    context = {
        "subject": subject,
        "measures": queries.measures_of(access, resident_id) if may_see else [],
        "restrictions": queries.restrictions_for([resident_id], household_ids, None, now=access.now),
        "members": [one for one in members_of(access, subject) if one.resident_id != resident_id],
        "may_see": may_see,
        "lifting": lifting,
        "typed": typed,
        "application": typed if refused == "receive" else {"entry_key": str(uuid4()), "received_on": today},
        "together": typed.getlist("together"),
        "wanted_scopes": typed.getlist("protected_scope") if refused == "receive" else SCOPES,
        "restriction": typed if refused == "restrict" else {"level": LEVELS[0][0], "starts_on": today},
        "restricted": typed.getlist("processes"),
        "release": typed if refused == "release" else {},
        "processes": PROCESSES,
        "levels": LEVELS,
        "categories": CATEGORIES,
        "positions": POSITIONS,
        "scopes": SCOPES,
        "outputs": RELEASED_OUTPUTS,
        "section": "protections",
    }
    return page(request, access, "counter/resident_protections.html", context, status=422 if refused else 200)


@require_GET
@staff_required("manage_protections", "release_protections", purpose=Purpose.PROTECTION)
def measure(request: HttpRequest, access: Access, protection_id: int) -> HttpResponse:
    """支援措置 1件: people, period, steps, forwardings, and what may be done next."""
    return _draw_measure(request, access, protection_id)


def _draw_measure(request: HttpRequest, access: Access, protection_id: int, *, refused: str = "") -> HttpResponse:
    today = short_wareki(access.today)
    opening = {"accept": {"starts_on": today}, "extend": {"applied_on": today}, "forward": {"forwarded_on": today}}
    try:
        found = queries.measure(access, protection_id)
    except UnknownProtectionError as unknown:
        raise Http404 from unknown
    context = {
        "measure": found,
        "names": named(access, [person.resident_id for person in found.people]),
        "steps": STEPS,
        "forms": {**opening, refused.replace("-", "_"): request.POST},
        "section": "protections",
    }
    return page(request, access, "counter/measure.html", context, status=422 if refused else 200)


@require_POST
@staff_required("manage_protections", purpose=Purpose.PROTECTION)
def receive(request: HttpRequest, access: Access, resident_id: int) -> HttpResponse:
    """申出の受付: the lock is on from here."""
    form = request.POST
    together = [
        commands.Person(number, form.get(f"relation.{each}", "").strip() or "同一世帯員")
        for each in form.getlist("together")
        if (number := read_number(each)) is not None
    ]
    offender = commands.Offender(
        name=form.get("offender_name", ""), address=form.get("offender_address", ""), note=form.get("offender_note", "")
    )

    received: list[int] = []

    def run() -> None:
        protection_id = commands.receive_application(
            access,
            entry_key=_key(form.get("entry_key", "")),
            applicant_id=resident_id,
            category=_chosen(form.get("category", ""), CATEGORIES, "種類"),
            position=_chosen(form.get("position", ""), POSITIONS, "立場"),
            received_on=_day(form.get("received_on", ""), "received_on"),
            together=together,
            offender=offender,
            contact=form.get("contact", ""),
            protected_scope=form.getlist("protected_scope"),
        )
        received.append(protection_id)

    if not _run(request, run, "申出を受け付けました。この時点から出力できません。"):
        return _draw_resident(request, access, resident_id, refused="receive")
    return redirect("counter:measure", received[0])


@require_POST
@staff_required("manage_protections", "release_protections", purpose=Purpose.PROTECTION)
def act(request: HttpRequest, access: Access, protection_id: int, step: str) -> HttpResponse:
    """支援措置の決定・延長・終了など: one step on one measure."""
    form = request.POST
    reason = form.get("reason", "")
    steps: dict[str, tuple[Callable[[], Any], str]] = {
        "accept": (
            lambda: commands.accept(
                access,
                protection_id,
                starts_on=_day(form.get("starts_on", ""), "starts_on"),
                ends_on=_maybe_day(form.get("ends_on", ""), "ends_on"),
                reason=reason,
            ),
            "支援措置を決定しました。",
        ),
        "reject": (lambda: commands.reject(access, protection_id, reason=reason), "支援措置をしない決定をしました。"),
        "extend": (
            lambda: commands.extend(access, protection_id, applied_on=_day(form.get("applied_on", ""), "applied_on")),
            "支援措置を延長しました。",
        ),
        "propose-end": (lambda: commands.propose_end(access, protection_id, reason=reason), "終了を起案しました。"),
        "confirm-end": (lambda: commands.confirm_end(access, protection_id, reason=reason), "終了を確認しました。"),
        "forward": (
            lambda: commands.record_forwarding(
                access,
                protection_id,
                destination=form.get("destination", ""),
                forwarded_on=_day(form.get("forwarded_on", ""), "forwarded_on"),
            ),
            "転送を記録しました。",
        ),
    }
    if step not in steps:
        raise Http404
    if not _run(request, *steps[step]):
        return _draw_measure(request, access, protection_id, refused=step)
    return redirect("counter:measure", protection_id)


@require_POST
@staff_required("view_residents", "issue_certificates", "manage_protections", purpose=Purpose.PROTECTION)
def ask_release(request: HttpRequest, access: Access, resident_id: int) -> HttpResponse:
    """交付の許可の申請: for one output, once."""
    form = request.POST

    def run() -> int:
        return commands.request_release(
            access,
            resident_id=resident_id,
            output=_chosen(form.get("output", ""), [(kind.output, "") for kind in RequestKind], "出力"),
            reason=form.get("reason", ""),
        )

    if not _run(request, run, "交付の許可を申請しました。支援措置責任者の審査を待ってください。"):
        return _draw_resident(request, access, resident_id, refused="release")
    return redirect("counter:person", resident_id)


@require_POST
@staff_required("release_protections", purpose=Purpose.PROTECTION)
def decide_release(request: HttpRequest, access: Access, release_id: int) -> HttpResponse:
    """交付の許可の審査, by another than the one who asked."""
    reason = request.POST.get("reason", "")
    if request.POST.get("decision") == "approve":
        done = _run(
            request, lambda: commands.approve_release(access, release_id, reason=reason), "交付を許可しました。"
        )
    else:
        done = _run(
            request, lambda: commands.decline_release(access, release_id, reason=reason), "交付を許可しませんでした。"
        )
    if not done:
        return _draw_overview(request, access, refused=release_id)
    return redirect("counter:protections")


@require_POST
@staff_required("set_restrictions", purpose=Purpose.PROTECTION)
def restrict(request: HttpRequest, access: Access, resident_id: int) -> HttpResponse:
    """抑止の設定 on a person or the person's household."""
    form = request.POST
    household_id = subject_of(access, resident_id).household_id if form.get("whole") == "1" else None

    def run() -> int:
        return commands.set_restriction(
            access,
            resident_id=None if household_id else resident_id,
            household_id=household_id,
            processes=[each for each in form.getlist("processes") if each in dict(PROCESSES)],
            level=_chosen(form.get("level", ""), LEVELS, "段階"),
            reason=form.get("reason", ""),
            starts_on=_day(form.get("starts_on", ""), "starts_on"),
            ends_on=_maybe_day(form.get("ends_on", ""), "ends_on"),
        )

    if not _run(request, run, "抑止を設定しました。"):
        return _draw_resident(request, access, resident_id, refused="restrict")
    return redirect("counter:resident_protections", resident_id)


@require_POST
@staff_required("release_restrictions", "suspend_restrictions", purpose=Purpose.PROTECTION)
def lift(request: HttpRequest, access: Access, resident_id: int, restriction_id: int) -> HttpResponse:
    """抑止の解除・一時解除."""
    reason = request.POST.get("reason", "")
    if request.POST.get("what") == "suspend":
        done = _run(
            request,
            lambda: commands.suspend_restriction(access, restriction_id, reason=reason),
            "一時解除しました。時間が来ると自動で戻ります。",
        )
    else:
        done = _run(
            request, lambda: commands.release_restriction(access, restriction_id, reason=reason), "解除しました。"
        )
    if not done:
        return _draw_resident(request, access, resident_id, refused="lift", lifting=restriction_id)
    return redirect("counter:resident_protections", resident_id)


def _run(request: HttpRequest, command: Callable[[], Any], done: str) -> bool:
    """Runs a command and tells the clerk; False after a refusal, which the clerk reads above the form as it was typed."""
    try:
        command()
    except RefusedError as refused:
        for line in str(refused).splitlines():
            messages.error(request, line)
        return False
    except UnknownProtectionError as unknown:
        raise Http404 from unknown
    messages.success(request, done)
    return True


def _place(last: queries.ProtectionAlert) -> str:
    return "|".join(map(str, last.place))


def _read_place(text: str) -> tuple[date, int, int] | None:
    day, _, rest = text.partition("|")
    source, _, source_id = rest.partition("|")
    numbers = read_number(source), read_number(source_id)
    try:
        read = date.fromisoformat(day)
    except ValueError:
        return None
    return None if None in numbers else (read, numbers[0] or 0, numbers[1] or 0)


def _chosen(text: str, choices: Iterable[tuple[str, str]], label: str) -> str:
    """One of the choices. Raises RefusedError."""
    if text not in dict(choices):
        raise RefusedError([error("not-in-list", f"{label}を選んでください。", "一覧から選んでください。", value=text)])
    return text


def _key(text: str) -> UUID:
    """The key of the form, with which it is received once. Raises RefusedError."""
    key = read_uuid(text)
    if key is None:
        raise RefusedError([error("form-without-key", "画面の情報が欠けています。", "ページを開き直してください。")])
    return key


def _day(text: str, item: str) -> date:
    read = _maybe_day(text, item)
    if read is None:
        raise RefusedError([error("required", "日付が空欄です。", "入力してください。", item=item)])
    return read


def _maybe_day(text: str, item: str) -> date | None:
    read = read_date(text, item=item)
    if isinstance(read, Finding):
        raise RefusedError([read])
    return read
