"""Whoever changes anything in the record's tables, triggers off, is found by verification."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from tests.record import log
from tongban.record import queries, verification
from tongban.record.verification import Problem

STREAM = "stream_kind = 'test' and stream_id = 'a'"
EVENT = f"(select id from record_event where {STREAM} and position = 2)"
ENTRY = f"(select index from record_logentry where event_id = {EVENT})"
NEWEST = "(select max(size) from record_checkpoint)"
FLIPPED = "set_byte({0}, 0, get_byte({0}, 0) # 1)"


def found() -> set[str]:
    """What verification finds, each code once; the same by command and by query."""
    return {problem.code for problem in verification.verify().problems}


def test_an_untouched_record_verifies(sealed, command):
    ((events,),) = log.fetch("select count(*) from record_event")
    report = verification.verify()
    assert (report.events, report.sealed, report.erased, report.problems) == (events, events, 0, [])
    assert command("verify")[0] == 0


CHANGES = [
    ("record_event", "id", "id = 900000000", {"log_and_event_differ"}),
    ("record_event", "tx", "tx = '1'", {"log_and_event_differ"}),
    ("record_event", "stream_kind", "stream_kind = 'Test'", {"leaf_differs", "stream_gap"}),
    ("record_event", "stream_id", "stream_id = 'A'", {"leaf_differs", "stream_gap"}),
    ("record_event", "position", "position = 9", {"leaf_differs", "stream_gap"}),
    ("record_event", "kind", "kind = 'changes'", {"leaf_differs"}),
    ("record_event", "facts", "facts = facts || '{\"count\": 4}'", {"leaf_differs"}),
    ("record_event", "salt", f"salt = {FLIPPED.format('salt')}", {"leaf_differs"}),
    ("record_event", "leaf", f"leaf = {FLIPPED.format('leaf')}", {"leaf_differs", "log_and_event_differ"}),
    ("record_event", "by", "by = 'account:2'", {"leaf_differs"}),
    ("record_event", "at", "at = at + interval '1 microsecond'", {"leaf_differs"}),
    ("record_logentry", "index", "index = 900000000", {"log_gap", "checkpoint_beyond_log", "checkpoint_missing", "nodes_miscounted"}),
    ("record_logentry", "event_id", "event_id = 900000000", {"log_and_event_differ"}),
    ("record_logentry", "tx", "tx = -1", {"log_and_event_differ"}),
    ("record_logentry", "leaf", f"leaf = {FLIPPED.format('leaf')}", {"log_and_event_differ", "node_differs", "root_differs"}),
    ("record_treenode", "level", "level = 60", {"node_differs"}),
    ("record_treenode", "index", "index = 900000000", {"node_differs"}),
    ("record_treenode", "hash", f"hash = {FLIPPED.format('hash')}", {"node_differs"}),
    ("record_checkpoint", "size", "size = size + 1", {"checkpoint_beyond_log", "checkpoint_missing"}),
    ("record_checkpoint", "root", f"root = {FLIPPED.format('root')}", {"root_differs"}),
    ("record_checkpoint", "note", "note = replace(note, 'hash ', 'hush ')", {"note_unreadable"}),
    ("record_checkpoint", "at", "at = at + interval '1 microsecond'", {"root_differs"}),
]  # fmt: skip
WHERE = {
    "record_event": f"id = {EVENT}",
    "record_logentry": f"index = {ENTRY}",
    "record_treenode": "level = 1 and index = 0",
    "record_checkpoint": f"size = {NEWEST}",
}


@pytest.mark.parametrize(
    ("table", "column", "change", "expected"), CHANGES, ids=[f"{row[0]}.{row[1]}" for row in CHANGES]
)
def test_a_changed_value_is_found_in_every_column(sealed, command, table, column, change, expected):
    log.tamper(f"update {table} set {change} where {WHERE[table]}")
    assert found() == expected
    code, words = command("verify")
    assert code == 1
    assert all(problem in words for problem in expected)


def test_no_column_of_the_record_is_left_out_above(sealed):
    columns = log.fetch(
        "select table_name, column_name from information_schema.columns where table_name = any(%s)",
        list(WHERE),
    )
    assert {(table, column) for table, column, *_ in CHANGES} == set(columns)


@pytest.mark.parametrize(
    "change",
    [
        "update record_horizon set tx = tx + 1",
        "update record_horizon set event_id = event_id - 1",
        "delete from record_horizon",
    ],
)
def test_sealing_that_would_go_on_elsewhere_is_found(sealed, change):
    log.tamper(change)
    assert "horizon_differs" in found()


@pytest.mark.parametrize(
    "instant", ["infinity", "-infinity", "2026-11-03 02:00:00+00 BC", "20026-11-03 02:00:00+00"]
)
def test_an_instant_python_cannot_hold_is_found_too(sealed, instant):
    log.tamper(f"update record_event set at = '{instant}' where id = {EVENT}")
    ((number,),) = log.fetch(f"select {EVENT}")
    assert verification.verify().problems == [Problem("leaf_differs", f"event {number}")]


@pytest.mark.parametrize(
    "facts", ["{}", "null", "[]", "0", "1e999", '""', "1" * 5000, '{"count": 3.0}'], ids=range(8)
)
@pytest.mark.parametrize("stream", ["a", "b"])  # the first event of b has no facts: {}
def test_facts_of_another_kind_are_found(sealed, stream, facts):
    number = queries.stream("test", stream)[0].pk
    log.tamper(f"update record_event set facts = '{facts}' where id = {number}")
    expected = [] if (stream, facts) == ("b", "{}") else [Problem("leaf_differs", f"event {number}")]
    assert verification.verify().problems == expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        pytest.param(
            [f"update record_event set id = -1 where id = {EVENT}",
             f"update record_event set id = id - 1 where {STREAM} and position = 3",
             f"update record_event set id = (select id + 1 from record_event where {STREAM} and position = 3) where id = -1"],
            {"log_and_event_differ"}, id="two events change places"),
        pytest.param(
            [f"update record_event set position = 7 - position where {STREAM}",
             f"update record_event set position = position - 3 where {STREAM}"],
            {"leaf_differs"}, id="the order of a stream is turned round"),
        pytest.param(
            [f"delete from record_event where id = {EVENT}"],
            {"log_and_event_differ", "stream_gap"}, id="an event is deleted"),
        pytest.param(
            [f"delete from record_event where {STREAM}"],
            {"log_and_event_differ"}, id="a whole stream is deleted"),
        pytest.param(
            ["insert into record_event (tx, stream_kind, stream_id, position, kind, facts, salt, leaf, by, at)"
             f" select tx, 'test', 'new', 1, kind, facts, salt, leaf, by, at from record_event where id = {EVENT}"],
            {"leaf_differs", "log_and_event_differ"}, id="an event is put in the middle"),
        pytest.param(
            [f"delete from record_logentry where index = {ENTRY}"],
            {"log_gap", "log_and_event_differ", "checkpoint_beyond_log", "checkpoint_missing", "nodes_miscounted"},
            id="an entry of the log is deleted"),
        pytest.param(
            [f"delete from record_event where id = {EVENT}",
             "delete from record_logentry where event_id not in (select id from record_event)",
             f"update record_event set position = position - 1 where {STREAM} and position > 2"],
            {"leaf_differs", "log_gap", "checkpoint_beyond_log", "checkpoint_missing", "nodes_miscounted"},
            id="an event and its entry are deleted"),
        pytest.param(
            ["delete from record_treenode where level = 1 and index = 1"],
            {"node_differs", "nodes_miscounted"}, id="a node is deleted"),
        pytest.param(
            ["insert into record_treenode (level, index, hash) values (40, 0, '')"],
            {"nodes_miscounted"}, id="a node is added"),
        pytest.param(
            [f"delete from record_checkpoint where size = {NEWEST}"],
            {"checkpoint_missing"}, id="the newest checkpoint is deleted"),
        pytest.param(
            ["insert into record_checkpoint (size, root, note, at) values (0, '', '', now())"],
            {"note_unreadable"}, id="a checkpoint of nothing is added"),
        pytest.param(
            ["update record_event set facts = null, salt = null where stream_kind = 'test' and stream_id = 'c'"],
            {"erased_without_record"}, id="facts are emptied without a recorded erasure"),
        pytest.param(
            ["alter table record_event drop constraint event_whole_or_erased",
             f"update record_event set facts = null where id = {EVENT}"],
            {"leaf_differs"}, id="facts are emptied, the salt stays"),
    ],
)  # fmt: skip
def test_rows_moved_removed_and_added_are_found(sealed, command, statements, expected):
    log.tamper(*statements)
    assert found() == expected
    assert command("verify")[0] == 1


def _changed(value: object, data) -> object:
    """Another value that differs from `value` in one place."""
    match value:
        case None:
            return data.draw(st.sampled_from([0, "", {}, False]))
        case bool():
            return not value
        case int():
            return value + data.draw(st.sampled_from([-256, -1, 1, 2]))
        case datetime():
            return value + timedelta(microseconds=data.draw(st.sampled_from([-1, 1, 1000, 86_400_000_000])))
        case bytes():
            place = data.draw(st.integers(0, len(value) - 1))
            byte = value[place] ^ 1 << data.draw(st.integers(0, 7))
            return value[:place] + bytes([byte]) + value[place + 1 :]
        case str():
            place = data.draw(st.integers(0, max(len(value) - 1, 0)))
            other = data.draw(
                st.sampled_from("aZ0 \n\r\u2028=—").filter(lambda letter: letter != value[place : place + 1])
            )
            return value[:place] + other + value[place + 1 :]
        case list() if value:
            place = data.draw(st.integers(0, len(value) - 1))
            return [*value[:place], _changed(value[place], data), *value[place + 1 :]]
        case dict() if value:
            name = data.draw(st.sampled_from(sorted(value)))
            return {**value, name: _changed(value[name], data)}
        case _:
            return {"added": 1}


_BYTES = [(table, column) for table, column, *_ in CHANGES if column != "index"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(_BYTES), data=st.data())
def test_any_single_changed_byte_is_found(sealed, place, data):
    table, column = place
    shown = f'"{column}"::text::bigint' if column == "tx" else f'"{column}"'
    row, value = data.draw(st.sampled_from(log.fetch(f"select ctid::text, {shown} from {table}")))
    changed = _changed(json.loads(value) if column == "facts" else value, data)
    kind = "::text::xid8" if (table, column) == ("record_event", "tx") else ""
    given = Jsonb(changed) if column == "facts" else changed
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set session_replication_role = replica")
            cursor.execute(
                f'update {table} set "{column}" = %s{kind} where ctid = %s::text::tid', [given, row]
            )
            cursor.execute("set session_replication_role = origin")
            problems = verification.verify().problems
            transaction.set_rollback(True)
    except IntegrityError:
        reject()  # the row would collide with another: the database itself refused it
    assert problems, (table, column, value, changed)
