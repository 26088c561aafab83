"""Service projects: found by who may see them, opened with everything about them, the boards."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property

import msgspec
from django.db.models import Count, Prefetch, Q

from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.duties import Seat
from tongban.engine.refusal import Refused
from tongban.enterprise import rules
from tongban.enterprise.models import Blocker, Consultation, LogEntry, Mandate, ServiceProject, Task
from tongban.enterprise.queries.plans import Plan, plans
from tongban.people import queries as people
from tongban.people.rules import Caller, Role, require_reader

MOST = 200  # projects on a board

_ROWS = ("construction__party", "party", "steward", "division")


def rows():
    """Service projects with what their pages show of them."""
    return ServiceProject.objects.select_related(*_ROWS)


def seats(caller: Caller) -> list[Seat]:
    """The caller's posts as the rules see them; none for a token without leave or somebody without posts."""
    return catalogue.seats(caller) if caller.posts else []


def at_centre(caller: Caller) -> bool:
    """Whether the caller works at a centre, of whichever place."""
    return any(rules.works_for_centre([seat], seat.division) for seat in seats(caller))


def works_at(caller: Caller) -> set[int]:
    """The organs the caller does more at than read."""
    return {post.organ for post in caller.posts if post.roles - {Role.SUPERVISOR}}


def at_work(project: int, caller: Caller) -> ServiceProject:
    """A service project an officer may see. Refuses `service_unknown`, and as `require_reader`."""
    require_reader(caller)
    row = rows().filter(pk=project).first()
    if row is None or not rules.sees(seats(caller), row.division_id):
        raise Refused("service_unknown", project=project)
    return row


def of_enterprise(project: int, caller: Caller) -> ServiceProject:
    """A service project of the caller's enterprise; not of those it is the steward of. Refuses `service_unknown`."""
    row = rows().filter(pk=project, party__in=caller.parties_for(None)).first()
    if row is None:
        raise Refused("service_unknown", project=project)
    return row


