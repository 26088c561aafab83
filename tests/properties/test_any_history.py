"""Whatever people try, in whatever order: the rules of a case hold over its whole history. No database."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.engine import clock
from tongban.engine.calendar import CST, STANDARD_HOURS, Calendar, received_on
from tongban.engine.clock import Approver, Ground, Limit, Unit
from tongban.engine.lifecycle import ALLOWED, Case, Stage, commands, decide, evolve, fold, possible
from tongban.engine.lifecycle import events as e
from tongban.engine.lifecycle.hand import facts_for_clock
from tongban.engine.lifecycle.state import DefectFound, Signature, StepPlan, Terms, Tolerable, Tolerance
from tongban.engine.refusal import Refused
from tongban.kit.holidays_table import published_days

CALENDAR = Calendar.from_days(published_days(), first_year=2015, last_year=2026)
MATERIALS = ("form", "plan", "lease")
STEPS = (
    StepPlan(code="review", kind="review"),
    StepPlan(code="survey", kind="survey", after=("review",)),
    StepPlan(code="decision", kind="decision", after=("survey",)),
)
APPLICANT, CLERK, EXAMINER, OTHER, APPROVER = "account:3", "account:1", "account:2", "account:5", "account:9"
PEOPLE = (APPLICANT, CLERK, EXAMINER, OTHER, APPROVER, "system:clock")
METHODS = st.sampled_from(["electronic", "window", "post", "direct", "pigeon"])
WORDS = st.sampled_from(["r"] * 6 + ["依据", "  ", ""])
POSSIBLE = 5  # of six tries, this many are of a command the rules would not bar
SIGNED = Signature(signer=APPLICANT, name="n", capacity="self", method="password", digest="t")
TOLERANCE = Tolerance(
    main=("form", "lease"),
    materials=(Tolerable(material="plan", max_days=9, risk="low", credit=("a", "unrated")),),
    most_open=2,
)
AHEAD = frozenset(
    {commands.Promise, commands.Notify, commands.Correct, commands.Accept, commands.CompleteStep, commands.Grant, commands.Refuse,
     commands.Deliver}
)  # fmt: skip


RARE = frozenset(
    {commands.PreAccept, commands.ChasePromise, commands.BreakPromise}
)  # what few histories come to


def materials():
    return st.lists(st.sampled_from([*MATERIALS, "unknown"]), max_size=4, unique=True).map(tuple)


def command_for(kind: type[commands.Command], case: Case, at: datetime) -> st.SearchStrategy:
    """A command of `kind`, well filled in or not."""
    on = at.astimezone(CST).date()
    days = st.integers(-2, 20).map(lambda n: on + timedelta(n))
    asked = tuple(sorted({line.material for line in case.noticed}))
    defects = st.lists(
        st.builds(
            DefectFound, material=st.sampled_from([*MATERIALS * 3, "unknown"]), defect=st.just("missing")
        ),
        max_size=3,
    ).map(tuple)
    given_on = received_on(at, CALENDAR, STANDARD_HOURS)
    return {
        commands.Receive: st.just(receive(at)),
        commands.Notify: st.builds(commands.Notify, defects=defects, correct_by=days),
        commands.Correct: st.builds(
            commands.Correct, materials=st.just(asked) | materials(), received_on=st.just(given_on)
        ),
        commands.RefuseAcceptance: st.builds(
            commands.RefuseAcceptance,
            ground=st.sampled_from(["not_competent", "not_corrected", "because"]),
            reason=WORDS,
            remedies=WORDS,
        ),
        commands.CompleteStep: st.builds(
            commands.CompleteStep,
            step=st.sampled_from([step.code for step in case.open_steps()] or ["review"]),
            passed=st.sampled_from([True, True, True, False]),
            opinion=WORDS,
            officers=st.sampled_from([("a", "b"), ("a", "b", "c"), ("a", "a"), ()]),
        ),
        commands.StartSpecial: st.builds(
            commands.StartSpecial, ground=st.sampled_from(Ground), expected_days=st.integers(0, 20), reason=WORDS
        ),
        commands.Extend: st.builds(
            commands.Extend,
            limit=st.builds(Limit, st.integers(1, 16), st.sampled_from(Unit)),
            reason=WORDS,
            approver=st.sampled_from(Approver),
        ),
        commands.Refuse: st.builds(commands.Refuse, reasons=WORDS, basis=WORDS, remedies=WORDS),
        commands.Deliver: st.builds(commands.Deliver, method=METHODS, recipient=WORDS),
        commands.Transfer: st.builds(
            commands.Transfer, organ=st.sampled_from([7, 8]), division=st.just("511803"), reason=WORDS
        ),
        commands.ExplainOverdue: st.builds(commands.ExplainOverdue, explanation=WORDS),
        commands.Archive: st.just(commands.Archive(digest="d")),
        commands.Promise: st.builds(
            commands.Promise,
            digest=st.just("t"),
            signature=st.sampled_from([SIGNED] * 6 + [None, msgspec.structs.replace(SIGNED, digest="x")]),
            open_promises=st.sampled_from([0, 0, 0, 1, 2]),
            credit=st.sampled_from(["a", "unrated", "unrated", "d"]),
        ),
        commands.Supplement: st.builds(
            commands.Supplement, materials=st.just(asked) | materials(), received_on=st.just(given_on)
        ),
        commands.BreakPromise: st.builds(commands.BreakPromise, remedies=WORDS),
        commands.HandOut: st.just(commands.HandOut(receiver="tax", message="m")),
        commands.HandBack: st.builds(commands.HandBack, reason=WORDS),
    }.get(kind, st.builds(kind))  # fmt: skip


def receive(at: datetime) -> commands.Receive:
    terms = Terms(
        statutory=Limit(20),
        promised=Limit(5),
        instant=False,
        extendable=True,
        validity_months=60,
        steps=STEPS,
        materials=MATERIALS,
        tolerance=TOLERANCE,
    )
    return commands.Receive(
        case_no="1" * 43,
        item="000131001000",
        version=1,
        organ=7,
        division="511802",
        applicant=3,
        terms=terms,
        materials=("form", "lease"),
        situation={},
        form_digest="d",
        received_on=received_on(at, CALENDAR, STANDARD_HOURS),
    )


class Step(msgspec.Struct, frozen=True):
    """What was recorded: the state before, the event, by whom, when, the state after."""

    before: Case
    event: e.Event
    by: str
    at: datetime
    after: Case

    @property
    def on(self) -> date:
        return self.at.astimezone(CST).date()


@st.composite
def histories(draw) -> list[Step]:
    """A case that anybody tries anything on, mostly things that are possible, at increasing instants."""
    at = datetime(2020, 9, 1, tzinfo=CST) + timedelta(hours=draw(st.integers(0, 24 * 60)))
    case, history = Case(), []
    for _ in range(draw(st.integers(5, 40))):
        by = draw(st.sampled_from(PEOPLE))
        bold = draw(st.integers(1, 6)) > POSSIBLE
        kinds = set(commands.Command.__subclasses__()) if bold else possible(case, by=by, at=at)
        if kinds:
            weighted = [kind for kind in kinds for _ in range(_weight(kind))]
            kind = draw(st.sampled_from(sorted(weighted, key=lambda kind: kind.__name__)))
            command = draw(command_for(kind, case, at))
            case = _try(case, command, by, at, history)
        at += timedelta(hours=draw(st.integers(0, 60)))
    return history


def _weight(kind: type[commands.Command]) -> int:
    return 12 if kind in RARE else 5 if kind in AHEAD else 1


def _try(case: Case, command: commands.Command, by: str, at: datetime, history: list[Step]) -> Case:
    try:
        events = decide(case, command, by=by, at=at, calendar=CALENDAR)
    except Refused as refused:
        assert refused.code
        return case
    for event in events:
        after = evolve(case, event, by=by, at=at)
        history.append(Step(case, event, by, at, after))
        case = after
    return case


def of(history: list[Step], *kinds: type[e.Event]) -> list[Step]:
    return [step for step in history if isinstance(step.event, kinds)]


def only_one_decision(history: list[Step]) -> None:
    decided = of(history, e.Granted, e.Refused)
    assert len(decided) <= 1
    for step in decided:
        later = history[history.index(step) + 1 :]
        after = (e.Claimed, e.Released, e.Delivered, e.OverdueExplained, e.DuesRecomputed, e.Archived)
        assert of(later, *after) == later


def what_is_handed_out_is_in_one_system_and_comes_back_from_it(history: list[Step]) -> None:
    for step in of(history, e.HandedOut):
        assert not step.before.outside
    for step in of(history, e.HandedBack):
        assert step.event.receiver == step.before.outside != ""
    for step in of(history, e.Granted, e.Refused, e.Withdrawn, e.Transferred, e.AcceptanceRefused):
        assert not step.after.outside


def art_32_4_a_later_notice_lists_only_what_was_newly_submitted(history: list[Step]) -> None:
    notices = of(history, e.CorrectionNoticed, e.PreAccepted)
    numbers = [getattr(step.event, "number", 1) for step in notices]
    assert numbers == list(range(1, len(notices) + 1))
    for _, later in pairwise(notices):
        (*_, answer) = of(history[: history.index(later)], e.Corrected, e.Supplemented)
        assert {line.material for line in later.event.defects} <= set(answer.event.materials)


def art_32_4_a_notice_comes_within_five_working_days_and_names_something(history: list[Step]) -> None:
    for step in of(history, e.CorrectionNoticed):
        assert step.event.defects
        start = step.before.received_on
        assert CALENDAR.working_days_between(start, step.on) <= 5
        assert step.event.correct_by > step.on


def art_32_4_silence_is_acceptance_as_of_the_receipt(history: list[Step]) -> None:
    for step in of(history, e.Accepted):
        silent = step.at > clock.ends_at(CALENDAR.add_working_days(step.before.received_on, 5).on)
        expected = (True, step.before.received_on) if silent else (False, step.on)
        assert (step.event.deemed, step.event.accepted_on) == expected


def art_32_a_case_is_accepted_or_turned_away_once(history: list[Step]) -> None:
    assert len(of(history, e.Accepted, e.AcceptanceRefused)) <= 1
    assert len(of(history, e.Accepted, e.AcceptanceRefused, e.PromiseBroken)) <= 1
    for step in of(history, e.AcceptanceRefused):
        assert step.event.reason.strip()
        assert step.event.remedies.strip()
        assert step.event.ground in {"not_competent", "not_corrected"}


def the_examiner_never_decides(history: list[Step]) -> None:
    for step in of(history, e.Granted, e.Refused):
        examiners = {done.by for done in of(history[: history.index(step)], e.StepCompleted)}
        assert step.by not in examiners


def art_38_granted_only_when_every_step_passed_and_refused_only_with_reasons(history: list[Step]) -> None:
    if of(history, e.Granted):
        last = {done.event.step: done.event.passed for done in of(history, e.StepCompleted)}
        assert last == {"review": True, "survey": True}
    for step in of(history, e.Refused):
        assert all(words.strip() for words in (step.event.reasons, step.event.basis, step.event.remedies))


def art_34_a_survey_has_two_officers(history: list[Step]) -> None:
    for step in of(history, e.StepCompleted):
        assert step.event.step != "survey" or len(set(step.event.officers)) >= 2


def art_45_the_clock_stops_only_on_the_closed_list_and_runs_again_before_the_decision(history) -> None:
    last = history[-1].after if history else Case()
    started = [(step.event.ground, step.on) for step in of(history, e.SpecialStarted)]
    assert [(pause.ground, pause.start) for pause in last.pauses] == started
    ended = [step.on for step in of(history, e.SpecialEnded)]
    assert [pause.end for pause in last.pauses if pause.end] == ended
    for step in of(history, e.Granted, e.Refused):
        assert all(pause.end for pause in step.before.pauses)


def deadlines_move_only_by_the_events_that_may_move_them(history: list[Step]) -> None:
    may = (e.Accepted, e.SpecialEnded, e.Extended, e.DuesRecomputed)
    for step in history:
        before, after = step.before, step.after
        moved = (before.statutory_due, before.promised_due) != (after.statutory_due, after.promised_due)
        assert not moved or isinstance(step.event, may)
        assert after.promised_due is None or after.promised_due <= after.statutory_due


def m9_only_flagged_materials_are_promised_once_signed_within_the_gate(history: list[Step]) -> None:
    promises = of(history, e.Promised)
    assert len(promises) <= 1
    for step in promises:
        assert set(step.event.materials) == set(MATERIALS) - step.before.submitted == {"plan"}
        assert step.event.signature.digest == step.event.digest
        assert step.event.open_promises < TOLERANCE.most_open
        assert step.event.credit in TOLERANCE.materials[0].credit
        assert step.event.days == 5  # the promised limit is shorter than the rule's nine


def m9_the_pre_review_starts_no_clock_and_nothing_is_decided_in_it(history: list[Step]) -> None:
    for step in history:
        if step.after.stage is Stage.PRE_REVIEW:
            clocks = (step.after.accepted_on, step.after.statutory_due, step.after.promised_due)
            assert clocks == (None, None, None)
    for step in of(history, e.Granted, e.Refused):
        promise = step.before.promise
        assert promise is None or promise.state in {"kept", "lapsed"}
    for step in of(history, e.StepCompleted):
        assert step.event.pre == (step.before.stage is Stage.PRE_REVIEW)


def m9_accepted_only_when_what_was_promised_has_come_or_by_silence(history: list[Step]) -> None:
    for step in of(history, e.Accepted):
        promise = step.before.promise
        assert promise is None or promise.state in {"kept", "lapsed"} or step.event.deemed


def m9_a_promise_is_kept_until_its_last_day_and_broken_after_it_and_never_both(history: list[Step]) -> None:
    taken = of(history, e.PreAccepted)
    for step in taken:
        assert step.event.due_on == CALENDAR.add_working_days(step.on, 5).on
        assert step.before.promise.state == "made"
    ends = of(history, e.Supplemented, e.PromiseBroken)
    assert len(ends) <= len(taken) <= 1
    for step in ends:
        kept = isinstance(step.event, e.Supplemented)
        assert (step.on <= step.before.promise.due_on) == kept
        assert step.after.promise.state == ("kept" if kept else "broken")
        assert step.after.stage is (Stage.RECEIVED if kept else Stage.RETURNED)
        if kept:
            assert set(step.event.materials) == set(step.before.promise.materials)


def m9_each_reminder_comes_once_and_not_before_its_day(history: list[Step]) -> None:
    chases = of(history, e.PromiseChased)
    days = [step.event.chase_on for step in chases]
    assert days == sorted(set(days))
    for step in chases:
        assert step.event.chase_on <= step.on <= step.event.due_on
        left = CALENDAR.working_days_between(step.event.chase_on, step.event.due_on)
        assert left == step.event.left <= 2


def a_deadline_follows_from_the_facts_and_the_calendar_alone(history: list[Step]) -> None:
    for step in history:
        if step.after.stage is Stage.HANDLING:
            reading = clock.read(facts_for_clock(step.after), CALENDAR, step.on)
            due = (step.after.statutory_due, step.after.promised_due, step.after.provisional)
            assert due == (reading.statutory_due, reading.promised_due, reading.provisional)


def art_42_extended_at_most_once_before_the_end_and_by_ten_working_days(history: list[Step]) -> None:
    extensions = of(history, e.Extended)
    assert len(extensions) <= 1
    for step in extensions:
        assert step.at <= step.before.statutory_due
        assert step.event.limit.amount <= 10
        assert step.event.reason.strip()


def art_44_delivered_after_the_decision_and_due_ten_working_days_after_it(history: list[Step]) -> None:
    for step in of(history, e.Delivered):
        assert step.before.stage in {Stage.GRANTED, Stage.REFUSED}
    for step in of(history, e.Granted, e.Refused):
        assert step.event.delivery_due == CALENDAR.add_working_days(step.on, 10).on


def a_limit_is_explained_only_when_it_was_exceeded(history: list[Step]) -> None:
    for step in of(history, e.OverdueExplained):
        assert (step.before.decided_at or step.at) > step.before.promised_due


def nothing_happens_after_the_archive_and_nobody_holds_what_has_ended(history: list[Step]) -> None:
    for step in history:
        assert step.before.stage is not Stage.ARCHIVED
        ended = {Stage.WITHDRAWN, Stage.NOT_ACCEPTED, Stage.RETURNED, Stage.DELIVERED, Stage.ARCHIVED}
        if step.after.stage in ended:
            assert step.after.holder is None


def replay_from_the_store_gives_the_state_and_the_state_survives_its_column(history: list[Step]) -> None:
    stored = [
        (e.load(kind, msgspec.json.decode(msgspec.json.encode(facts))), by, at)
        for kind, facts, by, at in (
            (e.NAMES[type(step.event)], e.facts(step.event), step.by, step.at) for step in history
        )
    ]
    state = history[-1].after if history else Case()
    assert fold(stored) == state
    assert state.position == len(history)
    assert msgspec.json.decode(msgspec.json.encode(state), type=Case) == state


LAWS = [
    only_one_decision,
    what_is_handed_out_is_in_one_system_and_comes_back_from_it,
    art_32_4_a_later_notice_lists_only_what_was_newly_submitted,
    art_32_4_a_notice_comes_within_five_working_days_and_names_something,
    art_32_4_silence_is_acceptance_as_of_the_receipt,
    art_32_a_case_is_accepted_or_turned_away_once,
    the_examiner_never_decides,
    art_38_granted_only_when_every_step_passed_and_refused_only_with_reasons,
    art_34_a_survey_has_two_officers,
    art_45_the_clock_stops_only_on_the_closed_list_and_runs_again_before_the_decision,
    deadlines_move_only_by_the_events_that_may_move_them,
    m9_only_flagged_materials_are_promised_once_signed_within_the_gate,
    m9_the_pre_review_starts_no_clock_and_nothing_is_decided_in_it,
    m9_accepted_only_when_what_was_promised_has_come_or_by_silence,
    m9_a_promise_is_kept_until_its_last_day_and_broken_after_it_and_never_both,
    m9_each_reminder_comes_once_and_not_before_its_day,
    a_deadline_follows_from_the_facts_and_the_calendar_alone,
    art_42_extended_at_most_once_before_the_end_and_by_ten_working_days,
    art_44_delivered_after_the_decision_and_due_ten_working_days_after_it,
    a_limit_is_explained_only_when_it_was_exceeded,
    nothing_happens_after_the_archive_and_nobody_holds_what_has_ended,
    replay_from_the_store_gives_the_state_and_the_state_survives_its_column,
]


@settings(max_examples=300, deadline=None)
@given(histories())
def test_every_history_keeps_every_rule(history):
    for law in LAWS:
        law(history)


def test_the_histories_tried_reach_every_event_there_is():
    seen: set[type[e.Event]] = set()

    @settings(max_examples=400, deadline=None, derandomize=True, database=None)
    @given(histories())
    def try_them(history):
        seen.update(type(step.event) for step in history)

    try_them()
    assert seen == set(e.KINDS.values())


@settings(max_examples=100, deadline=None)
@given(histories(), st.sampled_from(PEOPLE), st.integers(0, 400))
def test_what_is_offered_is_allowed_at_the_stage_and_what_is_not_offered_is_refused(history, by, later):
    case = history[-1].after if history else Case()
    at = (history[-1].at if history else datetime(2020, 9, 1, tzinfo=CST)) + timedelta(hours=later)
    offered = possible(case, by=by, at=at)
    assert offered <= ALLOWED[case.stage]
    for kind in set(commands.Command.__subclasses__()) - offered:
        command = {
            commands.Notify: lambda: commands.Notify(defects=(), correct_by=date(2030, 1, 1)),
            commands.Receive: lambda: receive(at),
        }.get(kind)
        plain = command() if command else _plainly(kind)
        with pytest.raises(Refused):
            decide(case, plain, by=by, at=at, calendar=CALENDAR)


def _plainly(kind: type[commands.Command]) -> commands.Command:
    """A command of `kind` with every field filled in."""
    filled = {
        "materials": MATERIALS, "received_on": date(2030, 1, 1), "ground": "not_competent", "reason": "r",
        "remedies": "m", "step": "review", "passed": True, "opinion": "ok", "officers": ("a", "b"),
        "expected_days": 3, "finding": "f", "limit": Limit(5), "approver": Approver.ORGAN_HEAD, "reasons": "r",
        "basis": "b", "method": "window", "recipient": "x", "organ": 8, "division": "511803",
        "explanation": "x", "digest": "t", "place": "511803", "competence": None, "signature": SIGNED,
        "open_promises": 0, "credit": "unrated", "receiver": "tax", "message": "m",
        "produced": {},
    }  # fmt: skip
    if kind is commands.StartSpecial:
        filled["ground"] = Ground.TESTING
    return kind(**{name: filled[name] for name in kind.__struct_fields__})


def test_a_promise_never_comes_earlier_when_the_calendar_changes_and_later_when_it_gives_more_rest():
    at = datetime(2020, 9, 21, 10, tzinfo=CST)
    case = Case()
    promise = commands.Promise(digest="t", signature=SIGNED, credit="unrated")
    for command, by in [(receive(at), APPLICANT), (promise, APPLICANT), (commands.PreAccept(), CLERK)]:
        (event,) = decide(case, command, by=by, at=at, calendar=CALENDAR)
        case = evolve(case, event, by=by, at=at)
    assert case.promise.due_on == date(2020, 9, 27)  # the Sunday before the holidays works

    def recomputed(days: dict[date, bool]) -> date:
        calendar = CALENDAR.with_overrides(days)
        (event,) = decide(case, commands.Recompute(), by="system:clock", at=at, calendar=calendar)
        return evolve(case, event, by="system:clock", at=at).promise.due_on

    assert recomputed({date(2020, 9, 24): False}) == date(2020, 9, 28)
    assert recomputed({date(2020, 9, 26): True}) == date(2020, 9, 27)
    with pytest.raises(Refused, match="dues_unchanged"):
        recomputed({})


def test_an_examiner_whose_report_another_replaced_cannot_decide_either():
    at = datetime(2020, 9, 29, 10, tzinfo=CST)
    failed = commands.CompleteStep(step="review", passed=False, opinion="r")
    passed = commands.CompleteStep(step="review", passed=True, opinion="r")
    survey = commands.CompleteStep(step="survey", passed=True, opinion="r", officers=("a", "b"))
    told = [
        (receive(at), APPLICANT),
        (commands.Accept(), CLERK),
        (failed, APPROVER),
        (passed, EXAMINER),
        (survey, EXAMINER),
    ]
    case = Case()
    for command, by in told:
        (event,) = decide(case, command, by=by, at=at, calendar=CALENDAR)
        case = evolve(case, event, by=by, at=at)
    with pytest.raises(Refused) as refusal:
        decide(case, commands.Grant(), by=APPROVER, at=at, calendar=CALENDAR)
    assert refusal.value.code == "examiner_cannot_decide"
    (event,) = decide(case, commands.Grant(), by=OTHER, at=at, calendar=CALENDAR)
    assert isinstance(event, e.Granted)
