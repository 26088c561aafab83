"""The members of a bundle that apply, and what the grant of one answers for those after it."""

from collections.abc import Iterable, Sequence

import msgspec

from tongban.catalogue.rules.guide import Field, Guide
from tongban.catalogue.rules.situations import Group, Situation
from tongban.engine import bundle as engine


class Joined(msgspec.Struct, frozen=True):
    """A member that applies: its place in the order, its guide, and its situation under its own answers.

    `filled` are fields nobody is asked for: an enterprise that an earlier member founds is what they ask about.
    """

    link: engine.Link
    guide: Guide
    situation: Situation
    filled: frozenset[str] = frozenset()

    @property
    def code(self) -> str:
        return self.link.code


def earlier(joined: Sequence[Joined]) -> dict[str, set[str]]:
    """{member: the members that are certain to be granted before it}."""
    found: dict[str, set[str]] = {}
    for wave in engine.waves([member.link for member in joined]):
        for code in wave:
            link = next(member.link for member in joined if member.code == code)
            found[code] = set(link.after).union(*(found[earlier] for earlier in link.after))
    return found


def filled_by(asked: Iterable[Field | Group], earlier: Guide) -> dict[str, str]:
    """{field: what its answer is known as} of the fields that the grant of `earlier` answers: what its organ's
    system gives, by code, and what is registered of an enterprise it founds, as company.name and so on.
    """
    given = {part.code for part in earlier.outside.gives}
    known = {"company.uscc", *earlier.founds.known} if earlier.founds.category else set()
    fields = [part for part in asked if isinstance(part, Field)]
    by_code = {field.code: field.code for field in fields if field.code in given}
    return by_code | {field.code: field.prefill for field in fields if field.prefill in known}


def told_by_earlier(joined: tuple[Joined, ...]) -> tuple[Joined, ...]:
    """The members, each with the fields that an earlier member's grant answers.

    Basis: 优化营商环境条例 Art 37 (what an organ made, no other asks for).
    """
    by_code = {member.code: member for member in joined}
    before = earlier(joined)
    return tuple(
        msgspec.structs.replace(
            member,
            filled=frozenset(
                code
                for one in sorted(before[member.code])
                for code in filled_by(member.situation.asked, by_code[one].guide)
            ),
        )
        for member in joined
    )
