"""Enterprise service (M12): the rules as tables."""

from datetime import date

import pytest

from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.duties import Seat
from tongban.catalogue.rules.guide import Limit, Unit
from tongban.engine.refusal import Refused
from tongban.enterprise import rules
from tongban.enterprise.models import LogEntry, Mandate, ServiceProject
from tongban.enterprise.rules import GRANTABLE, Act, Held, Link, Task
from tongban.people.rules import PartyKind, Power, Role

DAY = date(2026, 11, 3)
HELD = Held(
    party=1, steward=7, scope=frozenset({Power.PREPARE, Power.FOLLOW}), first=DAY, last=date(2027, 5, 3)
)


def refused(code: str | None, rule, *args, **kwargs) -> None:
    if code is None:
        assert rule(*args, **kwargs) is None
    else:
        with pytest.raises(Refused) as told:
            rule(*args, **kwargs)
        assert told.value.code == code


@pytest.mark.parametrize(
    ("held", "act", "party", "steward", "on", "code"),
    [
        (HELD, Act.PREPARE, 1, 7, DAY, None),
        (HELD, Act.FOLLOW, 1, 7, date(2027, 5, 3), None),  # the last day counts
        (HELD, Act.FOLLOW, 1, 7, date(2027, 5, 4), "mandate_over"),  # ends by itself
        (HELD, Act.FOLLOW, 1, 7, date(2026, 11, 2), "mandate_over"),  # not yet signed
        (HELD, Act.SUBMIT, 1, 7, DAY, "act_outside_mandate"),
        (HELD, Act.PREPARE, 2, 7, DAY, "mandate_missing"),  # another party
        (HELD, Act.PREPARE, 1, 8, DAY, "mandate_missing"),  # another steward
        (None, Act.PREPARE, 1, 7, DAY, "mandate_missing"),
        (None, Act.ADVISE, 1, 7, DAY, None),
    ],
)
def test_civil_code_art_162_a_steward_acts_inside_scope_term_and_party(held, act, party, steward, on, code):
    refused(code, rules.within, held, act, party=party, steward=steward, on=on)


def test_civil_code_art_173_nothing_is_done_from_the_day_of_the_withdrawal():
    withdrawn = Held(1, 7, HELD.scope, HELD.first, HELD.last, ended_on=date(2026, 12, 1))
    assert [withdrawn.in_force(date(2026, 11, 30)), withdrawn.in_force(date(2026, 12, 1))] == [True, False]


@pytest.mark.parametrize(
    ("scope", "until", "kind", "code"),
    [
        ({Power.PREPARE}, date(2027, 11, 3), PartyKind.COMPANY, None),
        (set(GRANTABLE), DAY, PartyKind.COMPANY, None),
        (set(), DAY, PartyKind.COMPANY, "scope_empty"),
        ({Power.DATA}, DAY, PartyKind.COMPANY, "scope_unknown"),  # consent is given apart
        ({Power.PREPARE}, date(2026, 11, 2), PartyKind.COMPANY, "mandate_in_the_past"),
        ({Power.PREPARE}, date(2028, 11, 3), PartyKind.COMPANY, "mandate_too_long"),
        ({Power.PREPARE}, DAY, PartyKind.PERSON, "party_not_enterprise"),
    ],
)
def test_licensing_law_art_29_a_mandate_is_an_enterprises_with_scope_and_term(scope, until, kind, code):
    refused(code, rules.proposed, scope, until, kind, DAY)


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        ([None], None),
        ([DAY], None),
        ([date(2026, 11, 2)], "mandate_beyond_post"),
        ([date(2026, 11, 2), None], None),
        ([date(2026, 11, 2), date(2026, 11, 9)], None),
        ([], "steward_gone"),
    ],
)
def test_a_mandate_ends_with_the_stewards_posts_if_not_before(ends, code):
    refused(code, rules.within_posts, DAY, ends)


def test_licensing_law_art_27_and_58_no_table_has_a_place_for_a_fee():
    names = {
        field.name for model in (ServiceProject, Mandate, LogEntry) for field in model._meta.get_fields()
    }
    assert not {name for name in names if any(word in name for word in ("fee", "price", "charge", "amount"))}


def seat(department="government_services", division="511802", *roles: Role) -> Seat:
    return Seat(department, division, frozenset(roles or {Role.STEWARD}))


