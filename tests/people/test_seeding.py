"""The demo city's divisions, organs and people: complete, valid, and the same when built again."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from tongban.engine import codes
from tongban.engine.refusal import Refused
from tongban.kit import vault
from tongban.people import queries, seeding
from tongban.people.models import Account, Division, Organ, Party, Post
from tongban.people.rules import CASE_ROLES

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_the_city_has_eight_counties_and_ninety_six_towns():
    assert Counter(Division.objects.values_list("level", flat=True)) == {"city": 1, "county": 8, "town": 96}
    towns = Counter(Division.objects.filter(level="town").values_list("parent__name", flat=True))
    assert towns == {
        "雨城区": 13,
        "名山区": 13,
        "荥经县": 12,
        "汉源县": 21,
        "石棉县": 12,
        "天全县": 10,
        "芦山县": 8,
        "宝兴县": 7,
    }


@pytest.mark.parametrize(
    ("code", "name", "name_en"),
    [
        ("511800", "雅安市", "Ya'an City"),
        ("511802", "雨城区", "Yucheng District"),
        ("511802101", "草坝镇", "Caoba Town"),
        ("511823227", "小堡藏族彝族乡", "Xiaobao Tibetan and Yi Township"),
    ],
)
def test_divisions_have_both_names(code, name, name_en):
    found = Division.objects.get(code=code)
    assert (found.name, found.name_en) == (name, name_en)


def test_every_department_stands_at_the_city_and_in_every_county():
    assert Counter(Organ.objects.values_list("level", flat=True)) == {"city": 30, "county": 240, "town": 96}
    assert not Organ.objects.filter(level="county", parent=None).exists()


def test_every_town_has_one_organ_named_as_it_signs():
    towns = set(Division.objects.filter(level="town").values_list("code", flat=True))
    organs = Organ.objects.filter(level="town")
    assert {organ.division_id for organ in organs} == towns
    assert set(organs.values_list("department", flat=True)) == {"township"}
    names = dict(organs.values_list("division_id", "name"))
    assert (names["511802101"], names["511802001"], names["511823101"]) == (
        "雅安市雨城区草坝镇人民政府",
        "雅安市雨城区东城街道办事处",
        "汉源县九襄镇人民政府",
    )


def test_every_organ_code_has_valid_check_digits_and_the_published_ones_are_theirs():
    assert [organ.key for organ in Organ.objects.all() if not codes.valid_uscc(organ.uscc)] == []
    expected = {
        "government_services": "11511800MB0A01010E",
        "market_regulation": "11511800MB0A01029B",
        "housing_construction": "11511800MB0A010376",
        "natural_resources": "11511800MB0A010451",
        "development_reform": "11511800MB0A01053U",
        "human_resources": "11511800MB0A01061N",
    }
    found = Organ.objects.filter(level="city", department__in=expected)
    assert dict(found.values_list("department", "uscc")) == expected


def test_an_organ_bears_the_name_that_stands_on_its_decisions():
    organ = queries.organ_by_key("511802-market_regulation")
    assert (organ.name, organ.short_name, organ.name_en, organ.parent) == (
        "雅安市雨城区市场监督管理局",
        "雨城区市场监管局",
        "Yucheng District Administration for Market Regulation",
        queries.organ_by_key("511800-market_regulation"),
    )


def test_demo_people_have_valid_numbers():
    for party in Party.objects.all():
        code = vault.open_sealed(party.code_cipher, place=queries.CODE)
        assert codes.valid_uscc(code) or codes.valid_id_number(code, queries.today(AT))


def test_three_districts_and_two_towns_have_a_full_set_of_officers():
    """Who is attested in a language is told by tests/bilingual/test_staff.py."""
    rows = Post.objects.filter(account__language_skills=None).select_related("account").order_by("id")
    roles = {post.account.username: post.roles for post in rows}
    endings = {
        "clerk": ["clerk"],
        "examiner": ["examiner"],
        "examiner2": ["examiner"],
        "approver": ["approver"],
        "head": ["organ_head"],
        "delivery": ["deliverer"],
    }
    expected = {
        f"{place}_{ending}": held
        for place in ("yucheng", "mingshan", "baoxing", "caoba_township", "jiuxiang_township")
        for ending, held in endings.items()
        if (place, ending) != ("baoxing", "clerk")  # serves in Tibetan
    }
    keepers = {
        "supervisor": ["supervisor"],
        "editor": ["editor"],
        "market_editor": ["editor"],
        "yucheng_editor": ["editor"],
        "market_head": ["organ_head"],
        "service_reviewer": ["service_reviewer"],
        "legal_reviewer": ["legal_reviewer"],
        "yucheng_steward": ["steward"],
        "mingshan_steward": ["steward"],
    }
    assert roles == expected | keepers


def test_building_again_changes_nothing():
    def counts():
        return [model.objects.count() for model in (Division, Organ, Account, Party, Post)]

    before = counts()
    seeding.seed_organs(at=AT)
    seeding.seed_accounts(at=AT)
    assert counts() == before


def test_officers_can_be_ensured_at_any_organ():
    organ = queries.organ_by_key("511827-culture_sports_tourism")
    first, again = seeding.ensure_staff(organ, at=AT), seeding.ensure_staff(organ, at=AT)
    assert first == again
    assert first["clerk"].username == "baoxing_culture_sports_tourism_clerk"
    assert queries.caller_of(first["head"], AT).organs == (organ.pk,)
    assert len(queries.demo_code(first["approver"].username)) == 6


def test_people_with_a_published_password_exist_in_the_demo_only(settings):
    settings.DEMO = False
    with pytest.raises(Refused, match="only_in_demo"):
        seeding.seed_accounts(at=AT)
    with pytest.raises(Refused, match="only_in_demo"):
        seeding.ensure_staff(queries.organ_by_key("511802-water"), at=AT)


def test_every_role_a_post_can_carry_is_held_by_somebody():
    held = {role for roles in Post.objects.values_list("roles", flat=True) for role in roles}
    assert held == {role.value for role in CASE_ROLES}
