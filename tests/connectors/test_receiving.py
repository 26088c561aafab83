"""Messages in: the signature first, then the shape; kept once, handed over once, in order."""

import inspect
import uuid
from datetime import timedelta

import pytest
from django.utils.module_loading import import_string

from config import reactions
from tests.connectors.conftest import BODIES, events, received
from tests.record import log
from tongban.connectors import actions
from tongban.connectors.actions import handing
from tongban.connectors.models import Received
from tongban.connectors.rules import contract
from tongban.engine.refusal import Refused
from tongban.record.models import Refusal

pytestmark = pytest.mark.django_db


def envelope(town, **change) -> contract.Envelope:
    given = {
        "id": str(uuid.uuid4()), "sender": "tax", "receiver": "tongban", "kind": "tax.notice", "subject": "B1",
        "sequence": 1, "issued_at": town.at, "body": {"words": "请补充资料"},
    }  # fmt: skip
    return contract.Envelope(**{**given, **change})


def posted(town, whole: contract.Envelope, *, key=None, organ="tax", at=None, payload=None):
    """POST a message as an organ would; `key` and `at` are what it signs with."""
    content = payload or contract.encode(whole)
    headers = contract.sign(content, id=whole.id, seed=key or town.office.keys["tax"], at=at or town.at)
    return town.browser.post(
        f"/connectors/{organ}/messages", content, content_type="application/json", headers=headers
    )


def test_a_message_is_taken_and_the_receipt_is_signed(town):
    whole = envelope(town)
    answer = posted(town, whole)
    house = town.office.house.key
    assert (answer.status_code, contract.taken(answer.content)) == (202, whole.id)
    assert contract.verify(answer.content, answer.headers, publics=[house], at=town.at) == whole.id
    assert (len(received()), events(f"tax:{whole.id}")) == (1, ["message_received"])


def test_the_same_message_again_is_answered_the_same_and_kept_once(town):
    whole = envelope(town)
    town_answers = [posted(town, whole).status_code for _ in range(3)]
    assert (town_answers, len(received()), events(f"tax:{whole.id}")) == ([202] * 3, 1, ["message_received"])


@pytest.mark.parametrize(
    ("change", "how", "status", "code"),
    [
        ({}, {"key": b"x" * 32}, 401, "message_signature_wrong"),
        ({}, {"organ": "bank"}, 401, "message_signature_wrong"),
        ({}, {"organ": "nobody"}, 401, "message_signature_wrong"),
        ({}, {"late": 301}, 401, "message_signature_stale"),
        ({"sender": "bank"}, {}, 422, "message_misaddressed"),
        ({"receiver": "bank"}, {}, 422, "message_misaddressed"),
        ({"in_reply_to": str(uuid.uuid4())}, {}, 422, "reply_to_unknown"),
        ({"in_reply_to": "not-a-message"}, {}, 422, "reply_to_unknown"),
        ({}, {"payload": b"{}"}, 422, "message_malformed"),
        ({}, {"payload": b"[" * 900_000}, 422, "message_malformed"),
        ({}, {"payload": b" " * 1_000_001}, 413, "message_too_large"),
    ],
)
def test_what_is_not_signed_for_us_or_out_of_shape_is_refused_and_not_kept(town, change, how, status, code):
    late = how.pop("late", 0)
    answer = posted(town, envelope(town, **change), at=town.at - timedelta(seconds=late), **how)
    assert (answer.status_code, answer["content-type"]) == (status, "application/problem+json")
    assert (answer.json()["code"], received()) == (code, [])


