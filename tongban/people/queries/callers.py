"""Who calls: an account with what it holds, loaded in one statement, or a bearer token in one."""

from datetime import date, datetime
from hashlib import sha256

import msgspec
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from tongban.engine.refusal import Refused
from tongban.people.models import Account
from tongban.people.rules import ANONYMOUS, AdminKind, Caller, Limited, PostHeld, Spoken, kind_of

API = "/api/"  # where tokens count


class Standing(msgspec.Struct, frozen=True):
    """What an account holds on a day: posts, party ids, languages, and whether a second factor is enrolled."""

    posts: tuple[PostHeld, ...]
    parties: tuple[int, ...]
    second_factor: bool
    languages: tuple[Spoken, ...] = ()
    limits: tuple[Limited, ...] = ()


_decode = msgspec.json.Decoder(Standing).decode

# One JSON document about the row "people_account"; its parameters are the same day.
_STANDING = """
json_build_object(
    'posts', coalesce((
        select json_agg(json_build_object('id', post.id, 'organ', organ.id, 'organ_name', organ.name,
            'division', organ.division_id, 'roles', post.roles) order by post.id)
        from people_post post join people_organ organ on organ.id = post.organ_id
        where post.account_id = people_account.id and post.ended_at is null
            and post.valid_from <= %s::date and (post.valid_to is null or post.valid_to >= %s::date)
    ), '[]'::json),
    'parties', coalesce((
        select json_agg(held.party_id order by held.kind <> 'self', held.party_id)
        from people_representation held
        where held.account_id = people_account.id and held.ended_at is null
            and held.valid_from <= %s::date and (held.valid_to is null or held.valid_to >= %s::date)
    ), '[]'::json),
    'limits', coalesce((
        select json_agg(json_build_object('party', held.party_id, 'powers', held.powers))
        from people_representation held
        where held.account_id = people_account.id and held.powers is not null and held.ended_at is null
            and held.valid_from <= %s::date and (held.valid_to is null or held.valid_to >= %s::date)
    ), '[]'::json),
    'languages', coalesce((
        select json_agg(json_build_object('language', skill.language, 'fluency', skill.fluency)
            order by skill.language)
        from people_languageskill skill
        where skill.account_id = people_account.id and skill.ended_at is null
            and skill.valid_from <= %s::date and (skill.valid_to is null or skill.valid_to >= %s::date)
    ), '[]'::json),
    'second_factor', exists(
        select 1 from mfa_authenticator where user_id = people_account.id and type = 'totp'
    )
)::text
"""

_DAYS = _STANDING.count("%s")

_TOKEN = f"""
select token.id, token.scopes, token.expires_at, token.revoked_at, people_account.id,
    people_account.display_name, people_account.admin_kind, people_account.is_active, {_STANDING}
from people_apitoken token join people_account on people_account.id = token.account_id
where token.digest = %s
"""


def today(at: datetime) -> date:
    """The day it is in Ya'an at `at`."""
    return timezone.localdate(at, timezone.get_default_timezone())


_ACCOUNT = f"select people_account.*, {_STANDING} as standing from people_account where id = %s"


def with_standing(account_id: int, at: datetime) -> Account | None:
    """The account carrying `standing` (JSON text of `Standing`) in the same row; asked for by every page."""
    return next(iter(Account.objects.raw(_ACCOUNT, [*[today(at)] * _DAYS, account_id])), None)


def caller(request: HttpRequest, at: datetime | None = None) -> Caller:
    """On whose authority `request` acts; one statement for a bearer token, none beyond the session's own.

    A token counts under /api/ only: pages know no scopes.
    Raises `Refused`: token_unknown, token_revoked, token_expired, account_closed.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and request.path.startswith(API):
        return _token_caller(token.strip(), at or timezone.now())
    account = request.user
    return caller_of(account, at or timezone.now()) if account.is_authenticated else ANONYMOUS


def caller_of(account: Account, at: datetime) -> Caller:
    """The caller a signed-in account is; asks the database only if the account came without standing."""
    standing = standing_of(account, at)
    admin = AdminKind(account.admin_kind) if account.admin_kind else None
    return Caller(
        account=account.pk,
        name=account.display_name,
        kind=kind_of(admin, standing.posts),
        parties=standing.parties,
        limits=standing.limits,
        posts=standing.posts,
        languages=standing.languages,
        by=f"account:{account.pk}",
        admin=admin,
    )


def standing_of(account: Account, at: datetime) -> Standing:
    """What the account holds; taken from the row when `with_standing` loaded it."""
    if not hasattr(account, "standing"):
        found = with_standing(account.pk, at)
        assert found is not None  # it is at hand, so its row is there
        account.standing = found.standing
    return _decode(account.standing)


def token_digest(token: str) -> bytes:
    """What is kept of a token. It is 256 random bits, so a plain hash cannot be guessed back."""
    return sha256(token.encode()).digest()


def _token_caller(token: str, at: datetime) -> Caller:
    with connection.cursor() as cursor:
        cursor.execute(_TOKEN, [*[today(at)] * _DAYS, token_digest(token)])
        row = cursor.fetchone()
    if row is None:
        raise Refused("token_unknown")
    token_id, scopes, expires_at, revoked_at, account, name, admin_kind, active, standing = row
    if revoked_at and revoked_at <= at:
        raise Refused("token_revoked", at=revoked_at)
    if expires_at <= at:
        raise Refused("token_expired", at=expires_at)
    if not active:
        raise Refused("account_closed")
    held = _decode(standing)
    admin = AdminKind(admin_kind) if admin_kind else None
    return Caller(
        account=account,
        name=name,
        kind=kind_of(admin, held.posts),
        parties=held.parties,
        limits=held.limits,
        posts=held.posts,
        languages=held.languages,
        scopes=frozenset(scopes),
        by=f"token:{token_id}",
        admin=admin,
    )


def in_force(day: date) -> Q:
    """Rows with `valid_from`, `valid_to`, `ended_at` that count on `day`."""
    return Q(ended_at=None, valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))
