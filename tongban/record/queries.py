"""Reading the record: streams, the INSERT other rooms weave in, proofs, refusals."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from tongban.engine import merkle
from tongban.engine.refusal import Refused
from tongban.kit.hashing import hasher
from tongban.kit.written import Written
from tongban.record import rules
from tongban.record.models import Checkpoint, Event, LogEntry, Refusal, TreeNode

_FACTS = msgspec.json.Encoder(order="sorted").encode

_INSERT = """
insert into record_event (tx, stream_kind, stream_id, position, kind, facts, salt, leaf, by, at)
select (pg_current_xact_id()::text::bigint + (select base from record_horizon))::text::xid8, %s::text,
    %s::text, given.position, given.kind, given.facts, given.salt, given.leaf, %s::text, %s::timestamptz
from (values {rows}) as given (position, kind, facts, salt, leaf)
"""
_ROW = "(%s::int, %s::text, %s::jsonb, %s::bytea, %s::bytea)"  # plain values: arrays cost the driver more


def recorded_sql(
    *,
    stream_kind: str,
    stream_id: str,
    position: int,
    entries: Sequence[tuple[str, dict]],
    by: str,
    at: datetime,
) -> tuple[str, list]:
    """The INSERT that appends `entries` (kind, facts) from `position` on, and its parameters.

    For use as it is or inside `with recorded as (…)`, so that state and events are one statement.
    Refuses `facts_not_plain`.
    """
    rules.plain([stream_id, by])
    hash, instant = hasher(settings.RECORD_HASH), rules.instant(at)
    params: list = [stream_kind, stream_id, by, at]
    for place, (kind, fact) in enumerate(entries, start=position):
        rules.plain(fact)
        entry = rules.Entry(stream_kind, stream_id, place, kind, fact, by, instant)
        salt = os.urandom(16)
        params += [place, kind, _FACTS(fact).decode(), salt, rules.leaf(entry, salt, hash)]
    return _INSERT.format(rows=", ".join([_ROW] * len(entries))), params


def stream(kind: str, stream_id: str) -> list[Event]:
    """The events of one stream, in order."""
    return _STREAM(kind=kind, id=stream_id)


_STREAM = Written(Event.objects.all, "where stream_kind = %(kind)s and stream_id = %(id)s order by position")


def streams(kind: str, stream_ids: Sequence[str]) -> QuerySet[Event]:
    """The events of several streams, stream by stream, each in order."""
    return Event.objects.filter(stream_kind=kind, stream_id__in=stream_ids).order_by("stream_id", "position")


def event(event_id: int) -> Event:
    """One event by id. Refuses `event_unknown`."""
    found = Event.objects.filter(pk=event_id).first()
    if found is None:
        raise Refused("event_unknown", event=event_id)
    return found


class Stretch(msgspec.Struct, frozen=True):
    """A part of the sealed order: where it ends, and the streams of one kind that got events of some kinds in it."""

    upto: int  # index of the last leaf looked at
    streams: tuple[str, ...]


_STRETCH = """
select l.index, e.stream_id, e.stream_kind = %s and e.kind = any(%s)
from record_logentry l join record_event e on e.id = l.event_id
where l.index > %s order by l.index limit %s
"""


def sealed_after(index: int, *, stream_kind: str, kinds: Sequence[str], limit: int) -> Stretch:
    """The sealed order after leaf `index`, at most `limit` events; -1 begins at the beginning.

    Who keeps `upto` misses nothing: what is sealed later stands behind it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STRETCH, [stream_kind, list(kinds), index, limit])
        rows = cursor.fetchall()
    wanted = dict.fromkeys(stream for _, stream, is_wanted in rows if is_wanted)
    return Stretch(upto=rows[-1][0] if rows else index, streams=tuple(wanted))


def last_position(kind: str, stream_id: str) -> int:
    """The position of a stream's last event; 0 when it is empty."""
    rows = Event.objects.filter(stream_kind=kind, stream_id=stream_id).order_by("-position")
    return rows.values_list("position", flat=True).first() or 0


def entry(row: Event) -> rules.Entry:
    """An event row as it is hashed. Refuses `event_erased`."""
    if row.facts is None:
        raise Refused("event_erased", event=row.pk)
    return rules.Entry(
        row.stream_kind, row.stream_id, row.position, row.kind, row.facts, row.by, rules.instant(row.at)
    )


def unsealed() -> int:
    """How many events are not sealed yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from record_event e where not exists"
            " (select 1 from record_logentry l where l.event_id = e.id)"
            " and e.id > coalesce((select max(event_id) - 100000 from record_logentry), 0)"
        )
        return cursor.fetchone()[0]


def latest() -> Checkpoint | None:
    """The newest checkpoint."""
    return Checkpoint.objects.order_by("-size").first()


def public_key() -> bytes:
    """The key that signs checkpoints."""
    return rules.public_key(settings.RECORD_KEY)


def witnesses() -> dict[str, bytes]:
    """The keys of the organs that may cosign a checkpoint, by name."""
    return {name: bytes.fromhex(key) for name, key in settings.RECORD_WITNESSES.items()}


def nodes() -> Callable[[int, int], bytes]:
    """A look-up of stored tree nodes."""

    def node(level: int, index: int) -> bytes:
        return bytes(TreeNode.objects.values_list("hash", flat=True).get(level=level, index=index))

    return node


def proof(event_id: int) -> dict:
    """A self-contained proof for an event. Refuses event_unknown, event_erased, not_sealed_yet."""
    row = event(event_id)
    written = entry(row)
    sealed = LogEntry.objects.filter(event_id=event_id).first()
    checkpoint = latest()
    if sealed is None or checkpoint is None or checkpoint.size <= sealed.index:
        raise Refused("not_sealed_yet", event=event_id)
    path = merkle.inclusion(sealed.index, checkpoint.size, nodes(), hasher(settings.RECORD_HASH))
    return rules.proof(
        written,
        bytes(row.salt or b""),
        index=sealed.index,
        path=path,
        note=checkpoint.note,
        hash_name=settings.RECORD_HASH,
        public=public_key(),
    )


def growth(older: str) -> dict:
    """A proof that the record still begins with the checkpoint whose note is `older`.

    Refuses those of `rules.open_note`, checkpoint_unknown (no record of that length to prove from).
    """
    first, newest = rules.open_note(older, public_key()), latest()
    if newest is None or not 0 < first.size <= newest.size:
        raise Refused("checkpoint_unknown", size=first.size)
    path = merkle.consistency(first.size, newest.size, nodes(), hasher(settings.RECORD_HASH))
    return rules.growth(path, note=newest.note, hash_name=settings.RECORD_HASH, public=public_key())


def refusals(limit: int = 50) -> list[Refusal]:
    """Commands that a rule refused, newest first."""
    return list(Refusal.objects.order_by("-at", "-id")[:limit])
