"""What both sides of a connector keep: the envelope, its exact bytes, and the signature over them.

Signatures are those of the Standard Webhooks specification, `v1a` (Ed25519): headers webhook-id,
webhook-timestamp and webhook-signature, signed over "id.timestamp.payload".
"""

import base64
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta

from tongban.engine.refusal import Refused

WINDOW_SECONDS = 300  # a signature older or younger than this is refused
MOST = 1_000_000  # bytes of one message
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
FORGERIES = frozenset(
    {"message_unsigned", "message_signature_stale", "message_signature_wrong"}
)  # answered 401
_VERSION = "v1a,"
_ENCODE = msgspec.json.Encoder(order="sorted").encode

Name = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,39}\Z")]
Id = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{8,64}\Z")]


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """One message. `id` is also the idempotency key; `sequence` counts from 1 for each receiver and subject.

    `issued_at` is an instant in ISO 8601 with its offset. `in_reply_to` is the id of the message this one
    answers, empty when it answers none.
    """

    id: Id
    sender: Name
    receiver: Name
    kind: Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_.]{0,59}\Z")]
    subject: Annotated[str, Meta(pattern=r"\A[^\s\x00-\x1f]{1,100}\Z")]
    sequence: Annotated[int, Meta(ge=1, lt=2**31)]
    issued_at: datetime
    body: dict[str, Any]
    in_reply_to: Annotated[str, Meta(pattern=r"\A([A-Za-z0-9_-]{8,64})?\Z")] = ""


class Taken(msgspec.Struct, frozen=True):
    """The content of a 202 answer: the message with this id is kept and will be worked on."""

    accepted: str


def encode(content: Envelope | Taken | dict) -> bytes:
    """The bytes that are sent and signed; the same content always gives the same bytes.

    Basis: configuration (docs/connectors.md).
    """
    return _ENCODE(content)


def decode(payload: bytes) -> Envelope:
    """The message in `payload`. Refuses `message_malformed` (at: where and why).

    Basis: configuration (docs/connectors.md).
    """
    if len(payload) > MOST:
        raise Refused("message_too_large", most=MOST)
    try:
        found = msgspec.json.decode(payload, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("message_malformed", at=str(error)) from error
    if found.issued_at.tzinfo is None:
        raise Refused("message_malformed", at="issued_at has no offset - at `$.issued_at`")
    return found


def taken(payload: bytes) -> str:
    """The id a 202 answer names; empty when it names none. Basis: configuration (docs/connectors.md)."""
    try:
        return msgspec.json.decode(payload, type=Taken).accepted
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def public_key(seed: bytes) -> bytes:
    """The public key of an Ed25519 seed, 32 bytes. Basis: configuration (docs/connectors.md)."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(payload: bytes, *, id: str, seed: bytes, at: datetime) -> dict[str, str]:
    """The headers that sign `payload` at the aware instant `at`.

    Basis: 电子签名法 Art 13 (under the signer's control, changes are found); docs/connectors.md.
    """
    stamp = str(int(at.timestamp()))
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(_signed(id, stamp, payload))
    return {ID: id, TIMESTAMP: stamp, SIGNATURE: _VERSION + base64.b64encode(signature).decode()}


def verify(payload: bytes, headers: Mapping[str, str], *, publics: Iterable[bytes], at: datetime) -> str:
    """The id `payload` was signed under by one of `publics`, within the window around `at`.

    Several signatures and keys are tried, so that a key can be changed without a gap.
    Refuses message_unsigned, message_signature_stale (seconds off), message_signature_wrong.
    Basis: 电子签名法 Art 13; docs/connectors.md.
    """
    id, stamp, given = (headers.get(name) or "" for name in (ID, TIMESTAMP, SIGNATURE))
    if not (id and stamp.isascii() and stamp.isdecimal() and len(stamp) < 13 and given):
        raise Refused("message_unsigned")
    off = abs(int(at.astimezone(UTC).timestamp()) - int(stamp))
    if off > WINDOW_SECONDS:
        raise Refused("message_signature_stale", seconds=off)
    signed = _signed(id, stamp, payload)
    signatures = [part.removeprefix(_VERSION) for part in given.split() if part.startswith(_VERSION)]
    if not any(_holds(signed, one, public) for one in signatures[:4] for public in publics):
        raise Refused("message_signature_wrong")
    return id


def _signed(id: str, stamp: str, payload: bytes) -> bytes:
    return f"{id}.{stamp}.".encode("utf-8", "surrogatepass") + payload


def _holds(signed: bytes, signature: str, public: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature, validate=True), signed)
    except (InvalidSignature, ValueError):
        return False
    return True
