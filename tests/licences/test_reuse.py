"""A held licence is the material: not asked for, not missing, logged, shown to its holder; an ended one is not."""

import pytest
from django.test import Client

from tests import city
from tests.licences.city_licences import (
    MATERIAL,
    NEXT,
    ended,
    granted,
    other_draft,
    publish_item_that_takes_a_food_licence,
)
from tests.people.signing import sign_in
from tongban.cases.actions import letters, submission
from tongban.cases.models import Case
from tongban.cases.queries import applications, desk, findings, opened
from tongban.licences.models import Licence, Use
from tongban.licences.rules.standing import about_the_same
from tongban.record import queries as record

pytestmark = pytest.mark.django_db


@pytest.fixture
def licence(db) -> Licence:
    found = granted()
    publish_item_that_takes_a_food_licence(NEXT)
    return found


def submitted() -> str:
    draft = other_draft(NEXT)
    return submission.submit(draft=draft.pk, caller=city.caller("wang_xiaomei", NEXT), at=NEXT).answer[
        "case_no"
    ]


def missing(number: str) -> set[str]:
    found = opened.unfold(Case.objects.get(pk=number), NEXT)
    return {line.material for line in findings.findings(found, {}) if line.defect == "missing"}


def test_a_held_licence_removes_its_material_from_the_list(licence):
    """国务院令第716号 Art 10."""
    shown = applications.application(other_draft(NEXT))
    assert MATERIAL not in {part.code for part in shown.asked}
    assert MATERIAL not in shown.ready.materials
    assert (shown.held[MATERIAL].number, shown.held[MATERIAL].name.zh) == (licence.number, "食品经营许可证")


def test_the_task_list_and_the_check_page_say_which_licence_it_is(licence):
    draft = other_draft(NEXT)
    client = Client()
    sign_in(client, "wang_xiaomei")
    for page in ("", "check/"):
        words = client.get(f"/drafts/{draft.pk}/{page}").content.decode()
        assert "已有证照，无需提交：" in words
        assert licence.number in words
        assert f"/materials/{MATERIAL}/" not in words
    assert client.get(f"/drafts/{draft.pk}/materials/{MATERIAL}/").status_code == 422


def test_a_held_licence_is_no_missing_material_and_its_use_is_logged(licence):
    number = submitted()
    assert MATERIAL not in missing(number)
    use = Use.objects.get(licence=licence)
    assert (use.case_no, use.material) == (number, MATERIAL)
    last = record.stream("licence", licence.identifier)[-1]
    assert (last.kind, last.facts["case_no"]) == ("licence_used", number)


def test_officers_and_the_receipt_see_the_licence_in_place_of_a_file(licence):
    number = submitted()
    found = opened.unfold(Case.objects.get(pk=number), NEXT)
    row = next(row for row in desk.materials(found) if row["part"].code == MATERIAL)
    assert (row["files"], row["held"].number) == ([], licence.number)
    (receipt,) = letters.issue(case_no=number, position=1, at=NEXT)
    assert any(licence.number in part["name"]["zh"] for part in receipt.data["materials"])


def test_the_holder_sees_where_the_licence_was_used(licence):
    number = submitted()
    client = Client()
    sign_in(client, "wang_xiaomei")
    words = client.get(f"/my/licences/{licence.pk}/").content.decode()
    assert "公共场所卫生许可" in words
    assert f"/my/cases/{number}/" in words


def test_an_annulled_licence_is_asked_for_again(licence):
    ended(licence, at=NEXT)
    shown = applications.application(other_draft(NEXT))
    assert MATERIAL in {part.code for part in shown.asked}
    assert MATERIAL in missing(submitted())
    assert not Use.objects.filter(licence=licence).exists()


def test_an_annulment_after_the_draft_was_shown_counts_at_submission(licence):
    draft = other_draft(NEXT)
    assert applications.application(draft).held
    ended(licence, at=NEXT)
    number = submission.submit(draft=draft.pk, caller=city.caller("wang_xiaomei", NEXT), at=NEXT).answer[
        "case_no"
    ]
    assert MATERIAL in missing(number)


def test_somebody_elses_licence_is_no_material_of_mine(licence):
    shown = applications.application(other_draft(NEXT))
    held = applications.holding(
        shown.situation, party=licence.party_id + 1, answers=shown.draft.form, on=NEXT.date()
    )
    assert held == {}


def test_an_expired_licence_is_asked_for_again(licence):
    shown = applications.application(other_draft(NEXT))
    held = applications.holding(
        shown.situation, party=licence.party_id, answers={}, on=licence.valid_to.replace(year=2040)
    )
    assert held == {}


@pytest.mark.parametrize(
    ("subject", "asked", "answers", "counts"),
    [
        ({}, {"project_code"}, {}, True),
        ({"project_code": "2509"}, {"project_code"}, {"project_code": "2509"}, True),
        ({"project_code": "2509"}, {"project_code"}, {"project_code": "2510"}, False),
        ({"project_code": "2509"}, {"project_code"}, {}, False),
        ({"project_code": "2509"}, {"premises_address"}, {}, True),
    ],
)
def test_a_permit_for_one_project_does_not_serve_another(subject, asked, answers, counts):
    assert about_the_same(subject, asked, answers) is counts
