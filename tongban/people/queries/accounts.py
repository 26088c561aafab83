"""Accounts as sign-in and the security administrator see them: locks, second factors, posts, tokens."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from allauth.mfa.adapter import get_adapter as second_factor
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db import connection
from django.db.models import Exists, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from tongban.engine.refusal import Refused
from tongban.people.models import Account, ApiToken, Post
from tongban.people.queries.callers import in_force, today
from tongban.people.rules import Role

TOTP_SECONDS = 30


class Lock(msgspec.Struct, frozen=True):
    """How many sign-ins may still fail, and until when none is taken (None: not locked)."""

    left: int
    until: datetime | None


def lock(username: str, at: datetime) -> Lock:
    """The lock of a user name, whether or not it is anybody's.

    Basis: 等保 level 3 (lockout); limit and length are settings AXES_FAILURE_LIMIT and AXES_COOLOFF_TIME.
    """
    limit, length = settings.AXES_FAILURE_LIMIT, timedelta(hours=settings.AXES_COOLOFF_TIME)
    rows = AccessAttempt.objects.filter(username=username, attempt_time__gte=at - length)
    failures = list(rows.order_by("attempt_time", "id").values_list("attempt_time", "failures_since_start"))
    counted = sum(count for _, count in failures)
    left, until = limit - counted, None
    for moment, count in failures:
        if counted < limit:
            break
        counted, until = counted - count, moment + length
    return Lock(left=max(left, 0), until=until)


class AccountLine(msgspec.Struct, frozen=True):
    """One account in the security administrator's list."""

    id: int
    username: str
    name: str
    admin_kind: str | None
    active: bool
    has_post: bool
    second_factor: bool
    locked: bool


def found_accounts(words: str, at: datetime, *, limit: int = 50) -> list[AccountLine]:
    """Accounts whose user name or name contains `words`, newest first; one statement."""
    rows = _lines(at)
    if words := words.strip():
        rows = rows.filter(Q(username__icontains=words) | Q(display_name__icontains=words))
    return [_line(row) for row in rows.order_by("-id")[:limit]]


def account_line(account_id: int, at: datetime) -> AccountLine:
    """One account. Refuses `account_unknown`."""
    row = _lines(at).filter(pk=account_id).first()
    if row is None:
        raise Refused("account_unknown", account=account_id)
    return _line(row)


def _lines(at: datetime):
    since = at - timedelta(hours=settings.AXES_COOLOFF_TIME)
    failures = (
        AccessAttempt.objects.filter(username=OuterRef("username"), attempt_time__gte=since)
        .order_by()
        .values("username")
        .annotate(total=Sum("failures_since_start"))
        .values("total")
    )
    factor = Authenticator.objects.filter(user_id=OuterRef("pk"), type=Authenticator.Type.TOTP)
    post = Post.objects.filter(in_force(today(at)), account_id=OuterRef("pk"))
    return Account.objects.annotate(
        failures=Coalesce(Subquery(failures, output_field=IntegerField()), 0),
        has_factor=Exists(factor),
        has_post=Exists(post),
    )


def _line(row) -> AccountLine:
    return AccountLine(
        id=row.pk,
        username=row.username,
        name=row.display_name,
        admin_kind=row.admin_kind,
        active=row.is_active,
        has_post=row.has_post,
        second_factor=row.has_factor,
        locked=row.failures >= settings.AXES_FAILURE_LIMIT,
    )


def tokens_of(account_id: int) -> list[ApiToken]:
    """The tokens of an account, newest first."""
    return list(ApiToken.objects.filter(account_id=account_id).order_by("-id"))


def posts_at(organ_id: int, at: datetime) -> list[Post]:
    """The posts in force at an organ, by account."""
    rows = Post.objects.select_related("account").filter(in_force(today(at)), organ_id=organ_id)
    return list(rows.order_by("account__username", "id"))


def roles_at(organs: Iterable[int], at: datetime) -> dict[int, frozenset[Role]]:
    """{organ: the roles somebody holds there now}; an organ without officers is left out."""
    held: dict[int, set[Role]] = {}
    rows = Post.objects.filter(in_force(today(at)), organ_id__in=set(organs), account__is_active=True)
    for organ, roles in rows.values_list("organ_id", "roles"):
        held.setdefault(organ, set()).update(Role(role) for role in roles)
    return {organ: frozenset(roles) for organ, roles in held.items()}


def posts_of(account_id: int, at: datetime) -> list[Post]:
    """The posts an account holds now."""
    rows = Post.objects.select_related("organ").filter(in_force(today(at)), account_id=account_id)
    return list(rows.order_by("id"))


def account_by_id(account_id: int) -> Account:
    """One account by id. Refuses `account_unknown`."""
    row = Account.objects.filter(pk=account_id).first()
    if row is None:
        raise Refused("account_unknown", account=account_id)
    return row


def account_by_username(username: str) -> Account:
    """One account by user name. Refuses `account_unknown`."""
    row = Account.objects.filter(username=username.strip().lower()).first()
    if row is None:
        raise Refused("account_unknown", account=username)
    return row


def account_names(account_ids: Iterable[int]) -> dict[int, str]:
    """The names of several accounts at once, by id."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [list(set(account_ids))])
        return dict(cursor.fetchall())


_NAMES = "select id, display_name from people_account where id = any(%s::bigint[])"


def account_name(account_id: int) -> str:
    """The name an account goes by; empty when there is none."""
    return Account.objects.filter(pk=account_id).values_list("display_name", flat=True).first() or ""


def failed_sign_ins(limit: int = 50) -> list[AccessAttempt]:
    """Failed sign-ins not yet forgotten, newest first."""
    return list(AccessAttempt.objects.order_by("-attempt_time", "-id")[:limit])


def sign_ins(limit: int = 50) -> list[AccessLog]:
    """Who signed in and out, newest first."""
    return list(AccessLog.objects.order_by("-attempt_time", "-id")[:limit])


def demo_code(username: str, at: datetime | None = None) -> str:
    """The current second-factor code of a demo account.

    Refuses only_in_demo, no_second_factor.
    """
    if not settings.DEMO:
        raise Refused("only_in_demo")
    found = Authenticator.objects.filter(user__username=username, type=Authenticator.Type.TOTP).first()
    if found is None:
        raise Refused("no_second_factor", username=username)
    secret = second_factor().decrypt(found.data["secret"])
    moment = int((at or timezone.now()).timestamp())
    return format_hotp_value(hotp_value(secret, moment // TOTP_SECONDS))
