"""Copies of a licence for one purpose (用途限定副本): watermarked, with a code of their own, kept as they were made."""

from datetime import datetime

from django.db import transaction

from tongban.engine.calendar import CST
from tongban.engine.refusal import Refused
from tongban.licences.actions import codes, printing, streams
from tongban.licences.models import Copy
from tongban.licences.queries import wallet
from tongban.licences.rules.standing import Standing, copy_until
from tongban.people.rules import Caller


@transaction.atomic
def make_copy(*, licence: int, purpose: str, recipient: str, days: int, caller: Caller, at: datetime) -> Copy:
    """A copy of one's own licence that says for what, for whom and until when it was made.

    Raises `Refused`: licence_unknown, licence_not_in_force, copy_too_long.
    Basis: 个人信息保护法 Art 6 (purpose, minimum); 国务院令第716号 Art 10.
    """
    row = wallet.find(licence, caller, lock=True)
    on = at.astimezone(CST).date()
    if wallet.card(row, on).standing is not Standing.VALID:
        raise Refused("licence_not_in_force")
    until = copy_until(made_on=on, days=days, valid_to=row.valid_to)
    code = codes.make()
    made = Copy.objects.create(
        licence=row,
        code=code,
        purpose=purpose,
        recipient=recipient,
        valid_to=until,
        pdf=printing.copy(row, code=code, purpose=purpose, recipient=recipient, until=until, at=at),
        by_id=caller.signed_in,
        at=at,
    )
    streams.append(
        row, "licence_copied", {"copy": made.pk, "valid_to": until.isoformat()}, by=caller.by, at=at
    )
    return made
