"""A project with its stages, branches, gates and both measures of time: computed, never stored."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

import msgspec

from tongban.cases.queries import members
from tongban.cases.queries.members import Standing
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Text
from tongban.construction.models import Application, Closing, Participant, Project
from tongban.construction.queries.definition import definition
from tongban.construction.rules import access
from tongban.construction.rules.definition import LAST, WORKS, Definition, StageTable, Theme
from tongban.engine import bundle, clock, stages
from tongban.engine.bundle import State
from tongban.engine.refusal import Refused
from tongban.licences import queries as licences
from tongban.people import queries as people
from tongban.people.rules import Caller, Power


class Line(msgspec.Struct, frozen=True):
    """An item of a stage: whether the stage needs it, and where it stands once it was applied for."""

    code: str
    name: Text
    milestone: bool
    mandatory: bool
    standing: Standing | None
    missing: tuple[stages.Missing, ...]  # before it can be applied for
    annulled: bool = False  # what was granted has no effect any more

    @property
    def state(self) -> State | None:
        return self.standing.state if self.standing and not self.annulled else None

    @property
    def free(self) -> bool:
        """Whether it can be applied for: not yet, or what was applied for has ended without a grant."""
        return self.state in {None, State.REFUSED, State.WITHDRAWN}


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A stage of one project. `state`: closed, running, open (can be applied for), waiting (its gate is closed)."""

    table: StageTable
    lines: tuple[Line, ...]
    application: Application | None  # being filled in
    bundles: tuple[str, ...]
    closing: Closing | None
    state: str
    days: int

    @property
    def missing(self) -> list[stages.Missing]:
        """What stands before the stage: the gates of what it needs and has not."""
        return [one for line in self.lines if line.mandatory and line.free for one in line.missing]

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
    def closable(self) -> bool:
        """Whether everything the stage needs is granted while something optional still runs."""
        needed = all(line.state is State.GRANTED for line in self.lines if line.mandatory)
        return needed and not self.closing and not self.table.parallel and bool(self.bundles)


