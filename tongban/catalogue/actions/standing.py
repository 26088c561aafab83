"""Writing standing findings: reported, answered, reviewed, escalated, closed; every step is an event."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from django.db import connection, transaction

from tongban.catalogue import queries
from tongban.catalogue.actions import streams
from tongban.catalogue.models import FindingCase, Inspection, Item, LintAnswer, StandingFinding
from tongban.catalogue.queries import inspection
from tongban.catalogue.queries import standing as kept
from tongban.catalogue.rules import duties, standing
from tongban.catalogue.rules.standing import DUE, Found, Sighting, Source, Stand, Standing, Why
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller, system

INSPECTION = system("inspection")
_LOCK = 0x66696E64  # advisory lock: who raises, closes or escalates does so alone
_COLUMNS = ["subject", "message", "told", "version", "state", "stand", "due_on", "escalated", "settled_at"]


class Tally(msgspec.Struct):
    """What a run did: findings raised, opened again, closed, told to the supervisor."""

    raised: int = 0
    reopened: int = 0
    closed: int = 0
    escalated: int = 0


class _Pen:
    """Rows and their events of one transaction: told to the record and stored together."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.entries: list[tuple[str, str, int, str, dict, str, datetime]] = []
        self.new: dict[str, StandingFinding] = {}
        self.changed: dict[str, StandingFinding] = {}

    def tell(self, row: StandingFinding, event: standing.Event, by: str, at: datetime | None = None) -> None:
        """One event of a finding, and the row as it is after it."""
        (kind, facts), at = event, at or self.at
        before = kept.state(row)
        self.entries.append((kept.STREAM, row.key, before.position + 1, kind, facts, by, at))
        after = standing.evolve(before, kind, facts, by, at)
        row.state, row.stand, row.due_on = msgspec.to_builtins(after), after.stand.value, after.due_on
        row.escalated, row.settled_at = after.escalated, after.settled_at
        if row.key not in self.new:
            self.changed[row.key] = row

    def write(self) -> None:
        """Everything in a fixed number of statements."""
        streams.append_all(self.entries)
        StandingFinding.objects.bulk_create(self.new.values(), batch_size=500)
        StandingFinding.objects.bulk_update(self.changed.values(), _COLUMNS, batch_size=500)


@transaction.atomic
def report(found: Sequence[Found], *, by: str, at: datetime) -> Tally:
    """The door of the analysers: raise what is new, add where it was seen, open again what came back.

    Reporting the same again changes nothing. Closes nothing: see `close`.
    """
    _one_at_a_time()
    pen, tally = _Pen(at), Tally()
    _report(found, pen, tally, by)
    pen.write()
    _see(found)
    return tally


def _report(found: Sequence[Found], pen: _Pen, tally: Tally, by: str) -> None:
    on, calendar = standing.day(pen.at), queries.calendar()
    known = {row.key: row for row in _locked(one.key for one in found)}
    said = kept.explained_in_review(one.version for one in found if one.version and one.answerable)
    seen = _seen(found)
    for one in found:
        row = known.get(one.key)
        if row is None:
            known[one.key] = row = _row(one, pen.at)
            pen.new[row.key] = row
            pen.tell(row, standing.raised(one, on=on, calendar=calendar), by)
            tally.raised += 1
            _explain(row, one, said, pen)
        fresh = tuple(s for s in one.sightings if (one.key, s.case_no, s.position) not in seen)
        if fresh:
            pen.tell(row, standing.seen(fresh), by)
        why = standing.again(kept.state(row), one, subject=row.subject, fresh=fresh)
        if why:
            pen.tell(row, standing.reopened(why, on=on, calendar=calendar), by)
            tally.reopened += 1
            _explain(row, one, said, pen)
        _refresh(row, one, pen)