class Opened(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A project as its pages read it on a day: its plan, mandates, log and blockers."""

    row: ServiceProject
    plan: Plan
    mandates: tuple[Mandate, ...]
    log: tuple[LogEntry, ...]
    blockers: tuple[Blocker, ...]
    today: date

    @property
    def closed(self) -> bool:
        return self.row.closed_at is not None

    @property
    def started_on(self) -> date | None:
        return self.row.construction.started_on if self.row.construction else self.row.started_on

    @property
    def building(self) -> bool:
        """Whether it is under construction: building began and neither the project nor the service has ended."""
        return bool(self.started_on and self.started_on <= self.today) and not (
            self.plan.complete or self.closed
        )

    @cached_property
    def mandate(self) -> Mandate | None:
        """The mandate of the steward, if one is in force."""
        return next(
            (
                one
                for one in self.mandates
                if one.steward_id == self.row.steward_id and mandate_state(one, self.today) == "in_force"
            ),
            None,
        )

    @cached_property
    def drawn(self) -> Mandate | None:
        """The mandate that waits for the principal's signature."""
        return next((one for one in self.mandates if mandate_state(one, self.today) == "drawn"), None)

    @cached_property
    def services(self) -> list[LogEntry]:
        """The entries of the log that count."""
        return [one for one in self.log if rules.counts(event=bool(one.event_id), file=bool(one.file))]

    @cached_property
    def open_blockers(self) -> list[Blocker]:
        return [one for one in self.blockers if one.resolved_at is None]

    @cached_property
    def late_tasks(self) -> list[Task]:
        return [
            task
            for blocker in self.blockers
            for consultation in blocker.consultations.all()
            for task in consultation.tasks.all()
            if task_late(task, self.today)
        ]

    @property
    def next(self) -> str:
        """The one thing to do next at the centre: assign, draw, await, resolve, conclude, step, close."""
        if self.closed:
            return "closed"
        if self.row.steward_id is None:
            return "assign"
        if any(one.concluded_at is None for b in self.open_blockers for one in b.consultations.all()):
            return "conclude"
        if self.mandate is None:
            return "await" if self.drawn else "draw"
        if self.plan.complete:
            return "close"
        return "step" if self.plan.next else "log"


def mandate_state(row: Mandate, on: date) -> str:
    """drawn, declined (or replaced by another), in_force, ended (withdrawn or given up), over (its term has passed)."""
    if row.signed_at is None or row.representation is None:
        return "declined" if row.declined_at else "drawn"
    if row.representation.ended_at:
        return "ended"
    return "in_force" if held(row).in_force(on) else "over"


def held(row: Mandate) -> rules.Held:
    """A signed mandate as the rules see it."""
    assert row.representation is not None
    ended = row.representation.ended_at
    return rules.Held(
        party=row.party_id,
        steward=row.steward_id,
        scope=frozenset(rules.Power(one) for one in row.scope),
        first=row.representation.valid_from,
        last=row.until,
        ended_on=people.today(ended) if ended else None,
    )


def task_late(row: Task, on: date) -> bool:
    """Whether a task of a consultation is overdue."""
    return rules.overdue(row.due, people.today(row.done_at) if row.done_at else None, on)


def opened(row: ServiceProject, at: datetime) -> Opened:
    """One project with everything about it."""
    return opened_all([row], at)[0]


def opened_all(found: Sequence[ServiceProject], at: datetime) -> list[Opened]:
    """Projects with everything about them; the number of statements does not depend on how many."""
    parties = {row.party_id for row in found}
    mandates = (
        Mandate.objects.select_related("representation", "steward").filter(party__in=parties).order_by("-id")
    )
    of_party: dict[int, list[Mandate]] = {}
    for mandate in mandates if parties else ():
        of_party.setdefault(mandate.party_id, []).append(mandate)
    log = _by_project(LogEntry.objects.select_related("steward", "event").order_by("-on", "-id"), found)
    blockers = _by_project(with_consultations().order_by("-id"), found)
    made, today = plans(found, at), people.today(at)
    return [
        Opened(
            row=row,
            plan=made[row.pk],
            mandates=tuple(
                one
                for one in of_party.get(row.party_id, [])
                if one.project_id == row.pk or one.steward_id == row.steward_id
            ),
            log=tuple(log.get(row.pk, [])),
            blockers=tuple(blockers.get(row.pk, [])),
            today=today,
        )
        for row in found
    ]


def _by_project(many, found: Sequence[ServiceProject]) -> dict[int, list]:
    grouped: dict[int, list] = {}
    for one in many.filter(project__in=[row.pk for row in found]) if found else ():
        grouped.setdefault(one.project_id, []).append(one)
    return grouped


def with_consultations():
    """Blockers with their organ, consultations and tasks."""
    tasks = Task.objects.select_related("organ").order_by("due", "id")
    consultations = Consultation.objects.order_by("-id").prefetch_related("organs", Prefetch("tasks", tasks))
    return Blocker.objects.select_related("organ", "raised_by", "resolved_by").prefetch_related(
        Prefetch("consultations", consultations)
    )


# Lists


def mine(caller: Caller, at: datetime) -> list[Opened]:
    """The open projects the caller is the steward of; what is overdue first."""
    found = rows().filter(steward_id=caller.signed_in, closed_at=None).order_by("entered_at", "id")[:MOST]
    return sorted(
        opened_all(list(found), at),
        key=lambda one: (not (one.plan.late or one.late_tasks), not one.open_blockers, one.row.pk),
    )


def waiting(caller: Caller) -> list[ServiceProject]:
    """Projects of the caller's centre without a steward, the oldest first."""
    area = _area(seats(caller))
    found = rows().filter(area, steward=None, closed_at=None)
    return list(found.order_by("entered_at", "id")[:MOST])


def of_parties(caller: Caller, at: datetime) -> list[Opened]:
    """The service projects of the caller's enterprises, the newest first."""
    found = rows().filter(party__in=caller.parties_for(None)).order_by("-entered_at", "id")
    return opened_all(list(found[:30]), at)


def overseen(caller: Caller, at: datetime) -> list[Opened]:
    """The projects of the places the caller oversees: the centre's area, the whole city for a supervisor."""
    area = Q() if Role.SUPERVISOR in caller.roles else _area(seats(caller))
    return opened_all(list(rows().filter(area).order_by("division_id", "-entered_at", "id")[:MOST]), at)


def _area(held: Sequence[Seat]) -> Q:
    covered = Q(pk__in=[])
    for seat in held:
        if rules.works_for_centre([seat], seat.division):
            covered |= Q(division__code__startswith=seat.area)
    return covered


class Load(msgspec.Struct, frozen=True):
    """A steward of a place with how many open projects he has now."""

    account: int
    name: str
    organ: str
    projects: int


def stewards(county: str, at: datetime) -> list[Load]:
    """The stewards of the county's and the city's centre, who has least first."""
    organs = people.organs_in([county, f"{county[:4]}00"], department=rules.SERVICE_ORGAN)
    posts = [
        (post, organ) for organ in organs for post in people.posts_at(organ.pk, at)
        if Role.STEWARD.value in post.roles
    ]  # fmt: skip
    counted = dict(
        ServiceProject.objects.filter(steward__in={post.account_id for post, _ in posts}, closed_at=None)
        .values_list("steward")
        .annotate(Count("id"))
    )
    found = [
        Load(post.account_id, post.account.display_name, organ.short_name, counted.get(post.account_id, 0))
        for post, organ in posts
    ]
    return sorted(found, key=lambda load: (load.projects, load.account))


# Blockers at an organ


def blocker(number: int, caller: Caller) -> Blocker:
    """A blocker the centre, a supervisor or an organ concerned may see. Refuses `blocker_unknown`."""
    require_reader(caller)
    row = with_consultations().select_related("project__party", "project__steward").filter(pk=number).first()
    if row is None or not (
        rules.sees(seats(caller), row.project.division_id) or set(caller.organs) & concerned(row)
    ):
        raise Refused("blocker_unknown", blocker=number)
    return row


def concerned(row: Blocker) -> set[int]:
    """The organs a blocker is about: whose it is, and who takes part in a consultation."""
    invited = {organ.pk for one in row.consultations.all() for organ in one.organs.all()}
    return {row.organ_id} | invited


def at_organs(caller: Caller) -> list[Blocker]:
    """Open blockers whose organ is the caller's, or that it is consulted about; the oldest first."""
    here = Q(organ__in=caller.organs) | Q(consultations__organs__in=caller.organs)
    numbers = Blocker.objects.filter(here, resolved_at=None).values("pk")
    found = with_consultations().select_related("project__party").filter(pk__in=numbers)
    return list(found.order_by("since", "id")[:MOST])
