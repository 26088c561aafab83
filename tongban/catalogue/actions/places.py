"""Where items run: a newly published item opens at the organs of its department; a local version moves it."""

from datetime import datetime

from django.utils import timezone

from tongban.catalogue import queries
from tongban.catalogue.models import Implementation, Item, ItemVersion
from tongban.catalogue.rules.guide import Guide, Level
from tongban.engine import codes
from tongban.people import queries as people

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
