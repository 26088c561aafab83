"""Reading the catalogue: items and guides, who runs them where, the calendar, search, scenes."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path

import msgspec
import yaml
from django.core.cache import cache as shared
from django.db.models import Max, Q
from django.utils import timezone

from tongban.catalogue.models import CalendarDay, CalendarYear, Implementation, Item, ItemVersion
from tongban.catalogue.rules import search as finding
from tongban.catalogue.rules.guide import Guide, Text
from tongban.catalogue.rules.lint import Tables
from tongban.engine.calendar import STANDARD_HOURS, Calendar, OpeningHours
from tongban.engine.refusal import Refused
from tongban.kit.holidays_table import FIRST_YEAR, LAST_YEAR, published_days
from tongban.people import queries as people

DATA = Path(__file__).parent / "data"
FRESH_SECONDS = 5  # how long a process may answer from what it read before


class Running(msgspec.Struct, frozen=True):
    """An item in force: its ids and its guide."""

    item: int
    version: int
    guide: Guide


@lru_cache(maxsize=4096)
def guide(version_id: int) -> Guide:
    """The guide of a version; versions never change, so each is decoded once in a process."""
    stored = ItemVersion.objects.values_list("guide", flat=True).get(pk=version_id)
    return msgspec.convert(stored, Guide)


def version_in_force(item_id: int, at: datetime) -> ItemVersion:
    """The version of an item published and in force at `at`. Refuses `item_not_running`."""
    rows = ItemVersion.objects.filter(item_id=item_id, status="published", effective_from__lte=at)
    found = rows.filter(Q(effective_to=None) | Q(effective_to__gt=at)).first()
    if found is None:
        raise Refused("item_not_running", item=item_id)
    return found


def item(base_code: str) -> Item:
    """One item. Refuses `item_unknown`."""
    found = Item.objects.filter(base_code=base_code).first()
    if found is None:
        raise Refused("item_unknown", base_code=base_code)
    return found


def items() -> list[Running]:
    """Every item in force, by number; one statement when the catalogue has not changed."""
    now = timezone.now()
    rows = (
        ItemVersion.objects.filter(status="published", effective_from__lte=now)
        .filter(Q(effective_to=None) | Q(effective_to__gt=now))
        .order_by("item__number", "id")
        .values_list("item_id", "pk")
    )
    return list(_running(tuple(rows)))


@lru_cache(maxsize=8)
def _running(pairs: tuple[tuple[int, int], ...]) -> tuple[Running, ...]:
    stored = dict(ItemVersion.objects.filter(pk__in=[pk for _, pk in pairs]).values_list("pk", "guide"))
    return tuple(
        Running(item=item, version=pk, guide=msgspec.convert(stored[pk], Guide)) for item, pk in pairs
    )


def implementation(task_code: str, at: datetime) -> Implementation:
    """An item at an organ, by implementing code. Refuses `item_not_running`."""
    on = timezone.localdate(at)
    rows = Implementation.objects.select_related("organ", "item").filter(
        task_code=task_code, valid_from__lte=on
    )
    found = rows.filter(Q(valid_to=None) | Q(valid_to__gte=on)).first()
    if found is None:
        raise Refused("item_not_running", task_code=task_code)
    return found


def implementations(item_id: int, at: datetime) -> list[Implementation]:
    """Where an item can be applied for, city first, then counties."""
    on = timezone.localdate(at)
    rows = Implementation.objects.select_related("organ__division").filter(
        item_id=item_id, valid_from__lte=on
    )
    return list(rows.filter(Q(valid_to=None) | Q(valid_to__gte=on)).order_by("division_code", "id"))


def hours(organ_id: int) -> OpeningHours:
    """The opening hours of an organ's hall; the standard ones until sites are kept."""
    del organ_id
    return STANDARD_HOURS


_KEY = "catalogue.calendar"


def calendar() -> Calendar:
    """The calendar in force: the shipped table with the officials' changes.

    A process asks the database at most every few seconds; a change made here is seen at once.
    """
    return _calendar(*_stamp())


