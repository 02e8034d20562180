"""異動入力: one page for each kind of event; findings while it is filled in, a draft that survives, a lock on the household."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yakuba.desks.counter.changes import change_rows
from yakuba.desks.counter.events import FAMILIES, candidates, chosen_names, event_options
from yakuba.desks.counter.fields import read_number, read_uuid
from yakuba.desks.counter.forms import Box, Person, boxes, typed_form
from yakuba.desks.counter.guard import staff_required
from yakuba.desks.counter.pages import page, part
from yakuba.desks.counter.people import Subject, members_of, subject_of
from yakuba.desks.counter.templatetags.counter import short_wareki
from yakuba.kernel.findings import Finding, Severity
from yakuba.kernel.relationships import relationship_choices
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.residents.commands import desk, registration
from yakuba.registers.residents.commands.desk import Lock
from yakuba.registers.residents.events import KINDS
from yakuba.registers.residents.events.base import EventKind
from yakuba.registers.residents.queries import desk as desk_queries

ENTRY_RIGHTS = ("enter_events",)
PATH = re.compile(r"[a-z_]+(\.\d{1,3}\.[a-z_]+)?")
"""The place of a box in a form."""


@dataclass
class Scene:
    """入力の場面: whom the form is about, and who else is at the same household."""

    kind: EventKind
    query: str
    draft_id: UUID
    resident_id: int | None = None
    event_id: str = ""
    subject: Subject | None = None
    members: list[Person] = field(default_factory=list)
    household_id: int | None = None
    lock: Lock | None = None
    chosen_locks: list[tuple[int, Lock]] = field(default_factory=list)

    @property
    def draft_page(self) -> str:
        """Where the form's draft belongs."""
        return desk.draft_page(self.kind.slug, self.resident_id, self.event_id)

    @property
    def read_only(self) -> bool:
        """Somebody else is typing on the household that the page is about."""
        return self.lock is not None and not self.lock.mine

    @property
    def blocked(self) -> bool:
        """Somebody else is typing on a household that the form is about."""
        return self.read_only or not all(lock.mine for _, lock in self.chosen_locks)


@require_GET
@staff_required(*ENTRY_RIGHTS, purpose=Purpose.EVENT)
def choice(request: HttpRequest, access: Access) -> HttpResponse:
    """異動の種類を選ぶ, for a person or for somebody new."""
    resident_id = read_number(request.GET.get("resident"))
    subject = subject_of(access, resident_id) if resident_id is not None else None
    families = [
        (title, [kind for kind in KINDS.values() if kind.family in names and (subject or kind.new_people)])
        for title, names in FAMILIES
    ]
    context = {"families": [one for one in families if one[1]], "subject": subject, "section": "event_choice"}
    return page(request, access, "counter/event_choice.html", context)


@require_http_methods(["GET", "POST"])
@staff_required(*ENTRY_RIGHTS, purpose=Purpose.EVENT)
def form(request: HttpRequest, access: Access, kind: str) -> HttpResponse:
    """届書の入力. POST enters it as 仮登録, or adds a row for one more person.

    The `draft` in the address is one form's own: it is entered under that id, so that sent twice it is entered once.
    """
    if request.method == "GET" and (target := _elsewhere(request, access, kind)):
        return redirect(target)
    scene = _scene(request, access, kind, locking=True)
    if request.method == "GET":
        return _first(request, access, scene)
    typed = typed_form(scene.kind, request.POST)
    desk.save_draft(access, scene.draft_page, scene.draft_id, typed)
    if "add_row" in request.POST:
        return _draw(request, access, scene, typed, add_row=True)
    _lock_chosen(request, access, scene, typed)
    if scene.blocked:
        messages.error(
            request, "ほかの職員が編集しているため、仮登録していません。入力した内容は下書きに残っています。"
        )
        return redirect(request.get_full_path())
    confirmed = request.POST.get("confirmed") == "1"
    entered = registration.enter(access, kind, typed, confirmed=confirmed, entry_id=scene.draft_id)
    if entered.entry_id is None:
        preview = registration.check(access, kind, typed)
        return _draw(
            request, access, scene, typed, findings=entered.findings, changes=preview.changes, checked=True, status=422
        )
    desk.discard_draft(access, scene.draft_page, scene.draft_id)
    for household_id in (scene.household_id, *(each for each, _ in scene.chosen_locks)):
        if household_id is not None:
            desk.release_lock(access, household_id)
    messages.success(request, "仮登録しました。内容を確かめて本登録してください。")
    return redirect("counter:entry", entered.entry_id)


