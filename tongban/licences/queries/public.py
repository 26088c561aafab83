"""What anybody may learn of a licence: its public facts and how it stands now; and the status lists."""

from datetime import date, datetime

import msgspec
from django.conf import settings
from django.db.models import Q

from tongban.catalogue.rules.guide import Text
from tongban.licences.models import Licence
from tongban.licences.rules import status, tokens
from tongban.licences.rules.standing import Standing, Status, standing


class Public(msgspec.Struct, frozen=True):
    """The public facts of a licence; a person's name is masked."""

    identifier: str
    number: str
    name: Text
    holder: str
    organ: Text
    issued_on: date
    valid_to: date | None
    ended_at: datetime | None
    standing: Standing


def public(row: Licence, on: date) -> Public:
    """A licence as anybody may see it. Basis: 行政许可法 Art 40 (licences are public); 个人信息保护法 Art 25."""
    document = row.document
    return Public(
        identifier=row.identifier,
        number=row.number,
        name=msgspec.convert(document["name"], Text),
        holder=document["holder"]["public_name"],
        organ=msgspec.convert(document["organ"], Text),
        issued_on=row.valid_from,
        valid_to=row.valid_to,
        ended_at=row.ended_at,
        standing=standing(row.status, row.valid_to, on),
    )


def by_code(code: str, on: date) -> Public | None:
    """The licence with this verification code."""
    row = Licence.objects.defer("pdf").filter(code=code.strip().upper()).first()
    return public(row, on) if row else None


def typed(words: str, on: date) -> Public | None:
    """The licence somebody means who types a code, an identifier or a number; its newest edition.

    Numbers follow one another, so by number alone only companies' licences are shown.
    Basis: 行政许可法 Art 40; 个人信息保护法 Art 25 (no publication of what a person holds).
    """
    said = "".join(words.split())
    if not said or "\0" in said:
        return None
    known = Q(code=said.upper()) | Q(identifier=said.upper())
    rows = Licence.objects.defer("pdf").filter(known | Q(number=said, document__holder__kind="company"))
    row = rows.order_by("-edition", "-id").first()
    return public(row, on) if row else None


def status_list(number: int, at: datetime) -> status.StatusList:
    """A status list as it stands now, signed. One index scan over what has ended."""
    first = number * status.SIZE
    rows = Licence.objects.filter(pk__gte=first, pk__lt=first + status.SIZE).exclude(
        status=Status.VALID.value
    )
    marks = {pk - first: mark for pk, mark in rows.values_list("pk", "status")}
    return status.publish(number=number, marks=marks, at=at, seed=settings.LICENCE_KEY)


def key() -> bytes:
    """The published key that tokens and status lists are checked with."""
    return tokens.public_key(settings.LICENCE_KEY)
