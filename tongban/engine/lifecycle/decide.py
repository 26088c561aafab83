"""Commands are decided into events: the rules of a case, one function each, no framework, no clock."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta

from tongban.engine import clock
from tongban.engine.calendar import CST, Calendar
from tongban.engine.lifecycle import commands as c
from tongban.engine.lifecycle import events as e
from tongban.engine.lifecycle.state import Case, Stage
from tongban.engine.refusal import Refused

_ANYTIME: tuple[type[c.Command], ...] = (c.Claim, c.Release, c.Withdraw)

_DUE: tuple[type[c.Command], ...] = (c.Recompute,)  # where a date is still due from the organ

_PLANNED: dict[Stage, tuple[type[c.Command], ...]] = {
    Stage.NEW: (c.Receive,),
    Stage.RECEIVED: (*_ANYTIME, *_DUE, c.Notify, c.Accept, c.DeemAccepted, c.RefuseAcceptance, c.Transfer),
    Stage.CORRECTING: (*_ANYTIME, c.Correct, c.RefuseAcceptance),
    Stage.HANDLING: (
        *_ANYTIME,
        *_DUE,
        c.CompleteStep,
        c.StartSpecial,
        c.Extend,
        c.Grant,
        c.Refuse,
        c.Transfer,
        c.ExplainOverdue,
    ),
    Stage.SUSPENDED: (*_ANYTIME, *_DUE, c.EndSpecial, c.CompleteStep),
    Stage.GRANTED: (*_DUE, c.Claim, c.Release, c.Deliver, c.ExplainOverdue),
    Stage.REFUSED: (*_DUE, c.Claim, c.Release, c.Deliver, c.ExplainOverdue),
    Stage.DELIVERED: (c.Archive, c.ExplainOverdue),
    Stage.NOT_ACCEPTED: (c.Archive,),
    Stage.WITHDRAWN: (c.Archive,),
    Stage.ARCHIVED: (),
}

# What may be asked at each stage. The buttons, the API's `allowed` list and the diagram read this table.
ALLOWED: dict[Stage, frozenset[type[c.Command]]] = {
    stage: frozenset(allowed) for stage, allowed in _PLANNED.items()
}

TO_ARCHIVE = frozenset(stage for stage, allowed in ALLOWED.items() if c.Archive in allowed)

# Art 32 para 1 (1), (2), (4); Art 78. Key: ground, value: article.
ACCEPTANCE_REFUSAL_GROUNDS = {
    "not_required": "行政许可法 Art 32(1)",
    "not_competent": "行政许可法 Art 32(2)",
    "not_corrected": "行政许可法 Art 32(4)",
    "barred": "行政许可法 Art 78",
}


class _Hand:
    """Whose hand is on the case, and when."""

    __slots__ = ("at", "by", "on")

    def __init__(self, by: str, at: datetime) -> None:
        self.by, self.at = by, at
        self.on: date = at.astimezone(CST).date()


class _Pen(_Hand):
    """The hand that writes an event: it knows the calendar in force."""

    __slots__ = ("calendar",)

    def __init__(self, by: str, at: datetime, calendar: Calendar) -> None:
        super().__init__(by, at)
        self.calendar = calendar


def decide(case: Case, command: c.Command, *, by: str, at: datetime, calendar: Calendar) -> list[e.Event]:
    """The events that follow from `command`, or `Refused`.

    `by` identifies the officer or applicant, `at` is an aware instant, `calendar` the one in force.
    """
    if type(command) not in ALLOWED[case.stage]:
        raise Refused("not_at_this_stage", stage=case.stage.value, command=type(command).__name__)
    hand = _Pen(by, at, calendar)
    if bar := _BARS.get(type(command)):
        bar(case, hand)
    return [_RULES[type(command)](case, command, hand)]


def possible(case: Case, *, by: str, at: datetime) -> frozenset[type[c.Command]]:
    """The commands `decide` would not bar now, whatever they say; permission is not looked at."""
    hand = _Hand(by, at)
    return frozenset(command for command in ALLOWED[case.stage] if not _barred(case, command, hand))


def _barred(case: Case, command: type[c.Command], hand: _Hand) -> bool:
    bar = _BARS.get(command)
    try:
        if bar:
            bar(case, hand)
    except Refused:
        return True
    return False


def facts_for_clock(case: Case, *, accepted_on: date | None = None, **changes: object) -> clock.ClockFacts:
    """The clock's view of a case; `changes` replace pauses or extensions about to be recorded."""
    terms = case.terms
    assert terms is not None
    started = accepted_on or case.accepted_on
    assert started is not None
    given: dict = {
        "pauses": case.pauses,
        "extensions": (case.extension,) if case.extension else (),
        "stopped_on": case.decided_at.astimezone(CST).date() if case.decided_at else None,
        **changes,
    }
    return clock.ClockFacts(started_on=started, statutory=terms.statutory, promised=terms.promised, **given)


