"""Text into cells: nothing is lost, nothing leaves its cell, and what cannot be printed is said before printing."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.certificates.rendering import samples
from tests.services.certificates.rendering.pdf_text import page_lines, page_runs
from tests.services.certificates.rendering.samples import FONTS

from yakuba.kernel.findings import Severity
from yakuba.services.certificates.rendering.content import NoticeDocument
from yakuba.services.certificates.rendering.engine import inspect, render
from yakuba.typesetting.fitting import LEADING, break_lines, fit, text_width
from yakuba.typesetting.fonts import FontSet, clusters, coverage
from yakuba.typesetting.parts import OverflowMode

LETTERS = [
    *"渡辻𠮷髙見本市町一二三１２番地号、。（）「」ぁっーカナ　 ABCdefilm0123456789-・",
    "邉\U000e0110",
    "辻\U000e0102",
]
WRITTEN = st.lists(st.sampled_from(LETTERS), max_size=120).map("".join)
LONG_ADDRESS = "見本県見本市中央二丁目3番4号　" + "見本ハイツ集合住宅" * 40


def test_clusters_keep_a_variation_selector_with_its_base() -> None:
    assert list(clusters("渡邉\U000e0110か\u3099𠮷")) == ["渡", "邉\U000e0110", "か\u3099", "𠮷"]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("渡邉\U000e0110", ()),  # Moji_Joho
        ("渡邉\U000e0100", ("邉\U000e0100",)),  # the same glyph's Adobe-Japan1 selector: the font would drop it unseen
        ("見本\U000fffff", ("\U000fffff",)),  # 未登録外字 in a private plane
        ("สมชาย", ("ส", "ม", "ช", "า", "ย")),
        ("\U000e0110", ("\U000e0110",)),
        ("見\u00ad本", ("\u00ad",)),  # a soft hyphen has no shape and would vanish
    ],
)
def test_missing_glyphs_are_known_before_printing(text: str, missing: tuple[str, ...]) -> None:
    assert coverage(FONTS).missing(text) == missing


@given(text=WRITTEN, limit=st.floats(3, 40))
def test_broken_lines_keep_every_character_and_the_width(text: str, limit: float) -> None:
    lines = break_lines(text, limit, coverage(FONTS))
    assert "".join(lines).replace(" ", "").replace("　", "") == text.replace(" ", "").replace("　", "")
    assert all(text_width(line, coverage(FONTS)) <= limit + 1e-6 for line in lines)


@given(text=WRITTEN, width=st.floats(20, 400), height=st.floats(8, 60))
def test_a_text_that_fits_is_whole_and_inside_its_cell(text: str, width: float, height: float) -> None:
    fitted = fit(text, width_pt=width, height_pt=height, size_pt=10, smallest_pt=5, coverage=coverage(FONTS))
    assert 5 <= fitted.size_pt <= 10
    assert all(text_width(line, coverage(FONTS)) * fitted.size_pt <= width for line in fitted.lines)
    assert len(fitted.lines) <= 1 or len(fitted.lines) * fitted.size_pt * LEADING - 0.22 * fitted.size_pt <= height
    if not fitted.overflowed:
        assert [c for line in fitted.lines for c in line if not c.isspace()] == [c for c in text if not c.isspace()]


@settings(max_examples=40, deadline=None)
@given(text=WRITTEN.filter(str.strip))
def test_the_engine_draws_each_line_where_it_was_measured(text: str) -> None:
    # A width measured too small would make the engine break the line again, below its cell.
    runs = page_runs(render(samples.household(samples.japanese(remarks=text)), FONTS).pdf)[0]
    measured = page_lines(render(samples.household(samples.japanese(remarks="")), FONTS).pdf)[0]
    drawn = "".join(run.text for run in runs)
    assert len([c for c in drawn if not c.isspace()]) == len(
        [c for line in [*measured, text] for c in line if not c.isspace()]
    )
    page_right = 595.28 - 15 * 72 / 25.4
    assert all(run.right <= page_right + 0.1 for run in runs)


def test_a_long_value_shrinks_before_it_overflows() -> None:
    address = "見本県見本市大字長地名字さらに長地名123456番地の789　見本マンション見本ウエストタワー1234号室"
    rendered = render(samples.household(items=samples.items(address=address, head_name="")), FONTS)
    assert rendered.findings == ()
    assert address in "".join(page_lines(rendered.pdf)[0])


@pytest.mark.parametrize("mode", OverflowMode)
def test_an_overflow_is_an_alert_and_stands_in_the_list(mode: OverflowMode) -> None:
    # 標準仕様書 5.8: shrink, else alert and 文字超過リスト; print to the limit or blank by parameter
    document = samples.household(
        items=samples.items(address=LONG_ADDRESS, head_name=""), issue=samples.issue(overflow=mode)
    )
    rendered = render(document, FONTS)
    (finding,) = rendered.findings
    assert (finding.rule, finding.severity, finding.item, finding.where) == (
        "text_overflow",
        Severity.ALERT,
        "address",
        "世帯",
    )
    (overflow,) = rendered.overflows
    assert (overflow.label, overflow.value) == ("住所", LONG_ADDRESS)
    printed = "".join(page_lines(rendered.pdf)[0])
    if mode is OverflowMode.BLANK:
        assert overflow.printed == ""
        assert "見本ハイツ" not in printed
    else:
        assert LONG_ADDRESS.replace("　", "").startswith(overflow.printed.replace("　", ""))
        assert overflow.printed in printed


def test_a_missing_glyph_is_an_alert_that_names_item_and_character() -> None:
    document = samples.household(samples.japanese(), samples.japanese("渡邉\U000e0100　次郎"))
    (finding,) = inspect(document, FONTS)
    assert (finding.rule, finding.severity, finding.item, finding.where) == (
        "glyph_missing",
        Severity.ALERT,
        "name",
        "2人目",
    )
    assert "U+9089 U+E0100" in finding.message
    assert finding.value == "渡邉\U000e0100　次郎"
    assert "渡〓　次郎" in page_lines(render(document, FONTS).pdf)[0]


def test_a_second_font_adds_characters(fonts_with_additions: FontSet) -> None:
    document = samples.household(samples.japanese("見本　\U0010de92子"))
    assert [finding.rule for finding in inspect(document, FONTS)] == ["glyph_missing"]
    rendered = render(document, fonts_with_additions)
    assert rendered.findings == ()
    assert "見本　\U0010de92子" in "".join(page_lines(rendered.pdf)[0])
    with pikepdf.open(io.BytesIO(rendered.pdf)) as file, file.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "U")
        assert bool(file.Root.MarkInfo.Marked)


def test_a_household_item_repeated_on_the_second_sheet_is_reported_once() -> None:
    members = [samples.japanese(f"甲　{number}") for number in range(5)]
    document = samples.household(*members, items=samples.items(address=LONG_ADDRESS, head_name="\U000fffff"))
    assert sorted(finding.rule for finding in inspect(document, FONTS)) == ["glyph_missing", "text_overflow"]


def test_an_omitted_value_is_not_looked_at() -> None:
    document = samples.household(samples.japanese("甲　乙", ("honseki",), honseki="\U000fffff"))
    assert inspect(document, FONTS) == ()


def test_a_notice_too_long_for_its_sheet_is_an_alert() -> None:
    long = samples.notice(paragraphs=("実施期間が終了します。" * 40,) * 6)
    assert [finding.item for finding in inspect(long, FONTS)] == ["text"]
    assert inspect(samples.notice(), FONTS) == ()


def test_a_family_that_the_folder_lacks_is_named() -> None:
    with pytest.raises(LookupError, match="行政事務標準明朝"):
        inspect(samples.household(), replace(FONTS, extra_family="行政事務標準明朝"))
    with pytest.raises(LookupError, match="IPAmjMincho"):
        inspect(samples.household(), FontSet(paths=("/nonexistent",)))


@settings(max_examples=15, deadline=None)
@given(texts=st.lists(st.text(max_size=60), min_size=3, max_size=3))
def test_no_text_whatever_stops_the_engine(texts: list[str]) -> None:
    name, remarks, note = texts
    documents = (
        samples.household(samples.japanese(name, remarks=remarks)),
        samples.individual(0, combined=replace(samples.individual(1).combined, remarks=(remarks, note))),
        samples.notice(paragraphs=(note,)),
    )
    for document in documents:
        rendered = render(document, FONTS)
        assert rendered.pdf.startswith(b"%PDF")
        if isinstance(document, NoticeDocument):
            assert rendered.page_count == 1