@require_POST
@staff_required(*ENTRY_RIGHTS, purpose=Purpose.EVENT)
def check(request: HttpRequest, access: Access, kind: str) -> HttpResponse:
    """入力中の検査: findings beside their fields, and what would change."""
    scene = _scene(request, access, kind, locking=False)
    typed = typed_form(scene.kind, request.POST)
    _lock_chosen(request, access, scene, typed)
    preview = registration.check(access, kind, typed)
    # While the form is being filled in, a blank that is still to come is no fault.
    findings = [finding for finding in preview.findings if finding.rule != "required"]
    drawn = boxes(scene.kind, typed, findings, scene.members)
    context = {
        **_summary(findings, preview.changes),
        "boxes": drawn,
        "confirmed": request.POST.get("confirmed") == "1",
        "chosen_locks": scene.chosen_locks,
    }
    return part(request, "counter/event_check.html", context)


@require_POST
@staff_required(*ENTRY_RIGHTS, purpose=Purpose.EVENT)
def draft(request: HttpRequest, access: Access, kind: str) -> HttpResponse:
    """下書きの保存, as the clerk types."""
    scene = _form_scene(request, kind)
    if desk_queries.provisional(access, scene.draft_id) is not None:
        return HttpResponse("既に仮登録しています")
    desk.save_draft(access, scene.draft_page, scene.draft_id, typed_form(scene.kind, request.POST))
    return HttpResponse(f"下書きを保存しました（{timezone.localtime(access.now):%H:%M:%S}）")


@require_POST
@staff_required(*ENTRY_RIGHTS, purpose=Purpose.EVENT)
def discard(request: HttpRequest, access: Access, kind: str) -> HttpResponse:
    """下書きの破棄: the form opens anew."""
    scene = _form_scene(request, kind)
    desk.discard_draft(access, scene.draft_page, scene.draft_id)
    return redirect(_address(request, kind, uuid4()))


@require_POST
@staff_required(*ENTRY_RIGHTS, purpose=Purpose.EVENT)
def lock(request: HttpRequest, access: Access, household_id: int) -> HttpResponse:
    """編集中の印の更新: the page is still open."""
    held = desk.take_lock(access, household_id, actor_name=_display_name(request))
    answer = part(request, "counter/lock_text.html", {"lock": held})
    answer["X-Lock-Mine"] = "1" if held.mine else "0"
    return answer


@require_POST
@staff_required(*ENTRY_RIGHTS, purpose=Purpose.EVENT)
def unlock(_request: HttpRequest, access: Access, household_id: int) -> HttpResponse:
    """編集中の印を外す, when the page is left."""
    desk.release_lock(access, household_id)
    return HttpResponse(status=204)


@require_GET
@staff_required(*ENTRY_RIGHTS, purpose=Purpose.EVENT)
def pick(request: HttpRequest, access: Access, what: str) -> HttpResponse:
    """候補: people or households found by what is typed, as radio buttons under the box with that path."""
    path = request.GET.get("path", "")
    text = request.GET.get(f"find.{path}", "").strip()
    if what not in ("resident", "household") or not PATH.fullmatch(path):
        raise Http404
    found = candidates(access, text, what)
    chosen = request.GET.get("chosen", "")
    return part(request, "counter/pick.html", {"path": path, "found": found, "text": text, "chosen": chosen})


def _kind(slug: str) -> EventKind:
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


def _elsewhere(request: HttpRequest, access: Access, kind: str) -> str:
    """Where opening a form leads: to a form with an id of its own, or to what the form has already become."""
    scene = _form_scene(request, kind)
    if read_uuid(request.GET.get("draft")) is None:
        # What was begun about somebody goes on by itself; of newcomers nothing says that they are the same.
        begun = desk.drafts(access, scene.draft_page) if scene.resident_id is not None else []
        return _address(request, kind, begun[0].draft_id if begun else scene.draft_id)
    if desk_queries.provisional(access, scene.draft_id) is not None:
        return reverse("counter:entry", args=[scene.draft_id])
    return ""


def _address(request: HttpRequest, kind: str, draft_id: UUID) -> str:
    query = request.GET.copy()
    query["draft"] = str(draft_id)
    return f"{reverse('counter:event', args=[kind])}?{query.urlencode()}"


def _form_scene(request: HttpRequest, slug: str) -> Scene:
    """The scene as the address alone tells it; nobody is read."""
    draft_id = read_uuid(request.GET.get("draft")) or uuid4()
    resident_id, event_id = read_number(request.GET.get("resident")), read_number(request.GET.get("event_id"))
    return Scene(_kind(slug), request.GET.urlencode(), draft_id, resident_id, str(event_id or ""))