def _dues(facts: clock.ClockFacts, hand: _Pen) -> dict:
    """The due figures an event carries, read from the clock."""
    reading = clock.read(facts, hand.calendar, hand.on)
    return {
        "statutory_due": reading.statutory_due,
        "promised_due": reading.promised_due,
        "provisional": reading.provisional,
        "calendar": hand.calendar.version,
    }


def _receive(case: Case, command: c.Receive, hand: _Pen) -> e.Event:
    """Receipt gives a number and a date; it is not acceptance. Basis: 行政许可法 Art 32."""
    unknown = sorted(set(command.materials) - set(command.terms.materials))
    if unknown:
        raise Refused("unknown_material", materials=unknown)
    return e.Received(
        case_no=command.case_no,
        item=command.item,
        version=command.version,
        organ=command.organ,
        division=command.division,
        applicant=command.applicant,
        terms=command.terms,
        materials=command.materials,
        situation=command.situation,
        form_digest=command.form_digest,
        received_on=command.received_on,
        notice_due=clock.notice_due(command.received_on, hand.calendar).on,
        calendar=hand.calendar.version,
        channel=command.channel,
    )


def _bar_claim(case: Case, hand: _Hand) -> None:
    """A case has at most one holder at a time. Basis: configuration."""
    if case.holder and case.holder != hand.by:
        raise Refused("held_by_another", holder=case.holder)
    if case.holder == hand.by:
        raise Refused("already_yours")


def _bar_release(case: Case, hand: _Hand) -> None:
    """Only a held case can be put back. Basis: configuration."""
    if not case.holder:
        raise Refused("not_held")


def _silent(case: Case, hand: _Hand) -> bool:
    """Whether the five working days for a notice have passed in silence."""
    return case.notice_due is not None and hand.on > case.notice_due


def _bar_notice(case: Case, hand: _Hand) -> None:
    """A notice is given within five working days of receipt. Basis: 行政许可法 Art 32(4)."""
    if _silent(case, hand):
        raise Refused("notice_too_late", due=case.notice_due)


def _notify(case: Case, command: c.Notify, hand: _Pen) -> e.Event:
    """Everything is told once; a second notice may list only defects of newly submitted materials.

    Basis: 行政许可法 Art 32(4).
    """
    assert case.terms is not None
    if not command.defects:
        raise Refused("notice_is_empty")
    unknown = sorted({line.material for line in command.defects} - set(case.terms.materials))
    if unknown:
        raise Refused("unknown_material", materials=unknown)
    repeated = sorted({line.material for line in command.defects} - case.fresh)
    if case.notices and repeated:
        raise Refused("already_noticed_once", materials=repeated)
    if command.correct_by <= hand.on:
        raise Refused("correction_date_passed", correct_by=command.correct_by)
    return e.CorrectionNoticed(
        number=case.notices + 1, defects=command.defects, correct_by=command.correct_by
    )


def _correct(case: Case, command: c.Correct, hand: _Pen) -> e.Event:
    """The applicant answers the notice; the agency has five working days again.

    Basis: 行政许可法 Art 32(4), (5).
    """
    needed = {line.material for line in case.noticed}
    left = sorted(needed - set(command.materials))
    if left:
        raise Refused("correction_incomplete", materials=left)
    surplus = sorted(set(command.materials) - needed)
    if surplus:
        raise Refused("not_in_notice", materials=surplus)
    return e.Corrected(
        materials=command.materials,
        received_on=command.received_on,
        notice_due=clock.notice_due(command.received_on, hand.calendar).on,
        calendar=hand.calendar.version,
    )


