"""Verifying the record: every row hashed again and held against the log, the tree and its checkpoints."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
from django.conf import settings
from django.db import connection, transaction

from tongban.engine import merkle
from tongban.engine.refusal import Refused
from tongban.kit.hashing import hasher
from tongban.record import queries, rules
from tongban.record.models import TreeNode

CHUNK = 5000  # rows held in memory at once
MOST = 1000  # problems named; the rest are counted

Progress = Callable[[int, int], None]


class Problem(msgspec.Struct, frozen=True):
    """Something in the record that does not follow from the rest: what, and where."""

    code: str
    where: str


class Report(msgspec.Struct, frozen=True):
    """What a verification found; `problems` names the first `MOST` of `wrong`."""

    events: int
    sealed: int
    erased: int
    problems: list[Problem]
    wrong: int
    seconds: float


class _Findings:
    """What is wrong so far; names are kept up to `MOST`, so that memory stays constant."""

    def __init__(self) -> None:
        self.named: list[Problem] = []
        self.count = 0

    def add(self, code: str, where: str) -> None:
        self.count += 1
        if len(self.named) < MOST:
            self.named.append(Problem(code, where))


def verify(
    progress: Progress = lambda done, total: None, *, against: str | None = None, key: bytes | None = None
) -> Report:
    """Hash everything again: events against leaves, leaves against the log, the log against its roots.

    One snapshot, read in chunks while the house goes on working. `against` is an older checkpoint kept
    elsewhere: the log must still begin with it; `key` opens it when it is not today's.
    """
    begun = time.monotonic()
    found = _Findings()
    with _snapshot():
        events = _verify_events(found, progress)
        erased = _verify_erased(found)
        sealed = _verify_log(found, _older(found, against, key))
        _verify_nodes_count(found, sealed)
        for code, sql in _SETS:
            for (where,) in _rows(sql):
                found.add(code, where)
    return Report(
        events=events,
        sealed=sealed,
        erased=erased,
        problems=found.named,
        wrong=found.count,
        seconds=time.monotonic() - begun,
    )


@contextmanager
def _snapshot() -> Iterator[None]:
    """One view of all tables, unless the caller's transaction already gives one."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
        yield


def _rows(sql: str) -> Iterator[tuple]:
    """The rows of a query, a chunk at a time from a cursor of the server's."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk


def _instant(column: str) -> str:
    """SQL for an instant as `rules.instant` writes it; whatever the rules cannot write stays as it is."""
    written = f"to_char({column} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    usual = f"{column} >= '0001-01-01+00' and {column} < '10000-01-01+00'"
    return f"case when {usual} then {written} else {column}::text end"


_EVENTS = f"""
select id, stream_kind, stream_id, position, kind, facts::text, by, {_instant("at")}, salt, leaf
from record_event where facts is not null or salt is not null order by id
"""


def _verify_events(found: _Findings, progress: Progress) -> int:
    """Every event that was not erased hashes to its leaf; returns how many events there are."""
    hash = hasher(settings.RECORD_HASH)
    ((total,),) = _rows("select count(*) from record_event")
    for done, (number, *columns, leaf) in enumerate(_rows(_EVENTS), start=1):
        if _leaf(*columns, hash=hash) != leaf:
            found.add("leaf_differs", f"event {number}")
        if done % CHUNK == 0:
            progress(done, total)
    progress(total, total)
    return total


def _leaf(
    stream_kind: str,
    stream_id: str,
    position: int,
    kind: str,
    facts: str | None,
    by: str,
    at: str,
    salt: bytes | None,
    *,
    hash: rules.Hash,
) -> bytes | None:
    """The leaf the columns of an event hash to; None when they cannot be what was written."""
    if facts is None or salt is None:
        return None
    try:
        fact = msgspec.json.decode(facts)
        return rules.leaf(rules.Entry(stream_kind, stream_id, position, kind, fact, by, at), salt, hash)
    except (ValueError, RecursionError):
        return None


_ERASED = f"""
select e.id, x.facts::text, e.stream_kind, e.stream_id, e.position, e.kind, e.by, {_instant("e.at")},
    encode(e.leaf, 'hex')
