"""A project with its stages, branches, gates and both measures of time: computed, never stored."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

import msgspec

from tongban.cases.queries import members
from tongban.cases.queries.members import Standing
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Text
from tongban.construction.models import Application, Closing, Participant, Project
from tongban.construction.queries.definition import definition
from tongban.construction.rules import access
from tongban.construction.rules.definition import WORKS, WORKS_NAME, Definition, StageTable, Theme
from tongban.construction.rules.firms import Firm
from tongban.engine import clock, stages
from tongban.engine.bundle import State
from tongban.engine.refusal import Refused
from tongban.licences import queries as licences
from tongban.people import queries as people
from tongban.people.rules import Caller, Power


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a stage: whether the stage needs it, and where it stands once it was applied for."""

    code: str
    name: Text
    milestone: bool
    mandatory: bool
    standing: Standing | None
    annulled: bool  # what was granted has no effect any more
    missing: tuple[stages.Gate, ...] = ()  # closed before it

    @property
    def state(self) -> State | None:
        return self.standing.state if self.standing and not self.annulled else None

    @property
    def free(self) -> bool:
        """Whether it can be applied for: not yet, or what was applied for has ended without a grant."""
        return self.state in {None, State.REFUSED, State.WITHDRAWN}


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A stage of one project."""

    table: StageTable
    lines: tuple[Line, ...]
    application: Application | None  # being filled in
    bundles: tuple[str, ...]
    closing: Closing | None
    days: int

    @property
    def state(self) -> str:
        """closed, none (nothing applies), running, open (can be applied for), waiting (its gate is closed), done."""
        if self.settled:
            return "closed"
        if not self.lines:
            return "none"
        if self.busy:
            return "running"
        if self.table.parallel:
            ready = [line for line in self.free if not line.missing]
            return "open" if ready else "waiting" if self.free else "done"
        if not self.free:
            return "running"  # all is granted; it is closed in a moment
        return "waiting" if self.missing else "open"

    @property
    def missing(self) -> list[stages.Gate]:
        """What stands before the stage: the closed gates of what it needs and has not."""
        return [gate for line in self.lines if line.mandatory and line.free for gate in line.missing]

    @property
    def settled(self) -> bool:
        """Whether it is closed and nothing that was granted in it has been annulled since."""
        return self.closing is not None and not any(line.annulled for line in self.lines)

    @property
    def free(self) -> list[Line]:
        return [line for line in self.lines if line.free]

    @property
    def done(self) -> int:
        return sum(line.state is State.GRANTED for line in self.lines)

    @property
    def busy(self) -> bool:
        """Whether an item of it runs, or waits for another that was applied for with it."""
        return any(line.state in {State.RUNNING, State.WAITING} for line in self.lines)

    @property
    def branches(self) -> list[stages.Branch]:
        return [stages.Branch(line.code, line.milestone, line.mandatory) for line in self.lines]

    @property
    def states(self) -> dict[str, State]:
        """Where its items stand; what was never applied for, or is annulled, is left out."""
        return {line.code: line.state for line in self.lines if line.state}

    @property
    def passed(self) -> bool:
        """Whether everything the stage needs is granted; the side line is never closed."""
        outcome = stages.outcome(self.branches, self.states)
        return outcome is stages.Outcome.PASSED and not self.table.parallel

    @property
    def closable(self) -> bool:
        """Whether everything the stage needs is granted while something optional still runs."""
        return self.passed and self.closing is None and bool(self.bundles)


class Opened(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A project as its pages read it, at the instant `at`."""

    row: Project
    table: Definition
    theme: Theme
    parts: tuple[Part, ...]
    outputs: frozenset[str]
    measured: stages.Measured
    names: Mapping[str, Text]  # `item_names`
    ever: Mapping[str, list[Standing]]  # by stage every branch there was, those applied for again included
    at: datetime

    @property
    def standings(self) -> list[Standing]:
        return [line.standing for part in self.parts for line in part.lines if line.standing]

    @cached_property
    def late(self) -> list[Standing]:
        """The branches that run and are overdue."""
        return [one for one in self.standings if one.reading and one.reading.light in _LATE]

    @cached_property
    def light(self) -> str:
        """The worst light of what runs, or red once the approval time is longer than promised."""
        lights = [one.reading.light for one in self.standings if one.reading and not one.reading.paused]
        worst = max(lights, key=list(clock.Light).index, default=clock.Light.GREEN)
        if self.measured.approval_days > self.theme.days and worst is not clock.Light.BLACK:
            return clock.Light.RED.value
        return worst.value

    @cached_property
    def holding_up(self) -> list[tuple[Any, int]]:
        """(organ, days on which nothing ran but its branches), most first."""
        organs = {one.organ.pk: one.organ for many in self.ever.values() for one in many}
        return [(organs[organ], days) for organ, days in self.measured.held_up.items()]

    @property
    def missing_for_works(self) -> tuple[stages.Gate, ...]:
        return stages.missing(self.table.gates, [WORKS], outputs=self.outputs, facts=self.row.facts)

    def check(self, items: Collection[str]) -> None:
        """Refuse `gate_closed` (missing) unless `items` can be applied for together, or the works begun."""
        stages.check(self.table.gates, items, outputs=self.outputs, facts=self.row.facts, within=items)

    @property
    def current(self) -> Part | None:
        """The first stage that is not closed."""
        return next((part for part in self.parts if not part.table.parallel and not part.settled), None)

    def part(self, stage: str) -> Part:
        """Refuses `stage_unknown`."""
        found = next((part for part in self.parts if part.table.code == stage), None)
        if found is None:
            raise Refused("stage_unknown", wanted=stage)
        return found


