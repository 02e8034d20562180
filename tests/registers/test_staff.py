"""職員: who set an account up, and what that account therefore may not confirm (one person alone overrides no warning)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from tests.registers.protections.conftest import CLERK, NOON, RESPONSIBLE, acting, new_person

from yakuba.kernel.findings import RefusedError
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.protections import commands as protections
from yakuba.registers.staff import commands as staff

pytestmark = pytest.mark.django_db
PASSWORD = "ねこと-あるく-7番地の9"
TOWN = Access("command-line", Purpose.SYSTEM, datetime(2024, 3, 1, tzinfo=UTC))
MANAGER, OFFICER = acting("manager", NOON, CLERK | {"manage_staff"}), acting("officer", NOON, RESPONSIBLE)


def make(access: Access, username: str) -> None:
    """職員, whose rights do not matter here: commands ask the access for them."""
    staff.create_account(access, username=username, display_name=username, password=PASSWORD)


@pytest.fixture(autouse=True)
def _accounts(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for username in ("manager", "officer", "second"):
        make(TOWN, username)


def approve(asking: Access, approving: Access) -> None:
    """交付の許可 from the one to the other."""
    release = protections.request_release(
        asking, resident_id=new_person(), output="certificate:household", reason="請求"
    )
    protections.approve_release(approving, release)


def test_accounts_set_up_by_others_are_two() -> None:
    approve(MANAGER, OFFICER)


@pytest.mark.parametrize(
    "take_over",
    [
        lambda: staff.set_password(MANAGER, "officer", PASSWORD),
        lambda: staff.add_totp_device(MANAGER, "officer"),
        lambda: staff.set_rights(MANAGER, "officer", ["release_protections"]),
    ],
)
def test_who_has_set_up_the_approver_is_not_approved_by_it(take_over: Any) -> None:
    take_over()
    with pytest.raises(RefusedError, match="manager が設定した"):
        approve(MANAGER, OFFICER)


def test_an_approver_does_not_approve_for_an_account_of_their_own_making() -> None:
    make(acting("officer", NOON, RESPONSIBLE), "made-up")
    with pytest.raises(RefusedError, match="officer が設定した"):
        approve(acting("made-up", NOON), OFFICER)


def test_a_detour_over_a_third_account_or_over_oneself_does_not_help() -> None:
    staff.set_password(MANAGER, "second", PASSWORD)
    staff.set_password(acting("second", NOON), "officer", PASSWORD)
    staff.set_password(acting("second", NOON), "second", PASSWORD)
    with pytest.raises(RefusedError, match="manager が設定した"):
        approve(MANAGER, OFFICER)


def test_an_account_that_somebody_else_has_set_up_anew_is_its_holders_again() -> None:
    staff.set_password(MANAGER, "officer", PASSWORD)
    staff.set_password(acting("second", NOON), "officer", PASSWORD)
    approve(MANAGER, OFFICER)


def test_the_end_of_a_measure_takes_two_as_well() -> None:
    measure = protections.receive_application(
        MANAGER, entry_key=uuid4(), applicant_id=new_person(), category="1", received_on=MANAGER.today
    )
    protections.propose_end(MANAGER, measure, reason="本人の申出")
    staff.add_totp_device(MANAGER, "officer")
    with pytest.raises(RefusedError, match="manager が設定した"):
        protections.confirm_end(OFFICER, measure)
