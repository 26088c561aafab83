"""How long the members of a bundle took: when each organ's time ran, the whole as a union, and who held it up. Pure.

The applicant's time (a correction) and the closed list of Art 45 are nobody's: the clock of no organ runs.
Basis: 行政许可法 Art 26¶2, 42, 45; configuration (M1, M10: working hours of the hall, union never the sum).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from tongban.engine import parallel
from tongban.engine.calendar import Calendar

_BEGINS = frozenset({"received", "corrected", "supplemented", "special_ended"})
_STOPS = frozenset({"correction_noticed", "pre_accepted", "special_started"})
_ENDS = frozenset({"granted", "refused", "acceptance_refused", "promise_broken", "withdrawn"})


class Happened(msgspec.Struct, frozen=True):
    """An event of a case, as far as time is concerned."""

    kind: str
    at: datetime


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """One member's way: the organ that has it, from when, until when, and the working time its organ took."""

    item: str
    organ: int
    begun: datetime
    ended: datetime | None
    taken: timedelta


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The whole: working time in which anything ran, working time from first to last, and what each organ held up."""

    branches: tuple[Branch, ...]
    elapsed: timedelta
    width: timedelta
    held_up: dict[int, timedelta]


def runs(item: str, organ: int, history: Iterable[Happened], now: datetime) -> list[parallel.Run]:
    """When the organ's time ran for a member, until `now` where it still does. Basis: as the module."""
    found: list[parallel.Run] = []
    since: datetime | None = None
    for event in history:
        if event.kind in _BEGINS and since is None:
            since = event.at
        elif event.kind in _STOPS | _ENDS and since is not None:
            found.append(parallel.Run(branch=item, organ=organ, start=since, end=event.at))
            since = None
    if since is not None and since <= now:
        found.append(parallel.Run(branch=item, organ=organ, start=since, end=now))
    return found


def line(
    organs: Mapping[str, int], histories: Mapping[str, list[Happened]], calendar: Calendar, now: datetime
) -> Line:
    """The time line of members, {item: organ} and {item: what happened to its case}. Basis: as the module."""
    ran = {item: runs(item, organs[item], history, now) for item, history in histories.items()}
    every = [run for rows in ran.values() for run in rows]
    branches = tuple(
        Branch(
            item=item,
            organ=organs[item],
            begun=history[0].at,
            ended=next((event.at for event in history if event.kind in _ENDS), None),
            taken=parallel.elapsed(ran[item], calendar),
        )
        for item, history in histories.items()
        if history
    )
    return Line(
        branches=branches,
        elapsed=parallel.elapsed(every, calendar),
        width=parallel.width(every, calendar),
        held_up=parallel.held_up(every, calendar),
    )
