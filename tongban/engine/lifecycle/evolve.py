"""Events fold into a state; no decision is taken here, no table is read."""

from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec.structs import replace

from tongban.engine.calendar import CST
from tongban.engine.clock import Extension, Pause
from tongban.engine.lifecycle import events as e
from tongban.engine.lifecycle.state import Case, DefectFound, PromiseMade, Stage, StepDone


def _received(case: Case, event: e.Received, by: str, at: datetime) -> Case:
    return Case(
        stage=Stage.RECEIVED,
        position=case.position + 1,
        case_no=event.case_no,
        item=event.item,
        version=event.version,
        organ=event.organ,
        division=event.division,
        place=event.place,
        competence=event.competence,
        applicant=event.applicant,
        terms=event.terms,
        received_at=at,
        received_on=event.received_on,
        submitted=frozenset(event.materials),
        fresh=frozenset(event.materials),
        notice_due=event.notice_due,
        notice_provisional=event.provisional,
        calendar=event.calendar,
        signature=event.signature,
        cosignatures=event.cosignatures,
        bundle=event.bundle,
    )


def _corrected(case: Case, event: e.Corrected | e.Supplemented, by: str, at: datetime) -> Case:
    kept = case.promise and isinstance(event, e.Supplemented)
    return replace(
        case,
        position=case.position + 1,
        stage=Stage.RECEIVED,
        promise=replace(case.promise, state="kept") if kept else case.promise,  # type: ignore[type-var]
        holder=None if kept else case.holder,
        received_on=event.received_on,
        submitted=case.submitted | frozenset(event.materials),
        fresh=frozenset(event.materials),
        notice_due=event.notice_due,
        notice_provisional=event.provisional,
        calendar=event.calendar,
    )


def _promised(case: Case, event: e.Promised, by: str, at: datetime) -> Case:
    made = PromiseMade(
        materials=event.materials,
        days=event.days,
        digest=event.digest,
        made_at=at,
        signature=event.signature,
    )
    return replace(case, position=case.position + 1, promise=made)


def _pre_accepted(case: Case, event: e.PreAccepted, by: str, at: datetime) -> Case:
    """What is promised has thereby been told once, with its last day. Basis: 行政许可法 Art 32(4)."""
    assert case.promise is not None
    return replace(
        case,
        position=case.position + 1,
        stage=Stage.PRE_REVIEW,
        holder=None,
        notice_due=None,
        notice_provisional=event.provisional,
        notices=case.notices + 1,
        noticed=tuple(DefectFound(material=code, defect="missing") for code in event.materials),
        correct_by=event.due_on,
        calendar=event.calendar,
        promise=replace(
            case.promise,
            state="open",
            pre_accepted_on=at.astimezone(CST).date(),
            due_on=event.due_on,
            chase_on=event.chase_on,
        ),
    )


def _chased(case: Case, event: e.PromiseChased, by: str, at: datetime) -> Case:
    assert case.promise is not None
    promise = replace(case.promise, chased_on=event.chase_on)
    return replace(case, position=case.position + 1, promise=promise)


def _broken(case: Case, event: e.PromiseBroken, by: str, at: datetime) -> Case:
    assert case.promise is not None
    return replace(
        case,
        position=case.position + 1,
        stage=Stage.RETURNED,
        holder=None,
        decided_at=at,
        decided_by=by,
        notice_provisional=False,
        promise=replace(case.promise, state="broken"),
    )


def _overtaken(case: Case) -> PromiseMade | None:
    """The promise when another act ends what it was for: neither kept nor broken."""
    made = case.promise
    return replace(made, state="lapsed") if made and made.state in {"made", "open"} else made


def _accepted(case: Case, event: e.Accepted, by: str, at: datetime) -> Case:
    return replace(
        case,
        position=case.position + 1,
        stage=Stage.HANDLING,
        notice_provisional=False,
        promise=_overtaken(case),
        accepted_on=event.accepted_on,
        accepted_at=None if event.deemed else at,
        accepted_by=by,
        deemed=event.deemed,
        competence=event.competence or case.competence,
        holder=None,
        statutory_due=event.statutory_due,
        promised_due=event.promised_due,
        provisional=event.provisional,
        calendar=event.calendar,
    )


def _special_ended(case: Case, event: e.SpecialEnded, by: str, at: datetime) -> Case:
    return replace(
        case,
        position=case.position + 1,
        stage=Stage.HANDLING,
        pauses=(*case.pauses[:-1], replace(case.pauses[-1], end=event.end_on)),
        statutory_due=event.statutory_due,
        promised_due=event.promised_due,
        provisional=event.provisional,
        calendar=event.calendar,
    )


def _extended(case: Case, event: e.Extended, by: str, at: datetime) -> Case:
    return replace(
        case,
        position=case.position + 1,
        extension=Extension(amount=event.limit.amount, unit=event.limit.unit, approver_level=event.approver),
        statutory_due=event.statutory_due,
        promised_due=event.promised_due,
        provisional=event.provisional,
        calendar=event.calendar,
    )