from record_event e
left join record_event x on x.stream_kind = 'erasure' and x.stream_id = e.id::text and x.position = 1
where e.facts is null and e.salt is null order by e.id
"""


def _verify_erased(found: _Findings) -> int:
    """Every erased event has the record of its erasure, which says what the rest of the row was."""
    erased = 0
    for number, facts, *columns in _rows(_ERASED):
        erased += 1
        if facts is None:
            found.add("erased_without_record", f"event {number}")
        elif msgspec.json.decode(facts).get("event") != rules.remains(number, *columns):
            found.add("erased_event_differs", f"event {number}")
    return erased


def _older(found: _Findings, note: str | None, key: bytes | None) -> rules.Checkpoint | None:
    """The older checkpoint the log is held against, if one is given and can be trusted."""
    if note is None:
        return None
    try:
        return rules.open_note(note, key or queries.public_key())
    except Refused as refused:
        found.add(refused.code, "older checkpoint")
        return None


_LOG = "select index, leaf from record_logentry order by index"
_CHECKPOINTS = f"select size, root, note, {_instant('at')} from record_checkpoint order by size"


def _verify_log(found: _Findings, older: rules.Checkpoint | None) -> int:
    """Replay the log: every node and every checkpoint's root and signatures; returns its length."""
    hash = hasher(settings.RECORD_HASH)
    tree = merkle.Frontier(size=0, peaks=[])
    checkpoints = _rows(_CHECKPOINTS)
    due = next(checkpoints, None)
    last = 0
    batch: dict[tuple[int, int], bytes] = {}
    if older and older.size == 0 and older.root != tree.root(hash):
        found.add("history_rewritten", "size 0")
    for index, leaf in _rows(_LOG):
        if index != tree.size:
            found.add("log_gap", f"index {tree.size}")
            break
        for level, place, value in tree.append(leaf, hash):
            batch[level, place] = value
        if len(batch) >= CHUNK:
            _verify_nodes(found, batch)
            batch = {}
        while due and due[0] <= tree.size:
            last, *rest = due
            root = tree.root(hash) if last == tree.size else b""
            _verify_checkpoint(found, last, *rest, root=root)
            due = next(checkpoints, None)
        if older and older.size == tree.size and older.root != tree.root(hash):
            found.add("history_rewritten", f"size {older.size}")
    _verify_nodes(found, batch)
    if due:
        found.add("checkpoint_beyond_log", f"checkpoint {due[0]}")
    if last != tree.size:
        found.add("checkpoint_missing", f"checkpoint {tree.size}")
    if older and older.size > tree.size:
        found.add("log_shorter_than_checkpoint", f"size {older.size}")
    return tree.size


_NODES = """
select n.level, n.index, n.hash from record_treenode n
join unnest(%s::int[], %s::bigint[]) as wanted (level, index)
    on n.level = wanted.level and n.index = wanted.index
"""


def _verify_nodes(found: _Findings, batch: dict[tuple[int, int], bytes]) -> None:
    """The stored nodes are those the log makes; one query for the batch."""
    levels, indexes = [level for level, _ in batch], [index for _, index in batch]
    with connection.cursor() as cursor:
        cursor.execute(_NODES, [levels, indexes])
        stored = {(level, index): value for level, index, value in cursor.fetchall()}
    for (level, index), value in batch.items():
        if stored.get((level, index)) != value:
            found.add("node_differs", f"node {level}/{index}")


def _verify_nodes_count(found: _Findings, size: int) -> None:
    """No node beside those of the log: a tree of n leaves stores 2n less its peaks."""
    made, stored = 2 * size - size.bit_count(), TreeNode.objects.count()
    if stored != made:
        found.add("nodes_miscounted", f"{stored} nodes for {made}")


def _verify_checkpoint(
    found: _Findings, size: int, stored: bytes, note: str, at: str, *, root: bytes
) -> None:
    """A checkpoint says what the log gives, signed by the record; witnesses signed the same."""
    where = f"checkpoint {size}"
    expected = rules.Checkpoint(settings.RECORD_ORIGIN, size, root, settings.RECORD_HASH, at)
    try:
        if rules.open_note(note, queries.public_key()) != expected or stored != root:
            found.add("root_differs", where)
        _verify_witnesses(found, note, where)
    except Refused as refused:
        found.add(refused.code, where)


def _verify_witnesses(found: _Findings, note: str, where: str) -> None:
    keys = queries.witnesses()
    names = [name for name in rules.signers(note) if name != settings.RECORD_ORIGIN]
    for name in names:
        if name not in keys:
            found.add("witness_unknown", where)
        elif not rules.cosigned(note, name, keys[name]):
            found.add("signature_wrong", where)


# Every sealed entry has its event, with the same leaf and transaction, and none was passed over: an event
# of a transaction still open at the last sealing is younger than every sealed one.
_PAIRS = """
select 'event ' || coalesce(l.event_id, e.id) from record_logentry l
full join record_event e on e.id = l.event_id
where e.id is null or l.leaf <> e.leaf or l.tx::text <> e.tx::text
   or (l.event_id is null and (e.tx::text::numeric, e.id) <= (select tx, event_id from record_horizon))
"""

# Positions of every stream run from 1 without a gap.
_STREAMS = """
select stream_kind || ' ' || stream_id from record_event group by stream_kind, stream_id
having min(position) <> 1 or max(position) <> count(*)
"""

# Sealing stands at the newest sealed event: a horizon moved or lost would pass events over.
_STANDS = """
select 'horizon' where exists (select 1 from record_logentry) and not exists (
    select 1 from record_horizon h
    where (h.tx, h.event_id) = (select tx, event_id from record_logentry order by tx desc, event_id desc limit 1)
)
"""

_SETS = (("log_and_event_differ", _PAIRS), ("stream_gap", _STREAMS), ("horizon_differs", _STANDS))
