"""一年の本人の変更・職権・取消し, as forms: names, readings, 在留, 本籍, numbers, and what was entered wrongly."""

from __future__ import annotations

from datetime import date, timedelta

from .people import YEAR_DAYS
from .year_book import HEAD_CODE, SPOUSES, Book, Home, Items, Notice, Stage, is_foreign, is_japanese

FORMER_NAMES, ALIASES, READINGS, READINGS_CONFIRMED, REGISTERS, RENUMBERED = (
    0.0008,
    0.0006,
    0.004,
    0.002,
    0.0025,
    0.0012,
)
LAW_OF_READINGS = date(2025, 5, 26)
HONSEKI = ("honseki_prefecture", "honseki_city", "honseki_town", "honseki_lot")


def rename(book: Book) -> None:
    """旧氏・通称の記載, 氏名の変更 after a divorce or by the residence card."""

    def wife(_home: Home, person: Items) -> float:
        return float(is_japanese(person) and person["relationship"] == SPOUSES[1] and not person["former_family_name"])

    for _, person in book.pick(max(1, book.about(FORMER_NAMES)), wife):
        name, kana = book.surname()
        while name == person["family_name"]:
            name, kana = book.surname()
        form = {"residents": [person["resident_id"]], "former_family_name": name, "former_family_name_furigana": kana}
        book.file("former_name_set", book.day(), form)
    for _, person in book.pick(max(1, book.about(ALIASES)), lambda home, p: float(is_foreign(p) and not p["alias"])):
        (family, family_kana), (given, kana) = book.surname(), book.given_name(person["sex"], person["birth_date"].year)
        alias = {"alias": f"{family}\u3000{given}", "alias_furigana": f"{family_kana}\u3000{kana}"}
        book.file("alias_set", book.day(), {"residents": [person["resident_id"]], **alias})


def read_names(book: Book) -> None:
    """氏名の振り仮名の記載 as notified, and 確認 of those who said nothing."""

    def unconfirmed(_home: Home, person: Items) -> float:
        return float(is_japanese(person) and bool(person["name_furigana"]) and not person["name_furigana_confirmed"])

    for number, (_, person) in enumerate(book.pick(book.about(READINGS + READINGS_CONFIRMED), unconfirmed)):
        occurred = max(book.day(), LAW_OF_READINGS)
        residents = {"residents": [person["resident_id"]]}
        if number % 3:
            book.file("furigana_set", occurred, {**residents, "name_furigana": person["name_furigana"]})
        else:
            book.file("furigana_confirm", occurred, residents)


def renew_stays(book: Book) -> None:
    """在留期間の更新 before the period ends, by notice of the Immigration Services Agency; a card lost and made again."""
    for each in sorted(book.free):
        home = book.homes[each]
        due = [
            m
            for m in home.members
            if m["stay_expires_on"] and book.first + timedelta(days=20) < m["stay_expires_on"] <= book.last
        ]
        for person in due:
            book.free.discard(each)
            occurred = max(person["stay_expires_on"] - timedelta(days=int(book.rng.integers(1, 40))), book.first)
            years = int(person["stay_years"] or 1) or 1
            expires = person["stay_expires_on"] + timedelta(days=round(years * YEAR_DAYS))
            form = {
                "residents": [person["resident_id"]], "stay_years": f"{years:02d}", "stay_months": "00", "stay_days": "000",
                "stay_expires_on": expires.isoformat(), "residence_card_number": book.card(),
            }  # fmt: skip
            book.file("stay_change", occurred, form, filed_on=occurred + timedelta(days=3))
    for _, person in book.pick(2, lambda home, p: float(is_foreign(p) and bool(p["residence_card_number"]))):
        form = {"residents": [person["resident_id"]], "residence_card_number": book.card()}
        book.file("residence_card_change", book.day(), form)


def naturalise(book: Book) -> None:
    """帰化 of one who lives alone."""

    def alone(home: Home, person: Items) -> float:
        return float(is_foreign(person) and len(home.members) == 1 and 20 < book.age(person) < 60)

    for _, person in book.pick(1, alone):
        (family, family_kana), (given, kana) = book.surname(), book.given_name(person["sex"], person["birth_date"].year)
        name = f"{family}\u3000{given}"
        names = {"name": name, "name_furigana": f"{family_kana}\u3000{kana}", "koseki_head": name}
        book.file("naturalization", book.day(), {"residents": [person["resident_id"]], **names, **book.honseki()})


