"""長くかかる処理: one row a job. Who may write it while it runs is who holds its lock (`commands/running.py`)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .states import State

_OPEN = [state.value for state in State if not state.has_ended]
_ENDED = [state.value for state in State if state.has_ended]


class Job(models.Model):
    """処理 1件. `arguments` name what is worked on and hold nobody's data; `job_key` is the natural key within its kind.

    The asker's purpose, place and rights are kept as they were at `asked_at`, so that a job which another worker goes on
    with acts as it did before. `fault` is where an unforeseen error came from, without its text.
    """

    never_deleted: ClassVar[bool] = True

    id = models.BigAutoField(primary_key=True)
    job_kind = models.TextField()
    job_key = models.TextField()
    arguments = models.JSONField()
    asked_by = models.TextField()
    asked_at = models.DateTimeField()
    purpose = models.TextField()
    place = models.TextField()
    rights = ArrayField(models.TextField())
    state = models.TextField()
    attempts = models.IntegerField(default=0)
    stage = models.TextField(default="")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cancel_asked = models.BooleanField(default=False)
    findings = models.JSONField(default=list)
    refusal = models.JSONField(null=True)
    result = models.JSONField(null=True)
    fault = models.TextField(default="")

    class Meta:
        constraints = [
            # What was refused, failed or cancelled may be asked for again; it is a job of its own.
            models.UniqueConstraint(
                fields=["job_kind", "job_key"],
                condition=Q(state__in=[*_OPEN, State.DONE.value]),
                name="job_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, state__in=_OPEN) | Q(ended_at__isnull=False, state__in=_ENDED),
                name="job_ended",
            ),
        ]
        indexes = [models.Index(fields=["job_kind", "-id"], name="job_of_kind")]
