"""What an official hands in: a workbook, or an exchange document as JSON; guides, and every fault by its place."""

from collections.abc import Sequence

import msgspec

from tongban.catalogue.forms import exchange, workbook
from tongban.catalogue.rules.guide import Guide, Text
from tongban.catalogue.rules.lint import Finding
from tongban.engine.refusal import Refused

_ZIP = b"PK"  # how a workbook begins
_BEFORE = b"\xef\xbb\xbf \t\r\n"  # what may stand before a document: a byte order mark, white space


class Fault(msgspec.Struct, frozen=True, order=True):
    """A fault and where it stands: sheet and cell of a workbook, a JSON path of a document."""

    where: str
    place: str
    words: Text


class HandedIn(msgspec.Struct, frozen=True):
    """The guides a file describes, and its faults; `book` of a workbook, for where a finding stands."""

    guides: Sequence[Guide]
    faults: list[Fault]
    book: workbook.Reading | None = None

    def locate(self, finding: Finding) -> Fault:
        """A finding of lint at the cell it is about, or at the item of a document and the part's path."""
        if self.book:
            return _of_cell(workbook.locate(self.book, finding))
        base_code, _, path = finding.where.partition(" ")
        return Fault(base_code, path, finding.message)


def read(content: bytes) -> HandedIn:
    """The guides of a file in either form. Refuses workbook_unreadable of what is neither."""
    if content.startswith(_ZIP):
        book = workbook.read(content)
        return HandedIn(book.guides, [_of_cell(fault) for fault in book.faults], book)
    if not content.lstrip(_BEFORE).startswith(b"{"):
        raise Refused("workbook_unreadable")
    document = exchange.read(content)
    return HandedIn(document.guides, [Fault("JSON", fault.place, fault.words) for fault in document.faults])


def _of_cell(fault: workbook.CellFault) -> Fault:
    return Fault(fault.sheet, fault.cell, fault.words)