def calendar_with(days: Mapping[date, bool], years: Iterable[int] = ()) -> Calendar:
    """The calendar as it would be with these entries."""
    newest, known = _stamp()
    return _table({**_entered(newest), **days}, {*known, *years})


def calendar_entries(year: int) -> list[CalendarDay]:
    """What officials entered for a year, newest first."""
    return list(CalendarDay.objects.filter(day__year=year).order_by("-at", "-id"))


def forget_calendar() -> None:
    """The calendar changed: read it again."""
    shared.delete(_KEY)


def _stamp() -> tuple[int, tuple[int, ...]]:
    """(newest entry, years entered completely): what tells one calendar from another."""
    stamp = shared.get(_KEY)
    if stamp is None:
        newest = CalendarDay.objects.aggregate(last=Max("id"))["last"]
        years = tuple(CalendarYear.objects.order_by("year").values_list("year", flat=True))
        stamp = (newest or 0, years)
        shared.set(_KEY, stamp, FRESH_SECONDS)
    return stamp


@lru_cache(maxsize=8)
def _calendar(newest: int, years: tuple[int, ...]) -> Calendar:
    return _table(_entered(newest), set(years))


def _entered(newest: int) -> dict[date, bool]:
    return dict(CalendarDay.objects.filter(pk__lte=newest).order_by("id").values_list("day", "working"))


def _table(entered: Mapping[date, bool], complete: AbstractSet[int]) -> Calendar:
    """The shipped table with the entries on it; those of a year not entered completely wait for the rest."""
    last = LAST_YEAR
    while last + 1 in complete:
        last += 1
    kept = {day: works for day, works in entered.items() if FIRST_YEAR <= day.year <= last}
    return Calendar.from_days({**published_days(), **kept}, first_year=FIRST_YEAR, last_year=last)


class Scene(msgspec.Struct, frozen=True):
    """A life or business event people name: key, for whom, its words."""

    key: str
    audience: str
    name: Text
    summary: Text


@cache
def scenes() -> tuple[Scene, ...]:
    """data/scenes.yaml."""
    return tuple(
        msgspec.convert(yaml.safe_load((DATA / "scenes.yaml").read_text(encoding="utf-8")), list[Scene])
    )


class Named(msgspec.Struct, frozen=True):
    """A key of one of the catalogue's tables, in words."""

    key: str
    name: Text


@cache
def windows() -> tuple[Named, ...]:
    """data/windows.yaml: the categories of general windows."""
    return _named(yaml.safe_load((DATA / "windows.yaml").read_text(encoding="utf-8")))


@cache
def topics(audience: str) -> tuple[Named, ...]:
    """data/topics.yaml: the national topics for "person" or "enterprise"."""
    return _named(yaml.safe_load((DATA / "topics.yaml").read_text(encoding="utf-8"))[audience])


def _named(table: dict[str, dict]) -> tuple[Named, ...]:
    return tuple(Named(key=key, name=msgspec.convert(words, Text)) for key, words in table.items())


def tables() -> Tables:
    """The keys a guide may point at."""
    return Tables(
        departments=frozenset(people.departments()),
        scenes=frozenset(scene.key for scene in scenes()),
        windows=frozenset(row.key for row in windows()),
        person_topics=frozenset(row.key for row in topics("person")),
        enterprise_topics=frozenset(row.key for row in topics("enterprise")),
        intermediaries=frozenset(),
    )


class Found(msgspec.Struct, frozen=True):
    """A search result."""

    base_code: str
    name: Text
    summary: Text
    department: str
    promised: dict
    instant: bool
    visits: int
    score: float


def search(words: str, language: str = "zh-hans", audience: str = "") -> list[Found]:
    """Items for the words people use, best first; all items, by number, without words."""
    running = items()
    ranked = finding.rank(words, tuple(row.guide for row in running))
    return [
        Found(
            base_code=guide.base_code,
            name=guide.name,
            summary=guide.summary,
            department=guide.department,
            promised=msgspec.to_builtins(guide.promised),
            instant=guide.instant,
            visits=guide.visits,
            score=score,
        )
        for guide, score in ranked
        if not audience or audience in {kind.value for kind in guide.audiences}
    ]


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
            for run in implementations(row.pk, at)
        ],
    }
