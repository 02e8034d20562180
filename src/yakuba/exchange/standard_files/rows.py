"""1行の検査: what the cells of a row say of each other. A cell that already has a finding takes no part in these rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from yakuba.exchange.standard_files.cells import DEPARTURES, kind_contradicts
from yakuba.exchange.standard_files.findings import CellFinding, Rule, Say, always, located, says, spoken
from yakuba.exchange.standard_files.layout import by_id, by_name
from yakuba.exchange.standard_files.reading import LINE
from yakuba.kernel import codes
from yakuba.kernel.findings import Finding, Severity
from yakuba.kernel.relationships import Relationship, from_text, parse_links

Clean = Mapping[str, pl.Expr]
"""For each identifier: the rows whose cell has no finding."""

STRUCK_BY = {"2": ["21", "22"], "3": ["23"], "9": ["24", "25", "26", "27", "28"]}
"""住民状態 → the 消除の事由 that lead to it."""
ENTRIES = ["01", "02", "03"]
"""国内転入, 国外転入等, 出生: the day on which they come true is the day from which the person is a resident."""
LINKS = tuple(f"relationship_code_{number}" for number in range(1, 5))


def clean_rows(cells: pl.DataFrame) -> Clean:
    """From (line, id) of the cells with a finding."""
    lines = {name: group[LINE].to_list() for (name,), group in cells.group_by("id")}

    class _Clean(dict[str, pl.Expr]):
        def __missing__(self, name: str) -> pl.Expr:
            return ~pl.col(LINE).is_in(lines[name]) if name in lines else pl.col(LINE).is_not_null()

    return _Clean()


def row_rules(frame: pl.DataFrame, clean: Clean) -> Iterator[Rule]:
    """住民種別, 住民状態と消除, 異動事由, 続柄, 氏名: the rules whose finding is on one known cell."""
    yield Rule(
        by_id()["resident_kind"], kind_contradicts(frame) & clean["resident_kind"],
        says("kind-contradicts", "住民種別「{value}」ですが、もう一方の住民種別の項目だけに値があります。", "住民種別を確認してください。"),
    )  # fmt: skip
    yield from _status_rules(clean)
    yield from _reason_rules(frame, clean)
    yield from _relationship_rules(frame, clean)
    full = pl.concat_str("family_name", "given_name", separator="\u3000")
    yield Rule(
        by_id()["name"], (pl.col("name") != full) & clean["name"] & clean["family_name"] & clean["given_name"],
        says("name-parts-differ", "氏名「{value}」が氏_日本人・名_日本人と一致しません。", "氏と名を全角空白でつないだものか、確認してください。", severity=Severity.ALERT),
    )  # fmt: skip


def _status_rules(clean: Clean) -> Iterator[Rule]:
    status, why, day = by_id()["resident_status"], by_id()["struck_reason"], by_id()["struck_on"]
    living = pl.col(status.id) == "1"
    ok = clean[status.id] & clean[why.id] & clean[day.id]
    has_why, has_day = pl.col(why.id).is_not_null(), pl.col(day.id).is_not_null()
    yield Rule(status, ok & living & has_why & has_day, says("status-struck", "住民状態が住登者なのに、消除の事由と年月日があります。", "住民状態か消除の項目を直してください。"))  # fmt: skip
    yield Rule(status, ok & ~living & ~has_why & ~has_day, says("status-not-struck", "消除された住民状態「{value}」なのに、消除の事由も年月日もありません。", "消除の事由と異動年月日を入れるか、住民状態を直してください。"))  # fmt: skip
    for column, here, there in ((why, has_why, has_day), (day, has_day, has_why)):
        yield Rule(column, ok & living & here & ~there, says("struck-while-resident", "住民状態が住登者なのに{name}があります。", "値を削るか、住民状態を確認してください。"))  # fmt: skip
        yield Rule(column, ok & ~living & ~here & there, says("struck-blank", "消除された人の{name}が空欄です。", "値を入れるか、住民状態を確認してください。"))  # fmt: skip
    fits = pl.any_horizontal(
        (pl.col(status.id) == of) & pl.col(why.id).is_in(reasons) for of, reasons in STRUCK_BY.items()
    )
    yield Rule(why, ok & ~living & has_why & ~fits, says("struck-reason-for-status", "消除の事由「{value}」は住民状態と合いません。", "転出者は21・22、死亡者は23、その他消除者は24～28です。"))  # fmt: skip


def _reason_rules(frame: pl.DataFrame, clean: Clean) -> Iterator[Rule]:
    reason = by_id()["reason"]
    ok = clean[reason.id] & clean["resident_kind"] & ~kind_contradicts(frame)
    for entry in codes.codes("event_reasons").values():
        alone = codes.Reason(entry.code).resident_kind
        if alone is not None:
            other = "2" if alone == codes.ResidentKind.JAPANESE else "1"
            yield Rule(
                reason, ok & (pl.col(reason.id) == entry.code) & (pl.col("resident_kind") == other), _for_kind(other)
            )
    sure = (
        clean[reason.id]
        & clean["resident_status"]
        & (pl.col("struck_reason").is_not_null() == pl.col("struck_on").is_not_null())
    )
    living, struck = pl.col("resident_status") == "1", pl.col("struck_on").is_not_null()
    striking = [
        code for code in codes.codes("event_reasons") if codes.Reason(code).entry_class is codes.EntryClass.STRIKING
    ]
    planned = pl.col(reason.id).is_in(DEPARTURES)
    yield Rule(
        reason, sure & living & ~struck & pl.col(reason.id).is_in(striking) & ~planned,
        says("reason-strikes-resident", "異動事由「{value}」は消除の事由ですが、住民状態が住登者です。", "異動事由か住民状態を確認してください。"),
    )  # fmt: skip
    yield Rule(
        reason, sure & ~living & struck & pl.col(reason.id).is_in(ENTRIES),
        says("reason-enters-struck", "異動事由「{value}」は記載の事由ですが、住民状態が消除です。", "異動事由か住民状態を確認してください。"),
    )  # fmt: skip


def _for_kind(kind: str) -> Say:
    def say(_: object, value: str) -> Finding:
        return spoken(codes.reason_for_kind_finding(codes.Reason(value), codes.ResidentKind(int(kind))))

    return say


def _relationship_rules(frame: pl.DataFrame, clean: Clean) -> Iterator[Rule]:
    """続柄コードと続柄表記: judged once for each combination that occurs."""
    text = by_id()["relationship_text"]
    parts = [*LINKS, text.id]
    ok = pl.all_horizontal(clean[name] for name in parts)
    wrong: dict[tuple[str, Finding], list[tuple[str, ...]]] = {}
    for combination in frame.filter(ok).select(pl.col(parts).fill_null("")).unique(maintain_order=True).iter_rows():
        verdict = judge_relationship(combination[:4], combination[4])
        if verdict is not None:
            wrong.setdefault(verdict, []).append(combination)
    key = pl.concat_str([pl.col(name).fill_null("") for name in parts], separator="\x1f")
    for (name, finding), combinations in wrong.items():
        yield Rule(by_id()[name], ok & key.is_in(["\x1f".join(one) for one in combinations]), always(finding))


def judge_relationship(links: tuple[str, ...], text: str) -> tuple[str, Finding] | None:
    """続柄コード1～4 ("" where blank) against 続柄表記: the identifier to blame and the finding, or None when they agree."""
    given = tuple(link for link in links if link)
    if links[: len(given)] != given:
        blank = LINKS[links.index("")]
        return blank, says(
            "relationship-gap",
            "{name}が空欄なのに、後の続柄コードに値があります。",
            "続柄コードは1から順に詰めてください。",
        )(by_id()[blank], "")
    if not given:
        missing = says(
            "relationship-code-blank", "続柄表記があるのに{name}が空欄です。", "続柄コードを入れてください。"
        )
        return (LINKS[0], missing(by_id()[LINKS[0]], "")) if text else None
    relationship = parse_links(given)
    if isinstance(relationship, Finding):
        return LINKS[len(given) - 1], relationship
    wording = from_text(text) if text else None
    if isinstance(wording, Finding):
        return "relationship_text", wording
    if wording is None or text != relationship.text:
        remedy = f"コードのとおりなら「{relationship.text}」です。どちらが正しいか確認してください。"
        differs = says("relationship-text-differs", "続柄表記「{value}」が続柄コードと一致しません。", remedy)
        return "relationship_text", differs(by_id()["relationship_text"], text)
    return None


def relationship_text(compact: str) -> str:
    """続柄表記 of a stored relationship."""
    return Relationship(tuple(compact[at : at + 2] for at in range(0, len(compact), 2))).text


class Order(NamedTuple):
    """`earlier` may not lie after `later`. With nothing else to go by, `blamed` is the cell that is wrong."""

    earlier: str
    later: str
    blamed: str
    severity: Severity = Severity.ERROR
    when: pl.Expr | None = None


def orders() -> tuple[Order, ...]:
    """日付の前後. Alerts: days that a later correction may well turn round."""
    entering = pl.col("reason").is_in(ENTRIES)
    arrived = ~pl.col("reason").is_in(DEPARTURES)
    after_birth = (
        "occurred_on", "became_resident_on", "became_foreign_resident_on", "address_since", "struck_on", "notified_on",
        "processed_on", "operated_on", "move_out_notified_on", "move_out_planned_on",
    )  # fmt: skip
    return (
        *(Order("birth_date", later, later) for later in after_birth),
        Order("became_resident_on", "address_since", "address_since"),
        Order("became_resident_on", "struck_on", "struck_on"),
        Order("address_since", "struck_on", "struck_on"),
        Order("became_foreign_resident_on", "struck_on", "struck_on"),
        Order("became_foreign_resident_on", "stay_expires_on", "stay_expires_on"),
        Order("occurred_on", "processed_on", "occurred_on", when=arrived),
        Order("occurred_on", "operated_on", "occurred_on", when=arrived),
        Order("notified_on", "processed_on", "notified_on"),
        Order("became_resident_on", "operated_on", "operated_on", when=arrived),
        Order("address_since", "operated_on", "operated_on", when=arrived),
        Order("became_resident_on", "occurred_on", "became_resident_on", when=entering),
        Order("address_since", "occurred_on", "address_since", when=entering),
        Order("became_resident_on", "occurred_on", "became_resident_on", Severity.ALERT, ~entering),
        Order("address_since", "occurred_on", "address_since", Severity.ALERT, ~entering),
    )


@dataclass(frozen=True, slots=True)
class _Broken:
    """The orders that one row breaks."""

    line: int
    pairs: list[Order]

    def blames(self) -> Iterator[tuple[str, Order]]:
        """The fewest cells that explain all broken orders: the one in most of them first."""
        left = list(self.pairs)
        while left:
            count: dict[str, int] = {}
            for pair in left:
                for name in (pair.earlier, pair.later):
                    count[name] = count.get(name, 0) + 1
            most = max(count.values())
            worst = [name for name in count if count[name] == most]
            name = next((pair.blamed for pair in left if pair.blamed in worst), worst[0])
            mine = [pair for pair in left if name in (pair.earlier, pair.later)]
            yield name, min(mine, key=lambda pair: pair.severity is not Severity.ERROR)
            left = [pair for pair in left if pair not in mine]


def order_findings(frame: pl.DataFrame, clean: Clean) -> list[CellFinding]:
    """日付の前後の検査: one finding for each cell to blame, so that a wrong birth date is not seven findings."""
    pairs = orders()
    names = sorted({name for pair in pairs for name in (pair.earlier, pair.later)})
    sure = {name: clean[name] & _is_known(frame, name) for name in names}
    days = frame.select(LINE, "reason", *(pl.when(sure[name]).then(pl.col(name).str.to_date("%Y-%m-%d", strict=False)).alias(name) for name in names))  # fmt: skip
    broken = days.select(
        LINE,
        *(
            ((pl.col(pair.earlier) > pl.col(pair.later)) & (pl.lit(value=True) if pair.when is None else pair.when))
            .fill_null(value=False)
            .alias(str(number))
            for number, pair in enumerate(pairs)
        ),
    )
    bad = broken.filter(pl.any_horizontal(pl.exclude(LINE)))
    values = {
        row[LINE]: row
        for row in frame.filter(pl.col(LINE).is_in(bad[LINE].to_list())).select(LINE, *names).iter_rows(named=True)
    }
    found = []
    for row in bad.iter_rows():
        here = _Broken(row[0], [pair for pair, is_broken in zip(pairs, row[1:], strict=True) if is_broken])
        for name, pair in here.blames():
            value = values[here.line][name]
            found.append(located(by_id()[name], _out_of_order(pair, value, name), here.line, value))
    return found


def _is_known(frame: pl.DataFrame, name: str) -> pl.Expr:
    flag = f"{name}_unknown"
    return pl.col(flag).fill_null("0") == "0" if flag in frame.columns else pl.lit(value=True)


def _out_of_order(pair: Order, value: str, name: str) -> Finding:
    terms = {column.id: column.name for column in by_name().values()}
    if name == pair.earlier:
        message = f"{terms[name]}「{value}」が{terms[pair.later]}より後です。"
    else:
        message = f"{terms[name]}「{value}」が{terms[pair.earlier]}より前です。"
    return Finding("date-order", pair.severity, message, "届書でどちらの日付が正しいか確認してください。")
