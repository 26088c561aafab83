"""What one application instead of many saves (减环节、减材料、减时限、减跑动): computed, never typed."""

from collections.abc import Sequence

import msgspec

from tongban.engine.bundle.form import Ask, one_form
from tongban.engine.bundle.materials import Need, one_set
from tongban.engine.bundle.order import Link, critical_path


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a bundle as one application asks, needs, waits and promises; `visits` when done alone.

    `filled` are the fields an earlier member answers: asked when done alone, not in the bundle.
    """

    link: Link
    asks: tuple[Ask, ...] = ()
    filled: frozenset[str] = frozenset()
    needs: tuple[Need, ...] = ()
    visits: int = 0

    @property
    def code(self) -> str:
        return self.link.code


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """Each figure before (members applied for one after another) and after (together)."""

    fields: tuple[int, int]
    materials: tuple[int, int]
    visits: tuple[int, int]
    hours: tuple[float, float]


def saved(members: Sequence[Member]) -> Saved:
    """What the bundle of `members` saves.

    Before: every form, every paper, every visit, one member after the other. After: the one form, the one
    set, no more visits than the member that needs most, and the critical path.
    Basis: configuration (M8: Σ before against Σ after).
    """
    return Saved(
        fields=(
            sum(len(m.asks) for m in members),
            len(one_form({m.code: [ask for ask in m.asks if ask.code not in m.filled] for m in members})),
        ),
        materials=(sum(len(m.needs) for m in members), len(one_set({m.code: m.needs for m in members}))),
        visits=(sum(m.visits for m in members), max((m.visits for m in members), default=0)),
        hours=(
            float(sum(m.link.hours for m in members)),
            critical_path([m.link for m in members]).hours,
        ),
    )
