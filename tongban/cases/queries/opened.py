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
from tongban.kit.written import Written
from tongban.people.rules import Caller, Power


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


class Scope(msgspec.Struct, frozen=True):
    """Which cases: those of `organs` (None: of every organ) and of `parties`, never those of `but`.

    What is handled in an organ's name its officers read too: it answers for it. Basis: 行政许可法 Art 24 para 2.
    """

    organs: tuple[int, ...] | None
    parties: tuple[int, ...] = ()
    but: tuple[int, ...] = ()

    def rows(self) -> QuerySet[Case]:
        """The cases, to be searched; a page of them is read by `lists.within`."""
        rows = Case.objects.all()
        if self.organs is not None:
            at_organs = Q(organ__in=self.organs) | Q(in_name_of__in=self.organs)
            rows = rows.filter(at_organs | Q(party__in=self.parties))
        return rows.exclude(party__in=self.but) if self.but else rows

    def case(self, case_no: str) -> Case | None:
        """The one case with this number, if it is one of them, with the rows shown beside it."""
        return _ONE.first(
            case_no=case_no,
            everywhere=self.organs is None,
            organs=list(self.organs or ()),
            parties=list(self.parties),
            but=list(self.but),
        )


_BESIDE = ("organ__division", "party", "implementation__item", "holder", "form")

_ONE = Written(
    lambda: Case.objects.select_related(*_BESIDE),
    """where cases_case.case_no = %(case_no)s
    and (%(everywhere)s or cases_case.organ_id = any(%(organs)s::bigint[])
        or cases_case.in_name_of = any(%(organs)s::bigint[]) or cases_case.party_id = any(%(parties)s::bigint[]))
    and not cases_case.party_id = any(%(but)s::bigint[])""",
)


def visible(caller: Caller) -> Scope:
    """The caller's scope: own parties', own organs', or all for a supervisor."""
    if duties.sees_all(caller):
        return Scope(None)
    return Scope(caller.organs, caller.parties_for(Power.FOLLOW))


def at_work(caller: Caller) -> Scope:
    """What an officer has to do with at work: the organs' or all, never one's own application."""
    return Scope(None if duties.sees_all(caller) else caller.organs, but=caller.parties)


Reach = Callable[[Caller], Scope]


def find(case_no: str, caller: Caller, reach: Reach = visible) -> Case:
    """The case row in the caller's scope; `case_unknown` outside it."""
    found = reach(caller).case(case_no)
    if found is None:
        raise Refused("case_unknown", case_no=case_no)
    return found


def any_case(case_no: str, caller: Caller) -> Case:
    """Any case by its number or query code, for the system itself; `case_unknown` for everybody else."""
    rows = Case.objects.select_related(*_BESIDE).filter(Q(pk=case_no) | Q(query_code=case_no.upper()))
    if caller.kind != "system" or not (found := rows.order_by("pk").first()):
        raise Refused("case_unknown", case_no=case_no)
    return found


def opened(case_no: str, caller: Caller, at: datetime, reach: Reach = visible) -> Opened:
    """The case with its guide and clock."""
    return unfold(find(case_no, caller, reach), at)


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
