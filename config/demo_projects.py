"""Two projects of the demo city in 名山区, brought to different stages by the actions on virtual time."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from config import demo, demo_cases
from tongban.cases.actions import bundles, drafts
from tongban.cases.actions import commands as run
from tongban.cases.queries import applications, members, opened, subjects
from tongban.catalogue import queries as catalogue
from tongban.construction.actions import projects, stages
from tongban.construction.queries.definition import definition
from tongban.engine.lifecycle import commands
from tongban.people import queries as people
from tongban.people import seeding
from tongban.people.rules import Caller, system

COUNTY = "511803"
DEPARTMENTS = ("development_reform", "natural_resources")  # with officers of their own
LAND_PERMIT, PLANNING_PERMIT, FILING = "000115002000", "000115003000", "001004001000"
_HOUR = timedelta(hours=1)
_PLAUSIBLE = {  # what the demo has no words for, within the bounds the forms set
    "floor_area_ratio": "1.20",
    "building_density": "35.00",
    "green_ratio": "20.00",
    "building_height": "12.50",
    "parcel_number": "511803001001GB00001",
    "land_use_code": "0601",
    "land_contract_number": "演示-2026-001",
    "building_number": "1号厂房",
    "unit_use": "茶叶精制",
    "design_company": "演示建筑设计公司",
}
_TEA = {
    "project_code": "2609-511803-04-01-000118",
    "project_name": "名山区蒙顶山茶精制加工厂（演示）",
    "construction_nature": "new",
    "industry_code": "1530",
    "project_address": "名山区工业园区演示路1号",
    "construction_scale": "新建精制茶厂房一栋及配套设施，年加工精制茶500吨。",
    "investment_total": "28000000.00",
    "land_area": "12000.00",
    "building_area": "9800.00",
}
_STORE = {
    "project_code": "2610-511803-04-01-000203",
    "project_name": "名山区百丈镇农产品冷库（演示）",
    "construction_nature": "new",
    "industry_code": "5951",
    "project_address": "名山区百丈镇演示村2组",
    "construction_scale": "新建单层冷库一座。",
    "investment_total": "2600000.00",
    "land_area": "1500.00",
    "building_area": "900.00",
}


def build(*, now: datetime) -> int:
    """Both projects, from some weeks ago on; returns how many there are."""
    for department in DEPARTMENTS:
        seeding.ensure_staff(people.organ_by_key(f"{COUNTY}-{department}"), at=now - timedelta(days=50))
    calendar = catalogue.calendar()
    _tea_factory([demo_cases.opening(calendar, now, days) for days in (18, 16, 12, 7)])
    _cold_store(min(demo_cases.opening(calendar, now, 1), now))
    return 2


def _tea_factory(days: list[datetime]) -> None:
    """Land settled, the planning permit being examined: some days of the promise are left."""
    registered, applied, granted, planned = days
    code = _register("private_industrial", _TEA, registered)
    land = _apply(code, "land", applied)
    _decide(land, FILING, applied + _HOUR)
    _accept(land, LAND_PERMIT, applied + 2 * _HOUR)
    _decide(land, LAND_PERMIT, granted, accepted=True)
    _accept(_apply(code, "planning", planned), PLANNING_PERMIT, planned + _HOUR)


def _cold_store(at: datetime) -> None:
    """A small project whose first stage has just been applied for."""
    _apply(_register("private_small", _STORE, at), "land", at)


def _owner(at: datetime) -> Caller:
    return people.caller_of(people.account_by_username(demo.APPLICANT), at)


def _register(theme: str, words: Mapping[str, str], at: datetime) -> str:
    """A project of the demo's company; facts are answered with no where they ask for yes or no."""
    table = definition()
    facts = {
        field.code: field.options[0].value if field.options else "no"
        for field in table.asked(table.theme(theme))[1].fields
    }
    if "eia" in facts:
        facts["eia"] = "form"
    return projects.register(
        theme=theme,
        county=COUNTY,
        party=demo.company(),
        answers={**words, "project_town": people.town_names(COUNTY)[0][0], **facts},
        language="zh-hans",
        caller=_owner(at),
        at=at,
    ).pk


def _apply(project: str, stage: str, at: datetime) -> str:
    """A stage applied for on its one form, with its materials; the number of the application."""
    owner = _owner(at)
    made = stages.begin(
        project=project,
        stage=stage,
        language="zh-hans",
        home=f"/projects/{project}/",
        caller=owner,
        at=at,
    )
    draft = made.draft
    given = dict(draft.situation)
    while left := subjects.subject(draft).resolve(given).unanswered:
        given[left[0].code] = left[0].options[0].value
    draft = drafts.answer_situation(draft=draft.pk, situation=given, caller=owner, at=at)
    asked = demo.plain(subjects.resolved(draft).sections)
    drafts.fill(draft=draft.pk, answers=answers(asked, draft.place), caller=owner, at=at)
    for part in applications.application(draft).asked:
        file = demo_cases.page(part.code)
        drafts.attach(draft=draft.pk, material=part.code, file=file, caller=owner, at=at)
    signed = applications.signed_by(draft.pk, owner, "password")
    return bundles.receive(draft=draft.pk, caller=owner, at=at, signed=signed)


def answers(sections: list[dict], town: str) -> dict:
    """Valid answers to what a stage asks, with towns of the project's county."""
    found = demo.answers(sections)
    for section in sections:
        for field in section["fields"]:
            code, place = field["code"], found
            if section.get("rows"):
                (place,) = found[section["code"]]
            if field.get("kind") == "town":
                place[code] = town
            elif code in _PLAUSIBLE:
                place[code] = _PLAUSIBLE[code]
    return found


def _case_of(bundle: str, item: str, at: datetime) -> str:
    return next(one.case_no for one in members.of_bundles([bundle], at) if one.item == item)


def _accept(bundle: str, item: str, at: datetime) -> None:
    case_no = _case_of(bundle, item, at)
    _do(case_no, commands.Accept(), "clerk", at)


def _decide(bundle: str, item: str, at: datetime, *, accepted: bool = False) -> None:
    """Accept, examine and grant a member, then let the bundle and the stage go on as the worker does."""
    case_no = _case_of(bundle, item, at)
    if not accepted:
        _do(case_no, commands.Accept(), "clerk", at)
    while steps := opened.state(opened.any_case(case_no, system("demo"))).open_steps():
        step = commands.CompleteStep(step=steps[0].code, passed=True, opinion="符合条件")
        _do(case_no, step, "examiner", at)
    _do(case_no, commands.Grant(opinion="同意"), "approver", at)
    bundles.onward(case_no=case_no, at=at)
    stages.onward(bundle=bundle, at=at)


def _do(case_no: str, command: commands.Command, ending: str, at: datetime) -> None:
    organ = opened.any_case(case_no, system("demo")).organ
    account = people.account_by_username(f"{seeding.staff_prefix(organ)}_{ending}")
    run.perform(case_no=case_no, command=command, caller=people.caller_of(account, at), at=at)