def _refresh(row: StandingFinding, one: Found, pen: _Pen) -> None:
    """What the row says follows the version in force and the rule's words."""
    said = {
        "message": msgspec.to_builtins(one.message),
        "told": msgspec.to_builtins(one.told),
        "subject": one.subject,
        "version_id": one.version,
    }
    if any(getattr(row, name) != value for name, value in said.items()):
        for name, value in said.items():
            setattr(row, name, value)
        pen.changed.setdefault(row.key, row)


def _explain(row: StandingFinding, one: Found, said: Mapping[tuple, LintAnswer], pen: _Pen) -> None:
    """What the reviewers of a version have passed is not asked of the department again."""
    answer = said.get((one.version or 0, one.rule, f"{one.base_code} {one.path}"))
    if answer is None:
        return
    now = kept.state(row)
    given = standing.answered(now, kind="explain", words=answer.answer, basis=answer.answer)
    pen.tell(row, given, answer.by, answer.at)
    passed = {"answer": "explain", "note": "", "due_on": None}
    at = answer.version.published_at or pen.at
    pen.tell(row, ("finding_accepted", passed), answer.version.published_by, at)


def _row(one: Found, at: datetime) -> StandingFinding:
    return StandingFinding(
        key=one.key,
        source=one.source.value,
        rule=one.rule,
        base_code=one.base_code,
        path=one.path,
        department=one.department,
        division_code=one.division,
        organ_id=one.organ,
        version_id=one.version,
        subject=one.subject,
        message=msgspec.to_builtins(one.message),
        told=msgspec.to_builtins(one.told),
        state=msgspec.to_builtins(Standing()),
        stand=Stand.OPEN.value,
        raised_at=at,
    )


def _seen(found: Sequence[Found]) -> set[tuple[str, str, int]]:
    keys = [one.key for one in found if one.sightings]
    rows = FindingCase.objects.filter(finding__in=keys) if keys else FindingCase.objects.none()
    return set(rows.values_list("finding_id", "case_no", "position"))


def _see(found: Sequence[Found]) -> None:
    rows = [_sighting(one.key, s) for one in found for s in one.sightings]
    FindingCase.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


def _sighting(key: str, one: Sighting) -> FindingCase:
    return FindingCase(finding_id=key, case_no=one.case_no, position=one.position, at=one.at, what=one.what)


def _locked(keys: Iterable[str]) -> list[StandingFinding]:
    return list(StandingFinding.objects.select_for_update().filter(pk__in=set(keys)).order_by("pk"))


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])


def inspect(*, at: datetime, by: str = INSPECTION.by) -> Inspection:
    """Look at every guide in force: raise, open again, and close what is no longer found.

    Looking takes most of the time and holds no lock; what came into force meanwhile is looked at under it.
    """
    rules, seen = inspection.rules_digest(), inspection.versions_digest()
    found = inspection.in_guides()
    with transaction.atomic():
        _one_at_a_time()
        if (now := inspection.versions_digest()) != seen:
            found, seen = inspection.in_guides(), now
        pen, tally = _Pen(at), Tally()
        _report(found, pen, tally, by)
        _close_gone(StandingFinding.objects.filter(source=Source.GUIDE), found, pen, tally, by)
        pen.write()
        return Inspection.objects.create(
            at=at,
            rules=rules,
            versions=seen,
            items=len(queries.items()),
            found=len(found),
            raised=tally.raised + tally.reopened,
            closed=tally.closed,
        )


def inspect_when_due(*, at: datetime) -> Inspection | None:
    """Look when the rules or what is in force have changed, and once a day; else do nothing."""
    row = kept.last_inspection()
    last = standing.Looked(standing.day(row.at), row.rules, row.versions) if row else None
    now = standing.Looked(standing.day(at), inspection.rules_digest(), inspection.versions_digest())
    if not standing.look_due(last, now):
        return None
    return inspect(at=at)


