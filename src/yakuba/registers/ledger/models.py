"""調定・収納: an account for each instalment and item, and postings that are never changed.

The postings of an account are a chain: each names the balance that the last one left and its own, and a foreign key holds
the two together, so that at any moment the last balance is the sum of all amounts. An appropriation is two postings,
one in each account, that name each other with opposite amounts. All of it by constraints (`migrations/0002_balance.py`).
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import NullIf


class PostingBatch(models.Model):
    """記帳のまとまり: what was posted together. `batch_key` is the natural key: the same is not posted twice."""

    append_only: ClassVar[bool] = True

    id = models.BigAutoField(primary_key=True)
    batch_key = models.UUIDField()
    batch_kind = models.TextField()
    posted_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch_key"], name="batch_once")]


class Instalment(models.Model):
    """期別: what a person pays by a day of a tax of a year, by one way of collection."""

    append_only: ClassVar[bool] = True

    class CollectionMethod(models.TextChoices):
        ORDINARY = "ordinary", "普通徴収"
        SALARY = "salary", "給与特別徴収"
        PENSION = "pension", "年金特別徴収"

    id = models.BigAutoField(primary_key=True)
    resident_id = models.BigIntegerField()
    tax_kind = models.TextField()
    fiscal_year = models.SmallIntegerField()
    collection_method = models.TextField(choices=CollectionMethod.choices)
    instalment_number = models.SmallIntegerField()
    due_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident_id", "fiscal_year", "tax_kind", "collection_method", "instalment_number"],
                name="instalment_once",
            ),
            models.CheckConstraint(
                condition=Q(collection_method__in=["ordinary", "salary", "pension"]), name="instalment_method"
            ),
            models.CheckConstraint(condition=Q(instalment_number__gte=1), name="instalment_number"),
        ]


class Posting(models.Model):
    """記帳 1件 in the account of an instalment and item. Yen; above 0 the person owes more, below 0 less.

    A balance above 0 is 未納, below 0 過誤納. `effective_on` is the day on which it counts for the person (領収日 of a
    receipt), the batch's `posted_on` the day of the town's books. `entry_key` is the natural key of a payment.
    """

    append_only: ClassVar[bool] = True

    class Item(models.IntegerChoices):
        PRINCIPAL = 1, "本税"
        DELINQUENCY = 2, "延滞金"
        REMINDER_FEE = 3, "督促手数料"

    class Kind(models.TextChoices):
        ASSESSMENT = "assessment", "調定"
        ADJUSTMENT = "adjustment", "更正"
        RECEIPT = "receipt", "収納"
        REFUND = "refund", "還付"
        APPROPRIATION = "appropriation", "充当"
        WRITE_OFF = "write_off", "不納欠損"

    pk = models.CompositePrimaryKey("instalment_id", "item", "number")
    instalment_id = models.BigIntegerField()
    item = models.SmallIntegerField(choices=Item.choices)
    number = models.IntegerField()
    posting_kind = models.TextField(choices=Kind.choices)
    amount = models.BigIntegerField()
    balance_after = models.BigIntegerField()
    previous_number = models.GeneratedField(
        expression=NullIf(F("number") - 1, Value(0)), output_field=models.IntegerField(), db_persist=True
    )
    balance_before = models.GeneratedField(
        expression=F("balance_after") - F("amount"), output_field=models.BigIntegerField(), db_persist=True
    )
    effective_on = models.DateField()
    batch_id = models.BigIntegerField()
    decision_id = models.BigIntegerField(null=True)
    ground = models.TextField(default="")
    entry_key = models.UUIDField(null=True)
    counter_instalment_id = models.BigIntegerField(null=True)
    counter_item = models.SmallIntegerField(null=True)
    counter_number = models.IntegerField(null=True)
    counter_amount = models.GeneratedField(
        expression=Value(0) - F("amount"), output_field=models.BigIntegerField(), db_persist=True
    )

    class Meta:
        indexes = [BrinIndex(fields=["batch_id"], name="posting_batch")]
        constraints = [
            models.UniqueConstraint(
                fields=["entry_key"], condition=Q(entry_key__isnull=False), name="posting_entry_once"
            ),
            models.CheckConstraint(condition=Q(item__in=[1, 2, 3]), name="posting_item"),
            models.CheckConstraint(
                condition=Q(number__gt=1) | Q(number=1, posting_kind="assessment", balance_after=F("amount")),
                name="posting_first_is_assessment",
            ),
            models.CheckConstraint(
                condition=Q(posting_kind="assessment", amount__gt=0)
                | Q(posting_kind="adjustment") & ~Q(amount=0)
                | Q(posting_kind="receipt", amount__lt=0)
                # Only what was paid too much is returned, only what is owed is written off.
                | Q(posting_kind="refund", amount__gt=0, balance_after__lte=0)
                | Q(posting_kind="write_off", amount__lt=0, balance_after__gte=0)
                | Q(posting_kind="appropriation", amount__gt=0, balance_after__lte=0)
                | Q(posting_kind="appropriation", amount__lt=0, balance_after__gte=0),
                name="posting_amount_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(
                    posting_kind="appropriation",
                    counter_instalment_id__isnull=False,
                    counter_item__isnull=False,
                    counter_number__isnull=False,
                )
                | ~Q(posting_kind="appropriation")
                & Q(counter_instalment_id__isnull=True, counter_item__isnull=True, counter_number__isnull=True),
                name="posting_pair",
            ),
        ]


class Reminder(models.Model):
    """督促: one for an instalment (地方税法329条)."""

    append_only: ClassVar[bool] = True

    instalment_id = models.BigIntegerField(primary_key=True)
    sent_on = models.DateField()
    batch_id = models.BigIntegerField()
