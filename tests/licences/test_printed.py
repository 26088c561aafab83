"""What each shipped item's result states: all that its guide lists and the applicant answered, and nothing else."""

from datetime import date

import pytest

from config import demo
from tests import city
from tests.catalogue.test_shipped import SHIPPED
from tongban.cases.actions import drafts, submission
from tongban.cases.models import Case
from tongban.cases.queries import letter_data
from tongban.cases.queries.competence import Issuer
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import situations
from tongban.catalogue.rules.guide import Audience
from tongban.engine import lifecycle
from tongban.engine.lifecycle import events as e
from tongban.people import queries as people

pytestmark = pytest.mark.django_db
DETAILED = [guide for guide in SHIPPED if guide.number <= 42]


def received(guide) -> Case:
    """An application for the item, answered as the demo answers, by the company or by its owner in person."""
    at, applicant = city.AT, city.caller("wang_xiaomei")
    item = catalogue.item(guide.base_code)
    here = catalogue.implementations(item.pk, at)[0]
    company = Audience.ENTERPRISE in guide.audiences
    party = demo.company() if company else people.parties_of(applicant.account, at)[0].party.id
    version = catalogue.guide(catalogue.version_in_force(item.pk, at, here.pk).pk)
    draft = drafts.begin(
        implementation=here,
        situation={question.code: question.options[-1].value for question in version.questions},
        party=party,
        language="zh-hans",
        caller=applicant,
        at=at,
        place=min(catalogue.devolved_in(item.pk, here.division_code, people.today(at)), default=""),
    )
    situation = situations.resolve(version, draft.situation)
    sections = demo.plain(situation.sections)
    fields = [field for section in sections for field in section["fields"]]
    for field in fields:
        field["required"] = True
    towns = people.divisions(parent=here.division_code)
    answers = demo.answers(sections, party=party)
    for field in fields:
        if field["code"] not in answers:
            continue  # of a row
        if field.get("kind") == "town":
            answers[field["code"]] = towns[0].code
        elif field.get("kind") in {"money", "decimal"} and field.get("minimum"):
            answers[field["code"]] = str(field["minimum"])
    for field in fields:
        if field.get("kind") == "file":
            given = city.png(field["code"])
            drafts.attach_to_field(draft=draft.pk, field=field["code"], file=given, caller=applicant, at=at)
    drafts.fill(draft=draft.pk, answers=answers, caller=applicant, at=at)
    number = submission.submit(draft=draft.pk, caller=applicant, at=at).answer["case_no"]
    return Case.objects.select_related("organ__division", "party").get(pk=number)


def stated(row: Case, guide):
    event = e.Granted(
        opinion="同意", delivery_due=date(2026, 11, 17), valid_until=date(2031, 11, 2), calendar="2026"
    )
    issuer = Issuer(acting=row.organ, organ=row.organ, competence=None)
    told = letter_data.Told(
        row=row,
        before=lifecycle.Case(),
        after=lifecycle.Case(),
        event=event,
        at=city.AT,
        guide=guide,
        issuer=issuer,
        head=letter_data.head(row, guide, issuer, number="证1号", code="X", at=city.AT),
    )
    return letter_data.letter("licence", told).details


@pytest.mark.parametrize("guide", DETAILED, ids=lambda guide: guide.base_code)
def test_each_result_states_its_holder_and_what_its_guide_lists(guide):
    """行政许可法 Art 39."""
    row = received(guide)
    details = stated(row, guide)
    labels = [part.label.zh for part in guide.result.prints]
    assert {detail.label.zh for detail in details} <= {*labels, "持有人"}
    assert len(details) >= 2
    assert row.party.name in {detail.value.zh for detail in details}
    said = "".join(detail.value.zh for detail in details)
    assert not [question.ask.zh for question in guide.questions if question.ask.zh in said]


def test_a_persons_id_number_is_masked_on_what_is_kept():
    """个人信息保护法 Art 6, 51."""
    nurse = next(guide for guide in DETAILED if guide.number == 12)
    values = {detail.label.zh: detail.value.zh for detail in stated(received(nurse), nurse)}
    assert "*" in values["身份证号码"]
