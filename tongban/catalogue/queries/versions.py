"""Versions on their way: whose turn, what lint says, who had a hand in them, what differs."""

from datetime import datetime

import msgspec
from django.db.models import QuerySet

from tongban.catalogue.models import Implementation, ItemVersion
from tongban.catalogue.queries.items import items
from tongban.catalogue.queries.tables import tables
from tongban.catalogue.rules import diff, duties, guides, local
from tongban.catalogue.rules.guide import Guide
from tongban.catalogue.rules.lint import Finding, lint_among, lint_item, lint_references
from tongban.catalogue.rules.local import Overrides
from tongban.catalogue.rules.workflow import OPEN, Status
from tongban.engine.refusal import Refused
from tongban.people import queries as people
from tongban.people.rules import Caller


def city() -> str:
    """The division code of the city."""
    return people.divisions(level="city")[0].code


def seats(caller: Caller) -> list[duties.Seat]:
    """The caller's posts as the catalogue's rules see them."""
    organs = {organ.pk: organ for organ in people.organs_by_id([post.organ for post in caller.posts])}
    return [
        duties.Seat(organs[post.organ].department, organs[post.organ].division_id, post.roles)
        for post in caller.posts
    ]


def version(version_id: int) -> ItemVersion:
    """One version by id. Refuses version_unknown."""
    rows = ItemVersion.objects.select_related("item", "implementation__organ", "standard")
    row = rows.filter(pk=version_id).first()
    if row is None:
        raise Refused("version_unknown", version=version_id)
    return row


def claim_of(implementation: int, at: datetime) -> Overrides | None:
    """The overrides an organ has open or in force, the open ones first."""
    rows = ItemVersion.objects.filter(implementation=implementation)
    row = rows.filter(status__in=OPEN).first() or rows.in_force(at).first()
    return overrides(row) if row else None


def may_claim(place: Implementation, caller: Caller) -> bool:
    """Whether the caller may set what is local at an organ."""
    about = duties.Matter(place.item.department, place.division_code)
    return duties.may(Status.DRAFT, seats(caller), about)


def matter(version: ItemVersion) -> duties.Matter:
    """What a version is about."""
    place = version.implementation
    return duties.Matter(version.item.department, place.division_code if place else city())


def read(version: ItemVersion) -> Guide:
    """What a version says; a draft may change, so nothing is remembered."""
    return guides.from_plain(version.guide)


def findings(version: ItemVersion) -> list[Finding]:
    """What lint says of a version: alone, against the other items in force, against its standard."""
    guide = read(version)
    if version.standard is not None:
        return local.faults(read(version.standard), overrides(version))
    others = [row.guide for row in items() if row.guide.base_code != guide.base_code]
    return [*lint_item(guide), *lint_among(guide, others), *lint_references([guide], tables())]


def lint_here(guide: Guide) -> list[Finding]:
    """What lint says of a guide alone, while it is being written."""
    return [*lint_item(guide), *lint_references([guide], tables())]


def overrides(version: ItemVersion) -> Overrides:
    """The differences a local version was made from."""
    return msgspec.convert(version.overrides, Overrides)


def unanswered(version: ItemVersion) -> list[Finding]:
    """The findings that must still be mended or answered before a version can be submitted."""
    answered = set(version.answers.values_list("rule", "where"))
    return [f for f in findings(version) if not (f.answerable and (f.rule, f.where) in answered)]


def hands(version: ItemVersion) -> frozenset[str]:
    """Everybody who wrote, submitted or passed a version since it was last sent back, by name in the record."""
    steps = list(version.passed.order_by("id"))
    last = max((n for n, step in enumerate(steps) if step.outcome == "returned"), default=-1)
    return frozenset({version.created_by, *(step.by for step in steps[last + 1 :])})


def before(version: ItemVersion) -> ItemVersion | None:
    """The version this one would replace: the local one's standard, else the item's version in force."""
    if version.implementation_id is not None:
        return version.standard
    rows = ItemVersion.objects.filter(item=version.item_id, implementation=None, number__lt=version.number)
    return rows.exclude(published_at=None).order_by("-number").first()


def changes(version: ItemVersion) -> list[diff.Change]:
    """What a version changes against the one before it; everything is added where there is none."""
    earlier = before(version)
    return diff.against(read(earlier) if earlier else None, read(version))


def open_versions() -> QuerySet[ItemVersion]:
    """Versions on their path, the longest waiting first."""
    rows = ItemVersion.objects.filter(status__in=OPEN).select_related("item", "implementation__organ")
    return rows.order_by("created_at", "id")
