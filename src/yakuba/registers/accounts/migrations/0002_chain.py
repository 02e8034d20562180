"""What only SQL can say: versions have no gap, a bank stands in a list, a branch belongs to a bank of the same list."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE accounts_account
                ADD CONSTRAINT account_goes_on FOREIGN KEY (resident_id, programme, source, previous_version)
                    REFERENCES accounts_account (resident_id, programme, source, version);
            ALTER TABLE accounts_bank
                ADD CONSTRAINT bank_in_list FOREIGN KEY (bank_list_id) REFERENCES accounts_banklist (id);
            ALTER TABLE accounts_bankbranch
                ADD CONSTRAINT branch_of_bank FOREIGN KEY (bank_list_id, bank_code)
                    REFERENCES accounts_bank (bank_list_id, bank_code);
            """,
            """
            ALTER TABLE accounts_account DROP CONSTRAINT account_goes_on;
            ALTER TABLE accounts_bankbranch DROP CONSTRAINT branch_of_bank;
            ALTER TABLE accounts_bank DROP CONSTRAINT bank_in_list;
            """,
        ),
    ]
