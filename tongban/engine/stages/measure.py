"""How long a project took: both measures, in working days, from the days its branches' clocks ran.

审批用时 (approval time): the sum over stages of the union of days on which some branch's clock ran.
跨度 (width): every working day from the first acceptance to the end.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from tongban.engine import parallel
from tongban.engine.calendar import STANDARD_HOURS, Calendar
from tongban.engine.parallel import Run

_DAY = timedelta(days=1)


class Handled(msgspec.Struct, frozen=True, kw_only=True):
    """A branch as its organ handled it: accepted on day 0, until it ended; `pauses` with both days included.

    What came before acceptance, corrections by the applicant included, is not the organ's time.
    """

    branch: str
    stage: str
    organ: int
    accepted_on: date
    ended_on: date | None = None
    pauses: tuple[tuple[date, date | None], ...] = ()


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Both measures. `held_up`: {organ: days on which nothing ran but its own branches}, most first."""

    approval_days: int
    span_days: int
    by_stage: dict[str, int]
    held_up: dict[int, int]


def measure(
    handled: Sequence[Handled],
    calendar: Calendar,
    on: date,
    *,
    counted: Iterable[str],
    ended_on: date | None = None,
) -> Measured:
    """Both measures as of the day `on`; the approval time counts the stages `counted`, the width everything.

    Basis: 国办发〔2019〕11号; configuration (M35: pauses, corrections and the applicant's own time do not count).
    """
    stages = list(counted)
    by_stage = {
        stage: approval_days([one for one in handled if one.stage == stage], calendar, on)
        for stage in dict.fromkeys([*stages, *(one.stage for one in handled)])
    }
    return Measured(
        approval_days=sum(by_stage[stage] for stage in stages),
        span_days=span_days(handled, calendar, ended_on or on),
        by_stage=by_stage,
        held_up=held_up(handled, calendar, on),
    )


def approval_days(handled: Iterable[Handled], calendar: Calendar, on: date) -> int:
    """Working days on which at least one branch's clock ran: the union, never the sum."""
    return sum(_days(span, calendar) for span in parallel.spans(_runs(handled, on)))


def span_days(handled: Iterable[Handled], calendar: Calendar, end: date) -> int:
    """Working days after the first acceptance through `end`, waiting included."""
    first = min((one.accepted_on for one in handled), default=end)
    return max(calendar.working_days_between(first, end), 0)


def held_up(handled: Sequence[Handled], calendar: Calendar, on: date) -> dict[int, int]:
    """{organ: working days on which nothing ran but its own branches}, most first; organs without are left out.

    Basis: configuration (M10: blocking-organ attribution).
    """
    organ_of = {one.branch: one.organ for one in handled}
    found: dict[int, int] = {}
    for span in parallel.spans(_runs(handled, on)):
        organs = {organ_of[branch] for branch in span.branches}
        if len(organs) == 1 and (days := _days(span, calendar)):
            (organ,) = organs
            found[organ] = found.get(organ, 0) + days
    return dict(sorted(found.items(), key=lambda row: (-row[1], row[0])))


def _runs(handled: Iterable[Handled], on: date) -> list[Run]:
    """The time each branch's clock ran, from close of business to close of business."""
    return [
        Run(branch=one.branch, organ=one.organ, start=_close(start), end=_close(end))
        for one in handled
        for start, end in _running(one, on)
    ]


def _running(one: Handled, on: date) -> list[tuple[date, date]]:
    """The days that count as (after, through): day 0 does not, nor does any day of a pause."""
    last = min(one.ended_on or on, on)
    edge, found = one.accepted_on, []
    for start, end in sorted((start, end or last) for start, end in one.pauses):
        if edge < start - _DAY:
            found.append((edge, min(start - _DAY, last)))
        edge = max(edge, end)
    found.append((edge, last))
    return [(after, through) for after, through in found if after < through]


def _close(day: date) -> datetime:
    return STANDARD_HOURS.usual_close(day)


def _days(span: parallel.Span, calendar: Calendar) -> int:
    return calendar.working_days_between(span.start.date(), span.end.date())
