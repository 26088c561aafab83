"""A form posted after its session has ended: signed in again, nothing of it is lost and nobody else gets it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests import city
from tests.people.signing import sign_in
from tongban.cases.models import Draft, Upload
from tongban.kit import files
from tongban.people import kept
from tongban.people.queries import open_answers
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


def post_after_the_session_ended(client, path: str, data: dict):
    """What a browser does: the form was open, the session ends, the form is sent, the person signs in."""
    client.logout()
    sent = client.post(path, data, headers={"referer": f"http://testserver{path}"})
    assert sent.status_code == 302 and sent.url == f"/accounts/login/?next={KEPT}"
    return sent.url


def sign_in_again(client, where: str, username: str = "wang_xiaomei"):
    """Through the sign-in page, and on to where it leads."""
    signed = client.post(where, {"login": username, "password": DEMO_PASSWORD})
    return client.get(signed.url)


def first_section(client, draft: Draft) -> str:
    page = client.get(f"/drafts/{draft.pk}/").content.decode()
    return next(
        part for part in page.split('"') if part.startswith(f"/drafts/{draft.pk}/") and "/form/" in part
    )


def test_typed_words_are_there_after_signing_in_again(client, draft):
    sign_in(client, "wang_xiaomei", second_factor=False)
    path = first_section(client, draft)
    names = re.findall(r'name="(\w+)"', client.get(path).content.decode())
    where = post_after_the_session_ended(client, path, dict.fromkeys(names, "没有号码"))
    offered = sign_in_again(client, where)
    page = offered.content.decode()
    assert offered.status_code == 200 and "您刚才填写的内容还在" in page and "没有号码" not in page
    answer = client.post(path, {"kept": "yes"})
    assert answer.status_code == 422 and "没有号码" in answer.content.decode()  # judged as if just typed
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
    sign_in_again(client, where, "li_qiang")
    assert client.post(path, {"kept": "yes"}).status_code == 404
    assert not Upload.objects.filter(draft=draft).exists()


def test_it_goes_only_where_it_was_meant_for(client, draft):
    sign_in(client, "wang_xiaomei", second_factor=False)
    path = first_section(client, draft)
    where = post_after_the_session_ended(client, path, {"phone": "13900001009"})
    sign_in_again(client, where)
    assert client.post("/me/phone", {"kept": "yes"}).status_code == 200  # an empty form, with its errors
    assert open_answers(Draft.objects.get(pk=draft.pk).form) == {}
    assert client.get(KEPT).status_code == 200


def test_it_can_be_deleted_and_is_not_kept_for_long(client, draft, monkeypatch):
    sign_in(client, "wang_xiaomei", second_factor=False)
    path = first_section(client, draft)
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
