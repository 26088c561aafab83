"""Parallel branches: their time is the union of their intervals, and whoever runs alone holds the others up."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.engine.test_calendar import CALENDAR
from tongban.engine.calendar import CST, STANDARD_HOURS
from tongban.engine.parallel import Run, Span, elapsed, held_up, spans, width

PLANNING, FIRE, WATER = 1, 2, 3
HOUR = timedelta(hours=1)


def at(day: int, hour: int) -> datetime:
    """An hour of November 2026; the 2nd is a Monday."""
    return datetime(2026, 11, day, hour, tzinfo=CST)


def run(branch: str, organ: int, start: datetime, end: datetime) -> Run:
    return Run(branch=branch, organ=organ, start=start, end=end)


def test_two_branches_side_by_side_take_the_time_of_the_longer_one():
    runs = [run("plan", PLANNING, at(2, 9), at(2, 17)), run("fire", FIRE, at(2, 9), at(2, 11))]
    assert elapsed(runs, CALENDAR) == 7 * HOUR  # the hall closes for an hour at noon
    assert held_up(runs, CALENDAR) == {PLANNING: 5 * HOUR}


def test_a_gap_in_which_nothing_runs_counts_for_the_width_alone():
    runs = [run("plan", PLANNING, at(2, 9), at(2, 12)), run("fire", FIRE, at(3, 9), at(3, 12))]
    assert elapsed(runs, CALENDAR) == 6 * HOUR
    assert width(runs, CALENDAR) == 10 * HOUR


def test_the_weekend_between_counts_for_neither():
    runs = [run("plan", PLANNING, at(6, 16), at(9, 10))]  # Friday 16:00 to Monday 10:00
    assert elapsed(runs, CALENDAR) == width(runs, CALENDAR) == 2 * HOUR


def test_time_is_cut_where_a_branch_starts_or_ends():
    runs = [run("plan", PLANNING, at(2, 9), at(2, 11)), run("fire", FIRE, at(2, 10), at(2, 12))]
    assert spans(runs) == (
        Span(at(2, 9), at(2, 10), frozenset({"plan"})),
        Span(at(2, 10), at(2, 11), frozenset({"plan", "fire"})),
        Span(at(2, 11), at(2, 12), frozenset({"fire"})),
    )


def test_two_branches_of_one_organ_hold_up_as_that_organ():
    runs = [run("plan", PLANNING, at(2, 9), at(2, 12)), run("land", PLANNING, at(2, 9), at(2, 11))]
    assert held_up(runs, CALENDAR) == {PLANNING: 3 * HOUR}


MINUTES = st.integers(0, 14 * 24 * 60).map(lambda minutes: at(2, 0) + timedelta(minutes=minutes))
RUNS = st.lists(
    st.builds(
        lambda branch, organ, edges: run(f"{branch}{organ}", organ, *sorted(edges)),
        st.sampled_from("abc"),
        st.sampled_from([PLANNING, FIRE, WATER]),
        st.tuples(MINUTES, MINUTES),
    ),
    max_size=8,
)


@given(RUNS)
def test_the_union_lies_between_the_longest_branch_and_the_sum(runs):
    times = [STANDARD_HOURS.working_time_between(one.start, one.end, CALENDAR) for one in runs]
    union = elapsed(runs, CALENDAR)
    assert max(times, default=timedelta()) <= union <= sum(times, timedelta())
    assert union <= width(runs, CALENDAR)
    assert sum(held_up(runs, CALENDAR).values(), timedelta()) <= union


@given(RUNS, RUNS)
def test_more_branches_never_take_less_time_and_their_order_does_not_matter(runs, more):
    assert elapsed(runs, CALENDAR) <= elapsed(runs + more, CALENDAR) == elapsed(more + runs, CALENDAR)


@given(RUNS)
def test_without_the_organ_that_held_it_up_the_whole_is_shorter_by_just_that(runs):
    whole = elapsed(runs, CALENDAR)
    for organ, alone in held_up(runs, CALENDAR).items():
        assert elapsed([one for one in runs if one.organ != organ], CALENDAR) == whole - alone
