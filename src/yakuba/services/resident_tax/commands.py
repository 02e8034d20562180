"""当初賦課・更正の書込み: a run is proposed, calculated, approved by a second person and posted; or one person is corrected.

A run decides everybody in whom the calculation differs from the decision in force: in June that is everybody (当初), later
whoever is new or was corrected (随時・更正). What is posted is worked out again from the same instant and must have the
approved digest. A chunk is one transaction under a key of the run, so that a run that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID, uuid5

from django.conf import settings

from yakuba.kernel.findings import RefusedError, error
from yakuba.registers.access.door import Access
from yakuba.registers.decision_runs import commands as runs
from yakuba.registers.decision_runs import queries as run_queries
from yakuba.registers.decision_runs.queries import RunRow
from yakuba.registers.ledger import commands as ledger
from yakuba.registers.ledger.queries import posted_keys
from yakuba.registers.staff.rights import require

from .calculation import Calculation, calculate
from .comparison import summary_of
from .deciding import decide
from .snapshot import KIND, Snapshot, assessment_day, family_snapshot, town_snapshot
from .wording import digest_of

CHUNK_ROWS = 50_000
GROUND = "資料の変更による更正"
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is; may raise to stop between two chunks."""


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Nobody looks."""


def propose(access: Access, fiscal_year: int, key: UUID) -> int:
    """賦課の起案 of a 年度: the run's id. Raises RefusedError as `decision_runs.commands.propose`."""
    return runs.propose(
        access,
        runs.NewRun(
            run_key=key, kind=KIND, fiscal_year=fiscal_year, municipality_code=settings.MUNICIPALITY_CODE,
            valid_on=assessment_day(fiscal_year),
        ),
    )  # fmt: skip


def calculate_run(access: Access, run_id: int, *, progress: Progress = _silent) -> bytes:
    """賦課の計算 (試算): worked out and compared with last year; nothing is decided. Returns the outcome's digest.

    Raises RefusedError without the right to assess, and where the run has ended.
    """
    require(access, "assess_tax")
    run = _run(access, run_id)
    snapshot, calculation = _worked_out(access, run, progress)
    progress("比較", 0, 1)
    digest = digest_of(calculation)
    runs.calculated(access, run_id, digest, summary_of(calculation, snapshot))
    progress("比較", 1, 1)
    return digest


def post_run(
    access: Access, run_id: int, *, decided_on: date, progress: Progress = _silent, chunk_rows: int = CHUNK_ROWS
) -> None:
    """決定と調定: the approved run goes into decisions and ledger, a chunk a transaction. What is posted stays posted.

    `decided_on` is the day of the town's books; of a run that goes on it may be another. Raises RefusedError for a run that
    is not approved, and where it now comes to something else than was approved.
    """
    require(access, "assess_tax")
    run = _run(access, run_id)
    if run.state == "posted":
        return
    snapshot, calculation = _worked_out(access, run, progress)
    digest = digest_of(calculation)
    runs.refuse_unless_approved(run, digest)
    keys = [_chunk_key(run, start) for start in range(0, calculation.people.height, chunk_rows)]
    done = posted_keys([str(key) for key in keys])
    progress("決定・調定", 0, len(keys))
    for at, key in enumerate(keys):
        if str(key) not in done:
            rows = slice(at * chunk_rows, (at + 1) * chunk_rows)
            decide(
                access, calculation, snapshot.current, rows, ledger.Batch(key, decided_on),
                known_at=run.known_at, ground=GROUND,
            )  # fmt: skip
        progress("決定・調定", at + 1, len(keys))
    summary = {"people": calculation.people.height, "instalments": calculation.instalments.height}
    runs.posted(access, run_id, digest, summary)


def correct(
    access: Access, resident_id: int, fiscal_year: int, key: UUID, *, decided_on: date, ground: str
) -> Sequence[int]:
    """更正・随時の決定 of one person from what is known now, with whoever's tax changes with it: who was decided, by resident.

    Raises RefusedError without the right to assess or a ground, with the findings where somebody cannot be worked out, and
    for the same key a second time.
    """
    require(access, "assess_tax")
    if not ground.strip():
        raise RefusedError([error("no-ground", "更正の理由がありません。", "理由を入力してください。", item="ground")])
    snapshot = family_snapshot(access, resident_id, fiscal_year, known_at=access.now)
    calculation = calculate(snapshot, settings.MUNICIPALITY_CODE)
    if calculation.findings:
        raise RefusedError(calculation.findings)
    every = slice(0, calculation.people.height)
    return decide(
        access, calculation, snapshot.current, every, ledger.Batch(key, decided_on), known_at=access.now, ground=ground
    )


def _run(access: Access, run_id: int) -> RunRow:
    run = run_queries.run(access, run_id)
    if run is None or run.kind != KIND:
        raise RefusedError([error("run-unknown", "この一括決定はありません。", "一覧から選び直してください。")])
    return run


def _worked_out(access: Access, run: RunRow, progress: Progress) -> tuple[Snapshot, Calculation]:
    progress("課税資料の読出し", 0, 1)
    snapshot = town_snapshot(access, run.fiscal_year, known_at=run.known_at)
    progress("課税資料の読出し", 1, 1)
    progress("計算", 0, 1)
    calculation = calculate(snapshot, run.municipality_code)
    progress("計算", 1, 1)
    return snapshot, calculation


def _chunk_key(run: RunRow, start: int) -> UUID:
    return uuid5(UUID(int=run.run_id), f"{KIND}/{run.fiscal_year}/{run.proposed_at.isoformat()}/{start}")
