"""Projects in tests: registered, brought through their stages by the actions, with officers of any organ."""

from datetime import date

from msgspec.structs import replace

from config import demo, demo_projects
from tests import city
from tests.cases.test_bundles import officer
from tongban.cases.actions import bundles, drafts
from tongban.cases.actions import commands as run
from tongban.cases.models import Bundle, Case, Draft, Member
from tongban.cases.queries import applications, opened, subjects
from tongban.construction.actions import projects, stages
from tongban.construction.models import Project
from tongban.construction.queries import projects as read
from tongban.construction.queries.definition import definition
from tongban.engine.bundle import State
from tongban.engine.lifecycle import commands
from tongban.people import queries as people

COUNTY = "511803"  # 名山区
OWNER = "wang_xiaomei"
CODE = "2601-511803-04-01-000001"
FACTS = {
    "land": "granted",
    "special_fire": "no",
    "civil_defence": "no",
    "eia": "registration",
    "soil": "no",
    "energy": "no",
    "flood": "no",
    "heritage": "no",
    "forest": "no",
    "water_intake": "no",
    "road": "no",
    "trees": "no",
    "housing": "no",
}
ANSWERS = {
    "project_name": "演示茶叶精制厂房",
    "construction_nature": "new",
    "industry_code": "1530",
    "project_address": "蒙顶山镇演示路1号",
    "construction_scale": "新建精制茶厂房一栋",
    "investment_total": "12000000.00",
    "land_area": "8000.00",
    "building_area": "6500.00",
}


def owner(at=city.AT):
    return city.caller(OWNER, at)


def town(county: str = COUNTY) -> str:
    return next((code for code, *_ in people.town_names(county)), "")


def registered(theme="private_industrial", code=CODE, at=city.AT, county=COUNTY, **facts: str) -> Project:
    fixed = definition().theme(theme).facts
    given = {key: value for key, value in (FACTS | facts).items() if key not in fixed}
    return projects.register(
        theme=theme,
        county=county,
        party=demo.company(),
        answers={**ANSWERS, "project_code": code, "project_town": town(county), **given},
        language="zh-hans",
        caller=owner(at),
        at=at,
    )


def filled(project: str, stage: str, items=None, at=city.AT) -> Draft:
    """A complete draft for a stage, no files."""
    made = stages.begin(
        project=project, stage=stage, items=items, language="zh-hans", home="/", caller=owner(at), at=at
    )
    draft = Draft.objects.get(pk=made.draft_id)
    given = dict(draft.situation)
    while left := subjects.subject(draft).resolve(given).unanswered:
        given[left[0].code] = left[0].options[0].value
        draft = drafts.answer_situation(draft=draft.pk, situation=given, caller=owner(at), at=at)
    sections = demo.plain(subjects.resolved(draft).sections)
    answers = demo_projects.answers(sections, town(draft.division_code))
    return drafts.fill(draft=draft.pk, answers=answers, caller=owner(at), at=at)


def received(project: str, stage: str, items=None, at=city.AT) -> Bundle:
    draft = filled(project, stage, items, at)
    signed = applications.signed_by(draft.pk, owner(at), "password")
    return Bundle.objects.get(pk=bundles.receive(draft=draft.pk, caller=owner(at), at=at, signed=signed))


def decide(case_no: str, *, grant: bool = True, at=city.AT) -> None:
    """Accept, examine and decide a case."""
    row = Case.objects.get(pk=case_no)
    first, second = officer(row.organ_id, "yucheng_examiner"), officer(row.organ_id, "yucheng_approver")

    def do(command, caller):
        run.perform(case_no=case_no, command=command, caller=caller, at=at)

    if opened.state(row).accepted_on is None:
        do(commands.Accept(), first)
    while steps := opened.state(Case.objects.get(pk=case_no)).open_steps():
        names = ("李敏", "周强") if steps[0].kind == "survey" else ()
        do(commands.CompleteStep(step=steps[0].code, passed=True, opinion="符合", officers=names), first)
    refusal = commands.Refuse(reasons="不符合条件", basis="依据", remedies="可以申请行政复议")
    do(commands.Grant(opinion="同意") if grant else refusal, second)


def accept(bundle: Bundle, item: str, at=city.AT) -> None:
    row = Case.objects.get(member__bundle=bundle, member__item=item)
    caller = officer(row.organ_id, "yucheng_examiner")
    run.perform(case_no=row.pk, command=commands.Accept(), caller=caller, at=at)


def grant(bundle: Bundle, item: str, *, refuse: bool = False, at=city.AT) -> None:
    """Decide a member, then let the bundle and the stage go on as the worker does."""
    case_no = Member.objects.get(bundle=bundle, item=item).case_id
    decide(case_no, grant=not refuse, at=at)
    bundles.onward(case_no=case_no, at=at)
    stages.onward(bundle=bundle.pk, at=at)


def grant_all(bundle: Bundle, at=city.AT) -> None:
    """Grant every member in its turn."""
    while running := bundle.members.filter(state=State.RUNNING).order_by("id").first():
        grant(bundle, running.item, at=at)


def through(project: str, stage: str, at=city.AT, items=None) -> Bundle:
    """A stage applied for and granted in whole."""
    bundle = received(project, stage, items, at)
    grant_all(bundle, at)
    return bundle


def to_works(project: str, at=city.AT, on: date | None = None) -> None:
    for stage in ("land", "planning", "permit"):
        through(project, stage, at)
    stages.start_works(project=project, on=on or at.date(), caller=owner(at), at=at)


def state_of(project: str, stage: str, at=city.AT) -> str:
    return read.opened(Project.objects.get(pk=project), at).part(stage).state


def lead(project: str, stage: str, at=city.AT):
    """An approver of the organ that leads a stage."""
    row = Project.objects.get(pk=project)
    organ = read.lead_of(row, definition().stage(stage))
    caller = officer(organ.pk, "yucheng_approver")
    return replace(caller, posts=(replace(caller.posts[0], division=COUNTY),))
