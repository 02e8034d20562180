"""口座: lists of banks by the day on which they were taken, people's accounts by version, and accounts that failed.

Nothing is changed: another account is a further version, a withdrawal too. The last version counts.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import NullIf

HOLDER_LENGTH = 30
"""受取人名 in a bank's file, in bytes; a voiced mark is one of its own."""
HOLDER_PATTERN = r"^([ｱ-ﾝA-Z0-9().-]|[ｳｶ-ﾄﾊ-ﾎ]ﾞ|[ﾊ-ﾎ]ﾟ)([ｱ-ﾝA-Z0-9 ().-]|[ｳｶ-ﾄﾊ-ﾎ]ﾞ|[ﾊ-ﾎ]ﾟ)*$"
"""受取人名: half-width as in a bank's file: no ｦ, no small kana, a voiced mark only behind a kana that takes it."""


class BankList(models.Model):
    """金融機関一覧 1件: every bank and branch, as of the day on which the list was taken. The same list is loaded once."""

    append_only: ClassVar[bool] = True

    id = models.BigAutoField(primary_key=True)
    taken_on = models.DateField()
    list_digest = models.BinaryField()
    source = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["taken_on", "list_digest"], name="bank_list_once")]


class Bank(models.Model):
    """金融機関 in a list."""

    append_only: ClassVar[bool] = True

    pk = models.CompositePrimaryKey("bank_list_id", "bank_code")
    bank_list_id = models.BigIntegerField()
    bank_code = models.TextField()
    bank_name = models.TextField()
    bank_kana = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(bank_code__regex=r"^[0-9]{4}$"), name="bank_code_digits")]


class BankBranch(models.Model):
    """支店 in a list."""

    append_only: ClassVar[bool] = True

    pk = models.CompositePrimaryKey("bank_list_id", "bank_code", "branch_code")
    bank_list_id = models.BigIntegerField()
    bank_code = models.TextField()
    branch_code = models.TextField()
    branch_name = models.TextField()
    branch_kana = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(branch_code__regex=r"^[0-9]{3}$"), name="branch_code_digits")]


class AccountType(models.IntegerChoices):
    """預金種目, as a transfer's record has it."""

    ORDINARY = 1, "普通"
    CURRENT = 2, "当座"
    SAVINGS = 4, "貯蓄"
    OTHER = 9, "その他"


class Account(models.Model):
    """口座 1件: where a person is paid in a programme ("" = any), as told by a source. Versions count from 1.

    `withdrawn`: from here on there is none of this source; its account fields are blank.
    """

    append_only: ClassVar[bool] = True

    class Source(models.TextChoices):
        DECLARED = "declared", "申告"
        REGISTERED = "registered", "公金受取口座"
        EARLIER_PAYMENT = "earlier_payment", "支給実績"

    pk = models.CompositePrimaryKey("resident_id", "programme", "source", "version")
    resident_id = models.BigIntegerField()
    programme = models.TextField()
    source = models.TextField(choices=Source.choices)
    version = models.IntegerField()
    previous_version = models.GeneratedField(
        expression=NullIf(F("version") - 1, Value(0)), output_field=models.IntegerField(), db_persist=True
    )
    withdrawn = models.BooleanField()
    bank_code = models.TextField()
    branch_code = models.TextField()
    account_type = models.SmallIntegerField(choices=AccountType.choices)
    account_number = models.TextField()
    holder_kana = models.CharField(max_length=HOLDER_LENGTH)
    declared_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["account_number", "branch_code", "bank_code"], name="account_by_number")]
        constraints = [
            models.CheckConstraint(
                condition=Q(source__in=["declared", "registered", "earlier_payment"]), name="account_source"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="account_version"),
            models.CheckConstraint(
                condition=Q(
                    withdrawn=True, bank_code="", branch_code="", account_type=0, account_number="", holder_kana=""
                )
                | Q(
                    withdrawn=False,
                    bank_code__regex=r"^[0-9]{4}$",
                    branch_code__regex=r"^[0-9]{3}$",
                    account_type__in=[1, 2, 4, 9],
                    account_number__regex=r"^[0-9]{7}$",
                    holder_kana__regex=HOLDER_PATTERN,
                ),
                name="account_form",
            ),
        ]


class FailedAccount(models.Model):
    """振込不能となった口座: what a transfer came back from, with the holder as it was written. Once a day and reason."""

    append_only: ClassVar[bool] = True

    pk = models.CompositePrimaryKey(
        "account_number", "branch_code", "bank_code", "account_type", "holder_kana", "failed_on", "reason_code"
    )
    bank_code = models.TextField()
    branch_code = models.TextField()
    account_type = models.SmallIntegerField(choices=AccountType.choices)
    account_number = models.TextField()
    holder_kana = models.CharField(max_length=HOLDER_LENGTH)
    failed_on = models.DateField()
    reason_code = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.TextField()
