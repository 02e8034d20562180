"""住民基本台帳: events are the truth, records are what they add up to.

`ResidentEvent` and `EventEntry` are append-only: the database role in use may not change or delete them.
`ResidentRecord`, `NameKey` and `AddressKey` are projections that `yakuba register refold` makes anew.
`ProvisionalEntry`, `EditLock` and `Draft` are the desk's working state (仮登録, 編集中, 下書き).
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from .items import ResidentItems


class Resident(models.Model):
    """宛名番号: a person that the register has ever known. The number is never given to another."""

    append_only: ClassVar[bool] = True

    id = models.BigIntegerField(primary_key=True)
    addressee_number = models.TextField(unique=True, db_collation="C")


class Household(models.Model):
    """世帯番号."""

    append_only: ClassVar[bool] = True

    id = models.BigIntegerField(primary_key=True)
    household_number = models.TextField(unique=True, db_collation="C")


class ResidentEvent(models.Model):
    """異動: a fact that was notified or found, recorded once and for all."""

    append_only: ClassVar[bool] = True

    id = models.BigIntegerField(primary_key=True)
    kind = models.TextField()
    reason = models.TextField()
    occurred_on = models.DateField()
    occurred_on_note = models.TextField(null=True)
    notified_on = models.DateField(null=True)
    processed_on = models.DateField()
    recorded_at = models.DateTimeField()
    actor = models.TextField()
    place = models.TextField(null=True)
    notice = models.TextField(null=True)
    entry_key = models.UUIDField(unique=True)

    class Meta:
        indexes = [models.Index(fields=["recorded_at", "id"], name="event_recorded")]


class EventEntry(ResidentItems):
    """異動履歴: what an event says of one person. A blank item is unchanged; `cleared` names the items set to blank."""

    append_only: ClassVar[bool] = True

    pk = models.CompositePrimaryKey("resident_id", "event_id")
    resident_id = models.BigIntegerField()
    event_id = models.BigIntegerField()
    history_number = models.IntegerField()
    voids_event_id = models.BigIntegerField(null=True)
    cleared = ArrayField(models.TextField(), default=list)

    class Meta:
        indexes = [models.Index(fields=["event_id"], name="entry_event")]
        constraints = [
            models.UniqueConstraint(fields=["resident_id", "history_number"], name="entry_history_number"),
        ]


class ResidentRecord(ResidentItems):
    """住民票の記録: the items as they stood on the days [valid_from, valid_to), as known in [known_from, known_to)."""

    pk = models.CompositePrimaryKey("resident_id", "valid_from", "known_from")
    resident_id = models.BigIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    known_from = models.DateTimeField()
    known_to = models.DateTimeField(null=True)
    event_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["household_id", "resident_id"], name="record_household")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="record_valid_period",
            ),
            models.CheckConstraint(
                condition=models.Q(known_to__isnull=True) | models.Q(known_to__gt=models.F("known_from")),
                name="record_known_period",
            ),
        ]


class NameKey(models.Model):
    """検索用の氏名: one row for each name that a person bears or bore, folded for search (national specification 2.1)."""

    pk = models.CompositePrimaryKey("resident_id", "kana_key", "kanji_key")
    resident_id = models.BigIntegerField()
    kana_key = models.TextField(db_collation="C")
    kanji_key = models.TextField(db_collation="C")
    given_kana_key = models.TextField(db_collation="C")
    given_kanji_key = models.TextField(db_collation="C")
    grams = ArrayField(models.TextField())
    birth_date = models.DateField(null=True)
    sex = models.SmallIntegerField(null=True)
    current = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["birth_date", "resident_id"], name="name_birth_date"),
            models.Index(fields=["kana_key", "resident_id"], name="name_kana"),
            models.Index(fields=["given_kana_key", "resident_id"], name="name_given_kana"),
            models.Index(fields=["given_kanji_key", "resident_id"], name="name_given_kanji"),
            models.Index(fields=["kanji_key", "resident_id"], name="name_kanji"),
            GinIndex(fields=["grams"], name="name_grams"),
        ]


class AddressKey(models.Model):
    """検索用の住所: present and past addresses, folded for search."""

    pk = models.CompositePrimaryKey("resident_id", "address_key")
    resident_id = models.BigIntegerField()
    address_key = models.TextField(db_collation="C")
    grams = ArrayField(models.TextField())
    current = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["address_key", "resident_id"], name="address_key"),
            GinIndex(fields=["grams"], name="address_grams"),
        ]


class NumberKey(models.Model):
    """検索用の番号: 住民票コード and 在留カード等番号 of the present and the struck, to find and to refuse a second use."""

    pk = models.CompositePrimaryKey("number", "kind", "resident_id")
    kind = models.TextField(db_collation="C")
    number = models.TextField(db_collation="C")
    resident_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["resident_id"], name="number_resident")]


class ResidentCodeStock(models.Model):
    """住民票コードの在庫: free codes received from the network, each given out once (national specification 4.3)."""

    resident_code = models.TextField(primary_key=True, db_collation="C")
    draw = models.BigIntegerField(db_index=True)
    received_at = models.DateTimeField()


class ProvisionalEntry(models.Model):
    """仮登録: an event as typed in, waiting for 審査・決裁; it may be changed or withdrawn until 本登録.

    `confirmed_alerts` are digests of the alerts that the clerk confirmed: at 本登録 any other asks anew.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        REGISTERED = "registered"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    form = models.JSONField(encoder=DjangoJSONEncoder)
    state = models.TextField(choices=State.choices, default=State.WAITING)
    subjects = ArrayField(models.BigIntegerField())
    entered_by = models.TextField()
    entered_at = models.DateTimeField()
    confirmed_alerts = ArrayField(models.TextField(), default=list)
    settled_by = models.TextField(null=True)
    settled_at = models.DateTimeField(null=True)
    event_ids = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        indexes = [models.Index(fields=["state", "entered_at", "id"], name="provisional_queue")]


