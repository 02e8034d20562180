"""What only SQL can say: every account is a chain of balances, an appropriation is a pair, nothing stands alone."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE ledger_posting
                -- A posting goes on from the balance that the one before it left. The first has no number before it, and
                -- so refers to nothing: a town's first assessment pays for none of this.
                ADD CONSTRAINT posting_balance UNIQUE (instalment_id, item, number, balance_after),
                ADD CONSTRAINT posting_goes_on FOREIGN KEY (instalment_id, item, previous_number, balance_before)
                    REFERENCES ledger_posting (instalment_id, item, number, balance_after),
                -- Two postings that name each other, with opposite amounts.
                ADD CONSTRAINT posting_named UNIQUE
                    (instalment_id, item, number, counter_instalment_id, counter_item, counter_number, amount),
                ADD CONSTRAINT posting_has_its_pair FOREIGN KEY
                    (counter_instalment_id, counter_item, counter_number, instalment_id, item, number, counter_amount)
                    REFERENCES ledger_posting
                    (instalment_id, item, number, counter_instalment_id, counter_item, counter_number, amount),
                ADD CONSTRAINT posting_of_instalment FOREIGN KEY (instalment_id) REFERENCES ledger_instalment (id),
                ADD CONSTRAINT posting_of_batch FOREIGN KEY (batch_id) REFERENCES ledger_postingbatch (id);
            ALTER TABLE ledger_reminder
                ADD CONSTRAINT reminder_of_instalment FOREIGN KEY (instalment_id) REFERENCES ledger_instalment (id),
                ADD CONSTRAINT reminder_of_batch FOREIGN KEY (batch_id) REFERENCES ledger_postingbatch (id);
            """,
            """
            ALTER TABLE ledger_reminder
                DROP CONSTRAINT reminder_of_instalment, DROP CONSTRAINT reminder_of_batch;
            ALTER TABLE ledger_posting
                DROP CONSTRAINT posting_goes_on, DROP CONSTRAINT posting_has_its_pair,
                DROP CONSTRAINT posting_of_instalment, DROP CONSTRAINT posting_of_batch,
                DROP CONSTRAINT posting_balance, DROP CONSTRAINT posting_named;
            """,
        ),
    ]
