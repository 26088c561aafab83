"""Signing in by the real pages: password, lockout, second factor, and where one lands."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axes.models import AccessAttempt, AccessLog
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.people.signing import sign_in
from tongban.engine.refusal import Refused
from tongban.people import actions, queries
from tongban.people.models import Account
from tongban.people.rules import system
from tongban.people.seeding import DEMO_PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]
LOGIN = "/accounts/login/"
CODE = "/accounts/2fa/authenticate/"
ENROL = "/accounts/2fa/totp/activate/"


def post(client, username="wang_xiaomei", password=DEMO_PASSWORD, **more):
    return client.post(LOGIN, {"login": username, "password": password} | more)


def fail(client, times: int, username="wang_xiaomei"):
    response = None
    for _ in range(times):
        response = post(client, username, "Wrong-password-1")
    return response


def text(response) -> str:
    return response.content.decode()


def test_a_person_signs_in_with_user_name_and_password(client):
    response = post(client)
    assert (response.status_code, response.url) == (302, "/me/")
    assert "王晓梅" in text(client.get("/me/"))


def test_the_user_name_may_be_typed_in_capitals(client):
    assert post(client, " Wang_XiaoMei ").url == "/me/"


def test_a_failure_says_how_many_tries_are_left_but_not_which_half_was_wrong(client):
    known, unknown = fail(client, 1), fail(client, 1, "nobody_at_all")
    words = "用户名或密码不正确。还可以尝试 4 次，之后账号将锁定 30 分钟。"
    assert words in text(known) and words in text(unknown)
    assert 'value="wang_xiaomei"' in text(known)


def test_five_failures_lock_the_user_name_for_half_an_hour(client):
    before = timezone.now()
    fifth = fail(client, 5)
    until = queries.lock("wang_xiaomei", timezone.now()).until
    assert fifth.status_code == 429
    assert f"账号已锁定至 {timezone.localtime(until):%H:%M}" in text(fifth)
    assert timedelta(minutes=30) <= until - before < timedelta(minutes=31)
    right = post(client)
    assert (right.status_code, client.get("/me/").status_code) == (429, 302)


def test_the_lock_opens_by_itself_after_half_an_hour(client):
    fail(client, 5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=30, seconds=1))
    assert queries.lock("wang_xiaomei", timezone.now()) == queries.Lock(left=5, until=None)
    assert post(client).url == "/me/"


def test_trying_on_while_locked_does_not_move_the_end(client):
    fail(client, 5)
    until = queries.lock("wang_xiaomei", timezone.now()).until
    fail(client, 3)
    assert queries.lock("wang_xiaomei", timezone.now()).until == until


def test_the_lock_counts_over_browsers_and_spares_other_names(client):
    for number in range(5):
        client.post(
            LOGIN, {"login": "li_qiang", "password": "x"}, headers={"User-Agent": f"browser {number}"}
        )
    assert post(client, "li_qiang").status_code == 429
    assert post(client, "zhao_ying").url == "/me/"


def test_the_security_administrator_unlocks(client):
    fail(client, 5)
    account = Account.objects.get(username="wang_xiaomei")
    assert actions.unlock(account=account.pk, caller=system("test"), at=timezone.now()) == 1
    assert post(client).url == "/me/"


def test_success_forgets_earlier_failures_and_is_logged(client):
    fail(client, 4)
    post(client)
    assert queries.lock("wang_xiaomei", timezone.now()).left == 5
    assert list(AccessLog.objects.values_list("username", flat=True)) == ["wang_xiaomei"]


@pytest.mark.parametrize(
    ("onward", "lands"),
    [
        ("/items/1?x=1&y=2", "/items/1?x=1&y=2"),
        ("https://evil.example/", "/me/"),
        ("//evil.example/path", "/me/"),
        ("https:evil.example", "/me/"),
        ("/\\evil.example", "/me/"),
        ("javascript:alert(1)", "/me/"),
        ("http://localhost/elsewhere", "/me/"),
        ("", "/me/"),
    ],
)
def test_next_is_followed_within_the_site_and_nowhere_else(client, onward, lands):
    assert post(client, next=onward).url == lands


def test_a_page_that_needs_somebody_leads_back_to_itself(client):
    away = client.get("/me/companies/new?draft=7")
    assert away.url == "/accounts/login/?next=/me/companies/new%3Fdraft%3D7"
    page = client.get(away.url)
    assert '<input type="hidden" name="next" value="/me/companies/new?draft=7">' in text(page)
    failed = client.post(
        LOGIN, {"login": "wang_xiaomei", "password": "x", "next": "/me/companies/new?draft=7"}
    )
    assert 'name="next" value="/me/companies/new?draft=7"' in text(failed)
    assert post(client, next="/me/companies/new?draft=7").url == "/me/companies/new?draft=7"


def test_a_closed_account_is_told_so(client):
    Account.objects.filter(username="wang_xiaomei").update(is_active=False)
    response = post(client)
    assert response.url == "/accounts/inactive/"
    assert "这个账号已停用" in text(client.get(response.url))


@pytest.mark.parametrize(
    ("username", "home"),
    [("yucheng_clerk", "/desk/"), ("supervisor", "/desk/"), ("security_admin", "/desk/admin/")],
)
def test_an_officer_gives_password_and_code_and_lands_at_the_desk(client, username, home):
    assert post(client, username).url == CODE
    assert client.get("/me/").status_code == 302
    response = client.post(CODE, {"code": queries.demo_code(username)})
    assert (response.status_code, response.url) == (302, home)
    assert client.get("/me/").status_code == 200


def test_next_survives_the_second_factor(client):
    post(client, "yucheng_clerk", next="/me/#security")
    assert client.post(CODE, {"code": queries.demo_code("yucheng_clerk")}).url == "/me/#security"


@pytest.mark.parametrize("code", ["000000x", "", "12345"])
def test_a_wrong_code_lets_nobody_in(client, code):
    post(client, "yucheng_clerk")
    response = client.post(CODE, {"code": code})
    assert (response.status_code, client.get("/me/").status_code) == (200, 302)
    assert "govuk-error-message" in text(response)


def test_a_post_without_any_code_is_an_empty_code(client):
    post(client, "yucheng_clerk")
    assert "请填写验证码" in text(client.post(CODE, {}))


def test_wrong_codes_count_towards_the_same_lock(client):
    post(client, "yucheng_clerk")
    for _ in range(4):
        assert client.post(CODE, {"code": "nope"}).status_code == 200
    assert client.post(CODE, {"code": "nope"}).status_code == 429
    right = client.post(CODE, {"code": queries.demo_code("yucheng_clerk")})
    assert "账号已锁定至" in text(right)
    assert client.get("/me/").status_code == 302


def test_a_code_is_accepted_once_whichever_process_is_asked(client, monkeypatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    code = queries.demo_code("yucheng_clerk", datetime.fromtimestamp(now, UTC))
    post(client, "yucheng_clerk")
    assert client.post(CODE, {"code": code}).status_code == 302
    client.post("/accounts/logout/")
    cache.clear()  # another process has another cache
    post(client, "yucheng_clerk")
    assert "这个验证码已经用过" in text(client.post(CODE, {"code": code}))
    assert client.get("/me/").status_code == 302


def test_the_secret_is_not_stored_in_the_clear():
    stored = Authenticator.objects.get(user__username="yucheng_clerk").data["secret"]
    secret = get_adapter().decrypt(stored)
    assert len(secret) == 32 and secret not in stored


OFFICER_PAGES = [
    "/me/",
    "/me/companies/new",
    "/me/data.json",
    "/desk/admin/",
    "/desk/admin/accounts/",
    "/accounts/2fa/",
]


@pytest.mark.parametrize("page", OFFICER_PAGES)
@pytest.mark.parametrize("username", ["yucheng_clerk", "security_admin"])
def test_an_officer_without_second_factor_reaches_nothing_but_enrolment(client, username, page):
    Authenticator.objects.all().delete()
    post(client, username)
    response = client.get(page)
    assert (response.status_code, response.url) == (302, ENROL)


@pytest.mark.parametrize("page", OFFICER_PAGES)
def test_a_session_that_showed_no_second_factor_is_asked_for_it(client, page):
    sign_in(client, "yucheng_clerk", second_factor=False)
    response = client.get(page)
    assert (response.status_code, response.url) == (302, "/accounts/2fa/reauthenticate/")


def test_an_officer_enrols_and_then_reaches_the_pages(client):
    Authenticator.objects.all().delete()
    post(client, "yucheng_clerk")
    page = text(client.get(ENROL))
    assert 'src="data:image/svg+xml;base64,' in page
    secret = client.session["mfa.totp.secret"]
    assert secret in page
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    response = client.post(ENROL, {"code": code})
    assert response.url == "/accounts/2fa/recovery-codes/"
    assert [client.get(url).status_code for url in (response.url, "/me/")] == [200, 200]


def test_a_wrong_first_code_does_not_enrol(client):
    Authenticator.objects.all().delete()
    post(client, "yucheng_clerk")
    client.get(ENROL)
    assert "验证码不正确或已过期" in text(client.post(ENROL, {"code": "000000x"}))
    assert client.get("/me/").url == ENROL


def test_an_officer_keeps_the_second_factor_and_an_applicant_may_drop_it(client):
    sign_in(client, "yucheng_clerk")
    page = client.get("/accounts/2fa/totp/deactivate/")
    assert "工作人员账号必须保留第二因素" in text(page)
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user__username="yucheng_clerk", type="totp").exists()


def test_an_applicant_needs_no_second_factor(client):
    sign_in(client, "wang_xiaomei", second_factor=False)
    assert client.get("/me/").status_code == 200


def test_a_password_set_by_an_administrator_is_changed_before_anything_else(client):
    account = Account.objects.get(username="wang_xiaomei")
    password = actions.issue_password(account=account.pk, caller=system("test"), at=timezone.now())
    post(client, password=password)
    assert client.get("/me/").url == "/accounts/password/change/"
    new = {"oldpassword": password, "password1": "Quiet-river-88", "password2": "Quiet-river-88"}
    assert client.post("/accounts/password/change/", new).url == "/me/"
    assert client.get("/me/").status_code == 200
    client.post("/accounts/logout/")
    assert post(client, password="Quiet-river-88").url == "/me/"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"oldpassword": "wrong"}, "当前密码不正确"),
        ({"password1": "short", "password2": "short"}, "10"),
        ({"password1": "1234567890123", "password2": "1234567890123"}, "数字"),
        ({"password2": "Another-river-88"}, "id_password2_error"),
        ({"password1": "wang_xiaomei1", "password2": "wang_xiaomei1"}, "相似"),
    ],
)
def test_a_weak_or_mistyped_new_password_is_refused(client, change, words):
    sign_in(client, "wang_xiaomei")
    given = {"oldpassword": DEMO_PASSWORD, "password1": "Quiet-river-88", "password2": "Quiet-river-88"}
    response = client.post("/accounts/password/change/", given | change)
    assert response.status_code == 200
    assert words in text(response)
    assert Account.objects.get(username="wang_xiaomei").check_password(DEMO_PASSWORD)


def test_the_session_cookie_ends_with_the_browser_and_after_half_an_hour(client, settings):
    response = post(client)
    cookie = response.cookies["sessionid"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")
    assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE == 1800


def test_signing_out_ends_the_session(client):
    sign_in(client, "wang_xiaomei")
    assert client.post("/accounts/logout/").url == "/"
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize(
    "page", ["/accounts/email/", "/accounts/password/reset/", "/accounts/confirm-email/"]
)
def test_pages_that_need_an_e_mail_address_do_not_exist(client, page):
    assert client.get(page).status_code == 404


def test_a_demo_code_is_told_in_the_demo_only(settings):
    assert len(queries.demo_code("yucheng_clerk")) == 6
    settings.DEMO = False
    with pytest.raises(Refused, match="only_in_demo"):
        queries.demo_code("yucheng_clerk")


@pytest.mark.parametrize("address", ["/", "/my/cases/", "/me/", "/me/phone", "/accounts/2fa/"])
def test_no_browser_keeps_a_signed_in_persons_pages_for_the_back_button(client, address):
    assert "no-store" not in client.get("/").get("Cache-Control", "")
    sign_in(client, "wang_xiaomei")
    assert "no-store" in client.get(address)["Cache-Control"]


def test_no_browser_keeps_the_answer_to_what_was_typed(client):
    assert "no-store" in client.post("/track/", {"code": "x", "last4": "1234"})["Cache-Control"]


def test_a_page_read_renews_the_session_at_most_once_a_minute(client):
    sign_in(client, "yucheng_clerk")
    client.get("/accessibility/")  # the first page writes when the session was last used
    before = client.session["renewed"]
    with CaptureQueriesContext(connection) as captured:
        client.get("/me/")
    assert [query["sql"] for query in captured if query["sql"].startswith("UPDATE")] == []
    session = client.session
    session["renewed"] = before - 61
    session.save()
    client.get("/me/")
    assert client.session["renewed"] > before - 61
