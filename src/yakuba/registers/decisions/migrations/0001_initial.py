"""The table of decisions, and the function that its digests come from."""

from __future__ import annotations

from django.db import migrations, models

import yakuba.registers.decisions.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(
            # Declared immutable, which convert_to is not for every encoding: the database is UTF-8.
            """
            CREATE FUNCTION decision_digest(facts jsonb) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
            AS $$ SELECT pg_catalog.sha256(pg_catalog.convert_to(facts::text, 'UTF8')) $$
            """,
            "DROP FUNCTION decision_digest(jsonb)",
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("decision_kind", models.TextField()),
                ("fiscal_year", models.SmallIntegerField()),
                ("resident_id", models.BigIntegerField()),
                ("decided_at", models.DateTimeField()),
                ("decided_by", models.TextField()),
                ("known_at", models.DateTimeField()),
                ("rule_set", models.TextField()),
                ("parameters_digest", models.BinaryField()),
                ("inputs", models.JSONField()),
                (
                    "inputs_digest",
                    models.GeneratedField(
                        db_persist=True,
                        expression=yakuba.registers.decisions.models.Digest(models.F("inputs")),
                        output_field=models.BinaryField(),
                    ),
                ),
                ("outcome", models.JSONField()),
                ("replaces_id", models.BigIntegerField(null=True)),
                ("entry_key", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("resident_id", "fiscal_year", "decision_kind", "id"), name="decision_of_person"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaces_id__isnull", True)),
                        fields=("resident_id", "fiscal_year", "decision_kind"),
                        name="decision_first_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaces_id__isnull", False)),
                        fields=("replaces_id",),
                        name="decision_replaced_once",
                    ),
                    models.UniqueConstraint(fields=("entry_key",), name="decision_once"),
                ],
            },
        ),
    ]