@pytest.mark.parametrize(
    ("held", "centre", "sees", "steward"),
    [
        (seat(), True, True, True),
        (seat("government_services", "511800"), True, True, True),  # the city covers its counties
        (seat("government_services", "511803"), False, False, False),
        (seat("market_regulation", "511802"), False, False, False),
        (seat("government_services", "511802", Role.EDITOR), False, False, False),
        (seat("government_services", "511800", Role.ORGAN_HEAD), True, True, False),
        (seat("government_services", "511800", Role.SUPERVISOR), False, True, False),  # only reads
    ],
)
def test_the_centre_of_the_place_serves_and_a_supervisor_reads(held, centre, sees, steward):
    assert (rules.works_for_centre([held], "511802"), rules.sees([held], "511802")) == (centre, sees)
    refused(None if steward else "not_a_steward", rules.can_be_steward, [held], "511802")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("links", "expected"),
    [
        # Tuesday 3 November: five working days to prepare, then the promise
        ([("a", (), 5)], {"a": date(2026, 11, 17)}),
        ([("a", (), 0)], {"a": date(2026, 11, 10)}),
        ([("a", (), 5), ("b", ("a",), 3)], {"a": date(2026, 11, 17), "b": date(2026, 11, 27)}),
        ([("b", ("a", "gone"), 3), ("a", (), 5)], {"a": date(2026, 11, 17), "b": date(2026, 11, 27)}),
        ([("a", ("b",), 0), ("b", ("a",), 0)], {"a": date(2026, 11, 17), "b": date(2026, 11, 10)}),
    ],
)
def test_a_step_is_due_after_what_comes_before_its_preparation_and_the_promise(links, expected):
    plan = [Link(code, after, Limit(days)) for code, after, days in links]
    made = rules.schedule(plan, DAY, catalogue.calendar())
    assert {code: due.on for code, due in made.items()} == expected


@pytest.mark.django_db
def test_other_units_of_a_promise_end_on_working_days_and_unpublished_years_are_provisional():
    limits = {"days": Limit(1, Unit.CALENDAR_DAYS), "hours": Limit(4, Unit.WORKING_HOURS), "long": Limit(90)}
    plan = [Link(code, (), limit) for code, limit in limits.items()]
    made = rules.schedule(plan, DAY, catalogue.calendar())
    assert (made["days"].on, made["hours"].on) == (date(2026, 11, 11), date(2026, 11, 11))
    assert made["long"].provisional


@pytest.mark.parametrize(
    ("due", "state", "late"),
    [
        (date(2026, 11, 2), "open", True),
        (date(2026, 11, 2), "running", True),
        (date(2026, 11, 2), "granted", False),
        (DAY, "waiting", False),
    ],
)
def test_a_step_is_overdue_when_its_day_has_passed_without_a_result(due, state, late):
    assert rules.late(due, state, DAY) is late


@pytest.mark.parametrize(
    ("event", "file", "counts"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_a_service_counts_only_with_evidence(event, file, counts):
    assert rules.counts(event=event, file=file) is counts


TASK = Task(organ=3, who="李科长", what="出具意见", due=date(2026, 11, 10))


@pytest.mark.parametrize(
    ("conclusion", "tasks", "held", "code"),
    [
        ("限期出具意见", [TASK], DAY, None),
        ("限期出具意见", [TASK], date(2026, 11, 4), "not_held_yet"),
        ("好", [TASK], DAY, "conclusion_missing"),
        ("限期出具意见", [], DAY, "tasks_missing"),
        ("限期出具意见", [Task(3, " ", "出具意见", DAY)], DAY, "task_incomplete"),
        ("限期出具意见", [Task(4, "李科长", "出具意见", DAY)], DAY, "task_of_another"),
        ("限期出具意见", [Task(3, "李科长", "出具意见", date(2026, 11, 2))], DAY, "task_due_before"),
    ],
)
def test_a_consultation_ends_in_who_does_what_by_when(conclusion, tasks, held, code):
    refused(code, rules.concluded, conclusion, tasks, {3}, held, DAY)


@pytest.mark.parametrize(
    ("what", "minutes", "on", "code"),
    [
        ("上门辅导", 30, DAY, None),
        ("辅导", 30, DAY, "log_words_missing"),
        ("上门辅导", 0, DAY, "minutes_wrong"),
        ("上门辅导", 1441, DAY, "minutes_wrong"),
        ("上门辅导", 30, date(2026, 11, 4), "log_in_future"),
    ],
)
def test_what_is_written_in_the_log(what, minutes, on, code):
    refused(code, rules.done, what, minutes, on, DAY)
