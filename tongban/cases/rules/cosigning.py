"""Co-signing (共同签名): who beside the applicant must sign an application, in which capacities, and who has not.

Basis: 市场主体登记管理条例 Art 15, 16 (all who must sign are verified by real name and sign); 电子签名法 Art 13, 14.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from tongban.catalogue.rules.guide import Field, FieldKind, Section, Text
from tongban.catalogue.rules.signers import capacity, name_codes, words
from tongban.engine import conditions
from tongban.engine.lifecycle.state import CoSignature

_ADULT = 18  # years


class Named(msgspec.Struct, frozen=True):
    """Somebody the form names as having to sign: under which name, and in which capacities."""

    name: str
    capacities: tuple[str, ...]


def named(
    sections: Iterable[Section], codes: Sequence[str], answers: Mapping[str, object], *, own: str
) -> dict[str, Named]:
    """{ID number: who signs}, in the order of the form, under the answers given; `codes` are the fields that name them.

    A field that does not apply under the answers names nobody. `own` is the number of the applicant's account: who
    signs as the applicant does not sign again. One person in several capacities signs once.
    """
    found: dict[str, Named] = {}
    for section in sections:
        asked = [part for part in section.fields if part.code in codes and part.kind is FieldKind.ID_NUMBER]
        for row in _rows(section, answers) if asked else []:
            for field in asked:
                number = tidy(row.get(field.code))
                if number and number != tidy(own) and conditions.holds(field.only_if, row):
                    found[number] = _also(found.get(number), field, row)
    return found


def _rows(section: Section, answers: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The answers of a section, of a list row by row; what does not fit the form any more names nobody."""
    if section.rows is None:
        return [answers]
    given = answers.get(section.code)
    return [row for row in given if isinstance(row, Mapping)] if isinstance(given, list) else []


def _also(known: Named | None, field: Field, row: Mapping[str, object]) -> Named:
    name = next((str(row[code]) for code in name_codes(field.code) if row.get(code)), "")
    if known is None:
        return Named(name, (capacity(field.code),))
    return Named(known.name or name, tuple(dict.fromkeys((*known.capacities, capacity(field.code)))))


def tidy(number: object) -> str:
    """An ID number as it is compared: blanks and case do not matter."""
    return "".join(number.split()).upper() if isinstance(number, str) else ""


def is_minor(number: str, on: date) -> bool:
    """Whether the holder of a valid ID number is not yet eighteen on a day, and so signs through a guardian.

    Basis: 民法典 Art 17, 19, 23 (a guardian acts for a minor); officers look at the guardian's signature.
    """
    born = number[6:14]
    return f"{on:%Y%m%d}" < f"{int(born[:4]) + _ADULT}{born[4:]}"


class Given(msgspec.Struct, frozen=True):
    """A co-signature as it is kept: of which person (keyed hash), what was signed, when."""

    person: str
    digest: str
    at: datetime


class Standing(msgspec.Struct, frozen=True):
    """How far somebody who must sign is: the signature of the application as it stands, or why it waits.

    `void` counts signatures of what the application was before a change: they stay on record and do not count.
    """

    signed_at: datetime | None = None
    void: int = 0


def standing(person: str, digest: str, given: Iterable[Given]) -> Standing:
    """How far a person is who must sign what has `digest` now. Basis: 电子签名法 Art 13(3), (4)."""
    own = [one for one in given if one.person == person]
    now = [one.at for one in own if one.digest == digest]
    return Standing(signed_at=now[0] if now else None, void=len(own) - len(now))


def in_words(sections: Iterable[Section], codes: Sequence[str]) -> dict[str, Text]:
    """{capacity: what it is called}, from the form."""
    return {
        capacity(field.code): words(section, field.code)
        for section in sections
        for field in section.fields
        if field.code in codes
    }


def of_item(given: Iterable[CoSignature], codes: Sequence[str]) -> tuple[CoSignature, ...]:
    """The co-signatures an item of a bundle asks for itself, each in the capacities it asks for."""
    wanted = {capacity(code) for code in codes}
    kept = (
        msgspec.structs.replace(one, capacities=tuple(part for part in one.capacities if part in wanted))
        for one in given
    )
    return tuple(one for one in kept if one.capacities)
