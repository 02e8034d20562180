"""預かった届書の封緘: a form that waits (仮登録, 下書き) holds no 個人番号 in the clear; the vault's seal stands in its place.

Whoever reads the form sees the seal. It is opened where the form is planned, and goes to the vault at 本登録.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any

from yakuba.registers.individual_numbers import sealing

NUMBER_FIELD = "individual_number"
_SEALED = "封緘:"
_NOBODY_YET = 0
"""A form's seals are bound to no resident: the person may have no 宛名番号 yet."""


def sealed(form: Mapping[str, Any]) -> dict[str, Any]:
    """The form to be kept: numbers sealed, and what is no whole number left blank."""
    return _each_number(form, _seal)


def opened(form: Mapping[str, Any]) -> dict[str, Any]:
    """The form as it was typed. Raises SealBrokenError for a seal that is not of this town."""
    return _each_number(form, _open)


def is_sealed(text: str) -> bool:
    """封緘か: what stands for a number in a kept form; a page shows a mask in its place and sends it back as it is."""
    return text.startswith(_SEALED)


def _seal(text: str) -> str:
    if is_sealed(text):
        return text
    try:
        return _SEALED + b64encode(sealing.seal(text, _NOBODY_YET)).decode()
    except ValueError:
        return ""


def _open(text: str) -> str:
    if not is_sealed(text):
        return text
    return sealing.unseal(b64decode(text.removeprefix(_SEALED)), _NOBODY_YET)


def _each_number(form: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    return {name: _changed(name, value, change) for name, value in form.items()}


def _changed(name: str, value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_each_number(each, change) if isinstance(each, Mapping) else each for each in value]
    if name == NUMBER_FIELD and isinstance(value, str) and value.strip():
        return change(value.strip())
    return value
