"""Whatever people try on real cases: what is stored is what the events say, and the record verifies."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import city
from tests.cases import tolerant
from tests.record import log
from tongban.cases.actions import archive, promises, recalculation, silence
from tongban.cases.actions import commands as run
from tongban.cases.models import Case
from tongban.cases.queries import lists, opened
from tongban.cases.rules import duties
from tongban.catalogue import queries as catalogue
from tongban.engine import clock, lifecycle
from tongban.engine.calendar import CST, STANDARD_HOURS, received_on
from tongban.engine.clock import Approver, Ground, Limit
from tongban.engine.lifecycle import commands
from tongban.engine.lifecycle import events as e
from tongban.engine.lifecycle.decide import TO_ARCHIVE
from tongban.engine.lifecycle.hand import facts_for_clock
from tongban.engine.lifecycle.state import DefectFound, Signature, Stage
from tongban.engine.refusal import Refused
from tongban.people.models import Organ
from tongban.people.rules import system
from tongban.record import queries as record
from tongban.record import verification
from tongban.record.models import Event, Refusal

pytestmark = pytest.mark.django_db(transaction=True)

STAFF = {
    commands.Accept: "clerk",
    commands.PreAccept: "clerk",
    commands.Notify: "clerk",
    commands.RefuseAcceptance: "clerk",
    commands.Transfer: "clerk",
    commands.CompleteStep: "examiner",
    commands.StartSpecial: "examiner",
    commands.EndSpecial: "examiner",
    commands.Extend: "head",
    commands.Grant: "approver",
    commands.Refuse: "approver",
    commands.ExplainOverdue: "head",
    commands.Deliver: "delivery",
}
SIGNED = Signature(signer="account:1", name="王晓梅", capacity="self", method="password", digest="d")
AHEAD = {
    commands.Supplement,
    commands.CompleteStep,
    commands.Grant,
    commands.Refuse,
    commands.Deliver,
    commands.Correct,
}
ENDINGS = {"clerk": "clerk", "examiner": "examiner", "approver": "approver", "deliverer": "delivery"}
PEOPLE = [
    *("wang_xiaomei", "li_qiang", "mingshan_clerk", "audit_admin"),
    *(f"yucheng_{ending}" for ending in ("clerk", "examiner", "examiner2", "approver", "head", "delivery")),
]
METHODS = st.sampled_from(["electronic", "window", "post", "direct", "pigeon"])
WORDS = st.sampled_from(["说明", "说明", "说明", " "])


def with_room(beginning):
    """A beginning with a promise, after earlier examples' promises have been withdrawn: few may be open at a time."""

    def begun(at):
        for number in Case.objects.filter(promise__in=["made", "open"]).values_list("pk", flat=True):
            city.do(number, commands.Withdraw(), "wang_xiaomei", at)
        return beginning(at)

    return begun


BEGINNINGS = [
    *(city.received, city.noticed, city.corrected, city.accepted, city.examined, city.granted),
    tolerant.received,
    *(with_room(one) for one in (tolerant.promised, tolerant.pre_reviewed, tolerant.supplied)),
]


