"""What happened to one case, as the rules of practice read it: values only."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

import msgspec

from tongban.catalogue.rules.guide import Guide, Kind, Text
from tongban.engine.calendar import Calendar
from tongban.engine.lifecycle import events as e


class Happened(msgspec.Struct, frozen=True):
    """An event of the case: its place, what, when, and the organ that had the case then."""

    position: int
    event: e.Event
    at: datetime
    organ: int


class Closed(msgspec.Struct, frozen=True):
    """A time in which the item took no applications, cancelled or suspended: from, to (None: still)."""

    since: datetime
    until: datetime | None


class History(msgspec.Struct, frozen=True, kw_only=True):
    """One case with the guide it was received under."""

    case_no: str
    guide: Guide
    events: tuple[Happened, ...]
    closed: tuple[Closed, ...] = ()
    calendar: Calendar

    def after(self, moment: datetime) -> Happened | None:
        """The first event after a moment: its organ had the case at that moment."""
        return next((one for one in self.events if one.at > moment), None)

    def of(self, *kinds: type[e.Event]) -> Iterator[Happened]:
        """The events of these kinds, in order."""
        return (one for one in self.events if isinstance(one.event, kinds))

    @property
    def received(self) -> e.Received | None:
        """How the case began."""
        return next((one.event for one in self.events if isinstance(one.event, e.Received)), None)

    @property
    def filing(self) -> bool:
        return is_filing(self.guide)


def is_filing(guide: Guide) -> bool:
    """Whether an item is a filing (备案): it only takes note. Basis: 优化营商环境条例 Art 39."""
    return guide.kind is not Kind.LICENCE and "备案" in guide.name.zh


class Seen(msgspec.Struct, frozen=True):
    """Where a rule fired: the event, the place in the item it is about, what exactly, and in words."""

    happened: Happened
    path: str
    what: str
    message: Text


Rule = Callable[[History], Iterator[Seen]]


def seen(happened: Happened, path: str, what: str, zh: str, en: str) -> Seen:
    """A sighting, in both languages: `zh` and `en` say what happened, and what it means is for people to judge."""
    return Seen(happened, path, what, signed(zh, en))


def signed(zh: str, en: str) -> Text:
    """The facts as a sign to be looked at, never as a verdict. Basis: 优化营商环境条例 Art 39; configuration."""
    return Text(zh=f"{zh}，请核实", en=f"{en}: to be looked at")


def working_days(calendar: Calendar, first: date, last: date) -> int:
    """Working days of a pause, both ends included."""
    return calendar.working_days_between(first, last) + int(calendar.is_working(first))
