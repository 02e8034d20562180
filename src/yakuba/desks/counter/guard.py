"""権限: no page without a verified second factor and the task right that it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from yakuba.kernel.findings import RefusedError
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.staff import queries as staff

from .access import access_of
from .pages import page, town_name

P = ParamSpec("P")
StaffView = Callable[Concatenate[HttpRequest, Access, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
LARGEST_ID = 2**63 - 1


def staff_required(*rights: str, purpose: Purpose = Purpose.COUNTER) -> Callable[[StaffView[P]], View[P]]:
    """業務権限: the view is called with an `Access` when the account is verified, in its period, and holds one of `rights`.

    Without `rights` any verified account may enter. A refused request is answered with 403 and says which right it wants;
    a refusal that a command or query raises and the view does not handle becomes a page with its ground and remedy.
    """

    def decorate(view: StaffView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            answer = answered(request, *args, **kwargs)
            # What a clerk has seen is not to be had from the browser by the next one.
            add_never_cache_headers(answer)
            return answer

        def answered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            account: Any = request.user
            if not (account.is_authenticated and account.is_verified()):
                return _to_login(request)
            refuse_crafted(request, kwargs.values())
            access = access_of(request, purpose)
            if not staff.usable_on(account.is_active, account.starts_on, account.ends_on, access.today):
                return _to_login(request)
            if rights and not any(access.may(right) for right in rights):
                return _refuse(request, access, rights)
            try:
                return view(request, access, *args, **kwargs)
            except RefusedError as refused:
                context = {"findings": refused.findings, "refusal": refused.refusal}
                return page(request, access, "counter/refused.html", context, status=422)

        vars(guarded)["required_rights"] = rights
        return guarded

    return decorate


def refuse_crafted(request: HttpRequest, arguments: Iterable[object] = ()) -> None:
    """作られた入力: what no page sends and no table holds never gets as far as a view.

    Raises SuspiciousOperation (400) for a NUL character, Http404 for an address with a number beyond every identifier.
    """
    if any("\0" in text for form in (request.GET, request.POST) for texts in form.lists() for text in texts[1]):
        raise SuspiciousOperation("NUL character")
    if any(isinstance(each, int) and each > LARGEST_ID for each in arguments):
        raise Http404


def public(view: View[P]) -> View[P]:
    """Marks the few views that are open before signing in."""
    vars(view)["public"] = True
    return view


def _to_login(request: HttpRequest) -> HttpResponse:
    """サインインへ, and back to where the request came from.

    Only a page that is opened is led away. What a page sends is answered with 401: the page stays, with what is typed in it.
    """
    came_from = urlsplit(request.headers.get("Referer", ""))
    is_form = request.method != "GET"
    is_part = bool(request.headers.get("HX-Request"))
    back = urlunsplit(("", "", came_from.path, came_from.query, "")) if is_form or is_part else request.get_full_path()
    target = reverse("counter:login") + "?" + urlencode({"next": back or "/"})
    if not is_form and not is_part:
        return HttpResponseRedirect(target)
    context = {"target": target, "town_name": town_name()}
    return render(request, "counter/signed_out.html", context, status=401)


def _refuse(request: HttpRequest, access: Access, rights: tuple[str, ...]) -> HttpResponse:
    names = dict(staff.RIGHTS)
    context = {"rights": [names[right] for right in rights]}
    return page(request, access, "counter/refused.html", context, status=403)
