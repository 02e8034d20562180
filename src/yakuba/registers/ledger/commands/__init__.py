"""調定・収納の書込み: the only writers of the ledger.

Every command takes an `Access`, the key of its batch and the day of the books, and leaves an access record in the same
transaction. The same batch a second time is refused by the database, and so is whatever would unbalance an account.
"""

from __future__ import annotations

from .assessing import ASSESSMENT_SCHEMA, InstalmentAmount, Method, adjust, assess_many, charge
from .paying import RECEIPT_SCHEMA, AccountKey, Receipt, Receipts, appropriate, receive, receive_many, refund, write_off
from .posting import Batch, Posted
from .reminding import remind

__all__ = [
    "ASSESSMENT_SCHEMA",
    "RECEIPT_SCHEMA",
    "AccountKey",
    "Batch",
    "InstalmentAmount",
    "Method",
    "Posted",
    "Receipt",
    "Receipts",
    "adjust",
    "appropriate",
    "assess_many",
    "charge",
    "receive",
    "receive_many",
    "refund",
    "remind",
    "write_off",
]
