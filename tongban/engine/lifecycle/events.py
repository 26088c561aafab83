"""What happened to a case; past tense, frozen, primitive fields, never renamed or removed.

An event carries every figure it was decided with, so that replay never depends on today's tables.
"""

from datetime import date, datetime

import msgspec

from tongban.engine.clock import Approver, Ground, Limit
from tongban.engine.competence import Competence
from tongban.engine.lifecycle.state import CoSignature, DefectFound, Signature, Terms


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened; `kind` in the store is the class name in snake case."""


class Received(Event, frozen=True, kw_only=True):
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
    provisional: bool = False  # of the notice's due day
    signature: Signature | None = None
    place: str = ""  # the division the matter belongs to
    competence: Competence | None = None  # of a devolved power
    bundle: str = ""
    whole_digest: str = ""
    cosignatures: tuple[CoSignature, ...] = ()


class Claimed(Event, frozen=True, kw_only=True):
    holder: str


class Released(Event, frozen=True, kw_only=True):
    reason: str


class CorrectionNoticed(Event, frozen=True, kw_only=True):
    number: int
    defects: tuple[DefectFound, ...]
    correct_by: date


class Corrected(Event, frozen=True, kw_only=True):
    materials: tuple[str, ...]
    received_on: date
    notice_due: date
    calendar: str
    provisional: bool = False  # of the notice's due day


class Promised(Event, frozen=True, kw_only=True):
    materials: tuple[str, ...]
    days: int
    digest: str
    signature: Signature
    open_promises: int  # of the applicant, before this one
    credit: str


class PreAccepted(Event, frozen=True, kw_only=True):
    materials: tuple[str, ...]
    due_on: date
    chase_on: tuple[date, ...]
    calendar: str
    provisional: bool = False  # of the promise's due day


class Supplemented(Event, frozen=True, kw_only=True):
    materials: tuple[str, ...]
    received_on: date
    notice_due: date
    calendar: str
    provisional: bool = False  # of the notice's due day


class PromiseChased(Event, frozen=True, kw_only=True):
    materials: tuple[str, ...]
    due_on: date
    chase_on: date  # the day it was planned for
    left: int  # reminders still to come


class PromiseBroken(Event, frozen=True, kw_only=True):
    materials: tuple[str, ...]
    due_on: date
    remedies: str


class Accepted(Event, frozen=True, kw_only=True):
    accepted_on: date
    deemed: bool
    statutory_due: datetime
    promised_due: datetime
    provisional: bool
    calendar: str
    competence: Competence | None = None  # of a devolved power; the case is finished under it


class AcceptanceRefused(Event, frozen=True, kw_only=True):
    ground: str
    reason: str
    remedies: str


class StepCompleted(Event, frozen=True, kw_only=True):
    step: str
    passed: bool
    opinion: str
    officers: tuple[str, ...]
    pre: bool = False  # before acceptance, in pre-review


class SpecialStarted(Event, frozen=True, kw_only=True):
    ground: Ground
    start_on: date
    expected_days: int
    reason: str


class SpecialEnded(Event, frozen=True, kw_only=True):
    end_on: date
    finding: str
    statutory_due: datetime
    promised_due: datetime
    provisional: bool
    calendar: str


class Extended(Event, frozen=True, kw_only=True):
    limit: Limit
    reason: str
    approver: Approver
    statutory_due: datetime
    promised_due: datetime
    provisional: bool
    calendar: str


class HandedOut(Event, frozen=True, kw_only=True):
    receiver: str
    message: str


class HandedBack(Event, frozen=True, kw_only=True):
    receiver: str
    reason: str


class Granted(Event, frozen=True, kw_only=True):
    opinion: str
    valid_until: date | None
    delivery_due: date
    calendar: str
    provisional: bool = False  # of the delivery's due day
    produced: dict[str, str] = {}


class Refused(Event, frozen=True, kw_only=True):
    reasons: str
    basis: str
    remedies: str
    delivery_due: date
    calendar: str
    provisional: bool = False  # of the delivery's due day


class Delivered(Event, frozen=True, kw_only=True):
    method: str
    recipient: str


class Withdrawn(Event, frozen=True, kw_only=True):
    reason: str


class Transferred(Event, frozen=True, kw_only=True):
    organ: int
    division: str
    reason: str
    place: str = ""
    competence: Competence | None = None


class OverdueExplained(Event, frozen=True, kw_only=True):
    explanation: str


class DuesRecomputed(Event, frozen=True, kw_only=True):
    notice_due: date | None = None
    statutory_due: datetime | None = None
    promised_due: datetime | None = None
    provisional: bool = False
    delivery_due: date | None = None
    calendar: str
    notice_provisional: bool = False
    delivery_provisional: bool = False
    supplement_due: date | None = None
    chase_on: tuple[date, ...] = ()


class Archived(Event, frozen=True, kw_only=True):
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
