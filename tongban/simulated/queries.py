"""Simulations as applicants and officers read them: what may be simulated, how opinions stand, the times of both halves."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml
from django.db.models import Prefetch, Q, QuerySet
from django.http import FileResponse

from tongban.cases.actions import drafts as cases_drafts
from tongban.cases.queries import applications, opened
from tongban.cases.rules import duties
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Text
from tongban.engine.refusal import Refused
from tongban.kit import inputs
from tongban.people import queries as people
from tongban.people.rules import Caller, Power, Role
from tongban.simulated import rules
from tongban.simulated.models import Opinion, Simulation

TABLE = Path(__file__).resolve().parent / "data" / "simulated.yaml"
PAGE = 50


@cache
def table() -> tuple[rules.Rule, ...]:
    """data/simulated.yaml."""
    loaded = yaml.load(TABLE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return tuple(msgspec.convert(loaded, list[rules.Rule]))


def rule(item: str, place: str, on: date) -> rules.Rule | None:
    """The rule in force for an item at a place on a day; None: it is not simulated there."""
    return next((one for one in table() if item in one.items and one.holds(place, on)), None)


def ever_simulated(item: str) -> bool:
    """Whether a rule of any place and time names the item."""
    return any(item in one.items for one in table())


def rule_of(row: Simulation) -> rules.Rule:
    """The rule a simulation was opened under."""
    found = rule(row.item, row.division_code, people.today(row.opened_at))
    assert found is not None
    return found


class Line(msgspec.Struct, frozen=True):
    """One aspect of a simulation: its opinion, if any, and whether it can be relied on now."""

    aspect: rules.Aspect
    opinion: Opinion | None
    standing: str  # none, valid, changed, expired, invalidated
    former: tuple[Opinion, ...] = ()  # taken back, the latest first


class Seen(msgspec.Struct, frozen=True):
    """A simulation as it stands at an instant."""

    row: Simulation
    item: rules.Item
    answers: dict[str, Any]
    lines: tuple[Line, ...]
    case_no: str | None
    barred: Refused | None  # why it does not convert now
    simulated_days: int  # working days from opening to the precondition, or to now
    formal_days: int | None  # working days from the precondition to the decision, or to now

    @property
    def name(self) -> Text:
        return msgspec.convert(self.row.name, Text)

    @property
    def confirmable(self) -> list[str]:
        """Steps of the case that an officer may confirm from the opinions."""
        valid = [line.aspect.code for line in self.lines if line.opinion and line.standing == "valid"]
        done = [line.aspect.step for line in self.lines if line.opinion and line.opinion.confirmed_at]
        return rules.confirmable(self.item, valid, done) if self.case_no else []


def seen(row: Simulation, at: datetime) -> Seen:
    """A simulation with its opinions, its draft's answers as they are now, and both times."""
    on, item = people.today(at), rule_of(row).items[row.item]
    answers = people.open_answers(row.draft.form)
    given = sorted(row.opinions.all(), key=lambda one: (one.at, one.pk), reverse=True)
    lines = tuple(_line(aspect, given, answers, on) for aspect in item.aspects)
    return Seen(
        row=row,
        item=item,
        answers=answers,
        lines=lines,
        case_no=row.draft.case_id,
        barred=_barred(row, item, given, answers, on),
        simulated_days=_days(row.opened_at, row.precondition_at or at),
        formal_days=_days(row.precondition_at, _decided(row) or at) if row.precondition_at else None,
    )


def plain(opinion: Opinion) -> rules.Opinion:
    """An opinion as the rules read it."""
    return rules.Opinion(
        aspect=opinion.aspect,
        passed=opinion.passed,
        digest=opinion.digest,
        valid_until=opinion.valid_until,
        invalidated=opinion.invalidated_at is not None,
    )


def _line(aspect: rules.Aspect, given: list[Opinion], answers: dict, on: date) -> Line:
    mine = [one for one in given if one.aspect == aspect.code]
    now = next((one for one in mine if one.invalidated_at is None), None)
    former = tuple(one for one in mine if one.invalidated_at)
    standing = rules.standing(plain(now), aspect, answers, on) if now else "none"
    return Line(aspect, now, standing, former)


