"""封緘: how a number is sealed and found again. Pure, but for the town's key, which is kept outside the database.

Sealed: one byte of form, 12 of nonce, AES-256-GCM over the twelve digits, with the resident's id as associated data: the
same number seals differently each time, and a seal moved to another person's row does not open. Lookup: HMAC-SHA-256
under a second key, both derived by HKDF from the one master key.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import polars as pl
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

FORM = b"\x01"
NONCE_BYTES = 12
DIGITS = 12


class SealBrokenError(Exception):
    """A seal does not open for this person: changed, moved from another row, or of another town's key."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The two keys derived from the master key."""

    sealing: AESGCM
    lookup: bytes


def keys() -> Keys:
    """The town's keys (settings.INDIVIDUAL_NUMBER_KEY, 32 bytes in hexadecimal)."""
    return _derive(settings.INDIVIDUAL_NUMBER_KEY)


def seal(number: str, resident_id: int) -> bytes:
    """封緘: one number for one person; twelve ASCII digits, else ValueError."""
    _check([number])
    nonce = os.urandom(NONCE_BYTES)
    return FORM + nonce + keys().sealing.encrypt(nonce, number.encode(), _bound_to(resident_id))


def unseal(sealed: bytes, resident_id: int) -> str:
    """開封. Raises SealBrokenError when the seal is not this person's."""
    return open_many([sealed], [resident_id])[0]


def lookup(number: str) -> bytes:
    """照合値: 32 bytes, the same for the same number in this town."""
    _check([number])
    return hmac.digest(keys().lookup, number.encode(), "sha256")


def seal_many(numbers: Sequence[str], resident_ids: Sequence[int], *, recorded_at: datetime) -> pl.DataFrame:
    """一括封緘: the vault's columns for COPY — resident_id Int64, version Int16, sealed and lookup Binary, recorded_at, current.

    Both sequences are as long; a number that is not twelve ASCII digits raises ValueError.
    """
    _check(numbers)
    town = keys()
    encrypt, lookup_key, digest = town.sealing.encrypt, town.lookup, hmac.digest
    nonces = os.urandom(NONCE_BYTES * len(numbers))
    sealed: list[bytes] = []
    lookups: list[bytes] = []
    start = 0
    for number, resident_id in zip(numbers, resident_ids, strict=True):
        plain = number.encode()
        nonce = nonces[start : start + NONCE_BYTES]
        start += NONCE_BYTES
        sealed.append(FORM + nonce + encrypt(nonce, plain, resident_id.to_bytes(8, "big", signed=True)))
        lookups.append(digest(lookup_key, plain, "sha256"))
    return pl.DataFrame(
        {
            "resident_id": pl.Series(resident_ids, dtype=pl.Int64),
            "version": pl.repeat(1, len(sealed), dtype=pl.Int16, eager=True),
            "sealed": pl.Series(sealed, dtype=pl.Binary),
            "lookup": pl.Series(lookups, dtype=pl.Binary),
            "recorded_at": pl.repeat(
                recorded_at.astimezone(UTC), len(sealed), dtype=pl.Datetime("us", "UTC"), eager=True
            ),
            "current": pl.repeat(True, len(sealed), dtype=pl.Boolean, eager=True),
        }
    )


def open_many(sealed: Sequence[bytes], resident_ids: Sequence[int]) -> list[str]:
    """一括開封, in the same order. Raises SealBrokenError naming the first person whose seal does not open."""
    decrypt, body = keys().sealing.decrypt, len(FORM) + NONCE_BYTES
    numbers: list[str] = []
    for seal_bytes, resident_id in zip(sealed, resident_ids, strict=True):
        if seal_bytes[:1] != FORM:
            raise SealBrokenError(f"the seal of resident {resident_id} has an unknown form")
        try:
            numbers.append(decrypt(seal_bytes[1:body], seal_bytes[body:], _bound_to(resident_id)).decode())
        except InvalidTag as broken:
            raise SealBrokenError(f"the seal of resident {resident_id} does not open") from broken
    return numbers


def _check(numbers: Sequence[str]) -> None:
    for number in numbers:
        if len(number) != DIGITS or not (number.isascii() and number.isdigit()):
            # The text itself may be somebody's number with a slip in it: it stays out of the message.
            raise ValueError(f"an individual number has {DIGITS} ASCII digits")


def _bound_to(resident_id: int) -> bytes:
    return resident_id.to_bytes(8, "big", signed=True)


@lru_cache(maxsize=2)
def _derive(master_hex: str) -> Keys:
    master = bytes.fromhex(master_hex)

    def derived(purpose: bytes) -> bytes:
        return HKDF(SHA256(), 32, salt=None, info=b"yakuba individual number " + purpose).derive(master)

    return Keys(AESGCM(derived(b"sealing")), derived(b"lookup"))
