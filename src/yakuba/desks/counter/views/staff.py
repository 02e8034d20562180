"""職員・権限: accounts, rights by task, periods, second factors."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yakuba.desks.counter.fields import read_date
from yakuba.desks.counter.guard import staff_required
from yakuba.desks.counter.pages import page
from yakuba.kernel.findings import Finding, RefusedError
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.staff import commands, queries
from yakuba.registers.staff.errors import UnknownAccountError

PAGE = 50


@require_GET
@staff_required("manage_staff", purpose=Purpose.AUDIT)
def listing(request: HttpRequest, access: Access) -> HttpResponse:
    """職員一覧."""
    rows = queries.accounts(access, after=request.GET.get("after", ""), limit=PAGE + 1)
    more = rows[PAGE - 1].username if len(rows) > PAGE else ""
    context = {"rows": rows[:PAGE], "more": more, "right_labels": dict(queries.RIGHTS), "section": "staff"}
    return page(request, access, "counter/staff_list.html", context)


@require_http_methods(["GET", "POST"])
@staff_required("manage_staff", purpose=Purpose.AUDIT)
def create(request: HttpRequest, access: Access) -> HttpResponse:
    """職員の登録."""
    findings: tuple[Finding, ...] = ()
    form = request.POST
    if request.method == "POST":
        try:
            commands.create_account(
                access,
                username=form.get("username", ""),
                display_name=form.get("display_name", ""),
                password=form.get("password", ""),
                department=form.get("department", ""),
                place=form.get("place", ""),
                rights=_chosen(form.getlist("rights")),
            )
            messages.success(request, "職員を登録しました。続けて第二要素を登録してください。")
            return redirect("counter:staff_account", form["username"].strip())
        except RefusedError as refused:
            findings = refused.findings
    context = {
        "form": form, "chosen": form.getlist("rights"), "findings": findings, "rights": queries.RIGHTS, "section": "staff"
    }  # fmt: skip
    return page(request, access, "counter/staff_create.html", context, status=422 if findings else 200)


@require_http_methods(["GET", "POST"])
@staff_required("manage_staff", purpose=Purpose.AUDIT)
def account(request: HttpRequest, access: Access, username: str) -> HttpResponse:
    """職員 1人: rights, period."""
    findings: list[Finding] = []
    if request.method == "POST":
        findings = _change(request, access, username)
        if not findings:
            messages.success(request, "変更しました。次の操作から効力を持ちます。")
            return redirect("counter:staff_account", username)
    try:
        row = queries.account(access, username)
    except UnknownAccountError as unknown:
        raise Http404 from unknown
    context = {"row": row, "rights": queries.RIGHTS, "findings": findings, "section": "staff"}
    return page(request, access, "counter/staff_account.html", context, status=422 if findings else 200)


@require_POST
@staff_required("manage_staff", purpose=Purpose.AUDIT)
def second_factor(request: HttpRequest, access: Access, username: str) -> HttpResponse:
    """第二要素の登録: shows the QR code once; any earlier device stops working."""
    try:
        address = commands.add_totp_device(access, username)
    except UnknownAccountError as unknown:
        raise Http404 from unknown
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=3)
    context = {"username": username, "address": address, "picture": picture, "section": "staff"}
    return page(request, access, "counter/staff_second_factor.html", context)


def _change(request: HttpRequest, access: Access, username: str) -> list[Finding]:
    form = request.POST
    try:
        if form.get("what") == "rights":
            commands.set_rights(access, username, _chosen(form.getlist("rights")))
            return []
        if form.get("what") == "password":
            commands.set_password(access, username, form.get("password", ""))
            return []
        starts_on, ends_on = read_date(form.get("starts_on", "")), read_date(form.get("ends_on", ""))
        findings = [day for day in (starts_on, ends_on) if isinstance(day, Finding)]
        if not findings and not isinstance(starts_on, Finding) and not isinstance(ends_on, Finding):
            active = form.get("is_active") == "1"
            commands.set_period(access, username, starts_on=starts_on, ends_on=ends_on, is_active=active)
        return findings
    except RefusedError as refused:
        return list(refused.findings)
    except UnknownAccountError as unknown:
        raise Http404 from unknown


def _chosen(names: list[str]) -> list[str]:
    known = {name for name, _ in queries.RIGHTS}
    return [name for name in names if name in known]
