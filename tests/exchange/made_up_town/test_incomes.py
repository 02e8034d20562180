"""架空の町の所得資料: the same again, plausible, everybody claimed once, and read back from files as they were made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from polars.testing import assert_frame_equal

from yakuba.desks.cli import commands as command_line
from yakuba.desks.cli import reports as reports_desk
from yakuba.exchange.income_reports.check import check_file
from yakuba.exchange.income_reports.layout import layout
from yakuba.exchange.income_reports.typed import RELATIVE_ROW, REPORT_ROW, relatives_of, reports_of
from yakuba.exchange.income_reports.writing import write_header, write_rows
from yakuba.exchange.made_up_town import incomes, part
from yakuba.exchange.made_up_town.income_earning import SEPARATE
from yakuba.exchange.made_up_town.income_town import take_in
from yakuba.exchange.made_up_town.incomes import PEOPLE, Reports, make_reports
from yakuba.kernel.relationships import SPOUSES
from yakuba.law.engine.evaluation import evaluate
from yakuba.law.rules.resident_tax import resident_tax
from yakuba.registers.access.door import Access, Purpose
from yakuba.registers.income_reports.columns import Kind
from yakuba.registers.income_reports.queries import open_matches, town_reports
from yakuba.registers.residents.commands.load import load
from yakuba.registers.residents.frames import TownPart

YEAR, SEED = 2026, 5
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
ACCESS = Access(
    "S0001", Purpose.TAX, NOW, "税務課", frozenset({"view_individual_numbers", "register_events", "assess_tax"})
)
SLIPS = ("salary", "pension")


@pytest.fixture(scope="module")
def people(town: TownPart) -> pl.DataFrame:
    """Who lives in the town, by their last entry, with their numbers."""
    days = town.events.select("id", "occurred_on")
    told = town.entries.join(days, left_on="event_id", right_on="id").filter(
        pl.col("name").is_not_null(), pl.col("occurred_on") <= date(YEAR, 1, 1), pl.col("resident_status") == 1
    )
    last = told.sort("resident_id", "occurred_on", "history_number").group_by("resident_id", maintain_order=True).last()
    return last.select("resident_id", *PEOPLE).join(town.individual_numbers, on="resident_id", how="left")


def made_of(people: pl.DataFrame, *, seed: int = SEED, year: int = YEAR, unknown: float = 0.0) -> Reports:
    """All slices as one."""
    numbers = dict(people.select("resident_id", "individual_number").drop_nulls().iter_rows())
    made = list(make_reports(people, numbers, fiscal_year=year, seed=seed, unknown_share=unknown))
    return Reports(pl.concat([each.reports for each in made]), pl.concat([each.relatives for each in made]))


@pytest.fixture(scope="module")
def made(people: pl.DataFrame) -> Reports:
    """The town's reports of 令和8年度."""
    return made_of(people)


def who(frame: pl.DataFrame) -> pl.DataFrame:
    """Reports with `person`, who is told by name, birth date and address."""
    return frame.with_columns(person=pl.concat_str(pl.col("name"), pl.col("birth_date").cast(pl.String), "address"))


def test_the_same_seed_makes_the_same_reports_whatever_the_order_of_the_people(
    people: pl.DataFrame, made: Reports
) -> None:
    again = made_of(people.sample(fraction=1.0, shuffle=True, seed=9))
    assert_frame_equal(again.reports, made.reports)
    assert_frame_equal(again.relatives, made.relatives)
    assert (
        made_of(people, seed=SEED + 1).reports["employment_revenue"].sum() != made.reports["employment_revenue"].sum()
    )


def test_slices_cut_no_household_and_go_on_counting(people: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incomes, "PEOPLE_A_SLICE", 400)
    many = list(make_reports(people, {}, fiscal_year=YEAR, seed=SEED))
    lines = pl.concat([each.reports["line"] for each in many])
    assert len(many) > 5
    assert lines.to_list() == list(range(2, 2 + lines.len()))
    named = pl.concat([each.relatives for each in many]).join(
        pl.concat([each.reports for each in many]).select("line", "kind", "address"), on="line"
    )
    claimed_at = named.filter(pl.col("kind").is_in(SLIPS)).group_by("name", "birth_date", "address").len()
    assert claimed_at["len"].max() == 1


