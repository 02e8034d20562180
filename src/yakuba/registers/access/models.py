"""アクセス記録: who read or wrote what, for which purpose. Append-only; each actor's records form a chain."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class AccessRecord(models.Model):
    """アクセス記録 1件. `digest` seals the record and, through `previous`, every earlier one of the same chain."""

    append_only: ClassVar[bool] = True

    pk = models.CompositePrimaryKey("chain", "number")
    chain = models.TextField(db_collation="C")
    number = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    purpose = models.TextField()
    action = models.TextField()
    subjects = ArrayField(models.BigIntegerField())
    detail = models.TextField()
    place = models.TextField()
    individual_number = models.BooleanField(default=False)
    previous = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["recorded_at"], name="access_recorded_at")]


class ChainSeal(models.Model):
    """封印: the head of every chain at an instant, so that the loss of a chain's end shows too. Append-only."""

    append_only: ClassVar[bool] = True

    sealed_at = models.DateTimeField()
    heads = models.JSONField()
    record_count = models.BigIntegerField()
    digest = models.BinaryField()
