"""The clock: the law's limits, pauses, extensions and lights, as tables and as properties."""

from datetime import date, datetime
from decimal import Decimal

import msgspec
import pytest
from msgspec.structs import replace

from tongban.engine import clock
from tongban.engine.calendar import CST, Calendar, Due
from tongban.engine.clock import (
    Amber,
    Approver,
    ClockFacts,
    Extension,
    Ground,
    Light,
    Limit,
    Pause,
    Reading,
    Unit,
)
from tongban.engine.refusal import Refused
from tongban.kit.holidays_table import published_days

CALENDAR = Calendar.from_days(published_days(), first_year=2015, last_year=2026)


def day(text: str) -> date:
    return date.fromisoformat(text)


def here(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CST)


def facts(started: str, statutory: int = 20, promised: int = 10, **more) -> ClockFacts:
    unit = more.pop("unit", Unit.WORKING_DAYS)
    return ClockFacts(
        started_on=day(started), statutory=Limit(statutory, unit), promised=Limit(promised, unit), **more
    )


def review(start: str, end: str | None = None) -> Pause:
    return Pause(Ground.EXPERT_REVIEW, day(start), end and day(end))


def read(given_facts: ClockFacts, on: str, **more) -> Reading:
    return clock.read(given_facts, CALENDAR, here(on) if " " in on else day(on), **more)


# State Council calendars: accepted, limit in working days, pauses, due, provisional.
VECTORS = [
    ("2020-09-28", 5, (), "2020-10-12", False),
    ("2020-01-17", 5, (), "2020-01-23", False),
    ("2020-01-20", 20, (), "2020-02-25", False),
    ("2020-04-28", 7, (), "2020-05-11", False),
    ("2020-11-02", 20, (), "2020-11-30", False),
    ("2020-11-02", 45, (), "2021-01-05", False),
    ("2020-12-28", 5, (), "2021-01-05", False),
    ("2021-02-08", 3, (), "2021-02-18", False),
    ("2021-09-15", 10, (), "2021-09-29", False),
    ("2020-08-01", 5, (), "2020-08-07", False),
    ("2020-11-02", 20, (("2020-11-09", "2020-11-20"),), "2020-12-14", False),
    ("2026-09-28", 5, (), "2026-10-10", False),
    ("2026-12-01", 45, (), "2027-02-02", True),
]


@pytest.mark.parametrize(("accepted", "limit", "pauses", "due", "provisional"), VECTORS)
def test_reference_vectors(accepted, limit, pauses, due, provisional):
    case = facts(accepted, limit, limit, pauses=tuple(review(*pause) for pause in pauses))
    reading = read(case, due)
    assert (reading.statutory_due, reading.promised_due) == (here(f"{due} 17:00"),) * 2
    assert (reading.used, reading.remaining, reading.provisional) == (limit, 0, provisional)


def test_the_whole_reading():
    case = facts("2020-11-02", 20, 10, pauses=(review("2020-11-09", "2020-11-20"),))
    assert read(case, "2020-11-23 10:30") == Reading(
        statutory_due=here("2020-12-14 17:00"),
        promised_due=here("2020-11-30 17:00"),
        provisional=False,
        paused_days=10,
        used=5,
        remaining=5,
        light=Light.GREEN,
        paused=False,
        unit=Unit.WORKING_DAYS,
    )


# 行政许可法


@pytest.mark.parametrize(
    ("rule", "told", "due"),
    [
        (clock.notice_due, "2020-09-28", "2020-10-12"),  # Art 32(4)
        (clock.delivery_due, "2021-09-15", "2021-09-29"),  # Art 44
        (clock.inspection_due, "2020-12-28", "2021-01-05"),  # Art 55
        (clock.hearing_request_due, "2020-01-17", "2020-01-23"),  # Art 47
        (clock.hearing_due, "2020-01-20", "2020-02-25"),  # Art 47
        (clock.hearing_notice_latest, "2020-05-11", "2020-04-28"),  # Art 48
        (clock.renewal_latest, "2020-12-31", "2020-11-19"),  # Art 50
    ],
)
def test_licensing_law_art_32_44_47_48_50_55_fixed_periods(rule, told, due):
    assert rule(day(told), CALENDAR) == Due(day(due))


