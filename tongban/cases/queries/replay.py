"""Stored states held against their events: every case folded again from the record."""

from collections.abc import Callable
from itertools import groupby
from operator import attrgetter

import msgspec

from tongban.cases.models import Case
from tongban.cases.queries.opened import state
from tongban.engine import lifecycle
from tongban.engine.lifecycle import events as e
from tongban.record import queries as record

BATCH = 500


class Replay(msgspec.Struct, frozen=True):
    """How many cases were folded again, how many could not be (an event erased), and which differ."""

    cases: int
    erased: int
    differing: list[str]


def replay(heard: Callable[[int], None] = lambda done: None) -> Replay:
    """Fold every case from its events and compare with the state stored; two queries a batch."""
    done, erased, differing, last = 0, 0, [], ""
    while rows := list(Case.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        histories = _histories([row.pk for row in rows])
        for row in rows:
            events = histories.get(row.pk, [])
            if any(event.facts is None for event in events):
                erased += 1
            elif _fold(events) != state(row) or row.position != len(events):
                differing.append(row.pk)
        done, last = done + len(rows), rows[-1].pk
        heard(done)
    return Replay(cases=done, erased=erased, differing=differing)


def _histories(numbers: list[str]) -> dict[str, list]:
    return {
        number: list(events)
        for number, events in groupby(record.streams("case", numbers), attrgetter("stream_id"))
    }


def _fold(events: list) -> lifecycle.Case:
    return lifecycle.fold([(e.load(event.kind, event.facts), event.by, event.at) for event in events])
