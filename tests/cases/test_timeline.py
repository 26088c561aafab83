"""The time line of a bundle: hours of the hall, the union of what ran side by side, nobody's the applicant's own time."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.test_calendar import CALENDAR
from tongban.cases.rules import timeline
from tongban.cases.rules.timeline import Happened
from tongban.engine.calendar import CST

HOUR = timedelta(hours=1)
REGISTRAR, POLICE, TAX = 1, 2, 3
ORGANS = {"register": REGISTRAR, "seals": POLICE, "tax": TAX}
FRIDAY, MONDAY = datetime(2026, 11, 6, tzinfo=CST), datetime(2026, 11, 9, tzinfo=CST)


def at(day: datetime, hour: float) -> datetime:
    return day + timedelta(hours=hour)


def way(*happened: tuple[str, datetime]) -> list[Happened]:
    return [Happened(kind, when) for kind, when in happened]


def told(now: datetime = MONDAY, **histories: list[Happened]) -> timeline.Line:
    organs = {item: ORGANS[item] for item in histories}
    return timeline.line(organs, histories, CALENDAR, now)


COMPANY = {
    "register": way(("received", at(FRIDAY, 16)), ("granted", at(FRIDAY, 17))),
    "seals": way(("received", at(FRIDAY, 17)), ("granted", at(MONDAY, 14))),
    "tax": way(("received", at(FRIDAY, 17)), ("granted", at(MONDAY, 14))),
}


def test_a_company_handed_in_on_friday_at_four_is_ready_on_monday_at_two_in_five_hours():
    """M1: registration 1 hour, seals and tax 4 hours side by side; the weekend between does not count."""
    line = told(**COMPANY)
    assert (line.elapsed, line.width) == (5 * HOUR, 5 * HOUR)
    assert [branch.taken for branch in line.branches] == [HOUR, 4 * HOUR, 4 * HOUR]


def test_what_the_applicant_takes_for_a_correction_is_no_organs_time():
    corrected = way(
        ("received", at(MONDAY, 9)),
        ("correction_noticed", at(MONDAY, 10)),
        ("corrected", at(MONDAY, 15)),
        ("granted", at(MONDAY, 16)),
    )
    line = told(register=corrected)
    assert (line.elapsed, line.width) == (2 * HOUR, 6 * HOUR)


def test_a_member_that_still_runs_is_counted_until_now():
    line = told(now=at(MONDAY, 11), seals=way(("received", at(MONDAY, 9)), ("accepted", at(MONDAY, 10))))
    assert (line.elapsed, line.branches[0].ended) == (2 * HOUR, None)


@pytest.mark.parametrize(
    ("tax_done", "held_up"),
    [(12, {REGISTRAR: HOUR, POLICE: HOUR}), (14, {REGISTRAR: HOUR})],
)
def test_who_ran_alone_held_up_the_whole(tax_done, held_up):
    line = told(**COMPANY | {"tax": way(("received", at(FRIDAY, 17)), ("granted", at(MONDAY, tax_done)))})
    assert line.held_up == held_up


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 60)), min_size=1, max_size=3))
def test_the_whole_takes_no_longer_than_its_parts_and_no_less_than_any(times):
    histories = {
        item: way(("received", at(FRIDAY, start)), ("granted", at(FRIDAY, start + length)))
        for item, (start, length) in zip(ORGANS, times, strict=False)
    }
    line = told(now=at(FRIDAY, 400), **histories)
    parts = [branch.taken for branch in line.branches]
    assert max(parts) <= line.elapsed <= min(sum(parts, timedelta()), line.width)
