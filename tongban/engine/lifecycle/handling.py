"""Under way: steps, special procedures, extension, transfer, explanation, recalculation."""

import unicodedata

from tongban.engine import clock
from tongban.engine.calendar import CST
from tongban.engine.lifecycle import commands as c
from tongban.engine.lifecycle import events as e
from tongban.engine.lifecycle import tolerance
from tongban.engine.lifecycle.hand import Bar, Hand, Pen, Rule, dues, facts_for_clock, require, says
from tongban.engine.lifecycle.state import Case, Stage
from tongban.engine.refusal import Refused


def _bar_step(case: Case, hand: Hand) -> None:
    """A step is completed when those before it are. Basis: the item's procedure."""
    if not case.open_steps():
        raise Refused("step_not_open", step="", open=[])


def _complete_step(case: Case, command: c.CompleteStep, hand: Pen) -> e.Event:
    """A step is completed when those before it are; a survey by two officers.

    Basis: 行政许可法 Art 34 para 3.
    """
    step = next((step for step in case.open_steps() if step.code == command.step), None)
    if step is None:
        raise Refused("step_not_open", step=command.step, open=[step.code for step in case.open_steps()])
    if not says(command.opinion):
        raise Refused("opinion_required", step=command.step)
    officers = _different(command.officers)
    if step.kind == "survey" and len(officers) < 2:
        raise Refused("two_officers_required", step=command.step)
    return e.StepCompleted(
        step=command.step,
        passed=command.passed,
        opinion=command.opinion,
        officers=officers or (hand.by,),
        pre=case.stage is Stage.PRE_REVIEW,
    )


def _different(names: tuple[str, ...]) -> tuple[str, ...]:
    """The officers named, each once however the name is spaced or written; what names nobody left out."""
    found: dict[str, str] = {}
    for name in names:
        plain = unicodedata.normalize("NFKC", name).casefold()
        key = "".join(character for character in plain if character.isalnum())
        if key:
            found.setdefault(key, " ".join(name.split()))
    return tuple(found.values())


def _start_special(case: Case, command: c.StartSpecial, hand: Pen) -> e.Event:
    """The clock stops only on the eight grounds of the closed list, the time needed told in writing.

    Basis: 行政许可法 Art 45.
    """
    if command.expected_days < 1:
        raise Refused("expected_days_required")
    require(reasons=command.reason)
    return e.SpecialStarted(
        ground=command.ground, start_on=hand.on, expected_days=command.expected_days, reason=command.reason
    )


def _end_special(case: Case, command: c.EndSpecial, hand: Pen) -> e.Event:
    """The clock runs again from the day after. Basis: 行政许可法 Art 45."""
    open_pause = case.pauses[-1]
    closed = clock.Pause(ground=open_pause.ground, start=open_pause.start, end=hand.on)
    facts = facts_for_clock(case, pauses=(*case.pauses[:-1], closed))
    return e.SpecialEnded(end_on=hand.on, finding=command.finding, **dues(facts, hand))


def _bar_extension(case: Case, hand: Hand) -> None:
    """Once, and before the limit ends. Basis: 行政许可法 Art 42."""
    assert case.terms is not None
    if not case.terms.extendable:
        raise Refused("not_extendable")
    if case.extension:
        raise Refused("extended_once_already")
    if case.statutory_due and hand.at > case.statutory_due:
        raise Refused("extension_too_late", due=case.statutory_due)


def _extend(case: Case, command: c.Extend, hand: Pen) -> e.Event:
    """10 working days approved by the organ's head, or 15 approved by the head of government where
    handling is joint. Basis: 行政许可法 Art 42.
    """
    terms = case.terms
    assert terms is not None
    extension = clock.Extension(
        amount=command.limit.amount, unit=command.limit.unit, approver_level=command.approver
    )
    clock.permit_extension(extension, joint=terms.joint)
    require(reasons=command.reason)
    facts = facts_for_clock(case, extensions=(extension,))
    return e.Extended(
        limit=command.limit, reason=command.reason, approver=command.approver, **dues(facts, hand)
    )


def _transfer(case: Case, command: c.Transfer, hand: Pen) -> e.Event:
    """Moved to the organ that is competent; the clock goes on. Basis: 行政许可法 Art 24, 32(2)."""
    if command.organ == case.organ:
        raise Refused("same_organ")
    now = command.competence
    if now and now.acting != command.organ:
        raise Refused("organ_not_competent", organ=now.acting)
    require(reasons=command.reason)
    return e.Transferred(
        organ=command.organ,
        division=command.division,
        reason=command.reason,
        place=command.place,
        competence=now if now and now.mode else None,
    )


def _bar_explanation(case: Case, hand: Hand) -> None:
    """Only an exceeded limit is explained. Basis: 优化营商环境条例 Art 36 para 2."""
    end = case.decided_at or hand.at
    if case.promised_due is None or end <= case.promised_due:
        raise Refused("not_overdue")


def _explain(case: Case, command: c.ExplainOverdue, hand: Pen) -> e.Event:
    """Exceeding a limit is explained publicly. Basis: 优化营商环境条例 Art 36 para 2."""
    require(reasons=command.explanation)
    return e.OverdueExplained(explanation=command.explanation)


def _recompute(case: Case, command: c.Recompute, hand: Pen) -> e.Event:
    """Deadlines are read again from the same facts when the calendar changes; nobody edits them.

    Basis: 全国年节及纪念日放假办法; 行政许可法 Art 82.
    """
    event = e.DuesRecomputed(calendar=hand.calendar.version, **_still_due(case, hand))
    same = all(
        getattr(event, field) in (None, getattr(case, field))
        for field in ("notice_due", "statutory_due", "promised_due", "delivery_due")
    ) and all(
        getattr(event, field) == getattr(case, field)
        for field in ("provisional", "notice_provisional", "delivery_provisional")
    )
    promise = (case.promise.due_on, case.promise.chase_on) if case.promise else (None, ())
    if same and (event.supplement_due is None or (event.supplement_due, event.chase_on) == promise):
        raise Refused("dues_unchanged")
    return event


def _still_due(case: Case, hand: Pen) -> dict:
    """What is due next at this stage, read from the calendar in hand."""
    if case.stage is Stage.RECEIVED:
        assert case.received_on is not None
        notice = clock.notice_due(case.received_on, hand.calendar)
        return {"notice_due": notice.on, "notice_provisional": notice.provisional}
    if case.stage is Stage.PRE_REVIEW:
        return tolerance.still_due(case, hand)
    if case.stage in {Stage.HANDLING, Stage.SUSPENDED}:
        return {name: due for name, due in dues(facts_for_clock(case), hand).items() if name != "calendar"}
    assert case.decided_at is not None
    delivery = clock.delivery_due(case.decided_at.astimezone(CST).date(), hand.calendar)
    return {
        "delivery_due": delivery.on,
        "provisional": case.provisional,
        "delivery_provisional": delivery.provisional,
    }


BARS: dict[type[c.Command], Bar] = {
    c.CompleteStep: _bar_step,
    c.Extend: _bar_extension,
    c.ExplainOverdue: _bar_explanation,
}
RULES: dict[type[c.Command], Rule] = {
    c.CompleteStep: _complete_step,
    c.StartSpecial: _start_special,
    c.EndSpecial: _end_special,
    c.Extend: _extend,
    c.Transfer: _transfer,
    c.ExplainOverdue: _explain,
    c.Recompute: _recompute,
}
