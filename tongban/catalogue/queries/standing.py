"""Standing findings as they are found, kept and read: what the guides in force show, and each department's list."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import msgspec
from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from tongban.catalogue.models import (
    FindingCase,
    Inspection,
    ItemVersion,
    LintAnswer,
    StandingFinding,
)
from tongban.catalogue.queries import versions
from tongban.catalogue.queries.calendar import calendar
from tongban.catalogue.queries.items import items
from tongban.catalogue.rules import duties, places, standing, workflow
from tongban.catalogue.rules.guide import Guide
from tongban.catalogue.rules.standing import DUE, Source, Stand, Standing
from tongban.engine.refusal import Refused
from tongban.people import queries as people
from tongban.people.rules import Caller, Role
from tongban.record import queries as record

PAGE = 30
STREAM = "finding"  # the kind of the streams of standing findings in the record


def state(row: StandingFinding) -> Standing:
    """The folded state a row keeps."""
    return msgspec.convert(row.state, Standing)


def explained_in_review(ids: Iterable[int]) -> dict[tuple[int, str, str], LintAnswer]:
    """What was said to findings while these versions were drafts, by version, rule and where; reviewers passed it."""
    rows = LintAnswer.objects.filter(version__in=set(ids)).select_related("version")
    return {(row.version_id, row.rule, row.where): row for row in rows}


def last_inspection() -> Inspection | None:
    """The newest run over every guide in force."""
    return Inspection.objects.order_by("-at", "-id").first()


# Who reads what


def in_scope(caller: Caller) -> QuerySet[StandingFinding]:
    """The findings a caller reads: of the own department in the own area; of all for the service organ's area
    and the supervisor.
    """
    rows = StandingFinding.objects.select_related("organ")
    if caller.kind == "system" or Role.SUPERVISOR in caller.roles:
        return rows
    seen = Q(pk__in=[])
    for seat in versions.seats(caller):
        here = Q(division_code__startswith=seat.area)
        seen |= here if seat.department == duties.SERVICE_ORGAN else here & Q(department=seat.department)
    return rows.filter(seen)


def matter_of(row: StandingFinding) -> duties.Matter:
    """What a finding is about."""
    return duties.Matter(row.department, row.division_code)


def reads_all(caller: Caller) -> bool:
    """Whether the caller reads the findings of more departments than the own."""
    served = any(seat.department == duties.SERVICE_ORGAN for seat in versions.seats(caller))
    return served or Role.SUPERVISOR in caller.roles


class Line(msgspec.Struct, frozen=True):
    """A finding in a list: the row, the item's guide if it is in force, the light of its deadline, working days
    left (negative: since), what it is about, the cases it was seen in.
    """

    row: StandingFinding
    guide: Guide | None
    light: str
    left: int | None
    part: object = None  # of the guide in force, for a finding about it
    cases: int = 0

    @property
    def late(self) -> int:
        """Working days since the deadline."""
        return -(self.left or 0)


class Page(msgspec.Struct, frozen=True):
    """A page of findings with what there is in each state; `after` is where the next page begins."""

    lines: list[Line]
    counts: dict[str, int]
    after: str


# The lists of the findings page: name → filter on (rows, day).
_NEVER = date(9999, 12, 31)


def _only(rows: QuerySet[StandingFinding], only: str, on: date) -> QuerySet[StandingFinding]:
    match only:
        case "todo":
            return rows.filter(stand__in=DUE)
        case "overdue":
            return rows.filter(stand__in=DUE, due_on__lt=on)
        case "review":
            return rows.filter(stand=Stand.ANSWERED)
        case "settled":
            return rows.filter(stand__in=standing.SETTLED)
    return rows


LISTS = ("todo", "overdue", "review", "settled")


def shelf(caller: Caller, *, only: str, department: str, after: str, at: datetime) -> Page:
    """One page of a list, the earliest deadline first; settled ones the newest first."""
    on = standing.day(at)
    rows = in_scope(caller)
    if department:
        rows = rows.filter(department=department)
    told = Counter[str]()
    late = 0
    for stand, due_on, number in rows.values_list("stand", "due_on").annotate(number=Count("key")):
        told[stand] += number
        late += number if stand in DUE and due_on < on else 0
    counts = {
        "todo": sum(told[stand] for stand in DUE),
        "overdue": late,
        "review": told[Stand.ANSWERED],
        "settled": sum(told[stand] for stand in standing.SETTLED),
    }
    found, following = page(_only(rows, only, on), after, newest=only == "settled")
    named = {row.guide.base_code: row.guide for row in items()}
    seen = FindingCase.objects.filter(finding__in=[row.key for row in found]).values_list("finding")
    cases = dict(seen.annotate(number=Count("case_no", distinct=True)))
    lines = [_line(row, named, on, cases.get(row.key, 0)) for row in found]
    return Page(lines=lines, counts=counts, after=following)


def page(rows: QuerySet[StandingFinding], after: str, *, newest: bool) -> tuple[list[StandingFinding], str]:
    when, _, key = after.partition("_")
    if newest:
        if key and (moment := _moment(when)):
            rows = rows.filter(Q(settled_at__lt=moment) | Q(settled_at=moment, key__gt=key))
        found = list(rows.order_by("-settled_at", "key")[: PAGE + 1])
        ends = (
            f"{found[PAGE - 1].settled_at:%Y%m%dT%H%M%S.%f}_{found[PAGE - 1].key}"
            if len(found) > PAGE
            else ""
        )
        return found[:PAGE], ends
    rows = rows.annotate(day=Coalesce(F("due_on"), Value(_NEVER)))
    if key and (day := _day(when)):
        rows = rows.filter(Q(day__gt=day) | Q(day=day, key__gt=key))
    found = list(rows.order_by("day", "key")[: PAGE + 1])
    ends = f"{found[PAGE - 1].due_on or _NEVER}_{found[PAGE - 1].key}" if len(found) > PAGE else ""
    return found[:PAGE], ends


def _moment(words: str) -> datetime | None:
    try:
        return datetime.strptime(words + "+0000", "%Y%m%dT%H%M%S.%f%z")
    except ValueError:
        return None


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


SOON = 3  # working days left from which a deadline is shown as near. Basis: configuration


def _line(row: StandingFinding, named: Mapping[str, Guide], on: date, cases: int = 0) -> Line:
    left = None
    if row.stand in DUE and row.due_on is not None:
        left = calendar().working_days_between(on, row.due_on)
    light = "" if left is None else "red" if left < 0 else "amber" if left <= SOON else "green"
    guide = named.get(row.base_code)
    part = places.part(guide, row.path) if guide and row.source == Source.GUIDE else None
    return Line(row=row, guide=guide, light=light, left=left, part=part, cases=cases)


# One finding


class Past(msgspec.Struct, frozen=True):
    """An event of a finding: kind, facts, when, by whom in words."""

    kind: str
    facts: dict
    at: datetime
    by: str


class Sheet(msgspec.Struct, frozen=True):
    """A finding with all that is needed to answer or review it."""

    line: Line
    standing: Standing
    where: str  # place in the editor, "" for the guide's own fields
    section: str  # of the guide
    version: ItemVersion | None  # in force
    draft: ItemVersion | None  # on its way already
    cases: list[FindingCase]
    count: int  # of all cases
    open_cases: bool  # whether the reader may open them
    history: list[Past]
    may_answer: bool
    may_judge: bool
    own: bool  # the reader gave the answer


SHOWN_CASES = 20


def find(key: str, caller: Caller) -> StandingFinding:
    """A finding in the caller's scope. Refuses finding_unknown."""
    row = in_scope(caller).filter(pk=key).first()
    if row is None:
        raise Refused("finding_unknown", finding=key)
    return row


