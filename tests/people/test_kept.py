"""A form posted after its session has ended: signed in again, nothing of it is lost and nobody else gets it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests import city
from tests.people.signing import sign_in
from tongban.cases.models import Draft, Upload
from tongban.kit import files
from tongban.people import kept
from tongban.people.seeding import DEMO_PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords", "uploads")]
KEPT = "/me/kept"


@pytest.fixture
def uploads(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def draft() -> Draft:
    return city.started(at=timezone.now())


def post_after_the_session_ended(client, path: str, data: dict, back: str = KEPT):
    """The form was open, the session passes its idle limit, the form is sent, sign-in is asked for."""
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    sent = client.post(path, data, headers={"referer": f"http://testserver{path}"})
    assert sent.status_code == 302 and sent.url == f"/accounts/login/?next={back}"
    return sent.url


def sign_in_again(client, where: str, username: str = "wang_xiaomei"):
    """Through the sign-in page, and on to where it leads."""
    signed = client.post(where, {"login": username, "password": DEMO_PASSWORD})
    return client.get(signed.url)


OTHER = "/me/companies/new"


def first_section(client, draft: Draft) -> str:
    page = client.get(f"/drafts/{draft.pk}/").content.decode()
    return next(
        part for part in page.split('"') if part.startswith(f"/drafts/{draft.pk}/") and "/form/" in part
    )


def test_typed_words_are_in_the_form_again_after_signing_in(client, draft):
    sign_in(client, "wang_xiaomei", second_factor=False)
    path = first_section(client, draft)
    names = re.findall(r'name="(\w+)"', client.get(path).content.decode())
    where = post_after_the_session_ended(client, path, dict.fromkeys(names, "没有号码"), back=path)
    page = sign_in_again(client, where).content.decode()
    assert "您刚才填写的内容已保留" in page and "没有号码" in page
    assert "没有号码" not in client.get(path).content.decode()  # given back once


def test_elsewhere_they_are_offered_and_judged_as_if_just_typed(client):
    sign_in(client, "wang_xiaomei", second_factor=False)
    names = re.findall(r'name="(\w+)"', client.get(OTHER).content.decode())
    where = post_after_the_session_ended(client, OTHER, dict.fromkeys(names, "没有代码"))
    page = sign_in_again(client, where).content.decode()
    assert "您刚才填写的内容还在" in page and "没有代码" not in page
    assert "没有代码" in client.post(OTHER, {"kept": "yes"}).content.decode()
    assert client.get(KEPT).status_code == 302  # given back once


def test_a_chosen_file_is_there_after_signing_in_again(client, draft, uploads):
    sign_in(client, "wang_xiaomei", second_factor=False)
    path = f"/drafts/{draft.pk}/materials/{city.MISSING}/"
    where = post_after_the_session_ended(client, path, {"file": city.png("平面图")})
    page = sign_in_again(client, where).content.decode()
    assert "平面图.png" in page
    assert client.post(path, {"kept": "yes"}).status_code == 302
    assert Upload.objects.get(draft=draft, material=city.MISSING).name == "平面图.png"
    assert list((uploads / "aside").iterdir()) == []


def test_another_person_signing_in_there_gets_nothing_of_it(client, draft):
    sign_in(client, "wang_xiaomei", second_factor=False)
    path = f"/drafts/{draft.pk}/materials/{city.MISSING}/"
    where = post_after_the_session_ended(client, path, {"file": city.png("平面图")})
    assert sign_in_again(client, where, "li_qiang").url == "/"
    assert client.post(path, {"kept": "yes"}).status_code == 404
    assert not Upload.objects.filter(draft=draft).exists()


def test_it_goes_only_where_it_was_meant_for(client):
    sign_in(client, "wang_xiaomei", second_factor=False)
    where = post_after_the_session_ended(client, OTHER, {"phone": "13900001009"})
    sign_in_again(client, where)
    answer = client.post("/me/phone", {"kept": "yes"})  # an empty form, with its errors
    assert answer.status_code == 200 and "13900001009" not in answer.content.decode()
    assert client.get(KEPT).status_code == 200


def test_it_can_be_deleted_and_is_not_kept_for_long(client, monkeypatch):
    sign_in(client, "wang_xiaomei", second_factor=False)
    path = OTHER
    sign_in_again(client, post_after_the_session_ended(client, path, {"phone": "13900001009"}))
    assert client.post(KEPT).url == path
    assert client.get(KEPT).url == "/"
    sign_in_again(client, post_after_the_session_ended(client, path, {"phone": "13900001009"}))
    monkeypatch.setattr(kept, "SECONDS", -1)
    assert client.get(KEPT).url == "/"


def test_visitors_cannot_fill_the_disk(uploads, monkeypatch):
    monkeypatch.setattr(files, "ASIDE_BYTES", 10)
    aside = Path(settings.MEDIA_ROOT) / "aside"
    assert files.set_aside(SimpleUploadedFile("a.pdf", b"12345678"), folder=aside)
    assert files.set_aside(SimpleUploadedFile("b.pdf", b"123"), folder=aside) == ""
    monkeypatch.setattr(files, "ASIDE_SECONDS", -1)
    assert files.set_aside(SimpleUploadedFile("c.pdf", b"123"), folder=aside)
    assert len(list(aside.iterdir())) == 1


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "0" * 64])
def test_a_file_no_longer_there_is_simply_not_there(uploads, key):
    (uploads / "aside").mkdir()
    assert files.taken_back(key, folder=uploads / "aside", name="a.pdf") is None


def test_what_another_person_typed_is_not_shown_to_the_next_on_any_page(client):
    sign_in(client, "wang_xiaomei", second_factor=False)
    names = re.findall(r'name="(\w+)"', client.get(OTHER).content.decode())
    where = post_after_the_session_ended(client, OTHER, dict.fromkeys(names, "王晓梅的新公司"))
    sign_in_again(client, where, "li_qiang")
    assert "王晓梅的新公司" not in client.post(OTHER, {"kept": "yes"}).content.decode()


def test_a_file_too_large_is_told_as_that(client, draft, monkeypatch):
    sign_in(client, "wang_xiaomei", second_factor=False)
    path = f"/drafts/{draft.pk}/materials/{city.MISSING}/"
    monkeypatch.setattr(files.LimitedUploadHandler.__init__, "__defaults__", (None, 10))
    where = post_after_the_session_ended(client, path, {"file": city.png("平面图")})
    sign_in_again(client, where)
    answer = client.post(path, {"kept": "yes"})
    assert answer.status_code == 413 and "超过" in answer.content.decode()


@pytest.mark.parametrize(
    "came_from", ["", "http://testserver//evil.example/x", "http://evil.example/x", "javascript:1"]
)
def test_deleting_leads_nowhere_outside(client, draft, came_from):
    client.post(f"/drafts/{draft.pk}/materials/{city.MISSING}/", {"a": "b"}, headers={"referer": came_from})
    sign_in_again(client, "/accounts/login/?next=/me/kept")
    back = client.post(KEPT).url
    assert back.startswith("/") and not back.startswith("//")
