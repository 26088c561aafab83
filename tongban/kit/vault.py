"""Encryption of sensitive values at rest, and the keyed hash they are found by.

A sealed value is: format 1 byte, cipher 1 byte, key id 4 bytes, nonce 12 bytes, ciphertext, tag 16 bytes.
Cipher and key are named in the value, so both ciphers and every kept key stay readable after a change.
"""

import base64
import hashlib
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_FORMAT = 1
_NONCE, _TAG = 12, 16
HEAD = 6  # bytes that name format, cipher and key
# cipher name in settings.FIELD_CIPHER: (its byte in a sealed value, algorithm, key bytes)
_CIPHERS = {"sm4": (1, algorithms.SM4, 16), "aes": (2, algorithms.AES256, 32)}
_NAMES = {number: name for name, (number, _, _) in _CIPHERS.items()}


class Tampered(Exception):
    """A sealed value was altered, moved to another place, or its key is not kept here."""


def seal(plain: str, *, place: str) -> bytes:
    """`plain` encrypted for `place` ("table.column"); it opens at no other place.

    Basis: 等保 level 3 and 密评 (confidentiality and integrity in storage); 个人信息保护法 Art 51.
    """
    head = current_head()
    nonce = os.urandom(_NONCE)
    encryptor = Cipher(_algorithm(settings.FIELD_KEY, settings.FIELD_CIPHER), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(head + place.encode())
    body = encryptor.update(plain.encode()) + encryptor.finalize()
    return head + nonce + body + encryptor.tag


def open_sealed(sealed: bytes | memoryview, *, place: str) -> str:
    """The plain value of `sealed`. Raises `Tampered`."""
    sealed = bytes(sealed)
    if len(sealed) < HEAD + _NONCE + _TAG or sealed[0] != _FORMAT or sealed[1] not in _NAMES:
        raise Tampered(place)
    head, nonce = sealed[:HEAD], sealed[HEAD : HEAD + _NONCE]
    body, tag = sealed[HEAD + _NONCE : -_TAG], sealed[-_TAG:]
    key = _keys().get(head[2:])
    if key is None:
        raise Tampered(place)
    decryptor = Cipher(_algorithm(key, _NAMES[sealed[1]]), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(head + place.encode())
    try:
        return (decryptor.update(body) + decryptor.finalize()).decode()
    except InvalidTag as error:
        raise Tampered(place) from error


def seal_text(plain: str, *, place: str) -> str:
    """`seal` as ASCII text, for JSON."""
    return base64.b64encode(seal(plain, place=place)).decode("ascii")


def open_text(sealed: str, *, place: str) -> str:
    """`open_sealed` of ASCII text. Raises `Tampered`."""
    try:
        raw = base64.b64decode(sealed, validate=True)
    except ValueError as error:
        raise Tampered(place) from error
    return open_sealed(raw, place=place)


def current_head() -> bytes:
    """How a value sealed today begins; one that begins otherwise should be sealed anew."""
    number, _, _ = _CIPHERS[settings.FIELD_CIPHER]
    return bytes([_FORMAT, number]) + key_id(settings.FIELD_KEY)


def lookup(value: str, *, place: str) -> bytes:
    """The keyed hash (HMAC-SM3, 32 bytes) `value` is found by at `place`; case and blanks do not matter.

    It does not follow `FIELD_CIPHER`: changing the cipher must not lose anybody.
    """
    digest = HMAC(settings.LOOKUP_KEY, hashes.SM3())
    digest.update(place.encode() + b"\0" + "".join(value.split()).upper().encode())
    return digest.finalize()


def key_id(key: bytes) -> bytes:
    """Four bytes that name `key` without giving it away."""
    return hashlib.sha256(b"tongban field key id\0" + key).digest()[:4]


def _keys() -> dict[bytes, bytes]:
    """Every key that may still open a value: the current one and the retired ones."""
    retired = getattr(settings, "FIELD_KEYS_RETIRED", ())
    return {key_id(key): key for key in (settings.FIELD_KEY, *retired)}


def _algorithm(key: bytes, name: str):
    _, algorithm, size = _CIPHERS[name]
    return algorithm(_derived(key, name, size))


@cache
def _derived(key: bytes, name: str, size: int) -> bytes:
    """The key of one cipher, derived so that two ciphers never share key bits."""
    return HKDF(
        algorithm=hashes.SHA256(), length=size, salt=None, info=f"tongban field {name}".encode()
    ).derive(key)
