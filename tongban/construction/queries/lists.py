"""Lists of projects: the applicant's own, those of a place, and the branches of one's organs."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db.models import Q

from tongban.cases.queries import members
from tongban.cases.queries.members import Standing
from tongban.construction.models import Application, Project
from tongban.construction.queries.projects import Opened, opened_all
from tongban.construction.rules import access
from tongban.construction.rules.definition import SERIES
from tongban.people import queries as people
from tongban.people.rules import Caller, Power, Role

PAGE = 30


def mine(caller: Caller, at: datetime) -> list[Opened]:
    """The latest projects of the caller's parties."""
    rows = Project.objects.select_related("party").filter(party__in=caller.parties_for(Power.FOLLOW))
    return opened_all(list(rows.order_by("-registered_at", "code")[:PAGE]), at)


def everything(caller: Caller, at: datetime) -> list[Opened]:
    """Every project there is, newest first, for the system itself; nothing for anybody else."""
    rows = Project.objects.select_related("party").order_by("-registered_at", "code")
    return opened_all(list(rows), at) if caller.kind == "system" else []


class Page(msgspec.Struct, frozen=True):
    """A page of projects; `older` is where the next one begins, empty on the last."""

    projects: list[Opened]
    older: str


def of_place(caller: Caller, at: datetime, *, words: str = "", after: str = "") -> Page:
    """Projects an officer may see, newest first, by keyset."""
    counties = [one.code for one in people.divisions(level="county") if access.sees(caller, one.code)]
    rows = Project.objects.select_related("party").filter(division_code__in=counties)
    if words:
        rows = rows.filter(_matching(words))
    moment, _, code = after.partition("~")
    if code and (before := _instant(moment)):
        rows = rows.filter(_behind(before, code))
    found = list(rows.order_by("-registered_at", "code")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    older = f"{last.registered_at.isoformat()}~{last.pk}" if last else ""
    return Page(opened_all(found[:PAGE], at), older)


def _matching(words: str) -> Q:
    return Q(code__startswith=words) | Q(name__contains=words) | Q(party__name__contains=words)


def _behind(before: datetime, code: str) -> Q:
    return Q(registered_at__lt=before) | Q(registered_at=before, code__gt=code)


def _instant(words: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(words)
    except ValueError:
        return None
    return found if found.tzinfo else None


class Branch(msgspec.Struct, frozen=True):
    """A branch that waits or runs at an organ, and the project it is of."""

    project: Project
    stage: str
    standing: Standing


def branches(caller: Caller, at: datetime) -> list[Branch]:
    """The branches of the caller's organs, the most urgent first; of every organ for a supervisor."""
    organs: Sequence[int] | None = None if Role.SUPERVISOR in caller.roles else caller.organs
    standings = members.open_at(organs, SERIES, at)
    rows = Application.objects.select_related("project").filter(bundle__in={one.bundle for one in standings})
    known = {row.bundle_id: row for row in rows}
    return [Branch(known[one.bundle].project, known[one.bundle].stage, one) for one in standings]
