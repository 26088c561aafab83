"""What a steward may do, when the steps of a plan are due, what counts as a service, who decides what."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from enum import IntEnum, StrEnum

import msgspec

from tongban.catalogue.rules.duties import SERVICE_ORGAN, Seat
from tongban.catalogue.rules.guide import Limit, Unit
from tongban.engine.calendar import Calendar, Due
from tongban.engine.refusal import Refused
from tongban.people.rules import PartyKind, Power, Role

# What an enterprise can let a steward do: a closed list. Basis: 民法典 Art 165.
GRANTABLE = (Power.PREPARE, Power.BOOK, Power.SUBMIT, Power.FOLLOW, Power.RECEIVE)
LONGEST = timedelta(days=730)  # a mandate lasts at most so long. Basis: configuration
PREPARATION = 5  # working days an item is prepared for before it is handed in. Basis: configuration
CENTRE = frozenset({Role.STEWARD, Role.ORGAN_HEAD})  # who works for the centre. Basis: configuration
SHORTEST = 4  # characters of a conclusion, of what was done, asked or holds up


class Act(StrEnum):
    """What a steward did: advice needs no mandate, everything else the power of the same name."""

    ADVISE = "advise"  # 政策咨询、辅导
    PREPARE = "prepare"
    BOOK = "book"
    SUBMIT = "submit"
    FOLLOW = "follow"
    RECEIVE = "receive"

    @property
    def power(self) -> Power | None:
        return None if self is Act.ADVISE else Power(self.value)


class Rating(IntEnum):
    """How content the enterprise is. Basis: GB/T 39046-2020 A.8 (1 is the best)."""

    VERY_SATISFIED = 1
    SATISFIED = 2
    FAIR = 3
    DISSATISFIED = 4
    VERY_DISSATISFIED = 5


# Who


def works_for_centre(seats: Iterable[Seat], county: str) -> bool:
    """Whether one of the seats is a steward's or the head's at the service organ of the county or the city.

    Basis: configuration (市县两级企业服务中心).
    """
    return any(
        seat.department == SERVICE_ORGAN and seat.roles & CENTRE and seat.covers(county) for seat in seats
    )


def sees(seats: Collection[Seat], county: str) -> bool:
    """Whether an officer of these seats reads a service project: the centre's, or a supervisor.

    Basis: configuration.
    """
    return works_for_centre(seats, county) or any(Role.SUPERVISOR in seat.roles for seat in seats)


def is_steward(seat: Seat, county: str) -> bool:
    """Whether a seat is a steward's at the service organ there. Basis: configuration (代办队伍)."""
    return seat.department == SERVICE_ORGAN and Role.STEWARD in seat.roles and seat.covers(county)


def can_be_steward(seats: Iterable[Seat], county: str) -> None:
    """Refuse `not_a_steward` unless one of the seats is a steward's there. Basis: configuration (代办队伍)."""
    if not any(is_steward(seat, county) for seat in seats):
        raise Refused("not_a_steward")


# The mandate


