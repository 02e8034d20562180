"""一括決定: a run and the steps that it has taken; neither is ever changed. A run that is not wanted is withdrawn.

Beside them もしもの計算: what other numbers of the law would come to, which decides nothing.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class DecisionRun(models.Model):
    """一括決定 1件: what is to be decided, of which day, from what was known at which instant.

    `run_key` is the natural key: the same run is not proposed twice.
    """

    append_only: ClassVar[bool] = True

    id = models.BigAutoField(primary_key=True)
    run_key = models.UUIDField()
    decision_kind = models.TextField()
    fiscal_year = models.SmallIntegerField()
    municipality_code = models.TextField()
    valid_on = models.DateField()
    known_at = models.DateTimeField()
    proposed_by = models.TextField()
    proposed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_key"], name="decision_run_once")]


class Scenario(models.Model):
    """もしもの計算 1件: the numbers of the law that are changed, from what is known at which instant. Nothing is decided by it.

    `scenario_key` is the natural key; `numbers` are texts by identifier, as they were typed.
    """

    append_only: ClassVar[bool] = True

    id = models.BigAutoField(primary_key=True)
    scenario_key = models.UUIDField()
    decision_kind = models.TextField()
    fiscal_year = models.SmallIntegerField()
    municipality_code = models.TextField()
    numbers = models.JSONField()
    known_at = models.DateTimeField()
    asked_by = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scenario_key"], name="scenario_once")]


class ScenarioResult(models.Model):
    """もしもの計算の結果. `summary`: counts, sums and distributions, and the largest changes by resident id."""

    append_only: ClassVar[bool] = True

    scenario_id = models.BigIntegerField(primary_key=True)
    summary = models.JSONField()
    recorded_at = models.DateTimeField()


class DecisionRunStep(models.Model):
    """一括決定の段階: each at most once. `digest` is of the outcome; what is approved and posted has that of the calculation.

    `summary`: counts and sums, and of the calculation the largest changes by resident id.
    """

    append_only: ClassVar[bool] = True

    class Step(models.TextChoices):
        CALCULATED = "calculated", "計算済"
        APPROVED = "approved", "承認済"
        WITHDRAWN = "withdrawn", "取下げ済"
        POSTED = "posted", "決定・調定済"

    pk = models.CompositePrimaryKey("run_id", "step")
    run_id = models.BigIntegerField()
    step = models.TextField(choices=Step.choices)
    digest = models.BinaryField()
    summary = models.JSONField()
    actor = models.TextField()
    recorded_at = models.DateTimeField()
