"""When a power may be moved to towns, renewed or called back, and by which two officers."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from enum import StrEnum

import msgspec

from tongban.catalogue.rules.duties import SERVICE_ORGAN, Seat
from tongban.engine.competence import Mode
from tongban.engine.refusal import Refused
from tongban.people.rules import Role


class Kind(StrEnum):
    """What a deed does."""

    GRANT = "grant"  # 下放
    RENEWAL = "renewal"  # 续期
    RECALL = "recall"  # 收回


# What a town must have before it takes a power over (承接能力评估). Basis: configuration.
CHECKS = ("training", "seal", "system", "window", "trial")

# Who must be in post there: one receives, one examines, another decides. Basis: 行政许可法 Art 34; configuration.
OFFICERS = frozenset({Role.CLERK, Role.EXAMINER, Role.APPROVER})

SHORTEST_REASON = 5  # characters


def may_propose(seats: Iterable[Seat], department: str, county: str) -> bool:
    """Whether one of the seats may propose: the item's department or the service organ, of the county or the city.

    Basis: configuration (下放台账).
    """
    return any(
        Role.EDITOR in seat.roles and seat.department in {department, SERVICE_ORGAN} and seat.covers(county)
        for seat in seats
    )


def may_confirm(seats: Iterable[Seat], department: str, county: str) -> bool:
    """Whether one of the seats may confirm: the head of the department whose power it is, or the service organ's
    reviewer. Basis: 行政许可法 Art 24 (the principal answers); configuration.
    """
    return any(
        (Role.ORGAN_HEAD in seat.roles and seat.department == department and seat.covers(county))
        or (Role.SERVICE_REVIEWER in seat.roles and seat.department == SERVICE_ORGAN and seat.covers(county))
        for seat in seats
    )


def two_officers(proposed_by: int, by: int) -> None:
    """Refuse `own_deed`: who proposed a deed does not confirm it. Basis: configuration (两人办理)."""
    if proposed_by == by:
        raise Refused("own_deed")


def chosen(towns: Collection[str], known: Collection[str]) -> None:
    """Refuse `towns_missing` without a town and `town_unknown` for one of another county."""
    if not towns:
        raise Refused("towns_missing")
    if foreign := sorted(set(towns) - set(known)):
        raise Refused("town_unknown", towns=foreign)


def ready(towns: Mapping[str, Collection[str]]) -> None:
    """Refuse `town_not_ready` ({town: what is missing}) unless each passed every check.

    Basis: configuration (承接能力评估: training, seal, system, window, trial).
    """
    missing = {
        town: [check for check in CHECKS if check not in passed]
        for town, passed in sorted(towns.items())
        if not set(CHECKS) <= set(passed)
    }
    if missing:
        raise Refused("town_not_ready", towns=missing)


def staffed(roles: Mapping[str, Collection[Role]]) -> None:
    """Refuse `town_without_officers` (towns) unless somebody receives, examines and decides in each.

    Basis: 行政许可法 Art 34; configuration (人员到岗).
    """
    if bare := sorted(town for town, held in roles.items() if not set(held) >= OFFICERS):
        raise Refused("town_without_officers", towns=bare)


def paper(mode: Mode, *, agreement: bool, first: date, last: date | None, today: date) -> None:
    """Refuse `agreement_missing` and `period_missing` of a delegation, and `begins_in_the_past`.

    A delegation is done by a written agreement for a period; none takes effect backwards.
    Basis: 行政许可法 Art 24; configuration (委托书、委托期限).
    """
    if first < today:
        raise Refused("begins_in_the_past", first=first)
    if mode is Mode.DELEGATION and not agreement:
        raise Refused("agreement_missing")
    if mode is Mode.DELEGATION and last is None:
        raise Refused("period_missing")


class Agreed(msgspec.Struct, frozen=True):
    """What an agreement covers: the powers of one organ, by one document, from one day to another."""

    grantor: int
    instrument: str
    first: date
    last: date | None


def covered(by: Agreed, earlier: Iterable[Agreed]) -> None:
    """Refuse `agreement_of_another` (instrument) for a file that is the agreement of something else already.

    One agreement covers several items and towns; never another organ's powers, another document or another period.
    Basis: 行政许可法 Art 24; configuration (委托书的范围).
    """
    if other := next((one for one in earlier if one != by), None):
        raise Refused("agreement_of_another", instrument=other.instrument)


def goes_on(first: date, after: date) -> None:
    """Refuse `nothing_to_renew` unless a renewal begins the day after what it renews ends now. Basis: configuration."""
    if first != after:
        raise Refused("nothing_to_renew")


def recall(last_day: date, reason: str, today: date) -> None:
    """Refuse `ends_in_the_past` and `recall_reason_missing`: a power ends at the close of a day still to come.

    Basis: 行政许可法 Art 24; configuration (收回).
    """
    if last_day < today:
        raise Refused("ends_in_the_past", last_day=last_day)
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused("recall_reason_missing")
