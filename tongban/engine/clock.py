"""The clock of a case (时限): due dates, pauses, extensions and lights as a pure function of facts.

Two clocks run on every case, statutory (法定) and promised (承诺), with the same start and the same
pauses. Nothing is counted day by day: every figure is computed from the facts and a calendar version.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

import msgspec

from tongban.engine.calendar import CST, STANDARD_HOURS, Calendar, Due, OpeningHours, local
from tongban.engine.refusal import Refused

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


class Unit(StrEnum):
    """Unit of a time limit (时限单位)."""

    WORKING_DAYS = "working_days"  # 工作日
    CALENDAR_DAYS = "calendar_days"  # 自然日
    WORKING_HOURS = "working_hours"  # 工作小时


class Limit(msgspec.Struct, frozen=True):
    """A time limit: `amount` in `unit`; 0 means on the spot (即办)."""

    amount: int
    unit: Unit = Unit.WORKING_DAYS

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise Refused("limit_negative", amount=self.amount)


class Ground(StrEnum):
    """Why a clock may stand still. The list is closed: a site survey (踏勘) is not on it.

    Basis: 行政许可法 Art 45.
    """

    HEARING = "hearing"  # 听证
    TENDER = "tender"  # 招标
    AUCTION = "auction"  # 拍卖
    INSPECTION = "inspection"  # 检验
    TESTING = "testing"  # 检测
    QUARANTINE = "quarantine"  # 检疫
    APPRAISAL = "appraisal"  # 鉴定
    EXPERT_REVIEW = "expert_review"  # 专家评审


class Pause(msgspec.Struct, frozen=True):
    """A special procedure (特别程序) from `start` to `end`, both days included; `end` None: still going on.

    Raises `Refused`: pause_ground_not_in_law, pause_ends_before_start. Basis: 行政许可法 Art 45.
    """

    ground: Ground
    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        try:
            msgspec.structs.force_setattr(self, "ground", Ground(self.ground))
        except ValueError:
            raise Refused("pause_ground_not_in_law", ground=self.ground, allowed=[*Ground]) from None
        if self.end is not None and self.end < self.start:
            raise Refused("pause_ends_before_start", start=self.start, end=self.end)


class Approver(StrEnum):
    """Who approves an extension (延期). Basis: 行政许可法 Art 42."""

    ORGAN_HEAD = "organ_head"  # 本行政机关负责人
    GOVERNMENT_HEAD = "government_head"  # 本级人民政府负责人


class Extension(msgspec.Struct, frozen=True):
    """An approved extension of both limits by `amount` in `unit`."""

    amount: int
    unit: Unit
    approver_level: Approver

    def __post_init__(self) -> None:
        try:
            msgspec.structs.force_setattr(self, "approver_level", Approver(self.approver_level))
        except ValueError:
            raise Refused("approver_too_low", needed=[*Approver], given=self.approver_level) from None
        if self.amount < 1:
            raise Refused("extension_too_short", least=1)


def permit_extension(extension: Extension, *, joint: bool) -> None:
    """At most 10 working days approved by the organ's head; for unified, joint or concentrated handling
    (`joint`) at most 15 approved by the head of the government at the same level.

    Raises `Refused`: extension_too_long, approver_too_low. Basis: 行政许可法 Art 42.
    """
    most, needed = (15, Approver.GOVERNMENT_HEAD) if joint else (10, Approver.ORGAN_HEAD)
    if extension.unit != Unit.WORKING_DAYS or extension.amount > most:
        raise Refused("extension_too_long", most=most)
    if extension.approver_level is not needed:
        raise Refused("approver_too_low", needed=needed.value)


class ClockFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All a clock depends on beside the calendar.

    `started_on` is day 0, the day of acceptance (受理). `started_at` is the instant, needed only where a
    limit is in hours; without it hours run from the close of day 0. `stopped_on` is the day of the
    decision, `stopped_at` its instant; both limits are read as they stood then.
    """

    started_on: date
    statutory: Limit
    promised: Limit
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    stopped_on: date | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None

    def __post_init__(self) -> None:
        if len(self.extensions) > 1:
            raise Refused("extended_once_already")


class Light(StrEnum):
    """The light (亮灯) of a case."""

    GREEN = "green"  # normal
    AMBER = "amber"  # little of the promise left
    RED = "red"  # promise overdue
    BLACK = "black"  # statutory limit overdue


