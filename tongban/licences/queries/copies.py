"""Copies made for one purpose: the holder's, and what whoever was given one may check."""

from datetime import date, datetime

import msgspec

from tongban.engine.refusal import Refused
from tongban.licences.models import Copy, Licence
from tongban.licences.queries import public as licences
from tongban.licences.rules.standing import Standing


class PublicCopy(msgspec.Struct, frozen=True):
    """What a copy says of itself, and its licence as anybody may see it."""

    purpose: str
    recipient: str
    made_at: datetime
    valid_to: date
    over: bool
    licence: licences.Public

    @property
    def good(self) -> bool:
        """Whether it may still be relied on for its purpose."""
        return not self.over and self.licence.standing is Standing.VALID


def find(copy: int, licence: Licence) -> Copy:
    """One copy of a licence. Refuses `copy_unknown`."""
    row = Copy.objects.filter(pk=copy, licence=licence).first()
    if row is None:
        raise Refused("copy_unknown")
    return row


def public(code: str, on: date) -> PublicCopy | None:
    """The copy with this code."""
    rows = Copy.objects.filter(code=code.strip().upper()).select_related("licence")
    row = rows.defer("pdf", "licence__pdf").first()
    if row is None:
        return None
    return PublicCopy(
        purpose=row.purpose,
        recipient=row.recipient,
        made_at=row.at,
        valid_to=row.valid_to,
        over=on > row.valid_to,
        licence=licences.public(row.licence, on),
    )
