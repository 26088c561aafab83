"""我的: masked data, companies, agents and who read what, on pages that work without scripts."""

import json

import pytest
from django.utils import timezone

from tests.people.signing import sign_in
from tongban.engine import codes
from tongban.people import actions, queries
from tongban.people.models import Account, Party, Representation

pytestmark = pytest.mark.django_db
AGENT = {
    "username": "li_qiang",
    "name": "李强",
    "valid_to_year": "2099",
    "valid_to_month": "3",
    "valid_to_day": "31",
}


def text(response) -> str:
    return response.content.decode()


def company() -> Party:
    return Party.objects.get(name="雅安雨城味道餐饮店")


def test_home_shows_who_i_am_masked(client):
    sign_in(client, "wang_xiaomei")
    page = text(client.get("/me/"))
    assert "511802********2040" in page and "139****1001" in page
    assert "511802199208162040" not in page and "13900001001" not in page
    assert "雅安雨城味道餐饮店" in page and "91511802MA62QX8TXN" in page
    assert "还没有人查看过您的完整号码" in page


def test_home_shows_who_read_my_data_and_why_but_not_the_officers_name(client):
    at = timezone.now()
    clerk = Account.objects.get(username="yucheng_clerk")
    actions.view_plain(
        party=Party.objects.get(name="王晓梅").pk,
        field="phone",
        purpose="电话核实办件 0001",
        caller=queries.caller_of(clerk, at),
        at=at,
    )
    sign_in(client, "wang_xiaomei")
    page = text(client.get("/me/"))
    assert "雅安市雨城区市场监督管理局" in page and "电话核实办件 0001" in page
    assert clerk.display_name not in page
    sign_in(client, "li_qiang")
    assert "电话核实办件 0001" not in text(client.get("/me/"))


@pytest.mark.parametrize("companies", [1, 3])
def test_home_costs_the_same_however_many_companies(client, django_assert_num_queries, companies):
    at = timezone.now()
    account = sign_in(client, "li_qiang")
    for number in range(companies):
        uscc = codes.make_uscc("91", "511802", f"MA62{number:04d}")
        actions.register_company(name=f"店{number}", uscc=uscc, caller=queries.caller_of(account, at), at=at)
    client.get("/me/")
    with django_assert_num_queries(6):
        client.get("/me/")


def test_a_company_is_registered_on_its_page(client):
    sign_in(client, "li_qiang")
    uscc = codes.make_uscc("91", "511802", "MA620099")
    response = client.post("/me/companies/new", {"name": "雅安测试商行", "uscc": uscc.lower()})
    assert response.url == "/me/"
    page = text(client.get("/me/"))
    assert "已登记雅安测试商行" in page and uscc in page and "自行申报，受理时核对" in page


def test_a_company_whose_name_nobody_sees_has_none(client):
    sign_in(client, "li_qiang")
    uscc = codes.make_uscc("91", "511802", "MA620099")
    response = client.post("/me/companies/new", {"name": "\u200b\u202e", "uscc": uscc})
    assert (response.status_code, "请填写企业名称" in text(response)) == (200, True)


@pytest.mark.parametrize(
    ("uscc", "words"),
    [
        ("91511802MA62QX8TXM", "统一社会信用代码的校验码不正确"),
        ("9151", "统一社会信用代码应为 18 位"),
        ("91511802MA62OX8TXN", "含有不允许的字符"),
        ("91511802MA62QX8TXN", "该企业已在本平台登记"),
        ("", "请填写统一社会信用代码"),
    ],
)
def test_a_company_code_that_is_wrong_is_said_at_its_field(client, uscc, words):
    sign_in(client, "li_qiang")
    response = client.post("/me/companies/new", {"name": "某店", "uscc": uscc})
    page = text(response)
    assert response.status_code == 200
    assert 'id="id_uscc_error"' in page and words in page and 'value="某店"' in page


def test_an_agent_is_added_and_ended(client):
    sign_in(client, "wang_xiaomei")
    response = client.post("/me/agents/new", AGENT | {"party": company().pk})
    assert response.url == "/me/#agents"
    page = text(client.get("/me/"))
    assert "李强" in page and "2099年3月31日" in page
    held = Representation.objects.get(kind="agent")
    assert client.post(f"/me/agents/{held.pk}/end").url == "/me/#agents"
    assert "没有人可以代您办事" in text(client.get("/me/"))


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"name": "李墙"}, "username", "没有找到用户名和姓名都相符的账号"),
        ({"username": "wang_xiaomei", "name": "王晓梅"}, "username", "不能把自己设为经办人"),
        ({"valid_to_year": "2020"}, "valid_to", "委托的最后一天早于今天"),
        ({"valid_to_day": "32"}, "valid_to", "不是真实的日期"),
        ({"party": ""}, "party", "请选择由谁委托"),
    ],
)
def test_an_agent_that_cannot_be_is_said_at_its_field(client, change, field, words):
    sign_in(client, "wang_xiaomei")
    page = text(client.post("/me/agents/new", AGENT | {"party": company().pk} | change))
    assert f'id="id_{field}_error"' in page and words in page


def test_another_ones_party_cannot_be_chosen(client):
    sign_in(client, "zhao_ying")
    response = client.post("/me/agents/new", AGENT | {"party": company().pk})
    assert response.status_code == 200
    assert Representation.objects.filter(kind="agent").count() == 0


def test_the_telephone_number_is_corrected(client):
    sign_in(client, "wang_xiaomei")
    assert "手机号应为 11 位" in text(client.post("/me/phone", {"phone": "139"}))
    assert client.post("/me/phone", {"phone": "13900008888"}).url == "/me/"
    assert "139****8888" in text(client.get("/me/"))


def test_a_person_takes_a_copy_of_everything_kept(client):
    account = sign_in(client, "wang_xiaomei")
    response = client.get("/me/data.json")
    document = json.loads(response.content)
    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert document["person"] == {
        "person.name": "王晓梅",
        "person.id_number": "511802199208162040",
        "person.phone": "13900001001",
    }
    assert document["account"]["username"] == account.username
    assert [one["kind"] for one in document["acts_for"]] == ["self", "legal_representative"]


@pytest.mark.parametrize(
    ("method", "page"),
    [("get", "/me/"), ("get", "/me/companies/new"), ("get", "/me/agents/new"), ("post", "/me/agents/1/end")],
)
def test_nobody_sees_these_pages_without_signing_in(client, method, page):
    response = getattr(client, method)(page)
    assert (response.status_code, response.url.partition("?")[0]) == (302, "/accounts/login/")


def test_a_strangers_agent_is_not_ended(client):
    sign_in(client, "wang_xiaomei")
    client.post("/me/agents/new", AGENT | {"party": company().pk})
    held = Representation.objects.get(kind="agent")
    sign_in(client, "zhao_ying")
    response = client.post(f"/me/agents/{held.pk}/end")
    assert (response.status_code, "没有找到这项委托" in text(response)) == (404, True)
    held.refresh_from_db()
    assert held.ended_at is None


@pytest.mark.parametrize("page", ["/me/", "/me/companies/new", "/me/agents/new", "/me/phone"])
def test_every_page_has_one_heading_a_title_and_no_inline_script(client, page):
    sign_in(client, "wang_xiaomei")
    found = text(client.get(page))
    assert found.count("<h1") == 1 and "<title>" in found
    assert "<script>" not in found and " onclick=" not in found and " style=" not in found


@pytest.mark.parametrize("page", ["/accounts/login/", "/accounts/signup/"])
def test_no_component_tag_reaches_the_browser(client, page):
    assert "<c-" not in text(client.get(page))