def _accepted(case: Case, accepted_on: date, deemed: bool, hand: _Pen) -> e.Event:
    facts = facts_for_clock(case, accepted_on=accepted_on)
    return e.Accepted(accepted_on=accepted_on, deemed=deemed, **_dues(facts, hand))


def _accept(case: Case, command: c.Accept, hand: _Pen) -> e.Event:
    """Acceptance starts the decision clock; after five silent working days it takes effect from the
    receipt date whatever the officer does. Basis: 行政许可法 Art 32(4), (5), Art 42.
    """
    assert case.received_on is not None
    if _silent(case, hand):
        return _accepted(case, case.received_on, True, hand)
    return _accepted(case, hand.on, False, hand)


def _bar_deemed(case: Case, hand: _Hand) -> None:
    """Nothing is deemed while a notice may still come. Basis: 行政许可法 Art 32(4)."""
    if not _silent(case, hand):
        raise Refused("notice_still_possible", due=case.notice_due)


def _deem_accepted(case: Case, command: c.DeemAccepted, hand: _Pen) -> e.Event:
    """Silence for five working days is acceptance as of the receipt day. Basis: 行政许可法 Art 32(4)."""
    assert case.received_on is not None
    return _accepted(case, case.received_on, True, hand)


def _bar_non_acceptance(case: Case, hand: _Hand) -> None:
    """While a notice may still come, or after the applicant let its date pass. Basis: 行政许可法 Art 32."""
    if case.stage is Stage.CORRECTING:
        if case.correct_by is None or hand.on <= case.correct_by:
            raise Refused("correction_still_possible", correct_by=case.correct_by)
    elif _silent(case, hand):
        raise Refused("acceptance_refusal_too_late", due=case.notice_due)


def _refuse_acceptance(case: Case, command: c.RefuseAcceptance, hand: _Pen) -> e.Event:
    """Non-acceptance only on a ground the law names, with reasons and remedies.

    Basis: 行政许可法 Art 32, 78.
    """
    if command.ground not in ACCEPTANCE_REFUSAL_GROUNDS:
        raise Refused("ground_not_in_law", ground=command.ground)
    correcting = case.stage is Stage.CORRECTING
    if command.ground == "not_corrected" and not correcting:
        raise Refused("correction_still_possible", correct_by=case.correct_by)
    if command.ground != "not_corrected" and correcting:
        raise Refused("acceptance_refusal_too_late", due=case.notice_due)
    _require(reasons=command.reason, remedies=command.remedies)
    return e.AcceptanceRefused(ground=command.ground, reason=command.reason, remedies=command.remedies)


def _bar_step(case: Case, hand: _Hand) -> None:
    """A step is completed when those before it are. Basis: the item's procedure."""
    if not case.open_steps():
        raise Refused("step_not_open", step="", open=[])


def _complete_step(case: Case, command: c.CompleteStep, hand: _Pen) -> e.Event:
    """A step is completed when those before it are; a survey by two officers.

    Basis: 行政许可法 Art 34 para 3.
    """
    step = next((step for step in case.open_steps() if step.code == command.step), None)
    if step is None:
        raise Refused("step_not_open", step=command.step, open=[step.code for step in case.open_steps()])
    if not command.opinion.strip():
        raise Refused("opinion_required", step=command.step)
    if step.kind == "survey" and len(set(command.officers)) < 2:
        raise Refused("two_officers_required", step=command.step)
    return e.StepCompleted(
        step=command.step,
        passed=command.passed,
        opinion=command.opinion,
        officers=command.officers or (hand.by,),
    )


def _start_special(case: Case, command: c.StartSpecial, hand: _Pen) -> e.Event:
    """The clock stops only on the eight grounds of the closed list, the time needed told in writing.

    Basis: 行政许可法 Art 45.
    """
    if command.expected_days < 1:
        raise Refused("expected_days_required")
    _require(reasons=command.reason)
    return e.SpecialStarted(
        ground=command.ground, start_on=hand.on, expected_days=command.expected_days, reason=command.reason
    )