def test_licensing_law_art_42_extension_moves_both_limits():
    extended = (Extension(10, Unit.WORKING_DAYS, Approver.ORGAN_HEAD),)
    reading = read(facts("2020-11-02", 20, 10, extensions=extended), "2020-11-02")
    assert (reading.statutory_due_on, reading.promised_due_on) == (day("2020-12-14"), day("2020-11-30"))


def test_licensing_law_art_42_an_extension_in_another_unit_runs_after_the_limit():
    extended = (Extension(5, Unit.WORKING_DAYS, Approver.ORGAN_HEAD),)
    case = facts("2020-09-01", 30, 30, unit=Unit.CALENDAR_DAYS, extensions=extended)
    assert read(case, "2020-09-01").statutory_due_on == day("2020-10-14")  # 10-01 and five working days


def test_licensing_law_art_42_extends_once():
    twice = (Extension(5, Unit.WORKING_DAYS, Approver.ORGAN_HEAD),) * 2
    with pytest.raises(Refused) as refused:
        facts("2020-11-02", extensions=twice)
    assert refused.value.code == "extended_once_already"


@pytest.mark.parametrize(
    ("amount", "unit", "level", "joint", "code"),
    [
        (10, Unit.WORKING_DAYS, Approver.ORGAN_HEAD, False, None),
        (15, Unit.WORKING_DAYS, Approver.GOVERNMENT_HEAD, True, None),
        (11, Unit.WORKING_DAYS, Approver.ORGAN_HEAD, False, "extension_too_long"),
        (16, Unit.WORKING_DAYS, Approver.GOVERNMENT_HEAD, True, "extension_too_long"),
        (10, Unit.CALENDAR_DAYS, Approver.ORGAN_HEAD, False, "extension_too_long"),
        (15, Unit.WORKING_DAYS, Approver.ORGAN_HEAD, True, "approver_too_low"),
        (5, Unit.WORKING_DAYS, "clerk", False, "approver_too_low"),
        (0, Unit.WORKING_DAYS, Approver.ORGAN_HEAD, False, "extension_too_short"),
    ],
)
def test_licensing_law_art_42_amount_and_approver(amount, unit, level, joint, code):
    found = None
    try:
        clock.permit_extension(Extension(amount, unit, level), joint=joint)
    except Refused as refused:
        found = refused.code
    assert found == code


def test_licensing_law_art_45_the_list_of_grounds_is_closed():
    assert [ground.value for ground in Ground] == [
        *("hearing", "tender", "auction", "inspection"),
        *("testing", "quarantine", "appraisal", "expert_review"),
    ]
    with pytest.raises(Refused) as refused:
        Pause("survey", day("2020-11-09"))
    assert refused.value.code == "pause_ground_not_in_law"
    assert refused.value.facts == {"ground": "survey", "allowed": list(Ground)}


def test_licensing_law_art_45_a_stored_pause_keeps_its_ground():
    pause = review("2020-11-09", "2020-11-20")
    assert Pause("expert_review", pause.start, pause.end) == pause
    assert msgspec.json.decode(msgspec.json.encode(pause), type=Pause) == pause
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"ground": "survey", "start": "2020-11-09"}', type=Pause)


def test_a_pause_cannot_end_before_it_starts():
    with pytest.raises(Refused) as refused:
        review("2020-11-10", "2020-11-09")
    assert refused.value.code == "pause_ends_before_start"


@pytest.mark.parametrize(
    ("on", "due", "remaining", "paused_days", "paused", "light"),
    [
        ("2020-11-06", "2020-11-16", 6, 0, False, Light.GREEN),  # the pause has not begun
        ("2020-11-09", "2020-11-17", 6, 1, True, Light.GREEN),
        ("2020-11-14", "2020-11-23", 6, 5, True, Light.GREEN),  # a Saturday inside it
        ("2020-12-31", "2021-01-11", 6, 39, True, Light.GREEN),
    ],
)
def test_licensing_law_art_45_an_open_pause_moves_the_due_date_day_by_day(
    on, due, remaining, paused_days, paused, light
):
    reading = read(facts("2020-11-02", 20, 10, pauses=(review("2020-11-09"),)), on)
    assert (
        reading.promised_due_on,
        reading.remaining,
        reading.paused_days,
        reading.paused,
        reading.light,
    ) == (*(day(due), remaining, paused_days, paused, light),)


