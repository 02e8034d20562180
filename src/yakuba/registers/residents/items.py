"""住民票の項目: the items that one row of the register holds, as columns.

Each column is one item of the national data list (基本データリスト); `statutes/glossary` joins the identifier to its
Japanese name. The same columns stand in an event's entry, where blank means "as before", and in the record.
"""

from __future__ import annotations

from datetime import date

from django.db import models


def _text() -> models.TextField[str | None, str | None]:
    return models.TextField(null=True)


def _day() -> models.DateField[date | None, date | None]:
    return models.DateField(null=True)


def _flag() -> models.BooleanField[bool | None, bool | None]:
    return models.BooleanField(null=True)


def _code() -> models.SmallIntegerField[int | None, int | None]:
    return models.SmallIntegerField(null=True)


class StateItems(models.Model):
    """住民種別・住民状態・世帯: where a person stands in the register."""

    resident_kind = _code()
    resident_status = _code()
    household_id = models.BigIntegerField(null=True)
    relationship = _text()
    head_name = _text()
    de_facto_head_name = _text()
    listing_order = _code()
    entry_reason = _text()
    entered_on = _day()
    entered_on_note = _text()
    became_resident_on = _day()
    became_resident_on_note = _text()
    struck_reason = _text()
    struck_on = _day()
    struck_on_note = _text()
    struck_notified_on = _day()
    last_registered_address = _text()
    resident_code = _text()
    remarks = _text()

    class Meta:
        abstract = True


class IdentityItems(models.Model):
    """氏名・旧氏・通称・性別・生年月日・本籍."""

    name = _text()
    family_name = _text()
    given_name = _text()
    roman_name = _text()
    kanji_name = _text()
    name_furigana = _text()
    name_furigana_confirmed = _flag()
    former_family_name = _text()
    former_family_name_furigana = _text()
    former_family_name_furigana_confirmed = _flag()
    alias = _text()
    alias_furigana = _text()
    alias_furigana_confirmed = _flag()
    name_priority = _text()
    sex = _code()
    birth_date = _day()
    birth_date_note = _text()
    honseki_prefecture = _text()
    honseki_city = _text()
    honseki_town = _text()
    honseki_lot = _text()
    koseki_head = _text()

    class Meta:
        abstract = True


class AddressItems(models.Model):
    """住所, 転入前住所, 転居前住所."""

    municipality_code = _text()
    town_code = _text()
    ward_code = _text()
    prefecture = _text()
    city = _text()
    town = _text()
    block = _text()
    building_code = _text()
    building = _text()
    building_furigana = _text()
    postal_code = _text()
    district_code = _text()
    address_since = _day()
    address_since_note = _text()
    origin_municipality_code = _text()
    origin_prefecture = _text()
    origin_city = _text()
    origin_town = _text()
    origin_block = _text()
    origin_building = _text()
    origin_postal_code = _text()
    origin_country_code = _text()
    origin_country = _text()
    origin_foreign_address = _text()
    origin_head_name = _text()
    previous_town = _text()
    previous_block = _text()
    previous_building = _text()

    class Meta:
        abstract = True


class DepartureItems(models.Model):
    """転出先住所（予定・確定）と転入通知."""

    move_out_notified_on = _day()
    move_out_planned_on = _day()
    destination_municipality_code = _text()
    destination_prefecture = _text()
    destination_city = _text()
    destination_town = _text()
    destination_block = _text()
    destination_building = _text()
    destination_postal_code = _text()
    destination_country_code = _text()
    destination_country = _text()
    destination_foreign_address = _text()
    move_out_confirmed_on = _day()
    move_in_notice_on = _day()
    arrival_prefecture = _text()
    arrival_city = _text()
    arrival_town = _text()
    arrival_block = _text()
    arrival_building = _text()
    arrival_postal_code = _text()

    class Meta:
        abstract = True


class ForeignItems(models.Model):
    """外国人住民: 国籍・地域と法30条の45の項目."""

    became_foreign_resident_on = _day()
    became_foreign_resident_on_note = _text()
    alien_registration_on = _day()
    nationality_code = _text()
    nationality = _text()
    article_30_45_category = _text()
    residence_status = _text()
    stay_years = _text()
    stay_months = _text()
    stay_days = _text()
    stay_expires_on = _day()
    residence_card_number = _text()
    residence_card_kind = _text()
    provisional_stay_period = _text()
    residence_place_notified = _flag()
    landing_permit_move_in = _flag()

    class Meta:
        abstract = True


class ParticularItems(models.Model):
    """個別事項: what other departments keep on the 住民票."""

    electoral_registered = _flag()
    national_health_insured = _flag()
    national_health_acquired_on = _day()
    national_health_lost_on = _day()
    late_elderly_insured = _flag()
    late_elderly_acquired_on = _day()
    late_elderly_lost_on = _day()
    long_term_care_insured = _flag()
    long_term_care_acquired_on = _day()
    long_term_care_lost_on = _day()
    pension_insured = _flag()
    pension_kind = _text()
    pension_kind_changed_on = _day()
    pension_number = _text()
    pension_acquired_on = _day()
    pension_lost_on = _day()
    child_allowance_from_month = _text()
    child_allowance_to_month = _text()
    adult_guardianship = _flag()
    individual_number_card_status = _text()
    signature_certificate_serial = _text()
    user_certificate_serial = _text()

    class Meta:
        abstract = True


class ResidentItems(StateItems, IdentityItems, AddressItems, DepartureItems, ForeignItems, ParticularItems):
    """住民票の項目: all of them, in the order in which they are stored."""

    class Meta:
        abstract = True
