"""Posts: who holds which roles at which organ, and until when."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction

from tongban.engine.refusal import Refused
from tongban.people import queries
from tongban.people.actions import streams
from tongban.people.models import Post
from tongban.people.rules import (
    AdminKind,
    Caller,
    Role,
    check_post_roles,
    check_separation,
    require_role,
)


@transaction.atomic
def grant_post(
    *,
    account: int,
    organ: int,
    title: str,
    roles: Iterable[str],
    valid_from: date,
    valid_to: date | None = None,
    caller: Caller,
    at: datetime,
) -> Post:
    """Give an account a post at an organ, both days included; one post per organ at a time.

    Refuses role_needed, account_unknown, organ_unknown, powers_separated, post_dates_reversed,
    post_overlaps and the refusals of `rules.check_post_roles`.
    """
    require_role(caller, Role.SYSTEM_ADMIN)
    held = check_post_roles(roles)
    if valid_to and valid_to < valid_from:
        raise Refused("post_dates_reversed", valid_from=valid_from, valid_to=valid_to)
    row, place = streams.locked_account(account), queries.organ(organ)
    check_separation(admin=AdminKind(row.admin_kind) if row.admin_kind else None, holds_post=True)
    post = Post(
        account=row,
        organ=place,
        title=title.strip(),
        roles=sorted(role.value for role in held),
        valid_from=valid_from,
        valid_to=valid_to,
        by=caller.by,
        created_at=at,
    )
    _store(post)
    facts = {
        "post": post.pk,
        "organ": place.pk,
        "title": post.title,
        "roles": post.roles,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    streams.append(row, "post_granted", facts, by=caller.by, at=at)
    return post


def _store(post: Post) -> None:
    """Insert it; the database refuses a second post at the same organ at a time."""
    try:
        with transaction.atomic():
            post.save(force_insert=True)
    except IntegrityError as error:
        if streams.broken(error) != "post_one_at_a_time":
            raise
        raise Refused("post_overlaps", organ=post.organ.name) from error


@transaction.atomic
def end_post(*, post: int, caller: Caller, at: datetime) -> None:
    """A post ends now. Refuses role_needed, post_unknown."""
    require_role(caller, Role.SYSTEM_ADMIN)
    row = Post.objects.select_for_update().filter(pk=post, ended_at=None).first()
    if row is None:
        raise Refused("post_unknown", post=post)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    account = streams.locked_account(row.account_id)
    streams.append(account, "post_ended", {"post": row.pk, "organ": row.organ_id}, by=caller.by, at=at)
