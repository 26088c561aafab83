"""Stages of a project: what applies, what law puts before what, and time as a union, never a sum."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.test_calendar import CALENDAR
from tongban.engine import stages
from tongban.engine.bundle import State
from tongban.engine.refusal import Refused
from tongban.engine.stages import Branch, Gate, Handled, Item, Outcome, Planned, Stage

LAND, PLANNING, FIRE, PERMIT, CHECKED, DONE = "land", "planning", "fire", "permit", "checked", "done"
GATES = (
    Gate(opens=PLANNING, any_of=(LAND,), law="planning", article="40"),
    Gate(opens=PERMIT, any_of=(LAND,), law="building", article="8(1)"),
    Gate(opens=PERMIT, any_of=(PLANNING,), law="building", article="8(2)"),
    Gate(opens=PERMIT, any_of=(FIRE,), law="fire", article="12", when={"special_fire": ["yes"]}),
    Gate(opens=DONE, any_of=(CHECKED,), law="planning", article="45"),
)


def branch(code: str, *, milestone: bool = False, mandatory: bool = True) -> Branch:
    return Branch(code, milestone, mandatory)


def test_what_applies_and_what_is_mandatory_follow_from_the_facts():
    stage = Stage(
        code="permit",
        items=(
            Item(code=FIRE, when="special_fire=yes"),
            Item(code="trees", when={"trees": ["yes"]}, mandatory=False),
            Item(code="shelter", mandatory="housing=yes"),
            Item(code=PERMIT, milestone=True, mandatory=False),
        ),
    )
    assert stages.plan([stage], {"special_fire": "yes", "trees": "no", "housing": "no"}) == (
        Planned("permit", (branch(FIRE), branch("shelter", mandatory=False), branch(PERMIT, milestone=True))),
    )


def test_art_8_of_the_building_law_land_and_planning_before_the_permit():
    with pytest.raises(Refused) as refused:
        stages.check(GATES, [PERMIT], outputs=[LAND], facts={"special_fire": "no"})
    assert refused.value.code == "gate_closed"
    assert refused.value.facts["missing"] == [
        {"opens": PERMIT, "any_of": [PLANNING], "law": "building", "article": "8(2)"}
    ]
    stages.check(GATES, [PERMIT], outputs=[LAND, PLANNING], facts={"special_fire": "no"})


def test_art_12_of_the_fire_law_binds_special_projects_only():
    found = stages.missing(GATES, [PERMIT], outputs=[LAND, PLANNING], facts={"special_fire": "yes"})
    assert [(one.any_of, one.law) for one in found] == [((FIRE,), "fire")]


def test_art_45_of_the_planning_law_the_check_of_planning_comes_first():
    with pytest.raises(Refused, match="gate_closed"):
        stages.check(GATES, [DONE], outputs=[PERMIT], facts={})
    assert stages.order(GATES, [CHECKED, DONE], outputs=[PERMIT], facts={}) == {
        CHECKED: (),
        DONE: (CHECKED,),
    }


def test_what_is_applied_for_together_is_waited_for_there_and_what_is_had_already_is_not():
    facts = {"special_fire": "yes"}
    stages.check(GATES, [FIRE, PERMIT], outputs=[LAND, PLANNING], facts=facts, within=[FIRE, PERMIT])
    assert stages.order(GATES, [FIRE, PERMIT], outputs=[LAND, PLANNING], facts=facts)[PERMIT] == (FIRE,)
    assert stages.order(GATES, [FIRE, PERMIT], outputs=[LAND, PLANNING, FIRE], facts=facts)[PERMIT] == ()


def test_a_stage_cannot_be_closed_while_a_mandatory_branch_is_open():
    branches = [branch(FIRE), branch(PERMIT, milestone=True), branch("trees", mandatory=False)]
    with pytest.raises(Refused) as refused:
        stages.close(branches, {FIRE: State.RUNNING, PERMIT: State.GRANTED})
    assert refused.value.facts == {"items": [FIRE]}
    stages.close(branches, {FIRE: State.GRANTED, PERMIT: State.GRANTED, "trees": State.RUNNING})


@pytest.mark.parametrize(
    ("fire", "permit", "expected"),
    [
        (State.GRANTED, State.GRANTED, Outcome.PASSED),
        (State.GRANTED, State.RUNNING, Outcome.OPEN),
        (State.REFUSED, State.RUNNING, Outcome.FAILED),
        (State.WITHDRAWN, State.GRANTED, Outcome.FAILED),
    ],
)
def test_what_came_of_a_stage_follows_from_its_mandatory_branches(fire, permit, expected):
    branches = [branch(FIRE), branch(PERMIT), branch("trees", mandatory=False)]
    assert stages.outcome(branches, {FIRE: fire, PERMIT: permit, "trees": State.REFUSED}) is expected


# Time

MONDAY = date(2026, 11, 2)


def day(n: int) -> date:
    return MONDAY + timedelta(days=n)


def handled(branch: str, start: int, end: int | None, *, stage="one", organ=1, pauses=()) -> Handled:
    return Handled(
        branch=branch,
        stage=stage,
        organ=organ,
        accepted_on=day(start),
        ended_on=None if end is None else day(end),
        pauses=tuple((day(a), None if b is None else day(b)) for a, b in pauses),
    )


def test_side_by_side_counts_once_and_day_zero_does_not_count():
    rows = [handled("a", 0, 4), handled("b", 1, 3, organ=2)]  # Monday to Friday, Tuesday to Thursday
    assert stages.approval_days(rows, CALENDAR, day(30)) == 4


def test_a_pause_does_not_count_unless_another_branch_ran():
    paused = handled("a", 0, 11, pauses=[(2, 8)])  # Wed 4 to Tue 10 paused: only 3, 11, 12, 13 count
    assert stages.approval_days([paused], CALENDAR, day(30)) == 4
    assert stages.approval_days([paused, handled("b", 2, 4)], CALENDAR, day(30)) == 6  # Thursday and Friday


def test_stages_are_added_up_and_the_width_counts_the_waiting_too():
    rows = [handled("a", 0, 2), handled("b", 14, 17, stage="two", organ=2)]
    found = stages.measure(rows, CALENDAR, day(60), counted=["one", "two"], ended_on=day(17))
    assert (found.approval_days, found.span_days) == (5, 13)
    assert found.by_stage == {"one": 2, "two": 3}
    assert found.held_up == {2: 3, 1: 2}


def test_the_parallel_line_is_told_apart_and_not_added():
    rows = [handled("a", 0, 2), handled("b", 0, 4, stage="beside", organ=2)]
    found = stages.measure(rows, CALENDAR, day(60), counted=["one"], ended_on=day(4))
    assert (found.approval_days, found.by_stage) == (2, {"one": 2, "beside": 4})


def test_what_still_runs_counts_until_the_day_it_is_read():
    assert stages.approval_days([handled("a", 0, None)], CALENDAR, day(3)) == 3
    assert stages.approval_days([handled("a", 0, None, pauses=[(2, None)])], CALENDAR, day(9)) == 1


SPANS = st.tuples(st.integers(0, 200), st.integers(0, 60)).map(lambda pair: (pair[0], pair[0] + pair[1]))
PAUSED = st.lists(st.tuples(st.integers(0, 260), st.integers(0, 20)), max_size=3)
ROWS = st.lists(
    st.builds(
        lambda number, span, pauses, organ: handled(
            f"b{number}", *span, organ=organ, pauses=[(start, start + length) for start, length in pauses]
        ),
        st.integers(0, 99),
        SPANS,
        PAUSED,
        st.integers(1, 4),
    ),
    max_size=8,
    unique_by=lambda row: row.branch,
)
LATER = day(400)


def days_of(row: Handled) -> set[date]:
    """The days on which a branch's clock ran, counted one by one."""
    return {
        one
        for n in range(1, (row.ended_on - row.accepted_on).days + 1)
        if CALENDAR.is_working(one := row.accepted_on + timedelta(days=n))
        and not any(start <= one <= end for start, end in row.pauses)
    }


