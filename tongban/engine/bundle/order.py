"""The order of handling: which members wait for which, what runs side by side, and the longest way through."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from tongban.engine.refusal import Refused


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A member in the order: the members whose result it needs, and its promise in hours of work."""

    code: str
    after: tuple[str, ...] = ()
    hours: float = 0


class Path(msgspec.Struct, frozen=True):
    """The longest way through: the members on it in order, and its length in hours of work."""

    members: tuple[str, ...]
    hours: float


def linked(links: Sequence[Link], applicable: Collection[str]) -> tuple[Link, ...]:
    """The links of the applicable members. One that waited for a member left out waits for what that one
    waited for. Refuses `bundle_circle` (members) and `member_unknown` (member, after).
    """
    by_code = {link.code: link for link in links}
    for link in links:
        for earlier in link.after:
            if earlier not in by_code:
                raise Refused("member_unknown", member=link.code, after=earlier)
    _no_circle(by_code)
    kept = [link for link in links if link.code in applicable]
    return tuple(msgspec.structs.replace(link, after=_before(link, by_code, applicable)) for link in kept)


def _before(link: Link, by_code: Mapping[str, Link], applicable: Collection[str]) -> tuple[str, ...]:
    found: list[str] = []
    for earlier in link.after:
        found += [earlier] if earlier in applicable else _before(by_code[earlier], by_code, applicable)
    return tuple(dict.fromkeys(found))


def _no_circle(by_code: Mapping[str, Link]) -> None:
    done: set[str] = set()

    def visit(code: str, way: tuple[str, ...]) -> None:
        if code in way:
            raise Refused("bundle_circle", members=list(way[way.index(code) :]))
        if code not in done:
            for earlier in by_code[code].after:
                visit(earlier, (*way, code))
            done.add(code)

    for code in by_code:
        visit(code, ())


def waves(links: Sequence[Link]) -> tuple[tuple[str, ...], ...]:
    """Members in the waves they can start in: each waits only for members of earlier waves."""
    depth: dict[str, int] = {}
    by_code = {link.code: link for link in links}

    def level(code: str) -> int:
        if code not in depth:
            depth[code] = 1 + max((level(earlier) for earlier in by_code[code].after), default=-1)
        return depth[code]

    grouped: dict[int, list[str]] = {}
    for link in links:
        grouped.setdefault(level(link.code), []).append(link.code)
    return tuple(tuple(grouped[number]) for number in sorted(grouped))


def later(links: Sequence[Link], code: str) -> frozenset[str]:
    """The members that wait for `code`, directly or through others."""
    by_code = {link.code: link for link in links}
    found: set[str] = set()
    for member in (member for wave in waves(links) for member in wave):
        if not ({code} | found).isdisjoint(by_code[member].after):
            found.add(member)
    return frozenset(found)


def critical_path(links: Sequence[Link]) -> Path:
    """The longest way through in hours of work: what the whole may promise (总承诺时限 = 关键路径).

    Basis: configuration (M8: total promise = critical path ≤ published).
    """
    by_code = {link.code: link for link in links}
    best: dict[str, Path] = {}
    for code in (code for wave in waves(links) for code in wave):
        link = by_code[code]
        before = max((best[earlier] for earlier in link.after), key=_length, default=Path((), 0))
        best[code] = Path((*before.members, code), before.hours + link.hours)
    return max(best.values(), key=_length, default=Path((), 0))


def _length(path: Path) -> float:
    return path.hours
