"""What happens to a message goes into its stream of the record, in the same transaction."""

from datetime import datetime

from tongban.connectors.models import Message
from tongban.record import actions as record


def append(row: Message, kind: str, facts: dict, *, by: str, at: datetime) -> None:
    """Append an event to the stream of `row`, which must be locked; the caller saves its new position."""
    row.position += 1
    record.append(
        stream_kind="message",
        stream_id=str(row.pk),
        position=row.position,
        entries=[(kind, facts)],
        by=by,
        at=at,
    )
