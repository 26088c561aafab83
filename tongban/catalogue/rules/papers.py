"""The one set of documents of a bundle: which materials are the same paper, and which an earlier result is."""

from collections.abc import Mapping, Sequence

import msgspec

from tongban.catalogue.rules import members
from tongban.catalogue.rules.guide import Guide, Material, Necessity, Original, Source
from tongban.catalogue.rules.lists import Bundle
from tongban.catalogue.rules.members import Joined
from tongban.engine import bundle as engine


class Paper(msgspec.Struct, frozen=True):
    """A material of the one set: as it is shown, and which material of which members it is."""

    part: Material
    stands_for: dict[str, str]  # {member: its own code}


def codes(bundle: Bundle, guides: Mapping[str, Guide]) -> dict[tuple[str, str], str]:
    """{(member, its material's code): the code its paper is handed in under}: the same paper is one.

    Two materials are the same paper when the same licences may be it, else when code and name are; one that is
    brought is never one that is fetched. A code of another paper gets the member's base code behind it.
    """
    known: dict[tuple, str] = {}
    found: dict[tuple[str, str], str] = {}
    for member in bundle.members:
        for part in guides[member.item].materials:
            same = (part.brought, tuple(sorted(part.held_from)) or (part.code, part.name.zh))
            if same not in known:
                taken = part.code in known.values()
                known[same] = f"{part.code}_{member.item}" if taken else part.code
            found[member.item, part.code] = known[same]
    return found


def needs(member: Joined, named: Mapping[tuple[str, str], str]) -> tuple[engine.Need, ...]:
    """The materials a member has the applicant bring, as the engine joins them; `named` as `codes` gives."""
    return tuple(
        engine.Need(
            code=part.code,
            group=named[member.code, part.code],
            required=part.needed,
            original=part.original is not Original.COPY,
            copies=part.copies,
        )
        for part in member.situation.materials
        if part.brought
    )


def one_set(
    joined: Sequence[Joined], named: Mapping[tuple[str, str], str]
) -> tuple[tuple[Paper, ...], tuple[Paper, ...]]:
    """The one set, and the materials that earlier members' results are."""
    parts = {(member.code, part.code): part for member in joined for part in member.situation.materials}
    before = members.earlier(joined)
    wanted: dict[str, list[engine.Need]] = {}
    results: list[Paper] = []
    for member in joined:
        for need in needs(member, named):
            part = parts[member.code, need.code]
            if set(part.held_from) & before[member.code]:
                results.append(Paper(part, {member.code: need.code}))
            else:
                wanted.setdefault(member.code, []).append(need)
    kept = [_paper(needed, parts) for needed in engine.one_set(wanted)]
    given = [
        Paper(msgspec.structs.replace(part, code=named[member.code, part.code]), {member.code: part.code})
        for member in joined
        for part in member.situation.materials
        if part.source in {Source.SHARED, Source.FORM}
    ]
    return tuple(kept + _once(given)), tuple(results)


def _once(papers: list[Paper]) -> list[Paper]:
    """Materials nobody brings, by code: each shown once."""
    found: dict[str, Paper] = {}
    for paper in papers:
        known = found.get(paper.part.code)
        found[paper.part.code] = Paper(known.part, known.stands_for | paper.stands_for) if known else paper
    return list(found.values())


def _paper(needed: engine.Needed, parts: Mapping[tuple[str, str], Material]) -> Paper:
    """A paper as the first member that asks for it words it, as strict as any."""
    first = next(iter(reversed(needed.stands_for.items())))
    part = parts[first]
    return Paper(
        msgspec.structs.replace(
            part,
            code=needed.paper,
            copies=needed.copies,
            necessity=part.necessity if part.needed or not needed.required else Necessity.REQUIRED,
            original=Original.ORIGINAL
            if needed.original and part.original is Original.COPY
            else part.original,
            when={},
        ),
        dict(reversed(needed.stands_for.items())),
    )
