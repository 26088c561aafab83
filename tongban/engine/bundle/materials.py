"""The one set of materials (一套材料): what several members ask for under several names is handed in once."""

from collections.abc import Mapping, Sequence

import msgspec


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """A material one member asks for. Equal `group`s are the same paper; without one, equal codes are."""

    code: str
    group: str = ""
    required: bool = True
    original: bool = False
    copies: int = 1

    @property
    def paper(self) -> str:
        return self.group or self.code


class Needed(msgspec.Struct, frozen=True, kw_only=True):
    """A paper handed in once: for which members, and as which of their materials ({member: code})."""

    paper: str
    stands_for: dict[str, str]
    required: bool
    original: bool
    copies: int


def one_set(members: Mapping[str, Sequence[Need]]) -> tuple[Needed, ...]:
    """The materials of `members` by paper, in the order they first appear; the strictest wish counts.

    Copies are not added up: what is handed in once is shared among the organs.
    Basis: 优化营商环境条例 Art 36, 37 (one set of materials; nothing asked for twice).
    """
    wanted: dict[str, list[tuple[str, Need]]] = {}
    for member, needs in members.items():
        for need in needs:
            wanted.setdefault(need.paper, []).append((member, need))
    return tuple(_once(paper, rows) for paper, rows in wanted.items())


def _once(paper: str, rows: list[tuple[str, Need]]) -> Needed:
    return Needed(
        paper=paper,
        stands_for={member: need.code for member, need in reversed(rows)},
        required=any(need.required for _, need in rows),
        original=any(need.original for _, need in rows),
        copies=max(need.copies for _, need in rows),
    )
