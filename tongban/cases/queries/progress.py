"""How far a case is: named steps for the tracker, days left, and its history in words."""

from datetime import date, datetime

import msgspec

from tongban.cases import phrases
from tongban.cases.queries.opened import Opened
from tongban.catalogue.rules.guide import Text
from tongban.engine.calendar import CST
from tongban.engine.lifecycle.state import DECIDED, Case, Stage
from tongban.people import queries as people
from tongban.record import queries as record

_RECEIPT = Text(zh="收件", en="Received")
_PRE_ACCEPTANCE = Text(zh="容缺预受理", en="Pre-accepted")
_ACCEPTANCE = Text(zh="受理", en="Acceptance")
_DECISION = Text(zh="决定", en="Decision")
_DELIVERY = Text(zh="送达", en="Delivery")


class Milestone(msgspec.Struct, frozen=True):
    """One named step of the tracker; state is done, current, paused, stopped or todo."""

    title: Text
    state: str
    when: date | None = None


class Happening(msgspec.Struct, frozen=True):
    """One line of a case's history."""

    position: int
    kind: str
    title: str
    at: datetime
    by: str
    facts: dict
    step: Text | None = None  # the step completed


def milestones(found: Opened) -> list[Milestone]:
    """Receipt, acceptance, the steps of the procedure, decision and delivery, each with its state."""
    case = found.case
    stopped = case.stage in {Stage.WITHDRAWN, Stage.NOT_ACCEPTED, Stage.RETURNED}
    open_now = {step.code for step in case.open_steps()}
    accepted = _state(case.accepted_on is not None, case.accepted_on is None, stopped)
    rows = [
        Milestone(_RECEIPT, "done", _day(case.received_at)),
        *_pre_accepted(case),
        Milestone(_ACCEPTANCE, accepted, case.accepted_on),
    ]
    may_review = case.accepted_on is not None or case.stage is Stage.PRE_REVIEW
    running = "paused" if case.stage is Stage.SUSPENDED else "current"
    for step in case.terms.steps if case.terms else ():
        if step.kind == "decision":
            continue
        done = case.done.get(step.code)
        passed = done is not None and done.passed
        state = _state(passed, may_review and step.code in open_now, stopped, running)
        rows.append(Milestone(found.step(step.code).name, state, _day(done.at) if done and passed else None))
    decided = case.stage in DECIDED
    deciding = case.accepted_on is not None and not open_now
    rows.append(
        Milestone(
            _DECISION, _state(decided, deciding, stopped, running), _day(case.decided_at) if decided else None
        )
    )
    delivered = case.delivered_at is not None
    rows.append(Milestone(_DELIVERY, _state(delivered, decided, stopped), _day(case.delivered_at)))
    return rows


def _pre_accepted(case: Case) -> list[Milestone]:
    """The pre-acceptance against a promise, where there was one."""
    day = case.promise.pre_accepted_on if case.promise else None
    return [Milestone(_PRE_ACCEPTANCE, "done", day)] if day else []


def _state(done: bool, current: bool, stopped: bool, running: str = "current") -> str:
    if done:
        return "done"
    if stopped:
        return "stopped" if current else "todo"
    return running if current else "todo"


def _day(at: datetime | None) -> date | None:
    return at.astimezone(CST).date() if at else None


def history(found: Opened, *, names: bool) -> list[Happening]:
    """Everything recorded, latest first; officers' names only where `names`."""
    events = list(record.stream("case", found.case.case_no))
    who = people.account_names({_account(event.by) for event in events}) if names else {}
    organ = found.row.organ.name
    return [
        Happening(
            position=event.position,
            kind=event.kind,
            title=str(phrases.EVENTS[event.kind]),
            at=event.at,
            by=_name(event, who, organ, names),
            facts=event.facts or {},
            step=_step_name(found, event),
        )
        for event in reversed(events)
    ]


def _step_name(found: Opened, event) -> Text | None:
    code = (event.facts or {}).get("step") if event.kind == "step_completed" else None
    return next((step.name for step in found.guide.steps if step.code == code), None)


def _account(by: str) -> int:
    kind, _, number = by.partition(":")
    return int(number) if kind == "account" else 0


def _name(event, who: dict[int, str], organ: str, names: bool) -> str:
    if names:
        return who.get(_account(event.by), "")
    return "" if event.kind in {"received", "corrected", "promised", "supplemented", "withdrawn"} else organ
