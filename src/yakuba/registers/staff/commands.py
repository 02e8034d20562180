"""職員の登録: the only writer of accounts, their rights, periods and second factors (national specification 10.3-10.4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import Permission
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from yakuba.kernel.findings import Finding, RefusedError, error
from yakuba.registers.access import commands as access_commands
from yakuba.registers.access.door import Access

from .errors import UnknownAccountError, UnknownRightError
from .models import StaffAccount
from .queries import RIGHTS

LONGEST_NUMBER = 150
"""職員番号の最大の長さ, as the accounts' table has it."""


@transaction.atomic
def create_account(
    access: Access,
    *,
    username: str,
    display_name: str,
    password: str,
    department: str = "",
    place: str = "",
    rights: Iterable[str] = (),
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> int:
    """職員の登録: makes an account with its task rights and returns its id. It cannot sign in before it has a second factor.

    Raises RefusedError with findings (職員番号 blank or taken, password too weak), UnknownRightError.
    """
    findings: list[Finding] = []
    if not username.strip() or not display_name.strip():
        findings.append(
            error("staff-blank", "職員番号と氏名は空欄にできません。", "入力してください。", item="username")
        )
    if StaffAccount.objects.filter(username=username).exists():
        findings.append(
            error(
                "staff-taken",
                f"職員番号 {username} は既に使われています。",
                "別の番号にしてください。",
                item="username",
            )
        )
    person = StaffAccount(
        username=username.strip(),
        display_name=display_name.strip(),
        department=department,
        place=place,
        starts_on=starts_on,
        ends_on=ends_on,
        rights_by=access.actor,
        password_by=access.actor,
    )
    findings += _password_findings(password, person)
    if findings:
        raise RefusedError(findings)
    person.set_password(password)
    person.save()
    _give(person, rights)
    access_commands.record(access, "staff.create", [], {"username": username, "rights": sorted(rights)})
    return person.pk


@transaction.atomic
def set_rights(access: Access, username: str, rights: Iterable[str]) -> None:
    """業務権限の設定: the account holds exactly these task rights from now on.

    Raises UnknownAccountError, UnknownRightError; RefusedError when somebody would change their own rights.
    """
    person = _account(username)
    if person.username == access.actor:
        raise RefusedError(
            [
                error(
                    "staff-own-rights",
                    "自分の権限は変更できません。",
                    "別の職員管理の担当者に依頼してください。",
                    item="rights",
                )
            ]
        )
    _give(person, rights)
    _set_by(access, person, "rights_by")
    access_commands.record(access, "staff.rights", [], {"username": username, "rights": sorted(rights)})


@transaction.atomic
def set_period(access: Access, username: str, *, starts_on: date | None, ends_on: date | None, is_active: bool) -> None:
    """利用期間の設定: first and last day of use, and whether the account is usable at all."""
    person = _account(username)
    if starts_on and ends_on and ends_on < starts_on:
        raise RefusedError(
            [
                error(
                    "staff-period",
                    "利用終了日が開始日より前です。",
                    "日付を確認してください。",
                    item="ends_on",
                    value=str(ends_on),
                )
            ]
        )
    person.starts_on, person.ends_on, person.is_active = starts_on, ends_on, is_active
    person.save(update_fields=["starts_on", "ends_on", "is_active"])
    detail = {"username": username, "starts_on": str(starts_on), "ends_on": str(ends_on), "active": is_active}
    access_commands.record(access, "staff.period", [], detail)


@transaction.atomic
def set_password(access: Access, username: str, password: str) -> None:
    """パスワードの再設定. Raises RefusedError with findings when it is too weak."""
    person = _account(username)
    findings = _password_findings(password, person)
    if findings:
        raise RefusedError(findings)
    person.set_password(password)
    person.save(update_fields=["password"])
    _set_by(access, person, "password_by")
    access_commands.record(access, "staff.password", [], {"username": username})


@transaction.atomic
def add_totp_device(access: Access, username: str, *, key: str | None = None) -> str:
    """第二要素の登録: a fresh TOTP key in place of any earlier one; returns its otpauth:// address, to be shown once.

    `key` is 40 hexadecimal digits; given only where a demonstration must print a code known beforehand.
    """
    person = _account(username)
    TOTPDevice.objects.filter(user=person).delete()
    chosen = {"key": key} if key else {}
    device = TOTPDevice.objects.create(user=person, name=username, confirmed=True, **chosen)
    _set_by(access, person, "second_factor_by")
    access_commands.record(access, "staff.second-factor", [], {"username": username})
    return str(device.config_url)


@transaction.atomic
def record_sign_in(access: Access, outcome: str, *, username: str) -> None:
    """認証の記録: `signed-in`, `signed-out`, `refused`; part of the access records (national specification 10.2).

    `username` is the 職員番号 as typed, whether or not there is such an account: what is refused has no actor yet.
    """
    detail = {"username": username[:LONGEST_NUMBER], "place": access.place}
    access_commands.record(access, f"staff.{outcome}", [], detail)


def _account(username: str) -> StaffAccount:
    try:
        return StaffAccount.objects.select_for_update(of=("self",)).get(username=username)
    except StaffAccount.DoesNotExist as missing:
        raise UnknownAccountError(username) from missing


def _set_by(access: Access, person: StaffAccount, what: str) -> None:
    """Whoever has taken an account over cannot hide it by setting the same once more as that account."""
    if access.actor != person.username:
        setattr(person, what, access.actor)
        person.save(update_fields=[what])


def _give(person: StaffAccount, rights: Iterable[str]) -> None:
    wanted = set(rights)
    unknown = wanted - {name for name, _ in RIGHTS}
    if unknown:
        raise UnknownRightError(", ".join(sorted(unknown)))
    person.user_permissions.set(
        Permission.objects.filter(
            content_type__app_label="staff", content_type__model="staffaccount", codename__in=wanted
        )
    )


def _password_findings(password: str, person: StaffAccount) -> list[Finding]:
    try:
        validate_password(password, person)
    except ValidationError as weak:
        return [
            error(
                "staff-password", message, "12文字以上の、推測されにくい別のパスワードにしてください。", item="password"
            )
            for message in weak.messages
        ]
    return []
