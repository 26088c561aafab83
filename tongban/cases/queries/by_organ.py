"""Cases counted by the organ that acted and by the one in whose name it did (统计): who worked, who answers."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

import msgspec
from django.db.models import Count, Q, QuerySet

from tongban.cases.models import Case
from tongban.cases.rules import duties
from tongban.engine.calendar import CST
from tongban.engine.lifecycle.state import Stage
from tongban.people import queries as people
from tongban.people.rules import Caller

OPEN = (
    Stage.RECEIVED.value,
    Stage.CORRECTING.value,
    Stage.PRE_REVIEW.value,
    Stage.HANDLING.value,
    Stage.SUSPENDED.value,
)
COUNTED = ("received", "open", "granted", "refused", "other")


class Counts(msgspec.Struct, frozen=True):
    """How many cases were received since the first day, and what became of them; the four add up to the first."""

    received: int = 0
    open: int = 0
    granted: int = 0
    refused: int = 0
    other: int = 0

    def __add__(self, more: "Counts") -> "Counts":
        return Counts(**{name: getattr(self, name) + getattr(more, name) for name in COUNTED})


class Line(msgspec.Struct, frozen=True):
    """The cases one organ handled in one organ's name, in one legal form ("" where the power is its own)."""

    acting: Any  # people.Organ
    in_name_of: Any  # people.Organ
    mode: str
    counts: Counts


class Figures(msgspec.Struct, frozen=True):
    """Lines by acting organ, and the same cases added up by the organ that answers for them."""

    lines: list[Line]
    answering: list[tuple[Any, Counts]]


def figures(caller: Caller, since: date) -> Figures:
    """The cases received since a day that the reader's organs handled or answer for; a supervisor's: all."""
    rows = _seen(caller).filter(received_at__gte=datetime.combine(since, time(), CST))
    found: list[Any] = list(
        rows.values("organ_id", "in_name_of", "mode")
        .annotate(**_counted())
        .order_by("organ_id", "in_name_of", "mode")
    )
    organs = _organs(found)
    lines = [
        Line(
            acting=organs[row["organ_id"]],
            in_name_of=organs[row["in_name_of"] or row["organ_id"]],
            mode=row["mode"] or "",
            counts=_counts(row),
        )
        for row in found
    ]
    return Figures(lines=lines, answering=_answering(lines))


def _seen(caller: Caller) -> QuerySet[Case]:
    if duties.sees_all(caller):
        return Case.objects.all()
    return Case.objects.filter(Q(organ__in=caller.organs) | Q(in_name_of__in=caller.organs))


def _counted() -> dict[str, Count]:
    """The counts as the database makes them; what is decided counts by its decision, also when archived."""
    granted = Q(state__granted=True)
    refused = Q(state__granted=False)
    return {
        "received": Count("pk"),
        "open": Count("pk", filter=Q(stage__in=OPEN)),
        "granted": Count("pk", filter=granted),
        "refused": Count("pk", filter=refused),
    }


def _counts(row: dict) -> Counts:
    known = {name: row[name] for name in ("received", "open", "granted", "refused")}
    return Counts(**known, other=row["received"] - row["open"] - row["granted"] - row["refused"])


def _organs(found: Iterable[dict]) -> dict[int, Any]:
    wanted = {pk for row in found for pk in (row["organ_id"], row["in_name_of"]) if pk}
    return {organ.pk: organ for organ in people.organs_by_id(wanted)}


def _answering(lines: list[Line]) -> list[tuple[Any, Counts]]:
    """The same counts by the organ that answers, in the order of first mention."""
    added: dict[int, tuple[Any, Counts]] = {}
    for line in lines:
        organ, counts = added.get(line.in_name_of.pk, (line.in_name_of, Counts()))
        added[organ.pk] = (organ, counts + line.counts)
    return list(added.values())
