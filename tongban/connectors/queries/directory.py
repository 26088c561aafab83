"""The directory of organs outside: a file of the operator's, read again when it changes."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated

import msgspec
from django.conf import settings

from tongban.connectors.rules import contract
from tongban.engine.refusal import Refused

_Key = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class Organ(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An organ outside: where its messages are posted to and the keys (hex) it signs with.

    `kinds`: the kinds of message it takes. `prices`: what it asks for, in fen, for an applicant who chooses.
    """

    url: Annotated[str, msgspec.Meta(pattern=r"\Ahttps?://[^\s]+\Z")]
    keys: Annotated[tuple[_Key, ...], msgspec.Meta(min_length=1, max_length=4)]
    zh: str = ""
    en: str = ""
    kinds: tuple[str, ...] = ()
    prices: dict[str, int] = {}

    @property
    def publics(self) -> list[bytes]:
        return [bytes.fromhex(key) for key in self.keys]


def directory() -> dict[str, Organ]:
    """The organs by name; empty without a file. Refuses `directory_unreadable` (at: where and why)."""
    path = Path(settings.CONNECTORS)
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return {}
    return _read(path, changed)


def takers(kind: str) -> dict[str, Organ]:
    """The organs that take messages of `kind`, by name: whom an applicant may choose from. Refuses as `directory`."""
    return {name: organ for name, organ in directory().items() if kind in organ.kinds}


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> dict[str, Organ]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[contract.Name, Organ])
    except msgspec.DecodeError as error:
        raise Refused("directory_unreadable", at=f"{path}: {error}") from error


def own_key() -> bytes:
    """The public key this house signs its messages with."""
    return contract.public_key(settings.CONNECTOR_KEY)
