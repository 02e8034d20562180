from __future__ import annotations

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "yakuba.registers.decisions"
    label = "decisions"
    default_auto_field = "django.db.models.BigAutoField"
