"""処理の状態: where a job stands, and what stops one on its way."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """状態. A job waits, runs, and ends in one of four ways; one whose worker died runs on paper until another takes it up."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The Japanese word for pages and the command line."""
        return _LABELS[self]

    @property
    def has_ended(self) -> bool:
        """Whether nothing will come of it any more."""
        return self not in (State.WAITING, State.RUNNING)


_LABELS = {
    State.WAITING: "待機中",
    State.RUNNING: "実行中",
    State.DONE: "完了",
    State.REFUSED: "不備により中止",
    State.FAILED: "異常終了",
    State.CANCELLED: "取消し",
}


class JobStopped(Exception):
    """中断: raised by `report` where the work must not go on. A handler lets it through."""


class JobCancelled(JobStopped):
    """取消し: somebody has asked that the job end."""


class JobInterrupted(JobStopped):
    """一時停止: the worker ends; the next one goes on with the job."""


class UnknownKindError(LookupError):
    """No handler is registered for this kind of job."""
