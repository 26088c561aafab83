"""The demo city's catalogue: the shipped items in force, run by the organs of their departments and by townships."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from tongban.catalogue import actions, queries, shipped
from tongban.catalogue.models import Implementation
from tongban.people import queries as people

_LEVEL_CODES = {"city": "3", "county": "4", "town": "5"}
TOWNSHIP = "township"  # the department of the organs that run what is run in towns


def seed_catalogue(*, at: datetime) -> None:
    """Publish the shipped guides and the implementations they need; safe to run again."""
    actions.load_blocks(wanted=shipped.blocks(), at=at, by="system:seeding")
    actions.load_guides(wanted=shipped.guides(), at=at, by="system:seeding")
    known = set(Implementation.objects.values_list("task_code", flat=True))
    rows = [row for row in _implementations(people.organs()) if row.task_code not in known]
    Implementation.objects.bulk_create(rows, batch_size=4000)


def _implementations(organs: Iterable) -> Iterator[Implementation]:
    """Every item at every organ of its levels: of its department in city and county, of the township in a town."""
    standing: dict[tuple[str, str], list] = {}
    for organ in organs:
        standing.setdefault((organ.department, organ.level), []).append(organ)
    for running in queries.items():
        for level in running.guide.levels:
            department = TOWNSHIP if level.value == "town" else running.guide.department
            for organ in standing.get((department, level.value), []):
                yield _implementation(running, organ)


def _implementation(running: queries.Running, organ) -> Implementation:
    """The item at one organ; places and telephones are the demo's."""
    division = organ.division_id
    place, place_en = _place(organ)
    return Implementation(
        item_id=running.item,
        organ=organ,
        task_code=f"{organ.uscc}{_LEVEL_CODES[organ.level]}{running.guide.base_code}",
        level=organ.level,
        division_code=division,
        place=place,
        place_en=place_en,
        phone=f"0835-2{division[4:6]}{organ.pk % 10000:04d}",
        complaint_phone="0835-12345",
        valid_from=organ.valid_from,
    )


def _place(organ) -> tuple[str, str]:
    """Where it is served: the department's window, in a town the service centre (便民服务中心)."""
    if organ.level == "town":
        town = organ.short_name.removesuffix("人民政府").removesuffix("办事处")
        return f"{town}便民服务中心（演示）", f"Service centre, {organ.name_en} (demo)"
    return (
        f"{organ.short_name.removesuffix('局')}政务服务窗口（演示）",
        f"Service window, {organ.name_en} (demo)",
    )
