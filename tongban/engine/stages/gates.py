"""Gates set by law: what must have been granted before an item may be applied for, or building begun."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from tongban.engine import conditions
from tongban.engine.conditions import Condition
from tongban.engine.refusal import Refused


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """Before `opens` (an item, or another step of the project) one of `any_of` must be there, where `when` holds.

    `law` and `article` are where that is written.
    """

    opens: str
    any_of: tuple[str, ...]
    law: str
    article: str
    when: Condition = {}


def missing(
    gates: Iterable[Gate],
    opening: Collection[str],
    *,
    outputs: Collection[str],
    facts: Mapping[str, object],
    within: Collection[str] = (),
) -> tuple[Gate, ...]:
    """The gates still closed before `opening` can be applied for, given the project's `outputs`.

    What is applied for in the same application (`within`) is waited for there: see `order`.
    Basis: 建筑法 Art 7, 8; 城乡规划法 Art 36-40, 45; 消防法 Art 12, 13; 环境影响评价法 Art 25.
    """
    here = {*outputs, *within}
    return tuple(
        gate
        for gate in gates
        if gate.opens in opening
        and conditions.holds(gate.when, facts)
        and not here & (set(gate.any_of) - {gate.opens})
    )


def check(
    gates: Iterable[Gate],
    opening: Collection[str],
    *,
    outputs: Collection[str],
    facts: Mapping[str, object],
    within: Collection[str] = (),
) -> None:
    """Refuse `gate_closed` (missing: [{opens, any_of, law, article}, …]) unless nothing is missing."""
    found = missing(gates, opening, outputs=outputs, facts=facts, within=within)
    if found:
        raise Refused(
            "gate_closed",
            missing=[
                {"opens": gate.opens, "any_of": list(gate.any_of), "law": gate.law, "article": gate.article}
                for gate in found
            ],
        )


def order(
    gates: Iterable[Gate], within: Sequence[str], *, outputs: Collection[str], facts: Mapping[str, object]
) -> dict[str, tuple[str, ...]]:
    """{item: the items of the same application whose result it waits for}, in their order.

    What the project has already is not waited for.
    """
    waits: dict[str, list[str]] = {code: [] for code in within}
    for gate in gates:
        if gate.opens in waits and conditions.holds(gate.when, facts) and not set(gate.any_of) & set(outputs):
            waits[gate.opens] += [
                code
                for code in within
                if code in gate.any_of and code != gate.opens and code not in waits[gate.opens]
            ]
    return {code: tuple(one for one in within if one in earlier) for code, earlier in waits.items()}