@given(ROWS)
def test_the_time_of_a_stage_is_the_union_of_days_never_the_sum(rows):
    apart = [days_of(row) for row in rows]
    together = stages.approval_days(rows, CALENDAR, LATER)
    assert together == len(set().union(*apart))
    assert together <= sum(map(len, apart))


@given(ROWS, st.integers(0, 7), st.integers(0, 50), st.integers(0, 50))
def test_a_branch_inside_anothers_interval_adds_nothing(rows, which, after, before):
    whole = [row for row in rows if not row.pauses]
    if not whole:
        return
    outer = whole[which % len(whole)]
    start = min(outer.accepted_on + timedelta(days=after), outer.ended_on)
    inner = Handled(
        branch="inner",
        stage="one",
        organ=9,
        accepted_on=start,
        ended_on=max(start, outer.ended_on - timedelta(days=before)),
    )
    assert stages.approval_days([*rows, inner], CALENDAR, LATER) == stages.approval_days(
        rows, CALENDAR, LATER
    )


@given(ROWS)
def test_a_pause_never_lengthens_and_nobody_holds_up_longer_than_it_took(rows):
    found = stages.approval_days(rows, CALENDAR, LATER)
    unpaused = [
        Handled(**{**{f: getattr(row, f) for f in row.__struct_fields__}, "pauses": ()}) for row in rows
    ]
    assert found <= stages.approval_days(unpaused, CALENDAR, LATER)
    assert sum(stages.held_up(rows, CALENDAR, LATER).values()) <= found
