"""The State Council's published working days as a plain table, read once from the holidays library."""

from datetime import date
from functools import cache

FIRST_YEAR, LAST_YEAR = 2015, 2026  # the years whose arrangement has been published and is in the library


@cache
def _table() -> tuple[tuple[date, bool], ...]:
    from holidays.countries import China  # loads every country: most of a second nobody else should pay

    years = China(years=range(FIRST_YEAR, LAST_YEAR + 1))
    first, last = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
    days = [(day, years.is_working_day(day)) for day in map(date.fromordinal, range(first, last + 1))]
    return tuple((day, works) for day, works in days if works != (day.weekday() < 5))


def published_days() -> dict[date, bool]:
    """The days of 2015 to 2026 that differ from Monday to Friday: date to whether it works.

    Basis: the State Council's yearly holiday arrangements (国务院办公厅 节假日安排), 行政许可法 Art 82.
    """
    return dict(_table())
