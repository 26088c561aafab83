"""Messages out: written with the caller's transaction, carried in order, none lost, each taken once."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import city
from tests.connectors.conftest import BODIES, events, message, received
from tongban.connectors import actions, courier, queries
from tongban.connectors.models import Message, Received
from tongban.connectors.rules import contract, delivery
from tongban.connectors.rules.delivery import Answer
from tongban.engine.refusal import Refused

pytestmark = pytest.mark.django_db


def send(town, organ="tax", subject="B1", body=None, kind=None):
    named, given = BODIES[organ]
    return actions.send(
        receiver=organ, kind=kind or named, subject=subject, body=given if body is None else body,
        by="system:test", at=town.at,
    )  # fmt: skip


def test_sending_is_one_statement(town):
    send(town)
    with CaptureQueriesContext(connection) as asked:
        send(town)
    assert [query["sql"].split()[0] for query in asked.captured_queries] == ["with"]


def test_what_the_caller_takes_back_was_never_sent(town):
    with transaction.atomic():
        send(town)
        transaction.set_rollback(True)
    assert (town.carry(), town.taken("tax")) == (0, [])
    send(town)
    assert (town.carry(), town.taken("tax")) == (1, [["B1", 1]])


def test_the_body_lies_encrypted_and_the_record_keeps_its_digest_only(town):
    id = send(town)
    with connection.cursor() as cursor:
        cursor.execute(
            "select m::text || e::text from connectors_message m, record_event e where stream_id = %s",
            [str(id)],
        )
        kept = cursor.fetchone()[0]
    assert "王晓梅" not in kept and "王晓梅".encode().hex() not in kept
    (held,) = actions.claim(at=town.at)
    assert contract.decode(held.payload).body == BODIES["tax"][1]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"organ": "tax", "body": {"x": 1.5}}, "facts_not_plain"),
        ({"organ": "tax", "kind": "Tax Registration"}, "message_malformed"),
        ({"organ": "tax", "subject": ""}, "message_malformed"),
        ({"organ": "tax", "body": {"x": "雅" * 400_000}}, "message_too_large"),
    ],
)
def test_what_the_contract_would_not_let_pass_is_not_sent(town, given, code):
    with pytest.raises(Refused) as wrong:
        send(town, **given)
    assert wrong.value.code == code
    assert not Message.objects.exists()


@pytest.mark.parametrize("organ", BODIES)
def test_every_organ_takes_what_a_start_up_sends_and_answers(town, organ):
    id = send(town, organ)
    town.carry()
    town.wait(hours=5)
    town.carry()
    (came,) = received()
    assert (came.sender, came.in_reply_to, came.subject) == (organ, id, "B1")
    assert events(id) == ["message_sent", "message_accepted"]
    assert events(f"{organ}:{came.message_id}") == ["message_received"]


def test_results_come_after_thinking_not_before(town):
    send(town)
    town.carry()
    assert (message().accepted_at, received()) == (town.at, [])
    town.wait(minutes=29)
    town.carry()
    assert received() == []
    town.wait(minutes=122)
    town.carry()
    assert [row.kind for row in received()] == ["tax.registered"]


@pytest.mark.parametrize(
    ("mode", "status", "problem", "becomes"),
    [
        ("up", 202, None, "message_accepted"),
        ("refuses", 202, None, "message_accepted"),
        ("twice", 202, None, "message_accepted"),
        ("early", 202, None, "message_accepted"),
        ("down", None, "broken_off", None),
        ("slow", None, "no_answer_in_time", None),
        ("errors", 500, "fault", None),
        ("forged", 202, "message_signature_wrong", None),
    ],
)
def test_how_an_organ_behaves_and_what_happens(town, mode, status, problem, becomes):
    town.office.state.set_mode("tax", mode)
    id = send(town)
    town.carry()
    row = message()
    said = row.problem and row.problem["code"]
    assert (row.status, said, events(id)[1:]) == (status, problem, [becomes] if becomes else [])
    assert (row.accepted_at is None) == (row.due_at > town.at)


@pytest.mark.parametrize("mode", ["down", "slow", "errors", "forged"])
def test_once_the_failure_is_over_everything_is_there_once(town, mode):
    town.office.state.set_mode("tax", mode)
    send(town)
    for _ in range(4):
        town.carry()
        town.wait(minutes=1)
    town.office.state.set_mode("tax", "up")
    for _ in range(20):
        town.carry()
        town.wait(minutes=15)
    assert [row.kind for row in received()] == ["tax.registered"]
    assert (town.taken("tax"), message().accepted_at is None) == ([["B1", 1]], False)


@pytest.mark.parametrize("mode", ["twice", "early"])
def test_a_result_that_comes_twice_or_too_early_counts_once(town, mode):
    town.office.state.set_mode("tax", mode)
    id = send(town)
    town.carry()
    assert len(received()) == (1 if mode == "early" else 0)
    town.wait(hours=3)
    town.carry()
    (came,) = received()
    assert (came.in_reply_to, events(f"tax:{came.message_id}")) == (id, ["message_received"])


def test_a_fault_in_the_body_is_named_and_not_tried_again(town):
    body = BODIES["tax"][1] | {"uscc": "91511800MA62000187", "taxpayer_kind": "big"}
    id = send(town, body=body)
    assert town.carry() == 1
    town.wait(days=2)
    assert town.carry() == 0
    row = message()
    assert (row.status, row.failed_at is not None) == (422, True)
    assert [field for field, _ in row.problem["fields"]] == ["uscc", "taxpayer_kind"]
    assert events(id) == ["message_sent", "message_failed"]


def test_behind_a_failed_message_its_own_subject_waits_and_no_other(town):
    caller = city.caller("system_admin", town.at)
    bad = send(town, body={"uscc": ""})
    send(town)
    send(town, subject="B2")
    town.carry()
    assert town.taken("tax") == [["B2", 1]]
    actions.give_up(message=bad, reason="企业已撤回申请", caller=caller, at=town.at)
    town.carry()
    assert town.taken("tax") == [["B2", 1], ["B1", 2]]
    assert events(bad) == ["message_sent", "message_failed", "message_given_up"]


def test_a_message_sent_again_by_hand_starts_from_the_first_try(town):
    caller = city.caller("system_admin", town.at)
    id = send(town, kind="tax.unknown")
    town.carry()
    assert message().failed_at is not None
    actions.resend(message=id, caller=caller, at=town.at)
    assert (message().failed_at, message().tries) == (None, 0)
    town.carry()
    assert events(id) == ["message_sent", "message_failed", "message_resent", "message_failed"]


@pytest.mark.parametrize(
    ("deed", "given", "username", "code"),
    [
        ("resend", {}, "security_admin", "role_needed"),
        ("give_up", {"reason": "不再需要发送"}, "yucheng_clerk", "role_needed"),
        ("give_up", {"reason": "不"}, "system_admin", "give_up_reason_missing"),
        ("give_up", {"reason": "不再需要发送"}, "system_admin", "message_not_failed"),
    ],
)
def test_who_may_decide_on_a_message_and_when(town, deed, given, username, code):
    id = send(town)
    with pytest.raises(Refused) as wrong:
        getattr(actions, deed)(message=id, caller=city.caller(username, town.at), at=town.at, **given)
    assert wrong.value.code == code


def test_a_message_that_was_taken_is_over(town):
    id = send(town)
    town.carry()
    with pytest.raises(Refused) as wrong:
        actions.resend(message=id, caller=city.caller("system_admin", town.at), at=town.at)
    assert wrong.value.code == "message_settled"


def test_an_organ_away_for_a_day_loses_nothing_and_is_caught_up_with_in_order(town):
    """200 messages on 10 subjects, sent through the day it is away."""
    town.reached = False
    back = town.at + timedelta(days=1)
    for number in range(200):
        send(town, subject=f"B{number % 10}")
        town.wait(minutes=7)
        if number % 20 == 19:
            town.carry()
    while town.at < back:
        town.carry()
        town.wait(minutes=10)
    assert (town.taken("tax"), Message.objects.filter(failed_at__isnull=False).count()) == ([], 0)
    town.reached = True
    town.wait(minutes=36)  # the longest wait: from the first answer on nothing waits any longer
    town.carry()
    order = {subject: [n for s, n in town.taken("tax") if s == subject] for subject, _ in town.taken("tax")}
    assert order == {f"B{number}": list(range(1, 21)) for number in range(10)}
    assert not Message.objects.filter(accepted_at=None).exists()
    town.wait(hours=3)
    town.carry()
    assert Received.objects.count() == 200


@pytest.mark.parametrize(
    ("answer", "caught_up"),
    [
        (Answer(status=None, wait_seconds=3600), True),
        (Answer(status=503, wait_seconds=3600), True),
        (Answer(status=302, wait_seconds=3600), True),
        (Answer(status=202, wait_seconds=3600, faulty=True), True),
        (Answer(status=408, wait_seconds=3600), False),
        (Answer(status=425, wait_seconds=3600), False),
        (Answer(status=429, wait_seconds=3600), False),
    ],
)
def test_the_first_message_an_organ_takes_catches_up_but_where_it_asked_for_patience(town, answer, caught_up):
    send(town)
    (held,) = actions.claim(at=town.at)
    actions.note(message=held, answer=answer, at=town.at)
    town.wait(minutes=2)
    send(town, subject="B2")
    assert town.carry() == (2 if caught_up else 1)
    assert Message.objects.get(subject="B1").due_at - town.at == timedelta(minutes=0 if caught_up else 58)


def test_a_message_an_organ_never_takes_is_not_tried_with_each_of_the_others(town):
    send(town)
    for second in range(1, 180):
        for held in actions.claim(at=town.at):
            status = 500 if held.subject == "B1" else 202
            actions.note(message=held, answer=Answer(status=status), at=town.at)
        send(town, subject=f"other-{second}")
        town.wait(seconds=1)
    assert Message.objects.get(subject="B1").tries == 6  # after 5, 10, 20, 40 s, then a minute
    assert Message.objects.filter(accepted_at=None).count() == 2


def test_an_organ_away_for_good_ends_on_the_list_of_failures_after_more_than_a_day(town):
    town.reached = False
    id = send(town)
    began, tries = town.at, 0
    while message().failed_at is None:
        tries += town.carry()
        town.at = max(town.at, message().due_at)
    assert (tries, events(id)) == (delivery.TRIES, ["message_sent", "message_failed"])
    assert timedelta(hours=25) < message().failed_at - began < timedelta(hours=40)


def test_an_organ_that_is_not_in_the_directory_is_waited_for(town):
    actions.send(receiver="nobody", kind="x.y", subject="B1", body={}, by="system:test", at=town.at)
    town.carry()
    assert (message().problem["code"], message().failed_at) == ("no_address", None)


def test_a_worker_that_dies_between_sending_and_noting_leaves_the_message_to_another(town):
    send(town)
    (held,) = actions.claim(at=town.at)
    courier.carry(held, queries.directory()["tax"], town.post, town.at)  # … and kill -9
    assert town.carry() == 0
    town.wait(seconds=delivery.LEASE.total_seconds())
    assert town.carry() == 1
    assert (town.taken("tax"), message().accepted_at) == ([["B1", 1]], town.at)
    actions.note(message=held, answer=Answer(status=500), at=town.at)  # the first one after all
    assert message().status == 202


def test_two_workers_never_hold_the_same_message(town):
    for number in range(3):
        send(town, subject=f"B{number}")
    first, second = actions.claim(at=town.at, most=2), actions.claim(at=town.at, most=2)
    assert (len(first), len(second)) == (2, 1)
    assert {held.id for held in first} & {held.id for held in second} == set()


def test_a_receiver_with_enough_under_way_leaves_room_for_others(town):
    for number in range(6):
        send(town, subject=f"B{number}")
    send(town, "grid")
    assert sorted(held.receiver for held in actions.claim(at=town.at, most=2)) == ["grid", "tax", "tax"]
    assert actions.claim(at=town.at, most=2, flying={"tax": 2}) == []


@pytest.mark.parametrize(("flying", "more"), [(0, 4), (1, 3), (3, 1), (4, 0), (7, 0)])
def test_what_is_in_the_air_counts_towards_the_most_there_may_be(town, flying, more):
    for number in range(6):
        send(town, subject=f"B{number}")
    assert len(actions.claim(at=town.at, most=4, flying={"tax": flying, "grid": 4})) == more


def test_the_courier_never_lets_more_fly_to_a_receiver_than_it_may(town):
    town.at = timezone.now()
    for number in range(9):
        send(town, subject=f"B{number}")
    flying = {Future(): held for held in actions.claim(at=town.at, most=courier.FLIGHTS - 1)}
    with ThreadPoolExecutor(1) as pool:
        courier._set_out(flying, town.post, pool)
    assert len(flying) == courier.FLIGHTS


def test_a_message_is_never_rewritten_nor_deleted(town):
    send(town)
    for change in (
        "update connectors_message set kind = 'x'",
        "delete from connectors_message",
    ):
        with pytest.raises(Exception, match="a message is not changed"), transaction.atomic():
            connection.cursor().execute(change)


def test_a_message_that_cannot_be_decrypted_holds_up_its_own_subject_only(town, settings):
    send(town)
    settings.FIELD_KEY = b"k" * 32
    send(town, subject="B2")
    town.carry()
    assert town.taken("tax") == [["B2", 1]]
    assert Message.objects.get(subject="B1").problem["code"] == "body_unreadable"