_T = TypeVar("_T")
_LATE = {clock.Light.RED, clock.Light.BLACK}


def of_applicant(code: str, caller: Caller) -> Project:
    """A project of the caller's parties. Refuses `project_unknown`."""
    row = (
        Project.objects.select_related("party")
        .filter(pk=code, party__in=caller.parties_for(Power.FOLLOW))
        .first()
    )
    if row is None:
        raise Refused("project_unknown", project=code)
    return row


def at_work(code: str, caller: Caller, *, lock: bool = False) -> Project:
    """A project an officer may see. Refuses `project_unknown`."""
    rows = Project.objects.select_related("party")
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(pk=code).first()
    if row is None or not access.sees(caller, row.division_code):
        raise Refused("project_unknown", project=code)
    return row


def opened(row: Project, at: datetime) -> Opened:
    """One project with everything about it."""
    return opened_all([row], at)[0]


class _Read(msgspec.Struct, frozen=True, kw_only=True):
    """What was read of several projects at once; `gone` are the cases whose licence was annulled since."""

    applications: Mapping[str, list[Application]]  # by project
    closings: Mapping[str, list[Closing]]  # by project
    standings: Mapping[str, list[Standing]]  # by bundle
    gone: frozenset[str]
    names: Mapping[str, Text]
    at: datetime


def opened_all(rows: Sequence[Project], at: datetime) -> list[Opened]:
    """Projects with everything about them; the number of statements does not depend on how many."""
    applications = list(Application.objects.filter(project__in=rows).order_by("id"))
    standings = members.of_bundles([one.bundle_id for one in applications if one.bundle_id], at)
    granted = [one.case_no for one in standings if one.state is State.GRANTED and one.case_no]
    read = _Read(
        applications=_grouped(applications, lambda one: one.project_id),
        closings=_grouped(Closing.objects.filter(project__in=rows), lambda one: one.project_id),
        standings=_grouped(standings, lambda one: one.bundle),
        gone=licences.annulled(granted),
        names=item_names(),
        at=at,
    )
    return [_opened(row, read) for row in rows]