def _decided(case: Case, event: e.Granted | e.Refused, by: str, at: datetime) -> Case:
    granted = isinstance(event, e.Granted)
    return replace(
        case,
        position=case.position + 1,
        stage=Stage.GRANTED if granted else Stage.REFUSED,
        granted=granted,
        produced=event.produced if isinstance(event, e.Granted) else {},
        outside="",
        decided_at=at,
        decided_by=by,
        delivery_due=event.delivery_due,
        delivery_provisional=event.provisional,
        holder=None,
    )


def _noticed(case: Case, event: e.CorrectionNoticed, by: str, at: datetime) -> Case:
    return replace(
        case,
        position=case.position + 1,
        stage=Stage.CORRECTING,
        promise=_overtaken(case),
        notices=event.number,
        noticed=event.defects,
        correct_by=event.correct_by,
        outside="",
        notice_due=None,
        notice_provisional=False,
    )


def _step(case: Case, event: e.StepCompleted, by: str, at: datetime) -> Case:
    done = {**case.done, event.step: StepDone(passed=event.passed, by=by, at=at, pre=event.pre)}
    return replace(
        case, position=case.position + 1, done=done, examined_by=case.examined_by | {by}, holder=None
    )


def _recomputed(case: Case, event: e.DuesRecomputed, by: str, at: datetime) -> Case:
    moved = case.promise if event.supplement_due else None
    return replace(
        case,
        position=case.position + 1,
        notice_due=event.notice_due or case.notice_due,
        statutory_due=event.statutory_due or case.statutory_due,
        promised_due=event.promised_due or case.promised_due,
        provisional=event.provisional,
        delivery_due=event.delivery_due or case.delivery_due,
        notice_provisional=event.notice_provisional,
        delivery_provisional=event.delivery_provisional,
        calendar=event.calendar,
        correct_by=event.supplement_due or case.correct_by,
        promise=replace(moved, due_on=event.supplement_due, chase_on=event.chase_on)
        if moved
        else case.promise,
    )


_FOLD: dict[type[e.Event], Callable[..., Case]] = {
    e.Received: _received,
    e.Corrected: _corrected,
    e.Promised: _promised,
    e.PreAccepted: _pre_accepted,
    e.Supplemented: _corrected,
    e.PromiseChased: _chased,
    e.PromiseBroken: _broken,
    e.Accepted: _accepted,
    e.SpecialEnded: _special_ended,
    e.Extended: _extended,
    e.Granted: _decided,
    e.Refused: _decided,
    e.CorrectionNoticed: _noticed,
    e.StepCompleted: _step,
    e.Claimed: lambda case, event, by, at: replace(case, position=case.position + 1, holder=event.holder),
    e.Released: lambda case, event, by, at: replace(case, position=case.position + 1, holder=None),
    e.AcceptanceRefused: lambda case, event, by, at: replace(
        case,
        position=case.position + 1,
        stage=Stage.NOT_ACCEPTED,
        promise=_overtaken(case),
        holder=None,
        decided_at=at,
        decided_by=by,
        outside="",
    ),
    e.HandedOut: lambda case, event, by, at: replace(
        case, position=case.position + 1, outside=event.receiver, handed_back=""
    ),
    e.HandedBack: lambda case, event, by, at: replace(
        case, position=case.position + 1, outside="", handed_back=event.reason
    ),
    e.SpecialStarted: lambda case, event, by, at: replace(
        case,
        position=case.position + 1,
        stage=Stage.SUSPENDED,
        pauses=(*case.pauses, Pause(ground=event.ground, start=event.start_on, end=None)),
    ),
    e.Delivered: lambda case, event, by, at: replace(
        case, position=case.position + 1, stage=Stage.DELIVERED, delivered_at=at, holder=None
    ),
    e.Withdrawn: lambda case, event, by, at: replace(
        case,
        position=case.position + 1,
        stage=Stage.WITHDRAWN,
        holder=None,
        outside="",
        promise=_overtaken(case),
    ),
    e.Transferred: lambda case, event, by, at: replace(
        case,
        position=case.position + 1,
        organ=event.organ,
        division=event.division,
        place=event.place or case.place,
        competence=event.competence,
        holder=None,
        outside="",
        promise=_overtaken(case),
    ),
    e.OverdueExplained: lambda case, event, by, at: replace(case, position=case.position + 1, explained=True),
    e.DuesRecomputed: _recomputed,
    e.Archived: lambda case, event, by, at: replace(case, position=case.position + 1, stage=Stage.ARCHIVED),
}


def evolve(case: Case, event: e.Event, *, by: str, at: datetime) -> Case:
    """The state after `event`, recorded by `by` at `at`."""
    return _FOLD[type(event)](case, event, by, at)


def fold(history: Iterable[tuple[e.Event, str, datetime]]) -> Case:
    """The state after a whole history of (event, by, at)."""
    case = Case()
    for event, by, at in history:
        case = _FOLD[type(event)](case, event, by, at)
    return case
