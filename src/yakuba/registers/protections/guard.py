"""出力の関門: every way out asks here, by the name of the output, at the moment when the thing is made.

An output's name is its process, a colon and its own name: `certificate:household`, `listing:search`, `export:residents`.
The part before the colon decides which restrictions count.
"""

from __future__ import annotations

from collections.abc import Iterable

from yakuba.kernel.findings import Finding, alert
from yakuba.registers.access.door import Access

from . import queries
from .models import Restriction

EVENT = str(Restriction.Process.EVENT)


def check_output(
    access: Access, resident_ids: Iterable[int], output: str, *, household_ids: Iterable[int] = ()
) -> list[Finding]:
    """出力の可否: the findings that stand against an output containing these people; none means that it may be made.

    An error for each locked person for whom this clerk holds no approved release of this very output, and one for each
    restriction at level エラー; an alert for each at level アラート. While an event is typed in (`event:…`) a lock is an
    alert, since a protected person moves house too (national specification 3.1, 3.4). No finding holds an address.

    Where somebody is locked, follow it by `commands.use_releases` in the transaction of the output; after a refusal,
    call `commands.record_blocked`. A long run asks again for each thing that it makes.
    """
    process = process_of(output)
    people = sorted(set(resident_ids))
    closed, restricted = queries.locked_and_restricted(people, household_ids, process, now=access.now)
    if process == EVENT:
        findings = [_lock_alert(person) for person in sorted(closed)]
    else:
        open_to_clerk = queries.releasable(access, closed, output) if closed else frozenset()
        findings = queries.lock_findings(closed - open_to_clerk, today=access.today)
    return findings + restricted


def process_of(output: str) -> str:
    """処理: the process that an output belongs to. Raises ValueError for a name that begins with no known process."""
    process, colon, name = output.partition(":")
    if process not in Restriction.Process.values or not colon or not name:
        raise ValueError(f"an output is named process:name, with a process of {Restriction.Process.values}: {output}")
    return process


def _lock_alert(resident_id: int) -> Finding:
    return alert(
        "protected-person",
        "支援措置の対象者です。",
        "届出人と、住所を知らせる相手を確認してください。",
        item="resident_id",
        value=str(resident_id),
    )