def command_for(kind: type[commands.Command], state: lifecycle.Case, at) -> st.SearchStrategy:
    """A command of `kind` about this case, mostly well filled in."""
    on = at.astimezone(CST).date()
    codes = [*state.terms.materials, "unknown"]
    noticed = tuple(sorted({line.material for line in state.noticed})) or (city.MISSING,)
    return {
        commands.Notify: st.builds(
            commands.Notify,
            defects=st.lists(
                st.builds(DefectFound, material=st.sampled_from(codes), defect=st.just("missing")), max_size=2
            ).map(tuple),
            correct_by=st.integers(-1, 20).map(lambda days: on + timedelta(days)),
        ),
        commands.Correct: st.builds(
            commands.Correct,
            materials=st.sampled_from([noticed, noticed, ()]),
            received_on=st.just(received_on(at, catalogue.calendar(), STANDARD_HOURS)),
        ),
        commands.RefuseAcceptance: st.builds(
            commands.RefuseAcceptance,
            ground=st.sampled_from(["not_competent", "not_corrected"]),
            reason=WORDS,
            remedies=WORDS,
        ),
        commands.CompleteStep: st.builds(
            commands.CompleteStep,
            step=st.sampled_from([step.code for step in state.open_steps()] or ["review"]),
            passed=st.sampled_from([True, True, False]),
            opinion=WORDS,
            officers=st.sampled_from([("李敏", "周强"), ()]),
        ),
        commands.StartSpecial: st.builds(
            commands.StartSpecial, ground=st.sampled_from(Ground), expected_days=st.integers(0, 9), reason=WORDS
        ),
        commands.Extend: st.builds(
            commands.Extend,
            limit=st.builds(Limit, st.integers(1, 11)),
            reason=WORDS,
            approver=st.sampled_from(Approver),
        ),
        commands.Refuse: st.builds(commands.Refuse, reasons=WORDS, basis=WORDS, remedies=WORDS),
        commands.Deliver: st.builds(commands.Deliver, method=METHODS, recipient=WORDS),
        commands.Transfer: st.builds(
            commands.Transfer,
            organ=st.sampled_from([state.organ, elsewhere().pk]),
            division=st.just(elsewhere().division_id),
            reason=WORDS,
        ),
        commands.ExplainOverdue: st.builds(commands.ExplainOverdue, explanation=WORDS),
        commands.Archive: st.just(commands.Archive(digest="d")),
        commands.Promise: st.builds(
            commands.Promise,
            digest=st.just("d"),
            signature=st.sampled_from([SIGNED, SIGNED, None]),
            open_promises=st.just(-1),  # what a caller says of itself counts for nothing
            credit=st.just("a"),
        ),
        commands.Supplement: st.builds(
            commands.Supplement,
            materials=st.sampled_from([noticed, noticed, ()]),
            received_on=st.just(received_on(at, catalogue.calendar(), STANDARD_HOURS)),
        ),
        commands.BreakPromise: st.builds(commands.BreakPromise, remedies=WORDS),
        commands.HandOut: st.just(commands.HandOut(receiver="tax", message="m")),
        commands.HandBack: st.builds(commands.HandBack, reason=WORDS),
    }.get(kind, st.builds(kind))  # fmt: skip


def elsewhere() -> Organ:
    """The organ of another county that a case may be sent to."""
    return Organ.objects.filter(department="market_regulation").order_by("pk").last()


def wish(data, number: str, at) -> tuple[str, commands.Command]:
    """Who wants what next: four times in five something possible, by an officer whose turn it may be."""
    state = opened.state(Case.objects.get(pk=number))
    bold = data.draw(st.integers(0, 4)) == 0
    kinds = set(duties.ROLES) - {commands.Receive} if bold else lifecycle.possible(state, by="", at=at)
    weighted = [kind for kind in kinds for _ in range(4 if kind in AHEAD else 1)] or [commands.Archive]
    kind = data.draw(st.sampled_from(sorted(weighted, key=lambda kind: kind.__name__)))
    turn = ENDINGS.get(duties.duty(state), "clerk") if kind in {commands.Claim, commands.Release} else None
    ending = turn or STAFF.get(kind)
    place = "mingshan" if state.division == tolerant.PILOT else "yucheng"
    who = data.draw(st.sampled_from(PEOPLE)) if bold else f"{place}_{ending}" if ending else "wang_xiaomei"
    return who, data.draw(command_for(kind, state, at))


def stored(number: str) -> tuple:
    """Everything a command may change about a case."""
    return Case.objects.filter(pk=number).values_list().get(), Event.objects.count()