def _end_special(case: Case, command: c.EndSpecial, hand: _Pen) -> e.Event:
    """The clock runs again from the day after. Basis: 行政许可法 Art 45."""
    open_pause = case.pauses[-1]
    closed = clock.Pause(ground=open_pause.ground, start=open_pause.start, end=hand.on)
    facts = facts_for_clock(case, pauses=(*case.pauses[:-1], closed))
    return e.SpecialEnded(end_on=hand.on, finding=command.finding, **_dues(facts, hand))


def _bar_extension(case: Case, hand: _Hand) -> None:
    """Once, and before the limit ends. Basis: 行政许可法 Art 42."""
    assert case.terms is not None
    if not case.terms.extendable:
        raise Refused("not_extendable")
    if case.extension:
        raise Refused("extended_once_already")
    if case.statutory_due and hand.at > case.statutory_due:
        raise Refused("extension_too_late", due=case.statutory_due)


def _extend(case: Case, command: c.Extend, hand: _Pen) -> e.Event:
    """10 working days approved by the organ's head, or 15 approved by the head of government where
    handling is joint. Basis: 行政许可法 Art 42.
    """
    terms = case.terms
    assert terms is not None
    extension = clock.Extension(
        amount=command.limit.amount, unit=command.limit.unit, approver_level=command.approver
    )
    clock.permit_extension(extension, joint=terms.joint)
    _require(reasons=command.reason)
    facts = facts_for_clock(case, extensions=(extension,))
    return e.Extended(
        limit=command.limit, reason=command.reason, approver=command.approver, **_dues(facts, hand)
    )


def _bar_examiner(case: Case, hand: _Hand) -> None:
    """Examiner and approver are different people unless the item is decided on the spot.

    Basis: 行政许可法 Art 34; configuration.
    """
    assert case.terms is not None
    if not case.terms.instant and hand.by in {done.by for done in case.done.values()}:
        raise Refused("examiner_cannot_decide")


def _bar_grant(case: Case, hand: _Hand) -> None:
    """Granted only when every condition has been examined and met. Basis: 行政许可法 Art 38 para 1."""
    _bar_examiner(case, hand)
    failed = sorted(code for code, done in case.done.items() if not done.passed)
    if failed:
        raise Refused("condition_not_met", steps=failed)
    if missing := _unfinished(case):
        raise Refused("steps_unfinished", steps=missing)


def _bar_refusal(case: Case, hand: _Hand) -> None:
    """Refused after examination, or as soon as a condition is not met. Basis: 行政许可法 Art 34, 38."""
    _bar_examiner(case, hand)
    failed = any(not done.passed for done in case.done.values())
    if not failed and (missing := _unfinished(case)):
        raise Refused("steps_unfinished", steps=missing)


def _grant(case: Case, command: c.Grant, hand: _Pen) -> e.Event:
    """A grant says until when it is valid and by when it is delivered. Basis: 行政许可法 Art 38, 44."""
    due = clock.delivery_due(hand.on, hand.calendar)
    return e.Granted(
        opinion=command.opinion,
        valid_until=_valid_until(hand.on, case.terms.validity_months if case.terms else 0),
        delivery_due=due.on,
        calendar=hand.calendar.version,
    )


def _valid_until(on: date, months: int) -> date | None:
    """The last day of a result valid for `months` from `on`; the end of the month where it is shorter.

    Basis: 民法典 Art 202; the item's guide.
    """
    if not months:
        return None
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(on.day, last)) - timedelta(days=1)


def _refuse(case: Case, command: c.Refuse, hand: _Pen) -> e.Event:
    """Refused only in writing, with reasons and remedies. Basis: 行政许可法 Art 38 para 2."""
    _require(reasons=command.reasons, basis=command.basis, remedies=command.remedies)
    return e.Refused(
        reasons=command.reasons,
        basis=command.basis,
        remedies=command.remedies,
        delivery_due=clock.delivery_due(hand.on, hand.calendar).on,
        calendar=hand.calendar.version,
    )


def _unfinished(case: Case) -> list[str]:
    assert case.terms is not None
    return [
        step.code
        for step in case.terms.steps
        if step.kind != "decision" and not (step.code in case.done and case.done[step.code].passed)
    ]


def _require(**wordings: str) -> None:
    """Each named wording must say something."""
    for name, wording in wordings.items():
        if not wording.strip():
            raise Refused(f"{name}_required")


