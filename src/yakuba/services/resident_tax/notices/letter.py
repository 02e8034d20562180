"""手紙の部分: what stands on the first sheet of every notice around its tables."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from yakuba.kernel.wareki import to_wareki
from yakuba.typesetting.fonts import Coverage
from yakuba.typesetting.parts import Addressee
from yakuba.typesetting.setter import Setter, line_height_mm
from yakuba.typesetting.sheets import Sheet, paragraphs

from .content import Terms
from .terms import names, wording

SIDE, WIDTH = 15.0, 180.0
FOOT = 287.0
LATER_TOP, LIST_FOOT = 30.0, 266.0
"""Where tables begin on later sheets, and end on every sheet."""
BODY_PT, SMALL_PT = 10.0, 8.5
GAP_MM = 3.0


def head(
    sheet: Sheet,
    given: Terms,
    addressee: Addressee,
    *,
    number: str,
    reference: str,
    kind: str,
    number_word: str = "number",
) -> float:
    """宛名・番号・発行者・表題; returns where the text begins."""
    words = wording(given.template).words
    lines = [f"{words['reference']}　{reference}", f"{words[number_word]}　{number}", to_wareki(given.issued_on)]
    for at, line in enumerate(lines):
        sheet.text(120, 12 + at * 5, 75, line, 9, item="reference", align="right", where=reference)
    # 窓あき封筒の窓: the address stands where a long-form window envelope shows it.
    if addressee.postal_code:
        sheet.text(23, 24, 90, f"〒{addressee.postal_code}", 10.5, item="postal_code", where=reference)
    sheet.text(23, 30, 90, addressee.address, 10.5, item="address", height_mm=14, where=reference)
    name = f"{addressee.name}　{addressee.honorific}"
    sheet.text(23, 45, 90, name, 13, item="name", height_mm=12, where=reference)
    size = given.seal.size_mm if given.seal else 0.0
    issuer = f"{given.issuer.authority}　{given.issuer.name}"
    sheet.text(95, 66, 95 - size, issuer, 11.5, item="issuer", height_mm=7, align="right")
    if given.seal:
        sheet.seal(SIDE + WIDTH - size - 2, 69 - size / 2)
    sheet.title(SIDE, 85, WIDTH, words["titles"][kind].format_map(names(given)), 14)
    return 96


def sentence(sheet: Sheet, top: float, text: str, given: Terms) -> float:
    """決定の文; returns its foot."""
    lines = _broken(sheet.setter, (text.format_map(names(given)),), BODY_PT, "　")
    sheet.lines(SIDE, top, WIDTH, lines, BODY_PT)
    return top + len(lines) * line_height_mm(BODY_PT) + GAP_MM


def block(sheet: Sheet, top: float, heading: str, texts: Sequence[str], given: Terms) -> float:
    """見出しと文 in small print; returns its foot."""
    shown = [text.format_map(names(given)) for text in texts]
    if heading:
        shown.insert(0, f"【{wording(given.template).words['headings'][heading]}】")
    lines = _broken(sheet.setter, tuple(shown), SMALL_PT, "")
    sheet.lines(SIDE, top, WIDTH, lines, SMALL_PT)
    return top + len(lines) * line_height_mm(SMALL_PT) + GAP_MM * 0.7


def contact(sheet: Sheet, given: Terms) -> None:
    """問合せ先 at the foot of the letter."""
    lines = [f"【{wording(given.template).words['headings']['contact']}】", *given.contact]
    height = len(lines) * line_height_mm(8.5)
    sheet.lines(SIDE, FOOT - height, WIDTH, [sheet.setter.printable(line, "contact") for line in lines], 8.5)


def _broken(setter: Setter, texts: tuple[str, ...], size_pt: float, indent: str) -> tuple[str, ...]:
    """What stands on every notice of a batch is broken into lines once."""
    return _broken_once(setter.coverage, tuple(texts), size_pt, indent, setter.column_mm)


@lru_cache(maxsize=256)
def _broken_once(
    coverage: Coverage, texts: tuple[str, ...], size_pt: float, indent: str, column_mm: float
) -> tuple[str, ...]:
    setter = Setter(coverage, {"text": ""}, column_mm=column_mm, smallest_pt=size_pt)
    return tuple(paragraphs(setter, texts, width_mm=WIDTH, size_pt=size_pt, indent=indent))
