"""Who calls: the matrix of sessions and tokens, and what finding it out costs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.test import RequestFactory
from django.utils import timezone

from tests.people.signing import sign_in
from tongban.engine.refusal import Refused
from tongban.people import actions, queries
from tongban.people.models import Account, ApiToken
from tongban.people.rules import ANONYMOUS, AdminKind, Role, system

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def token_of(
    username: str, *scopes: str, expires_at: datetime = AT + timedelta(days=1)
) -> tuple[ApiToken, str]:
    return actions.issue_token(
        account=Account.objects.get(username=username).pk,
        scopes=scopes or ("cases:read",),
        label="测试",
        expires_at=expires_at,
        caller=system("test"),
        at=AT,
    )


def bearer(token: str):
    request = RequestFactory().get("/api/cases", headers={"Authorization": f"Bearer {token}"})
    request.user = AnonymousUser()
    return request


@pytest.mark.parametrize(
    ("username", "kind", "roles", "organ", "parties", "admin"),
    [
        ("wang_xiaomei", "applicant", set(), None, 2, None),
        ("li_qiang", "applicant", set(), None, 1, None),
        ("yucheng_clerk", "staff", {Role.CLERK}, "511802-market_regulation", 0, None),
        ("yucheng_examiner2", "staff", {Role.EXAMINER}, "511802-market_regulation", 0, None),
        ("mingshan_approver", "staff", {Role.APPROVER}, "511803-market_regulation", 0, None),
        ("yucheng_head", "staff", {Role.ORGAN_HEAD}, "511802-market_regulation", 0, None),
        ("mingshan_delivery", "staff", {Role.DELIVERER}, "511803-market_regulation", 0, None),
        ("supervisor", "staff", {Role.SUPERVISOR}, "511800-government_services", 0, None),
        ("system_admin", "admin", {Role.SYSTEM_ADMIN}, None, 0, AdminKind.SYSTEM),
        ("security_admin", "admin", {Role.SECURITY_ADMIN}, None, 0, AdminKind.SECURITY),
        ("audit_admin", "admin", {Role.AUDIT_ADMIN}, None, 0, AdminKind.AUDIT),
    ],
)
def test_every_account_calls_as_what_it_holds(username, kind, roles, organ, parties, admin):
    account = Account.objects.get(username=username)
    found = queries.caller_of(account, AT)
    organs = (queries.organ_by_key(organ).pk,) if organ else ()
    assert (found.account, found.name, found.by) == (
        account.pk,
        account.display_name,
        f"account:{account.pk}",
    )
    assert (found.kind, found.roles, found.organs, len(found.parties), found.admin, found.scopes) == (
        kind,
        roles,
        organs,
        parties,
        admin,
        None,
    )


def test_nobody_signed_in_is_anonymous():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert queries.caller(request, AT) is ANONYMOUS


def test_a_token_acts_as_its_account_within_its_scopes():
    row, token = token_of("yucheng_clerk", "cases:read", "cases:write")
    found = queries.caller(bearer(token), AT)
    account = Account.objects.get(username="yucheng_clerk")
    assert found == queries.caller_of(account, AT).__class__(
        account=account.pk,
        name=account.display_name,
        kind="staff",
        parties=(),
        posts=queries.caller_of(account, AT).posts,
        scopes=frozenset({"cases:read", "cases:write"}),
        by=f"token:{row.pk}",
    )


def test_a_token_is_kept_as_a_digest_only():
    row, token = token_of("wang_xiaomei")
    row.refresh_from_db()
    assert token.startswith("tb_") and len(token) == 46
    assert token.encode() not in bytes(row.digest)
    assert bytes(row.digest) == queries.token_digest(token)


def test_a_token_that_is_unknown_revoked_expired_or_of_a_closed_account_is_refused():
    row, token = token_of("wang_xiaomei")
    with pytest.raises(Refused, match="token_unknown"):
        queries.caller(bearer(token + "x"), AT)
    with pytest.raises(Refused, match="token_unknown"):
        queries.caller(bearer(""), AT)
    with pytest.raises(Refused, match="token_expired"):
        queries.caller(bearer(token), AT + timedelta(days=1))
    Account.objects.filter(pk=row.account_id).update(is_active=False)
    with pytest.raises(Refused, match="account_closed"):
        queries.caller(bearer(token), AT)
    actions.revoke_token(token=row.pk, caller=queries.caller_of(row.account, AT), at=AT)
    with pytest.raises(Refused, match="token_revoked"):
        queries.caller(bearer(token), AT)


def test_a_token_is_revoked_by_its_holder_or_the_security_administrator_only():
    row, _token = token_of("wang_xiaomei")
    stranger = queries.caller_of(Account.objects.get(username="li_qiang"), AT)
    with pytest.raises(Refused, match="token_unknown"):
        actions.revoke_token(token=row.pk, caller=stranger, at=AT)
    security = queries.caller_of(Account.objects.get(username="security_admin"), AT)
    assert actions.revoke_token(token=row.pk, caller=security, at=AT) is None


@pytest.mark.parametrize(
    ("username", "scopes", "expires_at", "code"),
    [
        ("wang_xiaomei", ["cases:everything"], AT + timedelta(1), "scope_unknown"),
        ("wang_xiaomei", [""], AT + timedelta(1), "scopes_empty"),
        ("wang_xiaomei", ["cases:read"], AT, "token_expiry_passed"),
        ("audit_admin", ["cases:read"], AT + timedelta(1), "admin_takes_no_token"),
    ],
)
def test_a_token_that_breaks_a_rule_is_not_issued(username, scopes, expires_at, code):
    with pytest.raises(Refused, match=code):
        token_of(username, *scopes, expires_at=expires_at)


@pytest.mark.parametrize("page", ["/me/", "/me/data.json", "/desk/admin/"])
def test_a_token_opens_no_page(client, page):
    _row, token = token_of("wang_xiaomei", "items:read", expires_at=timezone.now() + timedelta(days=1))
    response = client.get(page, headers={"Authorization": f"Bearer {token}"})
    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={page}")


def test_only_the_security_administrator_issues_tokens():
    clerk = Account.objects.get(username="yucheng_clerk")
    with pytest.raises(Refused, match="role_needed"):
        actions.issue_token(
            account=clerk.pk,
            scopes=["cases:read"],
            label="x",
            expires_at=AT + timedelta(1),
            caller=queries.caller_of(clerk, AT),
            at=AT,
        )


def test_a_token_costs_one_query(django_assert_num_queries):
    _row, token = token_of("yucheng_clerk")
    request = bearer(token)
    with django_assert_num_queries(1):
        queries.caller(request, AT)


@pytest.mark.parametrize("username", ["wang_xiaomei", "yucheng_clerk", "audit_admin"])
def test_a_session_costs_two_queries_its_own_included(client, django_assert_num_queries, username):
    sign_in(client, username)
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    SessionMiddleware(lambda _: None).process_request(request)
    AuthenticationMiddleware(lambda _: None).process_request(request)
    with django_assert_num_queries(2):
        found = queries.caller(request, timezone.now())
    assert found.name == Account.objects.get(username=username).display_name


def test_asking_again_in_the_same_request_costs_nothing(django_assert_num_queries):
    account = queries.with_standing(Account.objects.get(username="yucheng_clerk").pk, AT)
    with django_assert_num_queries(0):
        queries.caller_of(account, AT)
        queries.standing_of(account, AT)


def test_a_closed_account_has_no_session(client):
    account = sign_in(client, "wang_xiaomei")
    assert client.get("/me/").status_code == 200
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert client.get("/me/").status_code == 302


def test_ending_an_accounts_sessions_ends_those_begun_before(client):
    account = sign_in(client, "yucheng_clerk")
    security = queries.caller_of(Account.objects.get(username="security_admin"), AT)
    actions.reset_second_factor(account=account.pk, caller=security, at=timezone.now())
    assert client.get("/me/").url.startswith("/accounts/login/")
