"""Bearer tokens for programs: issued once in the clear, kept as a digest."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from tongban.engine.refusal import Refused
from tongban.people import queries
from tongban.people.actions import streams
from tongban.people.models import ApiToken
from tongban.people.rules import Caller, Role, parse_scopes, require_role

_PREFIX = "tb_"


@transaction.atomic
def issue_token(
    *, account: int, scopes: Iterable[str], label: str, expires_at: datetime, caller: Caller, at: datetime
) -> tuple[ApiToken, str]:
    """A token that acts as `account` within `scopes`; the second value is the token itself, never seen again.

    Refuses role_needed, account_unknown, account_closed, admin_takes_no_token, token_expiry_passed,
    scope_unknown, scopes_empty.
    Basis: 等保 level 3 (least privilege; administrators act in person).
    """
    require_role(caller, Role.SECURITY_ADMIN)
    held = parse_scopes(scopes)
    row = streams.locked_account(account)
    if not row.is_active:
        raise Refused("account_closed")
    if row.admin_kind:
        raise Refused("admin_takes_no_token")
    if expires_at <= at:
        raise Refused("token_expiry_passed", expires_at=expires_at)
    plain = _PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        digest=queries.token_digest(plain),
        account=row,
        label=label.strip(),
        scopes=sorted(scope.value for scope in held),
        by=caller.by,
        created_at=at,
        expires_at=expires_at,
    )
    facts = {"token": token.pk, "label": token.label, "scopes": token.scopes, "expires_at": expires_at}
    streams.append(row, "token_issued", facts, by=caller.by, at=at)
    return token, plain


@transaction.atomic
def revoke_token(*, token: int, caller: Caller, at: datetime) -> None:
    """A token stops working now; by its holder or the security administrator. Refuses token_unknown."""
    row = ApiToken.objects.select_for_update().filter(pk=token, revoked_at=None).first()
    if row is None or (row.account_id != caller.account and not caller.has(Role.SECURITY_ADMIN)):
        raise Refused("token_unknown")
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    account = streams.locked_account(row.account_id)
    streams.append(account, "token_revoked", {"token": row.pk}, by=caller.by, at=at)
