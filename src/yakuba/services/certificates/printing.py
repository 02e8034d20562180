"""印刷の設定: fonts, certifier, number and the versions that a document is printed with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings

from yakuba.kernel.wareki import to_wareki
from yakuba.law.municipality import municipality
from yakuba.registers.documents.queries import CertifierRow
from yakuba.typesetting.fonts import FontSet, font_file
from yakuba.typesetting.parts import Issuer, Seal

from .contents.documents import certification
from .material import Material
from .rendering.content import Issue
from .requests import MOVE_OUT_KINDS, RequestKind
from .wording import wording


def fonts() -> FontSet:
    """字体: the town's own (setting CERTIFICATE_FONTS: paths, family, extra_family), else IPAmj Mincho."""
    return FontSet(**getattr(settings, "CERTIFICATE_FONTS", {}))


@cache
def engine(used: FontSet) -> Mapping[str, Any]:
    """印字に使った版: of Typst, and the SHA-256 of each font file. Another version may draw other bytes."""
    digests = {
        family: hashlib.sha256(Path(font_file(used, family)[0]).read_bytes()).hexdigest() for family in used.families
    }
    return {"typst": version("typst"), "fonts": digests}


def town() -> dict[str, str]:
    """団体: the names that are printed, to be kept with the document."""
    read = municipality(settings.MUNICIPALITY_CODE)
    return {name: read[name] for name in ("prefecture", "city", "mayor_title")}


def issue_number(day: date, terminal: str, printer: str, serial: int, *, city: str, template: str) -> str:
    """発行番号 without page and total: 20200502 見本市 本庁1 プリンタ001 011."""
    form = str(wording(template)["issue_number"])
    return form.format(day=day, city=city, terminal=terminal, printer=printer, serial=serial)


def terminal_of(place: str, template: str) -> str:
    """端末: the clerk's place; the main hall for an account without one."""
    return place or str(wording(template)["terminal"])


def issue_of(
    material: Material, certifier: CertifierRow | None, *, number: str, issued_on: date, issued_at: datetime
) -> Issue:
    """発行: number, day, certifier and seal of one document. Without a number it is a preview and bears 見本."""
    request, names = material.request, material.asked.town
    title, name = (certifier.title, certifier.name) if certifier else (names["mayor_title"], "")
    seal = Seal(certifier.seal) if certifier and certifier.seal and not request.seal_note else None
    statement, words = certification(material), wording(material.asked.template)
    if (
        statement
        and material.asked.valid_on < issued_on
        and request.kind not in MOVE_OUT_KINDS | {RequestKind.TAX_PAYMENT}
    ):
        statement += str(words["past_day"]).format(day=to_wareki(material.asked.valid_on))
    return Issue(
        issuer=Issuer(names["prefecture"], names["city"], title, name),
        issued_on=to_wareki(issued_on),
        issued_at=issued_at,
        issue_number=number,
        certification=statement,
        seal=seal,
        seal_note=request.seal_note,
        official_use=request.official_use,
        preview=not number,
        overflow=request.overflow,
        template=material.asked.template,
    )
