"""Appending to a licence's stream in the record."""

from datetime import datetime

from tongban.licences.models import Licence
from tongban.record import actions as record_actions
from tongban.record import queries as record

STREAM = "licence"


def append(licence: Licence, kind: str, facts: dict, *, by: str, at: datetime) -> None:
    """One event at the end of the licence's stream, in the transaction of what it tells; the row is locked."""
    record_actions.append(
        stream_kind=STREAM,
        stream_id=licence.identifier,
        position=record.last_position(STREAM, licence.identifier) + 1,
        entries=[(kind, {"number": licence.number, **facts})],
        by=by,
        at=at,
    )
