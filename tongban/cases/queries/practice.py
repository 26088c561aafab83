"""Case histories for the analyser of practice, read in batches: a fixed number of statements however many cases."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

import msgspec
from django.db.models import prefetch_related_objects

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
from tongban.kit.written import Written
from tongban.people import queries as people
from tongban.record import queries as record

BATCH = 5000  # events of the record looked at in one go

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


def within_reach(findings: Sequence[Any], at: datetime) -> list[Any]:
    """Those of the findings the rules would see now if there were still a cause: of a rule that is no more, of an
    average, or with a case in the window looked at.
    """
    since = at - practice.LOOK_BACK
    prefetch_related_objects(findings, "cases")
    return [
        row
        for row in findings
        if row.rule not in practice.RULES or any(case.at >= since for case in row.cases.all())
    ]


class Batch(msgspec.Struct, frozen=True):
    """Cases to look at, the filings among them as each organ handled them, and where the record was read to."""

    upto: int
    since: datetime  # what happened earlier is not reported
    histories: list[History]
    filings: list[Practice]
    organs: dict[int, Where]


def rules_digest() -> str:
    """Names the rules of practice: another digest means that the record is read again from its beginning."""
    return hashing.of_sources(practice, asking, handling, history, wording, disguised)


def read_so_far() -> PracticeRead | None:
    """How far the record has been read."""
    return PracticeRead.objects.filter(pk=1).first()


def batch(after: int, at: datetime, limit: int = BATCH) -> Batch:
    """The cases that got events after leaf `after`, each with its whole history; `at` ends the window looked at."""
    since = at - practice.LOOK_BACK
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
    filings = _filings(rows, guides, since)
    organs = {one.organ for history in histories for one in history.events} | {one.organ for one in filings}
    found = {row.pk: Where(row.department, row.division_id) for row in people.organs_by_id(organs)}
    return Batch(upto=stretch.upto, since=since, histories=histories, filings=filings, organs=found)


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
    """The times in which items took no applications: by base code and implementing code ("" for the standard).

    A version that was suspended or cancelled would have been in force from its first moment to that of the next.
    """
    found: dict[tuple[str, str], list[Closed]] = defaultdict(list)
    for base_code, events in items.items():
        of_places: dict[str, list] = defaultdict(list)
        for event in events:
            of_places[(event.facts or {}).get("implementation", "")].append(event)
        for place, told in of_places.items():
            found[base_code, place] = _shut(told)
    return found


def _shut(told: Sequence) -> list[Closed]:
    """The times one place of an item was shut, from its events in order."""
    starts: dict[int, datetime] = {}
    spans: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for event in told:
        number = int((event.facts or {}).get("number", 0))
        if event.kind == "version_published":
            starts[number] = datetime.fromisoformat(event.facts["effective_from"])
        elif event.kind in {"version_cancelled", "version_suspended"}:
            if not (spans[number] and spans[number][-1][1] is None):
                spans[number].append((event.at, None))
        elif event.kind == "version_resumed" and spans[number]:
            spans[number][-1] = (spans[number][-1][0], event.at)
    closed = []
    for number, times in spans.items():
        start = starts.get(number, told[0].at)
        following = min((day for n, day in starts.items() if n > number), default=None)
        for begun, ended in times:
            since = max(begun, start)
            until = min((day for day in (ended, following) if day), default=None)
            if until is None or since < until:
                closed.append(Closed(since, until))
    return closed


def _filings(rows: Sequence[Case], guides: Mapping[int, Guide], since: datetime) -> list[Practice]:
    """The filings among the cases, each organ's newest decided ones with the working days they took."""
    wanted = {
        (row.organ_id, row.implementation_id): guides[row.version_id]
        for row in rows
        if history.is_filing(guides[row.version_id])
    }
    if not wanted:
        return []
    grouped: dict[tuple[int, int], list[tuple[Sighting, int]]] = defaultdict(list)
    decided = _DECIDED(
        organs=[organ for organ, _ in wanted],
        places=[place for _, place in wanted],
        stages=[stage.value for stage in DECIDED],
        since=since,
        newest=practice.NEWEST,
    )
    for row in decided:
        if taken := _taken(row):
            grouped[row.organ_id, row.implementation_id].append(taken)
    return [Practice(guide=wanted[key], organ=key[0], decided=tuple(lines)) for key, lines in grouped.items()]


_DECIDED = Written(
    lambda: Case.objects.only("case_no", "organ_id", "implementation_id", "state"),
    """where cases_case.case_no in (
    select found.case_no from unnest(%(organs)s::bigint[], %(places)s::bigint[]) as mine(organ, place)
    cross join lateral (
        select case_no from cases_case where organ_id = mine.organ and implementation_id = mine.place
            and received_at >= %(since)s and stage = any(%(stages)s::text[])
        order by received_at desc, case_no limit %(newest)s
    ) as found
) order by cases_case.received_at desc, cases_case.case_no""",
)


def _taken(row: Case) -> tuple[Sighting, int] | None:
    case = state(row)
    if case.decided_at is None or case.received_on is None:
        return None
    calendar, on = catalogue.calendar(), case.decided_at.astimezone(CST).date()
    stood = sum(history.working_days(calendar, pause.start, pause.end or on) for pause in case.pauses)
    days = max(calendar.working_days_between(case.received_on, on) - stood, 0)
    return Sighting(
        case_no=row.pk, position=1, at=case.decided_at, what=f"{days} ≥ {practice.SLOW_DAYS}"
    ), days
