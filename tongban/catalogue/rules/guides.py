"""A guide as it is stored: plain values, read back, and named by its digest."""

import hashlib

import msgspec

from tongban.catalogue.rules.guide import Guide
from tongban.engine.refusal import Refused

_decode = msgspec.json.Decoder(Guide).decode


def plain(guide: Guide) -> dict:
    """The guide as JSON values; defaults are left out."""
    return msgspec.to_builtins(guide)


def from_plain(values: object) -> Guide:
    """The guide that a YAML file or a JSON document describes. Refuses `guide_unreadable`."""
    try:
        return msgspec.convert(values, Guide)
    except msgspec.ValidationError as error:
        raise Refused("guide_unreadable", reason=str(error)) from error


def from_json(text: str | bytes) -> Guide:
    """The guide a stored version holds."""
    return _decode(text)


def digest(guide: Guide) -> str:
    """SHA-256 of the guide, the same however its parts were ordered or its defaults written."""
    return hashlib.sha256(msgspec.json.encode(guide, order="sorted")).hexdigest()
