"""Time of branches handled at the same time (并联审批): the union of their intervals, never the sum; who held it up."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from tongban.engine.calendar import STANDARD_HOURS, Calendar, OpeningHours


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A branch's clock ran at an organ from `start` until `end`. A branch that was paused has several runs."""

    branch: str
    organ: int
    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a run cannot end before it starts")


class Span(msgspec.Struct, frozen=True):
    """A time during which the same branches ran, and which."""

    start: datetime
    end: datetime
    branches: frozenset[str]


def spans(runs: Iterable[Run]) -> tuple[Span, ...]:
    """The time in which anything ran, cut wherever a branch starts or ends; gaps are left out."""
    rows = [run for run in runs if run.start < run.end]
    edges = sorted({edge for run in rows for edge in (run.start, run.end)})
    found = []
    for start, end in pairwise(edges):
        running = frozenset(run.branch for run in rows if run.start <= start and end <= run.end)
        if running:
            found.append(Span(start, end, running))
    return tuple(found)


def elapsed(runs: Iterable[Run], calendar: Calendar, hours: OpeningHours = STANDARD_HOURS) -> timedelta:
    """Working time during which at least one branch ran (审批用时).

    Basis: 行政许可法 Art 26¶2 (handled at the same time); configuration (M10, M35: union, never the sum).
    """
    return sum(
        (hours.working_time_between(span.start, span.end, calendar) for span in spans(runs)), timedelta()
    )


def width(runs: Sequence[Run], calendar: Calendar, hours: OpeningHours = STANDARD_HOURS) -> timedelta:
    """Working time from the first start to the last end, waiting included (跨度)."""
    if not runs:
        return timedelta()
    start, end = min(run.start for run in runs), max(run.end for run in runs)
    return hours.working_time_between(start, end, calendar)


def held_up(
    runs: Sequence[Run], calendar: Calendar, hours: OpeningHours = STANDARD_HOURS
) -> dict[int, timedelta]:
    """{organ: working time in which nothing ran but its own branches}: what the whole would have saved without it.

    Organs that never ran alone are left out. Basis: configuration (M10: blocking-organ attribution).
    """
    organ_of = {run.branch: run.organ for run in runs}
    found: dict[int, timedelta] = {}
    for span in spans(runs):
        organs = {organ_of[branch] for branch in span.branches}
        if len(organs) == 1:
            (organ,) = organs
            alone = hours.working_time_between(span.start, span.end, calendar)
            found[organ] = found.get(organ, timedelta()) + alone
    return {organ: alone for organ, alone in found.items() if alone}
