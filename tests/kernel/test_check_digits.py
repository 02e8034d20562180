"""Check digits against published values, the national code list where it is at hand, and the sample town."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.kernel import check_digits as cd

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.mark.parametrize(
    ("number", "source"),
    [("621498320257", "python-stdnum jp.in_"), ("983205673214", "qiita ekzemplaro 6e4e782c00d29fda15a9")],
)
def test_individual_number_published(number: str, source: str) -> None:
    assert cd.is_individual_number(number), source
    assert cd.individual_number(number[:-1]) == number


@pytest.mark.parametrize("code", ["131016", "182079", "271004", "990019"])
def test_municipality_code_published(code: str) -> None:
    assert cd.is_municipality_code(code)
    assert not cd.is_municipality_code(code[:-1] + str((int(code[-1]) + 1) % 10))


def test_addressee_number_by_hand() -> None:
    assert cd.addressee_number(12345) == "000000000123455"  # 5*2+4*3+3*4+2*5+1*6 = 50, remainder 6
    assert cd.addressee_number(14) == "000000000000140"  # remainder 0 gives 0
    assert cd.addressee_body("000000000123455") == 12345


def test_remainder_one_is_a_policy_for_new_numbers_only() -> None:
    with pytest.raises(ValueError, match="remainder 1"):
        cd.addressee_number(6)
    assert cd.addressee_number(6, on_remainder_one="zero") == "000000000000060"
    assert cd.is_addressee_number("000000000000060")
    assert cd.next_addressee_bodies(4, 3).tolist() == [5, 7, 8]
    assert cd.next_addressee_bodies(4, 3, on_remainder_one="zero").tolist() == [5, 6, 7]
    assert cd.next_addressee_bodies(4, 0).size == 0


def test_resident_code_by_hand() -> None:
    assert cd.resident_code("1234567890") == "12345678903"
    assert cd.is_resident_code("12345678903")


def test_findings_name_the_fault() -> None:
    assert cd.resident_code_finding("12345678903") is None
    wrong = cd.resident_code_finding("12345678904", where="3行目")
    short = cd.addressee_number_finding("123", term="世帯番号", item="household_number")
    assert wrong is not None
    assert wrong.rule == "check-digit"
    assert wrong.where == "3行目"
    assert short is not None
    assert short.rule == "number-form"
    assert "世帯番号" in short.message


def test_a_finding_never_repeats_an_individual_number() -> None:
    for text in ("621498320258", "6214983202", "62149832025Ａ"):
        finding = cd.individual_number_finding(text)
        assert finding is not None
        assert text not in str(finding)
        assert finding.value == ""


@given(st.lists(st.integers(0, 10**14 - 1), min_size=1))
def test_many_addressee_numbers_equal_one_by_one(bodies: list[int]) -> None:
    many = cd.addressee_numbers(np.array(bodies, dtype=np.int64), on_remainder_one="zero")
    assert many.tolist() == [cd.addressee_number(body, on_remainder_one="zero") for body in bodies]


@given(st.lists(st.integers(0, 10**11 - 1), min_size=1))
def test_many_individual_numbers_equal_one_by_one(bodies: list[int]) -> None:
    many = cd.individual_numbers(np.array(bodies, dtype=np.int64))
    assert many.tolist() == [cd.individual_number(body) for body in bodies]


@given(st.lists(st.integers(0, 10**10 - 1), min_size=1))
def test_many_resident_codes_equal_one_by_one(bodies: list[int]) -> None:
    usable = cd.usable_resident_code_bodies(np.array(bodies, dtype=np.int64))
    assert cd.resident_codes(usable).tolist() == [cd.resident_code(int(body)) for body in usable]


@given(st.integers(0, 10**10 - 1), st.integers(0, 9), st.integers(0, 9))
def test_one_wrong_digit_of_an_issued_code_is_caught(body: int, place: int, digit: int) -> None:
    """Modulus 11 with weights 2 to 7 catches every single wrong digit, as long as the remainder stays above 1."""
    if not cd.usable_resident_code_bodies(np.array([body])).size:
        return
    code = cd.resident_code(body)
    wrong = code[:place] + str(digit) + code[place + 1 :]
    if wrong != code and cd.usable_resident_code_bodies(np.array([int(wrong[:-1])])).size:
        assert not cd.is_resident_code(wrong)


@given(st.integers(0, 10**8), st.integers(1, 300))
def test_issued_numbers_ascend_and_hold(after: int, count: int) -> None:
    bodies = cd.next_addressee_bodies(after, count)
    assert bodies.size == count
    assert (np.diff(bodies) > 0).all()
    assert bodies[0] > after
    assert all(cd.is_addressee_number(number) for number in cd.addressee_numbers(bodies).tolist())


def test_bodies_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="digits"):
        cd.individual_numbers(np.array([10**11]))
    with pytest.raises(ValueError, match="fit"):
        cd.resident_code(10**10)


def test_the_sample_town_holds() -> None:
    path = SHARED / "samples" / "residents.csv"
    if not path.exists():
        pytest.skip("the sample town is not beside the checkout")
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            assert cd.is_addressee_number(row["宛名番号"])
            assert cd.is_addressee_number(row["世帯番号"])
            assert cd.is_resident_code(row["住民票コード"])
            assert cd.is_individual_number(row["個人番号"])
            assert cd.is_municipality_code(row["市区町村コード"])


def test_the_national_code_list_holds() -> None:
    path = SHARED / "municipality_codes_mic_20240101.csv"
    if not path.exists():
        pytest.skip("the national code list is not beside the checkout")
    with path.open(encoding="utf-8", newline="") as lines:
        assert all(cd.is_municipality_code(row["code6"]) for row in csv.DictReader(lines))
