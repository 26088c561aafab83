"""QR tokens and status lists: signed, found out when changed, read back without loss."""

import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.engine.refusal import Refused
from tongban.licences.rules import status, tokens
from tongban.licences.rules.standing import Status

SEED, OTHER = bytes(range(32)), bytes(32)
KEY = tokens.public_key(SEED)
AT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)


def facts(**changes) -> tokens.Facts:
    given = {
        "identifier": "1.2.156.3005.2.000131001000.11511802MB0A01029B.000000012.001.X",
        "number": "雨市监证〔2026〕1号", "name": "食品经营许可证", "holder": "雅安雨城味道餐饮店",
        "organ": "雅安市雨城区市场监督管理局", "issued_on": "2026-11-03", "valid_to": "2031-11-02",
        "list": 0, "index": 12, "demo": True,
    }  # fmt: skip
    return tokens.Facts(**given | changes)


def test_a_token_says_what_was_signed_and_is_small_enough_for_a_qr_code():
    token = tokens.sign(facts(), SEED)
    assert tokens.open_token(token, KEY) == facts()
    assert len(token) < 600


@settings(max_examples=40, deadline=None)
@given(place=st.integers(0, 10_000), mark=st.sampled_from("ABCabc012-_."))
def test_a_token_with_any_character_changed_is_refused(place, mark):
    token = tokens.sign(facts(), SEED)
    place %= len(token)
    if token[place] != mark:
        with pytest.raises(Refused) as refused:
            tokens.open_token(token[:place] + mark + token[place + 1 :], KEY)
        assert refused.value.code in {"token_unreadable", "token_forged"}


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader_of_tokens(text):
    with pytest.raises(Refused):
        tokens.open_token(text, KEY)


def test_a_token_of_another_installation_is_forged_and_a_key_that_is_none_is_named():
    with pytest.raises(Refused) as refused:
        tokens.open_token(tokens.sign(facts(), OTHER), KEY)
    assert refused.value.code == "token_forged"
    with pytest.raises(Refused) as refused:
        tokens.open_token(tokens.sign(facts(), SEED), b"\x04" + bytes(64))
    assert refused.value.code == "key_unreadable"


marks = st.dictionaries(
    st.integers(0, status.SIZE - 1), st.sampled_from([Status.ANNULLED, Status.REPLACED]), max_size=50
)


def published(found=(), number: int = 0, seed: bytes = SEED) -> bytes:
    return msgspec.json.encode(status.publish(number=number, marks=dict(found), at=AT, seed=seed))


@settings(max_examples=25, deadline=None)
@given(found=marks, index=st.integers(0, status.SIZE - 1))
def test_a_status_list_marks_those_that_ended_and_no_others(found, index):
    listed = status.open_list(published(found), KEY)
    assert {place: listed.status(place) for place in found} == found
    assert listed.status(index) is found.get(index, Status.VALID)


@given(st.integers(0, 10**9))
def test_every_licence_has_a_place_of_its_own(serial):
    number, index = status.place(serial)
    assert (0 <= index < status.SIZE, number * status.SIZE + index) == (True, serial)


def test_a_status_list_that_was_changed_or_comes_from_elsewhere_is_refused():
    document = json.loads(published({12: Status.ANNULLED}))
    document["bits"] = json.loads(published())["bits"]
    for content, code in (
        (json.dumps(document).encode(), "list_forged"),
        (published(seed=OTHER), "list_forged"),
        (b"{}", "list_unreadable"),
        (b"not json", "list_unreadable"),
        (published()[:-4], "list_unreadable"),
    ):
        with pytest.raises(Refused) as refused:
            status.open_list(content, KEY)
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("found", "number", "later", "problems"),
    [
        ({}, 0, timedelta(), []),
        ({12: Status.ANNULLED}, 0, timedelta(), ["annulled"]),
        ({12: Status.REPLACED}, 0, timedelta(), ["replaced"]),
        ({13: Status.ANNULLED}, 0, timedelta(), []),
        ({}, 1, timedelta(), ["list_differs"]),
        ({}, 0, status.GOOD_FOR + timedelta(seconds=1), ["list_outdated"]),
    ],
)
def test_a_licence_is_valid_by_its_list_until_the_next_is_due(found, number, later, problems):
    listed = status.open_list(published(found, number), KEY)
    at = AT + later
    assert status.problems(facts(), listed, at=at, on=at.date()) == problems


def test_a_licence_is_valid_through_the_last_day_of_its_term():
    listed = status.open_list(published(), KEY)
    ends = facts(valid_to="2026-11-03")
    assert status.problems(ends, listed, at=AT, on=AT.date()) == []
    assert status.problems(ends, listed, at=AT, on=AT.date() + timedelta(days=1)) == ["expired"]
