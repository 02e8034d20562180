"""Fictitious documents of a fictitious town, in the shapes of 標準仕様書 20.1 to 20.5."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from yakuba.services.certificates.rendering.content import (
    CombinedField,
    Document,
    HistoryEntry,
    HouseholdDocument,
    IndividualDocument,
    Issue,
    Item,
    ItemChange,
    Kind,
    MoveOutDocument,
    NoticeDocument,
    Person,
    ResidentKind,
)
from yakuba.typesetting.fonts import FontSet
from yakuba.typesetting.parts import Addressee, Issuer

FONTS = FontSet()
# Moji_Joho variation sequences: 邉 U+E0110, 辻 U+E0102.
WATANABE = "渡邉\U000e0110　一郎"
TSUJI = "辻\U000e0102　さくら"
YOSHIDA = "𠮷田　髙志"
CERTIFICATION = "この写しは、世帯全員の住民票の原本と相違ないことを証明する。"
NUMBER = "20200502 見本市 本庁1 プリンタ001 011"
ADDRESS = "見本県見本市中央二丁目3番4号　見本マンション101号室"


def items(omitted: tuple[str, ...] = (), /, **values: str) -> tuple[Item, ...]:
    """Items by key; the named ones omitted."""
    return tuple(Item(key, value, key in omitted) for key, value in values.items())


def issue(**changes: Any) -> Issue:
    """An issue of 2 May 2020 at the main hall."""
    usual: dict[str, Any] = {
        "issuer": Issuer("見本県", "見本市", "見本市長", "見本　太郎"),
        "issued_on": "令和2年5月2日",
        "issued_at": datetime(2020, 5, 2, 1, 0, tzinfo=UTC),
        "issue_number": NUMBER,
        "certification": CERTIFICATION,
    }
    return Issue(**(usual | changes))


def japanese(name: str = WATANABE, omitted: tuple[str, ...] = (), /, **changes: str) -> Person:
    """A Japanese resident as a member of a household."""
    values = {
        "name": name,
        "name_furigana": "ワタナベ　イチロウ",
        "birth_date": "昭和55年12月26日",
        "sex": "男",
        "relationship": "世帯主",
        "became_resident_on": "平成20年4月1日",
        "address_since": "令和元年5月1日",
        "notified_on": "平成20年4月3日",
        "individual_number": "1234 5678 9018",
        "resident_code": "12345678901",
        "honseki": "見本県見本市本町一丁目23番地",
        "koseki_head": "渡邉\U000e0110　太郎",
    }
    return Person(items(omitted, **(values | changes)))


def foreign(**changes: str) -> Person:
    """A foreign resident: western birth date, 法30条の45 items."""
    values = {
        "name": "NGUYEN THI HONG ANH",
        "alias": "中村　アン",
        "birth_date": "1998年7月5日",
        "sex": "女",
        "relationship": "妻",
        "became_foreign_resident_on": "平成30年3月1日",
        "nationality": "ベトナム",
        "article_30_45_category": "中長期在留者",
        "residence_status": "日本人の配偶者等",
        "residence_card_number": "UH12345678CD",
    }
    return Person(items(**(values | changes)), ResidentKind.FOREIGN)


def household(*members: Person, **changes: Any) -> HouseholdDocument:
    """世帯連記式 of the given members."""
    usual: dict[str, Any] = {
        "issue": issue(),
        "items": items(address=ADDRESS, head_name=WATANABE),
        "members": members or (japanese(),),
    }
    return HouseholdDocument(**(usual | changes))


def history(count: int) -> tuple[HistoryEntry, ...]:
    """So many events, each told apart by its number."""
    return tuple(
        HistoryEntry(
            f"令和{number}年4月1日",
            "転居",
            f"令和{number}年4月8日",
            (ItemChange("住所", f"見本県見本市本町{number}番地"), ItemChange("続柄", "子", "世帯主")),
            (f"留意事項その{number}",),
        )
        for number in range(1, count + 1)
    )


def individual(entries: int = 2, **changes: Any) -> IndividualDocument:
    """個人票 with history."""
    person = japanese(address=ADDRESS, head_name=WATANABE, origin_address="東京都千代田区千代田一丁目1番1号")
    usual: dict[str, Any] = {
        "issue": issue(),
        "person": person,
        "combined": CombinedField(history=history(entries), remarks=("事実上の世帯主　見本　次郎",)),
    }
    return IndividualDocument(**(usual | changes))


def removed(**changes: Any) -> IndividualDocument:
    """除票の写し of a person who moved out."""
    removal = items(
        struck_reason="転出",
        struck_on="令和2年4月1日",
        struck_notified_on="令和2年3月25日",
        destination_planned="大阪府大阪市北区中之島一丁目3番20号",
        destination_confirmed="大阪府大阪市北区中之島一丁目3番20号",
    )
    return individual(kind=Kind.REMOVED_COPY, combined=CombinedField(removal=removal, history=history(1)), **changes)


def move_out(*members: Person, **changes: Any) -> MoveOutDocument:
    """転出証明書 with the insurance items of 施行令23条."""
    leaver = Person(
        items(
            name=WATANABE,
            birth_date="昭和55年12月26日",
            sex="男",
            relationship="世帯主",
            resident_code="12345678901",
            individual_number="1234 5678 9018",
            national_health="有　平成20年4月1日取得",
            pension="第1号　1234-567890",
        )
    )
    usual: dict[str, Any] = {
        "issue": issue(certification="上記のとおり転出の届出があったことを証明する。"),
        "items": items(address=ADDRESS, destination_address="大阪府大阪市北区中之島一丁目3番20号"),
        "members": members or (leaver,),
    }
    return MoveOutDocument(**(usual | changes))


def notice(**changes: Any) -> NoticeDocument:
    """支援措置期間終了通知 (20.5.1)."""
    usual: dict[str, Any] = {
        "issue": issue(certification="", seal_note="公印省略"),
        "kind": Kind.PROTECTION_END_NOTICE,
        "addressee": Addressee("100-0001", "見本県見本市中央二丁目3番4号\n見本マンション101号室", WATANABE),
        "items": items(protection_from="令和元年6月2日", protection_to="令和2年6月1日"),
        "paragraphs": ("住民基本台帳事務における支援措置について、下記のとおり実施期間が終了します。",),
        "notes": ("延長の申出には、本人確認書類をお持ちください。",),
        "contact": ("見本市役所　市民課",),
        "reference": "見市民第124号",
    }
    return NoticeDocument(**(usual | changes))


EVERY_LAYOUT: dict[str, Document] = {
    "household": household(),
    "individual": individual(),
    "foreign": household(japanese(), foreign()),
    "removed": removed(),
    "record": household(kind=Kind.RECORD_CERTIFICATE),
    "removed_record": individual(kind=Kind.REMOVED_RECORD_CERTIFICATE),
    "move_out": move_out(),
    "move_out_equivalent": move_out(kind=Kind.MOVE_OUT_EQUIVALENT),
    "protection_end": notice(),
    "head_change": notice(kind=Kind.HEAD_CHANGE_NOTICE, items=items(new_head_name=WATANABE)),
    "resident_code": notice(kind=Kind.RESIDENT_CODE_NOTICE, items=items(resident_code="12345678901")),
}
