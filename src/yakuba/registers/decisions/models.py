"""決定: one row a decision, never changed. A later decision replaces an earlier one; what nothing has replaced is in force.

The decisions of a person for a kind and a year are one chain, by constraints: one first, each replaced at most once, and
by a decision of the same person, kind and year (`migrations/0002_chain.py`).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q


class Digest(Func):
    """SHA-256 of a JSON value in PostgreSQL's own, sorted form."""

    function = "decision_digest"
    output_field = models.BinaryField()


class Decision(models.Model):
    """決定 1件 (賦課決定 …). `inputs` are the facts, without those at their default; `outcome` quantity → integer.

    `known_at`: the instant whose knowledge the decision rests on, at which its facts can be read again. `rule_set` names
    the rules with their version; `parameters_digest` is the SHA-256 of the law's numbers as they were used; `inputs_digest`
    the database's own of the facts. `entry_key` is the natural key: the same is not decided twice.
    """

    append_only: ClassVar[bool] = True

    id = models.BigAutoField(primary_key=True)
    decision_kind = models.TextField()
    fiscal_year = models.SmallIntegerField()
    resident_id = models.BigIntegerField()
    decided_at = models.DateTimeField()
    decided_by = models.TextField()
    known_at = models.DateTimeField()
    rule_set = models.TextField()
    parameters_digest = models.BinaryField()
    inputs = models.JSONField()
    inputs_digest = models.GeneratedField(
        expression=Digest(F("inputs")), output_field=models.BinaryField(), db_persist=True
    )
    outcome = models.JSONField()
    replaces_id = models.BigIntegerField(null=True)
    entry_key = models.UUIDField()

    class Meta:
        constraints = [
            # Also how the decisions of a person are found, and what a replacing decision refers to.
            models.UniqueConstraint(
                fields=["resident_id", "fiscal_year", "decision_kind", "id"], name="decision_of_person"
            ),
            models.UniqueConstraint(
                fields=["resident_id", "fiscal_year", "decision_kind"],
                condition=Q(replaces_id__isnull=True),
                name="decision_first_once",
            ),
            models.UniqueConstraint(
                fields=["replaces_id"], condition=Q(replaces_id__isnull=False), name="decision_replaced_once"
            ),
            models.UniqueConstraint(fields=["entry_key"], name="decision_once"),
        ]
