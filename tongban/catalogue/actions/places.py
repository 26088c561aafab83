"""Where items run: a newly published item opens at the organs of its department; a local version moves it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Value
from django.db.models.functions import Least
from django.utils import timezone

from tongban.catalogue import queries
from tongban.catalogue.models import Implementation, Item, ItemVersion
from tongban.catalogue.rules.guide import Guide, Level
from tongban.engine import codes
from tongban.people import queries as people

COMPLAINTS = "0835-12388"  # where a town has no telephone of its own for complaints
LEVEL_CODES = {Level.CITY: "3", Level.COUNTY: "4", Level.TOWN: "5"}  # 行使层级, GB/T 39046 A.2


def open_at_organs(item: Item, guide: Guide, *, at: datetime) -> list[Implementation]:
    """Open an item that runs nowhere yet at every organ of its department and levels, at the organ's window.

    An organ that serves no item yet has no window to serve it at: it opens the item by claiming it.
    Basis: 优化营商环境条例 Art 35 (the same item everywhere in the city).
    """
    if item.implementations.exists():
        return []
    organs = [o for o in people.organs(department=guide.department) if o.level in set(guide.levels)]
    windows = queries.windows_of([organ.pk for organ in organs])
    return Implementation.objects.bulk_create(
        Implementation(
            item=item,
            organ=organ,
            task_code=codes.task_code(organ.uscc, LEVEL_CODES[Level(organ.level)], guide.base_code),
            level=organ.level,
            division_code=organ.division_id,
            place=window.place,
            place_en=window.place_en,
            hours=window.hours,
            hours_en=window.hours_en,
            phone=window.phone,
            complaint_phone=window.complaint_phone,
            valid_from=timezone.localdate(at),
        )
        for organ in organs
        if (window := windows.get(organ.pk))
    )


def open_in_towns(item: Item, towns: Sequence[Any], *, on: date) -> list[Implementation]:
    """Open an item at the organs of towns from a day on, at the town's window; one that runs it on other days goes on.

    A town that serves nothing yet serves it at its seat, on the city's telephones.
    Basis: 行政许可法 Art 24 (what was delegated, and to whom, is made known).
    """
    there = item.implementations.filter(organ__in=towns)
    there.update(valid_from=Least("valid_from", Value(on)), valid_to=None)
    standing = set(there.values_list("organ_id", flat=True))
    fresh = [town for town in towns if town.pk not in standing]
    windows = queries.windows_of([town.pk for town in fresh])
    return Implementation.objects.bulk_create(
        Implementation(
            item=item,
            organ=town,
            task_code=codes.task_code(town.uscc, LEVEL_CODES[Level.TOWN], item.base_code),
            level=Level.TOWN.value,
            division_code=town.division_id,
            valid_from=on,
            **_window(windows.get(town.pk), town),
        )
        for town in fresh
    )


def _window(window: Implementation | None, town: Any) -> dict[str, str]:
    if window is None:
        phones = {"phone": settings.HOTLINE, "complaint_phone": COMPLAINTS}
        return {"place": town.name, "place_en": town.name_en, **phones}
    names = ("place", "place_en", "hours", "hours_en", "phone", "complaint_phone")
    return {name: getattr(window, name) for name in names}


def move(version: ItemVersion) -> None:
    """Where and when a local version is served, on the implementation that people see."""
    if version.implementation is None:
        return
    told = queries.overrides(version)
    named = {
        "place": told.place and told.place.zh,
        "place_en": told.place and told.place.en,
        "hours": told.hours and told.hours.zh,
        "hours_en": told.hours and told.hours.en,
        "phone": told.phone,
        "complaint_phone": told.complaint_phone,
    }
    if given := {field: words for field, words in named.items() if words}:
        Implementation.objects.filter(pk=version.implementation.pk).update(**given)