def test_who_has_a_report_is_about_as_many_as_in_a_town(people: pl.DataFrame, made: Reports) -> None:
    age = YEAR - 1 - people["birth_date"].dt.year()
    working, old, adults = (age.is_between(18, 70).sum(), (age >= 66).sum(), (age >= 20).sum())
    by_kind = {kind: who(made.reports.filter(kind=str(kind))) for kind in Kind}
    salaried = by_kind[Kind.SALARY]
    aged = salaried.filter((YEAR - 1 - pl.col("birth_date").dt.year()).is_between(18, 70))
    assert 0.50 < aged["person"].n_unique() / working < 0.62
    assert 0.08 < salaried.filter(secondary_salary=1).height / salaried["person"].n_unique() < 0.12
    pensioners = by_kind[Kind.PENSION].filter(YEAR - 1 - pl.col("birth_date").dt.year() >= 66)
    assert 0.88 < pensioners["person"].n_unique() / old < 1
    assert 0.06 < by_kind[Kind.FINAL_RETURN].height / adults < 0.11
    assert 0.012 < by_kind[Kind.RESIDENT_TAX_RETURN].height / adults < 0.045
    insured = salaried.filter((pl.col("employment_revenue") > 1_500_000) & (pl.col("secondary_salary") == 0))
    shares = insured["social_insurance_premium"] / insured["employment_revenue"]
    assert (shares.min(), shares.max()) == (pytest.approx(0.14, abs=0.001), pytest.approx(0.152, abs=0.001))
    payers = sorted(salaried.group_by("payer_number").len()["len"].to_list())
    assert payers[0] == 1
    assert payers[-1] > 100


def test_everybody_is_claimed_by_one_and_within_the_law(people: pl.DataFrame, made: Reports) -> None:
    named = made.relatives.join(who(made.reports).select("line", "person", "kind"), on="line")
    claimants = named.filter(pl.col("individual_number").is_not_null()).group_by(
        "individual_number", maintain_order=True
    )
    assert claimants.agg(pl.col("person").n_unique())["person"].max() == 1
    # A relative's own slips never pass what the law allows a dependant; a spouse may earn more.
    numbered = made.reports.filter(pl.col("kind").is_in(SLIPS)).group_by("individual_number").agg(
        pl.col("employment_revenue").sum(), pl.col("pension_revenue").sum(), pl.col("birth_date").first()
    )  # fmt: skip
    own = named.filter(pl.col("role") != "spouse").join(numbered, on="individual_number", suffix="_own")
    columns = {name: own[name].to_numpy() for name in ("employment_revenue", "pension_revenue")}
    ages = {"age": (YEAR - 1 - own["birth_date_own"].dt.year()).cast(pl.Int64).to_numpy()}
    assert own.height > 20
    assert evaluate(resident_tax(YEAR), {**columns, **ages}, ["may_be_dependant"])["may_be_dependant"].all()
    spouses = people.filter(pl.col("relationship").is_in([*SPOUSES, "02"]))["individual_number"]
    assert named.filter(role="spouse")["individual_number"].is_in(spouses.implode()).all()


def test_a_return_says_what_the_slips_of_the_person_say(made: Reports) -> None:
    frame = who(made.reports)
    slips = (
        frame.filter(pl.col("kind").is_in(SLIPS))
        .group_by("person")
        .agg(pl.col("employment_revenue", "pension_revenue").sum())
    )
    returns = frame.filter(~pl.col("kind").is_in(SLIPS)).join(slips, on="person", suffix="_slips")
    assert returns.height > 50
    for name in ("employment_revenue", "pension_revenue"):
        assert returns[name].to_list() == returns[f"{name}_slips"].to_list()


