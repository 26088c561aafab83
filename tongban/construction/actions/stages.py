"""Applications for stages: begun when the gate is open, received as a bundle, closed once."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tongban.cases.actions import drafts
from tongban.cases.queries import subjects
from tongban.cases.rules.defined import Defined
from tongban.catalogue.rules import bundling
from tongban.catalogue.rules.guide import Text
from tongban.construction.actions.projects import locked, tell
from tongban.construction.models import Application, Closing, Project
from tongban.construction.queries import projects
from tongban.construction.rules import access, inheritance
from tongban.construction.rules.definition import LAST, WORKS, application
from tongban.engine import stages
from tongban.engine.refusal import Refused
from tongban.people import queries as people
from tongban.people.rules import Caller, Power


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
    row = locked(project, caller, Power.PREPARE)
    found = projects.opened(row, at)
    part = found.part(stage)
    if part.application:
        return part.application
    if part.settled:
        raise Refused("stage_closed", stage=stage)
    wanted = _wanted(part, items)
    found.check(wanted)
    before = _inherited(found)
    draft = drafts.begin_defined(
        defined=_defined(found, part, wanted, before.sources, home),
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


def _wanted(part: projects.Part, items: Collection[str] | None) -> list[str]:
    """The items of an application: what the stage needs and has not, and what was chosen beside it.

    On the side line nothing has to be applied for together.
    """
    chosen = set(items or ())
    if items is None or not part.table.parallel:
        chosen |= {line.code for line in part.lines if line.mandatory}
    wanted = [line.code for line in part.free if line.code in chosen]
    if not wanted:
        raise Refused("nothing_to_apply", stage=part.table.code)
    return wanted


def _defined(
    found: projects.Opened, part: projects.Part, wanted: list[str], given: dict[str, Text], home: str
) -> Defined:
    """The application as the cases room takes it, its items in the order of law."""
    stage, row = part.table, found.row
    return application(
        found.table,
        stage,
        name=Text(zh=f"{row.name}：{stage.name.zh}", en=f"{row.name}: {stage.name.en}"),
        order=stages.order(found.table.gates, wanted, outputs=found.outputs, facts=row.facts),
        given=given,
        home=home,
    )


def _inherited(found: projects.Opened) -> inheritance.Inherited:
    """What the registration, the participants and the applications before have given."""
    row, table = found.row, found.table
    before = Application.objects.filter(project=row).exclude(bundle=None).select_related("draft")
    earlier = [
        inheritance.Earlier(table.stage(one.stage).name, one.bundle_id or "", one.draft.form)
        for one in before.order_by("id")
    ]
    firms = projects.participants(row)
    return inheritance.inherited(row.answers, firms, table.roles, earlier, row.started_on)


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
    found.check(wanted)
    Application.objects.filter(pk=one.pk).update(bundle=bundle)
    tell(row, ("stage_received", {"stage": one.stage, "bundle": bundle, "items": wanted}), by=by, at=at)


@transaction.atomic
def onward(*, bundle: str, at: datetime) -> None:
    """A bundle is closed: close the stage when nothing it needs is open and nothing of it runs.

    Whoever comes second finds it closed: the project's row is locked throughout.
    """
    one = Application.objects.filter(bundle=bundle).first()
    if one is None:
        return
    row = Project.objects.select_for_update().get(pk=one.project_id)
    found = projects.opened(row, at)
    part = found.part(one.stage)
    if part.closable and not part.busy:
        _close(found, part, by="system:construction", at=at)


@transaction.atomic
def close(*, project: str, stage: str, caller: Caller, at: datetime) -> None:
    """The lead organ closes a stage over optional branches that still run.

    Raises `Refused`: project_unknown, stage_unknown, stage_closed, not_the_lead, branch_open (items).
    """
    row = projects.at_work(project, caller, lock=True)
    found = projects.opened(row, at)
    part = found.part(stage)
    if part.table.parallel:
        raise Refused("stage_unknown", wanted=stage)
    lead = projects.lead_of(row, part.table)
    access.must_lead(caller, lead.pk if lead else None)
    if part.closing:
        raise Refused("stage_closed", stage=stage)
    stages.close(part.branches, part.states)
    _close(found, part, by=caller.by, at=at)


def _close(found: projects.Opened, part: projects.Part, *, by: str, at: datetime) -> None:
    """Close a stage; the last one completes the project. The figures are recorded as they stood."""
    row, stage = found.row, part.table.code
    Closing.objects.create(project=row, stage=stage, by=by, at=at)
    outputs = [line.code for line in part.lines if line.code in found.outputs]
    facts = {"stage": stage, "days": part.days, "promised": part.table.days, "outputs": outputs}
    said = [("stage_closed", facts)]
    if stage == LAST:
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
    row = locked(project, caller, Power.SUBMIT)
    if row.started_on:
        raise Refused("works_started", on=row.started_on)
    if on > people.today(at):
        raise Refused("starts_in_the_future", on=on)
    projects.opened(row, at).check([WORKS])
    row.started_on, row.started_at = on, at
    row.save(update_fields=["started_on", "started_at"])
    tell(row, ("works_started", {"on": on.isoformat()}), by=caller.by, at=at)