def test_licensing_law_art_82_make_up_days_count_and_holidays_do_not():
    assert read(facts("2020-09-28", 20, 5), "2020-10-10").used == 4


# 民法典


@pytest.mark.parametrize(
    ("accepted", "limit", "due"),
    [
        ("2020-08-01", 7, "2020-08-10"),  # ends on Saturday 8: Monday
        ("2020-09-01", 30, "2020-10-09"),  # ends on 1 October: after the holiday
        ("2020-09-10", 30, "2020-10-10"),  # ends on a make-up Saturday, which works
        ("2020-09-01", 1, "2020-09-02"),
    ],
)
def test_civil_code_art_203_calendar_days_never_end_on_a_rest_day(accepted, limit, due):
    assert read(facts(accepted, limit, limit, unit=Unit.CALENDAR_DAYS), accepted).statutory_due_on == day(due)


def test_civil_code_art_203_calendar_days_pause_in_calendar_days():
    case = facts("2020-09-01", 20, 20, unit=Unit.CALENDAR_DAYS, pauses=(review("2020-09-04", "2020-09-06"),))
    reading = read(case, "2020-09-07")
    assert (reading.statutory_due_on, reading.used, reading.paused_days) == (day("2020-09-24"), 3, 3)


def test_civil_code_art_203_a_due_day_inside_a_pause_moves_behind_it():
    """The last counted day is Sunday 13; the next working days are paused."""
    case = facts("2020-09-08", 5, 5, unit=Unit.CALENDAR_DAYS, pauses=(review("2020-09-14", "2020-09-16"),))
    assert read(case, "2020-09-08").statutory_due_on == day("2020-09-17")


def test_civil_code_art_201_hours_run_from_the_moment():
    case = facts("2020-11-06", 8, 5, unit=Unit.WORKING_HOURS, started_at=here("2020-11-06 16:00"))
    reading = read(case, "2020-11-09 10:30")
    assert (reading.promised_due, reading.statutory_due) == (
        here("2020-11-09 14:00"),
        here("2020-11-09 17:00"),
    )
    assert (reading.used, reading.remaining) == (Decimal("2.5"), Decimal("2.5"))
    assert [read(case, f"2020-11-09 {at}").light for at in ("10:30", "13:00", "14:01", "17:01")] == [
        *(Light.GREEN, Light.AMBER, Light.RED, Light.BLACK),
    ]


def test_hours_without_an_instant_run_from_the_close_of_day_0():
    assert read(facts("2020-11-06", 8, 4, unit=Unit.WORKING_HOURS), "2020-11-06").promised_due == here(
        "2020-11-09 14:00"
    )


def test_hours_of_paused_days_do_not_count():
    case = facts(
        "2020-11-06",
        *(8, 4),
        unit=Unit.WORKING_HOURS,
        started_at=here("2020-11-06 16:00"),
        pauses=(review("2020-11-09", "2020-11-10"),),
    )
    reading = read(case, "2020-11-11 10:00")
    assert (reading.promised_due, reading.used, reading.paused_days) == (here("2020-11-11 12:00"), 2, 2)


@pytest.mark.parametrize("unit", Unit)
def test_on_the_spot_ends_with_day_0_whatever_the_hour(unit):
    case = facts("2020-08-01", 20, 0, unit=unit)  # a Saturday, in extended service
    assert read(case, "2020-08-01 18:00").promised_due == here("2020-08-01 23:59:59")
    assert [read(case, on).light for on in ("2020-08-01", "2020-08-03")] == [Light.AMBER, Light.RED]


def test_on_the_spot_waits_for_the_end_of_a_special_procedure():
    case = facts("2020-11-02", 20, 0, pauses=(review("2020-11-02", "2020-11-06"),))
    assert read(case, "2020-11-02").promised_due_on == day("2020-11-09")


# Configuration


