"""行をまたぐ検査: histories of one person, numbers that two people claim, heads of households, over the whole file.

From each row only a few numbers are kept, so that the file itself need not be. A row whose own cells are in doubt does
not make others look wrong: whoever it touches is left out of these rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from yakuba.exchange.standard_files.findings import CellFinding, Say, located, says
from yakuba.exchange.standard_files.layout import by_id
from yakuba.exchange.standard_files.reading import LINE, BrokenRow
from yakuba.kernel.findings import Severity
from yakuba.kernel.relationships import HEAD

IDENTITIES = ("resident_code", "individual_number", "residence_card_number")
"""Numbers that belong to one person for ever."""
HISTORY = ("history_number", "latest", "operated_on", "operated_at")
HOUSEHOLD = (
    "household_number",
    "relationship_code_1",
    "relationship_code_2",
    "relationship_code_3",
    "relationship_code_4",
    "relationship_text",
    "resident_status",
    "latest",
    "history_number",
    "struck_reason",
    "struck_on",
)
_KEPT = ("addressee_number", *HISTORY, "household_number", "resident_status", *IDENTITIES, "town_municipality_code")


def digest(frame: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """行の要点: what these rules need of each row; a number in doubt is blank. About 100 bytes a row."""
    doubted: dict[str, list[int]] = {name: group[LINE].to_list() for (name,), group in cells.group_by("id")}

    def sure(name: str) -> pl.Expr:
        column = pl.col(name)
        return pl.when(~pl.col(LINE).is_in(doubted[name])).then(column) if name in doubted else column

    household_lines = [line for name in HOUSEHOLD for line in doubted.get(name, [])]
    return frame.select(
        LINE,
        sure("addressee_number").cast(pl.Int64).alias("person"),
        sure("history_number").cast(pl.Int32),
        (sure("latest") == "1").alias("latest"),
        (sure("operated_on") + "T" + sure("operated_at"))
        .str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False)
        .alias("instant"),
        sure("household_number").cast(pl.Int64).alias("household"),
        (pl.col("resident_status") == "1").alias("living"),
        ((pl.col("relationship_code_1") == HEAD) & pl.col("relationship_code_2").is_null())
        .fill_null(value=False)
        .alias("head"),
        pl.col("name").hash().alias("name"),
        pl.col("head_name").hash().alias("head_name"),
        sure("resident_code").cast(pl.Int64),
        sure("individual_number").cast(pl.Int64),
        sure("residence_card_number"),
        sure("town_municipality_code").cast(pl.Int32),
        pl.col(LINE).is_in(household_lines).alias("household_doubted"),
    )


_DOUBLED = says(
    "key-doubled", "同じ宛名番号と個人履歴番号の行が、前にもあります。", "どちらかの行を削るか、番号を直してください。"
)
_MISPLACED = says(
    "person-differs", "宛名番号「{value}」の行なのに、住民票コードと個人番号が別の宛名番号の人のものです。",
    "宛名番号を確認してください。",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WholeFile:
    """全行の検査結果: the findings between rows, and for each line the person (宛名番号 as int64) that it belongs to."""

    findings: list[CellFinding]
    owners: pl.DataFrame


def check_whole_file(digests: Iterable[pl.DataFrame], broken: Iterable[BrokenRow]) -> WholeFile:
    """The rules between rows. A second claim is found at the second place; nothing is found twice."""
    rows = pl.concat(list(digests)).sort(LINE)
    rows = _with_owner(rows)
    unsure = rows.filter("unsure")
    shaky = {*unsure["owner"], *unsure["person"].drop_nulls(), *persons_of(broken)}
    misplaced = rows.filter("misplaced")
    doubled = rows.filter(_doubled() & ~pl.col("misplaced"))
    found = _say(doubled[LINE].to_list(), "history_number", _DOUBLED)
    numbers = [f"{one:015d}" for one in misplaced["person"]]
    found += _say(misplaced[LINE].to_list(), "addressee_number", _MISPLACED, numbers)
    found += _town_findings(rows)
    steady = rows.filter(~pl.col("owner").is_in(list(shaky)))
    found += _history_findings(steady)
    found += _identity_findings(rows.filter(~pl.col("unsure")))
    found += _household_findings(rows.with_columns(pl.col("household_doubted") | pl.col("owner").is_in(list(shaky))))
    return WholeFile(found, rows.select(LINE, pl.col("owner").alias("person")))


def persons_of(broken: Iterable[BrokenRow]) -> set[int]:
    """宛名番号 of rows that could not be read, where one stands in its place."""
    width = by_id()["addressee_number"].length
    numbers = [row.addressee_number for row in broken]
    return {int(text) for text in numbers if len(text) == width and text.isascii() and text.isdigit()}


def _doubled() -> pl.Expr:
    """A row with the same 宛名番号 and 個人履歴番号 as one before it."""
    key = pl.struct("person", "history_number")
    return pl.col("person").is_not_null() & pl.col("history_number").is_not_null() & ~key.is_first_distinct()


def _with_owner(rows: pl.DataFrame) -> pl.DataFrame:
    """`owner`: the person; for an `unsure` row, whoever else has its 住民票コード; failing that, minus the line.

    `unsure`: the number is wrong, or doubled, or `misplaced`: 住民票コード and 個人番号 are both those of another person.
    """
    coded = pl.col("resident_code").is_not_null()
    first = rows.filter(pl.col("person").is_not_null()).unique("person", keep="first", maintain_order=True)
    holders = first.filter(coded).unique("resident_code", keep="first", maintain_order=True)
    holders = holders.select("resident_code", holder="person", holders_number="individual_number")
    joined = rows.join(holders, on="resident_code", how="left", maintain_order="left")
    other = (pl.col("holder") != pl.col("person")) & (pl.col("individual_number") == pl.col("holders_number"))
    joined = joined.with_columns(misplaced=other.fill_null(value=False) & ~pl.col("person").is_first_distinct())
    joined = joined.with_columns(unsure=pl.col("person").is_null() | pl.col("misplaced") | _doubled())
    owner = pl.coalesce(pl.when("unsure").then("holder"), "person", -pl.col(LINE))
    return joined.with_columns(owner=owner).drop("holder", "holders_number")


def _say(lines: list[int], name: str, say: Say, values: Iterable[str] | None = None) -> list[CellFinding]:
    column = by_id()[name]
    texts = list(values) if values is not None else [""] * len(lines)
    return [located(column, say(column, value), line, value) for line, value in zip(lines, texts, strict=True)]


def _town_findings(rows: pl.DataFrame) -> list[CellFinding]:
    """市区町村コード: one town a file; the one on most rows is it."""
    codes = rows["town_municipality_code"].drop_nulls()
    if codes.n_unique() <= 1:
        return []
    town = codes.value_counts(sort=True)["town_municipality_code"][0]
    other = rows.filter(pl.col("town_municipality_code") != town)
    values = [f"{code:06d}" for code in other["town_municipality_code"]]
    return _say(other[LINE].to_list(), "town_municipality_code", says("other-town", "市区町村コード「{value}」がほかの行と違います。", f"この市区町村のコード{town:06d}を入れてください。"), values)  # fmt: skip


def _history_findings(rows: pl.DataFrame) -> list[CellFinding]:
    """個人履歴番号が1から続くこと, 最新フラグ, 操作日時の順: one kind of finding a person, the first that applies."""
    size, number = pl.len().over("owner"), pl.col("history_number")
    numbered = number.is_not_null().all().over("owner")
    astray = (
        rows.filter(numbered & (number > size))
        .sort("owner", "history_number")
        .unique("owner", keep="first", maintain_order=True)
    )
    found = _say(
        astray[LINE].to_list(), "history_number",
        says("history-gap", "個人履歴番号「{value}」まで番号が続いていません。", "1からの行がそろっているか確認してください。"),
        [str(one) for one in astray["history_number"]],
    )  # fmt: skip
    even = rows.filter(numbered & ~pl.col("owner").is_in(astray["owner"].to_list()))
    flagged = pl.col("latest").is_not_null().all().over("owner")
    wrong = even.filter(flagged & (pl.col("latest") != (number == size)))
    for is_newest, message in (
        (False, "最新の履歴ではないのに最新フラグが1です。"),
        (True, "最新の履歴なのに最新フラグが0です。"),
    ):
        lines = wrong.filter(pl.col("latest") != is_newest)[LINE].to_list()
        found += _say(
            lines,
            "latest",
            says("latest-flag", message, "個人履歴番号が最も大きい行だけを1にしてください。"),
            ["0" if is_newest else "1"] * len(lines),
        )
    timed = even.filter(pl.col("instant").is_not_null()).sort("owner", "history_number")
    timed = timed.with_columns(before=pl.col("instant").shift().over("owner")).filter(
        pl.col("instant") < pl.col("before")
    )
    back = timed.with_columns(same_day=pl.col("instant").dt.date() == pl.col("before").dt.date())
    for line, instant, same_day in back.select(LINE, "instant", "same_day").iter_rows():
        item, value = ("operated_at", f"{instant:%H:%M:%S}") if same_day else ("operated_on", f"{instant:%Y-%m-%d}")
        found += _say(
            [line],
            item,
            says(
                "operated-backwards",
                "{name}「{value}」が前の履歴より前です。",
                "履歴番号の順に登録されたか確認してください。",
            ),
            [value],
        )
    return found


def _identity_findings(rows: pl.DataFrame) -> Iterator[CellFinding]:
    """住民票コード, 個人番号, 在留カード等番号 that belong to someone else already: at the first row of each later person."""
    say = says(
        "number-of-another", "{name}が、前の行にある別の人と同じです。", "どちらの人の番号か、原本で確認してください。"
    )
    for name in IDENTITIES:
        claims = rows.filter(pl.col(name).is_not_null()).unique(["owner", name], keep="first", maintain_order=True)
        again = claims.filter(pl.col(name).is_first_distinct().not_())
        width = by_id()[name].length
        values = [value if isinstance(value, str) else f"{value:0{width}d}" for value in again[name]]
        yield from _say(again[LINE].to_list(), name, say, values)


def _household_findings(rows: pl.DataFrame) -> list[CellFinding]:
    """世帯主: of the people who live here now, one in each household. A household may be without a head for a time (1.1.10)."""
    newest = rows.sort("owner", "history_number").unique("owner", keep="last", maintain_order=True).sort(LINE)
    doubted = rows.filter("household_doubted")
    living = newest.filter(pl.col("living") & pl.col("household").is_not_null() & ~pl.col("household_doubted"))
    named = living.group_by("household").agg(named=pl.col("head_name").mode().min())
    heads = living.filter("head").join(named, on="household")
    heads = heads.with_columns(other=pl.col("name") != pl.col("named")).sort("household", "other", LINE)
    extra = heads.filter(pl.col("household").is_first_distinct().not_())
    two = says("second-head", "世帯に世帯主が2人います。", "続柄を確認してください。世帯主は1人です。")
    found = _say(extra[LINE].to_list(), "relationship_code_1", two, [HEAD] * extra.height)
    headless = living.filter(
        ~pl.col("household").is_in(heads["household"].to_list())
        & ~pl.col("household").is_in(doubted["household"].drop_nulls().to_list())
        & ~pl.col("head_name").is_in(doubted["name"].to_list())
        & ~pl.col("head_name").is_in(extra["name"].to_list())
    ).unique("household", keep="first", maintain_order=True)
    none = says(
        "no-head",
        "世帯に世帯主がいません。",
        "世帯主変更を入力するか、世帯番号を確認してください。",
        severity=Severity.ALERT,
    )
    return found + _say(headless[LINE].to_list(), "relationship_code_1", none)
