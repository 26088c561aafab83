"""Tolerant pre-review (容缺预审): a promise for what is missing, pre-acceptance, the supplement, chase and outcome.

The pre-review is not acceptance: no statutory clock runs until the materials are complete, and nothing is decided.
Basis: 行政许可法 Art 32; 国办发〔2019〕35号 (二); configuration.
"""

from datetime import date

from tongban.engine import clock
from tongban.engine.calendar import Calendar
from tongban.engine.lifecycle import commands as c
from tongban.engine.lifecycle import events as e
from tongban.engine.lifecycle.hand import Bar, Hand, Pen, Rule, require, silent
from tongban.engine.lifecycle.state import Case, PromiseMade, Terms, Tolerable
from tongban.engine.refusal import Refused

CHASED = (2, 1, 0)  # working days before the promise is due. Basis: configuration (T−2, T−1, T)


def missing(case: Case) -> tuple[Tolerable, ...]:
    """The materials not given that may follow, in the order of the terms."""
    tolerance = case.terms.tolerance if case.terms else None
    parts = tolerance.materials if tolerance else ()
    return tuple(part for part in parts if part.material not in case.submitted)


def days(terms: Terms, parts: tuple[Tolerable, ...]) -> int:
    """Within how many working days everything promised follows: the shortest of its rules, never more than the
    item's promised limit where that is in working days. Basis: configuration.
    """
    most = min(part.max_days for part in parts)
    counted = terms.promised.unit is clock.Unit.WORKING_DAYS
    return min(most, terms.promised.amount) if counted else most


def why_not(case: Case, *, open_promises: int, credit: str, hand: Hand) -> Refused | None:
    """Why the applicant may not promise what is missing; None when a promise is possible.

    Basis: 行政许可法 Art 32 (main materials complete); 国办发〔2019〕35号 (二) (good credit, written promise).
    """
    try:
        _bar_promise(case, hand)
        _gate(case, open_promises, credit)
    except Refused as refused:
        return refused
    return None


def _bar_promise(case: Case, hand: Hand) -> None:
    """Once, before the window has answered, when nothing but tolerable materials is missing.

    Basis: 行政许可法 Art 32(4); configuration.
    """
    tolerance = case.terms.tolerance if case.terms else None
    if tolerance is None or case.outside:
        raise Refused("tolerance_not_offered")
    if case.promise:
        raise Refused("promised_already")
    if case.notices or silent(case, hand):
        raise Refused("promise_too_late")
    if main := sorted(set(tolerance.main) - case.submitted):
        raise Refused("main_material_missing", materials=main)
    if not missing(case):
        raise Refused("nothing_to_promise")


def _gate(case: Case, open_promises: int, credit: str) -> None:
    """Not too many promises at a time, and only for credit classes the rule of each material names.

    Basis: 国办发〔2019〕35号 (二); configuration.
    """
    assert case.terms is not None
    assert case.terms.tolerance is not None
    most = case.terms.tolerance.most_open
    if open_promises >= most:
        raise Refused("too_many_open_promises", most=most)
    if barred := sorted(part.material for part in missing(case) if credit not in part.credit):
        raise Refused("credit_not_sufficient", materials=barred)


def _promise(case: Case, command: c.Promise, hand: Pen) -> e.Event:
    """Signed by the applicant; what is signed is the text with list, deadline and consequence.

    Basis: 国办发〔2019〕35号 (二); 电子签名法 Art 13, 14.
    """
    assert case.terms is not None
    _gate(case, command.open_promises, command.credit)
    if command.signature is None:
        raise Refused("signature_required")
    if command.signature.digest != command.digest:
        raise Refused("signed_something_else")
    parts = missing(case)
    return e.Promised(
        materials=tuple(part.material for part in parts),
        days=days(case.terms, parts),
        digest=command.digest,
        signature=command.signature,
        open_promises=command.open_promises,
        credit=command.credit,
    )


def _bar_pre_acceptance(case: Case, hand: Hand) -> None:
    """Only against a promise, and while the organ may still answer. Basis: 行政许可法 Art 32(4)."""
    if case.promise is None or case.promise.state != "made":
        raise Refused("no_promise")
    if silent(case, hand):
        raise Refused("pre_acceptance_too_late", due=case.notice_due)


def _pre_accept(case: Case, command: c.PreAccept, hand: Pen) -> e.Event:
    """The promise's days run from the day after; never beyond the item's promised limit.

    Basis: configuration (容缺时限 ≤ 承诺办结时限); 民法典 Art 201.
    """
    assert case.promise is not None
    due = due_on(case, hand.on, hand.calendar)
    return e.PreAccepted(
        materials=case.promise.materials,
        due_on=due,
        chase_on=_chases(due, hand.on, hand.calendar),
        provisional=hand.calendar.is_provisional(hand.on, due),
        calendar=hand.calendar.version,
    )


