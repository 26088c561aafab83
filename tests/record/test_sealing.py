"""Sealing: whatever was committed, once, in order, whoever seals and however commits interleave."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests.record import log
from tongban.record import actions, queries, rules, verification
from tongban.record.models import Event, LogEntry

pytestmark = pytest.mark.django_db(transaction=True)


def sealed_ids() -> list[int]:
    """The events of the log in their sealed order."""
    return list(LogEntry.objects.order_by("index").values_list("event_id", flat=True))


def in_thread(work, *arguments):
    """Run in another thread, on a connection of its own."""

    def run():
        try:
            return work(*arguments)
        finally:
            connection.close()

    return run


def assert_all_sealed_once_in_order() -> None:
    events = [tuple(row) for row in log.fetch("select id from record_event order by tx, id")]
    assert [(number,) for number in sealed_ids()] == events
    assert verification.verify().problems == []


def test_everything_committed_is_sealed_once_in_the_order_of_transactions():
    log.seal_all()
    before = queries.latest().size
    log.append("a", "opened", "closed")
    log.append("b", "opened")
    assert log.seal_all() == 3
    assert queries.latest().size == before + 3
    assert actions.seal(at=log.AT) == 0
    assert queries.latest().size == before + 3
    assert_all_sealed_once_in_order()


def test_a_transaction_that_began_first_and_commits_last_is_neither_lost_nor_overtaken():
    log.seal_all()
    before = sealed_ids()
    appended, finish = threading.Event(), threading.Event()

    def slow() -> list[int]:
        with transaction.atomic():
            ids = log.append("slow", "opened", "closed")
            appended.set()
            assert finish.wait(30)
        return ids

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(in_thread(slow))
        assert appended.wait(30)
        second = log.append("quick", "opened")
        assert actions.seal(at=log.AT) == 0
        assert sealed_ids() == before
        finish.set()
        ids = first.result(30)
    log.seal_all()
    assert sealed_ids() == [*before, *ids, *second]
    assert_all_sealed_once_in_order()


def test_a_transaction_that_is_rolled_back_holds_nothing_up_and_leaves_nothing():
    log.seal_all()
    before = sealed_ids()
    with transaction.atomic():
        lost = log.append("lost", "opened")
        transaction.set_rollback(True)
    kept = log.append("kept", "opened")
    log.seal_all()
    assert sealed_ids() == [*before, *kept]
    assert not Event.objects.filter(pk__in=lost).exists()
    assert_all_sealed_once_in_order()


def test_four_writers_and_two_sealers_at_once_seal_every_event_once():
    log.seal_all()
    before = len(sealed_ids())
    writing = threading.Event()
    writing.set()

    def write(name: str) -> None:
        for position in range(1, 41, 2):
            log.append(f"{name}", "opened", "closed", position=position)

    def keep_sealing() -> int:
        count = 0
        while writing.is_set():
            count += actions.seal(at=log.AT)
        return count

    with ThreadPoolExecutor(6) as pool:
        sealers = [pool.submit(in_thread(keep_sealing)) for _ in range(2)]
        writers = [pool.submit(in_thread(write, f"writer {number}")) for number in range(4)]
        for writer in writers:
            writer.result(60)
        writing.clear()
        counted = sum(sealer.result(60) for sealer in sealers)
    counted += log.seal_all()
    assert (counted, len(sealed_ids())) == (160, before + 160)
    assert verification.verify().problems == []
    for number in range(4):
        stream = [event.pk for event in queries.stream("test", f"writer {number}")]
        assert [event for event in sealed_ids() if event in set(stream)] == stream


def test_a_second_sealer_returns_at_once_while_the_first_is_at_work():
    log.append("a", "opened")
    holding, finish = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            log.fetch("select pg_advisory_xact_lock(%s)::text", actions._LOCK)
            holding.set()
            assert finish.wait(30)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(in_thread(hold))
        assert holding.wait(30)
        before = queries.unsealed()
        assert (actions.seal(at=log.AT), queries.unsealed()) == (0, before)
        finish.set()
        first.result(30)
    log.seal_all()
    assert_all_sealed_once_in_order()


def test_a_backlog_larger_than_a_batch_is_sealed_batch_by_batch(monkeypatch):
    log.seal_all()
    monkeypatch.setattr(actions, "BATCH", 7)
    for number in range(4):
        log.append(f"stream {number}", *["opened"] * 5)
    assert log.seal_all() == 20
    assert_all_sealed_once_in_order()


def test_the_record_goes_on_after_a_restore_into_a_server_whose_transactions_begin_again():
    log.append("a", "opened")
    log.seal_all()
    log.append("b", "opened")  # in the dump, not sealed yet
    lift = "(tx::text::bigint + 1000000000000)"
    log.tamper(
        f"update record_event set tx = {lift}::text::xid8",
        f"update record_logentry set tx = {lift}",
        f"update record_horizon set tx = {lift}",
    )
    before = sealed_ids()
    straggler = log.append("a", "closed", position=2)  # written before the first sealing
    log.seal_all()
    assert set(sealed_ids()[len(before) :]) == {queries.stream("test", "b")[0].pk, *straggler}
    after = [log.append(f"after {number}", "opened")[0] for number in range(3)]
    log.seal_all()
    assert sealed_ids()[-3:] == after
    assert len(sealed_ids()) == len(set(sealed_ids())) == Event.objects.count()
    assert verification.verify().problems == []


def test_verification_reads_one_snapshot_while_the_house_writes_and_seals():
    log.seal_all()
    writing = threading.Event()
    writing.set()

    def write_and_seal() -> int:
        position = 0
        while writing.is_set():
            position += 1
            log.append("busy", "opened", position=position)
            actions.seal(at=log.AT)
        return position

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(in_thread(write_and_seal))
        reports = [verification.verify() for _ in range(15)]
        writing.clear()
        assert writer.result(60) > 0
    assert [report.problems for report in reports] == [[]] * 15


def test_a_checkpoint_is_signed_by_the_published_key_and_by_no_other():
    log.seal_all()
    row = queries.latest()
    found = rules.open_note(row.note, queries.public_key())
    assert found == rules.Checkpoint("tongban.example/yaan", row.size, row.root, "sm3", rules.instant(row.at))
    with pytest.raises(rules.Refused) as refusal:
        rules.open_note(row.note, rules.public_key(bytes(32)))
    assert refusal.value.code == "signature_wrong"


def test_before_the_first_sealing_the_pages_say_so(client):
    assert "记录还是空的" in client.get("/record/").content.decode()
    assert client.get("/record/checkpoint.txt").content == b""
