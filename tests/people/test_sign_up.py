"""Signing up on the page: what is wrong is said beside its field, with the mend, and nothing typed is lost."""

import html
import re

import pytest
from django.utils import timezone

from tongban.engine import codes
from tongban.people import queries
from tongban.people.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]
SIGN_UP = "/accounts/signup/"
GOOD = {
    "name": "孙一平",
    "id_number": "511802 1990 0307 4514",
    "phone": "139 0000 2001",
    "username": "Sun_Yiping",
    "password1": "Quiet-river-88",
    "password2": "Quiet-river-88",
    "informed": "on",
}
_FIVE_YEARS_OLD = f"511802{timezone.localdate().year - 5}0101001"
CHILD = _FIVE_YEARS_OLD + codes.id_check(_FIVE_YEARS_OLD)
TAKEN = "51180219920816204" + codes.id_check("51180219920816204")


def errors(response) -> dict[str, str]:
    """Field → the words beside it, as a reader sees them."""
    page = response.content.decode()
    found = re.findall(r'<p class="govuk-error-message" id="id_(\w+)_error">(.*?)</p>', page, re.DOTALL)
    return {field: html.unescape(re.sub(r"<span.*?</span>", "", words)).strip() for field, words in found}


def test_a_person_signs_up_and_is_signed_in(client):
    response = client.post(SIGN_UP, GOOD)
    assert (response.status_code, response.url) == (302, "/me/")
    account = Account.objects.get(username="sun_yiping")
    (acting,) = queries.parties_of(account.pk, timezone.now())
    assert (acting.kind, acting.party.name, acting.party.code) == ("self", "孙一平", "511802********4514")
    assert "511802********4514" in client.get("/me/").content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, {"name": "请填写姓名。"}),
        ({"name": "孙"}, {"name": "姓名至少两个字，不能含有数字。请按身份证填写。"}),
        (
            {"id_number": "511802199003074515"},
            {"id_number": "身份证号的校验码不正确，通常是某一位填错了。请按身份证从第一位起逐位核对。"},
        ),
        (
            {"id_number": "511802199002304510"},
            {"id_number": "身份证号第 7 至 14 位不是真实存在的日期。请按身份证核对出生年月日后重新填写。"},
        ),
        (
            {"id_number": "511802299003074514"},
            {"id_number": "身份证号中的出生日期晚于今天。请按身份证核对出生年月日后重新填写。"},
        ),
        (
            {"id_number": "5118021990030745"},
            {"id_number": "身份证号应为 18 位。请核对是否漏填或多填，再按身份证逐位填写。"},
        ),
        (
            {"id_number": CHILD},
            {
                "id_number": "未满十四周岁的未成年人不能自行注册。请由父母或其他监护人持户口簿到政务服务大厅办理。"
            },
        ),
        (
            {"id_number": TAKEN},
            {"id_number": "该身份证号已经注册。请直接登录；忘记密码请持身份证到政务服务大厅重置。"},
        ),
        ({"phone": "1390000200"}, {"phone": "手机号应为 11 位，现在是 10 位。请核对是否漏填或多填。"}),
        ({"phone": "2222222"}, {"phone": "固定电话缺少区号。请在号码前加区号，例如 0835-2222222。"}),
        (
            {"username": "孙一平"},
            {
                "username": "用户名须为 4 至 48 位的小写字母、数字、点、横线或下划线，并以字母或数字开头。"
                "请换一个用户名，例如 zhang_san。"
            },
        ),
        (
            {"username": "WANG_xiaomei"},
            {"username": "这个用户名已被使用。请换一个用户名；如果是您本人的账号，请直接登录。"},
        ),
        ({"password2": "Quiet-river-89"}, {"password2": "两次输入的密码不一致。请重新输入。"}),
        ({"informed": ""}, {"informed": "请阅读《个人信息处理规则》并勾选。"}),
    ],
)
def test_bad_input_names_field_rule_and_mend_and_keeps_what_was_typed(client, change, said):
    before = Account.objects.count()
    response = client.post(SIGN_UP, GOOD | change)
    assert response.status_code == 200
    assert errors(response) == said
    page = html.unescape(response.content.decode())
    typed = {**GOOD, **change}
    for field in ("name", "id_number", "phone", "username"):
        assert not typed[field] or f'value="{typed[field]}"' in page
    assert "Quiet-river-88" not in page
    assert Account.objects.count() == before


@pytest.mark.parametrize("password", ["short-1", "20261123202611", "password123", "sun_yiping1"])
def test_a_weak_password_is_refused(client, password):
    response = client.post(SIGN_UP, GOOD | {"password1": password, "password2": password})
    assert list(errors(response)) == ["password1"]


def test_everything_wrong_is_said_at_once_and_listed_on_top(client):
    response = client.post(SIGN_UP, {})
    assert list(errors(response)) == [
        "name",
        "id_number",
        "phone",
        "username",
        "password1",
        "password2",
        "informed",
    ]
    page = response.content.decode()
    assert page.index("govuk-error-summary") < page.index("<h1")
    assert 'href="#id_id_number"' in page


def test_next_is_kept_and_followed_only_within_the_site(client):
    page = client.get(SIGN_UP + "?next=/items/7").content.decode()
    assert '<input type="hidden" name="next" value="/items/7">' in page
    assert client.post(SIGN_UP, GOOD | {"next": "https://evil.example/"}).url == "/me/"
    client.post("/accounts/logout/")
    other = GOOD | {"username": "sun_two", "id_number": "513101197001010013", "next": "/items/7"}
    assert client.post(SIGN_UP, other).url == "/items/7"


def test_someone_signed_in_does_not_sign_up_again(client):
    client.post(SIGN_UP, GOOD)
    assert client.get(SIGN_UP).url == "/me/"


def test_sign_up_says_what_is_kept_and_why(client):
    page = client.get(SIGN_UP).content.decode()
    assert "个人信息处理规则" in page and "加密保存" in page and "查阅、复制、更正" in page


def test_sign_up_in_haste_is_slowed_down_with_a_page_that_says_so(client):
    answers = [client.post(SIGN_UP, {}) for _ in range(21)]
    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    assert "请稍等一分钟" in answers[-1].content.decode()
