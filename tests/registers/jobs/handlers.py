"""Jobs of the tests: numbered units under natural keys, and jobs that end badly."""

from __future__ import annotations

import time
from uuid import NAMESPACE_URL, UUID, uuid5

from yakuba.kernel.findings import Refusal, RefusedError, error
from yakuba.registers.access.door import Access
from yakuba.registers.decisions import commands, queries
from yakuba.registers.decisions.commands import NewDecision
from yakuba.registers.jobs.handlers import Arguments, Report, Result, handler

YEAR = 2026
NAME = "山田　花子"


def key_of(job: str, number: int) -> UUID:
    """The natural key of a unit."""
    return uuid5(NAMESPACE_URL, f"{job}/{number}")


@handler("units", title="試験の処理", rights=("assess_tax",))
def units(access: Access, arguments: Arguments, report: Report) -> Result:
    """`count` decisions, each in a transaction of its own, with a pause of `milliseconds` before each."""
    count, name = int(arguments["count"] or 0), str(arguments["name"])
    keys = [key_of(name, number) for number in range(count)]
    there = queries.recorded_keys(keys)
    for number, key in enumerate(keys):
        report("決定", number, count)
        if key not in there:
            time.sleep(int(arguments["milliseconds"] or 0) / 1000)
            commands.record(access, decision(number, key))
    report("決定", count, count)
    return {"units": count, "found": len(there)}


def decision(number: int, key: UUID) -> NewDecision:
    """A decision about nobody."""
    return NewDecision(
        kind="test", fiscal_year=YEAR, resident_id=number, rule_set="test", parameters_digest=bytes(32), inputs={},
        outcome={"number": number}, entry_key=key,
    )  # fmt: skip


@handler("refused", title="断られる処理", rights=("assess_tax",))
def refused(access: Access, arguments: Arguments, report: Report) -> Result:
    """Ends with a finding and a refusal."""
    report("検査", 1, 2)
    finding = error("report-missing", "所得資料がありません。", "資料を取り込んでください。", where="3行目", value=NAME)
    raise RefusedError([finding], Refusal("期限を過ぎています。", "地方税法17条の5", "審査請求ができます。"))


@handler("failing", title="異常終了する処理", rights=("assess_tax",))
def failing(access: Access, arguments: Arguments, report: Report) -> Result:
    """Ends with an error whose text is somebody's name."""
    raise ValueError(NAME)


@handler("odd", title="結果がおかしい処理", rights=("assess_tax",))
def odd(access: Access, arguments: Arguments, report: Report) -> Result:
    """Gives back what is no result."""
    return {"name": object()}  # type: ignore[dict-item]
