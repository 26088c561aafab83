"""The contract and what follows from an answer: tables, and properties of the waits."""

import base64
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tongban.connectors.rules import contract, delivery
from tongban.connectors.rules.delivery import Answer, Outcome
from tongban.engine.refusal import Refused

AT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
SEED, OTHER = b"s" * 32, b"o" * 32
PUBLIC = contract.public_key(SEED)
ENVELOPE = contract.Envelope(
    id="12345678", sender="tongban", receiver="tax", kind="tax.registration", subject="B1", sequence=1,
    issued_at=AT, body={"b": 1, "a": "雅安"},
)  # fmt: skip
PAYLOAD = contract.encode(ENVELOPE)
TAKEN, LATER, FAILED = Outcome.TAKEN, Outcome.LATER, Outcome.FAILED


@pytest.mark.parametrize(
    ("status", "faulty", "becomes"),
    [
        (200, False, TAKEN),
        (202, False, TAKEN),
        (200, True, LATER),
        (202, True, LATER),
        (201, False, LATER),
        (204, False, LATER),
        (301, False, LATER),
        (400, False, FAILED),
        (401, False, FAILED),
        (404, False, FAILED),
        (408, False, LATER),
        (409, False, FAILED),
        (422, False, FAILED),
        (425, False, LATER),
        (429, False, LATER),
        (500, False, LATER),
        (502, False, LATER),
        (503, False, LATER),
        (None, False, LATER),
    ],
)
def test_what_an_answer_means(status, faulty, becomes):
    answer = Answer(status=status, faulty=faulty)
    last = FAILED if becomes is LATER else becomes
    assert [delivery.outcome(answer, tries) for tries in (1, delivery.TRIES - 1, delivery.TRIES)] == [
        becomes, becomes, last,
    ]  # fmt: skip


@given(st.uuids().map(str))
def test_the_tries_of_any_message_reach_over_more_than_a_day_and_less_than_two(key):
    total = sum((delivery.wait(tries, key) for tries in range(1, delivery.TRIES)), timedelta())
    assert timedelta(hours=25) < total < timedelta(hours=40)


@given(st.integers(1, 10_000), st.uuids().map(str))
def test_a_wait_is_the_doubled_one_give_or_take_a_fifth_and_always_the_same(tries, key):
    plain = min(delivery.FIRST * 2 ** min(tries - 1, 20), delivery.LONGEST)
    wait = delivery.wait(tries, key)
    assert plain * 0.8 <= wait <= plain * 1.2
    assert wait == delivery.wait(tries, key)


def test_messages_that_failed_together_come_back_apart():
    assert len({delivery.wait(9, str(number)) for number in range(200)}) > 120


@pytest.mark.parametrize(("asked", "seconds"), [(0, 6), (120, 120), (90_000, 3600)])
def test_a_receiver_may_ask_for_patience_up_to_an_hour(asked, seconds):
    due = delivery.next_try(Answer(status=503, wait_seconds=asked), 1, "key", AT)
    assert timedelta(seconds=min(seconds, 4)) <= due - AT <= timedelta(seconds=seconds)


def test_the_same_content_has_the_same_bytes():
    assert contract.encode(contract.decode(PAYLOAD)) == PAYLOAD
    assert contract.encode({"b": 1, "a": 2}) == b'{"a":2,"b":1}'


def test_the_signature_is_that_of_standard_webhooks():
    headers = contract.sign(PAYLOAD, id="12345678", seed=SEED, at=AT)
    version, _, value = headers["webhook-signature"].partition(",")
    content = f"12345678.{int(AT.timestamp())}.".encode() + PAYLOAD
    Ed25519PrivateKey.from_private_bytes(SEED).public_key().verify(base64.b64decode(value), content)
    assert (version, headers["webhook-timestamp"]) == ("v1a", str(int(AT.timestamp())))


def signed(**change) -> dict:
    return {**contract.sign(PAYLOAD, id="12345678", seed=SEED, at=AT), **change}


@pytest.mark.parametrize(
    ("payload", "headers", "later", "refused"),
    [
        (PAYLOAD, signed(), 0, None),
        (PAYLOAD, signed(), 300, None),
        (PAYLOAD, signed(), -300, None),
        (PAYLOAD, signed(), 301, "message_signature_stale"),
        (PAYLOAD, signed(), -301, "message_signature_stale"),
        (PAYLOAD + b" ", signed(), 0, "message_signature_wrong"),
        (PAYLOAD, signed(**{"webhook-id": "87654321"}), 0, "message_signature_wrong"),
        (
            PAYLOAD,
            signed(**{"webhook-timestamp": str(int(AT.timestamp()) + 1)}),
            0,
            "message_signature_wrong",
        ),
        (PAYLOAD, signed(**{"webhook-signature": "v1a,AAAA"}), 0, "message_signature_wrong"),
        (PAYLOAD, signed(**{"webhook-signature": "v1a,äö"}), 0, "message_signature_wrong"),
        (PAYLOAD, signed(**{"webhook-signature": "v1," + "A" * 86}), 0, "message_signature_wrong"),
        (PAYLOAD, signed(**{"webhook-signature": ""}), 0, "message_unsigned"),
        (PAYLOAD, signed(**{"webhook-timestamp": "now"}), 0, "message_unsigned"),
        (PAYLOAD, {}, 0, "message_unsigned"),
        (PAYLOAD, contract.sign(PAYLOAD, id="12345678", seed=OTHER, at=AT), 0, "message_signature_wrong"),
    ],
)
def test_a_signature_holds_for_these_bytes_this_key_and_five_minutes(payload, headers, later, refused):
    at = AT + timedelta(seconds=later)
    try:
        found = contract.verify(payload, headers, publics=[PUBLIC], at=at)
    except Refused as wrong:
        assert wrong.code == refused
    else:
        assert (found, refused) == ("12345678", None)


def test_a_key_is_changed_without_a_gap():
    """The receiver knows both keys, or the sender signs with both."""
    new = contract.sign(PAYLOAD, id="12345678", seed=OTHER, at=AT)
    assert contract.verify(PAYLOAD, new, publics=[PUBLIC, contract.public_key(OTHER)], at=AT)
    both = signed(**{"webhook-signature": f"{new['webhook-signature']} {signed()['webhook-signature']}"})
    assert contract.verify(PAYLOAD, both, publics=[PUBLIC], at=AT)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "short"), ("id", "with.dots"), ("sender", "Tax"), ("receiver", ""), ("kind", "Tax!"),
        ("subject", ""), ("subject", "a b"), ("subject", "x" * 101), ("sequence", 0), ("sequence", "1"),
        ("issued_at", "yesterday"), ("issued_at", "2026-11-03T02:00:00"), ("body", []), ("in_reply_to", "x"),
    ],
)  # fmt: skip
def test_a_message_out_of_shape_is_refused_and_the_field_named(field, value):
    whole = msgspec.to_builtins(ENVELOPE) | {field: value}
    with pytest.raises(Refused) as wrong:
        contract.decode(msgspec.json.encode(whole))
    assert wrong.value.code == "message_malformed"
    assert f"$.{field}" in wrong.value.facts["at"]


@given(st.binary(max_size=300))
def test_no_bytes_bring_the_reader_down(payload):
    with pytest.raises(Refused):
        contract.decode(payload)
    assert contract.taken(payload) == ""
