"""Posts: who holds which roles at which organ, and until when."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

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
    streams.insert(post, post_one_at_a_time=Refused("post_overlaps", organ=place.name))
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


@transaction.atomic
def end_post(*, post: int, caller: Caller, at: datetime) -> None:
    """A post ends now. Refuses role_needed, post_unknown."""
    require_role(caller, Role.SYSTEM_ADMIN)
    holder = Post.objects.filter(pk=post).values_list("account", flat=True).first()
    account = streams.locked_account(holder) if holder else None
    row = Post.objects.filter(pk=post, ended_at=None).first()
    if account is None or row is None:
        raise Refused("post_unknown", post=post)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    streams.append(account, "post_ended", {"post": row.pk, "organ": row.organ_id}, by=caller.by, at=at)