def correct(book: Book) -> None:
    """職権修正 (転籍), 軽微な修正 (地番), 備考, 改製, 職権消除, 番号の変更請求."""
    for home, head in book.pick(book.about(REGISTERS), lambda home, p: float(p is home.head and is_japanese(p))):
        same = [
            m["resident_id"] for m in home.members if all(m[name] == head[name] for name in (*HONSEKI, "koseki_head"))
        ]
        book.file("authority_correction", book.day(), {"residents": same, **book.honseki()})
    for home, head in book.pick(book.about(RENUMBERED), lambda home, p: float(p is home.head)):
        block = f"{head['block']}の{int(book.rng.integers(1, 9))}"
        book.file("minor_correction", book.day(), {"residents": home.ids, "block": block}, notified=False)
    alone = [(home, head) for home, head in book.pick(8, lambda home, p: float(len(home.members) == 1))]
    for number, (_, person) in enumerate(alone):
        residents: Items = {"residents": [person["resident_id"]]}
        kind = ("remarks_correction", "authority_strike", "resident_code_change", "remaking")[number % 4]
        if kind == "remarks_correction":
            residents["remarks"] = "届出人の申出により本人確認を行う"
        book.file(kind, book.day(), residents, notified=kind == "resident_code_change")


def regret(book: Book) -> None:
    """誤記修正 of what was typed wrongly, and 異動の取消し of 転居 and 転出 that came to nothing."""
    plain = [n for n in book.notices if n.stage is Stage.DIRECT and n.corrects is None]
    early = book.last - timedelta(days=70)
    entered = [
        n for n in plain if n.kind == "domestic_move_in" and n.at.date() < early and "household_id" not in n.form
    ]
    wrong = [n for n in entered if n.form["people"][0]["resident_kind"] == "1"]
    for notice in _some(book, wrong, 4):
        given, kana = notice.form["people"][0]["name"], notice.form["people"][0]["name_furigana"]
        family, _, right = kana.partition("\u3000")
        other = right
        while other == right:
            _, other = book.given_name(int(notice.form["people"][0]["sex"]), 2000)
        form = {"name_furigana": f"{family}\u3000{other}", "notice": f"{given.split(chr(0x3000))[1]}の読みの誤り"}
        _later(book, notice, "error_correction", form)
    moved = [n for n in plain if n.kind == "move_within" and "household_id" not in n.form and n.at.date() < early]
    for notice in _some(book, moved, 3):
        _later(book, notice, "cancellation", {"residents": notice.form["residents"], "whole_event": "1"})
    confirmed = {tuple(n.form["residents"]) for n in plain if n.kind == "move_in_notice"}
    out = [
        n
        for n in plain
        if n.kind == "domestic_move_out" and tuple(n.form["residents"]) not in confirmed and n.at.date() < early
    ]
    alone = [n for n in out if len(n.form["residents"]) == 1 and _lives_alone(book, n)]
    for notice in _some(book, alone, 2):
        _later(book, notice, "cancellation", {"residents": notice.form["residents"], "whole_event": "1"})


def _lives_alone(book: Book, notice: Notice) -> bool:
    return any(home.ids == list(notice.form["residents"]) for home in book.homes.values() if len(home.members) == 1)


def _some(book: Book, notices: list[Notice], wanted: int) -> list[Notice]:
    chosen = book.rng.permutation(len(notices))[:wanted].tolist()
    return [notices[index] for index in sorted(chosen)]


def _later(book: Book, notice: Notice, kind: str, form: Items) -> None:
    filed = notice.at.date() + timedelta(days=int(book.rng.integers(5, 50)))
    occurred = date.fromisoformat(notice.form["occurred_on"])
    book.file(kind, occurred, form, filed_on=filed, stage=Stage.DIRECT, corrects=notice.key)


def plan_ahead(book: Book, today: date) -> None:
    """転出予定: notices filed in the last days of moves still to come."""
    heads = book.pick(max(3, book.about(0.0008)), lambda home, p: float(p is home.head and book.age(p) < 50))
    for home, _ in heads:
        planned = today + timedelta(days=int(book.rng.integers(5, 30)))
        filed = book.last - timedelta(days=int(book.rng.integers(0, 12)))
        form = {"residents": home.ids, **book.away("destination")}
        book.file("domestic_move_out", planned, form, filed_on=filed, stage=Stage.DIRECT)


def leave_waiting(book: Book) -> None:
    """仮登録のまま: what the queue holds when the year ends."""
    filed = book.last - timedelta(days=1)
    for home, _ in book.pick(3, lambda home, p: float(p is home.head and book.age(p) < 50)):
        book.file("move_within", filed, {"residents": home.ids, **book.address()}, stage=Stage.WAITS)
    for home, _ in book.pick(2, lambda home, p: float(p is home.head and book.age(p) < 50)):
        book.file("domestic_move_out", filed, {"residents": home.ids, **book.away("destination")}, stage=Stage.WAITS)
    for _, person in book.pick(1, lambda home, p: float(book.age(p) > 80 and p["relationship"] != HEAD_CODE)):
        book.file("death", filed - timedelta(days=1), {"residents": [person["resident_id"]]}, stage=Stage.WAITS)
