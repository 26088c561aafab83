"""Sending: the message is written in the caller's transaction and carried by the worker after it commits."""

import hashlib
import uuid
from datetime import datetime

import msgspec
from django.db import connection

from tongban.connectors.queries.messages import PLACE
from tongban.connectors.rules import contract, delivery
from tongban.engine.refusal import Refused
from tongban.kit import vault
from tongban.record import queries as record
from tongban.record import rules as record_rules

_SEND = """
with lane as (
    insert into connectors_lane (receiver, subject, last) values (%s, %s, 1)
    on conflict (receiver, subject) do update set last = connectors_lane.last + 1 returning last
), recorded as ({recorded})
insert into connectors_message
    (id, receiver, subject, sequence, kind, body, issued_at, by, position, tries, due_at)
select %s, %s, %s, last, %s, %s, %s, %s, 1, 0, %s from lane
"""


def send(*, receiver: str, kind: str, subject: str, body: dict, by: str, at: datetime) -> uuid.UUID:
    """Send `body` to an organ outside; returns the message's id, which its answers name as `in_reply_to`.

    One statement in the caller's transaction: rolled back with it, carried only after it commits. Messages
    of one receiver and subject (a bundle's or a case's number) arrive in the order they were sent; until
    then the next of them waits. The lane is locked until the caller commits, so that order of sending is
    order of committing. A receiver missing from the directory is no error: its messages wait for it.

    `body` is plain JSON without floats; it is kept encrypted, the record keeps its digest only.
    Refuses facts_not_plain, message_malformed (receiver, kind or subject not as the contract has them),
    message_too_large.
    """
    record_rules.plain(body)
    id = uuid.uuid4()
    _check(id=str(id), receiver=receiver, kind=kind, subject=subject, body=body, at=at)
    content = contract.encode(body)
    facts = {
        "receiver": receiver,
        "kind": kind,
        "subject": subject,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    recorded, params = record.recorded_sql(
        stream_kind="message",
        stream_id=str(id),
        position=1,
        entries=[(delivery.SENT, facts)],
        by=by,
        at=at,
    )
    sealed = vault.seal(content.decode(), place=PLACE)
    row: list = [id, receiver, subject, kind, sealed, at, by, at]
    with connection.cursor() as cursor:
        cursor.execute(_SEND.format(recorded=recorded), [receiver, subject, *params, *row])
    return id


def _check(*, id: str, receiver: str, kind: str, subject: str, body: dict, at: datetime) -> None:
    """What will be sent is what the contract lets pass, whatever sequence it gets."""
    draft = {"id": id, "sender": "a", "receiver": receiver, "kind": kind, "subject": subject, "sequence": 1}
    try:
        whole = msgspec.convert({**draft, "issued_at": at, "body": body}, contract.Envelope)
    except msgspec.ValidationError as error:
        raise Refused("message_malformed", at=str(error)) from error
    if len(contract.encode(whole)) > contract.MOST - 100:
        raise Refused("message_too_large", most=contract.MOST)
