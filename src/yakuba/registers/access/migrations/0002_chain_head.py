"""連鎖の末尾: locked and read in one statement of its caller, two of its own."""

from __future__ import annotations

from django.db import migrations

HEAD = """
CREATE FUNCTION chain_head(wanted text) RETURNS TABLE (last bigint, head bytea) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(wanted, 1));
    -- A statement after the lock, since one that waits for it does not see what was written while it waited.
    RETURN QUERY
        SELECT number::bigint, digest FROM access_accessrecord WHERE chain = wanted ORDER BY number DESC LIMIT 1;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [migrations.RunSQL(HEAD, "DROP FUNCTION chain_head(text)")]
