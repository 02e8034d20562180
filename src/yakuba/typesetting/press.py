"""印字: data and a template -> PDF/A-2a by Typst, byte for byte the same for the same data."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import typst

from .fonts import FontSet, typst_fonts

ARCHIVAL: typst.PDFStandard = "a-2a"
# 行政事務標準文字 keeps its added characters in a private plane. Level A of the standard forbids private characters
# without spoken words beside them; level U, with the same tags, is what such a document can truthfully claim.
ARCHIVAL_WITH_PRIVATE_CHARACTERS: typst.PDFStandard = "a-2u"
PRIVATE_CHARACTER = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")


class Press:
    """The engine with its fonts and one template loaded. Threads take turns; processes do not share it."""

    def __init__(self, fonts: FontSet, template: Path) -> None:
        self._turn = threading.Lock()
        self._compiler = typst.Compiler(
            str(template), root=str(template.parent), font_paths=typst_fonts(fonts), ignore_system_fonts=True
        )

    def pdf(self, data: Mapping[str, Any], *, made_at: int) -> bytes:
        """PDF/A-2a (2u where a private character is printed) of the data; `made_at`, seconds since 1970, is its date."""
        document = _as_text(data)
        standard = ARCHIVAL_WITH_PRIVATE_CHARACTERS if PRIVATE_CHARACTER.search(document) else ARCHIVAL
        return cast(bytes, self._compile(document, format="pdf", timestamp=made_at, pdf_standards=standard))

    def pages(self, data: Mapping[str, Any], *, pixels_per_inch: float) -> list[bytes]:
        """画面での下見: every page as PNG."""
        images = self._compile(_as_text(data), format="png", ppi=pixels_per_inch)
        return images if isinstance(images, list) else [cast(bytes, images)]

    def _compile(self, document: str, **output: Any) -> bytes | list[bytes] | None:
        with self._turn:
            return self._compiler.compile(sys_inputs={"document": document}, **output)


@lru_cache(maxsize=16)
def press(fonts: FontSet, template: Path) -> Press:
    """印字機 for a template, kept for the next document."""
    return Press(fonts, template)


def _as_text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
