"""一括処理: what long work was asked for, how far it is, and how it ended."""

from __future__ import annotations

from django.db import models


class JobRun(models.Model):
    """一括処理の実行 1件. `natural_key` makes the same work at the same time impossible twice."""

    class State(models.TextChoices):
        WAITING = "waiting", "待機"
        RUNNING = "running", "実行中"
        DONE = "done", "完了"
        FAILED = "failed", "失敗"
        CANCELLED = "cancelled", "取消し"

    natural_key = models.TextField(unique=True)
    kind = models.TextField()
    arguments = models.JSONField()
    state = models.TextField(choices=State.choices, default=State.WAITING)
    done_count = models.BigIntegerField(default=0)
    total_count = models.BigIntegerField(default=0)
    message = models.TextField(default="")
    actor = models.TextField()
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
