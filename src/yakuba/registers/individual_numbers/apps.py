from __future__ import annotations

from django.apps import AppConfig


class IndividualNumbersConfig(AppConfig):
    name = "yakuba.registers.individual_numbers"
    label = "individual_numbers"
    default_auto_field = "django.db.models.BigAutoField"
