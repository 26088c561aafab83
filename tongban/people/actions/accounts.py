"""What the security administrator does with accounts, and what an account does with its password."""

import secrets
from datetime import datetime

from allauth.mfa.models import Authenticator
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.hashers import make_password
from django.db import transaction

from tongban.engine.refusal import Refused
from tongban.people.actions import registration, streams
from tongban.people.models import Account
from tongban.people.rules import AdminKind, Caller, Role, require_role

# No letters or digits that are mistaken for one another when read aloud or copied by hand.
_PASSWORD_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
_PASSWORD_LENGTH = 14


@transaction.atomic
def open_account(
    *, username: str, display_name: str, admin: AdminKind | None = None, caller: Caller, at: datetime
) -> tuple[Account, str]:
    """An account for an officer or administrator, and its first password, which is shown once.

    Refuses role_needed, username_invalid, username_taken.
    """
    require_role(caller, Role.SECURITY_ADMIN)
    password = _new_password()
    account = registration.make_account(
        username=username,
        display_name=display_name,
        password=make_password(password),
        at=at,
        admin_kind=admin,
    )
    account.password_issued_at = at
    account.save(update_fields=["password_issued_at"])
    streams.append(account, "account_opened", {"admin_kind": account.admin_kind}, by=caller.by, at=at)
    return account, password


@transaction.atomic
def issue_password(*, account: int, caller: Caller, at: datetime) -> str:
    """A new password for somebody who proved at the hall who they are; shown once, changed at sign-in.

    Refuses role_needed, account_unknown.
    """
    require_role(caller, Role.SECURITY_ADMIN)
    row, password = streams.locked_account(account), _new_password()
    row.set_password(password)
    row.password_issued_at = at
    row.save(update_fields=["password", "password_issued_at"])
    streams.append(row, "password_issued", {}, by=caller.by, at=at)
    return password


@transaction.atomic
def change_password(*, account: int, password: str, by: str, at: datetime) -> None:
    """The holder chooses a new password; the form checked it. Ends every other session."""
    row = streams.locked_account(account)
    row.set_password(password)
    row.password_issued_at = None
    row.save(update_fields=["password", "password_issued_at"])
    streams.append(row, "password_changed", {}, by=by, at=at)


@transaction.atomic
def unlock(*, account: int, caller: Caller, at: datetime) -> int:
    """Forget the failed sign-ins of an account; how many were forgotten.

    Refuses role_needed, account_unknown.
    """
    require_role(caller, Role.SECURITY_ADMIN)
    row = streams.locked_account(account)
    forgotten = AxesProxyHandler.reset_attempts(username=row.username)
    streams.append(row, "account_unlocked", {}, by=caller.by, at=at)
    return forgotten


@transaction.atomic
def reset_second_factor(*, account: int, caller: Caller, at: datetime) -> None:
    """Take the second factor off an account whose device is lost; its sessions end with it.

    Refuses role_needed, account_unknown, not_your_own.
    """
    require_role(caller, Role.SECURITY_ADMIN)
    if account == caller.account:
        raise Refused("not_your_own")
    row = streams.locked_account(account)
    Authenticator.objects.filter(user_id=row.pk).delete()
    _end_sessions(row, at)
    streams.append(row, "second_factor_reset", {}, by=caller.by, at=at)


@transaction.atomic
def close_account(*, account: int, caller: Caller, at: datetime) -> None:
    """Nobody signs in with this account any more; its sessions and tokens stop.

    Refuses role_needed, account_unknown, not_your_own.
    """
    require_role(caller, Role.SECURITY_ADMIN)
    if account == caller.account:
        raise Refused("not_your_own")
    row = streams.locked_account(account)
    row.is_active = False
    row.save(update_fields=["is_active"])
    streams.append(row, "account_closed", {}, by=caller.by, at=at)


@transaction.atomic
def reopen_account(*, account: int, caller: Caller, at: datetime) -> None:
    """A closed account may be used again. Refuses role_needed, account_unknown."""
    require_role(caller, Role.SECURITY_ADMIN)
    row = streams.locked_account(account)
    row.is_active = True
    row.save(update_fields=["is_active"])
    streams.append(row, "account_reopened", {}, by=caller.by, at=at)


def _end_sessions(row: Account, at: datetime) -> None:
    row.sessions_ended_at = at
    row.save(update_fields=["sessions_ended_at"])


def _new_password() -> str:
    return "".join(secrets.choice(_PASSWORD_LETTERS) for _ in range(_PASSWORD_LENGTH))
