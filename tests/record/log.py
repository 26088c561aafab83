"""A record for tests: events appended and sealed for good, and rows changed behind the house's back."""

import time
from datetime import UTC, datetime

from django.db import connection

from tongban.record import actions, queries, rules

AT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
WITNESS, WITNESS_KEY = "audit.example/yaan", bytes(range(32))
WAIT = 60  # seconds; other databases of the same server may hold the horizon back


def append(stream: str, *kinds: str, position: int = 1, at: datetime = AT, **facts: object) -> list[int]:
    """Events of test stream `stream` from `position` on; returns their ids."""
    actions.append(
        stream_kind="test",
        stream_id=stream,
        position=position,
        entries=[(kind, facts) for kind in kinds],
        by="account:1",
        at=at,
    )
    return [event.pk for event in queries.stream("test", stream)][position - 1 :]


def seal_all(at: datetime = AT) -> int:
    """Seal until nothing committed is left; returns how many were gathered."""
    sealed, until = 0, time.monotonic() + WAIT
    while queries.unsealed():
        sealed += actions.seal(at=at)
        assert time.monotonic() < until, "a transaction elsewhere on this server holds the horizon back"
        time.sleep(0.01)
    return sealed


def tamper(*statements: str) -> None:
    """What somebody with every right in the database can do: triggers off, rows changed."""
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("set session_replication_role = origin")


def fetch(sql: str, *params: object) -> list[tuple]:
    """The rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def witnessed(note: str, key: bytes = WITNESS_KEY, name: str = WITNESS) -> str:
    """The line a witness adds to a note."""
    return rules.signature_line(note.partition("\n\n")[0] + "\n", name, key)
