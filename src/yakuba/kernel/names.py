"""氏名: 氏 and 名, 振り仮名, 旧氏, 通称, and which of a foreign resident's names is written first (1.1.2, 1.1.7, 1.1.19)."""

from __future__ import annotations

import re

from yakuba.kernel.characters import characters_findings
from yakuba.kernel.codes import codes
from yakuba.kernel.findings import Finding, alert, error

SEPARATOR = "\u3000"
_FURIGANA = re.compile("[ァ-ヴヵヶヷ-ヺー]+(?:\u3000[ァ-ヴヵヶヷ-ヺー]+)*")
_ROMAN = re.compile("[A-Z][A-Z'.,-]*(?: [A-Z][A-Z'.,-]*)*")


def split_name(name: str) -> tuple[str, str]:
    """氏 and 名 of a name written with a full-width space; a name without one is all 氏."""
    family, _, given = name.partition(SEPARATOR)
    return family, given


def join_name(family: str, given: str) -> str:
    """氏名: 氏 and 名 with a full-width space between; a missing part leaves no space."""
    return SEPARATOR.join(part for part in (family, given) if part)


def _spacing_finding(name: str, label: str, item: str, where: str) -> Finding | None:
    if name == name.strip() and "  " not in name and SEPARATOR * 2 not in name:
        return None
    return error(
        "name-spacing", f"{label}の前後に空白があるか、空白が続いています。", "余分な空白を取り除いてください。",
        item=item, where=where, value=name,
    )  # fmt: skip


def name_findings(name: str, *, label: str = "氏名", item: str = "name", where: str = "") -> list[Finding]:
    """What is wrong with a Japanese 氏名 or a 通称: characters, spacing; an alert when 氏 and 名 are not apart."""
    found = characters_findings(name, item=item, where=where)
    spacing = _spacing_finding(name, label, item, where)
    if spacing is not None:
        found.append(spacing)
    elif name and name.count(SEPARATOR) != 1:
        found.append(
            alert(
                "name-not-split", f"{label}「{name}」が氏と名に分かれていません。", "氏と名の間に全角の空白を1つ入れてください。",
                item=item, where=where, value=name,
            )
        )  # fmt: skip
    return found


def former_family_name_findings(name: str, *, item: str = "former_family_name", where: str = "") -> list[Finding]:
    """What is wrong with a 旧氏: it is a 氏 alone, without any space."""
    found = characters_findings(name, item=item, where=where)
    if " " in name or SEPARATOR in name:
        found.append(
            error(
                "former-family-name-spacing", f"旧氏「{name}」に空白があります。", "旧氏は氏だけを、空白を入れずに入力してください。",
                item=item, where=where, value=name,
            )
        )  # fmt: skip
    return found


def roman_name_finding(name: str, *, item: str = "roman_name", where: str = "") -> Finding | None:
    """The finding on a 氏名（アルファベット）: half-width capitals as on the residence card, single spaces."""
    if _ROMAN.fullmatch(name):
        return None
    return error(
        "roman-name-form", f"アルファベットの氏名「{name}」に使えない文字があります。",
        "在留カード等の表記のとおり、半角の大文字で入力してください。", item=item, where=where, value=name,
    )  # fmt: skip


def furigana_finding(
    furigana: str,
    *,
    name: str | None = None,
    label: str = "氏名の振り仮名",
    item: str = "name_furigana",
    where: str = "",
) -> Finding | None:
    """The finding on 振り仮名, or None: full-width katakana and ー, 氏 and 名 apart as in the name (rule of 2025-05-26).

    The ministry's list of permitted kana was not seen; ァ to ヴ, ヵ ヶ, ヷ to ヺ and ー are taken for it.
    """
    if not _FURIGANA.fullmatch(furigana):
        return error(
            "furigana-form", f"{label}「{furigana}」に全角カタカナと長音記号以外の文字があります。",
            "全角カタカナで、氏と名の間に全角の空白を1つ入れて入力してください。", item=item, where=where, value=furigana,
        )  # fmt: skip
    if name is not None and furigana.count(SEPARATOR) != name.count(SEPARATOR):
        return error(
            "furigana-parts", f"{label}「{furigana}」の氏と名の区切りが氏名「{name}」と合いません。",
            "氏名と同じところで全角の空白を入れてください。", item=item, where=where, value=furigana,
        )  # fmt: skip
    return None


def display_name(priority: str, *, name: str = "", kanji_name: str = "", roman_name: str = "", alias: str = "") -> str:
    """氏名 in the order of 氏名優先区分 (code 01-13): the first part, the others after it in brackets.

    Parts that the person does not have are left out; "" or nothing to show gives the name. How parts are joined is our
    choice: the specification fixes the order only.
    """
    parts = {"kanji": kanji_name, "roman": roman_name, "alias": alias}
    order = codes("name_priorities")[priority].traits["parts"].split() if priority else []
    shown = [parts[part] for part in order if parts[part]]
    if not shown:
        return name or kanji_name or roman_name or alias
    return shown[0] + "".join(f"（{other}）" for other in shown[1:])