@pytest.mark.parametrize(
    ("on", "remaining", "light"),
    [
        ("2020-11-02", 10, Light.GREEN),
        ("2020-11-11", 3, Light.GREEN),
        ("2020-11-12", 2, Light.AMBER),  # 20 % of 10
        ("2020-11-16", 0, Light.AMBER),
        ("2020-11-17", -1, Light.RED),
        ("2020-11-30", -10, Light.RED),
        ("2020-12-01", -11, Light.BLACK),
        ("2020-12-05", -14, Light.BLACK),  # a rest day
    ],
)
def test_lights_follow_the_promise_then_the_statute(on, remaining, light):
    reading = read(facts("2020-11-02", 20, 10), on)
    assert (reading.remaining, reading.light) == (remaining, light)


@pytest.mark.parametrize(
    ("promised", "remaining", "light"),
    [
        *((24, 5, Light.GREEN), (24, 4, Light.AMBER), (25, 5, Light.AMBER)),
        *((3, 2, Light.GREEN), (3, 1, Light.AMBER)),
    ],
)
def test_amber_is_the_greater_of_one_day_and_a_fifth_of_the_promise(promised, remaining, light):
    on = CALENDAR.add_working_days(day("2021-06-15"), promised - remaining).on
    reading = clock.read(facts("2021-06-15", 45, promised), CALENDAR, on)
    assert (reading.remaining, reading.light) == (remaining, light)


def test_a_limit_ends_at_the_close_of_business_of_its_day():
    case = facts("2020-11-02", 20, 10)
    assert read(case, "2020-11-16 17:00").light is Light.AMBER
    assert read(case, "2020-11-16 17:00:01").light is Light.RED


def test_when_amber_comes_is_configuration():
    reading = read(facts("2020-11-02", 20, 10), "2020-11-09", amber=Amber(units=3, percent=50))
    assert (reading.remaining, reading.light) == (5, Light.AMBER)
    assert read(facts("2020-11-02", 20, 10), "2020-11-13", amber=Amber(0, 0)).light is Light.GREEN


def test_the_promise_never_ends_after_the_statutory_limit():
    case = ClockFacts(
        started_on=day("2020-11-02"), statutory=Limit(7, Unit.CALENDAR_DAYS), promised=Limit(20)
    )
    reading = read(case, "2020-11-02")
    assert reading.promised_due == reading.statutory_due == here("2020-11-09 17:00")


def test_a_decision_freezes_the_clock():
    case = facts("2020-11-02", 20, 10, stopped_on=day("2020-11-06"))
    assert read(case, "2021-06-30") == read(replace(case, stopped_on=None), "2020-11-06")
    assert read(case, "2020-11-04") == read(replace(case, stopped_on=None), "2020-11-04")


def test_a_decision_to_the_minute_freezes_a_clock_in_hours():
    case = facts("2020-11-06", 8, 5, unit=Unit.WORKING_HOURS, started_at=here("2020-11-06 16:00"))
    stopped = replace(case, stopped_at=here("2020-11-09 13:30"))
    assert read(stopped, "2021-06-30") == read(case, "2020-11-09 13:30")


def test_a_negative_limit_is_refused():
    with pytest.raises(Refused) as refused:
        Limit(-1)
    assert refused.value.code == "limit_negative"


def test_overlapping_pauses_are_counted_once():
    apart = facts(
        "2020-11-02", pauses=(review("2020-11-09", "2020-11-17"), review("2020-11-12", "2020-11-20"))
    )
    joined = facts("2020-11-02", pauses=(review("2020-11-09", "2020-11-20"),))
    assert read(apart, "2020-12-01") == read(joined, "2020-12-01")


def test_a_change_of_calendar_recomputes_the_due_date():
    """31 January 2020 became a holiday and 1 February stopped being a make-up day."""
    before = CALENDAR.with_overrides({day("2020-01-31"): True, day("2020-02-01"): True})
    case = facts("2020-01-20", 20, 20)
    assert clock.read(case, before, day("2020-01-20")).statutory_due_on == day("2020-02-21")
    assert clock.read(case, CALENDAR, day("2020-01-20")).statutory_due_on == day("2020-02-25")
