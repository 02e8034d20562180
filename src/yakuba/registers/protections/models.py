"""支援措置・抑止: locks on a person (national specification 1.1.16, 3.1, 3.4)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Protection(models.Model):
    """支援措置. One application protects the applicant and those named with them; provisional from its receipt.

    It never ends by itself: after `ends_on` it still locks until a responsible person confirms the end.
    """

    class Stage(models.TextChoices):
        MEASURE = "1", "支援措置"
        PROVISIONAL = "2", "仮支援措置"
        ENDED = "3", "支援措置終了"

    applicant_id = models.BigIntegerField(db_index=True)
    stage = models.TextField(choices=Stage.choices)
    category = models.TextField()
    received_on = models.DateField()
    received_by_municipality = models.TextField(default="")
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    offender = models.JSONField(default=dict)
    contact = models.TextField(default="")
    protected_scope = ArrayField(models.TextField(), default=list)
    forwarded = models.JSONField(default=list)
    recorded_by = models.TextField()
    recorded_at = models.DateTimeField()


class ProtectedPerson(models.Model):
    """支援措置対象者: the one lock. A row here closes every way out for the person, whatever the document."""

    resident_id = models.BigIntegerField()
    protection = models.ForeignKey(Protection, on_delete=models.CASCADE)
    relation = models.TextField(default="本人")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resident_id", "protection"], name="protected_once")]


class ProtectionStep(models.Model):
    """支援措置の経過: receipt, decision, extension, transfer, end, release. Append-only."""

    append_only: ClassVar[bool] = True

    protection = models.ForeignKey(Protection, on_delete=models.PROTECT)
    step = models.TextField()
    actor = models.TextField()
    second_actor = models.TextField(default="")
    reason = models.TextField(default="")
    taken_at = models.DateTimeField()
    detail = models.JSONField(default=dict)


class OutputRelease(models.Model):
    """交付の許可: a responsible person's leave, for one person, one document, once, until it lapses."""

    resident_id = models.BigIntegerField(db_index=True)
    requested_by = models.TextField()
    requested_at = models.DateTimeField()
    output = models.TextField()
    reason = models.TextField()
    approved_by = models.TextField(null=True)
    approved_at = models.DateTimeField(null=True)
    lapses_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)


class Restriction(models.Model):
    """抑止: stops or warns for chosen processes on a person or household; does not end by itself."""

    class Level(models.TextChoices):
        ERROR = "error", "エラー"
        ALERT = "alert", "アラート"

    resident_id = models.BigIntegerField(null=True, db_index=True)
    household_id = models.BigIntegerField(null=True, db_index=True)
    processes = ArrayField(models.TextField())
    level = models.TextField(choices=Level.choices)
    reason = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    set_by = models.TextField()
    set_at = models.DateTimeField()
    released_by = models.TextField(null=True)
    released_at = models.DateTimeField(null=True)
    suspended_until = models.DateTimeField(null=True)
