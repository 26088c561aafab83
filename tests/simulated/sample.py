"""A construction permit of the pilot district whose land is not there yet, under simulated approval."""

from config import demo, demo_projects
from tests import city
from tests.cases.test_bundles import officer
from tongban.cases.actions import drafts
from tongban.cases.models import Draft
from tongban.cases.queries import applications, subjects
from tongban.catalogue import queries as catalogue
from tongban.people import queries as people
from tongban.simulated import actions, queries
from tongban.simulated.models import Simulation

ITEM, COUNTY, OWNER = "000117050000", "511803", "wang_xiaomei"
ASPECTS = ("site", "works", "parties")


def owner(at=city.AT):
    return city.caller(OWNER, at)


def filled(at=city.AT, county: str = COUNTY) -> Draft:
    """A draft of the permit with every field answered and every file given."""
    item = catalogue.item(ITEM)
    here = next(row for row in catalogue.implementations(item.pk, at) if row.division_code == county)
    draft = drafts.begin(
        implementation=here, situation={}, party=demo.company(), language="zh-hans", caller=owner(at), at=at
    )
    given: dict[str, str] = {}
    while left := subjects.subject(draft).resolve(given).unanswered:
        given[left[0].code] = left[0].options[0].value
    draft = drafts.answer_situation(draft=draft.pk, situation=given, caller=owner(at), at=at)
    resolved = subjects.resolved(draft)
    town = people.town_names(county)[0][0]
    answers = demo_projects.answers(demo.plain(resolved.sections), town)
    draft = drafts.fill(draft=draft.pk, answers=answers, caller=owner(at), at=at)
    for part in resolved.materials:
        if part.brought:
            drafts.attach(
                draft=draft.pk, material=part.code, file=city.png(part.code), caller=owner(at), at=at
            )
    return Draft.objects.get(pk=draft.pk)


def opened(at=city.AT) -> Simulation:
    return actions.open_on(draft=filled(at).pk, caller=owner(at), at=at)


def examiner(row: Simulation, account: str = "yucheng_examiner"):
    return officer(row.organ_id, account)


def given(at=city.AT, passed: bool = True) -> Simulation:
    """A simulation with an opinion on every aspect."""
    row = opened(at)
    for aspect in ASPECTS:
        actions.give(number=row.pk, aspect=aspect, passed=passed, words="符合", caller=examiner(row), at=at)
    return row


def change(row: Simulation, at=city.AT, **answers: str) -> None:
    """Answer fields of the form anew, as the applicant does."""
    draft = Draft.objects.get(pk=row.draft_id)
    stored = people.open_answers(draft.form)
    drafts.fill(draft=draft.pk, answers=stored | answers, caller=owner(at), at=at)


def signed(row: Simulation, at=city.AT):
    return applications.signed_by(row.draft_id, owner(at), "password")


def seen(row: Simulation, at=city.AT) -> queries.Seen:
    return queries.seen(queries.own(row.pk, owner(at)), at)
