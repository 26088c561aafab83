"""The demo city's catalogue: 42 items in force, run by the organs of their departments."""

from datetime import datetime

from tongban.catalogue import actions, queries
from tongban.catalogue.models import Implementation
from tongban.engine import codes
from tongban.people import queries as people

_LEVEL_CODES = {"city": "3", "county": "4"}


def seed_catalogue(*, at: datetime) -> None:
    """Publish the shipped guides and the implementations they need; safe to run again."""
    actions.load_items(folder=queries.DATA / "items", at=at, by="system:seeding")
    organs: dict[tuple[str, str], list] = {}
    for organ in people.organs():
        organs.setdefault((organ.department, organ.level), []).append(organ)
    known = set(Implementation.objects.values_list("task_code", flat=True))
    Implementation.objects.bulk_create(
        row
        for running in queries.items()
        for level in running.guide.levels
        for organ in organs.get((running.guide.department, level.value), [])
        if (row := _implementation(running, organ)).task_code not in known
    )


def _implementation(running: queries.Running, organ) -> Implementation:
    """The item at one organ; places and telephones are the demo's."""
    division = organ.division_id
    return Implementation(
        item_id=running.item,
        organ=organ,
        task_code=codes.task_code(organ.uscc, _LEVEL_CODES[organ.level], running.guide.base_code),
        level=organ.level,
        division_code=division,
        place=f"{organ.short_name.removesuffix('局')}政务服务窗口（演示）",
        place_en=f"Service window, {organ.name_en} (demo)",
        phone=f"0835-2{division[-2:]}{organ.pk % 10000:04d}",
        complaint_phone="0835-12345",
        valid_from=organ.valid_from,
    )
