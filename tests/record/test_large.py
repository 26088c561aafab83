"""A record of any length is verified in the same memory, one question to the database per batch."""

import tracemalloc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.record import log
from tongban.record import queries, verification

pytestmark = pytest.mark.django_db(transaction=True)

CHUNK, SHORT, LONG = 200, 1000, 5000


def grow(events: int, stream: str) -> None:
    log.append(stream, *["opened"] * events, text="记" * 200)
    log.seal_all()


def peak() -> int:
    """The most memory a verification held, in bytes."""
    tracemalloc.start()
    try:
        assert verification.verify().problems == []
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def asked() -> int:
    """The questions a verification puts to the database."""
    with CaptureQueriesContext(connection) as captured:
        assert verification.verify().problems == []
    return len(captured)


def test_memory_stays_and_questions_grow_by_one_a_batch(monkeypatch):
    monkeypatch.setattr(verification, "CHUNK", CHUNK)
    grow(SHORT, "short")
    verification.verify()
    memory, questions = peak(), asked()
    before = queries.latest().size
    grow(LONG, "long")
    size = queries.latest().size
    assert size == before + LONG
    assert peak() < memory * 1.3
    nodes = 2 * size - size.bit_count() - (2 * before - before.bit_count())
    assert 0 < asked() - questions <= nodes // CHUNK + 1


def test_only_the_first_thousand_problems_are_named_and_all_are_counted(command):
    grow(1200, "a")
    log.tamper("update record_event set by = 'account:2' where stream_kind = 'test'")
    report = verification.verify()
    assert (len(report.problems), report.wrong) == (1000, 1200)
    code, words = command("verify")
    assert (code, "1200" in words) == (1, True)


def test_the_progress_ends_at_the_number_of_events():
    log.append("a", "opened")
    log.seal_all()
    told: list[tuple[int, int]] = []
    report = verification.verify(lambda done, total: told.append((done, total)))
    assert told[-1] == (report.events, report.events)