class ProvisionalHold(models.Model):
    """仮登録中の住民: one person is in one 仮登録 at most; the primary key says so."""

    resident_id = models.BigIntegerField(primary_key=True)
    entry = models.ForeignKey(ProvisionalEntry, on_delete=models.CASCADE)


class EditLock(models.Model):
    """編集中: who is typing on which household, so that a second clerk is told (national specification 10.3)."""

    household_id = models.BigIntegerField(primary_key=True)
    actor = models.TextField()
    actor_name = models.TextField()
    taken_at = models.DateTimeField()
    seen_at = models.DateTimeField()


class Draft(models.Model):
    """下書き: what a clerk has typed and not yet entered; it survives a closed browser."""

    actor = models.TextField()
    page = models.TextField()
    form = models.JSONField(encoder=DjangoJSONEncoder)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "page"], name="draft_one_each")]


class Memo(models.Model):
    """メモ: free text on a person, never printed; a change is a new row (national specification 1.1.15). Append-only."""

    append_only: ClassVar[bool] = True

    resident_id = models.BigIntegerField(db_index=True)
    text = models.TextField()
    actor = models.TextField()
    written_at = models.DateTimeField()


class LoadRun(models.Model):
    """一括取込み: one load of many people. `source` is its natural key; `suspended` are the constraints and indexes
    taken off while an empty register fills, to be put back before it ends."""

    id = models.UUIDField(primary_key=True)
    source = models.TextField(unique=True)
    actor = models.TextField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    suspended = models.JSONField(default=list)


class LoadChunk(models.Model):
    """取込み済みの区画: the database refuses a chunk that is already in. The counters tell where the next one begins."""

    run = models.ForeignKey(LoadRun, on_delete=models.PROTECT)
    number = models.IntegerField()
    resident_count = models.IntegerField()
    entry_count = models.IntegerField()
    last_resident_id = models.BigIntegerField()
    last_household_id = models.BigIntegerField()
    last_event_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="load_chunk_once")]
