"""Which items apply to a project in which stage, what decides a stage, and when it may be closed."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from tongban.engine import conditions
from tongban.engine.bundle import State
from tongban.engine.conditions import Condition
from tongban.engine.refusal import Refused


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a stage: applied for where `when` holds for the project's facts.

    `mandatory` says whether the stage needs it, always, never or under facts; a `milestone` (里程碑事项) decides it.
    """

    code: str
    milestone: bool = False
    when: Condition = {}
    mandatory: bool | Condition = True


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A stage as defined; the parallel line (并行推进) runs beside the stages and is never closed."""

    code: str
    items: tuple[Item, ...]
    parallel: bool = False


class Branch(msgspec.Struct, frozen=True):
    """An item that applies to a project."""

    code: str
    milestone: bool
    mandatory: bool


class Planned(msgspec.Struct, frozen=True):
    """A stage of one project: the branches that apply, in the order of the definition."""

    code: str
    branches: tuple[Branch, ...]
    parallel: bool = False

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(branch.code for branch in self.branches)

    @property
    def mandatory(self) -> frozenset[str]:
        return frozenset(branch.code for branch in self.branches if branch.mandatory)


class Outcome(StrEnum):
    """What has come of a stage."""

    OPEN = "open"  # something it needs can still be granted
    PASSED = "passed"  # everything it needs is granted
    FAILED = "failed"  # something it needs has ended without a grant


def plan(stages: Sequence[Stage], facts: Mapping[str, object]) -> tuple[Planned, ...]:
    """The stages of a project with these facts. A milestone is always mandatory.

    Basis: 国办发〔2019〕11号 (approval matrix by type of project); configuration (themes).
    """
    return tuple(
        Planned(
            stage.code,
            tuple(
                Branch(item.code, item.milestone, item.milestone or _holds(item.mandatory, facts))
                for item in stage.items
                if conditions.holds(item.when, facts)
            ),
            stage.parallel,
        )
        for stage in stages
    )


def _holds(condition: bool | Condition, facts: Mapping[str, object]) -> bool:
    return condition if isinstance(condition, bool) else conditions.holds(condition, facts)


def outcome(branches: Iterable[Branch], states: Mapping[str, State]) -> Outcome:
    """What has come of a stage, from where its items stand; one never applied for counts as waiting."""
    needed = [states.get(branch.code, State.WAITING) for branch in branches if branch.mandatory]
    if all(state is State.GRANTED for state in needed):
        return Outcome.PASSED
    return Outcome.FAILED if State.REFUSED in needed or State.WITHDRAWN in needed else Outcome.OPEN


def close(branches: Iterable[Branch], states: Mapping[str, State]) -> None:
    """Refuse `branch_open` (items) while anything the stage needs is not granted.

    The lead organ closes a stage over optional branches only. Basis: 行政许可法 Art 26¶2; configuration (M10, M35).
    """
    open_ones = [
        branch.code
        for branch in branches
        if branch.mandatory and states.get(branch.code, State.WAITING) is not State.GRANTED
    ]
    if open_ones:
        raise Refused("branch_open", items=open_ones)
