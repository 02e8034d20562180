"""交付履歴: every certificate that left the house, pinned to both clocks so that it can be made again byte for byte."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class IssuedDocument(models.Model):
    """交付した証明書 1通. Append-only; a spoilt one is marked by a `DocumentDisposal`."""

    append_only: ClassVar[bool] = True

    id = models.BigIntegerField(primary_key=True)
    issue_number = models.TextField(unique=True)
    kind = models.TextField()
    template_version = models.TextField()
    subjects = ArrayField(models.BigIntegerField())
    options = models.JSONField()
    valid_on = models.DateField()
    known_at = models.DateTimeField()
    issued_at = models.DateTimeField()
    actor = models.TextField()
    place = models.TextField()
    requester = models.TextField(default="")
    purpose = models.TextField(default="")
    digest = models.BinaryField()
    page_count = models.SmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["issued_at", "id"], name="document_issued_at")]


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
    """認証者: the mayor or the one who acts for the mayor, with the seal, for a period."""

    title = models.TextField()
    name = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    seal = models.BinaryField()
