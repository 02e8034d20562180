"""稼ぎ: who earns what in a year, pays what, and declares what; by age and sex (data/incomes.csv), as columns."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from .tables import MALE, Integers, Reals, read

MAN = 10_000
ADULT, PENSION_AGE = 18, 65
TWO_PAYERS, TWO_PENSIONS = 0.10, 0.12
BUSINESS, FARMLESS_RENT, SMALL_SIDE_INCOME = 0.030, 0.015, 0.01
OTHER_FILERS, RESIDENT_TAX_FILERS = 0.045, 0.02
SHARES_SOLD, LAND_SOLD, FUTURES_TRADED = 0.003, 0.0012, 0.0004
MOST_OF_A_HOME = 3_000
"""居住用財産を譲渡した場合の特別控除, 万円."""
DISABLED, SEVERELY_DISABLED = 0.035, 0.3
INSURED_FROM_MAN = 106
"""Whoever earns as much in a year is taken to be in the employees' insurances."""
FINAL_RETURN, RESIDENT_TAX_RETURN = "final_return", "resident_tax_return"
SEPARATE = (
    "short_term_gain", "long_term_gain", "long_term_residence_gain", "listed_stock_gain", "listed_dividend_income",
    "futures_income",
)  # fmt: skip
"""Incomes apart from the others that somebody of the town may have."""


def earn(people: pl.DataFrame, rng: np.random.Generator, fiscal_year: int) -> pl.DataFrame:
    """The people with what they earned in the year before `fiscal_year`; columns bear the register's names.

    Besides: `age` on the year's last day, `second_revenue` and `second_pension` (of a second payer, within the total),
    `pension_premium` (social insurance that the pension body withholds) and `files` (FINAL_RETURN, RESIDENT_TAX_RETURN or "").
    """
    age, sex = _ages(people, fiscal_year), people["sex"].fill_null(MALE).to_numpy()
    columns = _revenues(rng, age, sex)
    columns |= _own_business(rng, age, columns["employment_revenue"])
    columns |= _premiums(rng, age, columns)
    columns |= _marks(rng, age, columns)
    columns |= _sales(rng, age)
    columns |= _returns(rng, age, columns)
    whole = {name: values if values.dtype.kind == "U" else values.astype(np.int64) for name, values in columns.items()}
    return people.with_columns(age=pl.Series(age), **{name: pl.Series(values) for name, values in whole.items()})


def _ages(people: pl.DataFrame, fiscal_year: int) -> Integers:
    """Years on 31 December, where whoever was born on 1 January is a year older (年齢計算ニ関スル法律)."""
    born = people["birth_date"].fill_null(date(fiscal_year - 41, 7, 1))
    first = (born.dt.month() == 1) & (born.dt.day() == 1)
    return np.asarray((fiscal_year - 1 - born.dt.year() + first.cast(pl.Int32)).cast(pl.Int64).to_numpy())


def _revenues(rng: np.random.Generator, age: Integers, sex: Integers) -> dict[str, Integers]:
    shares = {name: np.zeros(age.size) for name in ("salary_permille", "salary_manyen", "spread_permille", "pension_permille", "pension_manyen")}  # fmt: skip
    for row in read("incomes"):
        here = (sex == int(row["sex"])) & (age >= int(row["age_from"]))
        for name, values in shares.items():
            values[here] = float(row[name])
    spread = shares["spread_permille"] / 1000
    paid = rng.random(age.size) < shares["salary_permille"] / 1000
    employment = np.where(paid, _about(rng, shares["salary_manyen"], spread, least=3), 0)
    pensioned = rng.random(age.size) < shares["pension_permille"] / 1000
    pension = np.where(pensioned, _about(rng, shares["pension_manyen"], np.full(age.size, 0.35), least=12), 0)
    second = (rng.random(age.size) < TWO_PAYERS) * rng.uniform(0.05, 0.3, age.size)
    second_pension = (rng.random(age.size) < TWO_PENSIONS) * rng.uniform(0.03, 0.25, age.size)
    return {
        "employment_revenue": employment,
        "second_revenue": (employment * second).astype(np.int64),
        "pension_revenue": pension,
        "second_pension": (pension * second_pension).astype(np.int64),
    }


def _about(rng: np.random.Generator, mean: Reals, spread: Reals, *, least: int) -> Integers:
    """Yen, log-normal about means in 万円."""
    drawn = mean * np.exp(spread * rng.standard_normal(mean.size) - spread**2 / 2)
    return np.maximum(np.round(drawn * MAN), least * MAN).astype(np.int64)


def _own_business(rng: np.random.Generator, age: Integers, employment: Integers) -> dict[str, Integers]:
    count, grown = age.size, (age >= 22) & (age < 85)
    own = grown & (rng.random(count) < np.where(employment > 0, BUSINESS / 4, BUSINESS * 2))
    lets = (age >= 45) & (rng.random(count) < FARMLESS_RENT)
    side = grown & (rng.random(count) < SMALL_SIDE_INCOME)
    dividends = grown & (rng.random(count) < 0.006)
    stock = dividends * rng.integers(1, 60, count) * MAN
    return {
        "business_income": own * _about(rng, np.full(count, 280.0), np.full(count, 0.8), least=5),
        "real_estate_income": lets * _about(rng, np.full(count, 110.0), np.full(count, 0.7), least=2),
        "other_miscellaneous_income": side * rng.integers(2, 90, count) * MAN,
        "dividend_income": stock,
        "dividend_stock": stock,
    }


