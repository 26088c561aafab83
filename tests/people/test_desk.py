"""The administrators' desk: each power on its own pages, closed to the other two and to everybody else."""

import re

import pytest
from axes.models import AccessAttempt
from django.utils import timezone

from tests.people.signing import sign_in
from tongban.people import actions, queries
from tongban.people.models import Account, ApiToken, Party, Post
from tongban.record import actions as record

pytestmark = pytest.mark.django_db
PAGES = {
    "system_admin": ["/desk/admin/organs/"],
    "security_admin": ["/desk/admin/accounts/"],
    "audit_admin": ["/desk/admin/audit/"],
}


def text(response) -> str:
    return response.content.decode()


def account(username: str) -> Account:
    return Account.objects.get(username=username)


@pytest.mark.parametrize("owner", PAGES)
@pytest.mark.parametrize("reader", [*PAGES, "yucheng_head", "supervisor", "wang_xiaomei"])
def test_each_administrator_reaches_its_own_pages_and_nobody_else_does(client, owner, reader):
    sign_in(client, reader)
    expected = 200 if reader == owner else 403
    assert [client.get(page).status_code for page in PAGES[owner]] == [expected] * len(PAGES[owner])


@pytest.mark.parametrize(("username", "pages"), PAGES.items())
def test_the_desk_leads_each_administrator_home(client, username, pages):
    sign_in(client, username)
    assert client.get("/desk/admin/").url == pages[0]


def test_a_refused_reader_is_told_what_is_missing(client):
    sign_in(client, "yucheng_clerk")
    assert "您的账号没有这项权限" in text(client.get("/desk/admin/audit/"))


def test_the_system_administrator_gives_and_ends_a_post(client):
    sign_in(client, "system_admin")
    organ = queries.organ_by_key("511802-water")
    assert "雅安市雨城区水利局" in text(client.get("/desk/admin/organs/?division=511802"))
    page = f"/desk/admin/organs/{organ.pk}/"
    given = {
        "username": "zhao_ying",
        "title": "窗口",
        "roles": ["clerk", "deliverer"],
        "valid_from": "2026-11-01",
    }
    assert client.post(page, given).url == page
    assert "赵颖" in text(client.get(page)) and "综窗受理员" in text(client.get(page))
    post = Post.objects.get(organ=organ)
    assert client.post(f"{page}posts/{post.pk}/end").url == page
    assert "还没有岗位" in text(client.get(page))


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"username": "nobody_here"}, "username", "没有找到这个账号"),
        ({"username": "audit_admin"}, "username", "不能同时担任业务岗位"),
        ({"roles": ["supervisor", "clerk"]}, "roles", "效能监察员只能查看"),
        ({"roles": []}, "roles", "请至少选择一个角色"),
        ({"valid_to": "2026-10-01"}, "valid_to", "结束日期早于开始日期"),
    ],
)
def test_a_post_that_breaks_a_rule_is_said_at_its_field(client, change, field, words):
    sign_in(client, "system_admin")
    organ = queries.organ_by_key("511802-water")
    given = {"username": "zhao_ying", "title": "窗口", "roles": ["clerk"], "valid_from": "2026-11-01"}
    page = text(client.post(f"/desk/admin/organs/{organ.pk}/", given | change))
    assert f'id="id_{field}_error"' in page and words in page


@pytest.mark.parametrize(("words", "found"), [("mingshan", 7), ("王晓梅", 1), ("zzzz", 0)])
def test_accounts_are_found_by_user_name_or_name(client, words, found):
    sign_in(client, "security_admin")
    page = text(client.get("/desk/admin/accounts/", {"q": words}))
    assert len(re.findall(r'href="/desk/admin/accounts/\d+/"', page)) == found


@pytest.mark.parametrize("words", ["wang_xiaomei", "mingshan", ""])
def test_the_list_of_accounts_costs_the_same_however_long(client, django_assert_num_queries, words):
    sign_in(client, "security_admin")
    with django_assert_num_queries(6):  # session, account, list; session renewed within a savepoint
        client.get("/desk/admin/accounts/", {"q": words})


