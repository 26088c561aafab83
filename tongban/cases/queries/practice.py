"""Case histories for the analyser of practice, read in batches: a fixed number of statements however many cases."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

import msgspec

from tongban.cases.models import Case, PracticeRead
from tongban.cases.queries.opened import state
from tongban.cases.rules import practice
from tongban.cases.rules.practice import (
    Closed,
    Happened,
    History,
    Practice,
    Where,
    asking,
    handling,
    history,
    wording,
)
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Guide
from tongban.catalogue.rules.lint import disguised
from tongban.catalogue.rules.standing import Sighting
from tongban.engine.calendar import CST
from tongban.engine.lifecycle import events as e
from tongban.engine.lifecycle.state import DECIDED
from tongban.kit import hashing
from tongban.people import queries as people
from tongban.record import queries as record

BATCH = 5000  # events of the record looked at in one go
WINDOW = 300  # newest decided cases of a filing that its average is taken of. Basis: configuration

# Events that a rule of practice can fire on; anything else does not have a case looked at again.
KINDS = tuple(
    e.NAMES[kind]
    for kind in (
        e.Received,
        e.CorrectionNoticed,
        e.Accepted,
        e.AcceptanceRefused,
        e.StepCompleted,
        e.SpecialStarted,
        e.SpecialEnded,
        e.Extended,
        e.Transferred,
        e.Granted,
        e.Refused,
    )
)


class Batch(msgspec.Struct, frozen=True):
    """Cases to look at, the filings among them as each organ handled them, and where the record was read to."""

    upto: int
    histories: list[History]
    filings: list[Practice]
    organs: dict[int, Where]


def rules_digest() -> str:
    """Names the rules of practice: another digest means that the record is read again from its beginning."""
    return hashing.of_sources(practice, asking, handling, history, wording, disguised)


def read_so_far() -> PracticeRead | None:
    """How far the record has been read."""
    return PracticeRead.objects.filter(pk=1).first()


def batch(after: int, limit: int = BATCH) -> Batch:
    """The cases that got events after leaf `after`, each with its whole history."""
    stretch = record.sealed_after(after, stream_kind="case", kinds=KINDS, limit=limit)
    rows = list(
        Case.objects.filter(pk__in=stretch.streams)
        .select_related("implementation__item")
        .only(
            "case_no",
            "version_id",
            "organ_id",
            "implementation__task_code",
            "implementation__item__base_code",
        )
        .order_by("pk")
    )
    guides = catalogue.guides(row.version_id for row in rows)
    histories = _histories(rows, guides)
    filings = _filings(rows, guides)
    organs = {one.organ for history in histories for one in history.events} | {one.organ for one in filings}
    found = {row.pk: Where(row.department, row.division_id) for row in people.organs_by_id(organs)}
    return Batch(upto=stretch.upto, histories=histories, filings=filings, organs=found)


def _histories(rows: Sequence[Case], guides: Mapping[int, Guide]) -> list[History]:
    calendar = catalogue.calendar()
    told = _events("case", [row.pk for row in rows])
    closed = _closed(_events("item", {row.implementation.item.base_code for row in rows}))
    histories = []
    for row in rows:
        events = told.get(row.pk, [])
        if any(event.facts is None for event in events):
            continue  # erased: nothing is said of it any more
        place = row.implementation
        histories.append(
            History(
                case_no=row.pk,
                guide=guides[row.version_id],
                events=_happened(events),
                closed=tuple(closed.get((place.item.base_code, ""), []))
                + tuple(closed.get((place.item.base_code, place.task_code), [])),
                calendar=calendar,
            )
        )
    return histories


def _events(kind: str, streams: Iterable[str]) -> dict[str, list]:
    rows = record.streams(kind, list(streams))
    return {stream: list(events) for stream, events in groupby(rows, attrgetter("stream_id"))}


def _happened(events: list) -> tuple[Happened, ...]:
    """The events with the organ that had the case at each."""
    organ, found = 0, []
    for event in events:
        loaded = e.load(event.kind, event.facts)
        if isinstance(loaded, e.Received):
            organ = loaded.organ
        found.append(Happened(event.position, loaded, event.at, organ))
        if isinstance(loaded, e.Transferred):
            organ = loaded.organ
    return tuple(found)


def _closed(items: Mapping[str, list]) -> dict[tuple[str, str], list[Closed]]:
    """The times in which items took no applications: by base code and implementing code ("" for the standard)."""
    found: dict[tuple[str, str], list[Closed]] = defaultdict(list)
    for base_code, events in items.items():
        shut: dict[str, datetime] = {}
        for event in events:
            place = (event.facts or {}).get("implementation", "")
            if event.kind in {"version_cancelled", "version_suspended"}:
                shut.setdefault(place, event.at)
            elif event.kind in {"version_resumed", "version_published"} and place in shut:
                found[base_code, place].append(Closed(shut.pop(place), event.at))
        for place, since in shut.items():
            found[base_code, place].append(Closed(since, None))
    return found


def _filings(rows: Sequence[Case], guides: Mapping[int, Guide]) -> list[Practice]:
    """The filings among the cases, each organ's newest decided ones with the working days they took."""
    wanted = {
        (row.organ_id, row.implementation_id): guides[row.version_id]
        for row in rows
        if history.is_filing(guides[row.version_id])
    }
    if not wanted:
        return []
    decided = Case.objects.filter(
        implementation__in={place for _, place in wanted},
        stage__in=[stage.value for stage in DECIDED],
    )
    grouped: dict[tuple[int, int], list[tuple[Sighting, int]]] = defaultdict(list)
    for row in decided.order_by("-received_at", "pk")[: WINDOW * len(wanted)]:
        if (row.organ_id, row.implementation_id) in wanted and (taken := _taken(row)):
            grouped[row.organ_id, row.implementation_id].append(taken)
    return [Practice(guide=wanted[key], organ=key[0], decided=tuple(lines)) for key, lines in grouped.items()]


def _taken(row: Case) -> tuple[Sighting, int] | None:
    case = state(row)
    if case.decided_at is None or case.received_on is None:
        return None
    on = case.decided_at.astimezone(CST).date()
    days = catalogue.calendar().working_days_between(case.received_on, on)
    return Sighting(
        case_no=row.pk, position=1, at=case.decided_at, what=f"{days} ≥ {practice.SLOW_DAYS}"
    ), days