def _premiums(rng: np.random.Generator, age: Integers, columns: dict[str, Integers]) -> dict[str, Integers]:
    """社会保険料 about a seventh of a salary; 生命保険料, 地震保険料, 掛金."""
    count, salary = age.size, columns["employment_revenue"] - columns["second_revenue"]
    insured = salary >= INSURED_FROM_MAN * MAN
    social = np.where(insured, salary * rng.uniform(0.140, 0.152, count), salary * 0.0055)
    pension_premium = (columns["pension_revenue"] - columns["second_pension"]) * rng.uniform(0.04, 0.08, count)
    own = (columns["business_income"] > 0) | ((salary == 0) & (columns["real_estate_income"] > 0))
    declared = np.where(own, 200_000 + columns["business_income"] * rng.uniform(0.06, 0.1, count), 0)
    buys = (age >= 22) & (rng.random(count) < 0.7)
    old = buys & (age >= 38) & (rng.random(count) < 0.5)

    def premium(share: float, most: int, who: np.ndarray) -> Integers:
        chosen = who & (rng.random(count) < share)
        return np.asarray(chosen * rng.integers(6, most, count) * 1_000, dtype=np.int64)

    return {
        "social_insurance_premium": social,
        "pension_premium": pension_premium * (age >= PENSION_AGE),
        "declared_premium": declared,
        "small_enterprise_mutual_aid_premium": ((salary > 400 * MAN) & (rng.random(count) < 0.08)) * 12_000 * rng.integers(5, 24, count),
        "life_insurance_new_general": premium(0.8, 120, buys & ~old),
        "life_insurance_new_care": premium(0.6, 70, buys),
        "life_insurance_new_pension": premium(0.2, 130, buys & ~old),
        "life_insurance_old_general": premium(0.8, 150, old),
        "life_insurance_old_pension": premium(0.25, 120, old),
        "earthquake_insurance": premium(0.25, 50, age >= 28),
        "old_casualty_insurance": premium(0.02, 15, age >= 50),
    }  # fmt: skip


def _marks(rng: np.random.Generator, age: Integers, columns: dict[str, Integers]) -> dict[str, Integers]:
    """障害, 勤労学生, 住宅借入金等特別控除."""
    count, salary = age.size, columns["employment_revenue"] - columns["second_revenue"]
    disabled = rng.random(count) < DISABLED * np.where(age >= PENSION_AGE, 2.5, 0.7)
    severely = rng.random(count) < SEVERELY_DISABLED
    student = (age >= 18) & (age <= 22) & (salary > 0) & (salary < 125 * MAN) & (rng.random(count) < 0.6)
    borrowed = (age >= 28) & (age < 58) & (salary >= 350 * MAN) & (rng.random(count) < 0.16)
    return {
        "disability": disabled * (1 + severely),
        "working_student": student.astype(np.int64),
        "housing_loan_creditable": borrowed * rng.integers(60, 350, count) * 1_000,
        "housing_loan_years": borrowed * rng.integers(1, 10, count),
    }


def _sales(rng: np.random.Generator, age: Integers) -> dict[str, Integers]:
    """分離課税: land and homes, listed shares with their dividends and losses of earlier years, futures."""
    count, grown = age.size, age >= 25
    land, shares, futures = (grown & (rng.random(count) < share) for share in (LAND_SOLD, SHARES_SOLD, FUTURES_TRADED))
    sort = rng.integers(0, 10, count)
    gain = _about(rng, np.full(count, 900.0), np.full(count, 0.9), least=10)
    home = (land & (sort >= 7)) * gain * 4
    sold = _about(rng, np.full(count, 150.0), np.full(count, 1.0), least=1)
    paid = (shares & (rng.random(count) < 0.4)) * rng.integers(1, 80, count) * MAN
    return {
        "short_term_gain": (land & (sort == 0)) * gain,
        "long_term_gain": (land & (sort > 0) & (sort < 7)) * gain,
        "long_term_residence_gain": home,
        "long_term_residence_special_deduction": np.minimum(home, MOST_OF_A_HOME * MAN),
        "listed_stock_gain": shares * sold,
        "listed_stock_loss_carried": (shares & (rng.random(count) < 0.25)) * rng.integers(5, 300, count) * MAN,
        "listed_dividend_income": paid,
        "dividend_levy_withheld": paid * 5 // 100,
        "futures_income": futures * rng.integers(5, 400, count) * MAN,
    }


def _returns(rng: np.random.Generator, age: Integers, columns: dict[str, Integers]) -> dict[str, np.ndarray]:
    """申告: who has income that nobody reports files, with some of the others for 医療費 and 寄附金."""
    count = age.size
    unreported = sum(
        (columns[name] for name in ("business_income", "real_estate_income", "dividend_income", *SEPARATE)),
        np.zeros(count, np.int64),
    )
    paid = (columns["employment_revenue"] > 0) | (columns["pension_revenue"] > 0)
    wants = paid & (age >= ADULT) & (rng.random(count) < OTHER_FILERS)
    final = (unreported > 0) | wants
    plain = (
        ~final & (age >= 20) & ((rng.random(count) < RESIDENT_TAX_FILERS) | (columns["other_miscellaneous_income"] > 0))
    )
    medical = (wants & (rng.random(count) < 0.6)) | (plain & (rng.random(count) < 0.3))
    gives = final & (columns["employment_revenue"] >= 300 * MAN) & (rng.random(count) < 0.55)
    return {
        "files": np.where(final, FINAL_RETURN, np.where(plain, RESIDENT_TAX_RETURN, "")),
        "medical_expense": medical * rng.integers(40, 600, count) * 1_000,
        "hometown_donation": gives * np.maximum(columns["employment_revenue"] // 2_000_000, 1) * 10_000,
    }  # fmt: skip
