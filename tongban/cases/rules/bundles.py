"""A bundle applied for: its number, what its events say, and the state a member's case puts it in."""

from collections.abc import Iterable, Mapping
from datetime import date

from tongban.engine.bundle import Link, State
from tongban.engine.lifecycle.state import Stage

STREAM = "bundle"
KINDS = frozenset(
    {
        "bundle_received",
        "member_received",
        "member_held_back",
        "member_withdrawn",
        "member_ended",
        "bundle_closed",
    }
)
SERIAL = "YJS"  # 一件事
ENDS = frozenset(
    {"granted", "refused", "acceptance_refused", "promise_broken"}
)  # events that end a member and have a letter

_STATES = {
    Stage.GRANTED: State.GRANTED,
    Stage.REFUSED: State.REFUSED,
    Stage.NOT_ACCEPTED: State.REFUSED,
    Stage.RETURNED: State.REFUSED,
    Stage.WITHDRAWN: State.WITHDRAWN,
}


def number(division: str, on: date, serial: int, series: str = SERIAL) -> str:
    """The number of an application for several items: YJS, county, day, serial of the day in five digits.

    Of a bundle that another room defines the series is its own.
    """
    return f"{series}{division}{on:%Y%m%d}{serial:05d}"


def member_state(stage: Stage, *, granted: bool) -> State:
    """Where a member stands whose case is at a stage; one delivered or archived says by
    `granted` what was decided.

    Basis: 行政许可法 Art 26¶2 (handled together, decided each for itself).
    """
    if stage in {Stage.DELIVERED, Stage.ARCHIVED}:
        return State.GRANTED if granted else State.REFUSED
    return _STATES.get(stage, State.RUNNING)


def links(members: Iterable) -> tuple[Link, ...]:
    """The members' order, from rows with item, after and hours."""
    return tuple(Link(code=row.item, after=tuple(row.after), hours=row.hours) for row in members)


def states(members: Iterable) -> Mapping[str, State]:
    """{item: where it stands} of the same rows."""
    return {row.item: State(row.state) for row in members}
