"""支援措置・抑止の書込み: the only writers of the locks.

Every command takes an `Access`, checks the task right, and leaves an access record in the same transaction.
"""

from __future__ import annotations

from .applications import (
    Offender,
    Person,
    Unmatched,
    add_person,
    receive_application,
)
from .bulk import confirm_bulk_end, propose_bulk_end
from .measures import (
    accept,
    confirm_end,
    correct_period,
    extend,
    propose_end,
    reject,
    restore_after_move_out,
    switch_on_move_out,
)
from .notices import (
    answer_notice,
    match_notice,
    receive_notice_from_other_municipality,
    record_forwarding,
    record_forwarding_answer,
)
from .releases import approve_release, decline_release, record_blocked, request_release, use_releases
from .restrictions import release_restriction, set_restriction, suspend_restriction

__all__ = [
    "Offender",
    "Person",
    "Unmatched",
    "accept",
    "add_person",
    "answer_notice",
    "approve_release",
    "confirm_bulk_end",
    "confirm_end",
    "correct_period",
    "decline_release",
    "extend",
    "match_notice",
    "propose_bulk_end",
    "propose_end",
    "receive_application",
    "receive_notice_from_other_municipality",
    "record_blocked",
    "record_forwarding",
    "record_forwarding_answer",
    "reject",
    "release_restriction",
    "request_release",
    "restore_after_move_out",
    "set_restriction",
    "suspend_restriction",
    "switch_on_move_out",
    "use_releases",
]
