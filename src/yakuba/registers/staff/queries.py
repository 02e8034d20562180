"""職員の照会: accounts, their task rights, and who may sign in today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q

from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access

from .errors import UnknownAccountError
from .models import StaffAccount

RIGHTS: tuple[tuple[str, str], ...] = tuple((name, label) for name, label in StaffAccount._meta.permissions)
"""業務権限: (identifier, Japanese name) of every task right, in the order in which pages list them."""

_ACCOUNTS = """
SELECT account.id, account.username, account.display_name, account.department, account.place, account.is_active,
       account.starts_on, account.ends_on, account.last_login,
       EXISTS (SELECT 1 FROM otp_totp_totpdevice device WHERE device.user_id = account.id AND device.confirmed),
       ARRAY(SELECT permission.codename FROM staff_staffaccount_user_permissions given
             JOIN auth_permission permission ON permission.id = given.permission_id
             WHERE given.staffaccount_id = account.id ORDER BY permission.id)
FROM staff_staffaccount account
"""
_RIGHTS = """
SELECT permission.codename FROM auth_permission permission
JOIN django_content_type content ON content.id = permission.content_type_id
     AND content.app_label = 'staff' AND content.model = 'staffaccount'
WHERE permission.id IN (SELECT permission_id FROM staff_staffaccount_user_permissions WHERE staffaccount_id = %s)
"""
_CONTROLS = """
WITH RECURSIVE setter (username) AS (
    SELECT unnest(ARRAY[rights_by, password_by, second_factor_by]) FROM staff_staffaccount WHERE username = %(account)s
    UNION
    SELECT unnest(ARRAY[rights_by, password_by, second_factor_by])
    FROM setter JOIN staff_staffaccount account USING (username)
)
SELECT EXISTS (SELECT 1 FROM setter WHERE username = %(actor)s)
"""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """職員 1人, as the page of accounts shows it. `rights` are identifiers of `RIGHTS`."""

    account_id: int
    username: str
    display_name: str
    department: str
    place: str
    is_active: bool
    starts_on: date | None
    ends_on: date | None
    last_login: datetime | None
    has_second_factor: bool
    rights: Sequence[str]

    def usable_on(self, today: date) -> bool:
        """利用できる日か: active, and inside the first and last day where these are set."""
        return usable_on(self.is_active, self.starts_on, self.ends_on, today)


def usable_on(is_active: bool, starts_on: date | None, ends_on: date | None, today: date) -> bool:
    """利用期間: whether an account may be used today; `ends_on` is the last day."""
    return is_active and (starts_on is None or starts_on <= today) and (ends_on is None or today <= ends_on)


def accounts(access: Access, *, after: str = "", limit: int = 50) -> list[AccountRow]:
    """職員一覧 by 職員番号, from the one after `after`; the reading is recorded."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{_ACCOUNTS} WHERE account.username > %s ORDER BY account.username LIMIT %s", [after, limit])
        rows = [AccountRow(*row) for row in cursor.fetchall()]
        access_commands.record(access, "staff.list", [], {"rows": len(rows)})
    return rows


def account(access: Access, username: str) -> AccountRow:
    """職員 1人. Raises UnknownAccountError; the reading is recorded."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{_ACCOUNTS} WHERE account.username = %s", [username])
        row = cursor.fetchone()
        if row is None:
            raise UnknownAccountError(username)
        access_commands.record(access, "staff.read", [], {"username": username})
    return AccountRow(*row)


def rights_of(account_id: int) -> frozenset[str]:
    """業務権限: the task rights that an account holds now; read at every request, so that a withdrawal acts at once."""
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS, [account_id])
        return frozenset(codename for (codename,) in cursor.fetchall())


def controls(actor: str, account: str) -> bool:
    """設定した職員か: whether the actor last set the account's rights, password or second factor, or those of one who did."""
    with connection.cursor() as cursor:
        cursor.execute(_CONTROLS, {"actor": actor, "account": account})
        return bool(cursor.fetchone()[0])


def holders_of(right: str, *, today: date) -> list[str]:
    """権限を持つ職員: display names of the accounts that hold a task right and may be used today, by 職員番号."""
    condition = Q(starts_on__isnull=True) | Q(starts_on__lte=today)
    condition &= Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    holders = StaffAccount.objects.filter(
        condition,
        is_active=True,
        user_permissions__codename=right,
        user_permissions__content_type__app_label="staff",
    )
    return list(holders.order_by("username").values_list("display_name", flat=True))
