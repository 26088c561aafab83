"""The lifecycle as the law says it: given events, a command, the events that follow."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tongban.engine.calendar import CST, Calendar
from tongban.engine.clock import Approver, Ground, Limit, Unit
from tongban.engine.lifecycle import ALLOWED, Case, Stage, commands, decide, evolve, fold, possible
from tongban.engine.lifecycle import events as e
from tongban.engine.lifecycle.state import DefectFound, StepPlan, Terms
from tongban.engine.refusal import Refused
from tongban.kit.holidays_table import published_days

CALENDAR = Calendar.from_days(published_days(), first_year=2015, last_year=2026)
STEPS = (
    StepPlan(code="review", kind="review"),
    StepPlan(code="survey", kind="survey", after=("review",)),
    StepPlan(code="decision", kind="decision", after=("survey",)),
)
TERMS = Terms(
    statutory=Limit(20),
    promised=Limit(5),
    instant=False,
    extendable=True,
    validity_months=60,
    steps=STEPS,
    materials=("form", "plan", "lease"),
)
RECEIVE = commands.Receive(
    case_no="1" * 43,
    item="000131001000",
    version=1,
    organ=7,
    division="511802",
    applicant=3,
    terms=TERMS,
    materials=("form", "lease"),
    situation={},
    form_digest="d",
    received_on=date(2020, 9, 28),
)
MISSING_PLAN = (DefectFound(material="plan", defect="missing"),)


def at(day: str, hour: int = 10) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), CST) + timedelta(hours=hour)


class Story:
    """A case told command by command."""

    def __init__(self, receive: commands.Receive = RECEIVE, on: str = "2020-09-28") -> None:
        self.case = Case()
        self.history: list = []
        self.do(receive, "account:3", on)

    def do(self, command: commands.Command, by: str, on: str, hour: int = 10) -> list[e.Event]:
        events = decide(self.case, command, by=by, at=at(on, hour), calendar=CALENDAR)
        for event in events:
            self.case = evolve(self.case, event, by=by, at=at(on, hour))
            self.history.append((event, by, at(on, hour)))
        return events

    def refused(self, command: commands.Command, by: str, on: str) -> str:
        before = self.case
        with pytest.raises(Refused) as refusal:
            self.do(command, by, on)
        assert self.case == before
        return refusal.value.code


def notify(*defects: DefectFound, by: str = "2020-11-30") -> commands.Notify:
    return commands.Notify(defects=defects or MISSING_PLAN, correct_by=date.fromisoformat(by))


def accepted() -> Story:
    story = Story()
    story.do(commands.Accept(), "account:1", "2020-09-29")
    return story


def examined() -> Story:
    story = accepted()
    step = commands.CompleteStep(step="review", passed=True, opinion="ok")
    story.do(step, "account:2", "2020-09-30")
    survey = commands.CompleteStep(step="survey", passed=True, opinion="ok", officers=("a", "b"))
    story.do(survey, "account:2", "2020-10-09")
    return story


def test_receipt_is_not_acceptance():
    story = Story()
    assert story.case.stage is Stage.RECEIVED
    assert story.case.accepted_on is None
    assert story.case.notice_due == date(2020, 10, 12)


def test_art_32_4_silence_from_2020_09_28_is_acceptance_of_that_day():
    story = Story()
    assert story.refused(commands.DeemAccepted(), "system:clock", "2020-10-12") == "notice_still_possible"
    (event,) = story.do(commands.DeemAccepted(), "system:clock", "2020-10-13")
    assert (event.accepted_on, event.deemed) == (date(2020, 9, 28), True)
    assert story.case.promised_due.date() == date(2020, 10, 12)


def test_art_203_the_fifth_day_ends_with_its_business_hours():
    story, late = Story(), Story()
    story.do(notify(), "account:1", "2020-10-12", hour=17)
    assert story.case.stage is Stage.CORRECTING
    with pytest.raises(Refused, match="notice_too_late"):
        late.do(notify(), "account:1", "2020-10-12", hour=18)
    (event,) = late.do(commands.DeemAccepted(), "system:clock", "2020-10-12", hour=18)
    assert (event.accepted_on, event.deemed) == (date(2020, 9, 28), True)


def test_art_32_4_an_officer_who_accepts_too_late_accepts_as_of_receipt():
    story = Story()
    (event,) = story.do(commands.Accept(), "account:1", "2020-10-20")
    assert (event.accepted_on, event.deemed) == (date(2020, 9, 28), True)


def test_art_32_4_the_notice_is_given_within_five_working_days():
    assert Story().refused(notify(), "account:1", "2020-10-13") == "notice_too_late"


def test_art_32_4_a_second_notice_lists_only_defects_of_newly_submitted_materials():
    story = Story()
    story.do(notify(), "account:1", "2020-09-30")
    correct = commands.Correct(materials=("plan",), received_on=date(2020, 10, 9))
    story.do(correct, "account:3", "2020-10-09")
    old = notify(DefectFound(material="lease", defect="expired"))
    assert story.refused(old, "account:1", "2020-10-10") == "already_noticed_once"
    new = notify(DefectFound(material="plan", defect="illegible"))
    (event,) = story.do(new, "account:1", "2020-10-10")
    assert event.number == 2


def test_a_correction_answers_the_whole_notice_and_nothing_else():
    story = Story()
    story.do(notify(), "account:1", "2020-09-30")
    on = date(2020, 10, 9)
    nothing = commands.Correct(materials=(), received_on=on)
    surplus = commands.Correct(materials=("plan", "lease"), received_on=on)
    assert story.refused(nothing, "account:3", "2020-10-09") == "correction_incomplete"
    assert story.refused(surplus, "account:3", "2020-10-09") == "not_in_notice"


@pytest.mark.parametrize(
    ("ground", "reason", "remedies", "on", "code"),
    [
        ("because", "r", "m", "2020-09-29", "ground_not_in_law"),
        ("not_competent", "", "m", "2020-09-29", "reasons_required"),
        ("not_competent", "r", " ", "2020-09-29", "remedies_required"),
        ("not_competent", "r", "m", "2020-10-13", "acceptance_refusal_too_late"),
        ("not_corrected", "r", "m", "2020-09-29", "correction_still_possible"),
    ],
)
def test_art_32_non_acceptance_needs_a_ground_of_the_law_reasons_and_remedies(
    ground, reason, remedies, on, code
):
    command = commands.RefuseAcceptance(ground=ground, reason=reason, remedies=remedies)
    assert Story().refused(command, "account:1", on) == code


def test_a_correction_never_made_ends_in_non_acceptance_after_its_last_day():
    story = Story()
    story.do(notify(by="2020-10-20"), "account:1", "2020-09-30")
    command = commands.RefuseAcceptance(ground="not_corrected", reason="r", remedies="m")
    assert story.refused(command, "account:1", "2020-10-20") == "correction_still_possible"
    story.do(command, "account:1", "2020-10-21")
    assert story.case.stage is Stage.NOT_ACCEPTED


def test_art_34_a_survey_needs_two_officers():
    story = accepted()
    story.do(commands.CompleteStep(step="review", passed=True, opinion="ok"), "account:2", "2020-09-30")
    for named in ((), ("a", "a"), ("a", ""), ("李敏", " 李 敏 "), ("Li Min", "ＬＩ min"), ("李敏", "\u200b")):
        alone = commands.CompleteStep(step="survey", passed=True, opinion="ok", officers=named)
        assert story.refused(alone, "account:2", "2020-10-09") == "two_officers_required"
    two = commands.CompleteStep(step="survey", passed=True, opinion="ok", officers=(" 李敏", "周强", "李敏"))
    assert story.do(two, "account:2", "2020-10-09")[0].officers == ("李敏", "周强")


def test_steps_follow_their_order():
    survey = commands.CompleteStep(step="survey", passed=True, opinion="ok", officers=("a", "b"))
    assert accepted().refused(survey, "account:2", "2020-09-30") == "step_not_open"


def test_art_45_expert_review_stops_the_clock_and_a_survey_never_does():
    slow = Terms(
        statutory=Limit(20),
        promised=Limit(20),
        instant=False,
        extendable=True,
        steps=STEPS,
        materials=("form", "plan", "lease"),
    )
    story = Story(replace(RECEIVE, terms=slow, received_on=date(2020, 11, 2)), on="2020-11-02")
    story.do(commands.Accept(), "account:1", "2020-11-02")
    assert story.case.promised_due.date() == date(2020, 11, 30)
    start = commands.StartSpecial(ground=Ground.EXPERT_REVIEW, expected_days=10, reason="r")
    story.do(start, "account:2", "2020-11-09")
    assert story.case.stage is Stage.SUSPENDED
    assert story.refused(commands.Grant(), "account:9", "2020-11-10") == "not_at_this_stage"
    story.do(commands.EndSpecial(), "account:2", "2020-11-20")
    assert story.case.promised_due.date() == date(2020, 12, 14)
    story.do(commands.CompleteStep(step="review", passed=True, opinion="ok"), "account:2", "2020-11-23")
    survey = commands.CompleteStep(step="survey", passed=True, opinion="ok", officers=("a", "b"))
    story.do(survey, "account:2", "2020-11-27")
    assert story.case.promised_due.date() == date(2020, 12, 14)


def test_art_45_no_other_ground_stops_the_clock():
    with pytest.raises(ValueError, match="survey"):
        Ground("survey")


@pytest.mark.parametrize(
    ("limit", "approver", "reason", "on", "code"),
    [
        (Limit(11), Approver.ORGAN_HEAD, "r", "2020-10-09", "extension_too_long"),
        (Limit(10, Unit.CALENDAR_DAYS), Approver.ORGAN_HEAD, "r", "2020-10-09", "extension_too_long"),
        (Limit(10), Approver.GOVERNMENT_HEAD, "r", "2020-10-09", "approver_too_low"),
        (Limit(10), Approver.ORGAN_HEAD, "", "2020-10-09", "reasons_required"),
        (Limit(10), Approver.ORGAN_HEAD, "r", "2020-12-30", "extension_too_late"),
    ],
)
def test_art_42_extension_is_bounded_approved_reasoned_and_in_time(limit, approver, reason, on, code):
    command = commands.Extend(limit=limit, reason=reason, approver=approver)
    assert accepted().refused(command, "account:8", on) == code


def test_art_42_extension_only_once():
    story = accepted()
    command = commands.Extend(limit=Limit(10), reason="r", approver=Approver.ORGAN_HEAD)
    story.do(command, "account:8", "2020-10-09")
    assert story.refused(command, "account:8", "2020-10-10") == "extended_once_already"


def test_the_examiner_cannot_decide():
    assert examined().refused(commands.Grant(), "account:2", "2020-10-10") == "examiner_cannot_decide"


def test_art_38_a_refusal_needs_reasons_basis_and_remedies():
    story = examined()
    for missing in ("reasons", "basis", "remedies"):
        for nothing in ("", "  ", "。", "——", "\u200b", "\u2060\u202e", "\u3000"):
            words = {"reasons": "r", "basis": "b", "remedies": "m", missing: nothing}
            assert story.refused(commands.Refuse(**words), "account:9", "2020-10-10") == f"{missing}_required"


def test_what_was_decided_is_delivered_in_a_way_there_is():
    story = examined()
    story.do(commands.Grant(), "account:9", "2020-10-10")
    pigeon = commands.Deliver(method="pigeon", recipient="x")
    assert story.refused(pigeon, "account:5", "2020-10-12") == "delivery_method_unknown"


def test_no_grant_over_a_failed_step_and_none_before_all_are_done():
    story = accepted()
    assert story.refused(commands.Grant(), "account:9", "2020-09-30") == "steps_unfinished"
    story.do(commands.CompleteStep(step="review", passed=False, opinion="no"), "account:2", "2020-09-30")
    assert story.refused(commands.Grant(), "account:9", "2020-10-09") == "condition_not_met"


def test_art_44_delivery_is_due_ten_working_days_after_the_decision():
    story = examined()
    (event,) = story.do(commands.Grant(), "account:9", "2020-10-10")
    assert event.delivery_due == date(2020, 10, 23)
    assert event.valid_until == date(2025, 10, 9)


def test_withdrawal_is_possible_before_the_decision_only():
    story = examined()
    story.do(commands.Grant(), "account:9", "2020-10-10")
    assert story.refused(commands.Withdraw(), "account:3", "2020-10-11") == "not_at_this_stage"
    early = accepted()
    early.do(commands.Withdraw(), "account:3", "2020-09-30")
    assert early.case.stage is Stage.WITHDRAWN


def test_exceeding_a_limit_can_and_staying_within_cannot_be_explained():
    story = accepted()
    command = commands.ExplainOverdue(explanation="x")
    assert story.refused(command, "account:9", "2020-09-30") == "not_overdue"
    story.do(command, "account:9", "2020-11-30")
    assert story.case.explained


ARRANGED = CALENDAR.with_overrides({date(2020, 1, 31): True, date(2020, 2, 1): True})


def recomputed(story: Story, on: str) -> list[e.Event]:
    return decide(story.case, commands.Recompute(), by="system:clock", at=at(on), calendar=CALENDAR)


def test_the_holiday_prolonged_to_2020_02_02_moves_a_deadline_as_an_event_of_its_own():
    story = Story(replace(RECEIVE, received_on=date(2020, 1, 20)), "2020-01-20")
    (accepted,) = decide(
        story.case, commands.Accept(), by="account:1", at=at("2020-01-20"), calendar=ARRANGED
    )
    story.case = evolve(story.case, accepted, by="account:1", at=at("2020-01-20"))
    assert story.case.statutory_due.date() == date(2020, 2, 21)
    (event,) = recomputed(story, "2020-01-28")
    assert (event.statutory_due.date(), event.calendar) == (date(2020, 2, 25), CALENDAR.version)
    story.case = evolve(story.case, event, by="system:clock", at=at("2020-01-28"))
    assert story.case.statutory_due.date() == date(2020, 2, 25)
    assert story.refused(commands.Recompute(), "system:clock", "2020-01-28") == "dues_unchanged"


def test_a_notice_still_due_moves_with_the_calendar_and_so_does_a_delivery():
    story = Story(replace(RECEIVE, received_on=date(2020, 1, 20)), "2020-01-20")
    story.case = replace(story.case, notice_due=date(2020, 2, 1))
    (event,) = recomputed(story, "2020-01-28")
    assert event == e.DuesRecomputed(notice_due=date(2020, 2, 4), calendar=CALENDAR.version)
    decided = examined()
    decided.do(commands.Grant(opinion="ok"), "account:9", "2020-10-09")
    decided.case = replace(decided.case, delivery_due=date(2020, 10, 21))
    (event,) = recomputed(decided, "2020-10-12")
    assert event == e.DuesRecomputed(delivery_due=date(2020, 10, 22), calendar=CALENDAR.version)


def test_a_promise_in_hours_runs_from_the_instant_of_acceptance():
    quick = replace(TERMS, promised=Limit(4, Unit.WORKING_HOURS))
    story = Story(replace(RECEIVE, terms=quick))
    story.do(commands.Accept(), "account:1", "2020-09-28", 16)
    assert story.case.promised_due == at("2020-09-29", 12)
    assert story.case.statutory_due.date() == date(2020, 11, 2)


def test_two_officers_cannot_hold_one_case():
    story = Story()
    story.do(commands.Claim(), "account:1", "2020-09-28")
    assert story.refused(commands.Claim(), "account:5", "2020-09-28") == "held_by_another"


def test_every_stage_says_what_is_allowed_and_every_command_has_a_stage():
    assert set(ALLOWED) == set(Stage)
    somewhere = set().union(*ALLOWED.values())
    assert somewhere == set(commands.Command.__subclasses__())


@pytest.mark.parametrize(
    ("story", "by", "on", "offered"),
    [
        (Story, "account:1", "2020-09-28", {"Claim", "Withdraw", "Notify", "Accept", "RefuseAcceptance", "Transfer",
         "HandOut"}),
        (Story, "account:1", "2020-10-13", {"Claim", "Withdraw", "Accept", "DeemAccepted", "Transfer", "HandOut"}),
        (lambda: accepted(), "account:2", "2020-09-30",
         {"Claim", "Withdraw", "CompleteStep", "StartSpecial", "Extend", "Transfer"}),
        (lambda: examined(), "account:2", "2020-10-09",  # the examiner
         {"Claim", "Withdraw", "StartSpecial", "Extend", "Transfer"}),
        (lambda: examined(), "account:9", "2020-10-09",
         {"Claim", "Withdraw", "StartSpecial", "Extend", "Grant", "Refuse", "Transfer"}),
    ],
)  # fmt: skip
def test_only_what_a_rule_would_not_bar_is_offered(story, by, on, offered):
    case = story().case
    found = possible(case, by=by, at=at(on)) - {commands.Recompute}  # the clock's own, wherever a date is due
    assert {command.__name__ for command in found} == offered


def test_an_event_survives_the_store():
    for event, _, _ in examined().history:
        assert e.load(e.NAMES[type(event)], e.facts(event)) == event


_COMMANDS = st.sampled_from(
    [
        commands.Claim(),
        commands.Release(),
        notify(),
        commands.Correct(materials=("plan",), received_on=date(2020, 10, 9)),
        commands.Accept(),
        commands.DeemAccepted(),
        commands.CompleteStep(step="review", passed=True, opinion="ok"),
        commands.CompleteStep(step="review", passed=False, opinion="no"),
        commands.CompleteStep(step="survey", passed=True, opinion="ok", officers=("a", "b")),
        commands.StartSpecial(ground=Ground.TESTING, expected_days=3, reason="r"),
        commands.EndSpecial(),
        commands.Extend(limit=Limit(5), reason="r", approver=Approver.ORGAN_HEAD),
        commands.Grant(),
        commands.Refuse(reasons="r", basis="b", remedies="m"),
        commands.Deliver(method="window", recipient="x"),
        commands.Withdraw(),
        commands.Transfer(organ=8, division="511803", reason="r"),
        commands.RefuseAcceptance(ground="not_competent", reason="r", remedies="m"),
        commands.ExplainOverdue(explanation="x"),
        commands.Archive(digest="d"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(_COMMANDS, st.sampled_from(["account:1", "account:2", "account:9"]), st.integers(0, 4)),
        max_size=25,
    )
)
def test_replay_of_any_history_equals_the_state(steps):
    story, day = Story(), date(2020, 9, 28)
    for command, by, later in steps:
        day += timedelta(days=later)
        try:
            story.do(command, by, day.isoformat())
        except Refused:
            continue
    stored = [(e.load(e.NAMES[type(event)], e.facts(event)), by, when) for event, by, when in story.history]
    assert fold(stored) == story.case
    assert story.case.position == len(story.history)
    if story.case.stage in {Stage.GRANTED, Stage.REFUSED, Stage.DELIVERED}:
        assert story.case.granted is not None
        assert story.case.decided_by not in {done.by for done in story.case.done.values()}


SLOW = replace(TERMS, promised=Limit(20))


def test_a_date_past_the_last_published_year_is_provisional_at_every_stage_and_says_so():
    year_end = CALENDAR.published_through
    assert year_end == date(2026, 12, 31)
    story = Story(replace(RECEIVE, terms=SLOW, received_on=date(2026, 12, 28)), "2026-12-28")
    assert (story.case.notice_due, story.case.notice_provisional) == (date(2027, 1, 4), True)
    story.do(notify(by="2027-01-30"), "account:1", "2026-12-29")
    assert (story.case.notice_due, story.case.notice_provisional) == (None, False)
    story.do(commands.Correct(materials=("plan",), received_on=date(2026, 12, 31)), "account:3", "2026-12-31")
    assert (story.case.notice_due, story.case.notice_provisional) == (date(2027, 1, 7), True)
    story.do(commands.Accept(), "account:1", "2026-12-31")
    assert (story.case.notice_provisional, story.case.provisional) == (False, True)
    story.do(commands.CompleteStep(step="review", passed=False, opinion="no"), "account:2", "2026-12-31")
    words = {"reasons": "r", "basis": "b", "remedies": "m"}
    (event,) = story.do(commands.Refuse(**words), "account:9", "2026-12-31")
    assert (event.delivery_due, event.provisional, story.case.delivery_provisional) == (
        date(2027, 1, 14),
        True,
        True,
    )


def test_what_was_provisional_is_settled_by_an_event_when_the_year_is_published():
    story = Story(replace(RECEIVE, received_on=date(2026, 12, 28)), "2026-12-28")
    published = CALENDAR.with_overrides({date(2027, 1, 1): False}, years_published=2027)
    (event,) = decide(
        story.case, commands.Recompute(), by="system:clock", at=at("2026-12-29"), calendar=published
    )
    assert event == e.DuesRecomputed(notice_due=date(2027, 1, 5), calendar=published.version)
    story.case = evolve(story.case, event, by="system:clock", at=at("2026-12-29"))
    assert (story.case.notice_due, story.case.notice_provisional) == (date(2027, 1, 5), False)