def _barred(
    row: Simulation, item: rules.Item, given: list[Opinion], answers: dict, on: date
) -> Refused | None:
    try:
        rules.may_convert(
            item, map(plain, given), answers, precondition=row.precondition_at is not None, on=on
        )
    except Refused as refused:
        return refused
    return None


def _days(start: datetime, end: datetime) -> int:
    """Working days from one instant to another, the first day not counted."""
    return catalogue.calendar().working_days_between(people.today(start), people.today(end))


def _decided(row: Simulation) -> datetime | None:
    return opened.state(row.draft.case).decided_at if row.draft.case else None


def rows() -> QuerySet[Simulation]:
    """Simulations with what their pages show of them; the files of opinions stay where they are."""
    beside = ("draft__case", "draft__implementation__organ", "organ", "party")
    opinions = Prefetch("opinions", Opinion.objects.defer("pdf"))
    return Simulation.objects.select_related(*beside).prefetch_related(opinions)


def _of_applicant(caller: Caller) -> QuerySet[Simulation]:
    """Those the caller may follow: of his parties, as an agent with few powers those on his own drafts.

    Basis: 民法典 Art 162, 165.
    """
    followed = Q(party__in=caller.parties_for(Power.FOLLOW))
    return rows().filter(followed | Q(party__in=caller.parties, draft__account=caller.account))


def mine(caller: Caller) -> list[Simulation]:
    """The simulations of the caller's parties, newest first."""
    return list(_of_applicant(caller).order_by("-opened_at", "number")[:PAGE])


def own(number: str, caller: Caller) -> Simulation:
    """One of the caller's parties' simulations; `simulation_unknown` otherwise."""
    return _one(_of_applicant(caller), number)


def at_work(caller: Caller) -> QuerySet[Simulation]:
    """The simulations of the organs the caller works at, or all for a supervisor; never one's own."""
    found = rows().exclude(party__in=caller.parties)
    return found if duties.sees_all(caller) else found.filter(organ__in=caller.organs)


def of_organs(caller: Caller) -> list[Simulation]:
    """What officers have before them, newest first."""
    return list(at_work(caller).order_by("-opened_at", "number")[:PAGE])


def for_officer(number: str, caller: Caller) -> Simulation:
    """A simulation in the officer's scope; `simulation_unknown` otherwise."""
    return _one(at_work(caller), number)


def _one(among: QuerySet[Simulation], number: str) -> Simulation:
    found = among.filter(pk=number).first()
    if found is None:
        raise Refused("simulation_unknown", number=number)
    return found


def examines(caller: Caller, organ: int) -> bool:
    """Whether the caller gives opinions at an organ."""
    return Role.EXAMINER in duties.roles_at(caller, organ)


class Offer(msgspec.Struct, frozen=True):
    """A draft that may be put under simulated approval: what may still be missing, and what the form still lacks."""

    draft: Any
    name: Text
    precondition: Text
    ready: bool


def offers(caller: Caller, at: datetime) -> list[Offer]:
    """The caller's open drafts of items that are simulated where they are to be handed in."""
    drafts = cases_drafts.open_of(caller)
    taken = set(Simulation.objects.filter(draft__in=drafts).values_list("draft", flat=True))
    found = []
    for row in drafts:
        if row.pk in taken or row.implementation is None or row.version_id is None:
            continue
        place = row.place or row.implementation.division_code
        item = row.implementation.item.base_code
        if (here := rule(item, place, people.today(at))) is not None:
            guide = catalogue.guide(row.version_id)
            ready = applications.application(row).ready.can_submit
            found.append(Offer(row, guide.name, here.items[item].precondition, ready))
    return found


def opinion(row: Simulation, pk: int) -> Opinion:
    """One opinion of a simulation; `aspect_unknown` when there is none."""
    found = Opinion.objects.filter(simulation=row, pk=pk).first()
    if found is None:
        raise Refused("aspect_unknown", opinion=pk)
    return found


def precondition(row: Simulation) -> FileResponse:
    """The document of the precondition as it was given. Refuses `precondition_missing`."""
    return inputs.download(row.precondition, missing=Refused("precondition_missing"))
