"""What only SQL can say: no two records of a person overlap on both clocks; numbers come from sequences."""

from __future__ import annotations

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("residents", "0001_initial")]

    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(
            """
            ALTER TABLE residents_residentrecord ADD CONSTRAINT record_two_clocks EXCLUDE USING gist (
                -- An expression, so that nothing that looks for a person is led to this index: it is slow to read.
                (resident_id + 0) WITH =,
                -- The rectangle of days and microseconds, both last ones included: quicker than two ranges.
                box(
                    point(
                        valid_from - date '2000-01-01',
                        date_part('epoch', known_from - timestamptz '2000-01-01 00:00:00+00') * 1000000
                    ),
                    point(
                        coalesce(valid_to - date '2000-01-02', 10000000),
                        coalesce(
                            date_part('epoch', known_to - timestamptz '2000-01-01 00:00:00.000001+00') * 1000000,
                            1e17::float8
                        )
                    )
                ) WITH &&
            -- Towns are loaded in the order of people, so that the pages needed next are at hand already.
            ) WITH (buffering = off);
            CREATE SEQUENCE resident_body;
            CREATE SEQUENCE household_body;
            CREATE SEQUENCE resident_event_id;
            """,
            """
            ALTER TABLE residents_residentrecord DROP CONSTRAINT record_two_clocks;
            DROP SEQUENCE resident_body; DROP SEQUENCE household_body; DROP SEQUENCE resident_event_id;
            """,
        ),
    ]
