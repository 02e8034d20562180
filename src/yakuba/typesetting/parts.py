"""帳票に共通の部分: issuer, seal, addressee, and the marks for what is omitted or cannot be drawn."""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import segno

PNG = b"\x89PNG\r\n"
SEAL_LIMIT_MM = 25.0


class OverflowMode(StrEnum):
    """文字溢れ時の出力 (spec 5.8): print as far as the cell goes, or leave it blank."""

    PRINT_TO_LIMIT = "print_to_limit"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Issuer:
    """発行者: the mayor (見本市長) or the acting mayor (見本市長職務代理者　見本市副市長).

    The prefecture is always printed before the title (spec 5.6); `ValueError` without it.
    """

    prefecture: str
    municipality: str
    title: str
    name: str

    def __post_init__(self) -> None:
        if not self.prefecture:
            raise ValueError("都道府県名は省略できません（標準仕様書5.6）。")

    @property
    def authority(self) -> str:
        """職名 with the prefecture before it."""
        return f"{self.prefecture}{self.title}"


@dataclass(frozen=True, slots=True)
class Seal:
    """電子公印: PNG or SVG, a square of at most 25 mm (spec 5.6)."""

    image: bytes
    size_mm: float = 24.0

    def __post_init__(self) -> None:
        if not 0 < self.size_mm <= SEAL_LIMIT_MM:
            raise ValueError(f"公印は{SEAL_LIMIT_MM:g}ミリメートル角以内です（標準仕様書5.6）: {self.size_mm:g}")
        if not self.is_readable(self.image):
            raise ValueError("公印の画像はPNG又はSVGです。")

    @staticmethod
    def is_readable(image: bytes) -> bool:
        """公印の画像か: whether these bytes begin as a PNG or an SVG does."""
        return image.startswith(PNG) or image.lstrip().startswith((b"<svg", b"<?xml"))

    @property
    def is_png(self) -> bool:
        """Whether the image is a PNG; else it is an SVG."""
        return self.image.startswith(PNG)

    def data(self) -> dict[str, Any]:
        """The seal as a template reads it."""
        return {
            "png": self.is_png,
            "data": list(self.image) if self.is_png else self.image.decode(),
            "size": self.size_mm,
        }


@dataclass(frozen=True, slots=True)
class Marks:
    """省略・空欄の表示: what stands in a cell that says nothing."""

    omitted: str = "【省略】"
    blank: str = ""
    glyph_missing: str = "〓"


@dataclass(frozen=True, slots=True)
class Addressee:
    """宛名: where a notice goes; placed for a window envelope."""

    postal_code: str
    address: str
    name: str
    honorific: str = "様"


def qr_code(text: str) -> str:
    """二次元コード as SVG; nothing where there is nothing to verify."""
    if not text:
        return ""
    # A fixed mask saves the search over all eight, which costs four fifths of the time.
    code = segno.make(text, micro=False, error="m", mask=2)
    picture = io.BytesIO()
    code.save(picture, kind="svg", border=2, omitsize=True, xmldecl=False)
    return picture.getvalue().decode()
