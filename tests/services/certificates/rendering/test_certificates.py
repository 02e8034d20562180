"""What stands on the paper, read back from the file."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest
from tests.services.certificates.rendering import samples
from tests.services.certificates.rendering.pdf_text import page_lines, page_texts
from tests.services.certificates.rendering.samples import EVERY_LAYOUT, FONTS

from yakuba.services.certificates.rendering.content import (
    AliasRecord,
    CombinedField,
    Document,
    HouseholdDocument,
    Kind,
    Person,
)
from yakuba.services.certificates.rendering.engine import render, render_png
from yakuba.typesetting.parts import Issuer, Marks, Seal
from yakuba.typesetting.seals import sample_seal

TITLES = {
    "household": "住民票",
    "individual": "住民票",
    "foreign": "住民票",
    "removed": "住民票（除票）",
    "record": "住民票記載事項証明書",
    "removed_record": "除票記載事項証明書",
    "move_out": "転出証明書",
    "move_out_equivalent": "転出証明書に準ずる証明書",
    "protection_end": "支援措置期間終了通知書",
    "head_change": "世帯主変更通知書",
    "resident_code": "住民票コード通知票",
}


def of_members(count: int) -> HouseholdDocument:
    return samples.household(*(samples.japanese(f"世帯員　{number}郎") for number in range(1, count + 1)))


@pytest.mark.parametrize("layout", EVERY_LAYOUT)
def test_every_layout_is_an_archival_file_with_its_title(layout: str) -> None:
    rendered = render(EVERY_LAYOUT[layout], FONTS)
    assert rendered.findings == ()
    assert TITLES[layout] in page_lines(rendered.pdf)[0]
    with pikepdf.open(io.BytesIO(rendered.pdf)) as file:
        with file.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["dc:title"] == TITLES[layout]
        assert str(file.Root.Lang) == "ja-JP"
        assert bool(file.Root.MarkInfo.Marked)
        assert len(file.pages) == rendered.page_count
        assert [float(edge) for edge in file.pages[0].MediaBox] == pytest.approx([0, 0, 595.28, 841.89], abs=0.01)


@pytest.mark.parametrize("name", [samples.WATANABE, samples.TSUJI, samples.YOSHIDA, "神\ufa19　靖"])
def test_a_rare_name_survives_in_the_text_of_the_file(name: str) -> None:
    rendered = render(samples.household(samples.japanese(name)), FONTS)
    assert rendered.findings == ()
    assert name in page_lines(rendered.pdf)[0]


def test_a_variant_is_drawn_with_its_own_glyph() -> None:
    plain = samples.household(samples.japanese("渡邉　一郎"), items=samples.items(head_name=""))
    variant = samples.household(samples.japanese(samples.WATANABE), items=samples.items(head_name=""))
    assert render_png(plain, FONTS) != render_png(variant, FONTS)


def test_four_members_take_one_sheet_and_the_fifth_a_second() -> None:
    four, five = render(of_members(4), FONTS), render(of_members(5), FONTS)
    assert (four.page_count, five.page_count) == (1, 2)
    first, second = page_texts(five.pdf)
    assert "世帯員　4郎" in first
    assert "世帯員　5郎" not in first
    assert "世帯員　5郎" in second
    assert samples.ADDRESS in second
    assert "以下余白" in second
    assert "以下余白" not in first


@pytest.mark.parametrize("document", [of_members(9), samples.individual(60)], ids=["household", "individual"])
def test_certification_stands_on_the_last_sheet_only_and_every_sheet_is_numbered(document: Document) -> None:
    # 標準仕様書 5.1 (認証文), 5.5 (発行番号)
    pages = page_texts(render(document, FONTS).pdf)
    assert len(pages) > 2
    assert [samples.CERTIFICATION in page for page in pages] == [False] * (len(pages) - 1) + [True]
    assert ["見本　太郎" in page for page in pages] == [False] * (len(pages) - 1) + [True]
    assert ["（次葉へ続く）" in page for page in pages] == [True] * (len(pages) - 1) + [False]
    assert [page.count("以下余白") for page in pages] == [0] * (len(pages) - 1) + [1]
    for number, page in enumerate(pages, 1):
        assert f"{samples.NUMBER} {number}/{len(pages)}" in page.splitlines()


def test_omit_switches_print_the_mark_and_hide_the_value() -> None:
    secret = ("individual_number", "resident_code", "honseki", "koseki_head")
    shown = page_texts(render(samples.household(samples.japanese()), FONTS).pdf)[0]
    hidden = page_texts(render(samples.household(samples.japanese(samples.WATANABE, secret)), FONTS).pdf)[0]
    for value in ("1234 5678 9018", "12345678901", "見本県見本市本町一丁目23番地"):
        assert value in shown
        assert value not in hidden
    assert hidden.splitlines().count("【省略】") == len(secret)
    assert "【省略】" not in shown


def test_an_omitted_value_is_nowhere_in_the_file() -> None:
    issue = samples.issue(marks=Marks(omitted="＊＊＊＊＊"))
    document = samples.household(samples.japanese(samples.WATANABE, ("individual_number",)), issue=issue)
    rendered = render(document, FONTS)
    assert "＊＊＊＊＊" in page_lines(rendered.pdf)[0]
    with pikepdf.open(io.BytesIO(rendered.pdf)) as file:
        streams = [thing.read_bytes() for thing in file.objects if isinstance(thing, pikepdf.Stream)]
    assert not any("1234 5678 9018".encode(coding) in data for data in streams for coding in ("utf-8", "utf-16-be"))


def test_history_and_its_notes_stand_complete_and_in_order_over_the_sheets() -> None:
    lines = [line for page in page_lines(render(samples.individual(60), FONTS).pdf) for line in page]
    told = [line for line in lines if line.startswith(("住所：", "（留意事項）"))]
    expected = [
        line
        for number in range(1, 61)
        for line in (f"住所：見本県見本市本町{number}番地", f"（留意事項）留意事項その{number}")
    ]
    assert told == expected
    assert lines.count("続柄：子　→　世帯主") == 60
    assert lines.count("事実上の世帯主　見本　次郎") == 1


def test_aliases_stand_on_an_annex_which_then_bears_the_certification() -> None:
    # 標準仕様書 5.1: 別紙を含めた最終ページに認証文
    aliases = tuple(
        AliasRecord("NGUYEN THI HONG ANH", f"通称{number}", "令和元年5月1日", "見本県見本市") for number in range(30)
    )
    pages = page_texts(render(samples.household(samples.foreign(), aliases=aliases), FONTS).pdf)
    assert [samples.CERTIFICATION in page for page in pages] == [False, False, True]
    assert ["通称の記載及び削除に関する事項" in page for page in pages] == [False, True, True]
    told = [line for page in pages for line in page.splitlines() if line.startswith("通称") and line[2:].isdigit()]
    assert told == [f"通称{number}" for number in range(30)]


def test_a_removed_record_shows_its_own_items_in_the_combined_field() -> None:
    lines = page_lines(render(samples.removed(), FONTS).pdf)[0]
    assert lines.index("統合記載欄") < lines.index("転出") < lines.index("令和1年4月1日")
    assert lines.count("大阪府大阪市北区中之島一丁目3番20号") == 2


def test_previous_address_has_a_row_only_after_a_move_within_the_town() -> None:
    without = page_lines(render(samples.household(), FONTS).pdf)[0]
    moved = samples.household(samples.japanese(previous_address="見本県見本市本町3番地"))
    assert "異動前住所" not in without
    assert "転入前住所" in without
    assert "異動前住所" in page_lines(render(moved, FONTS).pdf)[0]


def test_prefecture_stands_before_the_acting_mayors_title() -> None:
    # 標準仕様書 5.6: 都道府県名 is always printed
    acting = Issuer("見本県", "見本市", "見本市長職務代理者　見本市副市長", "職務　花子")
    lines = page_lines(render(samples.household(issue=samples.issue(issuer=acting)), FONTS).pdf)[0]
    assert "見本県見本市長職務代理者　見本市副市長" in lines
    with pytest.raises(ValueError, match="都道府県名"):
        replace(acting, prefecture="")


def test_marks_of_official_use_reissue_and_seal_note() -> None:
    issue = samples.issue(official_use=True, seal_note="この印は黒色です", seal=sample_seal("見本市長之印", FONTS))
    lines = page_lines(render(samples.move_out(issue=issue, reissued=True), FONTS).pdf)[0]
    assert {"公用", "再交付", "この印は黒色です"} <= set(lines)
    assert not {"公用", "再交付"} & set(page_lines(render(samples.move_out(), FONTS).pdf)[0])


def test_a_seal_is_a_picture_with_words_for_those_who_cannot_see_it() -> None:
    sealed = render(samples.household(issue=samples.issue(seal=sample_seal("見本市長之印", FONTS))), FONTS)
    with pikepdf.open(io.BytesIO(sealed.pdf)) as file:
        figures = [
            thing for thing in file.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"
        ]
        assert [str(figure.Alt) for figure in figures] == ["公印（電子公印）"]


@pytest.mark.parametrize(("image", "size_mm"), [(b"<svg/>", 25.1), (b"<svg/>", 0), (b"GIF89a", 20)])
def test_a_seal_beyond_25_mm_or_of_another_format_is_refused(image: bytes, size_mm: float) -> None:
    with pytest.raises(ValueError, match="公印"):
        Seal(image, size_mm)


def test_a_png_seal_is_drawn(png_seal: Seal) -> None:
    plain, sealed = samples.household(), samples.household(issue=samples.issue(seal=png_seal))
    assert render_png(plain, FONTS) != render_png(sealed, FONTS)
    assert render(sealed, FONTS).findings == ()


def test_a_preview_bears_the_word_specimen_and_neither_seal_nor_qr_code() -> None:
    issue = samples.issue(seal=sample_seal("見本市長之印", FONTS), verification="https://example.jp/v/1", preview=True)
    rendered = render(samples.household(issue=issue), FONTS)
    assert b"/Figure" not in rendered.pdf
    assert {"見", "本"} <= set(page_lines(rendered.pdf)[0])
    assert not {"見", "本"} & set(page_lines(render(samples.household(), FONTS).pdf)[0])


def test_qr_code_only_where_there_is_something_to_verify() -> None:
    def figures(document: Document) -> int:
        with pikepdf.open(io.BytesIO(render(document, FONTS).pdf)) as file:
            return sum(
                1 for thing in file.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"
            )

    assert figures(samples.household()) == 0
    assert figures(samples.household(issue=samples.issue(verification="https://example.jp/v/1"))) == 1


def test_a_removed_record_cannot_stand_on_a_household_form() -> None:
    with pytest.raises(ValueError, match="個人票"):
        samples.household(kind=Kind.REMOVED_COPY)


@pytest.mark.parametrize("person", [Person(samples.items(shoe_size="25")), Person(samples.items(name="甲") * 2)])
def test_an_item_without_a_cell_or_given_twice_is_a_fault_of_the_caller(person: Person) -> None:
    with pytest.raises(ValueError, match=r"項目です|二度"):
        render(samples.household(person), FONTS)


def test_an_unknown_template_version_is_named() -> None:
    with pytest.raises(LookupError, match="v0"):
        render(samples.household(issue=samples.issue(template="v0")), FONTS)


def test_pages_of_a_preview_are_pictures_and_a_page_too_many_is_refused() -> None:
    document = of_members(5)
    first, second = (render_png(document, FONTS, page=page) for page in (1, 2))
    assert first.startswith(b"\x89PNG")
    assert first != second
    with pytest.raises(IndexError, match="3ページ"):
        render_png(document, FONTS, page=3)


def test_an_empty_combined_field_is_closed() -> None:
    rendered = render(samples.individual(combined=CombinedField()), FONTS)
    assert rendered.page_count == 1
    assert "以下余白" in page_lines(rendered.pdf)[0]