def _scene(request: HttpRequest, access: Access, slug: str, *, locking: bool) -> Scene:
    scene = _form_scene(request, slug)
    if scene.resident_id is not None:
        scene.subject = subject_of(access, scene.resident_id)
        members = members_of(access, scene.subject)
        scene.members = [Person(one.resident_id, one.name, one.note) for one in members]
        scene.household_id = scene.subject.household_id
    if locking and scene.household_id is not None:
        scene.lock = desk.take_lock(access, scene.household_id, actor_name=_display_name(request))
    return scene


def _lock_chosen(request: HttpRequest, access: Access, scene: Scene, typed: Mapping[str, Any]) -> None:
    """選んだ世帯の編集の開始: whoever joins a household changes it as much as whoever leaves it."""
    typed_in = (typed.get(spec.name) for spec in scene.kind.fields if spec.kind == "household")
    chosen = {number for text in typed_in if (number := read_number(str(text))) is not None}
    scene.chosen_locks = [
        (each, desk.take_lock(access, each, actor_name=_display_name(request)))
        for each in sorted(chosen - {scene.household_id})
    ]


def _display_name(request: HttpRequest) -> str:
    return str(getattr(request.user, "display_name", "") or request.user.get_username())


def _first(request: HttpRequest, access: Access, scene: Scene) -> HttpResponse:
    """The form as it opens: the draft where there is one, else today as 届出日 and the person as chosen (1.10)."""
    saved = next((one for one in desk.drafts(access, scene.draft_page) if one.draft_id == scene.draft_id), None)
    if saved is not None:
        return _draw(request, access, scene, saved.form, draft_saved_at=saved.saved_at)
    typed: dict[str, Any] = {}
    names = {spec.name for spec in scene.kind.fields}
    if "notified_on" in names:
        typed["notified_on"] = short_wareki(access.today)
    if scene.subject is not None:
        for name in ("residents", "resident_id", "parent_id"):
            if name in names:
                typed[name] = (
                    [str(scene.subject.resident_id)] if name == "residents" else str(scene.subject.resident_id)
                )
        if "household_id" in names and scene.kind.new_people and scene.household_id is not None:
            typed["household_id"] = str(scene.household_id)
    for name in ("event_id", "entry_id"):
        if name in names and request.GET.get(name):
            typed[name] = request.GET[name]
    return _draw(request, access, scene, typed)


def _draw(
    request: HttpRequest,
    access: Access,
    scene: Scene,
    typed: Mapping[str, Any],
    *,
    findings: Any = (),
    changes: Any = (),
    checked: bool = False,
    add_row: bool = False,
    draft_saved_at: Any = None,
    status: int = 200,
) -> HttpResponse:
    if not scene.read_only:
        _lock_chosen(request, access, scene, typed)
    drawn = boxes(
        scene.kind,
        typed,
        findings,
        scene.members,
        chosen=chosen_names(access, typed, scene.kind),
        events=event_options(access, scene.subject, scene.kind),
        add_row=add_row,
    )
    context = {
        "kind": scene.kind,
        "subject": scene.subject,
        "query": scene.query,
        "lock": scene.lock,
        "lock_household": scene.household_id,
        "read_only": scene.read_only,
        "chosen_locks": scene.chosen_locks,
        "sections": _sections([box for box in drawn if box.widget not in ("people", "members")]),
        "row_boxes": [box for box in drawn if box.widget in ("people", "members")],
        "relationships": [relation.text for relation in relationship_choices()],
        "draft_restored": draft_saved_at is not None,
        "draft_saved_at": draft_saved_at,
        "others": _other_drafts(request, access, scene),
        "section": "event_choice",
        **_summary(list(findings), changes, checked=checked or bool(findings)),
    }
    return page(request, access, "counter/event_form.html", context, status=status)


def _other_drafts(request: HttpRequest, access: Access, scene: Scene) -> list[dict[str, Any]]:
    """ほかの下書き: other forms of this kind, about the same person or newcomers, that the clerk has begun."""
    return [
        {
            "address": _address(request, scene.kind.slug, one.draft_id),
            "saved_at": one.saved_at,
            "names": "、".join(str(each["name"]) for each in one.form.get("people") or [] if each.get("name")),
        }
        for one in desk.drafts(access, scene.draft_page)
        if one.draft_id != scene.draft_id
    ]


def _summary(findings: list[Finding], changes: Any, *, checked: bool = True) -> dict[str, Any]:
    asks = bool(findings) and all(finding.severity is Severity.ALERT for finding in findings)
    return {"checked": checked, "findings": findings, "asks": asks, "changes": change_rows(changes)}


def _sections(drawn: list[Box]) -> list[tuple[str, list[Box]]]:
    sections: dict[str, list[Box]] = {}
    for box in drawn:
        sections.setdefault(box.group or "届出", []).append(box)
    for box in drawn[:1]:
        box.first = True
    return list(sections.items())
