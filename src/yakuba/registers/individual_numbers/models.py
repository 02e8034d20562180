"""個人番号: a vault of its own, with a database role of its own; encrypted, found again only by a keyed digest."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class IndividualNumber(models.Model):
    """個人番号 of one person; a replaced one stays, not `current`. `lookup` is a keyed digest, never a join key."""

    vault: ClassVar[bool] = True

    pk = models.CompositePrimaryKey("resident_id", "version")
    resident_id = models.BigIntegerField()
    version = models.SmallIntegerField(db_default=1)
    sealed = models.BinaryField()
    lookup = models.BinaryField()
    recorded_at = models.DateTimeField()
    current = models.BooleanField(db_default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lookup"], condition=Q(current=True), name="number_of_one_person"),
        ]
        indexes = [models.Index(fields=["lookup"], condition=Q(current=False), name="former_number")]
