"""The forms a catalogue is handed out and in: workbook, JSON, GB/T 39046; one place names them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from tongban.catalogue.forms import exchange, workbook
from tongban.catalogue.rules.guide import Guide, Text

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ZIP = b"PK"  # how every workbook begins


class Form(StrEnum):
    """What a catalogue can be written as."""

    XLSX = "xlsx"
    JSON = "json"
    GBT39046 = "gbt39046"

    @property
    def media_type(self) -> str:
        return EXCEL if self is Form.XLSX else "application/json"

    @property
    def ending(self) -> str:
        return {Form.XLSX: "xlsx", Form.JSON: "json", Form.GBT39046: "gbt39046.json"}[self]


class Checked(msgspec.Struct, frozen=True):
    """What a file handed in says: the guides that could be read, and each fault as (place, words)."""

    guides: list[Guide]
    faults: list[tuple[str, Text]]


def write(wanted: Sequence[Guide], form: Form, *, city: str, at: datetime) -> bytes:
    """The guides in one of the forms; `check` reads each back without loss."""
    if form is Form.XLSX:
        return workbook.write(wanted)
    return exchange.write(wanted, form=exchange.Format[form.name], city=city, at=at)


def check(content: bytes) -> Checked:
    """What a file in any of the forms says; the content tells which it is. Refuses workbook_unreadable."""
    if content.startswith(_ZIP):
        book = workbook.read(content)
        return Checked(
            book.guides, [(f"{fault.sheet} {fault.cell}".strip(), fault.words) for fault in book.faults]
        )
    said = exchange.read(content)
    return Checked(said.guides, [(fault.place, fault.words) for fault in said.faults])
