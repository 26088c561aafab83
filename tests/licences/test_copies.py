"""A copy for one purpose says so on its face and to whoever verifies it, for its time and while the licence is in force."""

import subprocess
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone

from tests import city
from tests.licences.city_licences import ended, granted
from tests.people.signing import sign_in
from tongban.engine.refusal import Refused
from tongban.kit import signing
from tongban.licences import actions
from tongban.licences.actions import issuing
from tongban.licences.queries import copies
from tongban.licences.rules.standing import copy_until
from tongban.record import queries as record

pytestmark = pytest.mark.django_db


def made(licence, username: str = "wang_xiaomei", days: int = 7, at=city.AT):
    return actions.make_copy(
        licence=licence.pk, purpose="办理银行开户", recipient="雅安某银行", days=days,
        caller=city.caller(username, at), at=at,
    )  # fmt: skip


def test_a_copy_bears_purpose_recipient_date_and_code_and_is_sealed():
    """个人信息保护法 Art 6."""
    licence = granted()
    copy = made(licence)
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=bytes(copy.pdf), capture_output=True, check=True
    )
    page = "".join(done.stdout.decode().split())
    for words in (
        "仅供办理银行开户使用",
        "雅安某银行",
        "有效至2026年11月9日",
        copy.code,
        "食品经营许可证（副本）",
        licence.party.name,
    ):
        assert words in page, words
    root = signing.root_certificate(settings.VAR_DIR / issuing.SEALS)
    assert signing.verify_pdf(bytes(copy.pdf), root=root).signer == licence.organ.name


def test_its_code_says_for_what_it_was_made_and_until_when():
    now = timezone.now()
    licence = granted(now)
    copy = made(licence, at=now)
    ends = timezone.localdate(now) + timedelta(days=6)
    page = Client().get(f"/licences/copies/{copy.code}/").content.decode()
    for words in (
        "副本有效",
        "办理银行开户",
        "雅安某银行",
        f"{ends.year}年{ends.month}月{ends.day}日",
        licence.number,
    ):
        assert words in page
    assert "91511" not in page
    assert copies.public(copy.code, copy.valid_to + timedelta(days=1)).good is False
    assert Client().get("/licences/copies/NOSUCHCODE00/").status_code == 404


def test_a_copy_falls_with_its_licence():
    licence = granted()
    copy = made(licence)
    ended(licence)
    assert copies.public(copy.code, copy.valid_to).good is False
    with pytest.raises(Refused) as refused:
        made(licence)
    assert refused.value.code == "licence_not_in_force"


def test_nobody_makes_or_opens_a_copy_of_anothers_licence():
    licence = granted()
    copy = made(licence)
    with pytest.raises(Refused) as refused:
        made(licence, username="li_qiang")
    assert refused.value.code == "licence_unknown"
    stranger = Client()
    sign_in(stranger, "li_qiang")
    assert stranger.get(f"/my/licences/{licence.pk}/copies/{copy.pk}.pdf").status_code == 404


def test_the_record_says_that_a_copy_was_made_and_not_for_whom():
    licence = granted()
    made(licence)
    event = record.stream("licence", licence.identifier)[-1]
    assert (event.kind, set(event.facts)) == ("licence_copied", {"number", "copy", "valid_to"})


def test_a_copy_is_never_changed():
    made(granted())
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update licences_copy set purpose = 'x'")


@pytest.mark.parametrize(
    ("days", "ends", "until"),
    [
        (1, None, date(2026, 11, 3)),
        (7, None, date(2026, 11, 9)),
        (365, date(2026, 12, 1), date(2026, 12, 1)),
        (0, None, None),
        (366, None, None),
    ],
)
def test_a_copy_is_good_for_the_days_asked_and_no_longer_than_its_licence(days, ends, until):
    if until is None:
        with pytest.raises(Refused):
            copy_until(made_on=date(2026, 11, 3), days=days, valid_to=ends)
    else:
        assert copy_until(made_on=date(2026, 11, 3), days=days, valid_to=ends) == until
