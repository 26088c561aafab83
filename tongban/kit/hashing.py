"""Hash functions by name: SM3 (GB/T 32905) or SHA-256, as plain callables bytes → 32 bytes."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from cryptography.hazmat.primitives import hashes

Hash = Callable[[bytes], bytes]


def _sm3_by_hashlib(content: bytes) -> bytes:
    return hashlib.new("sm3", content).digest()


def _sm3_by_cryptography(content: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize()


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


HASHES: dict[str, Hash] = {
    "sm3": _sm3_by_hashlib if "sm3" in hashlib.algorithms_available else _sm3_by_cryptography,
    "sha256": _sha256,
}


def hasher(name: str) -> Hash:
    """The hash function called `name`: sm3 or sha256."""
    return HASHES[name]


def of_sources(*modules: ModuleType) -> str:
    """A digest of what modules say in their source: another digest means other rules."""
    digest = hashlib.sha256()
    for module in modules:
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()[:16]
