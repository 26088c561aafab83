"""Appending: the bytes of an event, what may be in it, and tables that refuse change."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.record import log
from tongban.engine.refusal import Refused
from tongban.kit.hashing import hasher
from tongban.record import actions, queries, rules
from tongban.record.models import Event, Refusal

WRITTEN = rules.Entry(
    stream_kind="case",
    stream_id="11511802",
    position=2,
    kind="accepted",
    facts={"b": [1, True, None], "a": '受理\n"é"'},
    by="account:7",
    at="2026-11-03T02:00:00.000001Z",
)
SALT = bytes(range(16))


def test_the_bytes_of_an_event_are_these_for_ever():
    assert rules.canonical(WRITTEN, SALT).decode() == (
        r'{"at":"2026-11-03T02:00:00.000001Z","by":"account:7","facts":{"a":"受理\n\"é\"","b":[1,true,null]},'
        r'"kind":"accepted","position":2,"salt":"000102030405060708090a0b0c0d0e0f","stream_id":"11511802",'
        r'"stream_kind":"case"}'
    )


@pytest.mark.parametrize(
    ("name", "leaf"),
    [
        ("sm3", "4e86824b3b1841d5f40724566272b692cde365ef2071d4d1ff98051693e5cfbb"),
        ("sha256", "27c4ee6d020bfb24056ba9a5cea206364dc0407d4f8a903d03ede150927881d2"),
    ],
)
def test_the_leaf_of_an_event_is_this_for_ever(name, leaf):
    assert rules.leaf(WRITTEN, SALT, hasher(name)).hex() == leaf


def test_the_same_event_under_another_salt_is_another_leaf():
    hash = hasher("sm3")
    assert rules.leaf(WRITTEN, SALT, hash) != rules.leaf(WRITTEN, bytes(16), hash)


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), b"bytes", {1: "a"}, {"a": [{"b": 0.1}]}, log.AT, 2**53, -(2**53), "a\0b", "\ud800", {"\0": 1}],
    ids=repr,
)  # fmt: skip
def test_facts_that_could_be_read_in_two_ways_are_refused(value):
    with pytest.raises(Refused) as refusal:
        rules.plain({"facts": value})
    assert refusal.value.code == "facts_not_plain"


def test_plain_facts_pass():
    rules.plain({"a": ["x", 2**53 - 1, -1, True, None, {"受理": ()}], "b": "\u2028\x7f🀄"})


@pytest.mark.django_db
def test_a_stored_event_hashes_to_its_leaf_whatever_its_facts_say():
    facts = {
        "text": '受理\n\t"\\/é\u2028\x7f\x01🀄',
        "number": 2**53 - 1,
        "deep": [{"z": 1, "a": [None, False]}],
    }
    (number,) = log.append("a", "opened", **facts)
    row = queries.event(number)
    leaf = rules.leaf(queries.entry(row), bytes(row.salt), hasher("sm3"))
    assert (row.facts, bytes(row.leaf), len(row.salt)) == (facts, leaf, 16)


@pytest.mark.django_db
def test_a_refused_fact_writes_nothing():
    with pytest.raises(Refused):
        log.append("a", "opened", "closed", share=0.5)
    assert queries.stream("test", "a") == []


@pytest.mark.django_db
def test_a_position_is_given_once():
    log.append("a", "opened")
    with pytest.raises(actions.Conflict, match="test a #1"):
        log.append("a", "opened")
    assert [(event.position, event.kind) for event in queries.stream("test", "a")] == [(1, "opened")]


@pytest.mark.parametrize(
    "statement",
    [
        "update record_event set by = 'account:2'",
        "update record_event set facts = null, salt = null",
        "delete from record_event",
        "truncate record_event",
        "update record_logentry set leaf = ''",
        "delete from record_logentry",
        "truncate record_logentry",
        "update record_treenode set hash = ''",
        "delete from record_treenode",
        "truncate record_treenode",
        "update record_checkpoint set root = ''",
        "update record_checkpoint set at = now()",
        "update record_checkpoint set note = 'another'",
        "delete from record_checkpoint",
        "truncate record_checkpoint",
        "update record_refusal set code = ''",
        "delete from record_refusal",
        "truncate record_refusal",
        "set local tongban.erasing = 'on'; delete from record_event",
        "set local tongban.erasing = 'on'; update record_event set facts = '{}'",
        "set local tongban.erasing = 'on'; update record_event set facts = null, salt = null, by = ''",
    ],
)
def test_the_database_itself_refuses_change(sealed, statement):
    Refusal.objects.create(stream_kind="test", stream_id="a", code="x", facts={}, by="y", at=log.AT)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        for part in statement.split("; "):
            cursor.execute(part)
    assert Event.objects.exists()
