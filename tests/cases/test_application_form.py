"""The application form is filled in once, online: the platform prints it, nobody uploads it."""

import subprocess

import pytest
from django.conf import settings

from tests.city import filled, received
from tests.people.signing import sign_in
from tongban.cases.models import Case, Form, Upload
from tongban.cases.queries import applications, opened
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Source

pytestmark = pytest.mark.django_db


def words(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def test_every_item_with_a_form_of_its_own_says_so_and_asks_for_no_upload():
    made = {
        part.code
        for running in catalogue.items()
        for part in running.guide.materials
        if part.source is Source.FORM
    }
    assert made == {"application_form", "registration_form"}


def test_the_form_is_not_among_what_the_applicant_must_bring_and_is_there_all_the_same():
    draft = filled()
    found = applications.application(draft)
    assert "application_form" not in {part.code for part in found.asked}
    number = received()
    case = opened.state(Case.objects.get(pk=number))
    assert "application_form" in case.submitted
    assert not Upload.objects.filter(case=number, material="application_form").exists()


def test_the_applicant_reads_every_answer_in_the_draft_and_in_what_was_submitted(client):
    draft, number = filled(), received()
    sign_in(client, "wang_xiaomei")
    before = words(client.get(f"/drafts/{draft.pk}/application.pdf").content)
    after = words(client.get(f"/my/cases/{number}/application.pdf").content)
    said = ["食品经营许可申请书", "雅安雨城味道餐饮店", "雅安市雨城区西门北路88号", "513101197001010013"]
    assert [part for part in said if part not in before] == []
    assert [part for part in said if part not in after] == []
    assert "草稿，尚未提交" in before
    assert (number in after, Form.objects.get(case=number).digest in after, "草稿" in after) == (
        True,
        True,
        False,
    )


def test_an_officer_reads_it_with_numbers_masked_and_others_not_at_all(client):
    number = received()
    sign_in(client, "yucheng_clerk", second_factor=True)
    shown = words(client.get(f"/desk/cases/{number}/application.pdf").content)
    assert ("513101197001010013" in shown, "513101********0013" in shown) == (False, True)
    assert "雅安雨城味道餐饮店" in shown


@pytest.mark.parametrize(
    ("username", "address"),
    [
        ("mingshan_clerk", "/desk/cases/{number}/application.pdf"),
        ("li_qiang", "/my/cases/{number}/application.pdf"),
        ("li_qiang", "/drafts/{draft}/application.pdf"),
        ("yucheng_clerk", "/my/cases/{number}/application.pdf"),
    ],
)
def test_nobody_else_finds_it(client, username, address):
    draft, number = filled(), received()
    sign_in(client, username, second_factor=username != "li_qiang")
    assert client.get(address.format(number=number, draft=draft.pk)).status_code == 404


def test_the_form_is_bilingual_for_whoever_applied_in_english(client):
    number = received()
    Case.objects.filter(pk=number).update(language="en")
    sign_in(client, "wang_xiaomei")
    text = words(client.get(f"/my/cases/{number}/application.pdf").content)
    assert "Thepremises" in text or "Premises" in text
    assert "Theapplicantdeclares" in text
    assert settings.DEMO and "Demonstrationdata" in text
