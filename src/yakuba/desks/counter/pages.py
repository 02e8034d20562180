"""ページの枠: what every page of the counter shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from yakuba.law.municipality import municipality
from yakuba.registers.access.door import Access


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """メニュー 1件: its key, its name, its address, and the rights of which one opens it."""

    key: str
    label: str
    view: str
    rights: tuple[str, ...]


MENU = (
    MenuEntry("1", "検索", "search", ("view_residents",)),
    MenuEntry("2", "異動入力", "event_choice", ("enter_events",)),
    MenuEntry("3", "仮登録", "queue", ("enter_events", "register_events")),
    MenuEntry("4", "交付履歴", "documents", ("issue_certificates",)),
    MenuEntry(
        "5",
        "支援措置・抑止",
        "protections",
        (
            "manage_protections",
            "release_protections",
            "set_restrictions",
            "release_restrictions",
            "suspend_restrictions",
        ),
    ),
    MenuEntry("6", "統計", "statistics", ("view_statistics",)),
    MenuEntry("7", "アクセス記録", "access_records", ("view_access_records",)),
    MenuEntry("8", "賦課", "tax", ("assess_tax", "approve_decisions")),
    MenuEntry("9", "職員・権限", "staff", ("manage_staff",)),
)


def town_name() -> str:
    """市区町村名, as the municipality's own folder of the statutes says."""
    return municipality(settings.MUNICIPALITY_CODE)["city"]


def page(
    request: HttpRequest, access: Access, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A whole page: the given template inside the frame, with the menu that the account's rights open."""
    menu = [
        {"key": entry.key, "label": entry.label, "address": reverse(f"counter:{entry.view}"), "view": entry.view}
        for entry in MENU
        if any(access.may(right) for right in entry.rights)
    ]
    frame = {
        "menu": menu,
        "town_name": town_name(),
        "access": access,
        "today": access.today,
        "section": "",
    }
    return render(request, template, {**frame, **(context or {})}, status=status)


def part(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A piece of a page, for htmx."""
    return render(request, template, context)