def _grouped(rows: Iterable[_T], key: Callable[[_T], str]) -> dict[str, list[_T]]:
    """Rows by their key, in their order."""
    found: dict[str, list[_T]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def item_names() -> dict[str, Text]:
    """{code: its name} of every item of the matrix and of the start of the works.

    An item that is not in force, suspended perhaps, goes by its code.
    """
    table = definition()
    running = {row.guide.base_code: row.guide.name for row in catalogue.items()}
    return {code: running.get(code, Text(zh=code, en=code)) for code in table.codes} | {WORKS: WORKS_NAME}


def _opened(row: Project, read: _Read) -> Opened:
    table = definition()
    applications = _grouped(read.applications.get(row.pk, []), lambda one: one.stage)
    standings = {
        stage: [standing for one in many for standing in read.standings.get(one.bundle_id or "", [])]
        for stage, many in applications.items()
    }
    latest = {stage: {one.item: one for one in many} for stage, many in standings.items()}
    outputs = outputs_of(row, [one for items in latest.values() for one in items.values()], read.gone)
    measured = _measured(row, standings, read.at)
    closed = {closing.stage: closing for closing in read.closings.get(row.pk, [])}
    parts = []
    for planned in table.plan(row.facts):
        begun = applications.get(planned.code, [])
        part = Part(
            table=table.stage(planned.code),
            lines=_lines(planned, row, latest.get(planned.code, {}), outputs, read),
            application=next((one for one in begun if one.bundle_id is None), None),
            bundles=tuple(one.bundle_id for one in begun if one.bundle_id),
            closing=closed.get(planned.code),
            days=measured.by_stage.get(planned.code, 0),
        )
        parts.append(part)
    return Opened(
        row=row,
        table=table,
        theme=table.theme(row.theme),
        parts=tuple(parts),
        outputs=outputs,
        measured=measured,
        names=read.names,
        ever=standings,
        at=read.at,
    )


def outputs_of(row: Project, standings: Iterable[Standing], gone: Collection[str]) -> frozenset[str]:
    """What a project has: the items granted whose licence has not been annulled since, and the start of its works.

    Basis: 行政许可法 Art 69, 70 (what is revoked or annulled has no effect).
    """
    granted = {one.item for one in standings if one.state is State.GRANTED and one.case_no not in gone}
    return frozenset(granted | ({WORKS} if row.started_on else set()))


def _measured(row: Project, standings: Mapping[str, list[Standing]], at: datetime) -> stages.Measured:
    """Both measures, from the folded events of the cases of each stage."""
    handled = [
        stages.Handled(
            branch=one.case_no,
            stage=stage,
            organ=one.organ.pk,
            accepted_on=one.case.accepted_on,
            ended_on=one.ended_on,
            pauses=tuple((pause.start, pause.end) for pause in one.case.pauses),
        )
        for stage, many in standings.items()
        for one in many
        if one.case and one.case.accepted_on
    ]
    return stages.measure(
        handled,
        catalogue.calendar(),
        people.today(at),
        counted=definition().counted,
        ended_on=people.today(row.completed_at) if row.completed_at else None,
    )


def _lines(
    planned: stages.Planned,
    row: Project,
    latest: Mapping[str, Standing],
    outputs: frozenset[str],
    read: _Read,
) -> tuple[Line, ...]:
    """The items of a stage; what can be applied for together is not missing for one another."""
    lines = [
        Line(
            code=branch.code,
            name=read.names[branch.code],
            milestone=branch.milestone,
            mandatory=branch.mandatory,
            standing=standing,
            annulled=standing is not None and standing.case_no in read.gone,
        )
        for branch in planned.branches
        for standing in [latest.get(branch.code)]
    ]
    free = [line.code for line in lines if line.free]
    gates = definition().gates
    return tuple(
        msgspec.structs.replace(
            line, missing=stages.missing(gates, [line.code], outputs=outputs, facts=row.facts, within=free)
        )
        for line in lines
    )


def participants(row: Project) -> list[Firm]:
    """The firms in their roles now, in the order they were entered."""
    rows = Participant.objects.filter(project=row, ended_at=None).order_by("id")
    return [Firm(**one) for one in rows.values(*Firm.__struct_fields__)]


def planned(row: Project) -> tuple[str, str]:
    """The days on which building was to begin and end, as the first application that told them said; or empty."""
    forms = Application.objects.filter(project=row).exclude(bundle=None).order_by("id")
    for form in forms.values_list("draft__form", flat=True):
        if start := form.get("started_on") or form.get("planned_start_on"):
            return str(start), str(form.get("completed_on") or form.get("planned_completion_on") or "")
    return "", ""


def lead_of(row: Project, stage: StageTable) -> Any:
    """The organ that leads a stage of a project, the county's, else the city's; None where neither is there."""
    return people.organ_of(stage.lead, row.division_code)
