"""What the guides in force show to lint: standards alone and together, local versions, telephones."""

import msgspec
from django.contrib.postgres.aggregates import StringAgg
from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import MD5, Concat
from django.utils import timezone

from tongban.catalogue.models import Implementation, ItemVersion
from tongban.catalogue.queries import versions
from tongban.catalogue.queries.items import in_force, items
from tongban.catalogue.queries.tables import tables
from tongban.catalogue.rules import (
    blocks,
    completeness,
    diff,
    guide,
    limits,
    lint,
    local,
    places,
    signers,
    situations,
    terms,
)
from tongban.catalogue.rules.guide import Guide, applying, base, handling, whole
from tongban.catalogue.rules.lint import (
    across,
    disguised,
    finding,
    grounds,
    lint_item,
    lint_phones,
    lint_references,
    outside,
    service,
    signing,
    structure,
)
from tongban.catalogue.rules.standing import Found, Source
from tongban.engine import codes, conditions
from tongban.kit import hashing

# What lint finds by: its rules and all they rest on.
_RULES = (
    lint, service, structure, outside, signing, disguised, across, finding, grounds, local,
    blocks, completeness, diff, guide, base, applying, handling, whole, limits, places, signers, situations, terms, codes, conditions,
)  # fmt: skip


def rules_digest() -> str:
    """Names the rules of lint: another digest means that every guide is looked at again."""
    return hashing.of_sources(*_RULES)


def versions_digest() -> str:
    """Names all that is looked at now: versions in force, local ones too, tables, blocks of forms, telephones."""
    seen = [in_force(), list(_local_in_force().values_list("pk", flat=True)), tables(), _telephones()]
    return hashing.hasher("sha256")(msgspec.json.encode(seen, order="sorted")).hex()[:16]


def _telephones() -> str | None:
    """A digest of the telephones of every place where an item runs today."""
    one = Concat("task_code", Value(" "), "phone", Value(" "), "complaint_phone", output_field=TextField())
    rows = Implementation.objects.on(timezone.localdate())
    return rows.aggregate(said=MD5(StringAgg(one, Value(","), order_by="pk")))["said"]


def _local_in_force() -> QuerySet[ItemVersion]:
    rows = ItemVersion.objects.in_force(timezone.now()).exclude(implementation=None)
    return rows.select_related("implementation", "standard").order_by("pk")


def in_guides() -> list[Found]:
    """Everything lint says of what is in force: standards alone and together, local versions, telephones."""
    running, found = items(), []
    at = {row.guide.base_code: row for row in running}
    guides, division = [row.guide for row in running], versions.city()
    for fault in [*lint.lint(guides), *lint_references(guides, tables())]:
        row = at[fault.where.partition(" ")[0]]
        found.append(_found(fault, row.guide, division=division, version=row.version))
    for version in _local_in_force():
        found += _of_local(version)
    return [*found, *_of_telephones()]


def in_version(version: ItemVersion) -> list[Found]:
    """What lint says of one standard version by itself."""
    guide = versions.read(version)
    faults = [*lint_item(guide), *lint_references([guide], tables())]
    return [_found(fault, guide, division=versions.city(), version=version.pk) for fault in faults]


# The rules `in_version` looks by.
ALONE = frozenset({*lint.RULES, "known_key", "like_its_block", "suspect_unlisted_service"})


def _of_local(version: ItemVersion) -> list[Found]:
    place, standard = version.implementation, version.standard
    assert place is not None and standard is not None
    guide = versions.read(version)
    return [
        _found(fault, guide, division=place.division_code, version=version.pk, organ=place.organ_id)
        for fault in local.faults(versions.read(standard), versions.overrides(version))
    ]


def _of_telephones() -> list[Found]:
    guides = {row.item: row.guide for row in items()}
    found = []
    for row in Implementation.objects.on(timezone.localdate()).order_by("pk"):
        guide = guides.get(row.item_id)
        if guide:
            faults = lint_phones(guide.base_code, phone=row.phone, complaint_phone=row.complaint_phone)
            found += [
                _found(fault, guide, division=row.division_code, organ=row.organ_id) for fault in faults
            ]
    return found


def _found(
    fault: lint.Finding, guide: Guide, *, division: str, version: int | None = None, organ: int | None = None
) -> Found:
    base_code, _, path = fault.where.partition(" ")
    return Found(
        source=Source.GUIDE,
        rule=fault.rule,
        base_code=base_code,
        path=path,
        department=guide.department,
        division=division,
        organ=organ,
        answerable=fault.answerable,
        message=fault.message,
        told=grounds.told(fault.rule, answerable=fault.answerable),
        subject=places.subject(guide, path),
        version=version,
    )