class Opened(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A project as its pages read it, at the instant `at`."""

    row: Project
    table: Definition
    theme: Theme
    parts: tuple[Part, ...]
    outputs: frozenset[str]
    measured: stages.Measured
    names: dict[str, Text]
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
        organs = {one.organ.pk: one.organ for one in self.standings}
        return [(organs[organ], days) for organ, days in self.measured.held_up.items()]

    @property
    def missing_for_works(self) -> tuple[stages.Missing, ...]:
        return stages.missing(self.table.order, [WORKS], outputs=self.outputs, facts=self.row.facts)

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

    def named(self, code: str) -> Text:
        """An item, or the start of the works, by name."""
        return self.names.get(code) or _WORKS


_WORKS = Text(zh="工程开工", en="Start of the works")
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


def at_work(code: str, caller: Caller) -> Project:
    """A project an officer may see. Refuses `project_unknown`."""
    row = Project.objects.select_related("party").filter(pk=code).first()
    if row is None or not access.sees(caller, row.division_code):
        raise Refused("project_unknown", project=code)
    return row


def opened(row: Project, at: datetime) -> Opened:
    """One project with everything about it."""
    return opened_all([row], at)[0]


def opened_all(rows: Sequence[Project], at: datetime) -> list[Opened]:
    """Projects with everything about them; the number of statements does not depend on how many."""
    applications: dict[str, list[Application]] = {row.pk: [] for row in rows}
    for one in Application.objects.filter(project__in=rows).order_by("id"):
        applications[one.project_id].append(one)
    closings: dict[str, list[Closing]] = {row.pk: [] for row in rows}
    for closing in Closing.objects.filter(project__in=rows):
        closings[closing.project_id].append(closing)
    numbers = [one.bundle_id for many in applications.values() for one in many if one.bundle_id]
    standings: dict[str, list[Standing]] = {}
    for standing in members.of_bundles(numbers, at):
        standings.setdefault(standing.bundle, []).append(standing)
    names = item_names()
    granted = [
        one.case_no
        for many in standings.values()
        for one in many
        if one.state is State.GRANTED and one.case_no
    ]
    gone = licences.annulled(granted)
    return [_opened(row, applications[row.pk], closings[row.pk], standings, gone, names, at) for row in rows]


def item_names() -> dict[str, Text]:
    """{base code: the item's name} of every item of the matrix."""
    wanted = set(definition().codes)
    return {row.guide.base_code: row.guide.name for row in catalogue.items() if row.guide.base_code in wanted}


def _opened(
    row: Project,
    applications: Iterable[Application],
    closings: Iterable[Closing],
    standings: Mapping[str, list[Standing]],
    gone: frozenset[str],
    names: dict[str, Text],
    at: datetime,
) -> Opened:
    table = definition()
    of_stage: dict[str, list[Application]] = {}
    for one in applications:
        of_stage.setdefault(one.stage, []).append(one)
    latest = {
        (stage, standing.item): standing
        for stage, many in of_stage.items()
        for one in many
        for standing in standings.get(one.bundle_id or "", [])
    }
    outputs = outputs_of(row, latest.values(), gone)
    on = people.today(at)
    measured = stages.measure(
        handled(of_stage, standings),
        catalogue.calendar(),
        on,
        counted=table.counted,
        ended_on=people.today(row.completed_at) if row.completed_at else None,
    )
    closed = {closing.stage: closing for closing in closings}
    parts = tuple(
        _part(
            table,
            planned,
            row,
            of_stage.get(planned.code, []),
            latest,
            outputs,
            closed,
            gone,
            measured,
            names,
        )
        for planned in table.plan(row.facts)
    )
    return Opened(
        row=row,
        table=table,
        theme=table.theme(row.theme),
        parts=parts,
        outputs=outputs,
        measured=measured,
        names=names,
        at=at,
    )


def outputs_of(row: Project, standings: Iterable[Standing], gone: Collection[str] = ()) -> frozenset[str]:
    """What a project has: the items granted whose licence has not been annulled since, and the start of its works.

    Basis: 行政许可法 Art 69, 70 (what is revoked or annulled has no effect).
    """
    granted = {one.item for one in standings if one.state is State.GRANTED and one.case_no not in gone}
    return frozenset(granted | ({WORKS} if row.started_on else set()))


def handled(
    of_stage: Mapping[str, Iterable[Application]], standings: Mapping[str, list[Standing]]
) -> list[stages.Handled]:
    """The branches as their organs handled them, from the folded events of their cases."""
    return [
        stages.Handled(
            branch=standing.case_no,
            stage=stage,
            organ=standing.organ.pk,
            accepted_on=standing.case.accepted_on,
            ended_on=standing.ended_on,
            pauses=tuple((pause.start, pause.end) for pause in standing.case.pauses),
        )
        for stage, many in of_stage.items()
        for one in many
        for standing in standings.get(one.bundle_id or "", [])
        if standing.case and standing.case.accepted_on
    ]


def _part(
    table: Definition,
    planned: stages.Planned,
    row: Project,
    applications: Sequence[Application],
    latest: Mapping[tuple[str, str], Standing],
    outputs: frozenset[str],
    closed: Mapping[str, Closing],
    gone: frozenset[str],
    measured: stages.Measured,
    names: Mapping[str, Text],
) -> Part:
    free = {
        branch.code
        for branch in planned.branches
        if (standing := latest.get((planned.code, branch.code))) is None
        or standing.state in {State.REFUSED, State.WITHDRAWN}
        or standing.case_no in gone
    }
    lines = tuple(
        Line(
            branch.code,
            names[branch.code],
            branch.milestone,
            branch.mandatory,
            latest.get((planned.code, branch.code)),
            stages.missing(table.order, [branch.code], outputs=outputs, facts=row.facts, within=free),
            (standing := latest.get((planned.code, branch.code))) is not None and standing.case_no in gone,
        )
        for branch in planned.branches
    )
    part = Part(
        table=table.stage(planned.code),
        lines=lines,
        application=next((one for one in applications if one.bundle_id is None), None),
        bundles=tuple(one.bundle_id for one in applications if one.bundle_id),
        closing=closed.get(planned.code),
        state="",
        days=measured.by_stage.get(planned.code, 0),
    )
    return msgspec.structs.replace(part, state=_state(part))


def _state(part: Part) -> str:
    if part.settled:
        return "closed"
    if not part.lines:
        return "none"
    if part.busy:
        return "running"
    if part.table.parallel:
        ready = [line for line in part.free if not line.missing]
        return "open" if ready else "waiting" if part.free else "done"
    if not part.free:
        return "running"  # all is granted; it is closed in a moment
    return "waiting" if part.missing else "open"


def participants(row: Project) -> list[Participant]:
    """The firms in their roles now, in the order they were entered."""
    return list(Participant.objects.filter(project=row, ended_at=None).order_by("id"))


def planned(row: Project) -> tuple[str, str]:
    """The days on which building was to begin and end, as the first application that told them said; or empty."""
    forms = Application.objects.filter(project=row).exclude(bundle=None).order_by("id")
    for form in forms.values_list("draft__form", flat=True):
        if start := form.get("started_on") or form.get("planned_start_on"):
            return str(start), str(form.get("completed_on") or form.get("planned_completion_on") or "")
    return "", ""


def lead_of(row: Project, stage: StageTable) -> Any:
    """The organ that leads a stage of a project: the county's, else the city's."""
    return people.organ_of(stage.lead, row.division_code)


def organ_of_stage(row: Project, stage: str) -> Any:
    return lead_of(row, definition().stage(stage))


def is_last(stage: str) -> bool:
    """Whether a project is complete once this stage is closed."""
    return stage == LAST


def states(part: Part) -> dict[str, bundle.State]:
    """Where the items of a stage stand; what was never applied for is left out."""
    return {line.code: line.state for line in part.lines if line.state}


def first_accepted(found: Opened) -> date | None:
    """The first acceptance of any branch."""
    days = [one.case.accepted_on for one in found.standings if one.case and one.case.accepted_on]
    return min(days, default=None)
