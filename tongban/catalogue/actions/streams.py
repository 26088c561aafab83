"""Appending to the catalogue's streams in the record."""

from datetime import datetime

from tongban.record import actions as record_actions
from tongban.record import queries as record


def append(stream_kind: str, stream_id: str, kind: str, facts: dict, *, by: str, at: datetime) -> None:
    """One event at the end of a stream, in the transaction of what it tells."""
    record_actions.append(
        stream_kind=stream_kind,
        stream_id=stream_id,
        position=record.last_position(stream_kind, stream_id) + 1,
        entries=[(kind, facts)],
        by=by,
        at=at,
    )
