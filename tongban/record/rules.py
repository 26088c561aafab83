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
_PROOF, _GROWTH = "tongban-proof-1", "tongban-growth-1"
_INTEGERS = 2**53  # from here on JSON readers differ


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event as it is hashed: `at` as `instant` writes it, `facts` plain JSON without floats."""

    stream_kind: str
    stream_id: str
    position: int
    kind: str
    facts: dict
    by: str
    at: str


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A self-contained proof that an event is in the record; bytes are in hex, `checkpoint` is a note."""

    format: str
    event: Entry
    salt: str
    index: int
    path: list[str]
    checkpoint: str
    hash: str
    public_key: str


class Growth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A proof that the record of `checkpoint` begins with that of an older one; bytes are in hex."""

    format: str
    path: list[str]
    checkpoint: str
    hash: str
    public_key: str


def plain(value: object) -> None:
    """Refuse `facts_not_plain` unless `value` is text, integers, booleans, null, lists and mappings of them.

    Integers stay below 2**53 and texts without NUL or half a surrogate pair, as RFC 8785 and the database
    want. Basis: design (the same bytes on every machine, for ever).
    """
    match value:
        case None | bool():
            return
        case int() if abs(value) < _INTEGERS:
            return
        case str() if _storable(value):
            return
        case list() | tuple():
            for part in value:
                plain(part)
        case dict() if all(isinstance(name, str) and _storable(name) for name in value):
            for part in value.values():
                plain(part)
        case _:
            raise Refused("facts_not_plain", value=repr(value)[:100])


def _storable(text: str) -> bool:
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def instant(at: datetime) -> str:
    """An aware instant as the record writes it: UTC, microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(entry: Entry, salt: bytes) -> bytes:
    """The bytes of an event: JSON with sorted names, no spaces, UTF-8 (RFC 8785, names by code point)."""
    return _ENCODER.encode({**msgspec.structs.asdict(entry), "salt": salt.hex()})


def leaf(entry: Entry, salt: bytes, hash: Hash) -> bytes:
    """The salted leaf hash of an event."""
    return merkle.leaf_hash(canonical(entry, salt), hash)


def remains(
    number: int, stream_kind: str, stream_id: str, position: int, kind: str, by: str, at: str, leaf: str
) -> dict:
    """What stays of an erased event, as the record of its erasure keeps it; `leaf` in hex."""
    return {
        "id": number,
        "stream_kind": stream_kind,
        "stream_id": stream_id,
        "position": position,
        "kind": kind,
        "by": by,
        "at": at,
        "leaf": leaf,
    }


class Checkpoint(msgspec.Struct, frozen=True):
    """A signed root: origin, size and root as in C2SP tlog-checkpoint; hash and time as extension lines."""

    origin: str
    size: int
    root: bytes
    hash_name: str
    at: str  # as `instant` writes it

    def text(self) -> str:
        """The note's text."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\nhash {self.hash_name}\ntime {self.at}\n"


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
    return _line(name, signature)


def sign(checkpoint: Checkpoint, seed: bytes) -> str:
    """The signed note of a checkpoint, under the key named by its origin."""
    text = checkpoint.text()
    return f"{text}\n{signature_line(text, checkpoint.origin, seed)}"


def open_note(note: str, public: bytes) -> Checkpoint:
    """The checkpoint of a signed note. Refuses note_unreadable, signature_missing, signature_wrong."""
    text, lines = _split(note)
    found = _read_text(text)
    own = [value for name, value in lines if name == found.origin]
    if not own:
        raise Refused("signature_missing", name=found.origin)
    if not any(_signed(text, found.origin, value, public) for value in own):
        raise Refused("signature_wrong", name=found.origin)
    return found


def cosigned(note: str, name: str, public: bytes) -> bool:
    """Whether the witness `name`, whose key is `public`, signed the note. Refuses note_unreadable."""
    text, lines = _split(note)
    return any(_signed(text, name, value, public) for signer, value in lines if signer == name)


def signers(note: str) -> list[str]:
    """The names on a note's signature lines. Refuses note_unreadable."""
    return [name for name, _ in _split(note)[1]]


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """A note's text and its signatures (name, key hash and signature), each in its only spelling."""
    text, _, rest = note.partition("\n\n")
    *lines, end = rest.split("\n")
    if end or not lines:
        raise Refused("note_unreadable")
    return text + "\n", [_read_line(line) for line in lines]


