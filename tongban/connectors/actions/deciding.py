"""Deciding on a message that was not taken: send it again, or give it up with a reason; both on the record."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.connectors.actions import streams
from tongban.connectors.queries import messages
from tongban.connectors.rules import delivery
from tongban.people.rules import Caller, Role, require_role


@transaction.atomic
def resend(*, message: UUID, caller: Caller, at: datetime) -> None:
    """Have an open message tried again now, from the first try. Refuses role_needed, connector_message_unknown, message_settled."""
    require_role(caller, Role.SYSTEM_ADMIN)
    row = messages.find(message, lock=True)
    delivery.check_open(accepted=row.accepted_at is not None, given_up=row.given_up_at is not None)
    row.failed_at, row.due_at, row.tries = None, at, 0
    streams.append(row, delivery.RESENT, {"receiver": row.receiver}, by=caller.by, at=at)
    row.save(update_fields=["failed_at", "due_at", "tries", "position"])


@transaction.atomic
def give_up(*, message: UUID, reason: str, caller: Caller, at: datetime) -> None:
    """Never send a failed message; what was sent after it goes on. `reason` goes on the record.

    Refuses role_needed, connector_message_unknown, message_settled, message_not_failed, give_up_reason_missing.
    """
    require_role(caller, Role.SYSTEM_ADMIN)
    words = delivery.check_reason(reason)
    row = messages.find(message, lock=True)
    delivery.check_open(accepted=row.accepted_at is not None, given_up=row.given_up_at is not None)
    delivery.check_failed(failed=row.failed_at is not None)
    row.given_up_at = at
    facts = {"receiver": row.receiver, "reason": words}
    streams.append(row, delivery.GIVEN_UP, facts, by=caller.by, at=at)
    row.save(update_fields=["given_up_at", "position"])
