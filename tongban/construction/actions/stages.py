"""Applications for stages: begun when the gate is open, received as a bundle, closed once."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tongban.cases.actions import drafts
from tongban.cases.queries import subjects
from tongban.catalogue.rules import bundling
from tongban.catalogue.rules.guide import Text
from tongban.construction.actions.projects import tell
from tongban.construction.models import Application, Closing, Project
from tongban.construction.queries import projects
from tongban.construction.queries.definition import definition
from tongban.construction.rules import access, inheritance
from tongban.construction.rules.definition import WORKS, application
from tongban.engine import stages
from tongban.engine.refusal import Refused
from tongban.people import queries as people
from tongban.people.rules import Caller, Power, require_power


@transaction.atomic
def begin(
    *,
    project: str,
    stage: str,
    items: Collection[str] | None = None,
    language: str,
    home: str,
    caller: Caller,
    at: datetime,
) -> Application:
    """A draft for what the project applies for in a stage: `items`, or everything the stage needs. Again: the same.

    What the stage needs cannot be left out. Raises `Refused`: project_unknown, stage_unknown, stage_closed,
    nothing_to_apply, gate_closed (missing), and those of `drafts.begin_defined`.
    """
    row = _locked(project, caller, Power.PREPARE)
    found = projects.opened(row, at)
    part = found.part(stage)
    if part.application:
        return part.application
    if part.settled:
        raise Refused("stage_closed", stage=stage)
    wanted = _wanted(part, items)
    stages.check(found.table.order, wanted, outputs=found.outputs, facts=row.facts, within=wanted)
    order = stages.order(found.table.order, wanted, outputs=found.outputs, facts=row.facts)
    before = _inherited(row, found)
    defined = application(
        found.table,
        part.table,
        name=Text(zh=f"{row.name}：{part.table.name.zh}", en=f"{row.name}: {part.table.name.en}"),
        order=order,
        given=before.sources,
        home=home,
    )
    draft = drafts.begin_defined(
        defined=defined,
        division=row.division_code,
        place=row.town,
        situation={},
        answers=before.answers,
        party=row.party_id,
        language=language,
        caller=caller,
        at=at,
    )
    _answer_questions(draft, found.table.situation(wanted, row.facts), caller, at)
    return Application.objects.create(project=row, stage=stage, draft=draft, begun_at=at)


def _locked(code: str, caller: Caller, power: Power) -> Project:
    row = Project.objects.select_for_update().filter(pk=code, party__in=caller.parties).first()
    if row is None:
        raise Refused("project_unknown", project=code)
    require_power(caller, power, row.party_id)
    return row


def _wanted(part: projects.Part, items: Collection[str] | None) -> list[str]:
    """The items of an application: what the stage needs and has not, and what was chosen beside it."""
    chosen = None if items is None else set(items)
    needed = not part.table.parallel
    wanted = [
        line.code
        for line in part.lines
        if line.free
        and ((needed and line.mandatory) or (line.mandatory if chosen is None else line.code in chosen))
    ]
    if not wanted:
        raise Refused("nothing_to_apply", stage=part.table.code)
    return wanted


def _inherited(row: Project, found: projects.Opened) -> inheritance.Inherited:
    """What the registration, the participants and the applications before have given."""
    firms = [
        inheritance.Firm(one.role, one.name, one.uscc, one.leader, one.certificate)
        for one in projects.participants(row)
    ]
    before = Application.objects.filter(project=row).exclude(bundle=None).select_related("draft")
    earlier = [
        inheritance.Earlier(found.table.stage(one.stage).name, one.bundle_id or "", one.draft.form)
        for one in before.order_by("id")
    ]
    return inheritance.inherited(row.answers, firms, found.table.roles, earlier, row.started_on)


def _answer_questions(draft, answers: dict[str, dict[str, str]], caller: Caller, at: datetime) -> None:
    """Answer the items' own questions as far as the project's facts do."""
    subject = subjects.subject(draft)
    assert isinstance(subject, subjects.OfBundle)
    codes = bundling.question_codes(subject.bundle, subject.guides)
    situation = {
        codes[item][question]: value
        for item, given in answers.items()
        for question, value in given.items()
        if question in codes.get(item, {})
    }
    if situation:
        drafts.answer_situation(draft=draft.pk, situation=situation, caller=caller, at=at)


def receive(*, draft: UUID, bundle: str, by: str, at: datetime) -> None:
    """The cases room receives an application for a stage: its gates are looked at again, in that transaction.

    Raises `Refused`: stage_closed, gate_closed (missing). Named in `config.reactions.RECEIPTS`.
    """
    one = Application.objects.get(draft=draft)
    row = Project.objects.select_for_update().get(pk=one.project_id)
    found = projects.opened(row, at)
    part = found.part(one.stage)
    if part.settled:
        raise Refused("stage_closed", stage=one.stage)
    wanted = [member.item for member in subjects.bundle_of(one.draft).members]
    stages.check(found.table.order, wanted, outputs=found.outputs, facts=row.facts, within=wanted)
    Application.objects.filter(pk=one.pk).update(bundle=bundle)
    tell(row, ("stage_received", {"stage": one.stage, "bundle": bundle, "items": wanted}), by=by, at=at)


@transaction.atomic
def onward(*, bundle: str, at: datetime) -> None:
    """A bundle is closed: close the stage when nothing it needs is open and nothing of it runs.

    Whoever comes second finds it closed: the project's row is locked throughout.
    """
    code = Application.objects.filter(bundle=bundle).values_list("project", "stage").first()
    if code is None:
        return
    row = Project.objects.select_for_update().get(pk=code[0])
    found = projects.opened(row, at)
    part = found.part(code[1])
    passed = stages.outcome(_branches(part), projects.states(part)) is stages.Outcome.PASSED
    if passed and not part.busy and not part.table.parallel:
        _close(row, found, part, by="system:construction", at=at)


@transaction.atomic
def close(*, project: str, stage: str, caller: Caller, at: datetime) -> None:
    """The lead organ closes a stage over optional branches that still run.

    Raises `Refused`: project_unknown, stage_unknown, stage_closed, not_the_lead, branch_open (items).
    """
    row = Project.objects.select_for_update().filter(pk=project).first()
    if row is None or not access.sees(caller, row.division_code):
        raise Refused("project_unknown", project=project)
    found = projects.opened(row, at)
    part = found.part(stage)
    if part.table.parallel:
        raise Refused("stage_unknown", wanted=stage)
    access.must_lead(caller, projects.lead_of(row, part.table).pk)
    if part.closing:
        raise Refused("stage_closed", stage=stage)
    stages.close(_branches(part), projects.states(part))
    _close(row, found, part, by=caller.by, at=at)


def _branches(part: projects.Part) -> list[stages.Branch]:
    return [stages.Branch(line.code, line.milestone, line.mandatory) for line in part.lines]


def _close(row: Project, found: projects.Opened, part: projects.Part, *, by: str, at: datetime) -> None:
    """Close a stage once; the last one completes the project. The figures are recorded as they stood."""
    if part.closing:
        return
    stage = part.table.code
    Closing.objects.create(project=row, stage=stage, by=by, at=at)
    outputs = [line.code for line in part.lines if line.code in found.outputs]
    facts = {"stage": stage, "days": part.days, "promised": part.table.days, "outputs": outputs}
    said = [("stage_closed", facts)]
    if projects.is_last(stage):
        Project.objects.filter(pk=row.pk).update(completed_at=at)
        days = {"approval_days": found.measured.approval_days, "span_days": found.measured.span_days}
        said.append(("project_completed", {**days, "promised": found.theme.days}))
    tell(row, *said, by=by, at=at)


@transaction.atomic
def start_works(*, project: str, on: date, caller: Caller, at: datetime) -> None:
    """The owner tells on which day building began; what law wants before that must be there.

    Raises `Refused`: project_unknown, works_started, starts_in_the_future, gate_closed (missing).
    Basis: 建筑法 Art 7; 环境影响评价法 Art 25; 水土保持法 Art 26.
    """
    row = _locked(project, caller, Power.SUBMIT)
    if row.started_on:
        raise Refused("works_started", on=row.started_on)
    if on > people.today(at):
        raise Refused("starts_in_the_future", on=on)
    found = projects.opened(row, at)
    stages.check(definition().order, [WORKS], outputs=found.outputs, facts=row.facts)
    row.started_on, row.started_at = on, at
    row.save(update_fields=["started_on", "started_at"])
    tell(row, ("works_started", {"on": on.isoformat()}), by=caller.by, at=at)
