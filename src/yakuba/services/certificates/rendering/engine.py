"""印字: composed sheets -> PDF/A-2a by Typst, byte for byte the same for the same content."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, cast

import typst

from yakuba.kernel.findings import Finding

from .compose import Composition, compose
from .content import Document
from .fonts import FontSet, coverage, typst_fonts
from .forms import TEMPLATE_FOLDER, load_forms
from .typesetter import Overflow

ARCHIVAL: typst.PDFStandard = "a-2a"
# 行政事務標準文字 keeps its added characters in a private plane. Level A of the standard forbids private characters
# without spoken words beside them; level U, with the same tags, is what such a document can truthfully claim.
ARCHIVAL_WITH_PRIVATE_CHARACTERS: typst.PDFStandard = "a-2u"
PRIVATE_CHARACTER = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
BATCH_SIZE = 16


@dataclass(frozen=True, slots=True)
class Rendered:
    """印字結果: the file, its pages, what could not be printed as written, and the 文字超過リスト."""

    pdf: bytes
    page_count: int
    findings: tuple[Finding, ...]
    overflows: tuple[Overflow, ...]


def inspect(content: Document, fonts: FontSet) -> tuple[Finding, ...]:
    """印字前の確認: the findings alone, without making the file."""
    return compose(content, fonts).findings


def render(content: Document, fonts: FontSet) -> Rendered:
    """証明書・通知の作成: content -> PDF/A-2a (2u where a private character is printed).

    Same content, fonts and engine version: same bytes.
    Raises `LookupError` for an unknown template version or font, `ValueError` for an item without a cell.
    """
    composed = compose(content, fonts)
    made_at = int(content.issue.issued_at.timestamp())
    pdf = _press(fonts, composed.forms.version).compile(composed, format="pdf", timestamp=made_at)
    return Rendered(cast(bytes, pdf), composed.page_count, composed.findings, composed.overflows)


def render_png(content: Document, fonts: FontSet, *, page: int = 1, pixels_per_inch: float = 110) -> bytes:
    """画面での下見: one page (from 1) as PNG. Raises `IndexError` for a page the document does not have."""
    composed = compose(content, fonts)
    if not 1 <= page <= composed.page_count:
        raise IndexError(f"{page}ページはありません（全{composed.page_count}ページ）。")
    images = _press(fonts, composed.forms.version).compile(composed, format="png", ppi=pixels_per_inch)
    return images[page - 1] if isinstance(images, list) else cast(bytes, images)


def render_many(contents: Iterable[Document], fonts: FontSet, *, workers: int = 2) -> Iterator[Rendered]:
    """一括作成: renders in order, on `workers` processes; takes from `contents` only a little ahead of what is read."""
    with rendering_pool(fonts, workers=workers) as pool:
        yield from pool.render(contents)


@dataclass(frozen=True, slots=True)
class RenderingPool:
    """印字の作業者: processes that stay warm from one block of documents to the next."""

    fonts: FontSet
    workers: int
    _pool: ProcessPoolExecutor | None

    def render(self, contents: Iterable[Document]) -> Iterator[Rendered]:
        """Renders in order, taking from `contents` only a little ahead of what is read."""
        if self._pool is None:
            yield from (render(content, self.fonts) for content in contents)
            return
        source, waiting = iter(contents), deque[Future[list[Rendered]]]()
        while True:
            while len(waiting) < self.workers * 3 and (batch := list(islice(source, BATCH_SIZE))):
                waiting.append(self._pool.submit(_render_batch, batch, self.fonts))
            if not waiting:
                return
            yield from waiting.popleft().result()


@contextmanager
def rendering_pool(fonts: FontSet, *, workers: int) -> Iterator[RenderingPool]:
    """印字の作業者を置く: `workers` processes for the length of the block, none for one worker."""
    if workers <= 1:
        yield RenderingPool(fonts, 1, None)
        return
    # A forked child would inherit the engine's threads half alive: spawn.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_warm_up, initargs=(fonts,)) as pool:
        yield RenderingPool(fonts, workers, pool)


def _warm_up(fonts: FontSet) -> None:
    # One process a core is enough; the engine's own threads would only compete.
    os.environ["RAYON_NUM_THREADS"] = "1"
    coverage(fonts)


def _render_batch(batch: list[Document], fonts: FontSet) -> list[Rendered]:
    return [render(content, fonts) for content in batch]


class _Press:
    """The engine with its fonts and one template version loaded. Threads take turns; processes do not share it."""

    def __init__(self, fonts: FontSet, version: str) -> None:
        self._turn = threading.Lock()
        self._compiler = typst.Compiler(
            str(load_forms(version).source),
            root=str(TEMPLATE_FOLDER),
            font_paths=typst_fonts(fonts),
            ignore_system_fonts=True,
        )

    def compile(self, composed: Composition, **output: Any) -> bytes | list[bytes] | None:
        """Draws the sheets in the asked format."""
        document = json.dumps(composed.data, ensure_ascii=False, separators=(",", ":"))
        if output["format"] == "pdf":
            private = PRIVATE_CHARACTER.search(document)
            output["pdf_standards"] = ARCHIVAL_WITH_PRIVATE_CHARACTERS if private else ARCHIVAL
        with self._turn:
            return self._compiler.compile(sys_inputs={"document": document}, **output)


@lru_cache(maxsize=8)
def _press(fonts: FontSet, version: str) -> _Press:
    return _Press(fonts, version)
