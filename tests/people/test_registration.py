"""Persons and companies become known, and agents act for them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tongban.engine import codes
from tongban.engine.refusal import Refused
from tongban.kit import vault
from tongban.people import actions, queries
from tongban.people.models import Account, Party, Representation
from tongban.people.rules import PartyKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
PERSON = {
    "name": "孙一平",
    "id_number": "51180219900307451" + codes.id_check("51180219900307451"),
    "phone": "13900002001",
    "username": "sun_yiping",
    "password": "Correct-horse-9",
}
USCC = codes.make_uscc("91", "511802", "MA620001")


def caller(username: str):
    return queries.caller_of(Account.objects.get(username=username), AT)


def wang_company() -> int:
    return queries.party_by_code("91511802MA62QX8TXN").pk


def test_signing_up_makes_an_account_that_may_act_for_itself():
    account = actions.register_person(**PERSON, at=AT)
    acting = queries.parties_of(account.pk, AT)
    assert [(one.kind, one.valid_from, one.valid_to) for one in acting] == [("self", TODAY, None)]
    assert acting[0].party == queries.Masked(
        id=acting[0].party.id,
        kind=PartyKind.PERSON,
        name="孙一平",
        public_name="孙*平",
        code="511802********4514",
        phone="139****2001",
    )
    assert account.check_password("Correct-horse-9")


def test_numbers_are_stored_sealed_and_found_by_keyed_hash():
    actions.register_person(**PERSON, at=AT)
    row = queries.party_by_code(PERSON["id_number"])
    assert vault.open_sealed(row.code_cipher, place=queries.CODE) == PERSON["id_number"]
    assert PERSON["id_number"].encode() not in bytes(row.code_cipher) + bytes(row.code_hash)
    assert PERSON["phone"].encode() not in bytes(row.phone_cipher)
    assert queries.party_by_code("511802199003074515") is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id_number": "511802199003074515"}, "id_check"),
        ({"id_number": "511802199002304510"}, "id_birth_date"),
        ({"id_number": "511802209003074514"}, "id_birth_future"),
        ({"id_number": "51180219900307451"}, "id_length"),
        ({"id_number": "51180219920816204" + codes.id_check("51180219920816204")}, "id_number_taken"),
        ({"phone": "1390000"}, "phone_length"),
        ({"username": "孙一平"}, "username_invalid"),
        ({"username": "Wang_Xiaomei"}, "username_taken"),
    ],
)
def test_a_person_who_breaks_a_rule_is_refused_and_nothing_is_kept(change, code):
    before = Account.objects.count(), Party.objects.count()
    with pytest.raises(Refused, match=code), transaction.atomic():
        actions.register_person(**PERSON | change, at=AT)
    assert (Account.objects.count(), Party.objects.count()) == before


def test_a_company_is_declared_by_its_representative():
    party = actions.register_company(name="雅安测试商行", uscc=USCC.lower(), caller=caller("li_qiang"), at=AT)
    acting = queries.parties_of(Account.objects.get(username="li_qiang").pk, AT)
    assert [(one.kind, one.party.name, one.party.code) for one in acting] == [
        ("self", "李强", acting[0].party.code),
        ("legal_representative", "雅安测试商行", USCC),
    ]
    assert party.pk in caller("li_qiang").parties


@pytest.mark.parametrize(
    ("uscc", "code"),
    [("91511802MA62QX8TXN", "company_known"), ("91511802MA62QX8TXM", "uscc_check"), ("9151", "uscc_length")],
)
def test_a_company_already_known_or_mistyped_is_refused(uscc, code):
    with pytest.raises(Refused, match=code):
        actions.register_company(name="某店", uscc=uscc, caller=caller("li_qiang"), at=AT)


def add_agent(by: str = "wang_xiaomei", **change):
    given = {
        "party": wang_company(),
        "username": "li_qiang",
        "name": "李强",
        "valid_to": TODAY + timedelta(30),
    }
    return actions.add_agent(**given | change, caller=caller(by), at=AT)


def test_an_agent_acts_until_the_last_day_and_not_after():
    add_agent()
    agent = Account.objects.get(username="li_qiang")
    last, after = AT + timedelta(30), AT + timedelta(31)
    assert wang_company() in queries.caller_of(agent, last).parties
    del agent.standing
    assert wang_company() not in queries.caller_of(agent, after).parties


@pytest.mark.parametrize(
    ("by", "change", "code"),
    [
        ("wang_xiaomei", {"name": "李墙"}, "agent_unknown"),
        ("wang_xiaomei", {"username": "nobody_here"}, "agent_unknown"),
        ("wang_xiaomei", {"username": "security_admin", "name": "安全管理员（演示）"}, "agent_unknown"),
        ("wang_xiaomei", {"username": "wang_xiaomei", "name": "王晓梅"}, "agent_is_you"),
        ("wang_xiaomei", {"valid_to": TODAY - timedelta(1)}, "agent_date_passed"),
        ("zhao_ying", {}, "not_your_party"),
    ],
)
def test_an_agent_is_refused_where_the_authority_is_not_clear(by, change, code):
    with pytest.raises(Refused, match=code):
        add_agent(by, **change)


def test_an_agent_cannot_appoint_another():
    add_agent()
    with pytest.raises(Refused, match="only_principal"):
        add_agent("li_qiang", username="zhao_ying", name="赵颖")


def test_the_same_agent_is_not_added_twice_for_the_same_days():
    add_agent()
    with pytest.raises(Refused, match="agent_already"):
        add_agent(valid_to=TODAY + timedelta(10))


@pytest.mark.parametrize("by", ["wang_xiaomei", "li_qiang"])
def test_principal_or_agent_ends_the_authority_and_it_can_be_given_again(by):
    held = add_agent()
    actions.end_representation(representation=held.pk, caller=caller(by), at=AT)
    assert wang_company() not in caller("li_qiang").parties
    assert add_agent().pk != held.pk


def test_a_stranger_ends_nobodys_authority():
    held = add_agent()
    with pytest.raises(Refused, match="representation_unknown"):
        actions.end_representation(representation=held.pk, caller=caller("zhao_ying"), at=AT)


def test_nobody_stops_being_oneself():
    own = Representation.objects.get(account__username="zhao_ying", kind="self")
    with pytest.raises(Refused, match="self_stays"):
        actions.end_representation(representation=own.pk, caller=caller("zhao_ying"), at=AT)


def test_the_database_itself_refuses_two_overlapping_authorities():
    held = add_agent()
    with pytest.raises(IntegrityError, match="representation_once_at_a_time"), transaction.atomic():
        Representation.objects.create(
            account_id=held.account_id,
            party_id=held.party_id,
            kind="agent",
            valid_from=TODAY,
            by="x",
            created_at=AT,
        )


def test_forms_are_prefilled_for_the_person_or_for_the_company_and_its_handler():
    wang = caller("wang_xiaomei")
    own = wang.parties[0]
    person = {
        "person.name": "王晓梅",
        "person.id_number": "51180219920816204" + codes.id_check("51180219920816204"),
        "person.phone": "13900001001",
    }
    company = {
        "company.name": "雅安雨城味道餐饮店",
        "company.uscc": "91511802MA62QX8TXN",
        "company.legal_representative": "王晓梅",
    }
    assert queries.prefill(wang, own, TODAY) == person
    assert queries.prefill(wang, wang_company(), TODAY) == company | person
    with pytest.raises(Refused, match="not_your_party"):
        queries.prefill(caller("zhao_ying"), own, TODAY)


def test_a_form_names_the_legal_representative_in_office_that_day():
    held = Representation.objects.get(party=wang_company(), kind="legal_representative")
    wang = caller("wang_xiaomei")
    Representation.objects.filter(pk=held.pk).update(valid_to=TODAY)
    assert "company.legal_representative" in queries.prefill(wang, wang_company(), TODAY)
    known = queries.prefill(wang, wang_company(), TODAY + timedelta(days=1))
    assert "company.legal_representative" not in known
