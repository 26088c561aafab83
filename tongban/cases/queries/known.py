"""What is known already of what a form asks for, and where each of it comes from: offered, never imposed.

Basis: 国务院令第716号 Art 7, 10 (what is held is not asked for again); 个人信息保护法 Art 8 (it may be corrected).
"""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from tongban.cases.models import Draft, Form
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Field, FieldKind, Text
from tongban.catalogue.rules.situations import Group
from tongban.engine.calendar import CST
from tongban.kit import forms
from tongban.licences import queries as licences
from tongban.people import queries as people
from tongban.people.rules import Caller

EARLIER = 20  # so many earlier applications of the party are looked through, the newest first


class Known(msgspec.Struct, frozen=True):
    """An answer that is known: where from (account, licence, application), and what that is called."""

    value: object
    source: str
    name: Text | None = None
    number: str = ""
    on: date | None = None


def of_draft(draft: Draft, caller: Caller, asked: Iterable[Field | Group], on: date) -> dict[str, Known]:
    """{code: what is known}: from the register first, then from licences held, then from earlier applications.

    Statements of yes or no are always the applicant's own. Refuses `not_your_party`.
    """
    wanted = [part for part in asked if part.kind is not FieldKind.YES_NO]
    registered = people.prefill(caller, draft.party_id, on)
    found = {
        part.code: Known(value=registered[part.prefill], source="account")
        for part in wanted
        if part.prefill and registered.get(part.prefill)
    }
    for further in (_licensed, _applied):
        left = [part for part in wanted if part.code not in found]
        found |= further(draft, left, on) if left else {}
    return {part.code: found[part.code] for part in wanted if _fitting(part, found)}


def _fitting(part: Field | Group, found: dict[str, Known]) -> bool:
    """Whether what is known has the type that is asked for: an older form may have asked otherwise."""
    return part.code in found and forms.fits(part, found[part.code].value)


def _licensed(draft: Draft, asked: list[Field | Group], on: date) -> dict[str, Known]:
    stated = licences.stated(party=draft.party_id, codes={part.code for part in asked}, on=on)
    return {
        code: Known(value=one.value, source="licence", name=one.name, number=one.number)
        for code, one in stated.items()
    }


def _applied(draft: Draft, asked: list[Field | Group], on: date) -> dict[str, Known]:
    """What the party answered to the same data elements, the newest application first."""
    rows = Form.objects.filter(case__party=draft.party_id).order_by("-case__received_at", "case_id")
    told = rows.values_list("answers", "case__received_at", "case__version")
    found: dict[str, Known] = {}
    for answers, received_at, version in list(told[:EARLIER]):
        hits = {part.code for part in asked} & set(answers) - set(found)
        if hits:
            plain = people.open_answers({code: answers[code] for code in hits})
            name = catalogue.guide(version).name
            found |= {code: _from_case(plain[code], name, received_at) for code in hits}
    return found


def _from_case(value: object, name: Text, received_at: datetime) -> Known:
    return Known(value=value, source="application", name=name, on=received_at.astimezone(CST).date())
