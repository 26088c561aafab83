"""Appending to the catalogue's streams in the record."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection

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


def append_all(entries: Iterable[tuple[str, str, int, str, dict, str, datetime]]) -> None:
    """Many events at their positions, sent together: (stream kind, stream id, position, kind, facts, by, at)."""
    rows = [
        record.recorded_sql(
            stream_kind=stream, stream_id=name, position=position, entries=[(kind, facts)], by=by, at=at
        )
        for stream, name, position, kind, facts, by, at in entries
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(rows[0][0], [params for _, params in rows])


def open_all(stream_kind: str, kind: str, facts: Mapping[str, dict], *, by: str, at: datetime) -> None:
    """The first event of many streams, {stream id: facts}: the record's own INSERT for each, sent together.

    A stream that is there already makes the whole fail, as position 1 is taken.
    """
    append_all((stream_kind, stream_id, 1, kind, told, by, at) for stream_id, told in facts.items())
