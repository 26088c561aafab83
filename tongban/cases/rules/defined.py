"""A bundle another room defines for one matter of its own, and its one form: own pages, answers given before."""

from collections.abc import Iterable, Mapping

import msgspec

from tongban.catalogue.rules.bundling import Together
from tongban.catalogue.rules.guide import Field, Frozen, Section, Text
from tongban.catalogue.rules.lists import Bundle
from tongban.engine import conditions


class Page(Frozen, frozen=True):
    """A page of the one form: which data elements stand on it, in this order."""

    code: str
    title: Text
    fields: list[str]


class Defined(Frozen, frozen=True, kw_only=True):
    """A bundle that stands on no list of the city: a stage of a construction project.

    `series` begins its number and names the room that is asked when it is received; `home` is the page it
    belongs to; `own` sections are asked by the whole beside its members; `given` says of each answer that was
    given before where it comes from: it is shown and not asked again.
    """

    bundle: Bundle
    series: str
    home: str = ""
    pages: list[Page] = []
    own: list[Section] = []
    given: dict[str, Text] = {}


def arranged(whole: Together, defined: Defined, stored: Mapping[str, object]) -> Together:
    """The one form on the pages of the definition; what was given before apart, as it is `stored`.

    Basis: 优化营商环境条例 Art 36, 37 (nothing asked for twice); configuration (一张表单的信息块).
    """
    given = {code for code in defined.given if code in stored}
    asked = [*whole.sections, *defined.own]
    return msgspec.structs.replace(
        whole,
        sections=tuple(_pages(_left(asked, given, stored), defined.pages)),
        given=tuple(_pages(_only(asked, given), defined.pages)),
    )


def _only(sections: Iterable[Section], given: set[str]) -> list[Section]:
    """What of the sections was given before; asked under no condition any more."""
    kept = []
    for section in sections:
        if section.rows is not None:
            kept += [section] if section.code in given else []
        elif fields := [
            msgspec.structs.replace(field, only_if={}) for field in section.fields if field.code in given
        ]:
            kept.append(msgspec.structs.replace(section, fields=fields))
    return kept


def _left(sections: Iterable[Section], given: set[str], stored: Mapping[str, object]) -> list[Section]:
    """What of the sections is still asked; a condition on what was given before is settled."""
    left = []
    for section in sections:
        if section.rows is not None:
            left += [] if section.code in given else [section]
        elif fields := [
            settled
            for field in section.fields
            if field.code not in given and (settled := _settled(field, given, stored)) is not None
        ]:
            left.append(msgspec.structs.replace(section, fields=fields))
    return left


def _settled(field: Field, given: set[str], stored: Mapping[str, object]) -> Field | None:
    """A field whose condition rests on answers given before: asked, or not at all."""
    grounds = conditions.codes(field.only_if)
    if not grounds & given:
        return field
    if grounds <= given:
        holds = conditions.holds(field.only_if, stored)
        return msgspec.structs.replace(field, only_if={}) if holds else None
    return msgspec.structs.replace(field, only_if={}, required=False)


def _pages(sections: Iterable[Section], pages: Iterable[Page]) -> list[Section]:
    """The fields on the pages they belong to, then the sections that are left, each with what is left of it."""
    known = {code: page for page in pages for code in page.fields}
    rank = {code: number for number, code in enumerate(known)}
    placed: dict[str, list[Field]] = {}
    rest: list[Section] = []
    for section in sections:
        if section.rows is not None:
            rest.append(section)
            continue
        for field in section.fields:
            if field.code in known:
                placed.setdefault(known[field.code].code, []).append(field)
        fields = [field for field in section.fields if field.code not in known]
        rest += [msgspec.structs.replace(section, fields=fields)] if fields else []
    made = [
        Section(
            code=page.code,
            title=page.title,
            fields=_after_their_ground(sorted(placed[page.code], key=lambda field: rank[field.code])),
        )
        for page in pages
        if page.code in placed
    ]
    return made + [
        msgspec.structs.replace(section, fields=_after_their_ground(section.fields)) for section in rest
    ]


def _after_their_ground(fields: list[Field]) -> list[Field]:
    """Fields whose condition rests on one before them; another's is asked always, and may stay empty."""
    seen: set[str] = set()
    kept = []
    for field in fields:
        free = conditions.codes(field.only_if) <= seen
        kept.append(field if free else msgspec.structs.replace(field, only_if={}, required=False))
        seen.add(field.code)
    return kept
