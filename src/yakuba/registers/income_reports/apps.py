from __future__ import annotations

from django.apps import AppConfig


class IncomeReportsConfig(AppConfig):
    name = "yakuba.registers.income_reports"
    label = "income_reports"
    default_auto_field = "django.db.models.BigAutoField"
