"""Whose hand is on a case, with what calendar; the clock's view of a case; what every rule requires."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from tongban.engine import clock
from tongban.engine.calendar import CST, Calendar
from tongban.engine.lifecycle import events as e
from tongban.engine.lifecycle.state import Case
from tongban.engine.refusal import Refused


class Hand:
    """Whose hand is on the case, and when."""

    __slots__ = ("at", "by", "on")

    def __init__(self, by: str, at: datetime) -> None:
        self.by, self.at = by, at
        self.on: date = at.astimezone(CST).date()


class Pen(Hand):
    """The hand that writes an event: it knows the calendar in force."""

    __slots__ = ("calendar",)

    def __init__(self, by: str, at: datetime, calendar: Calendar) -> None:
        super().__init__(by, at)
        self.calendar = calendar


Bar = Callable[[Case, Hand], None]  # raises Refused while a command cannot be given, whatever it says
Rule = Callable[[Case, Any, Pen], e.Event]  # the event that follows from a command


def facts_for_clock(
    case: Case, *, accepted_on: date | None = None, accepted_at: datetime | None = None, **changes: object
) -> clock.ClockFacts:
    """The clock's view of a case; `changes` replace pauses or extensions about to be recorded.

    `accepted_on` and `accepted_at` are given while acceptance itself is being decided.
    """
    terms = case.terms
    assert terms is not None
    started = accepted_on or case.accepted_on
    assert started is not None
    given: dict = {
        "started_at": accepted_at or case.accepted_at,
        "stopped_at": case.decided_at,
        "pauses": case.pauses,
        "extensions": (case.extension,) if case.extension else (),
        "stopped_on": case.decided_at.astimezone(CST).date() if case.decided_at else None,
        **changes,
    }
    return clock.ClockFacts(started_on=started, statutory=terms.statutory, promised=terms.promised, **given)


def dues(facts: clock.ClockFacts, hand: Pen) -> dict:
    """The due figures an event carries, read from the clock."""
    reading = clock.read(facts, hand.calendar, hand.on)
    return {
        "statutory_due": reading.statutory_due,
        "promised_due": reading.promised_due,
        "provisional": reading.provisional,
        "calendar": hand.calendar.version,
    }


def silent(case: Case, hand: Hand) -> bool:
    """Whether the five working days for a notice have passed in silence, the last with its business hours.

    Basis: 行政许可法 Art 32(4); 民法典 Art 203 para 2.
    """
    return case.notice_due is not None and hand.at > clock.ends_at(case.notice_due)


def says(wording: str) -> bool:
    """Whether a wording says something: blanks, dots and characters nobody sees say nothing."""
    return any(character.isalnum() for character in wording)


def require(**wordings: str) -> None:
    """Each named wording must say something."""
    for name, wording in wordings.items():
        if not says(wording):
            raise Refused(f"{name}_required")
