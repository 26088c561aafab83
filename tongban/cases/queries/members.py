"""Members of bundles with the cases they became, for the room that defined the bundles."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

import msgspec

from tongban.cases.models import Member
from tongban.cases.queries.opened import read_clock, state
from tongban.catalogue.rules.guide import Text
from tongban.engine import clock, lifecycle
from tongban.engine.bundle import State
from tongban.engine.calendar import CST


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A member of a bundle: where it stands, at which organ, and its case once received."""

    bundle: str
    item: str
    name: Text
    organ: Any  # people.Organ
    state: State
    after: tuple[str, ...]
    held_back: str
    query_code: str
    case: lifecycle.Case | None
    ended_on: date | None
    reading: clock.Reading | None

    @property
    def case_no(self) -> str:
        return self.case.case_no if self.case else ""

    @property
    def running(self) -> bool:
        return self.state is State.RUNNING


def of_bundles(numbers: Iterable[str], at: datetime) -> list[Standing]:
    """The members of bundles in their order, clocks read at `at`. One statement."""
    wanted = list(numbers)
    rows = Member.objects.filter(bundle__in=wanted).select_related("case", "organ").order_by("bundle", "id")
    return [_standing(row, at) for row in rows] if wanted else []


def open_at(organs: Collection[int] | None, series: str, at: datetime, limit: int = 100) -> list[Standing]:
    """The members of bundles of a series that wait or run at organs (None: at all), the most urgent first.

    One statement.
    """
    rows = Member.objects.filter(
        bundle__number__startswith=series, bundle__ended_at=None, state__in=[State.RUNNING, State.WAITING]
    ).select_related("case", "organ")
    if organs is not None:
        rows = rows.filter(organ__in=list(organs))
    return [_standing(row, at) for row in rows.order_by("case__due_at", "id")[:limit]]


def _standing(row: Member, at: datetime) -> Standing:
    case = state(row.case) if row.case else None
    running = row.state == State.RUNNING
    return Standing(
        bundle=row.bundle_id,
        item=row.item,
        name=msgspec.convert(row.name, Text),
        organ=row.organ,
        state=State(row.state),
        after=tuple(row.after),
        held_back=row.held_back,
        query_code=row.case.query_code if row.case else "",
        case=case,
        ended_on=_ended_on(row, case),
        reading=read_clock(case, at) if case and running else None,
    )


def _ended_on(row: Member, case: lifecycle.Case | None) -> date | None:
    """The day of the decision, or of the withdrawal; None while the organ still works on it."""
    if row.case is None or case is None:
        return None
    ended = case.decided_at or row.case.ended_at
    if ended is None and row.state != State.RUNNING:
        return case.accepted_on
    return ended.astimezone(CST).date() if ended else None
