"""Bundles as the API tells them, and the time line that page and API share."""

from datetime import datetime, timedelta

from tongban.cases.models import Bundle
from tongban.cases.queries import bundles
from tongban.cases.queries.opened import state
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import bundling
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller


def listed() -> list[dict]:
    """Every shipped bundle: code, name, whom it is for, and its items in order."""
    return [
        {
            "code": one.code,
            "name": one.name,
            "audience": one.audience,
            "members": [{"item": member.item, "after": member.after} for member in one.members],
        }
        for one in catalogue.bundles()
    ]


def definition(code: str, division: str, at: datetime) -> dict:
    """A bundle in a county before anything is answered. Refuses `bundle_unknown`, `bundle_not_here`."""
    one = catalogue.bundle(code)
    here = catalogue.running_for([member.item for member in one.members], division, at)
    known = catalogue.guides(run.version for run in here.values() if run.near)
    guides = {item: known[run.version] for item, run in here.items() if run.near}
    if set(guides) != {member.item for member in one.members}:
        raise Refused("bundle_not_here", division=division)
    together = bundling.resolve(one, guides, {})
    return {
        "code": one.code,
        "name": one.name,
        "summary": one.summary,
        "questions": together.questions,
        "members": [
            {
                "item": member.code,
                "name": member.guide.name,
                "after": member.link.after,
                "hours": member.link.hours,
            }
            for member in together.members
        ],
        "promised_hours": together.promise.hours,
        "saved": together.saved,
    }


def receipt(number: str) -> dict:
    """A received bundle: its number, query code and the cases there are so far."""
    row = Bundle.objects.get(pk=number)
    members = row.members.order_by("id").values_list("item", "case")
    return {"number": row.pk, "query_code": row.query_code, "members": dict(members)}


def document(number: str, caller: Caller, at: datetime) -> dict:
    """How far a bundle of the caller's parties is. Refuses `bundle_unknown`."""
    found = bundles.followed(number, caller, at)
    told = found.times
    return {
        "number": found.row.pk,
        "bundle": found.row.bundle,
        "name": found.name,
        "outcome": found.row.outcome,
        "received_at": found.row.received_at,
        "due_at": found.row.due_at,
        "ended_at": found.row.ended_at,
        "elapsed_hours": hours(told.elapsed),
        "width_hours": hours(told.width),
        "members": [
            {
                "item": one.row.item,
                "name": one.name,
                "state": one.row.state,
                "case_no": one.row.case_id,
                "organ": {"zh": one.row.organ.name, "en": one.row.organ.name_en},
                "outside": one.outside,
                "produced": state(one.row.case).produced if one.row.case else {},
                "begun": one.took.begun if one.took else None,
                "ended": one.took.ended if one.took else None,
                "hours": hours(one.took.taken) if one.took else None,
            }
            for one in found.lines
        ],
    }


def hours(time: timedelta) -> float:
    """Working time in hours, to the minute."""
    return round(time / timedelta(hours=1), 2)
