"""Who is competent (管辖): which organ acts for an item at a place on a day, in whose name, under whose seal.

A power is held by organs over areas (依法本级行使) and can be devolved to a township in one of three legal
forms. The form decides the name, the seal and the respondent; it never follows from who does the work.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import TypeVar

import msgspec

from tongban.engine.refusal import Refused

_T = TypeVar("_T")
LAW_RANKS = frozenset({1, 2, 3})  # law, administrative regulation, local regulation
RULE_RANKS = LAW_RANKS | {4}  # … and rule (规章)


class Mode(StrEnum):
    """The legal form of a devolution. Basis: 行政许可法 Art 23, 24; configuration (power-source codes)."""

    BY_LAW = "by_law"  # 依法下放: law, regulation or a provincial decision moves the power
    AUTHORISATION = "authorisation"  # 授权下放: an organisation authorised by law or regulation, own name
    DELEGATION = "delegation"  # 委托下放: another administrative organ, in the principal's name

    @property
    def power_source(self) -> int:
        """权力来源 as the national catalogue codes it, for a power that came from above."""
        return {Mode.BY_LAW: 2, Mode.AUTHORISATION: 3, Mode.DELEGATION: 5}[self]


class Holding(msgspec.Struct, frozen=True):
    """An organ holds the power over a division (6 or 9 digits) from one day to another, both included."""

    organ: int
    division: str
    valid_from: date
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return _within(day, self.valid_from, self.valid_to)


class Devolution(msgspec.Struct, frozen=True, kw_only=True):
    """A power moved from `grantor` to `grantee` for a township (9 digits), both days included.

    `basis_rank` is that of the clause it rests on (1 law … 6 other document); `notice_on` the day it was
    announced; `administrative` whether the grantee is an administrative organ (行政机关); `instrument` the
    number of the document it was done by.
    """

    mode: Mode
    grantor: int
    grantee: int
    division: str
    basis_rank: int | None
    notice_on: date | None
    administrative: bool
    effective_from: date
    effective_to: date | None = None
    instrument: str = ""

    def in_force(self, day: date) -> bool:
        return _within(day, self.effective_from, self.effective_to)

    def overlaps(self, other: "Devolution") -> bool:
        """Whether both are in force for the same township on some day."""
        starts = max(self.effective_from, other.effective_from)
        ends = [end for end in (self.effective_to, other.effective_to) if end]
        return self.division == other.division and all(starts <= end for end in ends)


class Competence(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts and who answers for it: organs by id. `mode` is None where the holder acts itself, else the form
    in which the power came to the organ acting, by the document `instrument`.
    """

    acting: int
    in_name_of: int
    seal: int
    respondent: int
    mode: Mode | None = None
    instrument: str = ""


def competent(
    place: str, day: date, holdings: Iterable[Holding], devolutions: Iterable[Devolution] = ()
) -> Competence:
    """The one competent organ for a place (division code of 6, 9 or 12 digits) on a day.

    A devolution in force at the township decides; else the organ holding the power over the smallest area
    around the place. Refuses no_competent_organ, competence_conflict (organs).
    Basis: 行政许可法 Art 22–25; 行政复议法 Art 24; 行政诉讼法 Art 26.
    """
    moved = [d for d in devolutions if d.in_force(day) and place.startswith(d.division)]
    if moved:
        return _devolved(_only(moved, place, [d.grantee for d in moved]))
    around = [h for h in holdings if h.holds_on(day) and _covers(h.division, place)]
    if not around:
        raise Refused("no_competent_organ", place=place, day=day)
    smallest = max(len(_area(h.division)) for h in around)
    nearest = [h for h in around if len(_area(h.division)) == smallest]
    organ = _only(nearest, place, [h.organ for h in nearest]).organ
    return Competence(acting=organ, in_name_of=organ, seal=organ, respondent=organ)


def _devolved(devolution: Devolution) -> Competence:
    """Delegated power is used in the principal's name and the principal answers; any other in one's own.

    Basis: 行政许可法 Art 23, 24(2).
    """
    delegated = devolution.mode is Mode.DELEGATION
    answers = devolution.grantor if delegated else devolution.grantee
    return Competence(
        acting=devolution.grantee,
        in_name_of=answers,
        seal=answers,
        respondent=answers,
        mode=devolution.mode,
        instrument=devolution.instrument,
    )


def faults(
    devolution: Devolution, holdings: Iterable[Holding], others: Iterable[Devolution] = ()
) -> tuple[str, ...]:
    """What the law holds against a devolution, as codes in a fixed order; empty when nothing does.

    `others` are the devolutions of the same item already entered.
    """
    return tuple(_faults(devolution, tuple(holdings), tuple(others)))


def _faults(d: Devolution, holdings: tuple[Holding, ...], others: tuple[Devolution, ...]) -> Iterator[str]:
    """Basis: 行政许可法 Art 23 (law or regulation authorises), 24 (to an administrative organ, by law,
    regulation or rule, announced, never passed on); configuration (villages only act as agents)."""
    if len(d.division) != 9:
        yield "not_a_township"
    if d.effective_to and d.effective_to < d.effective_from:
        yield "ends_before_start"
    if d.grantor == d.grantee:
        yield "to_itself"
    if not any(h.organ == d.grantor and _covers(h.division, d.division) for h in _during(d, holdings)):
        yield "no_redelegation" if _received(d.grantor, others) else "grantor_lacks_power"
    if d.basis_rank not in (RULE_RANKS if d.mode is Mode.DELEGATION else LAW_RANKS):
        yield "basis_too_low"
    if d.mode is Mode.DELEGATION and not d.administrative:
        yield "grantee_not_administrative"
    if d.notice_on is None or d.notice_on > d.effective_from:
        yield "not_announced"
    if any(d.overlaps(other) for other in others):
        yield "competence_conflict"


def _during(d: Devolution, holdings: tuple[Holding, ...]) -> Iterator[Holding]:
    """Holdings that last as long as the devolution does."""
    for held in holdings:
        lasts = held.valid_to is None or (d.effective_to is not None and d.effective_to <= held.valid_to)
        if held.valid_from <= d.effective_from and lasts:
            yield held


def _received(organ: int, others: tuple[Devolution, ...]) -> bool:
    return any(other.grantee == organ for other in others)


def _within(day: date, first: date, last: date | None) -> bool:
    return first <= day and (last is None or day <= last)


def _area(division: str) -> str:
    """The digits that name the area: a city's code ends in 00, which a county's does not."""
    return division.removesuffix("00") if len(division) == 6 else division


def _covers(division: str, place: str) -> bool:
    return place.startswith(_area(division))


def _only(found: list[_T], place: str, organs: list[int]) -> _T:
    if len(found) > 1:
        raise Refused("competence_conflict", place=place, organs=sorted(organs))
    return found[0]
