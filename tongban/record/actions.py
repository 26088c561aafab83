"""Writing the record: append, seal, erase, cosign, note a refusal."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app as jobs

from tongban.engine import merkle
from tongban.engine.refusal import Refused
from tongban.kit.hashing import hasher
from tongban.record import queries, rules
from tongban.record.models import Checkpoint, Event, LogEntry, Refusal, TreeNode

_LOCK = 0x746F6E67  # advisory lock of the one sealer
BATCH = 5000


class Conflict(Exception):
    """The position is taken: somebody else wrote to the stream first."""


def append(
    *,
    stream_kind: str,
    stream_id: str,
    position: int,
    entries: Sequence[tuple[str, dict]],
    by: str,
    at: datetime,
) -> None:
    """Append `entries` (kind, facts) from `position` (the first is 1). Raises `Conflict` if it is taken."""
    sql, params = queries.recorded_sql(
        stream_kind=stream_kind, stream_id=stream_id, position=position, entries=entries, by=by, at=at
    )
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
    except IntegrityError as error:
        if "event_position_once" in str(error):
            raise Conflict(f"{stream_kind} {stream_id} #{position}") from error
        raise


_COMMITTED = """
select e.id, e.tx::text::bigint, e.leaf, e.stream_kind, e.stream_id, e.kind from record_event e
where e.tx < pg_snapshot_xmin(pg_current_snapshot())
  and (e.tx, e.id) > (%s::text::xid8, %s::bigint)
order by e.tx, e.id limit %s
"""


@transaction.atomic
def seal(*, at: datetime) -> int:
    """Gather committed events into the log, sign a checkpoint and defer their reactions; returns how many.

    Only transactions below the snapshot's horizon are taken: all that will ever commit there has.
    One sealer at a time; a second returns 0 at once.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        last = LogEntry.objects.order_by("-index").first()
        tx, event = (last.tx, last.event_id) if last else (0, 0)
        cursor.execute(_COMMITTED, [str(tx), event, BATCH])
        rows = cursor.fetchall()
    if not rows:
        return 0
    _grow(rows, last.index + 1 if last else 0, at)
    _react(rows)
    return len(rows)


def _grow(rows: list[tuple], size: int, at: datetime) -> None:
    """Add the rows' leaves to the tree and sign the new root."""
    hash = hasher(settings.RECORD_HASH)
    tree = merkle.frontier(size, queries.nodes())
    made: list[TreeNode] = []
    for _, _, leaf, *_ in rows:
        made += [
            TreeNode(level=level, index=index, hash=value)
            for level, index, value in tree.append(bytes(leaf), hash)
        ]
    LogEntry.objects.bulk_create(
        LogEntry(index=size + offset, event_id=event, tx=tx, leaf=bytes(leaf))
        for offset, (event, tx, leaf, *_) in enumerate(rows)
    )
    TreeNode.objects.bulk_create(made)
    root = tree.root(hash)
    checkpoint = rules.Checkpoint(settings.RECORD_ORIGIN, tree.size, root, settings.RECORD_HASH)
    note = rules.sign(checkpoint, settings.RECORD_KEY)
    Checkpoint.objects.create(size=tree.size, root=root, note=note, at=at)


def _react(rows: list[tuple]) -> None:
    """Defer the jobs that `config/reactions.py` names for these events; in the sealing transaction."""
    reactions = import_string(settings.RECORD_REACTIONS)
    wanted: dict[str, list[dict]] = {}
    for event, _, _, stream_kind, stream_id, kind in rows:
        for task in reactions.get(kind, ()) if stream_kind == "case" else ():
            wanted.setdefault(task, []).append(
                {"event_id": event, "stream_kind": stream_kind, "stream_id": stream_id, "kind": kind}
            )
    for task, calls in wanted.items():
        jobs.configure_task(task).batch_defer(*calls)


@transaction.atomic
def erase(*, event: int, by: str, at: datetime, reason: str) -> None:
    """Erase the facts of an event; the leaf stays, so the log still verifies, and the erasure is recorded.

    Basis: 个人信息保护法 Art 47.
    """
    row = Event.objects.select_for_update().filter(pk=event).first()
    if row is None:
        raise Refused("event_unknown", event=event)
    if row.salt is None:
        raise Refused("event_erased", event=event)
    with connection.cursor() as cursor:
        cursor.execute("set local tongban.erasing = 'on'")
        cursor.execute("update record_event set facts = null, salt = null where id = %s", [event])
        cursor.execute("set local tongban.erasing = 'off'")
    append(
        stream_kind=row.stream_kind,
        stream_id=row.stream_id,
        position=queries.last_position(row.stream_kind, row.stream_id) + 1,
        entries=[("erased", {"event": event, "reason": reason})],
        by=by,
        at=at,
    )


def cosign(*, size: int, line: str) -> None:
    """Add a witness's signature line to a checkpoint. Refuses checkpoint_unknown, note_unreadable."""
    if not line.startswith("— ") or not line.endswith("\n") or line.count("\n") != 1:
        raise Refused("note_unreadable")
    with transaction.atomic():
        row = Checkpoint.objects.select_for_update().filter(size=size).first()
        if row is None:
            raise Refused("checkpoint_unknown", size=size)
        row.note += line
        row.save(update_fields=["note"])


def note_refusal(*, stream_kind: str, stream_id: str, code: str, facts: dict, by: str, at: datetime) -> None:
    """Keep that a rule refused a command."""
    Refusal.objects.create(
        stream_kind=stream_kind, stream_id=stream_id[:100], code=code, facts=facts, by=by, at=at
    )
