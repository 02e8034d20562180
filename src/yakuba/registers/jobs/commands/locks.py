"""処理の錠: whoever works on a job holds its lock for as long as its connection lives, and nobody else does."""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

_JOBS = 0x6A6F6273  # "jobs": the first half of every job's advisory lock
LOCK = f"SELECT pg_advisory_lock({_JOBS}, %s::int)"
_TRY_LOCK = f"SELECT pg_try_advisory_xact_lock({_JOBS}, %s::int)"


def nobody_works_on(cursor: CursorWrapper, job_id: int) -> bool:
    """Whether no worker has the job in hand; then none can take it until this transaction ends."""
    cursor.execute(_TRY_LOCK, [job_id])
    (free,) = cursor.fetchone()
    return bool(free)
