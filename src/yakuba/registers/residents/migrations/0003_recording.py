"""異動の記録 in few statements: an event's rows go to the server as one document, and whoever is concerned is locked there."""

from __future__ import annotations

from django.db import migrations

RECORD = """
CREATE FUNCTION record_event(parts jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- A part that is not there is no document, and asks nothing of its table.
    IF parts ? 'residents' THEN
        INSERT INTO residents_resident (id, addressee_number)
        SELECT id, addressee_number FROM jsonb_to_recordset(parts->'residents') AS new (id bigint, addressee_number text);
    END IF;
    IF parts ? 'households' THEN
        INSERT INTO residents_household (id, household_number)
        SELECT id, household_number FROM jsonb_to_recordset(parts->'households') AS new (id bigint, household_number text);
    END IF;
    INSERT INTO residents_residentevent
    SELECT * FROM jsonb_populate_recordset(NULL::residents_residentevent, parts->'events');
    INSERT INTO residents_evententry
    SELECT * FROM jsonb_populate_recordset(NULL::residents_evententry, parts->'entries');
    IF parts ? 'closed' THEN
        UPDATE residents_residentrecord r SET known_to = closed.known_to
        FROM jsonb_to_recordset(parts->'closed') AS closed (known_to timestamptz, resident_id bigint, valid_from date)
        WHERE r.resident_id = closed.resident_id AND r.valid_from = closed.valid_from AND r.known_to IS NULL;
    END IF;
    IF parts ? 'records' THEN
        INSERT INTO residents_residentrecord
        SELECT * FROM jsonb_populate_recordset(NULL::residents_residentrecord, parts->'records');
    END IF;
    IF parts ? 'names_gone' THEN
        DELETE FROM residents_namekey k
        USING jsonb_to_recordset(parts->'names_gone') AS gone (resident_id bigint, kana_key text, kanji_key text)
        WHERE k.resident_id = gone.resident_id AND k.kana_key = gone.kana_key AND k.kanji_key = gone.kanji_key;
    END IF;
    IF parts ? 'names' THEN
        INSERT INTO residents_namekey
        SELECT * FROM jsonb_populate_recordset(NULL::residents_namekey, parts->'names')
        ON CONFLICT (resident_id, kana_key, kanji_key) DO UPDATE SET
            given_kana_key = excluded.given_kana_key, given_kanji_key = excluded.given_kanji_key,
            birth_date = excluded.birth_date, sex = excluded.sex, grams = excluded.grams, current = excluded.current;
    END IF;
    IF parts ? 'addresses_gone' THEN
        DELETE FROM residents_addresskey k
        USING jsonb_to_recordset(parts->'addresses_gone') AS gone (resident_id bigint, address_key text)
        WHERE k.resident_id = gone.resident_id AND k.address_key = gone.address_key;
    END IF;
    IF parts ? 'addresses' THEN
        INSERT INTO residents_addresskey
        SELECT * FROM jsonb_populate_recordset(NULL::residents_addresskey, parts->'addresses')
        ON CONFLICT (resident_id, address_key) DO UPDATE SET current = excluded.current;
    END IF;
    IF parts ? 'numbers' THEN
        INSERT INTO residents_numberkey (kind, number, resident_id)
        SELECT kind, number, resident_id
        FROM jsonb_to_recordset(parts->'numbers') AS new (kind text, number text, resident_id bigint)
        ON CONFLICT DO NOTHING;
    END IF;
    IF parts ? 'numbers_gone' THEN
        DELETE FROM residents_numberkey k
        USING jsonb_to_recordset(parts->'numbers_gone') AS gone (kind text, number text, resident_id bigint)
        WHERE k.kind = gone.kind AND k.number = gone.number AND k.resident_id = gone.resident_id;
    END IF;
END
$$
"""
CONCERNED = """
CREATE FUNCTION concerned(residents bigint[], households bigint[]) RETURNS bigint[] LANGUAGE plpgsql AS $$
BEGIN
    RETURN ARRAY(
        SELECT unnest(residents) AS each
        UNION
        SELECT resident_id FROM residents_residentrecord
        WHERE known_to IS NULL AND household_id = ANY(
            households || ARRAY(
                SELECT household_id FROM residents_residentrecord WHERE resident_id = ANY(residents) AND known_to IS NULL
            )
        )
        ORDER BY 1
    );
END
$$
"""
LOCK = """
CREATE FUNCTION lock_concerned(residents bigint[], households bigint[]) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint[];
    found bigint[];
BEGIN
    -- What a notice asks is planned alike whoever it is about, and to plan takes longer than to look. Until the transaction ends.
    PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);
    wanted := concerned(residents, households);
    LOOP
        BEGIN
            -- Always in ascending order, so that two clerks never wait for each other.
            PERFORM pg_advisory_xact_lock(each) FROM unnest(wanted) AS each;
            found := concerned(residents, households);
            IF found <@ wanted THEN
                RETURN found;
            END IF;
            wanted := ARRAY(SELECT DISTINCT each FROM unnest(wanted || found) AS each ORDER BY each);
            RAISE SQLSTATE 'YK001';
        EXCEPTION WHEN SQLSTATE 'YK001' THEN
            -- Somebody joined the household while we waited. The locks are gone with the block and are taken anew, in order.
        END;
    END LOOP;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0002_two_clocks")]

    operations = [
        migrations.RunSQL(RECORD, "DROP FUNCTION record_event(jsonb)"),
        migrations.RunSQL(CONCERNED, "DROP FUNCTION concerned(bigint[], bigint[])"),
        migrations.RunSQL(LOCK, "DROP FUNCTION lock_concerned(bigint[], bigint[])"),
    ]
