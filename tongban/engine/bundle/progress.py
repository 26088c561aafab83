"""How far a bundle is: what may start now, what cannot any more and why, and what came of the whole."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from tongban.engine.bundle.order import Link


class State(StrEnum):
    """Where a member stands."""

    WAITING = "waiting"  # not received yet
    RUNNING = "running"
    GRANTED = "granted"
    REFUSED = "refused"  # refused, or not accepted
    WITHDRAWN = "withdrawn"  # by the applicant


ENDED = frozenset({State.GRANTED, State.REFUSED, State.WITHDRAWN})


class Whole(StrEnum):
    """What came of a bundle."""

    OPEN = "open"
    DONE = "done"  # every member granted
    PARTLY = "partly"  # ended, some granted
    NOTHING = "nothing"  # ended, none granted


class Part(msgspec.Struct, frozen=True):
    """A member that cannot start any more: the earlier members that ended without a grant."""

    member: str
    because: tuple[str, ...]


def startable(links: Sequence[Link], states: Mapping[str, State]) -> tuple[str, ...]:
    """The waiting members all of whose earlier members are granted, in their order."""
    return tuple(
        link.code
        for link in links
        if states[link.code] is State.WAITING
        and all(states[earlier] is State.GRANTED for earlier in link.after)
    )


def blocked(links: Sequence[Link], states: Mapping[str, State]) -> tuple[Part, ...]:
    """The waiting members that wait for what will not come.

    They are not refused: nobody has decided on them. The applicant is told and may withdraw them, or have
    the earlier one tried again. Basis: 行政许可法 Art 38 (a refusal is a decision with reasons, on its own item).
    """
    by_code = {link.code: link for link in links}
    lost: dict[str, tuple[str, ...]] = {}

    def roots(code: str) -> tuple[str, ...]:
        """Members before `code` that ended without a grant."""
        if code not in lost:
            found: list[str] = []
            for earlier in by_code[code].after:
                state = states[earlier]
                if state in ENDED:
                    found += [earlier] if state is not State.GRANTED else []
                else:
                    found += roots(earlier)
            lost[code] = tuple(dict.fromkeys(found))
        return lost[code]

    return tuple(
        Part(link.code, roots(link.code))
        for link in links
        if states[link.code] is State.WAITING and roots(link.code)
    )


def whole(links: Sequence[Link], states: Mapping[str, State]) -> Whole:
    """What came of the whole; open while a member runs or can still start."""
    stuck = {part.member for part in blocked(links, states)}
    if any(states[link.code] not in ENDED and link.code not in stuck for link in links):
        return Whole.OPEN
    granted = sum(states[link.code] is State.GRANTED for link in links)
    return Whole.DONE if granted == len(links) else Whole.PARTLY if granted else Whole.NOTHING


def share(links: Sequence[Link], states: Mapping[str, State]) -> float:
    """How much is done, 0 to 1, members weighing by their promise; at least an hour each."""
    weights = {link.code: max(link.hours, 1) for link in links}
    done = sum(weight for code, weight in weights.items() if states[code] in ENDED)
    return done / sum(weights.values()) if weights else 1.0
