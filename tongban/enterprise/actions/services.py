"""The log of services: what a steward did, inside the mandate, with its evidence."""

from datetime import date, datetime
from pathlib import Path

import msgspec
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from tongban.engine.refusal import Refused
from tongban.enterprise import rules
from tongban.enterprise.actions.projects import by_steward, locked, tell
from tongban.enterprise.models import LogEntry, Mandate, ServiceProject
from tongban.enterprise.queries import evidence, plans
from tongban.enterprise.queries.projects import held, rows
from tongban.enterprise.rules import Act
from tongban.kit import files
from tongban.people import queries as people
from tongban.people.rules import Caller


@transaction.atomic
def log(
    *,
    project: int,
    on: date,
    act: Act,
    what: str,
    minutes: int,
    outcome: str = "",
    event: int | None = None,
    file: UploadedFile | None = None,
    caller: Caller,
    at: datetime,
) -> LogEntry:
    """Write down what was done on a day; a service counts with an event of a case or a file as evidence.

    Raises `Refused`: service_unknown, service_closed, not_the_steward, mandate_missing, mandate_over,
    act_outside_mandate, log_words_missing, minutes_wrong, log_in_future, evidence_unknown, and those of
    `kit.files.keep`.
    """
    row = locked(project)
    by_steward(row, caller)
    rules.done(what, minutes, on, people.today(at))
    mandate = _mandate(row, act, on)
    if event is not None:
        _belongs(row, event, at)
    entry = LogEntry.objects.create(
        project=row,
        mandate=mandate,
        steward_id=caller.signed_in,
        on=on,
        act=act.value,
        what=what.strip(),
        minutes=minutes,
        outcome=outcome.strip(),
        event_id=event,
        file=_kept(file),
        written_at=at,
    )
    tell(row, ("service_logged", _facts(entry)), caller=caller, at=at)
    return entry


def _mandate(row: ServiceProject, act: Act, on: date) -> Mandate | None:
    """The mandate an act was done under: the one in force on that day, else the latest, which then refuses it."""
    if act.power is None:
        return None
    signed = Mandate.objects.select_related("representation").filter(
        party=row.party_id, steward=row.steward_id, signed_at__isnull=False
    )
    latest = list(signed.order_by("-id"))
    found = next((one for one in latest if held(one).in_force(on)), latest[0] if latest else None)
    assert row.steward_id is not None
    rules.within(held(found) if found else None, act, party=row.party_id, steward=row.steward_id, on=on)
    return found


def _belongs(row: ServiceProject, event: int, at: datetime) -> None:
    whole = rows().get(pk=row.pk)
    known = evidence.happenings(whole, plans.plans([whole], at)[row.pk])
    if event not in {one.event for one in known}:
        raise Refused("evidence_unknown")


def _facts(entry: LogEntry) -> dict:
    """What the record keeps of an entry; the words stay in the log."""
    return {
        "entry": entry.pk,
        "on": entry.on.isoformat(),
        "act": entry.act,
        "minutes": entry.minutes,
        "event": entry.event_id,
        "file": entry.file["digest"] if entry.file else "",
    }


def _kept(upload: UploadedFile | None) -> dict | None:
    if upload is None:
        return None
    limit = settings.UPLOAD_LIMIT_MB * 1_000_000
    return msgspec.to_builtins(files.keep(upload, folder=Path(settings.MEDIA_ROOT), limit=limit))