def test_a_message_without_a_signature_is_refused(town):
    answer = town.browser.post("/connectors/tax/messages", b"{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "message_unsigned")


def test_a_recorded_message_cannot_be_sent_in_again_under_another_id(town):
    whole = envelope(town)
    content = contract.encode(whole)
    headers = contract.sign(content, id="another-id", seed=town.office.keys["tax"], at=town.at)
    answer = town.browser.post(
        "/connectors/tax/messages", content, content_type="application/json", headers=headers
    )
    assert answer.json()["code"] == "message_misaddressed"


def test_an_id_used_for_another_content_is_refused(town):
    whole = envelope(town)
    posted(town, whole)
    answer = posted(town, envelope(town, id=whole.id, body={"words": "别的"}))
    assert (answer.status_code, answer.json()["code"], len(received())) == (409, "message_id_reused", 1)


def test_an_answer_to_what_another_organ_was_asked_is_refused(town):
    id = actions.send(
        receiver="bank", kind="bank.pre_opening", subject="B1", body={}, by="system:test", at=town.at
    )
    assert posted(town, envelope(town, in_reply_to=str(id))).json()["code"] == "reply_to_unknown"


# Handing over

HEARD: list[tuple] = []


def hear(*, message: actions.Incoming, by: str, at) -> None:
    """A handler: remembers, and refuses or breaks when told to."""
    HEARD.append((message.kind, message.subject, message.body, message.in_reply_to, by))
    match message.body.get("then"):
        case "refuse":
            raise Refused("case_unknown")
        case "break":
            raise ZeroDivisionError


@pytest.fixture
def heard(monkeypatch):
    HEARD.clear()
    monkeypatch.setattr(
        reactions, "HANDLERS", {"tax.notice": f"{__name__}.hear", "tax.registered": f"{__name__}.hear"}
    )
    return HEARD


@pytest.mark.django_db(transaction=True)
def test_sealing_defers_the_handing_over(town):
    posted(town, envelope(town))
    log.seal_all()
    jobs = log.fetch("select task_name from procrastinate_jobs where task_name like 'connectors.%%'")
    assert [tuple(row) for row in jobs] == [("connectors.hand_over",)]


def hand_over(town) -> int:
    return actions.hand_over(sender="tax", subject="B1", at=town.at)


def test_a_result_reaches_its_handler_with_what_was_asked(town, heard):
    kind, body = BODIES["tax"]
    id = actions.send(receiver="tax", kind=kind, subject="B1", body=body, by="system:test", at=town.at)
    town.carry()
    town.wait(hours=3)
    town.carry()
    assert (hand_over(town), hand_over(town)) == (1, 0)
    ((named, subject, result, asked, by),) = heard
    assert (named, subject, asked, by) == ("tax.registered", "B1", id, "connector:tax")
    assert (result["taxpayer_number"], result["invoice_quota_fen"]) == (body["uscc"], 10_000_000)


def test_messages_are_handed_over_in_the_order_they_came(town, heard):
    for number in range(3):
        posted(town, envelope(town, body={"number": number}))
    assert (hand_over(town), [row[2]["number"] for row in heard]) == (3, [0, 1, 2])


def test_a_handler_that_refuses_ends_the_matter_and_is_noted(town, heard):
    posted(town, envelope(town, body={"then": "refuse"}))
    posted(town, envelope(town))
    assert (hand_over(town), [row.refused for row in received()]) == (2, ["case_unknown", ""])
    assert Refusal.objects.filter(code="case_unknown", stream_kind="message").count() == 1


def test_a_handler_that_breaks_leaves_the_message_waiting_and_is_heard_of(town, heard):
    posted(town, envelope(town, body={"then": "break"}))
    posted(town, envelope(town))
    with pytest.raises(ZeroDivisionError):
        hand_over(town)
    assert [row.handed_at for row in received()] == [None, None]


def test_a_kind_nobody_handles_waits_until_somebody_does(town, heard, monkeypatch):
    posted(town, envelope(town, kind="tax.other"))
    posted(town, envelope(town))
    assert (hand_over(town), Received.objects.filter(handed_at=None).count()) == (1, 1)
    monkeypatch.setitem(reactions.HANDLERS, "tax.other", f"{__name__}.hear")
    assert (actions.hand_over_waiting(at=town.at), heard[-1][0]) == (1, "tax.other")


def test_every_handler_named_can_be_called(town, monkeypatch):
    monkeypatch.setitem(reactions.HANDLERS, "tax.notice", f"{__name__}.hear")
    posted(town, envelope(town))
    message = handing.incoming(received()[0])
    for name in reactions.HANDLERS.values():
        inspect.signature(import_string(name)).bind(message=message, by="connector:tax", at=town.at)
