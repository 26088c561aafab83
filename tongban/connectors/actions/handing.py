"""Handing over what came in: to the one action named for its kind, in order, exactly once."""

from datetime import datetime
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from tongban.connectors.actions.receiving import PLACE
from tongban.connectors.models import Received
from tongban.connectors.rules import contract
from tongban.engine.refusal import Refused
from tongban.kit import vault
from tongban.record import actions as record


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A message from an organ outside, as a handler gets it. `in_reply_to` is what `send` returned, or None."""

    id: str
    sender: str
    kind: str
    subject: str
    body: dict
    in_reply_to: UUID | None
    received_at: datetime


def hand_over(*, sender: str, subject: str, at: datetime) -> int:
    """Give the waiting messages of one sender and subject to their handlers, in the order they came.

    A handler is an action `(*, message: Incoming, by: str, at: datetime)` named in `config/reactions.py`. It
    runs in the transaction that notes it, so its writes happen exactly once. A `Refused` of it is kept with
    the refusals and ends the matter; any other error leaves the message waiting and is raised.
    Kinds that nobody handles wait. Returns how many were handed over.
    """
    done = 0
    while _hand_over_next(sender, subject, at):
        done += 1
    return done


@transaction.atomic
def _hand_over_next(sender: str, subject: str, at: datetime) -> bool:
    handlers = import_string(settings.CONNECTOR_HANDLERS)
    rows = Received.objects.filter(sender=sender, subject=subject, handed_at=None, kind__in=list(handlers))
    row = rows.select_for_update().order_by("id").first()
    if row is None:
        return False
    row.handed_at, row.handler = at, handlers[row.kind]
    by = f"connector:{sender}"
    try:
        with transaction.atomic():
            import_string(row.handler)(message=incoming(row), by=by, at=at)
    except Refused as refused:
        row.refused = refused.code
        record.note_refusal(
            stream_kind="message", stream_id=f"{sender}:{row.message_id}", code=refused.code, facts={}, by=by, at=at
        )  # fmt: skip
    row.save(update_fields=["handed_at", "handler", "refused"])
    return True


def incoming(row: Received) -> Incoming:
    """A kept message as a handler gets it."""
    envelope = contract.decode(vault.open_sealed(row.payload, place=PLACE).encode())
    return Incoming(
        id=row.message_id,
        sender=row.sender,
        kind=row.kind,
        subject=row.subject,
        body=envelope.body,
        in_reply_to=row.in_reply_to,
        received_at=row.received_at,
    )


def hand_over_waiting(*, at: datetime) -> int:
    """Hand over whatever waits and has a handler, of all senders; for kinds that found their handler late."""
    handlers = list(import_string(settings.CONNECTOR_HANDLERS))
    lanes = Received.objects.filter(handed_at=None, kind__in=handlers).order_by("sender", "subject")
    pairs = list(lanes.values_list("sender", "subject").distinct())
    return sum(hand_over(sender=sender, subject=subject, at=at) for sender, subject in pairs)
