"""Working days and working hours: statutory holidays, make-up days (调休), opening hours.

Days are Ya'an local dates (UTC+8). A calendar is a value: a change of the table is a new version.
"""

import hashlib
from collections.abc import Container, Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from itertools import accumulate
from types import MappingProxyType

import msgspec

from tongban.engine.refusal import Refused

CST = timezone(timedelta(hours=8), "CST")  # China Standard Time; no daylight saving since 1991
_DAY = timedelta(days=1)


class Due(msgspec.Struct, frozen=True):
    """A due day; provisional (暂定) where it rests on a year the State Council has not published."""

    on: date
    provisional: bool = False


def _weekdays_through(ordinal: int) -> int:
    """Mondays to Fridays from day 1 (a Monday) of the proleptic calendar through `ordinal`."""
    return ordinal // 7 * 5 + min(ordinal % 7, 5)


def _weekday_number(count: int) -> int:
    """The ordinal of the weekday with that count; the inverse of `_weekdays_through`."""
    weeks, rest = divmod(count - 1, 5)
    return weeks * 7 + rest + 1


class Calendar:
    """Which days work: plain weekdays, except the days of a table for the published years.

    `days` maps a date to whether it works; only dates inside `first_year`…`last_year`.
    Outside those years Monday to Friday is assumed and every answer is provisional.
    Basis: 行政许可法 Art 82; 全国年节及纪念日放假办法 and the State Council's yearly arrangement.
    """

    __slots__ = (
        "_before",
        "_counts",
        "_first",
        "_last",
        "_through",
        "_working",
        "days",
        "first_year",
        "last_year",
        "version",
    )

    def __init__(self, version: str, days: Mapping[date, bool], first_year: int, last_year: int) -> None:
        if first_year > last_year:
            raise Refused("no_published_year", first_year=first_year, last_year=last_year)
        unpublished = sorted(day for day in days if not first_year <= day.year <= last_year)
        if unpublished:
            raise Refused("year_not_published", days=unpublished)
        self.version, self.first_year, self.last_year = version, first_year, last_year
        self.days: Mapping[date, bool] = MappingProxyType(_exceptions(days))
        self._first = date(first_year, 1, 1).toordinal()
        self._last = date(last_year, 12, 31).toordinal()
        exceptions = {day.toordinal(): works for day, works in self.days.items()}
        table = [
            exceptions.get(number, (number - 1) % 7 < 5) for number in range(self._first, self._last + 1)
        ]
        self._counts = list(accumulate(table))
        self._working = [self._first + index for index, works in enumerate(table) if works]
        self._before = _weekdays_through(self._first - 1)
        self._through = _weekdays_through(self._last)

    @classmethod
    def from_days(cls, days: Mapping[date, bool], *, first_year: int, last_year: int) -> "Calendar":
        """A calendar whose version is the digest of its own table."""
        lines = [f"{first_year}-{last_year}"]
        lines += [f"{day.isoformat()} {works:d}" for day, works in _exceptions(days).items()]
        version = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
        return cls(version, days, first_year, last_year)

    def __repr__(self) -> str:
        return f"Calendar({self.version}, {self.first_year}-{self.last_year})"

    @property
    def published_from(self) -> date:
        """The first day of the table."""
        return date.fromordinal(self._first)

    @property
    def published_through(self) -> date:
        """The last day of the table; a later deadline is provisional."""
        return date.fromordinal(self._last)

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day (工作日), make-up Saturdays and Sundays included."""
        return self.days.get(day, day.weekday() < 5)

    def next_working_day(self, day: date) -> date:
        """`day` if it works, else the next day that does."""
        return date.fromordinal(self._at(self._rank(day.toordinal() - 1) + 1))

    def add_working_days(self, day: date, n: int) -> Due:
        """The n-th working day after `day`, which is day 0 and not counted; before it if n < 0.

        n = 0 is `day` itself. Basis: 民法典 Art 201; 行政许可法 Art 82.
        """
        number = day.toordinal()
        if n > 0:
            number = self._at(self._rank(number) + n)
        elif n < 0:
            number = self._at(self._rank(number - 1) + n + 1)
        return Due(date.fromordinal(number), self.is_provisional(day, date.fromordinal(number)))

    def working_days_between(self, start_exclusive: date, end_inclusive: date) -> int:
        """Working days after `start_exclusive` through `end_inclusive`; negative if the end comes first."""
        return self._rank(end_inclusive.toordinal()) - self._rank(start_exclusive.toordinal())

    def is_provisional(self, *days: date) -> bool:
        """Whether any of `days` lies outside the published years."""
        return any(not self._first <= day.toordinal() <= self._last for day in days)

    def with_overrides(self, days: Mapping[date, bool], *, years_published: int | None = None) -> "Calendar":
        """This calendar with an official's `days` on top, as a new version.

        `years_published` is the new last published year, when the table now reaches further.
        Basis: State Council re-arrangements, e.g. 31 January to 2 February 2020.
        """
        return Calendar.from_days(
            {**self.days, **days},
            first_year=self.first_year,
            last_year=max(self.last_year, years_published or self.last_year),
        )

    def _rank(self, number: int) -> int:
        """Working days from the start of the table through day `number`; negative before the table."""
        if number > self._last:
            return self._counts[-1] + _weekdays_through(number) - self._through
        if number < self._first:
            return _weekdays_through(number) - self._before
        return self._counts[number - self._first]

    def _at(self, rank: int) -> int:
        """The day with that rank; the inverse of `_rank` on working days."""
        if rank < 1:
            return _weekday_number(self._before + rank)
        if rank > len(self._working):
            return _weekday_number(self._through + rank - len(self._working))
        return self._working[rank - 1]


def _exceptions(days: Mapping[date, bool]) -> dict[date, bool]:
    """The days that differ from Monday to Friday, in order: the same table always looks the same."""
    return {day: works for day, works in sorted(days.items()) if works != (day.weekday() < 5)}


def diff(old: Calendar, new: Calendar) -> dict[date, bool]:
    """The days on which two calendars differ, in order, with what the new one says."""
    days = sorted({*old.days, *new.days})
    return {day: new.is_working(day) for day in days if old.is_working(day) != new.is_working(day)}


class Interval(msgspec.Struct, frozen=True, order=True):
    """Open from `start` until just before `end`, local time."""

    start: time
    end: time


Hours = tuple[Interval, ...]
_NEVER: tuple[Hours, ...] = ((), (), (), (), (), (), ())


class OpeningHours(msgspec.Struct, frozen=True, kw_only=True):
    """When a hall serves: ordinary hours count for clocks, extended hours (延时服务) never do.

    `week` and `extended` hold seven tuples of intervals, Monday first. A working Saturday or Sunday
    (make-up day) whose own row is empty takes the first row that is not. Extended hours of Monday to
    Friday are kept on working days only; no extended hours are kept on `not_extended`.
    Basis: configuration.
    """

    week: tuple[Hours, ...]
    extended: tuple[Hours, ...] = _NEVER
    not_extended: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if len(self.week) != 7 or len(self.extended) != 7:
            raise Refused("hours_need_seven_days")
        if not any(self.week):
            raise Refused("hours_never_open")
        for row in (*self.week, *self.extended):
            edges = [edge for interval in row for edge in (interval.start, interval.end)]
            if any(left >= right for left, right in zip(edges[::2], edges[1::2], strict=True)):
                raise Refused("hours_end_before_start")
            if edges != sorted(edges):
                raise Refused("hours_overlap")

    def ordinary(self, day: date, calendar: Calendar) -> Hours:
        """The hours of `day` that count for clocks; none on a rest day."""
        if not calendar.is_working(day):
            return ()
        return self.week[day.weekday()] or self._usual()

    def beyond(self, day: date, calendar: Calendar) -> Hours:
        """The extended hours of `day`: served, but not counted."""
        if day in self.not_extended or (day.weekday() < 5 and not calendar.is_working(day)):
            return ()
        return self.extended[day.weekday()]

    def is_open(self, at: datetime, calendar: Calendar) -> bool:
        """Whether the hall serves at the instant `at`, extended hours included."""
        here = local(at)
        hours = self.ordinary(here.date(), calendar) + self.beyond(here.date(), calendar)
        return any(interval.start <= here.time() < interval.end for interval in hours)

    def is_extended(self, at: datetime, calendar: Calendar) -> bool:
        """Whether the instant `at` is served in extended hours only."""
        here = local(at)
        ordinary = self.ordinary(here.date(), calendar)
        if any(interval.start <= here.time() < interval.end for interval in ordinary):
            return False
        return self.is_open(at, calendar)

    def close_of(self, day: date, calendar: Calendar) -> datetime:
        """The close of business of `day`; on a rest day, at the usual hour.

        Basis: 民法典 Art 203 para 2 (the last day ends when business ends).
        """
        hours = self.ordinary(day, calendar)
        return datetime.combine(day, hours[-1].end, CST) if hours else self.usual_close(day)

    def usual_close(self, day: date) -> datetime:
        """The close of business of `day` at the usual hour."""
        return datetime.combine(day, self._usual()[-1].end, CST)

    def working_time_between(
        self, start: datetime, end: datetime, calendar: Calendar, skipping: Container[date] = ()
    ) -> timedelta:
        """Ordinary hours from `start` to `end`, without the days in `skipping`; negative if reversed."""
        if end < start:
            return -self.working_time_between(end, start, calendar, skipping)
        start, end, total = local(start), local(end), timedelta()
        for opens, closes in self._spans(start.date(), calendar, skipping):
            if opens >= end:
                break
            total += max(min(closes, end) - max(opens, start), timedelta())
        return total

    def add_working_hours(
        self,
        start: datetime,
        hours: Decimal | timedelta,
        calendar: Calendar,
        skipping: Container[date] = (),
    ) -> datetime:
        """The instant when `hours` of ordinary time after `start` have passed, without `skipping` days.

        Basis: 民法典 Art 201 para 2 (hours run from the moment itself); configuration (hall hours).
        """
        left = hours if isinstance(hours, timedelta) else timedelta(microseconds=int(hours * 3_600_000_000))
        if left < timedelta():
            raise ValueError("working hours cannot be negative")
        here = local(start)
        if not left:
            return here
        for opens, closes in self._spans(here.date(), calendar, skipping):
            begins = max(opens, here)
            if begins + left <= closes:
                return begins + left
            left -= max(closes - begins, timedelta())
        raise AssertionError("unreachable: working days never end")

    def _usual(self) -> Hours:
        return next(row for row in self.week if row)

    def _spans(
        self, day: date, calendar: Calendar, skipping: Container[date]
    ) -> Iterator[tuple[datetime, datetime]]:
        """Ordinary opening and closing instants from `day` on, for ever."""
        while True:
            day = calendar.next_working_day(day)
            if day not in skipping:
                for interval in self.ordinary(day, calendar):
                    yield datetime.combine(day, interval.start, CST), datetime.combine(day, interval.end, CST)
            day += _DAY


def local(at: datetime) -> datetime:
    """An aware instant as Ya'an local time; a naive one is a bug."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return at.astimezone(CST)


def received_on(at: datetime, calendar: Calendar, hours: OpeningHours) -> date:
    """The day a filing made at `at` counts as received.

    The same day until the close of business of a working day, and while extended service is open;
    otherwise the next working day. The instant itself is kept elsewhere: it ranks filings (Art 57).
    Basis: 民法典 Art 203 para 2; 行政许可法 Art 82; configuration.
    """
    day = local(at).date()
    if calendar.is_working(day) and at <= hours.close_of(day, calendar):
        return day
    return day if hours.is_open(at, calendar) else calendar.next_working_day(day + _DAY)


_HALL_DAY = (Interval(time(9), time(12)), Interval(time(13), time(17)))
STANDARD_HOURS = OpeningHours(week=(_HALL_DAY,) * 5 + ((), ()))
