"""窓口の型紙: what a key or a press of Enter does is the same everywhere, and stands on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from yakuba.desks.counter.views.keys import KEYS
from yakuba.settings.paths import ROOT

TEMPLATES = sorted((ROOT / "src/yakuba/desks/counter/templates/counter").glob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_form_that_changes_something_has_one_button(template: Path) -> None:
    """Enter in a field presses the first of several; what is decided is chosen, and one button sends it."""
    text = template.read_text()
    for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL):
        assert form.count("<button") <= 1, form


MEANINGS = {
    "/": "住民を探す|id=\"find\"", "?": "キー操作", "a": "人を追加|職員を登録", "b": "本登録する", "c": "証明書", "e": "異動入力",
    "h": "世帯", "i": "入力し直す", "m": "続き", "n": "メモ", "o": "PDFを開く|控えを再現する", "p": "支援措置", "r": "occurred_on",
    "t": "時間軸", "u": "counter:person", "w": "取り下げる",
    "d": "納税通知書", "f": 'id="kind"', "l": "すべて開く", "q": "印刷", "s": 'id="text"', "v": "税額変更通知書",
    "x": "計算する|承認する|decided_on|propose_year|number", "y": 'name="year"', "z": "更正",
    "g r": "一括決定", "g t": "納税義務者", "g w": "作業一覧", "g i": "もしも",
}  # fmt: skip
"""Key → what an element that it presses says or leads to."""
PRESSED = re.compile(r'<(\w+)[^<>]*?data-key="([^"{]+)"(?:[^<]*?</\1>|.*?</\1>|[^>]*>)', re.DOTALL)


def test_a_key_means_the_same_everywhere() -> None:
    found = set()
    for template in TEMPLATES:
        text = template.read_text()
        for element in PRESSED.finditer(text):
            assert re.search(MEANINGS[element[2]], element[0]), f"{template.stem}: {element[0]}"
            found.add(element[2])
        assert len(re.findall(r'data-key="[^"{]', text)) == len(PRESSED.findall(text)), template.stem
    assert found == set(MEANINGS)


def test_every_key_stands_once_on_the_page_of_keys() -> None:
    listed = [key for _, keys in KEYS for key, _ in keys]
    for key in MEANINGS:
        assert listed.count(key) == 1, key
