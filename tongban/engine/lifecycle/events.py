"""What happened to a case; past tense, frozen, primitive fields, never renamed or removed.

An event carries every figure it was decided with, so that replay never depends on today's tables.
"""

from datetime import date, datetime

import msgspec

from tongban.engine.clock import Ground, Limit
from tongban.engine.lifecycle.state import DefectFound, Terms


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened; `kind` in the store is the class name in snake case."""


class Received(Event):
    case_no: str
    item: str
    version: int
    organ: int
    division: str
    applicant: int
    terms: Terms
    materials: tuple[str, ...]
    situation: dict[str, str]
    form_digest: str
    received_on: date
    notice_due: date
    calendar: str
    channel: str


class Claimed(Event):
    holder: str


class Released(Event):
    reason: str


class CorrectionNoticed(Event):
    number: int
    defects: tuple[DefectFound, ...]
    correct_by: date


class Corrected(Event):
    materials: tuple[str, ...]
    received_on: date
    notice_due: date
    calendar: str


class Accepted(Event):
    accepted_on: date
    deemed: bool
    statutory_due: datetime
    promised_due: datetime
    provisional: bool
    calendar: str


class AcceptanceRefused(Event):
    ground: str
    reason: str
    remedies: str


class StepCompleted(Event):
    step: str
    passed: bool
    opinion: str
    officers: tuple[str, ...]


class SpecialStarted(Event):
    ground: Ground
    start_on: date
    expected_days: int
    reason: str


class SpecialEnded(Event):
    end_on: date
    finding: str
    statutory_due: datetime
    promised_due: datetime
    provisional: bool
    calendar: str


class Extended(Event):
    limit: Limit
    reason: str
    approver: str
    statutory_due: datetime
    promised_due: datetime
    provisional: bool
    calendar: str


class Granted(Event):
    opinion: str
    valid_until: date | None
    delivery_due: date
    calendar: str


class Refused(Event):
    reasons: str
    basis: str
    remedies: str
    delivery_due: date
    calendar: str


class Delivered(Event):
    method: str
    recipient: str


class Withdrawn(Event):
    reason: str


class Transferred(Event):
    organ: int
    division: str
    reason: str


class OverdueExplained(Event):
    explanation: str


class Archived(Event):
    digest: str


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


KINDS: dict[str, type[Event]] = {_snake(event.__name__): event for event in Event.__subclasses__()}
NAMES: dict[type[Event], str] = {event: kind for kind, event in KINDS.items()}


def facts(event: Event) -> dict:
    """The event as plain JSON values for the store."""
    return msgspec.to_builtins(event)


def load(kind: str, stored: dict) -> Event:
    """The event of `kind` from its stored facts."""
    return msgspec.convert(stored, KINDS[kind])
