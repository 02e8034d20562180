"""個人番号: a vault of its own, with a database role of its own; encrypted, found again only by a keyed digest."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class IndividualNumber(models.Model):
    """個人番号 of one person. `lookup` is a keyed digest for "is this number already here?", never a join key."""

    vault: ClassVar[bool] = True

    resident_id = models.BigIntegerField(primary_key=True)
    sealed = models.BinaryField()
    lookup = models.BinaryField(unique=True)
    recorded_at = models.DateTimeField()
