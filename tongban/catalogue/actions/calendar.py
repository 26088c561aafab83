"""Writing the catalogue: import of guides, publication, the official's calendar."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import msgspec
import yaml
from django.db import transaction

from tongban.catalogue import queries
from tongban.catalogue.models import CalendarDay, CalendarYear, Item, ItemVersion
from tongban.catalogue.rules.guide import Guide
from tongban.engine.calendar import diff
from tongban.record import actions as record_actions
from tongban.record import queries as record


def load_items(*, folder: Path, at: datetime, by: str) -> int:
    """Publish every guide in `folder` whose content is new; returns how many. Safe to run again."""
    published = 0
    for path in sorted(folder.glob("*.yaml")):
        guide = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), Guide)
        published += publish(guide=guide, at=at, by=by)
    return published


@transaction.atomic
def publish(*, guide: Guide, at: datetime, by: str) -> bool:
    """Put a guide in force from `at`, ending the version before it; False when nothing changed."""
    item, _ = Item.objects.select_for_update().get_or_create(
        base_code=guide.base_code,
        defaults={
            "number": guide.number,
            "department": guide.department,
            "kind": guide.kind.value,
            "created_at": at,
        },
    )
    content = msgspec.json.encode(guide, order="sorted")
    digest = hashlib.sha256(content).hexdigest()
    last = item.versions.order_by("-number").first()
    if last and last.digest == digest and last.status == "published":
        return False
    item.versions.filter(status="published", effective_to=None).update(effective_to=at)
    number = last.number + 1 if last else 1
    ItemVersion.objects.create(
        item=item,
        number=number,
        guide=msgspec.json.decode(content),
        digest=digest,
        status="published",
        effective_from=at,
        published_at=at,
        published_by=by,
    )
    _record("item", guide.base_code, "version_published", {"number": number, "digest": digest}, by=by, at=at)
    return True


@transaction.atomic
def set_calendar(
    *, days: Mapping[date, bool], years: list[int], document: str, by: str, at: datetime
) -> dict[date, bool]:
    """Enter what the State Council arranged: days and the years they complete; returns what changed.

    Basis: 全国年节及纪念日放假办法; configuration.
    """
    before = queries.calendar()
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, working=working, document=document, by=by, at=at)
        for day, working in sorted(days.items())
    )
    CalendarYear.objects.bulk_create(
        (CalendarYear(year=year, document=document, by=by, at=at) for year in years), ignore_conflicts=True
    )
    queries.forget_calendar()
    after = queries.calendar()
    changed = diff(before, after)
    facts = {
        "document": document,
        "years": years,
        "before": before.version,
        "after": after.version,
        "days": {day.isoformat(): working for day, working in sorted(changed.items())},
    }
    _record("calendar", "city", "calendar_changed", facts, by=by, at=at)
    return changed


def _record(stream_kind: str, stream_id: str, kind: str, facts: dict, *, by: str, at: datetime) -> None:
    record_actions.append(
        stream_kind=stream_kind,
        stream_id=stream_id,
        position=record.last_position(stream_kind, stream_id) + 1,
        entries=[(kind, facts)],
        by=by,
        at=at,
    )
