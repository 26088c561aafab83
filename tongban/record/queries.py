"""Reading the record: streams, the INSERT other rooms weave in, proofs, and its verification."""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec
from django.conf import settings
from django.db import connection

from tongban.engine import merkle
from tongban.engine.refusal import Refused
from tongban.kit.hashing import hasher
from tongban.record import rules
from tongban.record.models import Checkpoint, Event, LogEntry, Refusal, TreeNode

_FACTS = msgspec.json.Encoder(order="sorted").encode
CHUNK = 5000

_INSERT = """
insert into record_event (tx, stream_kind, stream_id, position, kind, facts, salt, leaf, by, at)
select pg_current_xact_id(), %s::text, %s::text, given.position, given.kind, given.facts, given.salt, given.leaf,
    %s::text, %s::timestamptz
from unnest(%s::int[], %s::text[], %s::jsonb[], %s::bytea[], %s::bytea[])
    as given (position, kind, facts, salt, leaf)
"""


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
    """
    hash = hasher(settings.RECORD_HASH)
    kinds, facts, salts, leaves = [], [], [], []
    for offset, (kind, fact) in enumerate(entries):
        rules.plain(fact)
        entry = rules.Entry(stream_kind, stream_id, position + offset, kind, fact, by, at)
        salt = os.urandom(16)
        kinds.append(kind)
        facts.append(_FACTS(fact).decode())
        salts.append(salt)
        leaves.append(rules.leaf(entry, salt, hash))
    positions = list(range(position, position + len(kinds)))
    return _INSERT, [stream_kind, stream_id, by, at, positions, kinds, facts, salts, leaves]


def stream(kind: str, stream_id: str) -> list[Event]:
    """The events of one stream, in order."""
    return list(Event.objects.filter(stream_kind=kind, stream_id=stream_id).order_by("position"))


def event(event_id: int) -> Event:
    """One event by id. Refuses `event_unknown`."""
    found = Event.objects.filter(pk=event_id).first()
    if found is None:
        raise Refused("event_unknown", event=event_id)
    return found


def last_position(kind: str, stream_id: str) -> int:
    """The position of a stream's last event; 0 when it is empty."""
    rows = Event.objects.filter(stream_kind=kind, stream_id=stream_id).order_by("-position")
    return rows.values_list("position", flat=True).first() or 0


