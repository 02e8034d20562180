"""住民票コードの在庫の残り (national specification 4.3.1). No personal data."""

from __future__ import annotations

from django.conf import settings

from yakuba.kernel.findings import Finding, alert

from ..sql import raw_cursor


def stock_findings() -> list[Finding]:
    """在庫の残りの警告, where fewer free codes are left than the setting RESIDENT_CODE_STOCK_LEAST asks for."""
    least = settings.RESIDENT_CODE_STOCK_LEAST
    with raw_cursor() as cursor:
        cursor.execute("SELECT count(*) FROM (SELECT FROM residents_residentcodestock LIMIT %s) AS free", [least])
        ((left,),) = cursor.fetchall()
    if left >= least:
        return []
    message = f"住民票コードの在庫が残り{left}件です（{least}件を下回りました）。"
    remedy = "住基ネットから住民票コードを受け取り、在庫に加えてください。"
    return [alert("resident-code-stock-low", message, remedy, item="resident_code")]
