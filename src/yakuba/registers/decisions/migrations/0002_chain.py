"""What only SQL can say: a decision replaces an earlier one of the same person, kind and year; its outcome is whole numbers."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("decisions", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE decisions_decision
                ADD CONSTRAINT decision_replaces_its_own
                    FOREIGN KEY (resident_id, fiscal_year, decision_kind, replaces_id)
                    REFERENCES decisions_decision (resident_id, fiscal_year, decision_kind, id),
                ADD CONSTRAINT decision_replaces_earlier CHECK (replaces_id < id),
                ADD CONSTRAINT decision_parameters_sha256 CHECK (octet_length(parameters_digest) = 32),
                ADD CONSTRAINT decision_inputs_object CHECK (jsonb_typeof(inputs) = 'object'),
                ADD CONSTRAINT decision_outcome_integers CHECK (
                    jsonb_typeof(outcome) = 'object'
                    AND NOT jsonb_path_exists(outcome, '$.* ? (@.type() != "number" || @ != @.floor())', silent => true)
                )
            """,
            """
            ALTER TABLE decisions_decision
                DROP CONSTRAINT decision_replaces_its_own, DROP CONSTRAINT decision_replaces_earlier,
                DROP CONSTRAINT decision_parameters_sha256, DROP CONSTRAINT decision_inputs_object,
                DROP CONSTRAINT decision_outcome_integers
            """,
        ),
    ]
