"""One case as a caller may see it: the stored state, its guide, and the clock read now."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from django.db.models import Q, QuerySet

from tongban.cases.models import Case
from tongban.cases.rules import duties
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Guide, Material, Step, Text
from tongban.engine import clock, lifecycle
from tongban.engine.calendar import CST
from tongban.engine.lifecycle.hand import facts_for_clock
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller

_DECODE = msgspec.json.Decoder(lifecycle.Case).decode


class Opened(msgspec.Struct, frozen=True):
    """A case row, its folded state, the guide it is handled under, and the clock read at `at` (or None)."""

    row: Case
    case: lifecycle.Case
    guide: Guide
    reading: clock.Reading | None
    at: datetime

    def material(self, code: str) -> Material:
        return next(material for material in self.guide.materials if material.code == code)

    def step(self, code: str) -> Step:
        """A step of the guide. Refuses `step_not_open` when it has none of that code."""
        found = next((step for step in self.guide.steps if step.code == code), None)
        if found is None:
            raise Refused("step_not_open", step=code, open=[step.code for step in self.case.open_steps()])
        return found

    @property
    def name(self) -> Text:
        return self.guide.name


def visible(caller: Caller) -> QuerySet[Case]:
    """The cases in the caller's scope: own parties', own organs', or all for a supervisor."""
    if duties.sees_all(caller):
        return Case.objects.all()
    return Case.objects.filter(_at_organs(caller) | Q(party__in=caller.parties))


def at_work(caller: Caller) -> QuerySet[Case]:
    """The cases an officer has to do with at work: the organs' or all, never one's own application."""
    rows = Case.objects.all() if duties.sees_all(caller) else Case.objects.filter(_at_organs(caller))
    return rows.exclude(party__in=caller.parties) if caller.parties else rows


def _at_organs(caller: Caller) -> Q:
    return Q(organ__in=[post.organ for post in caller.posts])


Rows = Callable[[Caller], QuerySet[Case]]


def find(case_no: str, caller: Caller, rows: Rows = visible) -> Case:
    """The case row in the caller's scope; `case_unknown` outside it."""
    beside = ("organ__division", "party", "implementation__item", "holder")
    try:
        return rows(caller).select_related(*beside).get(pk=case_no)
    except Case.DoesNotExist as error:
        raise Refused("case_unknown", case_no=case_no) from error


def any_case(case_no: str, caller: Caller) -> Case:
    """Any case by its number or query code, for the system itself; `case_unknown` for everybody else."""
    rows = Case.objects.select_related("organ__division", "party", "implementation__item", "holder").filter(
        Q(pk=case_no) | Q(query_code=case_no.upper())
    )
    if caller.kind != "system" or not (found := rows.order_by("pk").first()):
        raise Refused("case_unknown", case_no=case_no)
    return found


def opened(case_no: str, caller: Caller, at: datetime, rows: Rows = visible) -> Opened:
    """The case with its guide and clock."""
    return unfold(find(case_no, caller, rows), at)


def unfold(row: Case, at: datetime) -> Opened:
    """A row with its state decoded, its guide and its clock read at `at`."""
    case = state(row)
    return Opened(
        row=row, case=case, guide=catalogue.guide(row.version_id), reading=read_clock(case, at), at=at
    )


def state(row: Case) -> lifecycle.Case:
    """The folded state a row stores."""
    return msgspec.convert(row.state, lifecycle.Case)


def read_clock(case: lifecycle.Case, at: datetime) -> clock.Reading | None:
    """The clock's reading at `at`, days to the close of the day; None before acceptance."""
    if case.accepted_on is None or case.terms is None:
        return None
    exact = case.terms.promised.unit is clock.Unit.WORKING_HOURS
    on = at if exact else at.astimezone(CST).date()
    return clock.read(facts_for_clock(case), catalogue.calendar(), on)