def due_on(case: Case, pre_accepted_on: date, calendar: Calendar) -> date:
    """The last day of a promise pre-accepted on a day: its working days, or the end of the item's promised limit
    counted from the same day where that is earlier. Basis: configuration.
    """
    assert case.promise is not None
    assert case.terms is not None
    limits = clock.ClockFacts(
        started_on=pre_accepted_on, statutory=case.terms.statutory, promised=case.terms.promised
    )
    latest = clock.read(limits, calendar, pre_accepted_on).promised_due_on
    return min(calendar.add_working_days(pre_accepted_on, case.promise.days).on, latest)


def _chases(due: date, after: date, calendar: Calendar) -> tuple[date, ...]:
    """The days the applicant is reminded on, of those still to come."""
    planned = (calendar.add_working_days(due, -before).on if before else due for before in CHASED)
    return tuple(day for day in planned if day > after)


def still_due(case: Case, hand: Pen) -> dict:
    """The promise read again from another calendar; a day told in writing never comes earlier.

    Basis: 民法典 Art 203; 行政许可法 Art 8 (reliance).
    """
    promise = _open(case)
    assert promise.due_on is not None
    assert promise.pre_accepted_on is not None
    due = max(due_on(case, promise.pre_accepted_on, hand.calendar), promise.due_on)
    return {
        "supplement_due": due,
        "chase_on": _chases(due, promise.pre_accepted_on, hand.calendar),
        "notice_provisional": hand.calendar.is_provisional(promise.pre_accepted_on, due),
    }


def _open(case: Case) -> PromiseMade:
    assert case.promise is not None
    assert case.promise.state == "open"
    return case.promise


def _bar_supplement(case: Case, hand: Hand) -> None:
    """Until the end of the promise's last day. Basis: 民法典 Art 203 para 2; the promise."""
    promise = _open(case)
    assert promise.due_on is not None
    if hand.on > promise.due_on:
        raise Refused("promise_overdue", due=promise.due_on)


def _supplement(case: Case, command: c.Supplement, hand: Pen) -> e.Event:
    """Everything promised, nothing else; the organ then answers on acceptance within five working days.

    Basis: 行政许可法 Art 32(4), (5).
    """
    promised = set(_open(case).materials)
    if left := sorted(promised - set(command.materials)):
        raise Refused("supplement_incomplete", materials=left)
    if surplus := sorted(set(command.materials) - promised):
        raise Refused("not_promised", materials=surplus)
    due = clock.notice_due(command.received_on, hand.calendar)
    return e.Supplemented(
        materials=command.materials,
        received_on=command.received_on,
        notice_due=due.on,
        provisional=due.provisional,
        calendar=hand.calendar.version,
    )


def chase_now(promise: PromiseMade, on: date) -> date | None:
    """The planned day of the reminder that is to be sent on a day; of several that were missed only the latest."""
    waiting = [day for day in promise.chase_on if day <= on and (promise.chased_on or date.min) < day]
    overdue = promise.due_on is not None and on > promise.due_on
    return None if overdue or not waiting else max(waiting)


def _bar_chase(case: Case, hand: Hand) -> None:
    """Each reminder once, on its day or, if that was missed, before the next. Basis: configuration."""
    if chase_now(_open(case), hand.on) is None:
        raise Refused("chase_not_due")


def _chase(case: Case, command: c.ChasePromise, hand: Pen) -> e.Event:
    """The applicant is reminded of what was promised. Basis: configuration (T−2, T−1, T)."""
    promise = _open(case)
    day = chase_now(promise, hand.on)
    assert day is not None
    assert promise.due_on is not None
    later = sum(planned > day for planned in promise.chase_on)
    return e.PromiseChased(materials=promise.materials, due_on=promise.due_on, chase_on=day, left=later)


def _bar_break(case: Case, hand: Hand) -> None:
    """Only after the last day has ended. Basis: 民法典 Art 203 para 2; the promise."""
    promise = _open(case)
    assert promise.due_on is not None
    if hand.on <= promise.due_on:
        raise Refused("promise_not_overdue", due=promise.due_on)


def _break(case: Case, command: c.BreakPromise, hand: Pen) -> e.Event:
    """The pre-review ends, the application is returned, and the broken promise stays on record.

    Basis: the promise signed; 行政许可法 Art 32(4), 38 para 2 (remedies are told).
    """
    promise = _open(case)
    require(remedies=command.remedies)
    assert promise.due_on is not None
    return e.PromiseBroken(materials=promise.materials, due_on=promise.due_on, remedies=command.remedies)


BARS: dict[type[c.Command], Bar] = {
    c.Promise: _bar_promise,
    c.PreAccept: _bar_pre_acceptance,
    c.Supplement: _bar_supplement,
    c.ChasePromise: _bar_chase,
    c.BreakPromise: _bar_break,
}
RULES: dict[type[c.Command], Rule] = {
    c.Promise: _promise,
    c.PreAccept: _pre_accept,
    c.Supplement: _supplement,
    c.ChasePromise: _chase,
    c.BreakPromise: _break,
}
