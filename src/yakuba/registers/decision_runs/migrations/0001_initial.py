"""The tables of runs."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DecisionRun",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("run_key", models.UUIDField()),
                ("decision_kind", models.TextField()),
                ("fiscal_year", models.SmallIntegerField()),
                ("municipality_code", models.TextField()),
                ("valid_on", models.DateField()),
                ("known_at", models.DateTimeField()),
                ("proposed_by", models.TextField()),
                ("proposed_at", models.DateTimeField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("run_key",), name="decision_run_once")]},
        ),
        migrations.CreateModel(
            name="Scenario",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("scenario_key", models.UUIDField()),
                ("decision_kind", models.TextField()),
                ("fiscal_year", models.SmallIntegerField()),
                ("municipality_code", models.TextField()),
                ("numbers", models.JSONField()),
                ("known_at", models.DateTimeField()),
                ("asked_by", models.TextField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("scenario_key",), name="scenario_once")]},
        ),
        migrations.CreateModel(
            name="ScenarioResult",
            fields=[
                ("scenario_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("summary", models.JSONField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="DecisionRunStep",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id", "step", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("run_id", models.BigIntegerField()),
                (
                    "step",
                    models.TextField(
                        choices=[
                            ("calculated", "計算済"),
                            ("approved", "承認済"),
                            ("withdrawn", "取下げ済"),
                            ("posted", "決定・調定済"),
                        ]
                    ),
                ),
                ("digest", models.BinaryField()),
                ("summary", models.JSONField()),
                ("actor", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
    ]