class Amber(msgspec.Struct, frozen=True):
    """When the amber light comes on: at most `units` of the limit left, or at most `percent` of it."""

    units: int = 1
    percent: int = 20


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a clock shows. Due instants are the close of business of the due day, or the exact hour.

    `used`, `remaining` (negative once overdue) and `paused_days` are in `unit`, that of the promise:
    days as integers, hours as decimals; `paused_days` counts working days where the unit is hours.
    """

    statutory_due: datetime
    promised_due: datetime
    provisional: bool
    paused_days: int
    used: int | Decimal
    remaining: int | Decimal
    light: Light
    paused: bool
    unit: Unit

    @property
    def statutory_due_on(self) -> date:
        return self.statutory_due.date()

    @property
    def promised_due_on(self) -> date:
        return self.promised_due.date()


def read(
    facts: ClockFacts,
    calendar: Calendar,
    on: date | datetime,
    *,
    hours: OpeningHours = STANDARD_HOURS,
    amber: Amber = Amber(),  # noqa: B008  (immutable)
) -> Reading:
    """The clock at the instant `on`, or at the close of business of the day `on`.

    Day 0 is not counted; day n ends at the close of business of the n-th day; days of a pause, both
    ends included, do not exist; the promise never ends after the statutory limit.
    Basis: 行政许可法 Art 42, 45, 82; 民法典 Art 200-203.
    """
    at = _moment(facts, calendar, hours, on)
    running = _Running(calendar, hours, facts, at.date())
    statutory_due = running.end_of(facts.statutory)
    promised_due = min(running.end_of(facts.promised), statutory_due)
    unit = facts.promised.unit
    now = max(at, running.started_at)
    used = running.elapsed(unit, running.started_at, now)
    left = running.elapsed(unit, now, promised_due)
    return Reading(
        statutory_due=statutory_due,
        promised_due=promised_due,
        provisional=calendar.is_provisional(facts.started_on, statutory_due.date()),
        paused_days=running.paused_between(unit, facts.started_on, max(at.date(), facts.started_on)),
        used=used,
        remaining=left,
        light=_light(at, statutory_due, promised_due, left, used + left, amber),
        paused=at.date() in running,
        unit=unit,
    )


def _moment(facts: ClockFacts, calendar: Calendar, hours: OpeningHours, on: date | datetime) -> datetime:
    """The instant to read at: `on`, but never after the clock stopped."""
    at = local(on) if isinstance(on, datetime) else hours.close_of(on, calendar)
    if facts.stopped_at:
        return min(at, local(facts.stopped_at))
    return min(at, hours.close_of(facts.stopped_on, calendar)) if facts.stopped_on else at


def _light(
    at: datetime,
    statutory_due: datetime,
    promised_due: datetime,
    left: int | Decimal,
    whole: int | Decimal,
    amber: Amber,
) -> Light:
    if at > statutory_due:
        return Light.BLACK
    if at > promised_due:
        return Light.RED
    return Light.AMBER if left <= amber.units or left * 100 <= whole * amber.percent else Light.GREEN


class _Running:
    """The time that counts for one case: the calendar without the days of its pauses.

    An open pause is taken to end on `today`, so the due date of a standing clock moves with the day.
    """

    def __init__(self, calendar: Calendar, hours: OpeningHours, facts: ClockFacts, today: date) -> None:
        self.calendar, self.hours, self.facts = calendar, hours, facts
        self.started_at = (
            local(facts.started_at) if facts.started_at else hours.close_of(facts.started_on, calendar)
        )
        self._pauses = list(_merged(facts.pauses, today))

    def __contains__(self, day: object) -> bool:
        return any(start <= day <= end for start, end in self._pauses)  # type: ignore[operator]

    def end_of(self, limit: Limit) -> datetime:
        """When `limit`, with the extension, ends.

        A limit in calendar days that would end on a rest day ends on the next working day. On the spot
        means before day 0 itself is over, whatever the hour of acceptance.
        Basis: 民法典 Art 201, 203; 行政许可法 Art 42.
        """
        spans = _spans(limit, self.facts.extensions)
        if not any(span.amount for span in spans):
            return datetime.combine(self._first_running(self.facts.started_on), time(23, 59, 59), CST)
        day, at = self.facts.started_on, None
        for span in spans:
            if span.unit == Unit.WORKING_HOURS:
                begins = self.started_at if span is spans[0] else self.hours.close_of(day, self.calendar)
                at = self.hours.add_working_hours(begins, span.amount * _HOUR, self.calendar, self)
                day = at.date()
            else:
                day, at = self._advance(span.unit, day, span.amount), None
        if spans[-1].unit == Unit.CALENDAR_DAYS:
            day = self._next_working(day)
        return at or self.hours.close_of(day, self.calendar)

    def elapsed(self, unit: Unit, start: datetime, end: datetime) -> int | Decimal:
        """Time counted after `start` through `end`, in `unit`; negative if reversed."""
        if unit != Unit.WORKING_HOURS:
            first, last = start.date(), end.date()
            return self._between(unit, first, last) - self.paused_between(unit, first, last)
        counted = self.hours.working_time_between(start, end, self.calendar, self)
        return round(Decimal(counted // timedelta(seconds=1)) / 3600, 2)

    def paused_between(self, unit: Unit, after: date, through: date) -> int:
        """Days of pauses after `after` through `through`, in days of `unit`; negative if reversed."""
        if through < after:
            return -self.paused_between(unit, through, after)
        return sum(
            max(self._between(unit, max(start - _DAY, after), min(end, through)), 0)
            for start, end in self._pauses
        )

    def _between(self, unit: Unit, after: date, through: date) -> int:
        if unit == Unit.CALENDAR_DAYS:
            return (through - after).days
        return self.calendar.working_days_between(after, through)

    def _advance(self, unit: Unit, day: date, n: int) -> date:
        """The n-th day of `unit` after `day` that is in no pause."""
        for start, end in self._pauses:
            if end <= day:
                continue
            free = self._between(unit, day, max(start - _DAY, day))
            if free >= n:
                break
            n, day = n - free, end
        if unit == Unit.CALENDAR_DAYS:
            return day + timedelta(days=n)
        return self.calendar.add_working_days(day, n).on

    def _first_running(self, day: date) -> date:
        """`day`, or the first working day after the pause it lies in."""
        return self._next_working(day) if day in self else day

    def _next_working(self, day: date) -> date:
        """`day` if it works and lies in no pause, else the next day that does."""
        return self._advance(Unit.WORKING_DAYS, day - _DAY, 1)


def _spans(limit: Limit, extensions: tuple[Extension, ...]) -> list[Limit]:
    """The limit followed by its extension; one span where they share a unit."""
    spans = [limit]
    for extension in extensions:
        if extension.unit == spans[-1].unit:
            spans[-1] = Limit(spans[-1].amount + extension.amount, extension.unit)
        else:
            spans.append(Limit(extension.amount, extension.unit))
    return spans


def _merged(pauses: tuple[Pause, ...], today: date) -> Iterator[tuple[date, date]]:
    """Pauses as disjoint spans in order, each day once; an open pause ends `today`.

    Basis: 行政许可法 Art 45; configuration (days overlapped, both ends included).
    """
    closed = ((pause.start, today if pause.end is None else pause.end) for pause in pauses)
    spans = sorted(span for span in closed if span[0] <= span[1])
    while spans:
        start, end = spans.pop(0)
        while spans and spans[0][0] <= end + _DAY:
            end = max(end, spans.pop(0)[1])
        yield start, end


def ends_at(day: date) -> datetime:
    """When the last day of what an organ must do ends: at the close of business.

    Basis: 民法典 Art 203 para 2; configuration (hall hours).
    """
    return STANDARD_HOURS.usual_close(day)


def notice_due(received_on: date, calendar: Calendar) -> Due:
    """The last day for the one-time notice (一次性告知); silence is acceptance as of receipt.

    Basis: 行政许可法 Art 32(4).
    """
    return calendar.add_working_days(received_on, 5)


def delivery_due(decided_on: date, calendar: Calendar) -> Due:
    """The last day to deliver the licence (送达). Basis: 行政许可法 Art 44."""
    return calendar.add_working_days(decided_on, 10)


def inspection_due(accepted_on: date, calendar: Calendar) -> Due:
    """The last day to send two officers to inspect or test. Basis: 行政许可法 Art 55 para 2."""
    return calendar.add_working_days(accepted_on, 5)


def hearing_request_due(told_on: date, calendar: Calendar) -> Due:
    """The last day to ask for a hearing (听证) after being told of the right. Basis: 行政许可法 Art 47."""
    return calendar.add_working_days(told_on, 5)


def hearing_due(requested_on: date, calendar: Calendar) -> Due:
    """The last day to hold the hearing. Basis: 行政许可法 Art 47."""
    return calendar.add_working_days(requested_on, 20)


def hearing_notice_latest(held_on: date, calendar: Calendar) -> Due:
    """The last day to tell time and place of a hearing held on `held_on`. Basis: 行政许可法 Art 48(1)."""
    return calendar.add_working_days(held_on, -7)


def renewal_latest(expires_on: date, calendar: Calendar) -> Due:
    """The last day to apply for renewal (延续) of a licence. Basis: 行政许可法 Art 50, 82."""
    return calendar.add_working_days(expires_on, -30)
