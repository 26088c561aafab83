"""What the record is made of: canonical events, leaves, checkpoints, proofs; verified without a database."""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tongban.engine import merkle
from tongban.engine.refusal import Refused

Hash = Callable[[bytes], bytes]
_ENCODER = msgspec.json.Encoder(order="sorted")
_SIGNATURE_TYPE = b"\x01"  # Ed25519 in signed notes
_PROOF = "tongban-proof-1"


class Entry(msgspec.Struct, frozen=True):
    """An event as it is hashed. `at` is an aware instant; `facts` plain JSON without floats."""

    stream_kind: str
    stream_id: str
    position: int
    kind: str
    facts: dict
    by: str
    at: datetime


def plain(value: object) -> None:
    """Refuse `facts_not_plain` unless `value` is made of text, integers, booleans, null, lists and mappings.

    Basis: design (the same bytes on every machine, for ever).
    """
    if value is None or isinstance(value, str | bool | int):
        return
    if isinstance(value, list | tuple):
        for part in value:
            plain(part)
    elif isinstance(value, dict) and all(isinstance(name, str) for name in value):
        for part in value.values():
            plain(part)
    else:
        raise Refused("facts_not_plain", value=repr(value)[:100])


def instant(at: datetime) -> str:
    """An instant as the record writes it: UTC, microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(entry: Entry, salt: bytes) -> bytes:
    """The bytes of an event: JSON with sorted names, no spaces, UTF-8 (RFC 8785 for the values allowed)."""
    return _ENCODER.encode(
        {
            "stream_kind": entry.stream_kind,
            "stream_id": entry.stream_id,
            "position": entry.position,
            "kind": entry.kind,
            "facts": entry.facts,
            "by": entry.by,
            "at": instant(entry.at),
            "salt": salt.hex(),
        }
    )


def leaf(entry: Entry, salt: bytes, hash: Hash) -> bytes:
    """The salted leaf hash of an event."""
    return merkle.leaf_hash(canonical(entry, salt), hash)


class Checkpoint(msgspec.Struct, frozen=True):
    """A signed root: origin, size, root and the hash's name, as in C2SP tlog-checkpoint."""

    origin: str
    size: int
    root: bytes
    hash_name: str

    def text(self) -> str:
        """The note's text."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\nhash {self.hash_name}\n"


def key_hash(name: str, public: bytes) -> bytes:
    """The four bytes that name a key in a signature line. Basis: C2SP signed-note."""
    return hashlib.sha256(name.encode() + b"\n" + _SIGNATURE_TYPE + public).digest()[:4]


def public_key(seed: bytes) -> bytes:
    """The public key of an Ed25519 seed, 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def signature_line(text: str, name: str, seed: bytes) -> str:
    """A signature line over a note's text."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes_raw()
    signature = key_hash(name, public) + private.sign(text.encode())
    return f"— {name} {base64.b64encode(signature).decode()}\n"


def sign(checkpoint: Checkpoint, seed: bytes) -> str:
    """The signed note of a checkpoint, under the key named by its origin."""
    text = checkpoint.text()
    return f"{text}\n{signature_line(text, checkpoint.origin, seed)}"


def open_note(note: str, public: bytes) -> Checkpoint:
    """The checkpoint of a signed note. Refuses note_unreadable, signature_missing, signature_wrong."""
    text, _, lines = note.partition("\n\n")
    text += "\n"
    parts = text.splitlines()
    try:
        origin, size, root, extension = (
            parts[0],
            int(parts[1]),
            base64.b64decode(parts[2], validate=True),
            parts[3],
        )
    except (IndexError, ValueError) as error:
        raise Refused("note_unreadable") from error
    found = Checkpoint(origin=origin, size=size, root=root, hash_name=extension.removeprefix("hash "))
    if found.text() != text:
        raise Refused("note_unreadable")
    for line in lines.splitlines():
        dash, _, rest = line.partition(" ")
        name, _, value = rest.partition(" ")
        if dash == "—" and name == origin:
            _check_signature(text, value, name, public)
            return found
    raise Refused("signature_missing", name=origin)


def _check_signature(text: str, value: str, name: str, public: bytes) -> None:
    try:
        signature = base64.b64decode(value, validate=True)
        if signature[:4] != key_hash(name, public):
            raise Refused("signature_wrong", name=name)
        Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text.encode())
    except (InvalidSignature, ValueError) as error:
        raise Refused("signature_wrong", name=name) from error


def proof(
    entry: Entry, salt: bytes, *, index: int, path: list[bytes], note: str, hash_name: str, public: bytes
) -> dict:
    """A self-contained proof that an event is in the record, as JSON."""
    return {
        "format": _PROOF,
        "event": {**msgspec.structs.asdict(entry), "at": instant(entry.at)},
        "salt": salt.hex(),
        "index": index,
        "path": [part.hex() for part in path],
        "checkpoint": note,
        "hash": hash_name,
        "public_key": public.hex(),
    }


def verify_proof(document: dict, hash: Hash, *, public: bytes | None = None) -> list[str]:
    """What is wrong with a proof, as codes; empty when it holds. `public` is the key you trust.

    Without `public` the key named in the proof is used: then compare it with the published one.
    """
    try:
        event = document["event"]
        entry = Entry(**{**event, "at": datetime.fromisoformat(event["at"])})
        salt, path = bytes.fromhex(document["salt"]), [bytes.fromhex(part) for part in document["path"]]
        index, key = int(document["index"]), public or bytes.fromhex(document["public_key"])
        if document["format"] != _PROOF:
            return ["format_unknown"]
        note = document["checkpoint"]
    except (KeyError, TypeError, ValueError):
        return ["proof_unreadable"]
    try:
        checkpoint = open_note(note, key)
    except Refused as refused:
        return [refused.code]
    problems = [] if checkpoint.hash_name == document.get("hash") else ["hash_differs"]
    if public and document.get("public_key") != public.hex():
        problems.append("key_differs")
    found = leaf(entry, salt, hash)
    if not merkle.verify_inclusion(found, index, checkpoint.size, path, checkpoint.root, hash):
        problems.append("not_included")
    return problems
