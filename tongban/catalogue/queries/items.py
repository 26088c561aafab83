"""Items and guides in force, and who runs them where."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from tongban.catalogue.models import Implementation, Item, ItemVersion
from tongban.catalogue.queries import competence
from tongban.catalogue.rules import holding
from tongban.catalogue.rules.guide import Guide, Level, Material, Text
from tongban.catalogue.rules.guides import from_json
from tongban.engine.calendar import STANDARD_HOURS, OpeningHours
from tongban.engine.refusal import Refused


class Running(msgspec.Struct, frozen=True):
    """An item in force: its ids and its guide."""

    item: int
    version: int
    guide: Guide


class _Guides:
    """The guide of a version; versions never change, so each is read and decoded once in a process."""

    MOST = 4096  # kept at a time

    def __init__(self) -> None:
        self._known: dict[int, Guide] = {}

    def __call__(self, version_id: int) -> Guide:
        return self.of([version_id])[version_id]

    def of(self, version_ids: Iterable[int]) -> dict[int, Guide]:
        """The guides of many versions; those not known yet in one statement."""
        known, wanted = self._known, set(version_ids)
        if missing := wanted - known.keys():
            if len(known) + len(missing) > self.MOST:
                known, missing = {}, wanted
                self._known = known
            rows = ItemVersion.objects.filter(pk__in=missing).values_list("pk", Cast("guide", TextField()))
            known.update((pk, from_json(said)) for pk, said in rows)
        return {pk: known[pk] for pk in wanted}

    def cache_clear(self) -> None:
        self._known.clear()


guide = _Guides()
guides = guide.of


def version_in_force(item_id: int, at: datetime, implementation: int | None = None) -> ItemVersion:
    """The version of an item in force at `at`: the local one of an organ that has one, else the standard.

    Without a standard in force there is nothing to differ from. Refuses `item_not_running`.
    """
    rows = ItemVersion.objects.in_force(at).filter(item_id=item_id)
    rows = rows.filter(Q(implementation=None) | Q(implementation=implementation))
    found = {row.implementation_id: row for row in rows}
    if None not in found:
        raise Refused("item_not_running", item=item_id)
    return found.get(implementation) or found[None]


def item(base_code: str) -> Item:
    """One item. Refuses `item_unknown`."""
    found = Item.objects.filter(base_code=base_code).first()
    if found is None:
        raise Refused("item_unknown", base_code=base_code)
    return found


def items() -> list[Running]:
    """Every item in force, by number; one statement when the catalogue has not changed."""
    return list(running(in_force()))


class Asked(msgspec.Struct, frozen=True):
    """A material and the names of the licences that stand for it when the applicant holds one."""

    part: Material
    held: tuple[Text, ...]


def with_held(materials: Iterable[Material]) -> list[Asked]:
    """The materials as a guide page tells them.

    Basis: 国务院令第716号 Art 7, 10 (what an e-licence shows is not asked for again).
    """
    results = {row.guide.base_code: row.guide.result for row in items()}
    return [
        Asked(part, tuple(result.name for code in part.held_from if (result := results.get(code))))
        for part in materials
    ]


def in_force() -> tuple[tuple[int, int], ...]:
    """(item, version) of every standard guide in force, by number; what is made of them can be kept by it."""
    rows = ItemVersion.objects.in_force(timezone.now()).filter(implementation=None)
    return tuple(rows.order_by("item__number", "id").values_list("item_id", "pk"))


@lru_cache(maxsize=4)
def running(pairs: tuple[tuple[int, int], ...]) -> tuple[Running, ...]:
    """The guides of what `in_force` gave."""
    known = guides(pk for _, pk in pairs)
    return tuple(Running(item=item, version=pk, guide=known[pk]) for item, pk in pairs)


def implementation(task_code: str, at: datetime) -> Implementation:
    """An item at an organ, by implementing code. Refuses `item_not_running`."""
    rows = Implementation.objects.on(timezone.localdate(at)).select_related("organ", "item")
    found = rows.filter(task_code=task_code).first()
    if found is None:
        raise Refused("item_not_running", task_code=task_code)
    return found


def implementations(item_id: int, at: datetime) -> list[Implementation]:
    """Where an item can be applied for, city first, then counties."""
    return list(running_at(item_id, at))


def acting(item_id: int, at: datetime) -> list[Implementation]:
    """Where an item is handled now: where the power is held, and in the towns that were given it for today."""
    runs = implementations(item_id, at)
    counties = {run.division_code for run in runs if run.level == "county"}
    if not counties or all(run.level != "town" for run in runs):
        return runs
    moved = competence.devolved_in(item_id, "", timezone.localdate(at))
    return [
        run
        for run in runs
        if run.division_code in moved or holding.holds(Level(run.level), run.division_code, counties)
    ]


def windows_of(organs: Iterable[int]) -> dict[int, Implementation]:
    """The window an organ serves its items at: that of the item it opened last."""
    rows = Implementation.objects.filter(organ__in=list(organs)).order_by("organ", "-valid_from", "-id")
    return {row.organ_id: row for row in rows.distinct("organ")}


class Here(msgspec.Struct, frozen=True):
    """An item as it runs for a county: where, by which organ, under which version; `near`: for that county at all."""

    implementation: int
    organ: int
    organ_name: Text
    version: int
    near: bool


# The version in force where an implementation `run` runs: the local one, else the standard.
_IN_FORCE = """
join catalogue_itemversion standard on standard.item_id = run.item_id and standard.implementation_id is null
    and standard.status = 'published' and standard.effective_from <= %(at)s
    and (standard.effective_to is null or standard.effective_to > %(at)s)
