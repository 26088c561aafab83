"""The working-day calendar: the shipped table with what officials entered."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from functools import lru_cache

from django.core.cache import cache as shared
from django.db.models import Max

from tongban.catalogue.models import CalendarDay, CalendarYear
from tongban.engine.calendar import Calendar
from tongban.kit.holidays_table import FIRST_YEAR, LAST_YEAR, published_days

FRESH_SECONDS = 5  # how long a process may answer from what it read before
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