def test_the_security_administrator_sees_and_opens_a_lock(client):
    for _ in range(5):
        client.post("/accounts/login/", {"login": "li_qiang", "password": "x"})
    sign_in(client, "security_admin")
    page = f"/desk/admin/accounts/{account('li_qiang').pk}/"
    assert "锁定至" in text(client.get(page))
    assert client.post(page + "unlocking").url == page
    assert "未锁定" in text(client.get(page))
    assert not AccessAttempt.objects.filter(username="li_qiang").exists()


def test_the_security_administrator_resets_a_second_factor_and_closes_an_account(client):
    sign_in(client, "security_admin")
    clerk = account("yucheng_clerk")
    page = f"/desk/admin/accounts/{clerk.pk}/"
    client.post(page + "second-factor-reset")
    client.post(page + "closing")
    line = queries.account_line(clerk.pk, timezone.now())
    assert (line.second_factor, line.active) == (False, False)
    client.post(page + "reopening")
    assert queries.account_line(clerk.pk, timezone.now()).active
    assert client.post(page + "deleting").status_code == 404


def test_a_new_account_and_a_new_password_are_shown_once(client):
    sign_in(client, "security_admin")
    shown = client.post(
        "/desk/admin/accounts/", {"username": "new_clerk", "display_name": "新人", "admin": ""}
    )
    (password,) = re.findall(r'<p class="tb-mono">(\w{14})</p>', text(shown))
    assert account("new_clerk").check_password(password)
    page = f"/desk/admin/accounts/{account('new_clerk').pk}/"
    assert password not in text(client.get(page))
    (again,) = re.findall(r'<p class="tb-mono">(\w{14})</p>', text(client.post(page + "password")))
    assert again != password and account("new_clerk").check_password(again)


def test_a_token_is_shown_once_and_can_be_revoked(client):
    sign_in(client, "security_admin")
    page = f"/desk/admin/accounts/{account('li_qiang').pk}/"
    given = {"label": "小程序", "scopes": ["cases:read", "cases:submit"], "days": "30"}
    (token,) = re.findall(r"tb_[\w-]{43}", text(client.post(page + "tokens", given)))
    assert token not in text(client.get(page)) and "小程序" in text(client.get(page))
    answer = client.post(page + "tokens", given | {"scopes": []})
    assert "请至少选择一项范围" in text(answer) and 'value="小程序"' in text(answer)
    row = ApiToken.objects.get()
    assert client.post(f"{page}tokens/{row.pk}/revocation").url == page
    assert "已撤销" in text(client.get(page))


def test_the_audit_shows_plain_views_refusals_and_sign_ins(client):
    at = timezone.now()
    clerk = queries.caller_of(account("yucheng_clerk"), at)
    party = Party.objects.get(name="王晓梅").pk
    actions.view_plain(party=party, field="phone", purpose="电话核实办件 0002", caller=clerk, at=at)
    record.note_refusal(
        stream_kind="case", stream_id="某办件", code="own_case", facts={}, by="account:9", at=at
    )
    client.post("/accounts/login/", {"login": "intruder", "password": "x"})
    sign_in(client, "audit_admin")
    page = text(client.get("/desk/admin/audit/"))
    for words in ("电话核实办件 0002", clerk.name, "王*梅", "own_case", "intruder", "audit_admin"):
        assert words in page
    assert "王晓梅" not in page and "13900001001" not in page


@pytest.mark.parametrize("views", [1, 3])
def test_the_audit_costs_the_same_however_much_there_is(client, django_assert_num_queries, views):
    at = timezone.now()
    clerk = queries.caller_of(account("yucheng_clerk"), at)
    for number in range(views):
        party = Party.objects.order_by("id")[number]
        actions.view_plain(party=party.pk, field="phone", purpose="核实办件", caller=clerk, at=at)
    sign_in(client, "audit_admin")
    with django_assert_num_queries(9):
        client.get("/desk/admin/audit/")
