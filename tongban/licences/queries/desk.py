"""Licences as the organ that issued them works on them: in its scope, with their proceedings."""

from datetime import date

import msgspec
from django.db.models import Q, QuerySet

from tongban.catalogue.rules.guide import Text
from tongban.engine.refusal import Refused
from tongban.licences.models import Licence, Proceeding
from tongban.licences.queries.wallet import Card, card
from tongban.licences.rules import proceedings as rules
from tongban.people.rules import Caller, Role

PAGE = 30


def at_work(caller: Caller) -> QuerySet[Licence]:
    """The licences of the caller's organs, or of all for a supervisor; never those of one's own parties."""
    rows = Licence.objects.all()
    if Role.SUPERVISOR not in caller.roles:
        rows = rows.filter(organ__in=caller.organs)
    return rows.exclude(party__in=caller.parties) if caller.parties else rows


def find(licence: int, caller: Caller, *, lock: bool = False) -> Licence:
    """One licence in the caller's scope. Refuses `licence_unknown`."""
    rows = at_work(caller).select_related("organ").defer("pdf")
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(pk=licence).first()
    if row is None:
        raise Refused("licence_unknown", licence=licence)
    return row


def found(caller: Caller, words: str, on: date, before: int | None = None) -> tuple[list[Card], int | None]:
    """A page of licences, newest first, by number, identifier, case or holder; and where the next one begins."""
    rows = at_work(caller).defer("pdf").order_by("-id")
    if said := words.replace("\0", "").strip():
        exact = Q(number=said) | Q(identifier=said.upper()) | Q(case_no=said) | Q(code=said.upper())
        rows = rows.filter(exact | Q(party__name=said))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows[: PAGE + 1])
    return [card(row, on) for row in page[:PAGE]], page[PAGE - 1].pk if len(page) > PAGE else None


class Line(msgspec.Struct, frozen=True):
    """A proceeding in words, and whether the caller may decide it."""

    row: Proceeding
    kind: rules.Kind
    ground: rules.Ground
    changes: list[dict]
    may_decide: bool


def _changes(licence: Licence, row: Proceeding) -> list[dict]:
    """What a replacement states otherwise: {label, before, after}."""
    details = licence.document["details"]
    return [
        {
            "label": msgspec.convert(details[int(place)]["label"], Text),
            "before": details[int(place)]["value"]["zh"],
            "after": words,
        }
        for place, words in row.changes.items()
    ]


def proceedings(licence: Licence, caller: Caller) -> list[Line]:
    """The proceedings of a licence, newest first."""
    rows = Proceeding.objects.filter(licence=licence).select_related("opened_by", "decided_by")
    return [
        Line(
            row=row,
            kind=rules.KINDS[row.kind],
            ground=rules.GROUNDS[row.ground],
            changes=_changes(licence, row),
            may_decide=row.outcome is None and may_decide(caller, licence, row),
        )
        for row in rows.order_by("-opened_at", "-id")
    ]


def may_open(caller: Caller, licence: Licence) -> bool:
    """Whether the caller may open a proceeding on a licence that is in force and has none open."""
    return _permitted(rules.permit_opening, caller, licence.organ_id, licence.party_id)


def may_decide(caller: Caller, licence: Licence, row: Proceeding) -> bool:
    """Whether the caller may confirm or reject a proceeding."""
    return _permitted(rules.permit_deciding, caller, licence.organ_id, licence.party_id, row.opened_by_id)


def _permitted(rule, *given) -> bool:
    try:
        rule(*given)
    except Refused:
        return False
    return True
