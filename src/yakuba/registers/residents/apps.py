from __future__ import annotations

from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    name = "yakuba.registers.residents"
    label = "residents"
    default_auto_field = "django.db.models.BigAutoField"
