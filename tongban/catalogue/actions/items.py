"""Putting guides in force: shipped ones at once, drafted ones at the end of their path; local versions follow."""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import yaml
from django.db import transaction
from django.db.models import F, Max, Q, Value
from django.db.models.functions import Greatest

from tongban.catalogue.actions import streams
from tongban.catalogue.models import Implementation, Item, ItemVersion
from tongban.catalogue.rules import guides, local
from tongban.catalogue.rules.guide import Guide
from tongban.catalogue.rules.local import Overrides
from tongban.catalogue.rules.workflow import Status


def load_items(*, folder: Path, at: datetime, by: str) -> int:
    """Publish every guide in `folder` whose content is new; returns how many. Safe to run again."""
    return sum(
        publish(guide=guides.from_plain(yaml.safe_load(path.read_text(encoding="utf-8"))), at=at, by=by)
        for path in sorted(folder.glob("*.yaml"))
    )


@transaction.atomic
def publish(*, guide: Guide, at: datetime, by: str) -> bool:
    """Put a standard guide in force from `at` without a path, as an installation's import does.

    False when nothing changed.
    """
    item = item_of(guide, at)
    last = item.versions.filter(implementation=None).order_by("-number").first()
    if last and last.digest == guides.digest(guide) and last.status == Status.PUBLISHED:
        return False
    _publish_new(item, guide, start=at, at=at, by=by)
    return True


def item_of(guide: Guide, at: datetime) -> Item:
    """The item of that base code, locked; made when it is new."""
    item, _ = Item.objects.select_for_update().get_or_create(
        base_code=guide.base_code,
        defaults={
            "number": guide.number,
            "department": guide.department,
            "kind": guide.kind.value,
            "created_at": at,
        },
    )
    return item


def new_version(item: Item, guide: Guide, *, at: datetime, by: str, **more: Any) -> ItemVersion:
    """The next version of an item, or of an item at one organ; a draft unless said otherwise."""
    rows = ItemVersion.objects.filter(item=item, implementation=more.get("implementation"))
    last = rows.aggregate(last=Max("number"))["last"] or 0
    given = {"status": Status.DRAFT.value, **more}
    return ItemVersion.objects.create(
        item=item,
        number=last + 1,
        guide=guides.plain(guide),
        digest=guides.digest(guide),
        created_at=at,
        created_by=by,
        **given,
    )


def put_in_force(version: ItemVersion, *, at: datetime, by: str) -> None:
    """Publish a version that has passed its path; in force when it was meant to be, never earlier than `at`."""
    start = max(at, version.effective_from or at)
    _end_before(version.item, version.implementation, start)
    shown = {
        "status": Status.PUBLISHED.value,
        "effective_from": start,
        "published_at": at,
        "published_by": by,
    }
    ItemVersion.objects.filter(pk=version.pk).update(**shown)
    version.refresh_from_db()
    _published(version, start=start, at=at, by=by)


def _publish_new(item: Item, guide: Guide, *, start: datetime, at: datetime, by: str, **more: Any) -> None:
    _end_before(item, more.get("implementation"), start)
    shown = {"effective_from": start, "published_at": at, "published_by": by}
    version = new_version(item, guide, at=at, by=by, status=Status.PUBLISHED.value, **shown, **more)
    _published(version, start=start, at=at, by=by)


def _end_before(item: Item, implementation: Implementation | None, start: datetime) -> None:
    """Whatever is or would be in force from `start` on ends there."""
    rows = ItemVersion.objects.filter(item=item, implementation=implementation, status=Status.PUBLISHED)
    rows.filter(Q(effective_to=None) | Q(effective_to__gt=start)).update(
        effective_to=Greatest(F("effective_from"), Value(start))
    )


def _published(version: ItemVersion, *, start: datetime, at: datetime, by: str) -> None:
    """The record is told, and local versions follow a new standard."""
    facts = {"number": version.number, "digest": version.digest, "effective_from": start.isoformat()}
    if version.implementation:
        facts["implementation"] = version.implementation.task_code
    streams.append("item", version.item.base_code, "version_published", facts, by=by, at=at)
    if not version.implementation:
        _follow(version, start=start, at=at, by=by)


def _follow(standard: ItemVersion, *, start: datetime, at: datetime, by: str) -> None:
    """Local versions in force are made again over a new standard; one that no longer fits it ends.

    Basis: configuration (docs/decisions/0004).
    """
    guide = guides.from_plain(standard.guide)
    rows = ItemVersion.objects.filter(item=standard.item, status=Status.PUBLISHED, effective_to=None)
    for before in rows.exclude(implementation=None).select_related("implementation"):
        place, overrides = before.implementation, msgspec.convert(before.overrides, Overrides)
        assert place is not None
        _end_before(standard.item, place, start)
        if local.faults(guide, overrides):
            facts = {"implementation": place.task_code, "number": before.number}
            streams.append("item", standard.item.base_code, "local_version_ended", facts, by=by, at=at)
        else:
            merged = local.merge(guide, overrides)
            followed = {"implementation": place, "standard": standard, "overrides": before.overrides}
            _publish_new(standard.item, merged, start=start, at=at, by=by, **followed)
