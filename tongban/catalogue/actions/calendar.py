"""The official's calendar: what the State Council arranged, entered day by day."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from tongban.catalogue import queries
from tongban.catalogue.actions import streams
from tongban.catalogue.models import CalendarDay, CalendarYear
from tongban.engine.calendar import diff


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
    streams.append("calendar", "city", "calendar_changed", facts, by=by, at=at)
    return changed
