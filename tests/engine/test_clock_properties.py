"""The clock as properties: pauses only ever add time, readings are pure, figures add up."""

from datetime import date, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tongban.engine import clock
from tongban.engine.calendar import Calendar
from tongban.engine.clock import Approver, ClockFacts, Extension, Ground, Limit, Pause, Unit
from tongban.kit.holidays_table import published_days

CALENDAR = Calendar.from_days(published_days(), first_year=2015, last_year=2026)
STARTS = st.dates(date(2019, 12, 1), date(2020, 12, 31))


@st.composite
def pauses(draw, start: date) -> tuple[Pause, ...]:
    def one() -> Pause:
        begins = start + timedelta(draw(st.integers(-10, 60)))
        ends = draw(st.none() | st.integers(0, 25))
        return Pause(
            draw(st.sampled_from(Ground)), begins, None if ends is None else begins + timedelta(ends)
        )

    return tuple(one() for _ in range(draw(st.integers(0, 4))))


@st.composite
def clocks(draw) -> ClockFacts:
    start = draw(STARTS)
    unit = st.sampled_from(Unit)
    extension = Extension(draw(st.integers(1, 15)), draw(unit), draw(st.sampled_from(Approver)))
    return ClockFacts(
        started_on=start,
        statutory=Limit(draw(st.integers(0, 45)), draw(unit)),
        promised=Limit(draw(st.integers(0, 45)), draw(unit)),
        pauses=draw(pauses(start)),
        extensions=draw(st.sampled_from([(), (extension,)])),
    )


@given(clocks(), st.data())
@settings(max_examples=30, deadline=None)
def test_adding_a_pause_never_brings_a_due_date_forward(case, data):
    more = replace(case, pauses=(*case.pauses, *data.draw(pauses(case.started_on))))
    on = case.started_on + timedelta(data.draw(st.integers(0, 90)))
    short, long = clock.read(case, CALENDAR, on), clock.read(more, CALENDAR, on)
    assert short.statutory_due <= long.statutory_due
    assert short.promised_due <= long.promised_due


@given(clocks(), st.integers(0, 90), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_a_reading_depends_on_nothing_but_the_facts_and_the_calendar(case, later, shuffler):
    on = case.started_on + timedelta(later)
    reading = clock.read(case, CALENDAR, on)
    stored = msgspec.json.decode(msgspec.json.encode(case), type=ClockFacts)
    shuffled = replace(stored, pauses=tuple(shuffler.sample(stored.pauses, len(stored.pauses))))
    assert clock.read(shuffled, Calendar("other", CALENDAR.days, 2015, 2026), on) == reading


@given(clocks(), st.integers(0, 90))
@settings(max_examples=30, deadline=None)
def test_the_promise_ends_by_the_statutory_limit_and_in_running_time(case, later):
    reading = clock.read(case, CALENDAR, case.started_on + timedelta(later))
    assert reading.promised_due <= reading.statutory_due
    assert not any(
        pause.end and pause.start <= reading.statutory_due_on <= pause.end for pause in case.pauses
    )


@given(STARTS, st.integers(1, 45), st.data())
@settings(max_examples=30, deadline=None)
def test_used_and_remaining_add_up_to_the_limit_as_walking_day_by_day_says(start, amount, data):
    stops = data.draw(pauses(start))
    on = start + timedelta(data.draw(st.integers(0, 90)))
    reading = clock.read(
        ClockFacts(started_on=start, statutory=Limit(amount), promised=Limit(amount), pauses=stops),
        *(CALENDAR, on),
    )
    counted = [
        each
        for each in (start + timedelta(number) for number in range(1, 400))
        if CALENDAR.is_working(each) and not any(stop.start <= each <= (stop.end or on) for stop in stops)
    ]
    assert reading.promised_due_on == counted[amount - 1]
    assert reading.used == sum(each <= on for each in counted)
    assert reading.used + reading.remaining == amount
