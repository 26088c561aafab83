"""What a licence's QR code carries: the public facts, signed, small enough to scan, checked without a network.

ECDSA on P-256 with SHA-256, because every browser checks it without a library. A token is two parts in
base64url, joined by a dot: the facts as a JSON array, and the signature as r and s of 32 bytes each.
"""

import base64
import hashlib
from datetime import date

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tongban.engine.refusal import Refused

FORMAT = "TBL1"
_CURVE, _HASH = ec.SECP256R1(), hashes.SHA256()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
_LONGEST = 4096  # characters of a token


class Facts(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, kw_only=True):
    """The public facts, in this order; dates ISO, `valid_to` empty when there is no end."""

    format: str = FORMAT
    identifier: str
    number: str
    name: str
    holder: str  # a person's name masked
    organ: str
    issued_on: str
    valid_to: str
    list: int
    index: int
    demo: bool

    @property
    def last_day(self) -> date | None:
        return date.fromisoformat(self.valid_to) if self.valid_to else None


def private_key(seed: bytes) -> ec.EllipticCurvePrivateKey:
    """The signing key an installation's secret stands for."""
    number = int.from_bytes(hashlib.sha512(b"tongban licence key\0" + seed).digest(), "big")
    return ec.derive_private_key(number % (_ORDER - 1) + 1, _CURVE)


def public_key(seed: bytes) -> bytes:
    """The key to check with, as an uncompressed point of 65 bytes."""
    public = private_key(seed).public_key()
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sign_bytes(content: bytes, seed: bytes) -> bytes:
    """The signature of `content`: r and s, 64 bytes."""
    r, s = utils.decode_dss_signature(private_key(seed).sign(content, ec.ECDSA(_HASH)))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def is_signed(content: bytes, signature: bytes, public: bytes) -> bool:
    """Whether `signature` is of `content` under the key `public`. Refuses key_unreadable."""
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public)
    except ValueError as error:
        raise Refused("key_unreadable") from error
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    try:
        key.verify(utils.encode_dss_signature(r, s), content, ec.ECDSA(_HASH))
    except InvalidSignature:
        return False
    return len(signature) == 64


def sign(facts: Facts, seed: bytes) -> str:
    """The token of a licence."""
    content = msgspec.json.encode(facts)
    return f"{to_text(content)}.{to_text(sign_bytes(content, seed))}"


def open_token(token: str, public: bytes) -> Facts:
    """The facts of a token. Refuses token_unreadable, token_forged, key_unreadable."""
    content, dot, signature = token.strip().partition(".")
    if not dot or len(token) > _LONGEST:
        raise Refused("token_unreadable")
    try:
        raw, signed = to_bytes(content), to_bytes(signature)
        facts = msgspec.json.decode(raw, type=Facts)
        date.fromisoformat(facts.issued_on)
        known = facts.format == FORMAT and (not facts.valid_to or facts.last_day is not None)
    except ValueError as error:  # those of base64, JSON and dates
        raise Refused("token_unreadable") from error
    if not known:
        raise Refused("token_unreadable")
    if not is_signed(raw, signed, public):
        raise Refused("token_forged")
    return facts


def to_text(content: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def to_bytes(text: str) -> bytes:
    """What `to_text` wrote, in its only spelling. Raises ValueError."""
    content = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if to_text(content) != text:
        raise ValueError("not base64url")
    return content
