"""Promises (容缺承诺): whether one may be made and why not, its text, and those that are open, due, kept or broken."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from django.db import connection
from django.db.models import Count, Q

from tongban.cases.models import Case
from tongban.cases.queries import lists
from tongban.cases.queries.applications import Application
from tongban.cases.queries.opened import Opened, Scope, state
from tongban.cases.queries.subjects import OfItem
from tongban.cases.rules import application as application_rules
from tongban.cases.rules import tolerance as rules
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Material, Text
from tongban.engine import lifecycle
from tongban.engine.calendar import CST
from tongban.engine.lifecycle import tolerance
from tongban.engine.lifecycle.hand import Hand
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller

OPEN = ("made", "open")  # states of a promise that counts against the limit
PAGE = 50


def credit_of(party: int) -> str:
    """The credit class of an applicant. No room rates applicants yet: everybody is unrated."""
    return rules.credit_class(None)


def open_promises(party: int) -> int:
    """How many promises of an applicant are open now."""
    return Case.objects.filter(party=party, promise__in=OPEN).count()


def hold(party: int) -> None:
    """Let nobody else count this applicant's promises until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('cases.promises'), %s)", [party])


def offered(case: lifecycle.Case) -> bool:
    """Whether a case is one in which something is missing that may follow, here and under its version."""
    return bool(case.promise is None and tolerance.missing(case))


def may_follow(application: Application, at: datetime) -> list[Material]:
    """The missing materials of a draft that may be promised once it is received: only where no main one is missing."""
    draft = application.draft
    if draft.implementation is None or not isinstance(application.subject, OfItem):
        return []
    guide, situation = application.subject.guide, application.subject.resolve(draft.situation)
    place = draft.place or draft.implementation.division_code
    rule = catalogue.tolerance(guide.base_code, place, at.astimezone(CST).date())
    terms = application_rules.tolerance(guide, situation, rule) if rule else None
    codes = {part.material for part in terms.materials} if terms else set()
    missing = application.missing()
    return [part for part in missing if part.code in codes] if {p.code for p in missing} <= codes else []


def why_not(case: lifecycle.Case, by: str, at: datetime) -> Refused | None:
    """Why no promise can be made in a case now; None when one can."""
    return tolerance.why_not(
        case, open_promises=open_promises(case.applicant), credit=credit_of(case.applicant), hand=Hand(by, at)
    )


def written(found: Opened) -> rules.Written:
    """The promise in writing: as it was signed, or as it would be. Refuses `nothing_to_promise`."""
    case = found.case
    if case.promise:
        codes, within = case.promise.materials, case.promise.days
    else:
        parts = tolerance.missing(case)
        if not parts or case.terms is None:
            raise Refused("nothing_to_promise")
        codes, within = tuple(part.material for part in parts), tolerance.days(case.terms, parts)
    return rules.written(case.case_no, [(code, found.material(code).name) for code in codes], within)


class Line(msgspec.Struct, frozen=True):
    """A promise as a line of the officers' list."""

    row: Case
    name: Text
    materials: tuple[Text, ...]
    due_on: date | None
    left: int | None  # working days, negative after the last
    steps: tuple[int, int]  # reviewed in advance, of how many
    broken: int  # promises this applicant has broken
    state: str


class Counts(msgspec.Struct, frozen=True):
    """Promises of a scope, by what became of them; lapsed ones were overtaken by another act."""

    open: int
    kept: int
    broken: int
    lapsed: int

    @property
    def broken_share(self) -> str:
        """Broken of those that ended kept or broken, in percent; empty before the first."""
        ended = self.kept + self.broken
        return f"{self.broken / ended:.1%}" if ended else ""


def counts(scope: Scope) -> Counts:
    """How promises ended, of the cases of a scope."""
    found = (
        scope.rows()
        .filter(promise__isnull=False)
        .aggregate(
            open=Count("pk", filter=Q(promise__in=OPEN)),
            kept=Count("pk", filter=Q(promise="kept")),
            broken=Count("pk", filter=Q(promise="broken")),
            lapsed=Count("pk", filter=Q(promise="lapsed")),
        )
    )
    return Counts(**found)


def due(scope: Scope, at: datetime, *, which: str = "open") -> list[Line]:
    """The promises of a scope, those due first on top; `which` open or broken. Two statements, however many."""
    states = ("broken",) if which == "broken" else OPEN
    rows = lists.named(scope.rows().filter(promise__in=states)).order_by("promise_due", "case_no")[:PAGE]
    found = list(rows)
    broken = broken_by({row.party_id for row in found})
    return [_line(row, broken.get(row.party_id, 0), at) for row in found]


def broken_by(parties: Iterable[int]) -> dict[int, int]:
    """{party: how many promises it has broken}, in the whole city: what the trust room will read."""
    rows = Case.objects.filter(party__in=list(parties), promise="broken").values_list("party")
    return dict(rows.annotate(n=Count("pk")).order_by())


def _line(row: Case, broken: int, at: datetime) -> Line:
    case, guide = state(row), catalogue.guide(row.version_id)
    promise = case.promise
    assert promise is not None
    assert case.terms is not None
    names = {part.code: part.name for part in guide.materials}
    today = at.astimezone(CST).date()
    planned = [step.code for step in case.terms.steps if step.kind != "decision"]
    return Line(
        row=row,
        name=guide.name,
        materials=tuple(names[code] for code in promise.materials),
        due_on=promise.due_on,
        left=_left(today, promise.due_on) if promise.due_on else None,
        steps=(sum(code in case.done for code in planned), len(planned)),
        broken=broken,
        state=promise.state,
    )


def _left(today: date, due_on: date) -> int:
    """Working days from today to the last day; negative once it is past."""
    calendar = catalogue.calendar()
    if due_on < today:
        return -max(calendar.working_days_between(due_on, today), 1)
    return calendar.working_days_between(today, due_on)


def document(found: Opened, caller: Caller) -> dict:
    """A case's promise for the API: its text and digest, whether one may be made and why not, what became of it."""
    case = found.case
    barred = why_not(case, caller.by, found.at)
    said = written(found) if case.promise or offered(case) else None
    return {
        "case_no": case.case_no,
        "possible": barred is None,
        "why_not": barred.code if barred else None,
        "digest": said.digest if said else None,
        "days": said.days if said else None,
        "materials": case.promise.materials
        if case.promise
        else [part.material for part in tolerance.missing(case)],
        "text": said.lines if said else (),
        "state": case.promise.state if case.promise else None,
        "due_on": case.promise.due_on if case.promise else None,
    }


def to_chase(at: datetime) -> Iterable[str]:
    """Open promises with a reminder planned for today or missed before, the nearest first."""
    today = at.astimezone(CST).date()
    rows = Case.objects.filter(promise="open", promise_due__gte=today.isoformat()).order_by(
        "promise_due", "case_no"
    )
    for row in rows.iterator(chunk_size=500):
        promise = state(row).promise
        if promise and tolerance.chase_now(promise, today):
            yield row.pk


def overdue(at: datetime) -> list[str]:
    """Open promises whose last day is past, the longest overdue first."""
    today = at.astimezone(CST).date()
    rows = Case.objects.filter(promise="open", promise_due__lt=today.isoformat())
    return list(rows.order_by("promise_due", "case_no").values_list("case_no", flat=True))
