"""Personal data: every plain view has a purpose and a trace, and a person can be forgotten."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction

from tongban.catalogue.rules.guide import Field, FieldKind, Text
from tongban.engine.refusal import Refused
from tongban.people import actions, queries
from tongban.people.models import Account, Party, PlainView
from tongban.people.rules import system
from tongban.record import queries as record

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PURPOSE = "核对办件 0001 申请人身份"


def caller(username: str):
    return queries.caller_of(Account.objects.get(username=username), AT)


def wang() -> Party:
    return Party.objects.get(name="王晓梅")


def view(by: str, **change) -> str:
    given = {"party": wang().pk, "field": "id_number", "purpose": PURPOSE}
    return actions.view_plain(**given | change, caller=caller(by), at=AT)


def test_a_plain_view_shows_the_number_and_keeps_who_saw_it_and_why():
    assert view("yucheng_clerk") == "511802199208162040"
    (row,) = queries.plain_views([wang().pk])
    organ = queries.organ_by_key("511802-market_regulation")
    clerk = Account.objects.get(username="yucheng_clerk")
    assert (row.field, row.purpose, row.account, row.organ, row.by, row.at) == (
        "id_number",
        PURPOSE,
        clerk,
        organ,
        f"account:{clerk.pk}",
        AT,
    )


def test_a_plain_view_is_in_the_public_record_without_the_number():
    view("yucheng_clerk", field="phone")
    event = record.stream("person", str(wang().pk))[-1]
    assert (event.kind, event.by) == ("plain_viewed", caller("yucheng_clerk").by)
    assert event.facts == {
        "view": queries.plain_views([wang().pk])[0].pk,
        "field": "phone",
        "purpose": PURPOSE,
        "organ": queries.organ_by_key("511802-market_regulation").pk,
    }


@pytest.mark.parametrize(
    ("by", "change", "code"),
    [
        ("yucheng_clerk", {"purpose": " "}, "purpose_missing"),
        ("yucheng_clerk", {"purpose": "看看"}, "purpose_missing"),
        ("yucheng_clerk", {"field": "password"}, "field_unknown"),
        ("yucheng_clerk", {"party": 0}, "party_unknown"),
        ("li_qiang", {}, "reader_not_allowed"),
        ("system_admin", {}, "reader_not_allowed"),
        ("security_admin", {}, "reader_not_allowed"),
        ("audit_admin", {}, "reader_not_allowed"),
    ],
)
def test_a_view_without_right_or_purpose_shows_nothing_and_leaves_nothing(by, change, code):
    with pytest.raises(Refused, match=code):
        view(by, **change)
    assert queries.plain_views() == []


def test_reading_ones_own_number_leaves_no_trace():
    assert view("wang_xiaomei", field="phone") == "13900001001"
    assert queries.plain_views([wang().pk]) == []


@pytest.mark.parametrize("change", [lambda rows: rows.update(purpose="另一用途"), lambda rows: rows.delete()])
def test_the_database_itself_keeps_the_log_as_it_was(change):
    view("yucheng_clerk")
    with pytest.raises(DatabaseError, match="plain views are only added"), transaction.atomic():
        change(PlainView.objects.all())


def test_a_person_corrects_the_telephone_number():
    actions.change_phone(party=wang().pk, phone="139 0000 9999", caller=caller("wang_xiaomei"), at=AT)
    assert queries.masked(wang()).phone == "139****9999"
    with pytest.raises(Refused, match="not_your_party"):
        actions.change_phone(party=wang().pk, phone="13900009998", caller=caller("li_qiang"), at=AT)


def test_a_forgotten_person_leaves_no_name_number_or_way_in():
    party, account = wang(), Account.objects.get(username="wang_xiaomei")
    actions.erase(party=party.pk, reason="本人申请", caller=caller("wang_xiaomei"), at=AT)
    party.refresh_from_db()
    account.refresh_from_db()
    assert (party.name, party.code_cipher, party.code_hash, party.phone_cipher, party.erased_at) == (
        "（已注销）",
        None,
        None,
        None,
        AT,
    )
    assert (account.username, account.display_name, account.is_active) == (
        f"erased-{account.pk}",
        "（已注销）",
        False,
    )
    assert (account.has_usable_password(), queries.parties_of(account.pk, AT)) == (False, [])
    assert queries.party_by_code("511802199208162040") is None


@pytest.mark.parametrize(
    ("by", "name", "code"),
    [
        ("li_qiang", "王晓梅", "not_your_party"),
        ("wang_xiaomei", "雅安雨城味道餐饮店", "only_persons_erased"),
    ],
)
def test_nobody_else_and_no_company_is_forgotten(by, name, code):
    party = Party.objects.get(name=name)
    with pytest.raises(Refused, match=code):
        actions.erase(party=party.pk, reason="x", caller=caller(by), at=AT)


def test_an_officer_is_not_forgotten_while_in_post():
    organ = queries.organ_by_key("511802-water")
    actions.grant_post(
        account=Account.objects.get(username="zhao_ying").pk,
        organ=organ.pk,
        title="综窗受理员",
        roles=["clerk"],
        valid_from=queries.today(AT),
        caller=system("test"),
        at=AT,
    )
    with pytest.raises(Refused, match="holds_post"):
        actions.erase(party=Party.objects.get(name="赵颖").pk, reason="x", caller=caller("zhao_ying"), at=AT)


def test_values_under_an_old_cipher_are_sealed_anew_some_at_a_time(settings):
    settings.FIELD_CIPHER = "aes" if settings.FIELD_CIPHER == "sm4" else "sm4"
    before = queries.masked(wang())
    counts = [actions.reseal(at_most=3, by="system:rotation", at=AT) for _ in range(3)]
    assert counts == [3, 1, 0]
    assert queries.masked(wang()) == before


FIELDS = [
    Field(code="owner_id", label=Text(zh="身份证号", en="ID"), kind=FieldKind.ID_NUMBER),
    Field(code="owner_phone", label=Text(zh="电话", en="Phone"), kind=FieldKind.PHONE),
    Field(code="shop", label=Text(zh="店名", en="Shop"), kind=FieldKind.TEXT),
]
ANSWERS = {"owner_id": "511802199208162040", "owner_phone": "13900001001", "shop": "味道", "days": ["1", "2"]}


def test_answers_with_numbers_are_sealed_opened_and_masked():
    sealed = queries.seal_answers(ANSWERS, FIELDS)
    assert [queries.is_sealed(sealed[code]) for code in ANSWERS] == [True, True, False, False]
    assert "511802199208162040" not in str(sealed)
    assert queries.open_answers(sealed) == ANSWERS
    assert queries.masked_answers(sealed, FIELDS) == ANSWERS | {
        "owner_id": "511802********2040",
        "owner_phone": "139****1001",
    }


def test_an_empty_number_is_stored_as_nothing():
    assert queries.seal_answers({"owner_id": ""}, FIELDS) == {"owner_id": ""}


def test_an_answer_that_looks_sealed_is_only_text():
    assert queries.open_answers({"shop": "sealed"}) == {"shop": "sealed"}
