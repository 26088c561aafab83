"""A power of the district moved to a town with officers, and applications that go there."""

from datetime import date, datetime, timedelta

from config import demo
from tests import city
from tongban.cases.actions import commands as run
from tongban.cases.actions import correction, drafts, submission
from tongban.cases.models import Case, Draft
from tongban.cases.queries import opened
from tongban.catalogue import actions as catalogue_actions
from tongban.catalogue import queries as catalogue
from tongban.catalogue.actions import Paper
from tongban.catalogue.rules import situations
from tongban.catalogue.rules.guide import Basis, Text
from tongban.engine.competence import Mode
from tongban.engine.lifecycle import commands
from tongban.engine.lifecycle.state import DefectFound
from tongban.people import queries as people
from tongban.people import seeding

TOWN = "511802101"  # 雨城区草坝镇
PAPER = "雨市监委〔2026〕演示1号"


def organ():
    """The town's organ."""
    return people.organ_by_key(f"{TOWN}-township")


def principal():
    """The district's department whose power it is."""
    return people.organ_by_key("511802-market_regulation")


def devolve(mode: Mode, *, first: date | None = None, last: date | None = None, at: datetime = city.AT):
    """The food business licence moved to the town, which has a full set of officers."""
    seeding.ensure_staff(organ(), at=at)
    day = people.today(at)
    law = Basis(law=Text(zh="《中华人民共和国行政许可法》", en=""), rank=1, article="第二十四条")
    return catalogue_actions.devolve(
        item=catalogue.item(city.ITEM),
        grantor=principal(),
        towns=[organ()],
        paper=Paper(
            mode=mode,
            basis=law,
            instrument=PAPER,
            notice_on=first or day,
            effective_from=first or day,
            effective_to=last,
        ),
        by="account:1",
        at=at,
    )


def officer(ending: str) -> str:
    """The user name of one of the town's officers."""
    return f"{seeding.staff_prefix(organ())}_{ending}"


def do(case_no: str, command: commands.Command, ending: str, at: datetime = city.AT) -> run.Outcome:
    """Give a command as one of the town's officers."""
    return city.do(case_no, command, officer(ending), at)


def drafted(at: datetime = city.AT, leave_out: frozenset[str] = frozenset(), place: str = TOWN) -> Draft:
    """A complete draft for a matter in the town, begun at the district as anybody would."""
    item = catalogue.item(city.ITEM)
    here = next(row for row in catalogue.implementations(item.pk, at) if row.division_code == "511802")
    guide = catalogue.guide(catalogue.version_in_force(item.pk, at, here.pk).pk)
    applicant = city.caller("wang_xiaomei", at)
    answers = {question.code: question.options[0].value for question in guide.questions}
    draft = drafts.begin(
        implementation=here, situation=answers, party=demo.company(), language="zh-hans", caller=applicant,
        at=at, place=place,
    )  # fmt: skip
    parts = situations.resolve(guide, draft.situation)
    fields = [
        {"code": f.code, "kind": f.kind.value, "required": f.required, "prefill": f.prefill, "minimum": f.minimum,
         "options": [{"value": o.value} for o in f.options]}
        for section in parts.sections
        for f in section.fields
    ]  # fmt: skip
    drafts.fill(draft=draft.pk, answers=demo.answers([{"fields": fields}]), caller=applicant, at=at)
    for material in parts.materials:
        if material.brought and material.code not in leave_out:
            given = city.png(material.code)
            drafts.attach(draft=draft.pk, material=material.code, file=given, caller=applicant, at=at)
    return draft


def received(at: datetime = city.AT, leave_out: frozenset[str] = frozenset(), place: str = TOWN) -> str:
    """The number of a case lodged for the town."""
    draft = drafted(at, leave_out, place)
    done = submission.submit(draft=draft.pk, caller=city.caller("wang_xiaomei", at), at=at)
    return done.answer["case_no"]


def corrected(at: datetime = city.AT) -> str:
    """A case whose one-time notice has been answered."""
    number = received(at, frozenset({city.MISSING}))
    wrong = (DefectFound(material=city.MISSING, defect="missing"),)
    do(number, commands.Notify(defects=wrong, correct_by=(at + timedelta(days=30)).date()), "clerk", at)
    applicant = city.caller("wang_xiaomei", at)
    correction.supply(case_no=number, material=city.MISSING, file=city.png(), caller=applicant, at=at)
    correction.correct(case_no=number, caller=applicant, at=at)
    return number


def examined(number: str, at: datetime = city.AT) -> str:
    """The case with every step passed by the town's examiner."""
    while steps := opened.state(Case.objects.get(pk=number)).open_steps():
        officers = ("李敏", "周强") if steps[0].kind == "survey" else ()
        step = commands.CompleteStep(step=steps[0].code, passed=True, opinion="符合", officers=officers)
        do(number, step, "examiner", at)
    return number
