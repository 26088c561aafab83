"""Messages out: one, and a receiver's open ones a page at a time."""

from uuid import UUID

from tongban.connectors.models import OPEN, Message
from tongban.engine.refusal import Refused

PAGE = 50
PLACE = "connectors_message.body"  # what the body is sealed for


def find(message: UUID, *, lock: bool = False) -> Message:
    """One message. Refuses `connector_message_unknown`."""
    rows = Message.objects.select_for_update() if lock else Message.objects.all()
    row = rows.filter(pk=message).first()
    if row is None:
        raise Refused("connector_message_unknown", message=str(message))
    return row


def sent_to(receiver: str) -> bool:
    """Whether anything was ever sent to a receiver, though the directory may no longer name it."""
    return Message.objects.filter(receiver=receiver).exists()


def page(receiver: str, *, failed: bool, after: UUID | None = None) -> tuple[list[Message], UUID | None]:
    """A page of a receiver's open messages, those on the list of failures or those waiting, oldest first.

    And the id the next page comes after.
    """
    rows = Message.objects.filter(OPEN, receiver=receiver, failed_at__isnull=not failed).defer("body")
    rows = rows.order_by("issued_at", "id")
    last = after and Message.objects.filter(pk=after).values_list("issued_at", flat=True).first()
    if last:
        rows = rows.extra(where=["(issued_at, id) > (%s, %s)"], params=[last, after])
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def failures(receiver: str) -> list[UUID]:
    """All that lies on a receiver's list of failures now, each once, oldest first."""
    rows, after = page(receiver, failed=True)
    ids = [row.pk for row in rows]
    while after:
        rows, after = page(receiver, failed=True, after=after)
        ids += [row.pk for row in rows]
    return ids
