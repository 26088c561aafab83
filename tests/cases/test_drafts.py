"""Drafts: for whom, in which situation, and what a change of the situation asks for again."""

import pytest
from msgspec.structs import replace

from config import demo
from tests.city import AT, ITEM, caller, filled, started
from tests.people.signing import sign_in
from tongban.cases.actions import drafts
from tongban.cases.models import Draft
from tongban.catalogue import queries as catalogue
from tongban.engine.refusal import Refused

pytestmark = pytest.mark.django_db


def begun(party: int, situation: dict[str, str], language: str = "zh-hans") -> Draft:
    item = catalogue.item(ITEM)
    here = catalogue.implementations(item.pk, AT)[0]
    applicant = caller("wang_xiaomei")
    return drafts.begin(
        implementation=here, situation=situation, party=party, language=language, caller=applicant, at=AT
    )


def test_an_item_for_enterprises_is_not_begun_for_a_person():
    person = next(party for party in caller("wang_xiaomei").parties if party != demo.company())
    with pytest.raises(Refused, match="party_not_served"):
        begun(person, {})


def test_a_draft_keeps_only_what_answers_the_questions_of_its_guide():
    said = {"business_type": "catering", "special_foods": "perhaps", "x" * 10_000: "y"}
    draft = begun(demo.company(), said, language="x" * 10_000)
    assert (draft.situation, draft.language) == ({"business_type": "catering"}, "zh-hans")


def test_a_section_that_asks_for_more_under_other_answers_must_be_confirmed_again():
    draft, applicant = filled(), caller("wang_xiaomei")
    before = Draft.objects.get(pk=draft.pk)
    changed = {**before.situation, "premises_tenure": "rented"}
    after = drafts.answer_situation(draft=draft.pk, situation=changed, caller=applicant, at=AT)
    assert ("premises" in before.complete, "premises" in after.complete) == (True, False)
    assert "applicant" in after.complete


def test_an_unknown_field_is_told_once_with_its_mend():
    with pytest.raises(Refused) as told:
        drafts.fill(draft=filled().pk, answers={"nope": "1"}, caller=caller("wang_xiaomei"), at=AT)
    message = "表单没有“nope”这一项：请按事项的表单字段提交"
    assert told.value.facts["errors"] == [
        {"field": "nope", "rule": "unknown", "message": message, "pointer": "/answers/nope"}
    ]


def test_who_no_longer_acts_for_a_party_no_longer_reads_its_draft():
    draft = started()
    former = replace(caller("wang_xiaomei"), parties=())
    with pytest.raises(Refused, match="draft_unknown"):
        drafts.find(draft.pk, former)


def test_a_party_that_is_no_number_is_nobodys(client):
    draft = started()
    sign_in(client, "wang_xiaomei")
    address = f"/apply/{draft.implementation.task_code}/"
    answers = [client.post(address, {"party": party}).status_code for party in ("abc", "9" * 30, "")]
    assert answers == [403, 403, 403]
