"""所得資料の受領と名寄せ: the only writers of this register. What is in already is not added again; nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.db import transaction

from yakuba.kernel.findings import RefusedError, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.copying import copy_in
from yakuba.registers.access.door import Access
from yakuba.registers.access.driver import raw_cursor
from yakuba.registers.staff.rights import require

from .columns import KEY_SCHEMA, MATCH_SCHEMA, STORED_RELATIVE, STORED_REPORT
from .matching import Matched, frame_of, match_people
from .models import ClaimedRelative, IncomeReport, Match
from .versions import Known, Last, known_versions, last_matches

NUMBER = "individual_number"
_DECISIVE = ("line", *KEY_SCHEMA, "digest", "amends", "cancelled")
"""Columns that decide what happens to a report."""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('income-reports', 3))"
_IDS = "SELECT nextval(pg_get_serial_sequence('income_reports_incomereport', 'id')) FROM generate_series(1, %s)"


@dataclass(frozen=True, slots=True)
class Received:
    """受領の結果, by line of the source: added, unchanged, and those refused with the rule that refused them.

    `report-known`: the key is in already with other contents. `nothing-to-correct`: no earlier report under the key.
    `open_count`: of the reports added, how many are about nobody known yet.
    """

    added: frozenset[int]
    unchanged: frozenset[int]
    refused: Mapping[int, str] = field(default_factory=dict)
    open_count: int = 0


@dataclass(frozen=True, slots=True)
class _Plan:
    """What happens to the lines: `placed` are added under an id, `again` are in under one; `before` is what they replace."""

    placed: Mapping[int, int]
    again: Mapping[int, int]
    before: Mapping[int, int]


@transaction.atomic
def receive(access: Access, reports: pl.DataFrame, relatives: pl.DataFrame) -> Received:
    """資料の受領: new reports in, 訂正 and 取消 as further versions, each matched to a resident.

    `reports`: REPORT_SCHEMA with `amends` (a 訂正 or 取消) and `individual_number`; `relatives`: RELATIVE_SCHEMA with
    `line` and `individual_number`. The numbers are used to match and stored nowhere. A report that is in already is left
    alone; where it is about nobody known yet, it is matched anew. Raises RefusedError: right or purpose (番号法).
    """
    with raw_cursor() as cursor:
        cursor.execute(_LOCK)
    known = known_versions(reports.select(list(KEY_SCHEMA)))
    fates = {
        row["line"]: _fate(row, known.get(_key(row), ())) for row in reports.select(_DECISIVE).iter_rows(named=True)
    }
    fresh = [line for line, fate in fates.items() if isinstance(fate, int) and fate > 0]
    ids = _new_ids(len(fresh))
    placed = dict(zip(fresh, ids, strict=True))
    again = {line: -fate for line, fate in fates.items() if isinstance(fate, int) and fate < 0}
    before = {line: known[_key(row)][-1].id for line, row in _by_line(reports, fresh).items() if known.get(_key(row))}
    _store(access, reports.filter(pl.col("line").is_in(fresh)), relatives, placed, fates)
    open_count = _match(access, reports, relatives, _Plan(placed, again, before))
    refused = {line: fate for line, fate in fates.items() if isinstance(fate, str)}
    detail = {"added": len(fresh), "unchanged": len(again), "refused": len(refused), "open": open_count}
    access_commands.record(access, "income-reports.receive", [], detail)
    return Received(frozenset(fresh), frozenset(again), refused, open_count)


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in KEY_SCHEMA)


def _by_line(reports: pl.DataFrame, lines: list[int]) -> dict[int, dict[str, Any]]:
    chosen = reports.select(_DECISIVE).filter(pl.col("line").is_in(lines))
    return {row["line"]: row for row in chosen.iter_rows(named=True)}


def _fate(row: Mapping[str, Any], known: tuple[Known, ...]) -> int | str:
    """The version to add; minus the id of the report that is in already; or the rule that refuses it."""
    same = next((one for one in known if one.digest == row["digest"]), None)
    if same is not None:
        return -same.id
    live = bool(known) and not known[-1].cancelled
    if (row["amends"] and not known) or (row["cancelled"] and not live):
        return "nothing-to-correct"
    if not row["amends"] and live:
        return "report-known"
    return len(known) + 1


def _new_ids(count: int) -> list[int]:
    with raw_cursor() as cursor:
        cursor.execute(_IDS, [count])
        return [number for (number,) in cursor.fetchall()]


def _store(
    access: Access,
    fresh: pl.DataFrame,
    relatives: pl.DataFrame,
    ids: Mapping[int, int],
    versions: Mapping[int, int | str],
) -> None:
    placed = pl.DataFrame(
        {"line": list(ids), "id": list(ids.values()), "version": [versions[line] for line in ids]},
        schema={"line": pl.Int64, "id": pl.Int64, "version": pl.Int16},
    )
    reports = fresh.join(placed, on="line").with_columns(
        recorded_at=pl.lit(access.now).dt.convert_time_zone("UTC"), actor=pl.lit(access.actor)
    )
    named = relatives.join(placed, on="line").rename({"id": "report_id"})
    with raw_cursor() as cursor:
        copy_in(cursor, IncomeReport._meta.db_table, reports.select(list(STORED_REPORT)))
        copy_in(cursor, ClaimedRelative._meta.db_table, named.select(list(STORED_RELATIVE)))


def _match(access: Access, reports: pl.DataFrame, relatives: pl.DataFrame, plan: _Plan) -> int:
    """Matches what was added and, of what was in, what is open; returns how many of the added stay open.

    A version that cannot be matched is about whom the version before it was.
    """
    last = last_matches([*plan.again.values(), *plan.before.values()])
    open_lines = {line: report for line, report in plan.again.items() if _is_open(last.get((report, 0)))}
    report_of = {**plan.placed, **open_lines}
    found = match_people(access, _about_themselves(reports.filter(pl.col("line").is_in(list(report_of)))))
    for line, matched in found.items():
        earlier = last.get((plan.before.get(line, 0), 0))
        if matched.resident_id is None and earlier is not None and earlier.resident_id is not None:
            found[line] = Matched(earlier.resident_id, "earlier")
    rows = [(report_of[line], 0, matched) for line, matched in found.items()]
    # Relatives are looked for where their report is new, or where its person is known only now.
    claimants = {
        line: one.resident_id for line, one in found.items() if line in plan.placed or one.resident_id is not None
    }
    rows += _of_relatives(access, relatives, claimants, report_of)
    _add_matches(access, [row for row in rows if _is_news(last.get(row[:2]), row[2])])
    return sum(found[line].resident_id is None for line in plan.placed)


def _is_open(last: Last | None) -> bool:
    return last is None or (last.resident_id is None and last.basis != "hand")


def _is_news(last: Last | None, matched: Matched) -> bool:
    return last is None or (
        _is_open(last) and (last.resident_id, last.candidates) != (matched.resident_id, list(matched.candidates))
    )


def _about_themselves(reports: pl.DataFrame) -> pl.DataFrame:
    asked = reports.select("line", NUMBER, "name", "name_kana", "birth_date", "address")
    return asked.rename({"line": "position"}).with_columns(claimant_id=pl.lit(None, dtype=pl.Int64))


def _of_relatives(
    access: Access, relatives: pl.DataFrame, claimants: Mapping[int, int | None], report_of: Mapping[int, int]
) -> list[tuple[int, int, Matched]]:
    rows = relatives.filter(pl.col("line").is_in(list(claimants))).with_row_index("at")
    asked = frame_of(
        {
            "position": row["at"], "individual_number": row[NUMBER], "name": row["name"], "name_kana": row["name_kana"],
            "birth_date": row["birth_date"], "address": None, "claimant_id": claimants[row["line"]],
        }
        for row in rows.iter_rows(named=True)
    )  # fmt: skip
    found = match_people(access, asked)
    return [
        (report_of[line], position, found[at])
        for at, line, position in rows.select("at", "line", "position").iter_rows()
    ]


def _add_matches(access: Access, rows: list[tuple[int, int, Matched]]) -> None:
    found = [
        (report, position, one.resident_id, one.basis, [str(each) for each in one.candidates], one.reason)
        for report, position, one in rows
    ]
    frame = pl.DataFrame(found, schema=MATCH_SCHEMA, orient="row").with_columns(
        actor=pl.lit(access.actor), recorded_at=pl.lit(access.now).dt.convert_time_zone("UTC")
    )
    with raw_cursor() as cursor:
        copy_in(cursor, Match._meta.db_table, frame)


@transaction.atomic
def match_by_hand(access: Access, report_id: int, position: int, resident_id: int | None, *, reason: str) -> None:
    """手作業の名寄せ: a clerk's decision, laid over what stood before; None opens the item again.

    `position` 0 is the person of the report, others the relatives named in it. Raises RefusedError: right
    `assess_tax`; no reason; no such report or relative.
    """
    require(access, "assess_tax")
    findings = []
    if not reason.strip():
        findings.append(error("reason-blank", "理由がありません。", "照合した根拠を入力してください。", item="reason"))
    if (report_id, position) not in last_matches([report_id]):
        findings.append(
            error("report-unknown", "その所得資料はありません。", "一覧を開き直してください。", item="report_id")
        )
    if findings:
        raise RefusedError(findings)
    decided = Matched(resident_id, "hand", (), reason.strip())
    _add_matches(access, [(report_id, position, decided)])
    subjects = [resident_id] if resident_id is not None else []
    access_commands.record(access, "income-reports.match", subjects, {"report": report_id, "position": position})