left join catalogue_itemversion local on local.implementation_id = run.id
    and local.status = 'published' and local.effective_from <= %(at)s
    and (local.effective_to is null or local.effective_to > %(at)s)
"""

_HERE = f"""
select distinct on (item.id) item.base_code, run.id, organ.id, organ.name, organ.name_en,
    coalesce(local.id, standard.id), run.level = 'city' or starts_with(run.division_code, %(county)s)
from catalogue_item item
join catalogue_implementation run on run.item_id = item.id
    and run.valid_from <= %(on)s and (run.valid_to is null or run.valid_to >= %(on)s)
    and (run.level <> 'town' or starts_with(run.division_code, %(county)s))
join people_organ organ on organ.id = run.organ_id
{_IN_FORCE}where item.base_code = any(%(items)s::text[])
order by item.id, starts_with(run.division_code, %(county)s) desc, run.level = 'city' desc, run.division_code, run.id
"""


def running_for(base_codes: Iterable[str], county: str, at: datetime) -> dict[str, Here]:
    """{base code: who runs it for a county}: the county's organ, else a town's of it, else the
    city's, else that of another county.

    One statement; items nobody runs now are left out.
    """
    params: dict[str, Any] = {
        "items": list(base_codes),
        "county": county,
        "at": at,
        "on": timezone.localdate(at),
    }
    with connection.cursor() as cursor:
        cursor.execute(_HERE, params)
        rows = cursor.fetchall()
    return {
        code: Here(run, organ, Text(zh=zh, en=en), version, near)
        for code, run, organ, zh, en, version, near in rows
    }


_VERSIONS = f"""
select run.id, coalesce(local.id, standard.id)
from catalogue_implementation run
{_IN_FORCE}where run.id = any(%(runs)s::bigint[]) and run.valid_from <= %(on)s
    and (run.valid_to is null or run.valid_to >= %(on)s)
"""


def versions_at(implementations: Iterable[int], at: datetime) -> dict[int, int]:
    """{implementation: the version in force there at `at`}; those that do not run are left out. One statement."""
    params: dict[str, Any] = {"runs": list(implementations), "at": at, "on": timezone.localdate(at)}
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, params)
        return dict(cursor.fetchall())


def runs(implementations: Iterable[int]) -> dict[int, Implementation]:
    """Implementations with organ and item, by id."""
    return Implementation.objects.select_related("organ__division", "item").in_bulk(list(implementations))


def running_at(item_id: int, at: datetime) -> QuerySet[Implementation]:
    """The implementations of an item on the day of `at`, city first, then counties."""
    rows = Implementation.objects.on(timezone.localdate(at)).filter(item_id=item_id)
    return rows.select_related("organ__division").order_by("division_code", "id")


def hours(organ_id: int) -> OpeningHours:
    """The opening hours of an organ's hall; the standard ones until sites are kept."""
    del organ_id
    return STANDARD_HOURS


def item_document(base_code: str, at: datetime) -> dict:
    """The guide of an item in force and where it is run, as JSON values."""
    row = item(base_code)
    version = version_in_force(row.pk, at)
    return {
        "base_code": base_code,
        "version": version.number,
        "effective_from": version.effective_from,
        "guide": msgspec.to_builtins(guide(version.pk)),
        "implementations": [
            {
                "task_code": run.task_code,
                "organ": {"zh": run.organ.name, "en": run.organ.name_en},
                "division": run.division_code,
                "place": run.place,
                "phone": run.phone,
            }
            for run in acting(row.pk, at)
        ],
    }
