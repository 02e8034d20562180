"""サインイン: 職員番号 and password, then the second factor; nothing opens before both (national specification 10.3)."""

from __future__ import annotations

import time
from typing import Any

import django_otp
from django.contrib.auth import authenticate, get_user_model, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yakuba.desks.counter.access import desk_access
from yakuba.desks.counter.guard import public, refuse_crafted
from yakuba.desks.counter.pages import town_name
from yakuba.registers.staff import commands as staff_commands
from yakuba.registers.staff import queries as staff

PENDING = "pending_sign_in"
PENDING_SECONDS = 300
"""How long a password that was right waits for the second factor."""


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """サインイン 1段目: 職員番号とパスワード. Failures are counted and lock the account for a time."""
    refuse_crafted(request)
    target = request.POST.get("next") or request.GET.get("next") or ""
    username = request.POST.get("username", "").strip()
    problems: list[str] = []
    if request.method == "POST":
        account = authenticate(request, username=username, password=request.POST.get("password", ""))
        access = desk_access()
        if account is not None and _usable(account, access.today):
            request.session.cycle_key()
            request.session[PENDING] = {
                "account": account.pk,
                "backend": account.backend,
                "at": time.time(),
                "next": target,
            }
            return redirect("counter:code")
        if account is not None:
            problems.append("利用期間の外です。職員管理の担当者に確認してください。")
        else:
            problems.append("職員番号かパスワードが違います。")
        staff_commands.record_sign_in(access, "refused", username=username)
    context = {"username": username, "next": target, "problems": problems, "town_name": town_name()}
    return render(request, "counter/login.html", context)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """サインイン 2段目: the code of the second factor, each good once."""
    pending = request.session.get(PENDING)
    if not pending or time.time() - pending["at"] > PENDING_SECONDS:
        request.session.pop(PENDING, None)
        return redirect("counter:login")
    account: Any = get_user_model().objects.get(pk=pending["account"])
    problems: list[str] = []
    if request.method == "POST":
        device = django_otp.match_token(account, request.POST.get("code", "").strip())
        if device is not None:
            login(request, account, backend=pending["backend"])
            request.session.pop(PENDING, None)
            django_otp.login(request, device)
            number = account.get_username()
            staff_commands.record_sign_in(desk_access(number), "signed-in", username=number)
            return redirect(_safe(request, pending["next"]))
        problems.append("確認コードが違うか、既に使われています。次のコードが表示されてから入力してください。")
        staff_commands.record_sign_in(desk_access(), "refused", username=account.get_username())
    elif not django_otp.user_has_device(account):
        problems.append("認証アプリがまだ登録されていません。職員管理の担当者に登録を依頼してください。")
    context = {"username": account.get_username(), "problems": problems, "town_name": town_name()}
    return render(request, "counter/code.html", context)


@public
@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """退席: ends the session."""
    if request.user.is_authenticated:
        number = request.user.get_username()
        staff_commands.record_sign_in(desk_access(number), "signed-out", username=number)
    logout(request)
    return redirect("counter:login")


def _usable(account: Any, today: Any) -> bool:
    return staff.usable_on(account.is_active, account.starts_on, account.ends_on, today)


def _safe(request: HttpRequest, target: str) -> str:
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return target
    return "/"