def inspect_item(item: Item, *, at: datetime, by: str) -> Tally:
    """Look at one item's guide by itself, as it has just changed; in the transaction of the change."""
    _one_at_a_time()
    pen, tally = _Pen(at), Tally()
    try:
        found = inspection.in_version(queries.version_in_force(item.pk, at))
    except Refused:
        found = []  # suspended or cancelled
    _report(found, pen, tally, by)
    here = StandingFinding.objects.filter(source=Source.GUIDE, base_code=item.base_code, organ=None)
    _close_gone(here.filter(rule__in=inspection.ALONE), found, pen, tally, by)
    pen.write()
    return tally


def _close_gone(rows, found: Sequence[Found], pen: _Pen, tally: Tally, by: str) -> None:
    there = {one.key for one in found}
    for row in rows.exclude(stand=Stand.CLOSED).select_for_update().order_by("pk"):
        if row.key not in there:
            pen.tell(row, standing.closed(Why.CAUSE_GONE), by)
            tally.closed += 1


@transaction.atomic
def close(gone: Mapping[str, Why], *, by: str, at: datetime) -> int:
    """Close findings whose cause is gone, {key: why}; those closed already stay as they are. Returns how many."""
    _one_at_a_time()
    pen, closed = _Pen(at), 0
    for row in _locked(gone):
        if row.stand != Stand.CLOSED:
            pen.tell(row, standing.closed(gone[row.key]), by)
            closed += 1
    pen.write()
    return closed


@transaction.atomic
def follow_up(*, at: datetime, by: str = INSPECTION.by) -> Tally:
    """Escalate what is overdue, once; close what was mended and stayed away until the end of its follow-up."""
    _one_at_a_time()
    on, pen, tally = standing.day(at), _Pen(at), Tally()
    rows = StandingFinding.objects.select_for_update().filter(stand__in=DUE, due_on__lt=on)
    for row in rows.order_by("pk"):
        if standing.followed_up(kept.state(row), Source(row.source), on):
            pen.tell(row, standing.closed(Why.PRACTICE_STOPPED), by)
            tally.closed += 1
        elif not row.escalated:
            pen.tell(row, standing.escalated(kept.state(row)), by)
            tally.escalated += 1
    pen.write()
    return tally


@transaction.atomic
def answer_standing(*, key: str, kind: str, words: str, basis: str, caller: Caller, at: datetime) -> None:
    """The department answers. Refuses finding_unknown, not_your_turn and those of `standing.answered`."""
    row = _one(key, caller)
    if caller.scopes is not None or not duties.may_answer(queries.seats(caller), kept.matter_of(row)):
        raise Refused("not_your_turn")
    _told(row, standing.answered(kept.state(row), kind=kind, words=words, basis=basis), caller, at)


@transaction.atomic
def accept_answer(*, key: str, note: str, caller: Caller, at: datetime) -> None:
    """The service organ takes the answer. Refuses finding_unknown, not_your_turn, finding_elsewhere, own_answer."""
    row = _judged(key, caller)
    on, calendar = standing.day(at), queries.calendar()
    taken = standing.accepted(kept.state(row), by=caller.by, note=note, on=on, calendar=calendar)
    _told(row, taken, caller, at)


@transaction.atomic
def return_answer(*, key: str, note: str, caller: Caller, at: datetime) -> None:
    """The service organ sends the answer back. Refuses as `accept_answer`, and reason_missing."""
    row = _judged(key, caller)
    on, calendar = standing.day(at), queries.calendar()
    back = standing.returned(kept.state(row), by=caller.by, note=note, on=on, calendar=calendar)
    _told(row, back, caller, at)


def _judged(key: str, caller: Caller) -> StandingFinding:
    row = _one(key, caller)
    if caller.scopes is not None or not duties.may_judge(queries.seats(caller), kept.matter_of(row)):
        raise Refused("not_your_turn")
    return row


def _one(key: str, caller: Caller) -> StandingFinding:
    kept.find(key, caller)
    return StandingFinding.objects.select_for_update().get(pk=key)


def _told(row: StandingFinding, event: standing.Event, caller: Caller, at: datetime) -> None:
    pen = _Pen(at)
    pen.tell(row, event, caller.by)
    pen.write()
