"""Attestations of languages: one at a time, renewed when it has run out, of officers with a post there."""

from datetime import date

import pytest
from django.urls import reverse

from tests import city
from tests.people.signing import sign_in
from tongban.engine.refusal import Refused
from tongban.people import actions, queries
from tongban.people.models import LanguageSkill
from tongban.people.rules import Fluency, Language

pytestmark = pytest.mark.django_db
FIRST, LAST, NEXT = date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)


def attest(valid_from: date, valid_to: date | None, language: Language = Language.TIBETAN) -> LanguageSkill:
    return actions.attest_language(
        account=queries.account_by_username("yucheng_clerk").pk,
        language=language,
        fluency=Fluency.SERVES,
        document="民宗认〔2026〕1号",
        valid_from=valid_from,
        valid_to=valid_to,
        caller=city.caller("system_admin"),
        at=city.AT,
    )


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "language", "taken"),
    [
        (NEXT, None, Language.TIBETAN, False),
        (LAST, None, Language.TIBETAN, True),
        (FIRST, FIRST, Language.TIBETAN, True),
        (FIRST, None, Language.YI, False),
    ],
)
def test_a_language_is_attested_once_at_a_time_and_renewed_when_it_runs_out(
    valid_from, valid_to, language, taken
):
    attest(FIRST, LAST)
    if taken:
        with pytest.raises(Refused, match="skill_already"):
            attest(valid_from, valid_to, language)
    else:
        assert attest(valid_from, valid_to, language).pk


def test_an_attestation_ended_early_leaves_room_for_another():
    actions.end_language(skill=attest(FIRST, None).pk, caller=city.caller("system_admin"), at=city.AT)
    assert attest(FIRST, None).pk


def posted(client, organ: int, username: str):
    return client.post(
        reverse("people:languages", args=[organ]),
        {
            "username": username,
            "language": "bo",
            "fluency": "serves",
            "document": "民宗认〔2026〕2号",
            "valid_from": "2026-07-01",
        },
    )


def test_the_page_shows_what_has_run_out_and_takes_its_renewal(client):
    attest(FIRST, LAST)
    organ = city.caller("yucheng_clerk").posts[0].organ
    sign_in(client, "system_admin")
    page = client.get(reverse("people:languages", args=[organ])).content.decode()
    assert ("2026年6月30日" in page, page.count("已到期")) == (True, 1)
    assert posted(client, organ, "yucheng_clerk").status_code == 302
    assert LanguageSkill.objects.filter(account__username="yucheng_clerk").count() == 2


def test_only_officers_of_the_organ_are_attested_there(client):
    organ = city.caller("yucheng_clerk").posts[0].organ
    sign_in(client, "system_admin")
    page = posted(client, organ, "mingshan_clerk")
    assert "该账号在本机关没有岗位" in page.content.decode()
    assert not LanguageSkill.objects.filter(account__username="mingshan_clerk").exists()
