"""Posts and the three separated administrators, in the actions and in the database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tongban.engine.refusal import Refused
from tongban.people import actions, queries
from tongban.people.models import Account, Post
from tongban.people.rules import AdminKind, Role

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def caller(username: str):
    return queries.caller_of(Account.objects.get(username=username), AT)


def grant(by: str = "system_admin", **change):
    given = {
        "account": Account.objects.get(username="zhao_ying").pk,
        "organ": queries.organ_by_key("511802-water").pk,
        "title": "综窗受理员",
        "roles": ["clerk"],
        "valid_from": TODAY,
    }
    return actions.grant_post(**given | change, caller=caller(by), at=AT)


def test_a_post_makes_an_officer_at_its_organ_only():
    post = grant(roles=["clerk", "deliverer"])
    held = caller("zhao_ying")
    assert held.kind == "staff"
    assert [(one.id, one.organ, one.organ_name, one.division, one.roles) for one in held.posts] == [
        (post.pk, post.organ_id, "雅安市雨城区水利局", "511802", {Role.CLERK, Role.DELIVERER})
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"roles": []}, "post_without_roles"),
        ({"roles": ["audit_admin"]}, "role_not_for_posts"),
        ({"roles": ["supervisor", "approver"]}, "supervisor_only_reads"),
        ({"valid_to": TODAY - timedelta(1)}, "post_dates_reversed"),
        ({"organ": 0}, "organ_unknown"),
        ({"account": 0}, "account_unknown"),
    ],
)
def test_a_post_that_breaks_a_rule_is_refused(change, code):
    with pytest.raises(Refused, match=code):
        grant(**change)


@pytest.mark.parametrize(
    "by", ["security_admin", "audit_admin", "yucheng_head", "supervisor", "wang_xiaomei"]
)
def test_only_the_system_administrator_gives_and_ends_posts(by):
    with pytest.raises(Refused, match="role_needed"):
        grant(by)
    post = Post.objects.filter(ended_at=None).first()
    with pytest.raises(Refused, match="role_needed"):
        actions.end_post(post=post.pk, caller=caller(by), at=AT)


def test_one_active_post_per_account_and_organ():
    grant()
    with pytest.raises(Refused, match="post_overlaps"):
        grant(title="又一岗位", roles=["examiner"])
    assert grant(organ=queries.organ_by_key("511803-water").pk).pk


def test_a_post_can_be_given_again_after_it_ended_or_ran_out():
    first = grant(valid_to=TODAY + timedelta(5))
    second = grant(valid_from=TODAY + timedelta(6))
    actions.end_post(post=second.pk, caller=caller("system_admin"), at=AT)
    third = grant(valid_from=TODAY + timedelta(6))
    assert len({first.pk, second.pk, third.pk}) == 3


def test_an_ended_post_gives_nothing_any_more():
    post = grant()
    actions.end_post(post=post.pk, caller=caller("system_admin"), at=AT)
    assert (caller("zhao_ying").kind, caller("zhao_ying").posts) == ("applicant", ())
    with pytest.raises(Refused, match="post_unknown"):
        actions.end_post(post=post.pk, caller=caller("system_admin"), at=AT)


@pytest.mark.parametrize(("days", "kind"), [(-1, "applicant"), (0, "staff"), (5, "staff"), (6, "applicant")])
def test_a_post_counts_from_its_first_to_its_last_day(days, kind):
    grant(valid_to=TODAY + timedelta(5))
    account = Account.objects.get(username="zhao_ying")
    assert queries.caller_of(account, AT + timedelta(days)).kind == kind


@pytest.mark.parametrize("username", ["system_admin", "security_admin", "audit_admin"])
def test_an_administrator_is_given_no_post(username):
    with pytest.raises(Refused, match="powers_separated"):
        grant(account=Account.objects.get(username=username).pk)


def test_the_database_itself_keeps_the_powers_apart():
    admin, clerk = (Account.objects.get(username=name) for name in ("audit_admin", "yucheng_clerk"))
    row = {"organ_id": 1, "title": "x", "roles": ["clerk"], "valid_from": TODAY, "by": "x", "created_at": AT}
    row["organ_id"] = queries.organ_by_key("511802-water").pk
    with pytest.raises(IntegrityError, match="an administrator holds no post"), transaction.atomic():
        Post.objects.create(account=admin, **row)
    with pytest.raises(IntegrityError, match="a holder of a post is no administrator"), transaction.atomic():
        Account.objects.filter(pk=clerk.pk).update(admin_kind="system")


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        ({"roles": []}, "post_has_roles"),
        ({"roles": ["security_admin"]}, "post_roles_known"),
        ({"valid_to": TODAY - timedelta(1)}, "post_ends_after_start"),
    ],
)
def test_the_database_itself_refuses_a_post_of_another_shape(row, constraint):
    given = {
        "account": Account.objects.get(username="zhao_ying"),
        "organ": queries.organ_by_key("511802-water"),
        "title": "x",
        "roles": ["clerk"],
        "valid_from": TODAY,
        "by": "x",
        "created_at": AT,
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Post.objects.create(**given | row)


def test_an_account_is_opened_with_a_password_that_must_be_changed():
    account, password = actions.open_account(
        username="new_officer", display_name="新同志", caller=caller("security_admin"), at=AT
    )
    assert account.check_password(password)
    assert (account.password_issued_at, account.admin_kind) == (AT, None)
    actions.change_password(account=account.pk, password="Another-one-9", by=f"account:{account.pk}", at=AT)
    account.refresh_from_db()
    assert (account.check_password("Another-one-9"), account.password_issued_at) == (True, None)


@pytest.mark.parametrize("by", ["system_admin", "audit_admin", "yucheng_head"])
def test_only_the_security_administrator_touches_accounts(by):
    target = Account.objects.get(username="zhao_ying").pk
    who = caller(by)
    for deed in (
        lambda: actions.open_account(username="abcd", display_name="x", caller=who, at=AT),
        lambda: actions.issue_password(account=target, caller=who, at=AT),
        lambda: actions.unlock(account=target, caller=who, at=AT),
        lambda: actions.reset_second_factor(account=target, caller=who, at=AT),
        lambda: actions.close_account(account=target, caller=who, at=AT),
        lambda: actions.reopen_account(account=target, caller=who, at=AT),
    ):
        with pytest.raises(Refused, match="role_needed"):
            deed()


def test_an_administrator_account_is_of_one_kind():
    account, _password = actions.open_account(
        username="second_audit",
        display_name="审计二",
        admin=AdminKind.AUDIT,
        caller=caller("security_admin"),
        at=AT,
    )
    assert queries.caller_of(account, AT).roles == {Role.AUDIT_ADMIN}


@pytest.mark.parametrize("deed", [actions.reset_second_factor, actions.close_account])
def test_the_security_administrator_does_not_judge_its_own_account(deed):
    own = caller("security_admin")
    with pytest.raises(Refused, match="not_your_own"):
        deed(account=own.account, caller=own, at=AT)