def dossier(key: str, caller: Caller, at: datetime) -> Sheet:
    """One finding. Refuses finding_unknown."""
    row = find(key, caller)
    now, seats, matter = state(row), versions.seats(caller), matter_of(row)
    named = {one.guide.base_code: one for one in items()}
    current = named.get(row.base_code)
    guide = current.guide if current else None
    where, section = places.place(guide, row.path) if guide else ("", "")
    ways = ItemVersion.objects.filter(item__base_code=row.base_code, implementation=None)
    seen = FindingCase.objects.filter(finding=row).order_by("-at", "-id")
    by = now.answer.by if now.answer else ""
    return Sheet(
        line=_line(row, {row.base_code: guide} if guide else {}, standing.day(at)),
        standing=now,
        where=where,
        section=section,
        version=ItemVersion.objects.filter(pk=current.version).first() if current else None,
        draft=ways.filter(status__in=workflow.OPEN).first(),
        cases=list(seen[:SHOWN_CASES]),
        count=seen.count(),
        open_cases=row.organ_id in caller.organs or Role.SUPERVISOR in caller.roles,
        history=_history(key),
        may_answer=standing.Deed.ANSWER in standing.ALLOWED[now.stand] and duties.may_answer(seats, matter),
        may_judge=now.stand is Stand.ANSWERED and duties.may_judge(seats, matter),
        own=by == caller.by,
    )


def _history(key: str) -> list[Past]:
    events = [event for event in record.stream(STREAM, key) if event.facts is not None]
    ids = {event.by: int(event.by.partition(":")[2]) for event in events if event.by.startswith("account:")}
    names = people.account_names(ids.values())
    return [
        Past(kind=event.kind, facts=event.facts or {}, at=event.at, by=names.get(ids.get(event.by, 0), ""))
        for event in reversed(events)
    ]


def practice_open() -> list[StandingFinding]:
    """Findings about practice that the department still owes something for."""
    rows = StandingFinding.objects.filter(source=Source.PRACTICE, stand__in=[*DUE, Stand.ANSWERED])
    return list(rows.order_by("key"))


def listed_now(rows: Iterable[StandingFinding]) -> list[str]:
    """Keys of those findings whose material or step the guide in force lists by now."""
    guides = {row.guide.base_code: row.guide for row in items()}
    return [row.key for row in rows if (guide := guides.get(row.base_code)) and places.lists(guide, row.path)]


def document(caller: Caller, at: datetime) -> list[dict]:
    """The findings a caller reads as JSON values, those owed first; one statement and one for their cases."""
    on = standing.day(at)
    seen: dict[str, list[str]] = {}
    rows = list(in_scope(caller).order_by("settled_at", "due_on", "key"))
    for key, case_no in FindingCase.objects.order_by("case_no").values_list("finding", "case_no").distinct():
        seen.setdefault(key, []).append(case_no)
    return [
        {
            "key": row.key,
            "source": row.source,
            "rule": row.rule,
            "where": f"{row.base_code} {row.path}",
            "organ": row.organ.key if row.organ else None,
            "department": row.department,
            "message": row.message,
            "basis": row.told["basis"],
            "stand": row.stand,
            "settled": row.stand in standing.SETTLED,
            "due_on": row.due_on,
            "overdue": row.stand in DUE and row.due_on is not None and row.due_on < on,
            "escalated": row.escalated,
            "answer": row.state["answer"],
            "cases": seen.get(row.key, []),
        }
        for row in rows
    ]
