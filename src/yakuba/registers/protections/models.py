"""支援措置・抑止: locks on a person (national specification 1.1.16, 3.1, 3.4).

A `ProtectedPerson` whose `released_at` is empty closes every way out for the person. Nothing here ends by the passing of
time: not a measure after its `ends_on`, not a restriction after its `ends_on`. Nothing here is ever deleted.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Protection(models.Model):
    """支援措置. One application protects the applicant and those named with them; provisional from its receipt.

    `position` is the town's own part in it; `protected_scope` is what was asked for and never narrows the lock.
    """

    never_deleted: ClassVar[bool] = True

    class Stage(models.TextChoices):
        MEASURE = "1", "支援措置"
        PROVISIONAL = "2", "仮支援措置"
        ENDED = "3", "支援措置終了"

    class Position(models.TextChoices):
        RESIDENCE = "1", "住所地"
        FORMER_RESIDENCE = "2", "前住所地"
        HONSEKI = "3", "本籍地"

    class Category(models.TextChoices):
        SPOUSE_VIOLENCE = "1", "配偶者暴力"
        STALKING = "2", "ストーカー行為等"
        CHILD_ABUSE = "3", "児童虐待"
        EQUIVALENT = "4", "その他前各号に準ずるもの"

    entry_key = models.UUIDField(unique=True)
    applicant_id = models.BigIntegerField(db_index=True)
    stage = models.TextField(choices=Stage.choices)
    position = models.TextField(choices=Position.choices)
    category = models.TextField(choices=Category.choices)
    received_on = models.DateField()
    first_received_by = models.TextField()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    offender = models.JSONField(default=dict)
    contact = models.TextField()
    protected_scope = ArrayField(models.TextField())
    recorded_by = models.TextField()
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["ends_on"], condition=Q(ended_at__isnull=True), name="protection_running")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(stage="1") | Q(starts_on__isnull=False, ends_on__isnull=False), name="measure_has_period"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="protection_period"),
            models.CheckConstraint(
                condition=Q(stage="3", ended_at__isnull=False) | (~Q(stage="3") & Q(ended_at__isnull=True)),
                name="protection_ended",
            ),
        ]


class ProtectedPerson(models.Model):
    """支援措置対象者: the one lock, from receipt until a person confirmed the end, whatever the document."""

    never_deleted: ClassVar[bool] = True

    resident_id = models.BigIntegerField()
    protection = models.ForeignKey(Protection, on_delete=models.PROTECT)
    relation = models.TextField()
    locked_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_by = models.TextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resident_id", "protection"], name="protected_once"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="lock_released_by_somebody",
            ),
        ]


class ProtectionStep(models.Model):
    """支援措置の経過: receipt, decision, extension, transfer, proposal and confirmation of the end. Append-only."""

    append_only: ClassVar[bool] = True

    protection = models.ForeignKey(Protection, on_delete=models.PROTECT)
    step = models.TextField()
    actor = models.TextField()
    reason = models.TextField()
    taken_at = models.DateTimeField()
    detail = models.JSONField(default=dict)


class ReceivedNotice(models.Model):
    """転送通知の受付: what another municipality has sent, until it is answered. `unmatched` are those not found yet."""

    never_deleted: ClassVar[bool] = True

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", "受理"
        NOT_NEEDED = "not-needed", "不要"

    entry_key = models.UUIDField(unique=True)
    protection = models.ForeignKey(Protection, on_delete=models.PROTECT, null=True)
    sender = models.TextField()
    reference = models.TextField()
    received_on = models.DateField()
    answer_due_on = models.DateField()
    resident_ids = ArrayField(models.BigIntegerField())
    unmatched = models.JSONField(default=list)
    recorded_by = models.TextField()
    recorded_at = models.DateTimeField()
    answer = models.TextField(choices=Answer.choices, null=True)
    answered_on = models.DateField(null=True)
    answered_by = models.TextField(null=True)

    class Meta:
        indexes = [models.Index(fields=["received_on"], name="notice_received")]


class Forwarding(models.Model):
    """転送: a notice sent to another municipality, and its answer."""

    never_deleted: ClassVar[bool] = True

    protection = models.ForeignKey(Protection, on_delete=models.PROTECT)
    destination = models.TextField()
    forwarded_on = models.DateField()
    acknowledged_on = models.DateField(null=True)
    declined_on = models.DateField(null=True)
    recorded_by = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["protection", "destination", "forwarded_on"], name="forwarded_once")
        ]


class OutputRelease(models.Model):
    """交付の許可: a responsible person's leave for one clerk, one person, one output, once, until it lapses."""

    never_deleted: ClassVar[bool] = True

    resident_id = models.BigIntegerField(db_index=True)
    output = models.TextField()
    requested_by = models.TextField()
    requested_at = models.DateTimeField()
    reason = models.TextField()
    decided_by = models.TextField(null=True)
    approved_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(default="")
    lapses_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(decided_by=F("requested_by")), name="release_by_another"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(approved_at__lte=F("used_at"), lapses_at__gt=F("used_at")),
                name="release_used_in_time",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True)
                | Q(decided_by__isnull=False, lapses_at__isnull=False, declined_at__isnull=True),
                name="release_decided_once",
            ),
        ]


class BulkEnd(models.Model):
    """一括終了: measures past their end, proposed by one account and confirmed by another; `seen` is what was proposed.

    `seen` maps a protection to the number of its steps then: whatever has moved since is left alone.
    """

    never_deleted: ClassVar[bool] = True

    proposed_by = models.TextField()
    proposed_at = models.DateTimeField()
    reason = models.TextField()
    seen = models.JSONField()
    confirmed_by = models.TextField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    outcome = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(confirmed_by=F("proposed_by")), name="bulk_end_by_another"),
        ]


class Restriction(models.Model):
    """抑止: stops or warns for chosen processes on a person or a household; does not end by itself."""

    never_deleted: ClassVar[bool] = True

    class Level(models.TextChoices):
        ERROR = "error", "エラー"
        ALERT = "alert", "アラート"

    class Process(models.TextChoices):
        EVENT = "event", "異動入力"
        CERTIFICATE = "certificate", "証明書発行"
        INQUIRY = "inquiry", "照会"
        LISTING = "listing", "一覧・帳票"
        EXPORT = "export", "データ出力"

    resident_id = models.BigIntegerField(null=True, db_index=True)
    household_id = models.BigIntegerField(null=True, db_index=True)
    processes = ArrayField(models.TextField(choices=Process.choices))
    level = models.TextField(choices=Level.choices)
    reason = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    set_by = models.TextField()
    set_at = models.DateTimeField()
    released_by = models.TextField(null=True)
    released_at = models.DateTimeField(null=True)
    release_reason = models.TextField(default="")
    suspended_by = models.TextField(null=True)
    suspended_at = models.DateTimeField(null=True)
    suspended_until = models.DateTimeField(null=True)
    suspension_reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(resident_id__isnull=True, household_id__isnull=False)
                | Q(resident_id__isnull=False, household_id__isnull=True),
                name="restriction_of_one",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="restriction_period"),
        ]
