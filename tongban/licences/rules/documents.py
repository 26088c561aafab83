"""A licence as a document: what it says, in canonical bytes, signed detached; and the decision it comes from."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from tongban.catalogue.rules.guide import Text

FORMAT = "tongban-licence-1"
_ENCODE = msgspec.json.Encoder(order="sorted").encode


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of a licence: immutable."""


class Detail(Part, frozen=True, kw_only=True):
    """One thing the licence states."""

    label: Text
    value: Text


class Holder(Part, frozen=True, kw_only=True):
    """Whose it is: a company's name and code; of a person the ID number is masked."""

    kind: str  # person | company
    name: str
    public_name: str
    code: str


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision gives: to whom, by which organ, on which answers; `details` is what the licence states."""

    case_no: str
    number: str
    code: str
    party: Any  # people.Party
    organ: Any  # people.Organ in whose name it is issued
    item: str
    item_name: Text
    version: int
    name: Text
    kind: str
    details: tuple[tuple[Text, Text], ...]
    answers: Mapping[str, object]
    valid_to: date | None
    at: datetime  # of the decision


class Document(Part, frozen=True, kw_only=True):
    """All that a licence says; dates ISO, `valid_to` None when there is no end.

    The same facts as the PDF. Basis: 国务院令第716号 Art 10 (an e-licence has the force of paper).
    """

    format: str = FORMAT
    identifier: str
    number: str
    edition: int
    name: Text
    kind: str  # licence 证照 | document 批文 | certificate 证明
    holder: Holder
    organ: Text
    organ_code: str
    case_no: str
    item: str
    item_name: Text
    item_version: int
    details: list[Detail]
    issued_on: str
    valid_from: str
    valid_to: str | None
    status_list: str
    status_index: int
    verify_url: str
    demo: bool


def canonical(document: Document) -> bytes:
    """The bytes that are signed: JSON with sorted names, no spaces, UTF-8."""
    return _ENCODE(document)


def sheet(document: Document, *, verify_url: str, code: str) -> dict:
    """What the printed licence is made from: the frame and what it states."""
    plain = msgspec.to_builtins(document)
    return {
        "kind": "licence",
        "title": plain["name"],
        "name": plain["name"],
        "details": plain["details"],
        "identifier": document.identifier,
        "valid_from": document.valid_from,
        "valid_until": document.valid_to,
        "notes": [],
        "head": {
            "organ": plain["organ"],
            "number": document.number,
            "case_no": document.case_no,
            "query_code": code,
            "issued_on": document.issued_on,
            "verify_url": verify_url,
            "demo": document.demo,
            "language": "zh",
            "seal_name": document.organ.zh,
            "item_name": plain["item_name"],
            "addressee": document.holder.name,
            "addressee_kind": document.holder.kind,
            "phone": "",
            "address": None,
        },
    }
