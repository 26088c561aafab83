"""The decision and its delivery: who may decide, when, with what reasons; withdrawal and archive."""

from calendar import monthrange
from datetime import date, timedelta

from tongban.engine import clock
from tongban.engine.lifecycle import commands as c
from tongban.engine.lifecycle import events as e
from tongban.engine.lifecycle.hand import Bar, Hand, Pen, Rule, require
from tongban.engine.lifecycle.state import Case
from tongban.engine.refusal import Refused

DELIVERY_METHODS = frozenset({"electronic", "window", "post", "direct"})  # 电子、窗口领取、邮寄、直接送达


def _bar_examiner(case: Case, hand: Hand) -> None:
    """Examiner and approver are different people unless the item is decided on the spot.

    Basis: 行政许可法 Art 34; configuration.
    """
    assert case.terms is not None
    if not case.terms.instant and hand.by in case.examined_by:
        raise Refused("examiner_cannot_decide")


def _bar_grant(case: Case, hand: Hand) -> None:
    """Granted only when every condition has been examined and met. Basis: 行政许可法 Art 38 para 1."""
    _bar_examiner(case, hand)
    failed = sorted(code for code, done in case.done.items() if not done.passed)
    if failed:
        raise Refused("condition_not_met", steps=failed)
    if missing := _unfinished(case):
        raise Refused("steps_unfinished", steps=missing)


def _bar_refusal(case: Case, hand: Hand) -> None:
    """Refused after examination, or as soon as a condition is not met. Basis: 行政许可法 Art 34, 38."""
    _bar_examiner(case, hand)
    failed = any(not done.passed for done in case.done.values())
    if not failed and (missing := _unfinished(case)):
        raise Refused("steps_unfinished", steps=missing)


def _unfinished(case: Case) -> list[str]:
    assert case.terms is not None
    return [
        step.code
        for step in case.terms.steps
        if step.kind != "decision" and not (step.code in case.done and case.done[step.code].passed)
    ]


def _grant(case: Case, command: c.Grant, hand: Pen) -> e.Event:
    """A grant says until when it is valid and by when it is delivered. Basis: 行政许可法 Art 38, 44."""
    due = clock.delivery_due(hand.on, hand.calendar)
    return e.Granted(
        opinion=command.opinion,
        produced=command.produced,
        valid_until=_valid_until(hand.on, case.terms.validity_months if case.terms else 0),
        delivery_due=due.on,
        provisional=due.provisional,
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


def _refuse(case: Case, command: c.Refuse, hand: Pen) -> e.Event:
    """Refused only in writing, with reasons and remedies. Basis: 行政许可法 Art 38 para 2."""
    require(reasons=command.reasons, basis=command.basis, remedies=command.remedies)
    due = clock.delivery_due(hand.on, hand.calendar)
    return e.Refused(
        reasons=command.reasons,
        basis=command.basis,
        remedies=command.remedies,
        delivery_due=due.on,
        provisional=due.provisional,
        calendar=hand.calendar.version,
    )


def _deliver(case: Case, command: c.Deliver, hand: Pen) -> e.Event:
    """Delivered within ten working days of the decision, in one of the ways there are.

    Basis: 行政许可法 Art 44; 民事诉讼法 Art 88-91.
    """
    require(method=command.method, recipient=command.recipient)
    if command.method not in DELIVERY_METHODS:
        raise Refused("delivery_method_unknown", method=command.method, known=sorted(DELIVERY_METHODS))
    return e.Delivered(method=command.method, recipient=command.recipient)


BARS: dict[type[c.Command], Bar] = {
    c.Grant: _bar_grant,
    c.Refuse: _bar_refusal,
}
RULES: dict[type[c.Command], Rule] = {
    c.Grant: _grant,
    c.Refuse: _refuse,
    c.Deliver: _deliver,
    c.Withdraw: lambda case, command, hand: e.Withdrawn(reason=command.reason),
    c.Archive: lambda case, command, hand: e.Archived(digest=command.digest),
}
