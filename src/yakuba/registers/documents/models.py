"""交付履歴: every document that left the house, pinned to both clocks so that it can be made again byte for byte."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class IssuedDocument(models.Model):
    """交付した証明書・通知 1通. Append-only; a spoilt one is marked by a `DocumentDisposal`.

    `known_at` is the newest knowledge that the document shows. `options` holds what was asked for and what else stands
    on the paper; `engine` the versions that printed it; `digest` the SHA-256 of the file. `request_key` with
    `copy_number` is the natural key: the same request is not issued twice.
    """

    append_only: ClassVar[bool] = True

    id = models.BigAutoField(primary_key=True)
    issue_number = models.TextField(unique=True)
    issued_on = models.DateField()
    terminal = models.TextField()
    serial = models.IntegerField()
    request_key = models.UUIDField()
    copy_number = models.SmallIntegerField()
    kind = models.TextField()
    subjects = ArrayField(models.BigIntegerField())
    options = models.JSONField()
    valid_on = models.DateField()
    known_at = models.DateTimeField()
    issued_at = models.DateTimeField()
    actor = models.TextField()
    requester = models.TextField(default="")
    purpose = models.TextField(default="")
    individual_number = models.BooleanField(default=False)
    certifier_id = models.BigIntegerField()
    template_version = models.TextField()
    engine = models.JSONField()
    digest = models.BinaryField()
    page_count = models.SmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["issued_on", "id"], name="document_issued_on")]
        constraints = [
            models.UniqueConstraint(fields=["issued_on", "terminal", "serial"], name="document_serial"),
            models.UniqueConstraint(fields=["request_key", "copy_number"], name="document_once"),
        ]


class DocumentSubject(models.Model):
    """交付履歴の対象者: to list what was issued of a person. Append-only."""

    append_only: ClassVar[bool] = True

    pk = models.CompositePrimaryKey("resident_id", "document_id")
    resident_id = models.BigIntegerField()
    document_id = models.BigIntegerField()


class DocumentDisposal(models.Model):
    """書損処理. Append-only."""

    append_only: ClassVar[bool] = True

    document_id = models.BigIntegerField(unique=True)
    reason = models.TextField()
    actor = models.TextField()
    disposed_at = models.DateTimeField()


class Certifier(models.Model):
    """認証者: the mayor or the one who acts for the mayor, with the seal, for a period. Append-only.

    Of those whose period holds a day, the one with the latest `starts_on` signs; so an acting mayor takes over and the
    mayor comes back without anything being changed.
    """

    append_only: ClassVar[bool] = True

    title = models.TextField()
    name = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    seal = models.BinaryField()
    entered_by = models.TextField()
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="certifier_period",
            ),
        ]
