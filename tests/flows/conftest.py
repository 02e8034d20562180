"""流れの試験: a small town, the desk served for real, and a clerk at the keyboard. One town for a file of tests."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django_otp
import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import TransactionTestCase
from django.utils import timezone
from playwright.sync_api import Browser, expect, sync_playwright
from tests.desks.clerks import ALL_RIGHTS, PASSWORD, TOTP_KEY
from tests.flows.clerk import CHROMIUM_ARGUMENTS, Clerk
from tests.flows.town import settle

from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.staff import commands
from yakuba.settings.system_packages import find_chromium

# A loaded machine is slow, and a slow page is no fault of this kind.
expect.set_options(timeout=20_000)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Each request has a thread, and with it a database connection, of its own."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()


class _Silent(WSGIRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """The test's own output is enough."""


@pytest.fixture(scope="module")
def staff(django_db_setup: None, django_db_blocker: Any) -> Iterator[Access]:
    """職員 of an empty register. What the tests of one file do to it stays until the file is done."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        # Playwright's own event loop runs in this thread; nothing of Django runs inside it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        access = Access("S0001", Purpose.MIGRATION, timezone.now(), place="本庁1階", rights=frozenset(ALL_RIGHTS))
        for username, name in (("S0001", "窓口　花子"), ("S0002", "窓口　次郎")):
            commands.create_account(
                access, username=username, display_name=name, password=PASSWORD, place="本庁1階", rights=ALL_RIGHTS
            )
            commands.add_totp_device(access, username, key=TOTP_KEY)
        yield access
        TransactionTestCase()._fixture_teardown()


@pytest.fixture(scope="module")
def town(staff: Access) -> dict[str, int]:
    """見本の町: residents by name. A file of tests that starts from another town has a fixture of this name."""
    return settle(staff)


@pytest.fixture(scope="module")
def address(town: dict[str, int]) -> Iterator[str]:
    """The desk, served on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = make_server("127.0.0.1", port, get_wsgi_application(), _Server, _Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, headless; where there is none its tests are skipped."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("Chromium がありません")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_ARGUMENTS))
        yield found
        found.close()


def session_of(username: str) -> str:
    """The key of a session in which both factors are verified."""
    account = get_user_model().objects.get(username=username)
    session = SessionStore()
    session["_auth_user_id"] = str(account.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = account.get_session_auth_hash()
    session[django_otp.DEVICE_ID_SESSION_KEY] = account.totpdevice_set.get().persistent_id
    session.create()
    return str(session.session_key)


def signed_in(browser: Browser, address: str, username: str = "S0001") -> Clerk:
    """A clerk who has signed in, in a browser of their own."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="ja-JP", timezone_id="Asia/Tokyo")
    context.set_default_timeout(30_000)
    context.add_cookies([{"name": "sessionid", "value": session_of(username), "url": address}])
    page = context.new_page()
    page.on("pageerror", lambda problem: pytest.fail(f"JavaScript: {problem}"))
    return Clerk(page, address)


@pytest.fixture
def clerk(browser: Browser, address: str) -> Iterator[Clerk]:
    """窓口の職員, signed in."""
    found = signed_in(browser, address)
    yield found
    found.page.context.close()
