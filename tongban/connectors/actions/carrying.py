"""Carrying messages out: a worker claims the head of each lane, and notes what came back."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
import structlog
from django.conf import settings
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from tongban.connectors.actions import receiving, streams
from tongban.connectors.models import OPEN, Message
from tongban.connectors.queries.messages import PLACE
from tongban.connectors.rules import contract, delivery
from tongban.connectors.rules.delivery import Answer, Outcome
from tongban.kit import vault

log = structlog.get_logger()


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A message in a worker's hands: its exact bytes, and which try this is; no bytes when it cannot be opened."""

    id: UUID
    receiver: str
    subject: str
    tries: int
    payload: bytes


# The head of a lane is its oldest open message: while it waits or lies on the list of failures, what was
# sent after it waits too, and no other lane does.
_CLAIM = """
with heads as materialized (
    select m.id, row_number() over (partition by m.receiver order by m.due_at, m.issued_at, m.id) as place
    from connectors_message m
    where m.accepted_at is null and m.given_up_at is null and m.failed_at is null
      and m.due_at <= %(at)s and (m.leased_until is null or m.leased_until <= %(at)s)
      and m.receiver <> all(%(busy)s)
      and not exists (
        select 1 from connectors_message e
        where e.receiver = m.receiver and e.subject = m.subject and e.sequence < m.sequence
          and e.accepted_at is null and e.given_up_at is null)
), chosen as materialized (
    select m.id from connectors_message m join heads h on h.id = m.id
    where h.place <= %(most)s - coalesce((%(flying)s::jsonb ->> m.receiver)::int, 0)
      and m.accepted_at is null and m.given_up_at is null and m.failed_at is null
      and m.due_at <= %(at)s and (m.leased_until is null or m.leased_until <= %(at)s)
    for update of m skip locked
)
update connectors_message m set tries = m.tries + 1, leased_until = %(until)s
from chosen where chosen.id = m.id
returning m.id, m.receiver, m.subject, m.sequence, m.kind, m.body, m.issued_at, m.tries
"""


def claim(*, at: datetime, most: int = 4, flying: Mapping[str, int] | None = None) -> list[Claimed]:
    """Due messages taken for this worker for `LEASE`: for each receiver `most` less what is `flying` to it.

    A worker that dies keeps nothing: when the lease is over the message is sent again under the same id.
    """
    counts = dict(flying or {})
    given: dict = {"at": at, "until": at + delivery.LEASE, "most": most, "flying": Jsonb(counts)}
    given["busy"] = [name for name, count in counts.items() if count >= most]
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, given)
        rows = cursor.fetchall()
    return [_claimed(*row) for row in rows]


def _claimed(
    id: UUID,
    receiver: str,
    subject: str,
    sequence: int,
    kind: str,
    body: bytes,
    issued_at: datetime,
    tries: int,
) -> Claimed:
    payload = b""
    try:
        plain = msgspec.json.decode(vault.open_sealed(body, place=PLACE))
    except vault.Tampered as error:  # it is tried, and ends on the list of failures; the others go on
        log.error("message cannot be opened", message=str(id), place=str(error))
    else:
        envelope = contract.Envelope(
            id=str(id),
            sender=settings.CONNECTOR_NAME,
            receiver=receiver,
            kind=kind,
            subject=subject,
            sequence=sequence,
            issued_at=issued_at,
            body=plain,
        )
        payload = contract.encode(envelope)
    return Claimed(id=id, receiver=receiver, subject=subject, tries=tries, payload=payload)


@transaction.atomic
def note(*, message: Claimed, answer: Answer, result: receiving.Sealed | None = None, at: datetime) -> None:
    """What came of a try: taken, to be tried later, or onto the list of failures.

    `result` is the signed message a 200 answer carried; it is taken in like any other. A worker that comes
    back after another has taken the message up changes nothing.
    """
    row = (
        Message.objects.select_for_update().filter(OPEN, pk=message.id, failed_at=None).defer("body").first()
    )
    if row is None or row.tries != message.tries:
        return
    row.answered_at, row.leased_until, row.status = at, None, answer.status
    row.problem = msgspec.to_builtins(answer.problem) if answer.problem else None
    match delivery.outcome(answer, row.tries):
        case Outcome.TAKEN:
            row.accepted_at = at
            streams.append(row, delivery.ACCEPTED, {"tries": row.tries}, by=_by(row), at=at)
            _catch_up(row.receiver, at)
            if result:
                receiving.keep(result, at=at)
        case Outcome.FAILED:
            row.failed_at = at
            why = answer.problem.code if answer.problem else ""
            facts = {"tries": row.tries, "status": answer.status, "problem": why}
            streams.append(row, delivery.FAILED, facts, by=_by(row), at=at)
        case Outcome.LATER:
            row.due_at = delivery.next_try(answer, row.tries, str(row.pk), at)
    row.save(
        update_fields=[
            "answered_at", "leased_until", "status", "problem", "accepted_at", "failed_at", "due_at", "position",
        ]
    )  # fmt: skip


def _by(row: Message) -> str:
    return f"connector:{row.receiver}"


_CATCH_UP = """
update connectors_message set due_at = greatest(%(at)s, answered_at + %(apart)s)
where id in (
    select id from connectors_message
    where receiver = %(receiver)s and accepted_at is null and given_up_at is null and failed_at is null
      and leased_until is null and due_at > greatest(%(at)s, answered_at + %(apart)s)
      and (status is null or status <> all(%(patience)s))
    for update skip locked
)
"""


def _catch_up(receiver: str, at: datetime) -> None:
    """A receiver took a message: what waits because it was away is due now, not when its wait is over.

    Where it asked for patience it is given; and one message it never takes does not use up its tries at once.
    """
    patience = sorted(delivery.LATER_STATUSES)
    given: dict = {"receiver": receiver, "at": at, "apart": delivery.APART, "patience": patience}
    with connection.cursor() as cursor:
        cursor.execute(_CATCH_UP, given)
