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
from tongban.record.models import Checkpoint, Event, Horizon, LogEntry, Refusal

_LOCK = 0x746F6E67  # advisory lock of the one sealer
BATCH = 5000
REACTING = frozenset({"case", "message", "bundle"})  # kinds of streams whose events others act on
ERASURE = "erasure"  # the kind of the streams that keep erasures


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


_HORIZON = """
select h.base, h.tx, h.event_id, coalesce(last.tx::text::bigint, 0), coalesce(last.id, 0),
    greatest(pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1,
             coalesce(pg_current_xact_id_if_assigned()::text::bigint, 0))
from record_horizon h
left join (select tx, id from record_event order by tx desc, id desc limit 1) last on true
"""

_ROWS = "select e.id, e.tx::text::bigint, e.leaf, e.stream_kind, e.stream_id, e.kind from record_event e"

_COMMITTED = f"""{_ROWS}
where e.tx < (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + %s)::text::xid8
  and (e.tx, e.id) > (%s::text::xid8, %s::bigint)
order by e.tx, e.id limit %s
"""

_LEFT = f"""{_ROWS}
where not exists (select 1 from record_logentry l where l.event_id = e.id) order by e.tx, e.id
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
        cursor.execute(_HORIZON)
        base, tx, event, newest, *_, seen = cursor.fetchone()
        if newest > seen + base:
            return _seal_restored(cursor, at)
        cursor.execute(_COMMITTED, [base, str(tx), event, BATCH])
        rows = cursor.fetchall()
    if not rows:
        return 0
    last, last_tx, *_ = rows[-1]
    _grow(rows, at)
    Horizon.objects.update(tx=last_tx, event_id=last)
    _react(rows)
    return len(rows)


def _seal_restored(cursor, at: datetime) -> int:
    """Seal all that is left, and go on above it: the server is younger than the record.

    Its transaction ids began again, as after a restore from a dump; nothing may be passed over.
    """
    cursor.execute("lock table record_event in share row exclusive mode")
    cursor.execute(_HORIZON)
    _, _, _, newest, event, _ = cursor.fetchone()
    cursor.execute(_LEFT)
    rows = cursor.fetchall()
    if rows:
        _grow(rows, at)
        _react(rows)
    Horizon.objects.update(base=newest, tx=newest, event_id=event)
    return len(rows)


_ENTRIES = """
insert into record_logentry (index, event_id, tx, leaf)
select * from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bytea[])
"""

_NODES = """
insert into record_treenode (level, index, hash) select * from unnest(%s::smallint[], %s::bigint[], %s::bytea[])
"""


def _grow(rows: list[tuple], at: datetime) -> None:
    """Add the rows' leaves to the tree and sign the new root; one statement a table."""
    hash = hasher(settings.RECORD_HASH)
    last = LogEntry.objects.order_by("-index").first()
    size = last.index + 1 if last else 0
    tree = merkle.frontier(size, queries.nodes())
    events, txs, leaves, *_ = zip(*rows, strict=True)
    made = [node for leaf in leaves for node in tree.append(bytes(leaf), hash)]
    with connection.cursor() as cursor:
        indexes = list(range(size, tree.size))
        cursor.execute(_ENTRIES, [indexes, list(events), list(txs), list(leaves)])
        cursor.execute(_NODES, [list(column) for column in zip(*made, strict=True)])
    root = tree.root(hash)
    checkpoint = rules.Checkpoint(
        settings.RECORD_ORIGIN, tree.size, root, settings.RECORD_HASH, rules.instant(at)
    )
    note = rules.sign(checkpoint, settings.RECORD_KEY)
    Checkpoint.objects.create(size=tree.size, root=root, note=note, at=at)


def _react(rows: list[tuple]) -> None:
    """Defer the jobs that `config/reactions.py` names for these events; in the sealing transaction."""
    reactions = import_string(settings.RECORD_REACTIONS)
    wanted: dict[str, list[dict]] = {}
    for event, _, _, stream_kind, stream_id, kind in rows:
        for task in reactions.get(kind, ()) if stream_kind in REACTING else ():
            wanted.setdefault(task, []).append(
                {"event_id": event, "stream_kind": stream_kind, "stream_id": stream_id, "kind": kind}
            )
    for task, calls in wanted.items():
        jobs.configure_task(task).batch_defer(*calls)


@transaction.atomic
def erase(*, event: int, by: str, at: datetime, reason: str) -> None:
    """Erase the facts of an event; the leaf stays, so the log still verifies.

    The erasure is an event of its own stream and keeps what stays of the row, so that the row remains
    tamper-evident and the erased event's own stream goes on undisturbed. `reason` names no person.
    Refuses event_unknown, event_erased, erasure_stays.
    Basis: 个人信息保护法 Art 47.
    """
    row = Event.objects.select_for_update().filter(pk=event).first()
    if row is None:
        raise Refused("event_unknown", event=event)
    if row.salt is None:
        raise Refused("event_erased", event=event)
    if row.stream_kind == ERASURE:
        raise Refused("erasure_stays", event=event)
    with connection.cursor() as cursor:
        cursor.execute("set local tongban.erasing = 'on'")
        cursor.execute("update record_event set facts = null, salt = null where id = %s", [event])
        cursor.execute("set local tongban.erasing = 'off'")
    stays = rules.remains(
        row.pk,
        row.stream_kind,
        row.stream_id,
        row.position,
        row.kind,
        row.by,
        rules.instant(row.at),
        bytes(row.leaf).hex(),
    )
    append(
        stream_kind=ERASURE,
        stream_id=str(event),
        position=1,
        entries=[("erased", {"event": stays, "reason": reason})],
        by=by,
        at=at,
    )


@transaction.atomic
def cosign(*, size: int, line: str) -> None:
    """Add a witness's signature line to a checkpoint it has checked for itself.

    Refuses checkpoint_unknown, note_unreadable, witness_unknown, signature_wrong, cosigned_already.
    """
    row = Checkpoint.objects.select_for_update().filter(size=size).first()
    if row is None:
        raise Refused("checkpoint_unknown", size=size)
    before, after = rules.signers(row.note), rules.signers(row.note + line)
    added, known = after[len(before) :], queries.witnesses()
    if len(added) != 1 or added[0] not in known:
        raise Refused("witness_unknown", names=added)
    if added[0] in before:
        raise Refused("cosigned_already", name=added[0])
    if not rules.cosigned(row.note + line, added[0], known[added[0]]):
        raise Refused("signature_wrong", name=added[0])
    row.note += line
    row.save(update_fields=["note"])


def note_refusal(*, stream_kind: str, stream_id: str, code: str, facts: dict, by: str, at: datetime) -> None:
    """Keep that a rule refused a command."""
    Refusal.objects.create(
        stream_kind=stream_kind, stream_id=stream_id[:100], code=code, facts=facts, by=by, at=at
    )
