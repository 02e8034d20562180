from __future__ import annotations

from django.apps import AppConfig


class DecisionRunsConfig(AppConfig):
    name = "yakuba.registers.decision_runs"
    label = "decision_runs"
    default_auto_field = "django.db.models.BigAutoField"
