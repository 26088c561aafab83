"""The wallet (我的证照): a holder's licences as cards, one with its uses and copies."""

from datetime import date

import msgspec
from django.db.models import QuerySet

from tongban.catalogue.rules.guide import Text
from tongban.engine.refusal import Refused
from tongban.licences.models import Copy, Licence, Use
from tongban.licences.queries.addresses import verification
from tongban.licences.rules.documents import Document
from tongban.licences.rules.standing import Left, Standing, left, standing
from tongban.people.rules import Caller, Power

MOST = 200  # licences a wallet shows


class Card(msgspec.Struct, frozen=True):
    """A licence as its holder sees it on a day."""

    row: Licence
    document: Document
    standing: Standing
    left: Left

    @property
    def url(self) -> str:
        """What its QR code opens."""
        return verification(self.row.token)


def owned(caller: Caller) -> QuerySet[Licence]:
    """The licences of the parties the caller may act for."""
    return Licence.objects.filter(party__in=caller.parties_for(Power.RECEIVE)).defer("pdf")


def card(row: Licence, on: date) -> Card:
    """A row as a card."""
    return Card(
        row=row,
        document=msgspec.convert(row.document, Document),
        standing=standing(row.status, row.valid_to, on),
        left=left(row.valid_to, on),
    )


def cards(caller: Caller, on: date) -> tuple[list[Card], list[Card]]:
    """(those in force, those no longer), newest first; what was replaced shows its successor only."""
    rows = owned(caller).exclude(status="replaced").order_by("-issued_at", "-id")[:MOST]
    found = [card(row, on) for row in rows]
    return (
        [one for one in found if one.standing is Standing.VALID],
        [one for one in found if one.standing is not Standing.VALID],
    )


def find(licence: int, caller: Caller, *, lock: bool = False) -> Licence:
    """One licence of the caller's. Refuses `licence_unknown`."""
    rows = owned(caller).select_related("organ", "successor").defer("pdf", "successor__pdf")
    if lock:
        rows = Licence.objects.filter(party__in=caller.parties_for(None)).select_related("organ")
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(pk=licence).first()
    if row is None:
        raise Refused("licence_unknown", licence=licence)
    return row


def pdf(row: Licence) -> bytes:
    """The PDF stored with the licence."""
    stored = Licence.objects.values_list("pdf", flat=True).get(pk=row.pk)
    assert stored is not None  # the constraint `licence_has_one_pdf`
    return bytes(stored)


class UseLine(msgspec.Struct, frozen=True):
    """Where a licence stood for a material."""

    use: Use
    item: Text
    material: Text


def uses(row: Licence) -> list[UseLine]:
    """Where this licence, in any edition, was used, newest first."""
    found = Use.objects.filter(licence__number=row.number).order_by("-at", "-id")[:100]
    return [
        UseLine(
            use=use,
            item=msgspec.convert(use.purpose["item"], Text),
            material=msgspec.convert(use.purpose["material"], Text),
        )
        for use in found
    ]


def copies(row: Licence) -> list[Copy]:
    """The copies made of this licence, newest first."""
    return list(
        Copy.objects.filter(licence=row).select_related("by").defer("pdf").order_by("-at", "-id")[:100]
    )
