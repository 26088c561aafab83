"""The demo city in tests: its people as callers, and applications brought to any stage through the actions."""

from datetime import UTC, date, datetime
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from config import demo
from tongban.cases.actions import commands as run
from tongban.cases.actions import correction, drafts, submission
from tongban.cases.models import Case, Draft
from tongban.cases.queries import applications
from tongban.cases.rules import practice
from tongban.catalogue import actions as catalogue_actions
from tongban.catalogue import queries as catalogue
from tongban.catalogue.models import StandingFinding
from tongban.catalogue.rules import situations
from tongban.catalogue.rules.guide import Guide, Text
from tongban.catalogue.rules.standing import Found, Sighting, Source
from tongban.engine.lifecycle import commands
from tongban.engine.lifecycle.state import DefectFound
from tongban.people import queries as people
from tongban.people.rules import Caller

ITEM = "000131001000"  # 食品经营许可(新办)
MISSING = "layout_flow_chart"
AT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)  # Tuesday 10:00 in Ya'an


def caller(username: str, at: datetime = AT) -> Caller:
    """The caller a demo account is."""
    return people.caller_of(people.account_by_username(username), at)


def png(words: str = "demo") -> SimpleUploadedFile:
    """A small picture as an upload."""
    out = BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    return SimpleUploadedFile(f"{words}.png", out.getvalue(), content_type="image/png")


def started(username: str = "wang_xiaomei", at: datetime = AT, county: str = "511802") -> Draft:
    """A draft of the food business licence, nothing filled in."""
    item = catalogue.item(ITEM)
    guide = catalogue.guide(catalogue.version_in_force(item.pk, at).pk)
    here = next(row for row in catalogue.implementations(item.pk, at) if row.division_code == county)
    return drafts.begin(
        implementation=here,
        situation=first_answers(guide),
        party=demo.company(),
        language="zh-hans",
        caller=caller(username, at),
        at=at,
    )


def first_answers(guide: Guide) -> dict[str, str]:
    """The first option of each question of a guide."""
    return {question.code: question.options[0].value for question in guide.questions}


def filled(at: datetime = AT, leave_out: frozenset[str] = frozenset(), county: str = "511802") -> Draft:
    """A draft with every field answered and every material given but those left out."""
    applicant = caller("wang_xiaomei", at)
    draft = started(at=at, county=county)
    situation = situations.resolve(catalogue.guide(draft.version_id), draft.situation)
    drafts.fill(draft=draft.pk, answers=demo.answers(demo.plain(situation.sections)), caller=applicant, at=at)
    for material in situation.materials:
        if material.brought and material.code not in leave_out:
            drafts.attach(
                draft=draft.pk, material=material.code, file=png(material.code), caller=applicant, at=at
            )
    return draft


def received(at: datetime = AT, leave_out: frozenset[str] = frozenset(), county: str = "511802") -> str:
    """The number of a received case."""
    draft = filled(at, leave_out, county)
    applicant = caller("wang_xiaomei", at)
    signed = applications.signed_by(draft.pk, applicant, "password")
    outcome = submission.submit(draft=draft.pk, caller=applicant, at=at, signed=signed)
    return outcome.answer["case_no"]


def do(case_no: str, command: commands.Command, username: str, at: datetime = AT) -> run.Outcome:
    """Give a command as a demo account."""
    return run.perform(case_no=case_no, command=command, caller=caller(username, at), at=at)


def noticed(at: datetime = AT) -> str:
    """A case waiting for the layout chart."""
    number = received(at, frozenset({MISSING}))
    found = (DefectFound(material=MISSING, defect="missing"),)
    do(number, commands.Notify(defects=found, correct_by=date(2026, 12, 3)), "yucheng_clerk", at)
    return number


def corrected(at: datetime = AT) -> str:
    """A case whose notice has been answered."""
    number = noticed(at)
    applicant = caller("wang_xiaomei", at)
    correction.supply(case_no=number, material=MISSING, file=png(), caller=applicant, at=at)
    correction.correct(case_no=number, caller=applicant, at=at)
    return number


def accepted(at: datetime = AT, county: str = "511802") -> str:
    """An accepted case."""
    number = received(at, county=county)
    do(number, commands.Accept(), "yucheng_clerk" if county == "511802" else "mingshan_clerk", at)
    return number


def examined(at: datetime = AT) -> str:
    """A case with every step passed."""
    number = accepted(at)
    while steps := _open(number):
        officers = ("李敏", "周强") if steps[0].kind == "survey" else ()
        step = commands.CompleteStep(step=steps[0].code, passed=True, opinion="符合", officers=officers)
        do(number, step, "yucheng_examiner", at)
    return number


def granted(at: datetime = AT) -> str:
    """A granted case."""
    number = examined(at)
    do(number, commands.Grant(opinion="同意"), "yucheng_approver", at)
    return number


def _open(number: str):
    from tongban.cases.queries import opened

    return opened.state(Case.objects.get(pk=number)).open_steps()


def delivered(at: datetime = AT) -> str:
    """A delivered case."""
    number = granted(at)
    do(number, commands.Deliver(method="window", recipient="王晓梅"), "yucheng_delivery", at)
    return number


def finding(case_no: str, name: str, at: datetime = AT) -> StandingFinding:
    """A finding about practice of the county's organ: a document that the guide does not list."""
    organ = people.organ_by_key("511802-market_regulation")
    found = Found(
        source=Source.PRACTICE,
        rule="material_not_in_guide",
        base_code=ITEM,
        path=f"materials.{name}",
        department=organ.department,
        division=organ.division_id,
        organ=organ.pk,
        answerable=True,
        message=Text(
            zh=f"文书要求提交“{name}”，办事指南没有列入这份材料", en="A letter asks for what no guide lists"
        ),
        told=practice.TOLD["material_not_in_guide"],
        sightings=(Sighting(case_no=case_no, position=1, at=at, what=name),),
    )
    catalogue_actions.report([found], by="system:test", at=at)
    return StandingFinding.objects.get(pk=found.key)
