"""支援措置・抑止の照会: the only readers of the locks. `locked` is the one question that every way out asks."""

from __future__ import annotations

from .bulk import BulkLine, bulk_end_lines, compare_bulk_end, ended_measures
from .locks import (
    BLOCKED,
    USABLE_RELEASE,
    RestrictionRow,
    all_locked,
    lock_condition,
    lock_findings,
    locked,
    locked_and_restricted,
    releasable,
    release_values,
    restriction_condition,
    restriction_findings,
    restrictions_for,
)
from .measures import (
    EndNotice,
    MeasureDetail,
    MeasureRow,
    PendingRelease,
    end_notice,
    measure,
    measures_of,
    pending_releases,
)
from .watch import ProtectionAlert, ReconciliationLine, alerts, blocked_by_month, reconciliation

__all__ = [
    "BLOCKED",
    "USABLE_RELEASE",
    "BulkLine",
    "EndNotice",
    "MeasureDetail",
    "MeasureRow",
    "PendingRelease",
    "ProtectionAlert",
    "ReconciliationLine",
    "RestrictionRow",
    "alerts",
    "all_locked",
    "blocked_by_month",
    "bulk_end_lines",
    "compare_bulk_end",
    "end_notice",
    "ended_measures",
    "lock_condition",
    "lock_findings",
    "locked",
    "locked_and_restricted",
    "measure",
    "measures_of",
    "pending_releases",
    "reconciliation",
    "releasable",
    "release_values",
    "restriction_condition",
    "restriction_findings",
    "restrictions_for",
]
