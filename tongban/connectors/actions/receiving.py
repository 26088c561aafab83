"""Taking a message in: the signature first, then the shape; kept once, whatever is sent again."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import IntegrityError, transaction

from tongban.connectors.models import Message, Received
from tongban.connectors.queries.directory import directory
from tongban.connectors.rules import contract, delivery
from tongban.engine.refusal import Refused
from tongban.kit import vault
from tongban.record import actions as record

PLACE = "connectors_received.payload"  # what the payload is sealed for


class Sealed(msgspec.Struct, frozen=True):
    """A message whose signature holds: what it says, its exact bytes, and the headers that sign them."""

    envelope: contract.Envelope
    payload: bytes
    signature: dict[str, str]


def opened(*, sender: str, payload: bytes, headers: Mapping[str, str], at: datetime) -> Sealed:
    """The message in `payload` if `sender` signed it for this house.

    Refuses message_unsigned, message_signature_stale, message_signature_wrong (also for a sender nobody knows),
    message_too_large, message_malformed, message_misaddressed.
    """
    organ = directory().get(sender)
    publics = organ.publics if organ else []
    id = contract.verify(payload, headers, publics=publics, at=at)
    envelope = contract.decode(payload)
    if (envelope.id, envelope.sender, envelope.receiver) != (id, sender, settings.CONNECTOR_NAME):
        raise Refused("message_misaddressed", sender=envelope.sender, receiver=envelope.receiver)
    kept = {name: headers.get(name) or "" for name in (contract.ID, contract.TIMESTAMP, contract.SIGNATURE)}
    return Sealed(envelope, payload, kept)


@transaction.atomic
def receive(*, sender: str, payload: bytes, headers: Mapping[str, str], at: datetime) -> str:
    """Take in a message of `sender`; returns its id. The same message again is taken and changes nothing.

    Refuses those of `opened`, reply_to_unknown, message_id_reused.
    """
    sealed = opened(sender=sender, payload=payload, headers=headers, at=at)
    keep(sealed, at=at)
    return sealed.envelope.id


def keep(sealed: Sealed, *, at: datetime) -> None:
    """Keep a message and its event; handed over once the event is sealed. Inside a transaction.

    Refuses reply_to_unknown, message_id_reused (the id was used for another content).
    """
    envelope = sealed.envelope
    digest = hashlib.sha256(sealed.payload).digest()
    row = Received(
        sender=envelope.sender,
        message_id=envelope.id,
        subject=envelope.subject,
        kind=envelope.kind,
        in_reply_to=_replied(envelope),
        payload=vault.seal(sealed.payload.decode(), place=PLACE),
        digest=digest,
        signature=sealed.signature,
        received_at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "connector_received_once" not in str(error):
            raise
        first = Received.objects.get(sender=envelope.sender, message_id=envelope.id)
        if bytes(first.digest) != digest:
            raise Refused("message_id_reused", id=envelope.id) from error
        return
    record.append(
        stream_kind="message",
        stream_id=f"{envelope.sender}:{envelope.id}",
        position=1,
        entries=[(delivery.RECEIVED, _facts(envelope, digest))],
        by=f"connector:{envelope.sender}",
        at=at,
    )


def _replied(envelope: contract.Envelope) -> UUID | None:
    """The message it answers, if it says it answers one. Refuses `reply_to_unknown`."""
    if not envelope.in_reply_to:
        return None
    try:
        asked = UUID(envelope.in_reply_to)
    except ValueError:
        asked = None
    sent = asked and Message.objects.filter(pk=asked, receiver=envelope.sender, subject=envelope.subject)
    if not (sent and sent.exists()):
        raise Refused("reply_to_unknown", id=envelope.in_reply_to)
    return asked


def _facts(envelope: contract.Envelope, digest: bytes) -> dict:
    return {
        "sender": envelope.sender,
        "kind": envelope.kind,
        "subject": envelope.subject,
        "in_reply_to": envelope.in_reply_to,
        "sha256": digest.hex(),
    }