def try_it(number: str, who: str, command: commands.Command, at) -> None:
    """Give the command; when it is refused, only the refusal itself is written."""
    before, refusals = stored(number), Refusal.objects.count()
    try:
        outcome = city.do(number, command, who, at)
    except Refused as refused:
        assert stored(number) == before
        assert Refusal.objects.count() == refusals + 1
        row = Refusal.objects.latest("id")
        facts = {"command": type(command).__name__}
        by = duties.actor(city.caller(who, at))
        assert (row.stream_kind, row.stream_id, row.code, row.facts, row.by, row.at) == (
            "case",
            number,
            refused.code,
            facts,
            by,
            at,
        )
    else:
        assert Refusal.objects.count() == refusals
        assert stored(number)[1] == before[1] + len(outcome.events)


def assert_follows_from_events(number: str, at) -> None:
    """State and columns are those the stored events fold into; positions have no gap."""
    history = record.stream("case", number)
    assert [event.position for event in history] == list(range(1, len(history) + 1))
    state = lifecycle.fold((e.load(event.kind, event.facts), event.by, event.at) for event in history)
    row = Case.objects.get(pk=number)
    assert opened.state(row) == state
    promise = state.promise
    due = promise.due_on.isoformat() if promise and promise.due_on else None
    assert (row.promise, row.promise_due) == (promise.state if promise else None, due)
    columns = (row.stage, row.duty, row.holder_id, row.position, row.due_at, row.organ_id, row.division_code)
    assert list(columns) == run.row(state)[1:]
    ended_at = history[-1].at if state.stage in TO_ARCHIVE else None
    assert (row.position, row.party_id) == (len(history), state.applicant)
    assert row.ended_at == ended_at
    if state.stage is Stage.HANDLING:
        reading = clock.read(facts_for_clock(state), catalogue.calendar(), at.astimezone(CST).date())
        assert (state.promised_due, state.statutory_due) == (reading.promised_due, reading.statutory_due)
        assert (row.due_at, lists.line(row, at).light) == (reading.promised_due, reading.light.value)


def the_house_at_night(at) -> None:
    """What the worker does by itself."""
    silence.accept_silent(at=at)
    promises.end_overdue(at=at)
    promises.chase(at=at)
    recalculation.recompute(at=at)
    archive.archive_ended(at=at)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(beginning=st.sampled_from(BEGINNINGS), tries=st.integers(3, 14), data=st.data())
def _any_tries(beginning, tries, data):
    at = city.AT
    number = beginning(at)
    for _ in range(tries):
        at += timedelta(hours=data.draw(st.integers(0, 72)))
        who, command = wish(data, number, at)
        try_it(number, who, command, at)
        if data.draw(st.integers(0, 3)) == 0:
            the_house_at_night(at)
    assert_follows_from_events(number, at)
    log.seal_all(at)
    assert verification.verify().problems == []


def test_state_columns_and_record_follow_from_the_events_after_any_tries():
    _any_tries()
    numbers = list(Case.objects.values_list("pk", flat=True))
    assert len(numbers) >= 100
    for number in numbers:
        history = record.stream("case", number)
        state = lifecycle.fold((e.load(event.kind, event.facts), event.by, event.at) for event in history)
        assert opened.state(Case.objects.get(pk=number)) == state


def test_the_clock_accepts_what_nobody_answered_and_the_archive_closes_what_ended():
    silent, ended = city.received(), city.delivered()
    later = city.AT + timedelta(days=45)
    the_house_at_night(later)
    assert [event.kind for event in record.stream("case", silent)] == ["received", "accepted"]
    assert record.stream("case", ended)[-1].kind == "archived"
    for number in (silent, ended):
        assert_follows_from_events(number, later)


def test_only_the_system_speaks_for_the_clock():
    number = city.received()
    for who in PEOPLE:
        try_it(number, who, commands.DeemAccepted(), city.AT + timedelta(days=30))
    run.perform(
        case_no=number,
        command=commands.DeemAccepted(),
        caller=system("clock"),
        at=city.AT + timedelta(days=30),
    )
    state = msgspec.structs.asdict(opened.state(Case.objects.get(pk=number)))
    assert (state["deemed"], state["accepted_on"]) == (True, city.AT.astimezone(CST).date())
