"""Evidence of services: events of the project's cases that a steward can point to, and files handed in."""

from datetime import datetime
from pathlib import Path

import msgspec
from django.conf import settings
from django.http import FileResponse

from tongban.cases.queries import lists, opened
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Text
from tongban.engine.refusal import Refused
from tongban.enterprise.models import LogEntry, ServiceProject
from tongban.enterprise.queries.plans import Plan
from tongban.kit import files
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


def file(entry: LogEntry) -> FileResponse:
    """The file of an entry, for download only. Refuses `evidence_unknown`."""
    if not entry.file:
        raise Refused("evidence_unknown")
    path = files.path_of(Path(settings.MEDIA_ROOT), entry.file["digest"])
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=entry.file["name"], content_type=entry.file["media_type"]
    )
