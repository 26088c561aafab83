"""The published holidays as data: against what the State Council announced."""

from datetime import date, timedelta

import pytest

from tongban.kit.holidays_table import FIRST_YEAR, LAST_YEAR, published_days


def test_only_published_years_are_in_the_table():
    assert {day.year for day in published_days()} == set(range(2015, 2027))
    assert (FIRST_YEAR, LAST_YEAR) == (2015, 2026)


def test_every_day_of_the_table_is_an_exception_to_monday_to_friday():
    assert [day for day, works in published_days().items() if works == (day.weekday() < 5)] == []


def test_changing_the_answer_does_not_change_the_table():
    published_days().clear()
    assert published_days()[date(2026, 10, 10)]


@pytest.mark.parametrize(
    ("year", "rest", "make_up"),
    [
        (
            2020,
            "01-01 01-24 01-27 01-28 01-29 01-30 01-31 04-06 05-01 05-04 05-05 06-25 06-26"
            " 10-01 10-02 10-05 10-06 10-07 10-08",
            "01-19 04-26 05-09 06-28 09-27 10-10",
        ),
        (
            2026,
            "01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25"
            " 10-01 10-02 10-05 10-06 10-07",
            "01-04 02-14 02-28 05-09 09-20 10-10",
        ),
    ],
)
def test_a_year_is_as_announced(year, rest, make_up):
    announced = {date.fromisoformat(f"{year}-{day}"): False for day in rest.split()}
    announced |= {date.fromisoformat(f"{year}-{day}"): True for day in make_up.split()}
    assert {day: works for day, works in published_days().items() if day.year == year} == announced


@pytest.mark.parametrize(
    ("year", "working_days"),
    [(2018, 250), (2019, 250), (2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248)],
)
def test_a_year_has_its_known_number_of_working_days(year, working_days):
    days = [date(year, 1, 1) + timedelta(number) for number in range(366)]
    table = published_days()
    assert sum(table.get(day, day.weekday() < 5) for day in days if day.year == year) == working_days
