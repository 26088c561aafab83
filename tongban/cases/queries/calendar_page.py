"""The working-day calendar as a page: a year in months, what officials entered, what an entry would move."""

from calendar import Calendar as Months
from datetime import date, datetime, timedelta
from itertools import islice

from django.utils import timezone

from tongban.cases.queries import recalculation
from tongban.catalogue import queries as catalogue
from tongban.engine.calendar import Calendar, diff
from tongban.people import queries as people
from tongban.people.rules import Caller, Role

_LOOKED_AT = 20_000  # open cases a preview reads; the change itself reads all


def may_enter(caller: Caller) -> bool:
    """Whether the caller keeps the calendar."""
    return any(Role.EDITOR in post.roles for post in caller.posts)


def years(at: datetime) -> range:
    """The years to look at: from the first of the table to the one after the last or the present."""
    calendar = catalogue.calendar()
    return range(calendar.first_year, max(calendar.last_year, timezone.localdate(at).year) + 2)


def chosen(asked: str, at: datetime) -> int:
    """The year asked for if there is a page for it, else the present one."""
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else 0
    return year if year in years(at) else timezone.localdate(at).year


def page(year: int, caller: Caller, at: datetime) -> dict:
    """A year of the calendar; `years` to choose from, `complete` when its arrangement is published."""
    calendar = catalogue.calendar()
    entries = catalogue.calendar_entries(year)
    names = people.account_names({_account(entry.by) for entry in entries})
    return {
        "year": year,
        "years": years(at),
        "complete": calendar.first_year <= year <= calendar.last_year,
        "version": calendar.version[:12],
        "working": calendar.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)),
        "months": [_month(year, month, calendar, timezone.localdate(at)) for month in range(1, 13)],
        "entries": [{"entry": entry, "by": names.get(_account(entry.by), entry.by)} for entry in entries],
        "may_enter": may_enter(caller),
    }


def _month(year: int, month: int, calendar: Calendar, today: date) -> dict:
    weeks = [
        [
            {
                "day": day,
                "rest": not calendar.is_working(day),
                "moved": calendar.is_working(day) is (day.weekday() >= 5),
                "today": day == today,
            }
            if day.month == month
            else None
            for day in week
        ]
        for week in Months().monthdatescalendar(year, month)
    ]
    return {"first": date(year, month, 1), "weeks": weeks}


def effect(first: date, last: date, *, working: bool, complete: bool, at: datetime) -> dict:
    """What an entry would change: the days that change, and how many open cases' dates they move."""
    before = catalogue.calendar()
    after = catalogue.calendar_with(days(first, last, working), [first.year] if complete else [])
    changed = diff(before, after) if before.version != after.version else {}
    numbers = recalculation.moved(after, at, most=_LOOKED_AT) if before.version != after.version else iter(())
    return {
        "changed": [
            {"day": day, "working": works} for day, works in sorted(changed.items()) if first <= day <= last
        ],
        "completes": complete and first.year > before.last_year,
        "waits": last.year > after.last_year,
        "moved": sum(1 for _ in islice(numbers, _LOOKED_AT)),
        "most": _LOOKED_AT,
    }


def days(first: date, last: date, working: bool) -> dict[date, bool]:
    """Every day from `first` to `last`, both included."""
    return {first + timedelta(n): working for n in range((last - first).days + 1)}


def _account(by: str) -> int:
    kind, _, number = by.partition(":")
    return int(number) if kind == "account" and number.isdigit() else 0
