"""The status list (状态清单): two bits for each licence, signed with the time of the next; kept by whoever checks offline."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import msgspec

from tongban.engine.refusal import Refused
from tongban.licences.rules import tokens
from tongban.licences.rules.standing import Standing, Status, standing

FORMAT = "tongban-status-1"
SIZE = 65_536  # licences a list holds
GOOD_FOR = timedelta(hours=24)  # how long a list may be used before the next must be fetched
_PER_BYTE = 4
_INSTANT = "%Y-%m-%dT%H:%M:%SZ"
_MARKS = {Status.VALID: 0, Status.ANNULLED: 1, Status.REPLACED: 2}
_STATUS = {mark: status for status, mark in _MARKS.items()}


class StatusList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list as it is published: `bits` in base64url, instants as UTC to the second, `signature` over `text`."""

    format: str
    list: int
    issued_at: str
    next_update: str
    bits: str
    signature: str = ""

    def text(self) -> bytes:
        """What is signed: one line each."""
        lines = [self.format, str(self.list), self.issued_at, self.next_update, self.bits, ""]
        return "\n".join(lines).encode()

    @property
    def until(self) -> datetime:
        """When the next list is due. Raises ValueError."""
        return datetime.strptime(self.next_update, _INSTANT).replace(tzinfo=UTC)

    def status(self, index: int) -> Status:
        """The status at a place. Refuses list_unreadable for a mark without a meaning."""
        packed = tokens.to_bytes(self.bits)
        mark = packed[index // _PER_BYTE] >> (index % _PER_BYTE * 2) & 3
        if mark not in _STATUS:
            raise Refused("list_unreadable")
        return _STATUS[mark]


def place(serial: int) -> tuple[int, int]:
    """Which list holds the licence of this serial number, and where."""
    return divmod(serial, SIZE)


def pack(marks: Mapping[int, str]) -> bytes:
    """The bits of a list: `marks` names those no longer valid, {place: status}."""
    packed = bytearray(SIZE // _PER_BYTE)
    for index, status in marks.items():
        packed[index // _PER_BYTE] |= _MARKS[Status(status)] << (index % _PER_BYTE * 2)
    return bytes(packed)


def publish(*, number: int, marks: Mapping[int, str], at: datetime, seed: bytes) -> StatusList:
    """The signed list as it stands at `at`."""
    bits = tokens.to_text(pack(marks))
    bare = StatusList(FORMAT, number, _instant(at), _instant(at + GOOD_FOR), bits)
    return msgspec.structs.replace(bare, signature=tokens.to_text(tokens.sign_bytes(bare.text(), seed)))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_INSTANT)


def open_list(content: bytes, public: bytes) -> StatusList:
    """A published list. Refuses list_unreadable, list_forged, key_unreadable."""
    try:
        found = msgspec.json.decode(content, type=StatusList)
        signature, packed = tokens.to_bytes(found.signature), tokens.to_bytes(found.bits)
        readable = found.format == FORMAT and len(packed) == SIZE // _PER_BYTE and bool(found.until)
    except (ValueError, RecursionError) as error:
        raise Refused("list_unreadable") from error
    if not readable:
        raise Refused("list_unreadable")
    if not tokens.is_signed(found.text(), signature, public):
        raise Refused("list_forged")
    return found


def problems(facts: tokens.Facts, listed: StatusList, *, at: datetime, on: date) -> list[str]:
    """Why a genuine token is not valid at `at`: list_differs, list_outdated, or the licence's standing.

    Basis: 行政许可法 Art 50, 69, 70; configuration (a list serves until the next is due).
    """
    if (facts.list, True) != (listed.list, 0 <= facts.index < SIZE):
        return ["list_differs"]
    found = standing(listed.status(facts.index), facts.last_day, on)
    outdated = ["list_outdated"] if at > listed.until else []
    return outdated + ([] if found is Standing.VALID else [found.value])
