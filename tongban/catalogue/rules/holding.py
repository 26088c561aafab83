"""Who holds a power of its own (依法本级行使), and what a devolution must be; the law of it is the engine's."""

from collections.abc import Collection, Iterable, Sequence

from tongban.catalogue.rules.guide import Level, Text
from tongban.engine.competence import Devolution, Holding, Mode, faults
from tongban.engine.refusal import Refused

TOWN_DIGITS, COUNTY_DIGITS = 9, 6

MODES = {
    Mode.BY_LAW: Text(zh="依法下放", en="Devolved by law"),
    Mode.AUTHORISATION: Text(zh="授权下放", en="Authorised"),
    Mode.DELEGATION: Text(zh="委托下放", en="Delegated"),
}


def is_town(place: str) -> bool:
    """Whether a place lies in a town (9 digits) or a village of it (12): only there can a power have moved."""
    return len(place) >= TOWN_DIGITS


def around(place: str, city: str) -> list[str]:
    """The divisions whose organs can be competent for a place: its town, its county, the city."""
    return [place[:TOWN_DIGITS], place[:COUNTY_DIGITS], city]


def held(running: Iterable[tuple[Level, Holding]]) -> list[Holding]:
    """The organs that hold a power of their own among those that run an item.

    A town holds it of its own only where no county organ runs the item; else it has what was devolved to it.
    Basis: 行政许可法 Art 22; configuration (行使层级).
    """
    rows = list(running)
    counties = {one.division for level, one in rows if level is Level.COUNTY}
    return [one for level, one in rows if holds(level, one.division, counties)]


def holds(level: Level, division: str, counties: Collection[str]) -> bool:
    """Whether an organ that runs an item holds the power of its own; `counties` are those with an organ running it."""
    return level is not Level.TOWN or division[:COUNTY_DIGITS] not in counties


def lawful(wanted: Sequence[Devolution], holdings: Sequence[Holding], others: Sequence[Devolution]) -> None:
    """Refuse `devolution_unlawful` (faults, {fault: towns}) when the law holds anything against one of them.

    Basis: 行政许可法 Art 23, 24.
    """
    found: dict[str, list[str]] = {}
    for one in wanted:
        for fault in faults(one, holdings, others):
            found.setdefault(fault, []).append(one.division)
    if found:
        raise Refused("devolution_unlawful", faults=found)
