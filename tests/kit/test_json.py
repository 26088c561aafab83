"""JSON bodies: text no database keeps is found at once, however deep it lies."""

import time

import msgspec
import pytest

from tongban.engine.refusal import Refused
from tongban.kit.api import JsonParser


def parsed(rf, content: bytes) -> Refused | dict:
    request = rf.put("/api/", content, content_type="application/json")
    try:
        return JsonParser().parse_body(request)
    except Refused as refused:
        return refused


@pytest.mark.parametrize("depth", [1, 40, 600])
def test_unreadable_text_is_named_and_found_in_one_pass(rf, depth):
    begun = time.monotonic()
    found = parsed(rf, b'{"a":' * depth + b'"\\u0000"' + b"}" * depth)
    assert (found.code, found.facts) == ("text_unreadable", {"field": ".".join("a" * depth)})
    assert time.monotonic() - begun < 5


def test_a_field_named_in_unreadable_text_is_told_by_the_object_it_is_in(rf):
    found = parsed(rf, msgspec.json.encode({"answers": {"a\0": 1}}))
    assert found.facts == {"field": "answers"}


@pytest.mark.parametrize("depth", [700, 800, 850, 900, 950, 1000, 100_000])
def test_nesting_too_deep_is_refused_never_a_fault(rf, depth):
    found = parsed(rf, b"[" * depth + b"]" * depth)
    assert isinstance(found, list) or found.code == "json_malformed"