class Held(msgspec.Struct, frozen=True):
    """A signed mandate: from whom to whom, for what, until when; `ended_on` when it was withdrawn or given up."""

    party: int
    steward: int
    scope: frozenset[Power]
    first: date
    last: date
    ended_on: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether it counts on a day: it ends by itself, both days included."""
        return self.first <= on <= self.last and (self.ended_on is None or on < self.ended_on)


def proposed(scope: Collection[Power], until: date, kind: PartyKind, today: date) -> None:
    """Refuse `scope_empty`, `scope_unknown`, `mandate_too_long`, `mandate_in_the_past`, `party_not_enterprise`.

    Only enterprises give one: what law wants a person to do in person is a person's matter, never theirs.
    Basis: 行政许可法 Art 29¶2; 民法典 Art 161¶2, 165.
    """
    if kind is not PartyKind.COMPANY:
        raise Refused("party_not_enterprise")
    if not scope:
        raise Refused("scope_empty")
    if set(scope) - set(GRANTABLE):
        raise Refused("scope_unknown")
    if until < today:
        raise Refused("mandate_in_the_past", until=until)
    if until > today + LONGEST:
        raise Refused("mandate_too_long", most=today + LONGEST)


def within_posts(until: date, ends: Collection[date | None]) -> None:
    """Refuse `steward_gone`, `mandate_beyond_post`: a mandate ends with the steward's posts there, if not before.

    `ends`: the last day of each, None where it has no end. Basis: configuration (代办队伍).
    """
    if not ends:
        raise Refused("steward_gone")
    if None not in ends and until > (last := max(end for end in ends if end)):
        raise Refused("mandate_beyond_post", last=last)


def within(held: Held | None, act: Act, *, party: int, steward: int, on: date) -> None:
    """Refuse `mandate_missing`, `mandate_over`, `act_outside_mandate` unless the act is inside a mandate.

    Inside means: of this party to this steward, in force on the day, with the power. Advice needs none.
    Basis: 民法典 Art 162, 165, 171, 173.
    """
    if act.power is None:
        return
    if held is None or (held.party, held.steward) != (party, steward):
        raise Refused("mandate_missing")
    if not held.in_force(on):
        raise Refused("mandate_over", last=held.ended_on or held.last)
    if act.power not in held.scope:
        raise Refused("act_outside_mandate", act=act.value)


def digest(facts: Mapping[str, object]) -> str:
    """What a principal signs: SHA-256 in hex over the mandate as canonical JSON.

    Basis: 电子签名法 Art 13(3), (4).
    """
    return hashlib.sha256(msgspec.json.encode(dict(facts), order="sorted")).hexdigest()


# The plan


class Link(msgspec.Struct, frozen=True):
    """A step of a plan: its item, what comes before it, and how long its organ promises to take."""

    code: str
    after: tuple[str, ...]
    limit: Limit


def schedule(links: Iterable[Link], first: date, calendar: Calendar) -> dict[str, Due]:
    """{item: the day its result is due}: each prepared once what comes before is there, then handled in the promise.

    Items that wait for one another in a circle are due like those that wait for nothing.
    Basis: configuration (服务方案的计划时间).
    """
    by_code = {link.code: link for link in links}
    found: dict[str, Due] = {}

    def due(code: str, above: frozenset[str]) -> Due:
        if code not in found:
            link = by_code[code]
            earlier = [
                due(one, above | {code}) for one in link.after if one in by_code and one not in above | {code}
            ]
            begun = max((one.on for one in earlier), default=first)
            ready = calendar.add_working_days(begun, PREPARATION)
            found[code] = _ends(ready.on, link.limit, calendar)
        return found[code]

    for code in by_code:
        due(code, frozenset())
    return found


def _ends(begun: date, limit: Limit, calendar: Calendar) -> Due:
    if limit.unit is Unit.WORKING_DAYS:
        return calendar.add_working_days(begun, limit.amount)
    days = limit.amount if limit.unit is Unit.CALENDAR_DAYS else 1  # hours: within the next working day
    on = calendar.next_working_day(begun + timedelta(days=days))
    return Due(on, calendar.is_provisional(on))


def late(due: date, state: str, today: date) -> bool:
    """Whether a step is overdue: its day has passed and its result is not there. Basis: configuration."""
    return state != "granted" and due < today


# Services


def worded(words: str) -> None:
    """Refuse `log_words_missing` unless something is said. Basis: configuration."""
    if len(words.strip()) < SHORTEST:
        raise Refused("log_words_missing")


def begun(on: date, today: date) -> None:
    """Refuse `log_in_future` for a day that has not come. Basis: configuration."""
    if on > today:
        raise Refused("log_in_future", on=on)


def done(what: str, minutes: int, on: date, today: date) -> None:
    """Refuse `log_words_missing`, `minutes_wrong`, `log_in_future`. Basis: configuration (服务日志)."""
    worded(what)
    if not 1 <= minutes <= 24 * 60:
        raise Refused("minutes_wrong")
    begun(on, today)


def counts(*, event: bool, file: bool) -> bool:
    """Whether an entry of the log is a service: only with evidence, an event of a case or a file.

    Basis: configuration (M12: 服务次数 = 有佐证的服务日志).
    """
    return event or file


# Blockers and consultations


class Task(msgspec.Struct, frozen=True):
    """Who does what by when, after a consultation."""

    organ: int
    who: str
    what: str
    due: date


def concluded(
    conclusion: str, tasks: Collection[Task], organs: Collection[int], held: date, today: date
) -> None:
    """Refuse `not_held_yet`, `conclusion_missing`, `tasks_missing`, `task_incomplete`, `task_of_another`,
    `task_due_before`: every consultation ends in who does what by when.

    Basis: configuration (一事一会商: 每项任务有责任人和期限).
    """
    if held > today:
        raise Refused("not_held_yet", on=held)
    if len(conclusion.strip()) < SHORTEST:
        raise Refused("conclusion_missing")
    if not tasks:
        raise Refused("tasks_missing")
    for task in tasks:
        if not task.who.strip() or not task.what.strip():
            raise Refused("task_incomplete")
        if task.organ not in organs:
            raise Refused("task_of_another")
        if task.due < held:
            raise Refused("task_due_before", held=held)


def overdue(due: date, done_on: date | None, today: date) -> bool:
    """Whether a task is overdue. Basis: configuration (一事一会商)."""
    return done_on is None and due < today
