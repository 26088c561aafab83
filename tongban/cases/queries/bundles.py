"""A bundle as its applicant reads it: how far it is, which member stands where, and what is stuck."""

from datetime import datetime

import msgspec

from tongban.cases import phrases
from tongban.cases.models import Bundle, Member
from tongban.cases.queries.opened import read_clock, state
from tongban.cases.rules import bundles as rules
from tongban.cases.rules import timeline
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Text
from tongban.engine import bundle as engine
from tongban.engine import clock
from tongban.engine.bundle import State
from tongban.engine.refusal import Refused
from tongban.kit.written import Written
from tongban.people.rules import Caller, Power
from tongban.record import queries as record


class Line(msgspec.Struct, frozen=True):
    """A member: its name, its case's clock while it runs, the members it waits for, those it waits for in vain."""

    row: Member
    name: Text
    reading: clock.Reading | None
    waits_for: tuple[Text, ...]
    stuck_by: tuple[Text, ...]

    took: timeline.Branch | None = None

    @property
    def outside(self) -> str:
        """The organ's own system that has the case now; empty when none has it."""
        return state(self.row.case).outside if self.row.case else ""

    @property
    def produced(self) -> list[tuple[Text, str]]:
        """What the organ's own system gave with the grant, under its names."""
        if self.row.case is None or not (given := state(self.row.case).produced):
            return []
        gives = catalogue.guide(self.row.case.version_id).outside.gives
        return [(part.label, given[part.code]) for part in gives if part.code in given]

    @property
    def held_back(self) -> str:
        """Why it could not be received when its turn came, in words; empty when nothing holds it back."""
        return phrases.why(self.row.held_back) if self.row.held_back else ""


class Followed(msgspec.Struct, frozen=True):
    """A bundle with its members in order and how much is done, in per cent."""

    row: Bundle
    name: Text
    lines: tuple[Line, ...]
    done: int
    times: timeline.Line
    at: datetime

    @property
    def granted(self) -> int:
        return sum(line.row.state == State.GRANTED for line in self.lines)

    @property
    def home(self) -> str:
        """The page of the matter it belongs to, where another room defined it."""
        return (self.row.draft.defined or {}).get("home", "")

    @property
    def overdue(self) -> bool:
        return self.row.ended_at is None and self.row.due_at < self.at


def followed(number: str, caller: Caller, at: datetime) -> Followed:
    """One bundle of the caller's parties. Refuses `bundle_unknown`. Three statements."""
    row = (
        Bundle.objects.select_related("party", "draft")
        .filter(pk=number, party__in=caller.parties_for(Power.FOLLOW))
        .first()
    )
    if row is None:
        raise Refused("bundle_unknown", bundle=number)
    members = list(row.members.select_related("case", "organ").order_by("id"))
    links, states = rules.links(members), rules.states(members)
    names = {member.item: msgspec.convert(member.name, Text) for member in members}
    stuck = {part.member: part.because for part in engine.blocked(links, states)}
    times = _times(row, members, at)
    took = {branch.item: branch for branch in times.branches}
    lines = tuple(
        Line(
            row=member,
            name=names[member.item],
            reading=_reading(member, at),
            waits_for=tuple(names[item] for item in member.after if states[item] is not State.GRANTED),
            stuck_by=tuple(names[item] for item in stuck.get(member.item, ())),
            took=took.get(member.item),
        )
        for member in members
    )
    return Followed(
        row=row,
        name=msgspec.convert(row.name, Text),
        lines=lines,
        done=round(engine.share(links, states) * 100),
        times=times,
        at=at,
    )


def _times(row: Bundle, members: list[Member], at: datetime) -> timeline.Line:
    """The time line of a bundle's cases up to `at`, or its end."""
    cases = {member.case_id: member for member in members if member.case_id}
    histories: dict[str, list[timeline.Happened]] = {member.item: [] for member in cases.values()}
    for event in record.streams("case", list(cases)):
        histories[cases[event.stream_id].item].append(timeline.Happened(event.kind, event.at))
    organs = {member.item: member.organ_id for member in cases.values()}
    return timeline.line(organs, histories, catalogue.calendar(), row.ended_at or at)


def _reading(member: Member, at: datetime) -> clock.Reading | None:
    if member.case is None or member.state != State.RUNNING:
        return None
    return read_clock(state(member.case), at)


class Summary(msgspec.Struct, frozen=True):
    """A bundle as one line of a list."""

    row: Bundle
    name: Text


def of_parties(caller: Caller) -> list[Summary]:
    """The latest bundles of the caller's parties, newest first."""
    return [
        Summary(row, msgspec.convert(row.name, Text))
        for row in _MINE(parties=list(caller.parties_for(Power.FOLLOW)), size=10)
    ]


_MINE = Written(
    lambda: Bundle.objects.select_related("party"),
    """where cases_bundle.party_id = any(%(parties)s::bigint[])
order by cases_bundle.received_at desc, cases_bundle.number limit %(size)s""",
)
