"""Make variants.csv and ivs.csv from the MJ縮退マップ and the MJ文字情報一覧表 (both CC BY-SA 2.1 JP; see README.md).

Usage: python make_tables.py MJSM.csv MJI.csv, with the columns named in README.md. Writes beside this file.
"""

from __future__ import annotations

import csv
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
FOLDING_TABLES = (
    ("戸籍統一文字情報_親字正字", ""),
    ("法務省告示582号別表第四_一", "1"),
    ("民二5202号通知別表_正字俗字等対照表", ""),
    ("民一2842号通達別表_誤字俗字正字一覧表_俗字", ""),
    ("民一2842号通達別表_誤字俗字正字一覧表_無印", ""),
)
"""Tables, with the rank taken, that name variants of one character; the first wins. 別字 and 辞書類等による関連字 are left out."""


def rows(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def folding_pairs(reductions: list[dict[str, str]], characters: dict[str, dict[str, str]]) -> set[tuple[str, str]]:
    """Pairs of one character, the best one for each: with all of them, rare glyphs that stand for two characters would
    glue 奏 to 秦 and 雁 to 堆."""
    found: dict[str, list[tuple[int, str, bool, str]]] = defaultdict(list)
    for row in reductions:
        glyph = characters.get(row["MJ文字図形名"], {"対応するUCS": "", "実装したUCS": ""})
        source, table = glyph["対応するUCS"], (row["表"], row["順位"])
        if source and row["縮退UCS"] not in ("", source) and table in FOLDING_TABLES:
            rank = (FOLDING_TABLES.index(table), row["ホップ数"], not glyph["実装したUCS"], row["縮退UCS"])
            found[source].append(rank)
    pairs = {(source, min(ranked)[3]) for source, ranked in found.items()}
    for point in (*range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20)):
        unified = unicodedata.decomposition(chr(point))
        if unified and "<" not in unified:
            pairs.add((chr(point), chr(int(unified, 16))))
    return pairs


def groups(pairs: set[tuple[str, str]]) -> list[set[str]]:
    parent: dict[str, str] = {}

    def root(character: str) -> str:
        while parent.setdefault(character, character) != character:
            parent[character] = parent[parent[character]]
            character = parent[character]
        return character

    for one, other in sorted(pairs):
        parent[root(one)] = root(other)
    found: dict[str, set[str]] = defaultdict(set)
    for character in parent:
        found[root(character)].add(character)
    return list(found.values())


def main(reduction_path: str, character_path: str) -> None:
    listed = rows(character_path)
    characters = {row["MJ文字図形名"]: row for row in listed}
    commonness: dict[str, tuple[bool, bool, str]] = {}
    selectors: dict[str, set[str]] = defaultdict(set)
    for row in listed:
        ucs, policy = row["対応するUCS"], row["漢字施策"]
        rank = ("常用" not in policy, "人名" not in policy, row["X0213"] or "9")
        commonness[ucs] = min(rank, commonness.get(ucs, rank))
        for column in ("実装したMoji_JohoコレクションIVS", "実装したSVS"):
            if len(row[column]) > 1:
                selectors[row[column][0]].add(f"{ord(row[column][1]):X}")
    with (HERE / "variants.csv").open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        table.writerow(["representative", "variants"])
        written = []
        for group in groups(folding_pairs(rows(reduction_path), characters)):
            first, *others = sorted(group, key=lambda one: (commonness.get(one, (True, True, "99")), one))
            written.append((first, "".join(sorted(others))))
        table.writerows(sorted(written))
    with (HERE / "ivs.csv").open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        table.writerow(["base", "selectors"])
        table.writerows((base, " ".join(sorted(found))) for base, found in sorted(selectors.items()))


if __name__ == "__main__":
    main(*sys.argv[1:])
