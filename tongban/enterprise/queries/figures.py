"""Figures of enterprise service: counted from projects and their logs, each with its formula."""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from tongban.enterprise.models import Blocker
from tongban.enterprise.queries.projects import Opened
from tongban.people import queries as people


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Counts over projects; `building` and `services` are the two the bureau publishes."""

    projects: int = 0  # service not ended
    key: int = 0
    building: int = 0
    building_key: int = 0
    services: int = 0  # entries of the log with evidence
    late: int = 0  # overdue steps of plans
    late_tasks: int = 0
    blockers: int = 0


def figures(found: Iterable[Opened], since: date | None = None) -> Figures:
    """The figures of projects; services from a day on if given."""
    many = list(found)
    open_ = [one for one in many if not one.closed]
    return Figures(
        projects=len(open_),
        key=sum(one.row.key for one in open_),
        building=sum(one.building for one in open_),
        building_key=sum(one.building and one.row.key for one in open_),
        services=sum(since is None or entry.on >= since for one in many for entry in one.services),
        late=sum(len(one.plan.late) for one in open_),
        late_tasks=sum(len(one.late_tasks) for one in open_),
        blockers=sum(len(one.open_blockers) for one in open_),
    )


class County(msgspec.Struct, frozen=True):
    """The figures of a county."""

    division: object  # people.Division
    figures: Figures


def by_county(found: Sequence[Opened], since: date | None = None) -> list[County]:
    """The figures county by county, those without a project left out."""
    grouped: dict[str, list[Opened]] = {}
    for one in found:
        grouped.setdefault(one.row.division_id, []).append(one)
    return [
        County(division, figures(grouped[division.code], since))
        for division in people.divisions(level="county")
        if division.code in grouped
    ]


class AtOrgan(msgspec.Struct, frozen=True):
    """An organ with the open blockers that are its own, the oldest first."""

    organ: object  # people.Organ
    blockers: tuple[Blocker, ...]


def by_organ(found: Iterable[Opened]) -> list[AtOrgan]:
    """Open blockers by whose they are, most first."""
    grouped: dict[int, list[Blocker]] = {}
    for one in found:
        for blocker in [] if one.closed else one.open_blockers:
            blocker.project = one.row
            grouped.setdefault(blocker.organ_id, []).append(blocker)
    rows = [
        AtOrgan(many[0].organ, tuple(sorted(many, key=lambda blocker: (blocker.since, blocker.pk))))
        for many in grouped.values()
    ]
    return sorted(rows, key=lambda row: (-len(row.blockers), row.blockers[0].organ_id))
