"""証明書の印字: composed sheets -> PDF/A-2a, byte for byte the same for the same content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from yakuba.kernel.findings import Finding
from yakuba.typesetting.fonts import FontSet
from yakuba.typesetting.press import press
from yakuba.typesetting.setter import Overflow
from yakuba.typesetting.workers import Workers, printing_workers

from .compose import compose
from .content import Document


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
    pdf = press(fonts, composed.forms.source).pdf(composed.data, made_at=int(content.issue.issued_at.timestamp()))
    return Rendered(pdf, composed.page_count, composed.findings, composed.overflows)


def render_png(content: Document, fonts: FontSet, *, page: int = 1, pixels_per_inch: float = 110) -> bytes:
    """画面での下見: one page (from 1) as PNG. Raises `IndexError` for a page the document does not have."""
    composed = compose(content, fonts)
    if not 1 <= page <= composed.page_count:
        raise IndexError(f"{page}ページはありません（全{composed.page_count}ページ）。")
    return press(fonts, composed.forms.source).pages(composed.data, pixels_per_inch=pixels_per_inch)[page - 1]


def render_many(contents: Iterable[Document], fonts: FontSet, *, workers: int = 2) -> Iterator[Rendered]:
    """一括作成: renders in order, on `workers` processes; takes from `contents` only a little ahead of what is read."""
    with rendering_pool(fonts, workers=workers) as pool:
        yield from pool.render(contents)


@dataclass(frozen=True, slots=True)
class RenderingPool:
    """印字の作業者: processes that stay warm from one block of documents to the next."""

    workers: Workers

    def render(self, contents: Iterable[Document]) -> Iterator[Rendered]:
        """Renders in order, taking from `contents` only a little ahead of what is read."""
        return self.workers.map(render, contents)


@contextmanager
def rendering_pool(fonts: FontSet, *, workers: int) -> Iterator[RenderingPool]:
    """印字の作業者を置く: `workers` processes for the length of the block, none for one worker."""
    with printing_workers(fonts, count=workers) as placed:
        yield RenderingPool(placed)