def _deliver(case: Case, command: c.Deliver, hand: _Pen) -> e.Event:
    """Delivered within ten working days of the decision. Basis: 行政许可法 Art 44."""
    _require(method=command.method, recipient=command.recipient)
    return e.Delivered(method=command.method, recipient=command.recipient)


def _transfer(case: Case, command: c.Transfer, hand: _Pen) -> e.Event:
    """Moved to the organ that is competent; the clock goes on. Basis: 行政许可法 Art 32(2)."""
    if command.organ == case.organ:
        raise Refused("same_organ")
    _require(reasons=command.reason)
    return e.Transferred(organ=command.organ, division=command.division, reason=command.reason)


def _bar_explanation(case: Case, hand: _Hand) -> None:
    """Only an exceeded limit is explained. Basis: 优化营商环境条例 Art 36 para 2."""
    end = case.decided_at or hand.at
    if case.promised_due is None or end <= case.promised_due:
        raise Refused("not_overdue")


def _explain(case: Case, command: c.ExplainOverdue, hand: _Pen) -> e.Event:
    """Exceeding a limit is explained publicly. Basis: 优化营商环境条例 Art 36 para 2."""
    _require(reasons=command.explanation)
    return e.OverdueExplained(explanation=command.explanation)


def _recompute(case: Case, command: c.Recompute, hand: _Pen) -> e.Event:
    """Deadlines are read again from the same facts when the calendar changes; nobody edits them.

    Basis: 全国年节及纪念日放假办法; 行政许可法 Art 82.
    """
    event = e.DuesRecomputed(calendar=hand.calendar.version, **_still_due(case, hand))
    same = all(
        getattr(event, field) in (None, getattr(case, field))
        for field in ("notice_due", "statutory_due", "promised_due", "delivery_due")
    )
    if same and event.provisional == case.provisional:
        raise Refused("dues_unchanged")
    return event


def _still_due(case: Case, hand: _Pen) -> dict:
    """What is due next at this stage, read from the calendar in hand."""
    if case.stage is Stage.RECEIVED:
        assert case.received_on is not None
        return {"notice_due": clock.notice_due(case.received_on, hand.calendar).on}
    if case.stage in {Stage.HANDLING, Stage.SUSPENDED}:
        return {name: due for name, due in _dues(facts_for_clock(case), hand).items() if name != "calendar"}
    assert case.decided_at is not None
    decided_on = case.decided_at.astimezone(CST).date()
    return {
        "delivery_due": clock.delivery_due(decided_on, hand.calendar).on,
        "provisional": case.provisional,
    }


# What bars a command whatever it says; asked before its rule, and by everybody who offers commands.
_BARS: dict[type[c.Command], Callable[[Case, _Hand], None]] = {
    c.Claim: _bar_claim,
    c.Release: _bar_release,
    c.Notify: _bar_notice,
    c.DeemAccepted: _bar_deemed,
    c.RefuseAcceptance: _bar_non_acceptance,
    c.CompleteStep: _bar_step,
    c.Extend: _bar_extension,
    c.Grant: _bar_grant,
    c.Refuse: _bar_refusal,
    c.ExplainOverdue: _bar_explanation,
}

_RULES: dict[type[c.Command], Callable[..., e.Event]] = {
    c.Receive: _receive,
    c.Claim: lambda case, command, hand: e.Claimed(holder=hand.by),
    c.Release: lambda case, command, hand: e.Released(reason=command.reason),
    c.Notify: _notify,
    c.Correct: _correct,
    c.Accept: _accept,
    c.DeemAccepted: _deem_accepted,
    c.RefuseAcceptance: _refuse_acceptance,
    c.CompleteStep: _complete_step,
    c.StartSpecial: _start_special,
    c.EndSpecial: _end_special,
    c.Extend: _extend,
    c.Grant: _grant,
    c.Refuse: _refuse,
    c.Deliver: _deliver,
    c.Recompute: _recompute,
    c.Withdraw: lambda case, command, hand: e.Withdrawn(reason=command.reason),
    c.Transfer: _transfer,
    c.ExplainOverdue: _explain,
    c.Archive: lambda case, command, hand: e.Archived(digest=command.digest),
}