def test_a_few_returns_have_incomes_that_are_taxed_apart(made: Reports) -> None:
    apart = pl.sum_horizontal(SEPARATE)
    returns = made.reports.filter(kind=str(Kind.FINAL_RETURN))
    assert 0.01 < returns.filter(apart > 0).height / returns.height < 0.12
    assert made.reports.filter(pl.col("kind") != str(Kind.FINAL_RETURN)).select(apart.sum()).item() == 0
    assert returns.filter(pl.col("listed_stock_gain") > 0).height > 0
    assert returns.filter(pl.sum_horizontal("short_term_gain", "long_term_gain", "long_term_residence_gain") > 0).height


@pytest.mark.parametrize("kind", Kind)
def test_files_are_without_fault_and_read_back_as_they_were_made(made: Reports, kind: Kind, tmp_path: Path) -> None:
    path, form = tmp_path / "reports.csv", layout(kind)
    with path.open("wb") as out:
        write_header(form, out)
        count = write_rows(made.reports, made.relatives, form, out)
    checked = check_file(path, kind, today=NOW.date())
    assert (checked.findings, checked.row_count) == ((), count)
    (block,) = checked.blocks()
    own = made.reports.filter(kind=str(kind))
    apart = ("line", "source", "digest")
    assert_frame_equal(reports_of(block, form, source="x").drop(apart), own.select(list(REPORT_ROW)).drop(apart))
    relatives = made.relatives.filter(pl.col("line").is_in(own["line"].implode()))
    order = dict(zip(own["line"].to_list(), range(2, 2 + own.height), strict=True))
    expected = relatives.with_columns(pl.col("line").replace_strict(order)).sort("line", "position")
    assert_frame_equal(relatives_of(block, form), expected.select(list(RELATIVE_ROW)))


@pytest.mark.parametrize("year", [2024, 2025, 2027])
def test_other_years_have_reports_of_their_own(people: pl.DataFrame, year: int) -> None:
    other = made_of(people, year=year).reports
    assert set(other["fiscal_year"]) == {year}
    assert other["received_on"].is_between(date(year, 1, 1), date(year, 3, 31)).all()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
class TestInTheRegister:
    """A town of 400 in the register."""

    @pytest.fixture(autouse=True)
    def _town(self) -> None:
        mover = Access("S0001", Purpose.MIGRATION, NOW, "移行", ACCESS.rights)
        load([lambda: part(0, 400, SEED)], access=mover, source="test")

    def test_all_reports_are_about_somebody_known_and_go_in_once(self) -> None:
        first = take_in(ACCESS, fiscal_year=YEAR, known_at=NOW, seed=SEED)
        assert (first.added > 200, first.open_count, first.refused) == (True, 0, 0)
        found = town_reports(ACCESS, fiscal_year=YEAR, known_at=NOW)
        assert found.reports.height == first.added
        assert found.relatives["relative_id"].null_count() == 0
        again = take_in(ACCESS, fiscal_year=YEAR, known_at=NOW, seed=SEED)
        assert (again.added, again.unchanged, again.refused) == (0, first.added, 0)

    def test_files_go_in_by_the_command_and_the_planted_strangers_stay_open(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reports_desk, "open_registers", lambda: None)
        said = CliRunner().invoke(command_line, ["reports", "make-up", str(YEAR), str(tmp_path), "--unknown", "100"])
        assert said.exit_code == 0, said.output
        for kind in Kind:
            done = CliRunner().invoke(command_line, ["reports", "import", str(kind), str(tmp_path / f"{kind}.csv")])
            assert (done.exit_code, "保留した資料 0" in done.output) == (0, True), done.output
        strangers = open_matches(replace(ACCESS, now=datetime(2099, 1, 1, tzinfo=UTC)), fiscal_year=YEAR, limit=1000)
        assert 10 < len(strangers) < 80
        assert {each.why for each in strangers} == {"番号・氏名・生年月日の合う人がいません。"}