def entry(row: Event) -> rules.Entry:
    """An event row as it is hashed."""
    return rules.Entry(
        row.stream_kind, row.stream_id, row.position, row.kind, row.facts or {}, row.by, row.at
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


def nodes(wanted: Iterable[tuple[int, int]] = ()) -> Callable[[int, int], bytes]:
    """A look-up of stored tree nodes."""

    def node(level: int, index: int) -> bytes:
        return bytes(TreeNode.objects.values_list("hash", flat=True).get(level=level, index=index))

    return node


def proof(event_id: int) -> dict:
    """A self-contained proof for an event. Refuses event_unknown, event_erased, not_sealed_yet."""
    row = event(event_id)
    if row.salt is None:
        raise Refused("event_erased", event=event_id)
    sealed = LogEntry.objects.filter(event_id=event_id).first()
    checkpoint = latest()
    if sealed is None or checkpoint is None or checkpoint.size <= sealed.index:
        raise Refused("not_sealed_yet", event=event_id)
    path = merkle.inclusion(sealed.index, checkpoint.size, nodes(), hasher(settings.RECORD_HASH))
    return rules.proof(
        entry(row),
        bytes(row.salt),
        index=sealed.index,
        path=path,
        note=checkpoint.note,
        hash_name=settings.RECORD_HASH,
        public=public_key(),
    )


class Problem(msgspec.Struct, frozen=True):
    """Something in the record that does not follow from the rest: what, and where."""

    code: str
    where: str


class Report(msgspec.Struct, frozen=True):
    """What a verification found."""

    events: int
    sealed: int
    erased: int
    problems: list[Problem]
    seconds: float


def verify(progress: Callable[[int, int], None] = lambda done, total: None) -> Report:
    """Hash everything again: events against leaves, leaves against the log, the log against its roots.

    One server-side pass in commit order; nothing is kept in memory but one chunk.
    """
    begun = time.monotonic()
    hash = hasher(settings.RECORD_HASH)
    problems: list[Problem] = []
    events, erased = _verify_events(hash, problems, progress)
    sealed = _verify_log(hash, problems)
    problems += _verify_pairs() + _verify_streams()
    return Report(
        events=events, sealed=sealed, erased=erased, problems=problems, seconds=time.monotonic() - begun
    )


def _verify_events(hash, problems: list[Problem], progress) -> tuple[int, int]:
    total = Event.objects.count()
    done = erased = 0
    for row in Event.objects.order_by("id").iterator(chunk_size=CHUNK):
        if row.salt is None:
            erased += 1
        else:
            try:
                found = rules.leaf(entry(row), bytes(row.salt), hash)
            except (TypeError, ValueError, OverflowError):
                found = b""
            if found != bytes(row.leaf):
                problems.append(Problem("leaf_differs", f"event {row.pk}"))
        done += 1
        if done % CHUNK == 0:
            progress(done, total)
    progress(done, total)
    return done, erased


def _verify_log(hash, problems: list[Problem]) -> int:
    """Replay the log: every node and every checkpoint's root and signature."""
    tree = merkle.Frontier(size=0, peaks=[])
    checkpoints = iter(Checkpoint.objects.order_by("size").iterator(chunk_size=CHUNK))
    due = next(checkpoints, None)
    batch: dict[tuple[int, int], bytes] = {}
    made = 0
    for sealed in LogEntry.objects.order_by("index").iterator(chunk_size=CHUNK):
        if sealed.index != tree.size:
            problems.append(Problem("log_gap", f"index {tree.size}"))
            return tree.size
        for level, index, value in tree.append(bytes(sealed.leaf), hash):
            batch[level, index] = value
            made += 1
        if len(batch) >= CHUNK:
            problems += _verify_nodes(batch)
            batch = {}
        while due is not None and due.size == tree.size:
            problems += _verify_checkpoint(due, tree.root(hash))
            due = next(checkpoints, None)
    problems += _verify_nodes(batch)
    if due is not None:
        problems.append(Problem("checkpoint_beyond_log", f"size {due.size}"))
    if TreeNode.objects.count() != made:
        problems.append(Problem("nodes_too_many", f"{TreeNode.objects.count()} for {made}"))
    return tree.size


def _verify_nodes(batch: dict[tuple[int, int], bytes]) -> list[Problem]:
    if not batch:
        return []
    levels, indexes = zip(*batch, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "select n.level, n.index, n.hash from record_treenode n"
            " join unnest(%s::int[], %s::bigint[]) as w (level, index) on n.level = w.level and n.index = w.index",
            [list(levels), list(indexes)],
        )
        stored = {(level, index): bytes(value) for level, index, value in cursor.fetchall()}
    return [
        Problem("node_differs", f"{level}/{index}")
        for (level, index), value in batch.items()
        if stored.get((level, index)) != value
    ]


def _verify_checkpoint(row: Checkpoint, root: bytes) -> list[Problem]:
    where = f"checkpoint {row.size}"
    try:
        note = rules.open_note(row.note, public_key())
    except Refused as refused:
        return [Problem(refused.code, where)]
    same = note.size == row.size and note.root == bytes(row.root) == root
    named = note.hash_name == settings.RECORD_HASH and note.origin == settings.RECORD_ORIGIN
    return [] if same and named else [Problem("root_differs", where)]


_PAIRS = """
select coalesce(l.event_id, e.id) from record_logentry l
full join record_event e on e.id = l.event_id
where (e.id is null)
   or (l.event_id is null and (e.tx, e.id) <= (
       select tx::text::xid8, event_id from record_logentry order by index desc limit 1))
   or (l.event_id is not null and (l.leaf <> e.leaf or l.tx::text <> e.tx::text))
limit 100
"""


def _verify_pairs() -> list[Problem]:
    """Every sealed entry has its event, with the same leaf and transaction, and none was passed over.

    An event of a transaction still open at the last sealing is younger than every sealed one.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS)
        return [Problem("log_and_event_differ", f"event {number}") for (number,) in cursor.fetchall()]


_STREAMS = """
select stream_kind, stream_id from record_event group by stream_kind, stream_id
having min(position) <> 1 or max(position) <> count(*) limit 100
"""


def _verify_streams() -> list[Problem]:
    """Positions of every stream run from 1 without a gap."""
    with connection.cursor() as cursor:
        cursor.execute(_STREAMS)
        return [Problem("stream_gap", f"{kind} {name}") for kind, name in cursor.fetchall()]


def refusals(limit: int = 50) -> list[Refusal]:
    """Commands that a rule refused, newest first."""
    return list(Refusal.objects.order_by("-at", "-id")[:limit])
