"""Replacing a licence (换发): the same number and term, the next edition, some of what it states corrected."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from tongban.catalogue.rules.guide import Text
from tongban.engine.refusal import Refused
from tongban.licences.actions import issuing, printing
from tongban.licences.models import Licence
from tongban.licences.rules import documents

_LONGEST = 500  # characters of one thing stated


def wanted(row: Licence, changes: Mapping[str, str]) -> dict[str, str]:
    """{place of the detail: new words}, only those that change. Refuses `nothing_changed`."""
    details = row.document["details"]
    said = {place: " ".join(words.split())[:_LONGEST] for place, words in changes.items()}
    found = {
        place: words
        for place, words in said.items()
        if words and place.isdecimal() and int(place) < len(details)
        if words != details[int(place)]["value"]["zh"]
    }
    if not found:
        raise Refused("nothing_changed")
    return found


def replace(row: Licence, changes: Mapping[str, str], *, by: str, at: datetime) -> Licence:
    """Issue the next edition; `row` has ended in the same transaction."""
    before = msgspec.convert(row.document, documents.Document)
    details = [
        documents.Detail(label=detail.label, value=Text(zh=changes[str(place)], en=changes[str(place)]))
        if str(place) in changes
        else detail
        for place, detail in enumerate(before.details)
    ]
    prepared = issuing.next_edition(row, before, details, at=at)
    pdf = printing.licence(prepared, organ=row.organ, at=at)
    return issuing.keep(prepared, pdf=pdf, replaces=row, by=by, at=at)
