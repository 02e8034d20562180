"""A clerk with a second factor, and a browser that has signed in as that clerk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import django_otp
import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from tests.desks.clerks import ALL_RIGHTS, PASSWORD, TOTP_KEY, SignIn

from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.staff import commands


@pytest.fixture(autouse=True)
def _plain_static(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def system_access() -> Access:
    """Who makes the accounts that a test starts from."""
    return Access("test", Purpose.SYSTEM, datetime(2026, 11, 23, 1, tzinfo=UTC))


@pytest.fixture
def make_clerk(db: None, system_access: Access) -> Callable[..., Any]:
    """職員を作る: an account with these rights and a second factor."""

    def make(username: str = "S0001", rights: Iterable[str] = ALL_RIGHTS) -> Any:
        commands.create_account(
            system_access,
            username=username,
            display_name="窓口　太郎" if username == "S0001" else f"窓口　{username}",
            password=PASSWORD,
            department="市民課",
            place="本庁1階",
            rights=rights,
        )
        commands.add_totp_device(system_access, username, key=TOTP_KEY)
        return get_user_model().objects.get(username=username)

    return make


@pytest.fixture
def sign_in(make_clerk: Callable[..., Any]) -> SignIn:
    """サインイン済みのブラウザー: password and second factor are verified."""

    def sign(username: str = "S0001", rights: Iterable[str] = ALL_RIGHTS) -> Client:
        account = make_clerk(username, rights)
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session[django_otp.DEVICE_ID_SESSION_KEY] = account.totpdevice_set.get().persistent_id
        session.save()
        return client

    return sign
