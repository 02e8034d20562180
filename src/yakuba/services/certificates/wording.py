"""文言: the fixed sentences of one template version."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from .rendering.forms import TEMPLATE_FOLDER
from .requests import TAX_KINDS, RequestKind

TEMPLATE_VERSION = "v1"
"""様式の版 with which documents of the resident register are issued now."""
TAX_TEMPLATE_VERSION = "tax_v1"
"""様式の版 with which tax certificates are issued now."""


def template_of(kind: RequestKind) -> str:
    """様式の版 with which a kind is issued now."""
    return TAX_TEMPLATE_VERSION if kind in TAX_KINDS else TEMPLATE_VERSION


@cache
def wording(version: str) -> dict[str, Any]:
    """文言 of a template version. Raises LookupError for a version that does not exist."""
    path = TEMPLATE_FOLDER / version / "wording.yaml"
    if not path.is_file():
        raise LookupError(f"様式の版「{version}」の文言がありません。")
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read
