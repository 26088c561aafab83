"""Putting guides in force: shipped ones at once, drafted ones at the end of their path; local versions follow."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import F, Max, Q, QuerySet, Value
from django.db.models.functions import Greatest

from tongban.bilingual import actions as bilingual
from tongban.catalogue.actions import streams
from tongban.catalogue.models import Item, ItemVersion
from tongban.catalogue.rules import guides, local, translating
from tongban.catalogue.rules.guide import Guide
from tongban.catalogue.rules.local import Overrides
from tongban.catalogue.rules.workflow import Status


@transaction.atomic
def load_guides(*, wanted: Sequence[Guide], at: datetime, by: str) -> int:
    """Publish every guide whose content was never there; returns how many. Safe to run again.

    Items the city does not have yet are written a table at a time; a changed one goes through `publish`.
    What officials have changed or cancelled since stays as they left it.
    """
    known = _digests()
    fresh = [guide for guide in wanted if guide.base_code not in known]
    changed = [
        one for one in wanted if guides.digest(one) not in known.get(one.base_code, {guides.digest(one)})
    ]
    _publish_first(fresh, at=at, by=by)
    return len(fresh) + sum(publish(guide=guide, at=at, by=by) for guide in changed)


def _digests() -> dict[str, set[str]]:
    """{base code: digests of every standard version it ever had}."""
    rows = ItemVersion.objects.filter(implementation=None).values_list("item__base_code", "digest")
    found: dict[str, set[str]] = defaultdict(set)
    for code, digest in rows:
        found[code].add(digest)
    return dict(found)


def _publish_first(wanted: Sequence[Guide], *, at: datetime, by: str) -> None:
    """The first version of many items, in force from `at`; each has its event."""
    items = Item.objects.bulk_create(Item(**_as_item(guide), created_at=at) for guide in wanted)
    shown = {"effective_from": at, "published_at": at, "published_by": by}
    versions = ItemVersion.objects.bulk_create(
        ItemVersion(
            item=item,
            number=1,
            guide=guides.plain(guide),
            digest=guides.digest(guide),
            status=Status.PUBLISHED.value,
            created_at=at,
            created_by=by,
            **shown,
        )
        for item, guide in zip(items, wanted, strict=True)
    )
    told = {version.item.base_code: _facts(version, at) for version in versions}
    streams.open_all("item", "version_published", told, by=by, at=at)
    _say(wanted, at)


def _say(wanted: Sequence[Guide], at: datetime, start: datetime | None = None) -> None:
    """Translators are told what the guides say now; what was approved for other words is stale."""
    codes = [guide.base_code for guide in wanted]
    bilingual.say(part="guides", sources=translating.sources(wanted), at=at, within=codes, begins_at=start)


def _as_item(guide: Guide) -> dict[str, Any]:
    """What the item's row repeats of its guide."""
    return {
        "base_code": guide.base_code,
        "number": guide.number,
        "department": guide.department,
        "kind": guide.kind.value,
    }


def _facts(version: ItemVersion, start: datetime) -> dict[str, Any]:
    """What the record is told of a published version."""
    return {"number": version.number, "digest": version.digest, "effective_from": start.isoformat()}


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
        defaults={**_as_item(guide), "created_at": at},
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
    _end_before(ItemVersion.objects.filter(item=version.item, implementation=version.implementation), start)
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
    _end_before(ItemVersion.objects.filter(item=item, implementation=more.get("implementation")), start)
    shown = {"effective_from": start, "published_at": at, "published_by": by}
    version = new_version(item, guide, at=at, by=by, status=Status.PUBLISHED.value, **shown, **more)
    _published(version, start=start, at=at, by=by)


def _end_before(rows: QuerySet[ItemVersion], start: datetime) -> None:
    """Whatever of these is or would be in force from `start` on ends there."""
    lasting = rows.filter(Q(effective_to=None) | Q(effective_to__gt=start), status=Status.PUBLISHED)
    lasting.update(effective_to=Greatest(F("effective_from"), Value(start)))


def _published(version: ItemVersion, *, start: datetime, at: datetime, by: str) -> None:
    """The record is told, and local versions follow a new standard."""
    facts = _facts(version, start)
    if version.implementation:
        facts["implementation"] = version.implementation.task_code
    streams.append("item", version.item.base_code, "version_published", facts, by=by, at=at)
    if not version.implementation:
        _follow(version, start=start, at=at, by=by)
        _say([guides.from_plain(version.guide)], at, start)


def _follow(standard: ItemVersion, *, start: datetime, at: datetime, by: str) -> None:
    """Local versions in force at its start are made again over a new standard; one that no longer fits it ends.

    Basis: configuration (docs/decisions/0004).
    """
    guide = guides.from_plain(standard.guide)
    rows = ItemVersion.objects.filter(item=standard.item).exclude(implementation=None)
    followers = list(rows.in_force(start).select_related("implementation").order_by("pk"))
    _end_before(rows, start)
    for before in followers:
        place, overrides = before.implementation, msgspec.convert(before.overrides, Overrides)
        assert place is not None
        if local.faults(guide, overrides):
            facts = {"implementation": place.task_code, "number": before.number}
            streams.append("item", standard.item.base_code, "local_version_ended", facts, by=by, at=at)
        else:
            merged = local.merge(guide, overrides)
            followed = {"implementation": place, "standard": standard, "overrides": before.overrides}
            _publish_new(standard.item, merged, start=start, at=at, by=by, **followed)