def _read_line(line: str) -> tuple[str, bytes]:
    dash, name, value = (*line.split(" "), "", "", "")[:3]
    try:
        signature = base64.b64decode(value, validate=True)
    except ValueError as error:
        raise Refused("note_unreadable") from error
    if not dash or not name or len(signature) < 5 or line != _line(name, signature).removesuffix("\n"):
        raise Refused("note_unreadable")
    return name, signature


def _read_text(text: str) -> Checkpoint:
    """The checkpoint a note's text says; refused unless it is written exactly as we write it."""
    try:
        origin, size, root, hash_name, at, _ = text.split("\n")
        found = Checkpoint(
            origin=origin,
            size=int(size),
            root=base64.b64decode(root, validate=True),
            hash_name=hash_name.removeprefix("hash "),
            at=at.removeprefix("time "),
        )
    except ValueError as error:
        raise Refused("note_unreadable") from error
    if found.text() != text:
        raise Refused("note_unreadable")
    return found


def _line(name: str, signature: bytes) -> str:
    return f"— {name} {base64.b64encode(signature).decode()}\n"


def _signed(text: str, name: str, value: bytes, public: bytes) -> bool:
    if value[:4] != key_hash(name, public):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(value[4:], text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def proof(
    entry: Entry, salt: bytes, *, index: int, path: list[bytes], note: str, hash_name: str, public: bytes
) -> dict:
    """A self-contained proof that an event is in the record, as JSON."""
    made = Proof(
        format=_PROOF,
        event=entry,
        salt=salt.hex(),
        index=index,
        path=[part.hex() for part in path],
        checkpoint=note,
        hash=hash_name,
        public_key=public.hex(),
    )
    return msgspec.to_builtins(made)


def verify_proof(document: dict, hash: Hash, *, public: bytes | None = None) -> list[str]:
    """What is wrong with a proof, as codes; empty when it holds. `public` is the key you trust.

    Without `public` the key named in the proof is used: then compare it with the published one.
    """
    try:
        given = msgspec.convert(document, Proof)
        salt, path = _bytes(given.salt), [_bytes(part) for part in given.path]
        named = _bytes(given.public_key)
        found = leaf(given.event, salt, hash)
    except (ValueError, RecursionError):
        return ["proof_unreadable"]
    if given.format != _PROOF:
        return ["format_unknown"]
    try:
        checkpoint = open_note(given.checkpoint, public or named)
    except Refused as refused:
        return [refused.code]
    problems = [] if checkpoint.hash_name == given.hash else ["hash_differs"]
    if public and named != public:
        problems.append("key_differs")
    if not merkle.verify_inclusion(found, given.index, checkpoint.size, path, checkpoint.root, hash):
        problems.append("not_included")
    return problems


def growth(path: list[bytes], *, note: str, hash_name: str, public: bytes) -> dict:
    """A proof that the record of `note` begins with that of an older checkpoint, as JSON."""
    made = Growth(
        format=_GROWTH,
        path=[part.hex() for part in path],
        checkpoint=note,
        hash=hash_name,
        public_key=public.hex(),
    )
    return msgspec.to_builtins(made)


def verify_growth(document: dict, older: str, hash: Hash, *, public: bytes | None = None) -> list[str]:
    """What is wrong with a proof of growth since the note `older`, as codes; empty when it holds.

    `public` is the key you trust; without it the key named in the proof is used.
    """
    try:
        given = msgspec.convert(document, Growth)
        path, key = [_bytes(part) for part in given.path], public or _bytes(given.public_key)
    except (ValueError, RecursionError):
        return ["proof_unreadable"]
    if given.format != _GROWTH:
        return ["format_unknown"]
    try:
        first, second = open_note(older, key), open_note(given.checkpoint, key)
    except Refused as refused:
        return [refused.code]
    if not first.hash_name == second.hash_name == given.hash:
        return ["hash_differs"]
    grown = merkle.verify_consistency(first.size, second.size, path, first.root, second.root, hash)
    return [] if grown and first.origin == second.origin else ["history_rewritten"]


def _bytes(text: str) -> bytes:
    """The bytes of a hex text in lower case; ValueError for any other spelling."""
    value = bytes.fromhex(text)
    if value.hex() != text:
        raise ValueError(text)
    return value
