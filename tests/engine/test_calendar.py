"""Working days and hours: State Council tables, arithmetic and its inverses, receipt after hours."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.engine.calendar import (
    CST,
    STANDARD_HOURS,
    Calendar,
    Due,
    Interval,
    OpeningHours,
    diff,
    received_on,
)
from tongban.engine.refusal import Refused
from tongban.kit.holidays_table import FIRST_YEAR, LAST_YEAR, published_days

CALENDAR = Calendar.from_days(published_days(), first_year=FIRST_YEAR, last_year=LAST_YEAR)
PLAIN = Calendar.from_days({}, first_year=2020, last_year=2021)
MORNING = (Interval(time(9), time(12)),)
EVENING = (Interval(time(17, 30), time(20)),)
EXTENDED_HOURS = OpeningHours(
    week=STANDARD_HOURS.week,
    extended=(EVENING, *((),) * 4, MORNING, ()),
    not_extended=frozenset({date(2020, 10, 3)}),
)
DAYS = st.dates(date(2013, 1, 1), date(2029, 12, 31))
INSTANTS = st.integers(0, 90 * 24 * 60).map(
    lambda minutes: datetime(2019, 12, 1, tzinfo=CST) + timedelta(minutes=minutes)
)


def here(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CST)


@pytest.mark.parametrize(
    ("day", "n", "due"),
    [
        ("2020-09-28", 5, "2020-10-12"),
        ("2020-01-17", 5, "2020-01-23"),
        ("2020-01-20", 20, "2020-02-25"),
        ("2020-04-28", 7, "2020-05-11"),
        ("2020-11-02", 20, "2020-11-30"),
        ("2020-11-02", 45, "2021-01-05"),
        ("2020-12-28", 5, "2021-01-05"),
        ("2021-02-08", 3, "2021-02-18"),
        ("2021-09-15", 10, "2021-09-29"),
        ("2020-08-01", 5, "2020-08-07"),
        ("2026-09-28", 5, "2026-10-10"),
        ("2020-10-12", -5, "2020-09-28"),
        ("2020-09-28", 0, "2020-09-28"),
    ],
)
def test_working_days_follow_the_published_table(day, n, due):
    assert CALENDAR.add_working_days(date.fromisoformat(day), n) == Due(date.fromisoformat(due))


def test_a_deadline_past_the_published_years_is_provisional_and_assumes_weekdays():
    assert CALENDAR.published_through == date(2026, 12, 31)
    assert CALENDAR.add_working_days(date(2026, 12, 1), 22) == Due(date(2026, 12, 31))
    assert CALENDAR.add_working_days(date(2026, 12, 1), 45) == Due(date(2027, 2, 2), provisional=True)
    assert CALENDAR.add_working_days(date(2027, 2, 2), -45) == Due(date(2026, 12, 1), provisional=True)


def test_days_before_the_published_years_are_provisional_too():
    assert CALENDAR.add_working_days(date(2014, 12, 31), 1) == Due(date(2015, 1, 4), provisional=True)


def test_the_edges_of_the_table_may_be_exceptions():
    """1 January and 31 December rest: counted right just inside and just outside the table."""
    edged = Calendar.from_days(
        {date(2020, 1, 1): False, date(2021, 12, 31): False}, first_year=2020, last_year=2021
    )
    assert edged.working_days_between(date(2019, 12, 31), date(2020, 1, 1)) == 0
    assert edged.working_days_between(date(2021, 12, 30), date(2022, 1, 3)) == 1
    assert edged.add_working_days(date(2019, 12, 31), 1) == Due(date(2020, 1, 2), provisional=True)
    assert edged.add_working_days(date(2021, 12, 29), 1) == Due(date(2021, 12, 30))
    assert edged.add_working_days(date(2021, 12, 29), 2) == Due(date(2022, 1, 3), provisional=True)


@pytest.mark.parametrize(
    ("day", "following"),
    [("2020-10-01", "2020-10-09"), ("2020-10-10", "2020-10-10"), ("2020-10-11", "2020-10-12")],
)
def test_the_next_working_day_is_the_day_itself_if_it_works(day, following):
    assert CALENDAR.next_working_day(date.fromisoformat(day)) == date.fromisoformat(following)


@given(DAYS, st.integers(0, 600))
@settings(max_examples=80)
def test_counting_undoes_adding(day, n):
    assert CALENDAR.working_days_between(day, CALENDAR.add_working_days(day, n).on) == n


@given(DAYS, st.integers(1, 300))
@settings(max_examples=50)
def test_subtracting_lands_n_working_days_before_the_day(day, n):
    found = CALENDAR.add_working_days(day, -n).on
    assert CALENDAR.is_working(found)
    assert CALENDAR.working_days_between(found - timedelta(1), day - timedelta(1)) == n


@given(DAYS, st.integers(0, 80))
@settings(max_examples=60)
def test_arithmetic_agrees_with_walking_day_by_day(day, span):
    days = [day + timedelta(step) for step in range(1, span + 1)]
    assert CALENDAR.working_days_between(day, day + timedelta(span)) == sum(map(CALENDAR.is_working, days))


@given(DAYS, DAYS)
def test_counting_backwards_is_negative(a, b):
    assert CALENDAR.working_days_between(a, b) == -CALENDAR.working_days_between(b, a)


def test_the_spring_of_2020_was_rearranged_by_an_override():
    """The holiday was extended to 2 February; 1 February had been a make-up day."""
    announced = {date(2020, 1, 31): False, date(2020, 2, 1): False}
    before = CALENDAR.with_overrides({date(2020, 1, 31): True, date(2020, 2, 1): True})
    after = before.with_overrides(announced)
    assert diff(before, after) == announced
    assert before.add_working_days(date(2020, 1, 20), 20).on == date(2020, 2, 21)
    assert after.add_working_days(date(2020, 1, 20), 20).on == date(2020, 2, 25)
    assert after.version == CALENDAR.version != before.version


def test_the_version_is_the_content_of_the_table():
    spelled_out = Calendar.from_days(
        {date(2020, 1, 2): True, date(2020, 1, 1): False}, first_year=2020, last_year=2021
    )
    short = Calendar.from_days({date(2020, 1, 1): False}, first_year=2020, last_year=2021)
    assert spelled_out.version == short.version != PLAIN.version
    assert PLAIN.with_overrides({}, years_published=2022).version != PLAIN.version


def test_publishing_a_year_makes_its_deadlines_firm():
    holidays = {date(2027, 1, 1): False, date(2027, 1, 3): True}
    longer = CALENDAR.with_overrides(holidays, years_published=2027)
    assert longer.add_working_days(date(2026, 12, 31), 1) == Due(date(2027, 1, 3))
    assert diff(CALENDAR, longer) == holidays


def test_a_day_of_an_unpublished_year_is_refused():
    with pytest.raises(Refused) as refused:
        CALENDAR.with_overrides({date(2027, 1, 1): False})
    assert refused.value.code == "year_not_published"
    assert refused.value.facts == {"days": [date(2027, 1, 1)]}


@pytest.mark.parametrize(
    ("at", "is_open", "is_extended"),
    [
        ("2020-07-31 08:59:59", False, False),
        ("2020-07-31 09:00", True, False),
        ("2020-07-31 12:00", False, False),
        ("2020-07-31 16:59:59", True, False),
        ("2020-07-31 18:00", False, False),  # extended evenings are on Mondays only
        ("2020-08-03 18:00", True, True),
        ("2020-08-01 10:00", True, True),  # Saturday window
        ("2020-08-02 10:00", False, False),
        ("2020-05-04 18:00", False, False),  # a holiday Monday
        ("2020-10-10 10:00", True, False),  # a make-up Saturday works like any day
        ("2020-10-03 10:00", False, False),  # no Saturday service in the National Day week
    ],
)
def test_open_and_extended_hours(at, is_open, is_extended):
    found = EXTENDED_HOURS.is_open(here(at), CALENDAR), EXTENDED_HOURS.is_extended(here(at), CALENDAR)
    assert found == (is_open, is_extended)


@pytest.mark.parametrize(
    ("at", "received"),
    [
        ("2020-07-31 08:00", "2020-07-31"),
        ("2020-07-31 12:30", "2020-07-31"),
        ("2020-07-31 17:00", "2020-07-31"),
        ("2020-07-31 17:00:01", "2020-08-03"),
        ("2020-08-01 10:00", "2020-08-01"),  # Saturday window open
        ("2020-08-01 14:00", "2020-08-03"),
        ("2020-08-03 17:10", "2020-08-04"),
        ("2020-08-03 18:00", "2020-08-03"),
        ("2020-10-03 10:00", "2020-10-09"),
        ("2020-10-10 16:00", "2020-10-10"),
    ],
)
def test_a_filing_after_hours_is_received_on_the_next_working_day(at, received):
    assert received_on(here(at), CALENDAR, EXTENDED_HOURS) == date.fromisoformat(received)


def test_a_saturday_filing_in_extended_service_counts_from_that_saturday():
    day = received_on(here("2020-08-01 10:00"), CALENDAR, EXTENDED_HOURS)
    assert CALENDAR.add_working_days(day, 5).on == date(2020, 8, 7)


def test_the_day_is_that_of_yaan_whatever_the_zone():
    assert received_on(datetime(2020, 8, 2, 23, tzinfo=UTC), CALENDAR, STANDARD_HOURS) == date(2020, 8, 3)
    with pytest.raises(ValueError, match="zone"):
        received_on(datetime(2020, 8, 2, 23), CALENDAR, STANDARD_HOURS)  # noqa: DTZ001


def test_company_start_up_on_friday_afternoon_is_ready_on_monday_after_five_working_hours():
    """Submitted Fri 16:00, registered in 1 hour, seal and tax 4 hours: Mon 14:00."""
    submitted = here("2020-11-06 16:00")
    registered = STANDARD_HOURS.add_working_hours(submitted, Decimal(1), CALENDAR)
    ready = STANDARD_HOURS.add_working_hours(registered, timedelta(hours=4), CALENDAR)
    assert (registered, ready) == (here("2020-11-06 17:00"), here("2020-11-09 14:00"))
    assert STANDARD_HOURS.working_time_between(submitted, ready, CALENDAR) == timedelta(hours=5)


def test_extended_hours_and_rest_days_do_not_count_but_make_up_days_do():
    def worked(start, end):
        return EXTENDED_HOURS.working_time_between(here(start), here(end), CALENDAR)

    assert worked("2020-08-03 17:00", "2020-08-04 09:00") == timedelta()
    assert worked("2020-07-31 17:00", "2020-08-03 09:00") == timedelta()
    assert worked("2020-10-09 17:00", "2020-10-11 09:00") == timedelta(hours=7)


@given(INSTANTS, st.integers(0, 60 * 100))
@settings(max_examples=50)
def test_working_time_undoes_working_hours(start, minutes):
    worked = timedelta(minutes=minutes)
    end = EXTENDED_HOURS.add_working_hours(start, worked, CALENDAR)
    assert EXTENDED_HOURS.working_time_between(start, end, CALENDAR) == worked
    assert EXTENDED_HOURS.working_time_between(end, start, CALENDAR) == -worked


def test_working_hours_cannot_run_backwards():
    with pytest.raises(ValueError, match="negative"):
        STANDARD_HOURS.add_working_hours(here("2020-08-03 10:00"), Decimal(-1), CALENDAR)


@pytest.mark.parametrize(
    ("week", "code"),
    [
        ((MORNING,) * 6, "hours_need_seven_days"),
        (((),) * 7, "hours_never_open"),
        (((Interval(time(12), time(9)),), *((),) * 6), "hours_end_before_start"),
        (((*MORNING, Interval(time(11), time(13))), *((),) * 6), "hours_overlap"),
    ],
)
def test_impossible_hours_are_refused(week, code):
    with pytest.raises(Refused) as refused:
        OpeningHours(week=week)
    assert refused.value.code == code


def test_a_table_needs_a_published_year():
    with pytest.raises(Refused) as refused:
        Calendar.from_days({}, first_year=2021, last_year=2020)
    assert refused.value.code == "no_published_year"
