"""税の通知書: what stands on the paper is what the rules worked out, to the yen and on every sheet."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import pikepdf
import pytest
from tests.services.certificates.rendering.pdf_text import page_lines, page_runs
from tests.services.resident_tax import notice_samples as samples
from tests.services.resident_tax.notice_samples import FONTS, given

from yakuba.kernel.wareki import to_wareki
from yakuba.law import resident_tax
from yakuba.services.resident_tax.notices import figures
from yakuba.services.resident_tax.notices.content import ORDINARY, PENSION, SALARY, Batch, Notice, Payment, Terms
from yakuba.services.resident_tax.notices.printing import Printed, render, render_parts
from yakuba.services.resident_tax.notices.terms import percent, wording

EVERY: dict[str, tuple[Terms, Notice, str]] = {
    "tax": (given(), samples.tax_notice(), "令和6年度　市民税・県民税・森林環境税　税額決定・納税通知書"),
    "pension": (
        given(2025),
        samples.pensioner_notice(),
        "令和7年度　市民税・県民税・森林環境税　税額決定・納税通知書",
    ),
    "change": (given(), samples.change_notice(), "令和6年度　市民税・県民税・森林環境税　税額変更通知書"),
    "employer": (
        given(),
        samples.employer_notice(),
        "令和6年度　給与所得等に係る市民税・県民税・森林環境税　特別徴収税額の決定通知書（特別徴収義務者用）",
    ),
    "employee": (
        given(),
        samples.employee_notice(),
        "令和6年度　給与所得等に係る市民税・県民税・森林環境税　特別徴収税額の決定通知書（納税義務者用）",
    ),
}


def printed(notice: Notice, terms: Terms | None = None) -> Printed:
    """One notice as a file."""
    return render(Batch(terms or given(), (notice,)), FONTS)


def lines(made: Printed) -> list[str]:
    """Every line of the file."""
    return [line for page in page_lines(made.pdf) for line in page]


@pytest.mark.parametrize("kind", EVERY)
def test_every_notice_is_an_archival_file_with_its_title(kind: str) -> None:
    terms, notice, title = EVERY[kind]
    made = printed(notice, terms)
    assert made.findings == ()
    assert title in page_lines(made.pdf)[0]
    with pikepdf.open(io.BytesIO(made.pdf)) as file:
        with file.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["dc:title"] == title
        assert bool(file.Root.MarkInfo.Marked)
        assert len(file.pages) == made.page_count


@pytest.mark.parametrize("kind", EVERY)
def test_the_same_notice_is_the_same_file(kind: str) -> None:
    terms, notice, _ = EVERY[kind]
    assert printed(notice, terms) == printed(notice, terms)


@pytest.mark.parametrize("kind", EVERY)
def test_nothing_is_printed_over_the_edge(kind: str) -> None:
    terms, notice, _ = EVERY[kind]
    for runs in page_runs(printed(notice, terms).pdf):
        assert runs
        for run in runs:
            assert 28 <= run.left < run.right <= 568, run
            assert 20 <= run.base <= 820, run


def test_a_tax_notice_holds_what_article_319_2_asks_for() -> None:
    notice = samples.tax_notice()
    made = printed(notice)
    text = "".join(lines(made))
    assert samples.WATANABE in text
    for word in ("賦課の根拠", "第294条", "市民税6％・県民税4％", "納付の場所", "見本銀行", "延滞金", "督促状"):
        assert word in text
    for word in ("3月以内に", "見本市長に対して審査請求", "6月以内に", "見本市を被告として", "裁決を経ずに訴えを提起"):
        assert word in text
    for one in notice.of(ORDINARY):
        assert f"{one.amount:,}" in lines(made)
        assert to_wareki(one.due_on) in lines(made)


APART = {
    "business_income": 2_000_000, "short_term_gain": 800_000, "long_term_gain": 5_000_000, "long_term_special_deduction": 1_000_000,
    "long_term_residence_gain": 40_000_000, "long_term_residence_special_deduction": 30_000_000, "listed_dividend_income": 300_000,
    "listed_stock_gain": 900_000, "listed_stock_loss_carried": 400_000, "unlisted_stock_gain": 700_000, "futures_income": 600_000,
    "futures_loss_carried": 200_000, "forestry_income": 1_500_000, "retirement_income": 1_200_000,
    "long_term_housing_land_gain": 3_000_000, "short_term_reduced_gain": 250_000, "casualty_loss_carried": 10_000,
}  # fmt: skip


def test_the_calculation_lists_what_is_taxed_apart() -> None:
    notice = samples.tax_notice(APART)
    made = printed(notice)
    shown = page_lines(made.pdf)[1]
    assert made.findings == ()
    rows = wording(given().template).figures["separate"]
    taxable = {row["label"]: notice.quantities[row["quantity"]] for row in rows}
    assert all(taxable.values())
    for label, amount in taxable.items():
        assert {label, f"{amount:,}"} <= set(shown), label
    assert f"{notice.quantities['municipal_separate_levy']:,}" in shown
    for runs in page_runs(made.pdf):
        assert all(28 <= run.left < run.right <= 568 and 20 <= run.base <= 820 for run in runs)
    plain = page_lines(printed(samples.tax_notice()).pdf)[1]
    assert not set(taxable) & set(plain)


def test_the_calculation_shows_every_figure_that_is_not_zero_and_no_other() -> None:
    notice = samples.tax_notice()
    quantities = notice.quantities
    shown = page_lines(printed(notice).pdf)[1]
    amounts = [int(line.replace(",", "").replace("△", "-")) for line in shown if re.fullmatch(r"△?[\d,]+", line)]
    for name in (
        "business_income", "real_estate_income", "total_income", "medical_expense_deduction", "social_insurance_deduction",
        "life_insurance_deduction", "earthquake_insurance_deduction", "basic_deduction", "deduction_total",
        "taxable_total_income", "municipal_income_levy_computed", "prefectural_income_levy_computed", "annual_tax",
        "municipal_income_levy", "prefectural_income_levy", "municipal_per_capita_levy", "forest_environment_tax",
    ):  # fmt: skip
        assert quantities[name] in amounts, name
    for name in (
        "adjustment_credit",
        "housing_loan_credit",
        "basic_donation_credit",
        "special_donation_credit",
        "fixed_credit",
    ):
        for side in ("municipal", "prefectural"):
            assert -quantities[f"{side}_{name}"] in amounts, name
    for label in ("給与", "配偶者控除", "配当控除", "外国税額控除", "所得割の調整措置", "繰越控除額"):
        assert label not in shown
    assert 0 not in amounts


def test_the_calculation_adds_up_as_a_reader_would_add_it() -> None:
    for notice in (samples.tax_notice(), samples.pensioner_notice()):
        values, names = notice.quantities, wording("v1").figures
        for side in ("municipal", "prefectural"):
            rows = [row for row in names["levy"] if row.get("minus")]
            left = values[f"{side}_income_levy_computed"] - sum(values.get(row[side], 0) for row in rows)
            assert left // 100 * 100 == values[f"{side}_income_levy"]
        deducted = sum(values.get(row["quantity"], 0) for row in names["deductions"])
        assert deducted == values["deduction_total"]


def test_quantities_are_names_of_the_rules_in_every_year() -> None:
    for year in (2024, 2025, 2026, 2027):
        rules = resident_tax(year, samples.CODE)
        assert figures.quantities() - rules.rules.keys() - rules.inputs.keys() <= {
            "municipal_fixed_credit", "prefectural_fixed_credit", "special_relative_deduction"
        }  # fmt: skip


def test_a_pensioner_sees_what_is_withheld_by_month_and_what_is_left_to_pay() -> None:
    notice = samples.pensioner_notice()
    shown = page_lines(printed(notice, given(2025)).pdf)[0]
    withheld = notice.of(PENSION)
    assert [one.month for one in withheld] == [4, 6, 8, 10, 12, 2]
    assert [word for word in shown if word in ("仮徴収", "本徴収")] == ["仮徴収"] * 3 + ["本徴収"] * 3
    assert "厚生労働大臣（老齢基礎年金）" in shown
    for way in (ORDINARY, PENSION):
        assert f"{sum(one.amount for one in notice.of(way)):,}" in shown
    assert sum(one.amount for one in notice.payments) == notice.quantities["annual_tax"]


def test_a_notice_whose_instalments_are_not_the_tax_is_not_made() -> None:
    notice = samples.tax_notice()
    with pytest.raises(ValueError, match="年税額"):
        replace(notice, payments=notice.payments[:3])


def test_nobody_is_asked_to_pay_nothing() -> None:
    quantities = samples.worked_out({"employment_revenue": 900_000})
    notice = replace(samples.tax_notice(), quantities=quantities, payments=())
    shown = "".join(lines(printed(notice)))
    assert "この通知書で納める税額はありません" in shown
    assert "納期限までに納めてください" not in shown
    assert "均等割・所得割とも非課税" in shown


def test_a_change_shows_before_after_and_difference() -> None:
    notice = samples.change_notice()
    made = printed(notice)
    shown = page_lines(made.pdf)[0]
    before, after = notice.before["annual_tax"], notice.after["annual_tax"]
    assert after < before
    at = shown.index("年税額")
    assert shown[at + 1 : at + 4] == [f"{before:,}", f"{after:,}", f"△{before - after:,}"]
    assert notice.reason in shown
    assert to_wareki(date(2024, 9, 3)) in shown
    at = shown.index("第2期")
    old, new = (payments[1].amount for payments in (notice.payments_before, notice.payments_after))
    assert shown[at + 2 : at + 5] == [f"{old:,}", f"{new:,}", f"△{old - new:,}"]


def test_many_changed_instalments_go_on_a_sheet_of_their_own() -> None:
    notice = samples.change_notice()

    def spread(total: int) -> tuple[Payment, ...]:
        ways = (
            [(ORDINARY, at) for at in range(1, 5)]
            + [(SALARY, at) for at in range(1, 13)]
            + [(PENSION, at) for at in range(1, 7)]
        )
        parts = [Payment(way, at, date(2024, 7, 1), 1_000 + at) for way, at in ways]
        return (*parts[:-1], replace(parts[-1], amount=total - sum(one.amount for one in parts[:-1])))

    many = replace(
        notice,
        payments_before=spread(notice.before["annual_tax"]),
        payments_after=spread(notice.after["annual_tax"]),
    )
    made = printed(many)
    assert made.page_count == 3
    assert [word for word in page_lines(made.pdf)[1] if word.startswith("給与")] == ["給与特別徴収"] * 12
    assert min(run.base for runs in page_runs(made.pdf) for run in runs) > 20


@pytest.mark.parametrize("count", [1, 11, 12, 60])
def test_an_employers_list_holds_everybody_once_and_adds_up(count: int) -> None:
    notice = samples.employer_notice(count)
    made = printed(notice)
    shown = lines(made)
    for one in notice.employees:
        assert shown.count(one.name) == 1
    assert f"{count}人" in shown
    assert f"{sum(one.total for one in notice.employees):,}円" in shown
    for month in range(12):
        assert f"{sum(one.months[month] for one in notice.employees):,}" in shown
    assert sum(one.total for one in notice.employees) == sum(sum(one.months) for one in notice.employees)
    assert [line for line in shown if line.endswith(f"　{made.page_count}/{made.page_count}")]
    assert min(run.base for runs in page_runs(made.pdf) for run in runs) > 20


def test_an_address_that_must_not_be_shown_is_left_out_of_the_employers_list() -> None:
    shown = lines(printed(samples.employer_notice(2)))
    assert shown.count("（省略）") == 1
    assert shown.count("見本県見本市本町一丁目1番1号") == 1


def test_the_employees_copy_has_the_forms_items() -> None:
    notice = samples.employee_notice()
    shown = lines(printed(notice))
    for word in (
        "給与収入", "給与所得", "その他の所得計", "総所得金額①", "主たる給与以外の合算所得区分", "所得控除合計②", "総所得③（①－②）",
        "税額控除前所得割額④", "税額控除額⑤", "所得割額⑥", "均等割額⑦", "森林環境税額⑧", "特別徴収税額⑨", "摘要", "6月", "5月",
    ):  # fmt: skip
        assert word in shown, word
    assert shown.count("17,300") == 10
    assert "190,500" in shown


def test_a_towns_notices_come_in_parts_equal_to_one_by_one() -> None:
    notices = [samples.tax_notice(number=number, name=f"見本　{number}郎") for number in range(1, 8)]
    parts = list(render_parts(given(), notices, FONTS, size=3))
    assert [len(part.first_pages) for part in parts] == [3, 3, 1]
    assert [part.page_count for part in parts] == [6, 6, 2]
    assert parts == list(render_parts(given(), iter(notices), FONTS, size=3, workers=2))
    pages = [page for part in parts for page in page_lines(part.pdf)]
    assert pages == [page for notice in notices for page in page_lines(printed(notice).pdf)]


def test_an_empty_file_is_not_made() -> None:
    with pytest.raises(ValueError, match="通知書がありません"):
        render(Batch(given()), FONTS)


def test_a_character_that_no_font_draws_is_reported_with_its_notice() -> None:
    made = printed(samples.tax_notice(name="見本\U000f1234"))
    assert [(finding.rule, finding.where) for finding in made.findings] == [("glyph_missing", "2024-000001")]


def test_rates_are_written_as_an_ordinance_writes_them() -> None:
    assert [percent(given().municipal_rate), percent(given().prefectural_rate * 81 / 160)] == ["6％", "2.025％"]
