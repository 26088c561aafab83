"""Simulations as applicants and officers read them: what may be simulated, how opinions stand, the times of both halves."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml
from django.db.models import Q, QuerySet

from tongban.cases.actions import drafts as cases_drafts
from tongban.cases.queries import applications, opened
from tongban.cases.rules import duties
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Text
from tongban.engine.calendar import CST
from tongban.engine.refusal import Refused
from tongban.people import queries as people
from tongban.people.rules import Caller, Role
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


def rule_of(row: Simulation) -> rules.Rule:
    """The rule a simulation was opened under."""
    found = rule(row.item, row.division_code, row.opened_at.astimezone(CST).date())
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
    given = list(Opinion.objects.filter(simulation=row).order_by("-at", "-id"))
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
    first, last = start.astimezone(CST).date(), end.astimezone(CST).date()
    return catalogue.calendar().working_days_between(first, last)


def _decided(row: Simulation) -> datetime | None:
    return opened.state(row.draft.case).decided_at if row.draft.case else None


_BESIDE = ("draft__case", "draft__implementation__organ", "organ", "party")


def mine(caller: Caller) -> list[Simulation]:
    """The simulations of the caller's parties, newest first."""
    rows = Simulation.objects.filter(party__in=caller.parties).select_related(*_BESIDE)
    return list(rows.order_by("-opened_at", "number")[:PAGE])


def own(number: str, caller: Caller) -> Simulation:
    """One of the caller's parties' simulations; `simulation_unknown` otherwise."""
    return _one(Simulation.objects.filter(party__in=caller.parties), number)


def at_work(caller: Caller) -> QuerySet[Simulation]:
    """The simulations of the organs the caller works at, or all for a supervisor; never one's own."""
    rows = Simulation.objects.exclude(party__in=caller.parties).select_related(*_BESIDE)
    return rows if duties.sees_all(caller) else rows.filter(Q(organ__in=caller.organs))


def of_organs(caller: Caller) -> list[Simulation]:
    """What officers have before them, newest first."""
    return list(at_work(caller).order_by("-opened_at", "number")[:PAGE])


def for_officer(number: str, caller: Caller) -> Simulation:
    """A simulation in the officer's scope; `simulation_unknown` otherwise."""
    return _one(at_work(caller), number)


def _one(rows: QuerySet[Simulation], number: str) -> Simulation:
    found = rows.select_related(*_BESIDE).filter(pk=number).first()
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
    rows = cases_drafts.open_of(caller)
    taken = set(Simulation.objects.filter(draft__in=rows).values_list("draft", flat=True))
    found = []
    for row in rows:
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
