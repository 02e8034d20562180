from __future__ import annotations

from django.apps import AppConfig


class ProtectionsConfig(AppConfig):
    name = "yakuba.registers.protections"
    label = "protections"
    default_auto_field = "django.db.models.BigAutoField"
