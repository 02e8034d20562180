"""What the tests' clerks sign in with."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.test import Client
from django_otp.oath import TOTP

from yakuba.registers.staff import queries

ALL_RIGHTS = tuple(name for name, _ in queries.RIGHTS)
PASSWORD = "ねこと-あるく-7番地の9"
TOTP_KEY = "3132333435363738393031323334353637383930"
"""The key of RFC 6238's test vectors."""

SignIn = Callable[..., Client]


def code() -> str:
    """The second factor's code of this moment."""
    totp = TOTP(bytes.fromhex(TOTP_KEY))
    totp.time = time.time()
    return f"{totp.token():06d}"
