"""Evidence of services: events of the project's cases that a steward can point to, and files handed in."""

from datetime import datetime

import msgspec
from django.http import FileResponse

from tongban.cases.queries import lists, opened
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Text
from tongban.engine.refusal import Refused
from tongban.enterprise.models import LogEntry, ServiceProject
from tongban.enterprise.queries.plans import Plan
from tongban.kit import inputs
from tongban.record import queries as record


class Happening(msgspec.Struct, frozen=True):
    """An event of a case: its number in the record, the item, what happened and when."""

    event: int
    item: Text
    kind: str
    at: datetime
    case_no: str


def happenings(row: ServiceProject, plan: Plan, limit: int = 40) -> list[Happening]:
    """The latest events of cases of the enterprise that belong to the project: items of its plan, or handed in
    by its steward. Two statements.
    """
    scope = opened.Scope(organs=(), parties=(row.party_id,))
    cases = {
        one.pk: one
        for one in lists.within(scope, size=100)
        if (item := opened.state(one)).item in plan.codes
        or (item.signature and item.signature.signer == f"account:{row.steward_id}")
    }
    events = record.streams("case", list(cases)) if cases else []
    found = [
        Happening(
            event.pk,
            catalogue.guide(cases[event.stream_id].version_id).name,
            event.kind,
            event.at,
            event.stream_id,
        )
        for event in events
    ]
    return sorted(found, key=lambda one: (one.at, one.event), reverse=True)[:limit]


def file(row: ServiceProject, entry: int) -> FileResponse:
    """The file of an entry of a project's log: downloaded, never run in the page. Refuses `evidence_unknown`."""
    found = LogEntry.objects.filter(pk=entry, project=row).first()
    return inputs.download(found.file if found else None, missing=Refused("evidence_unknown"))
