"""住民票コードの在庫: codes received from the network, to be given out (national specification 4.3)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.db import transaction

from yakuba.kernel.check_digits import resident_code_finding
from yakuba.kernel.findings import RefusedError
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access

from ..sql import raw_cursor

_RECEIVE = """
INSERT INTO residents_residentcodestock (resident_code, draw, received_at)
SELECT code, draw, %s FROM unnest(%s::text[], %s::bigint[]) AS given (code, draw)
WHERE NOT EXISTS (SELECT 1 FROM residents_numberkey WHERE kind = 'resident_code' AND number = code)
ON CONFLICT DO NOTHING
"""


def receive_resident_codes(access: Access, codes: Sequence[str]) -> int:
    """住民票コードの受領: adds free codes to the stock; one that is in stock or borne by somebody is passed over.

    Returns how many are new. They will be drawn in a random order. Raises RefusedError for a code whose
    check digit is wrong.
    """
    findings = [finding for code in codes if (finding := resident_code_finding(code))]
    if findings:
        raise RefusedError(findings)
    draws = [secrets.randbits(63) for _ in codes]
    with transaction.atomic():
        with raw_cursor() as cursor:
            cursor.execute(_RECEIVE, [access.now, list(codes), draws])
            added = cursor.rowcount
        access_commands.record(access, "resident-codes.receive", [], {"received": added})
    return added
