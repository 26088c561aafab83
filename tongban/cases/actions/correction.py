"""Answering a correction notice (补正): files given first, then the correction itself."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from tongban.cases.actions import commands as run
from tongban.cases.models import Upload
from tongban.cases.queries import opened
from tongban.cases.rules import duties
from tongban.catalogue import queries as catalogue
from tongban.engine import calendar
from tongban.engine.lifecycle import Case, commands
from tongban.engine.lifecycle.state import Stage
from tongban.engine.refusal import Refused
from tongban.kit import files
from tongban.people.rules import Caller


def supply(*, case_no: str, material: str, file: UploadedFile, caller: Caller, at: datetime) -> Upload:
    """Keep a file for a material the notice or the promise names; it counts with the correction or supplement.

    Raises `Refused`: case_unknown, not_permitted, not_at_this_stage, not_in_notice, and those of
    `kit.files.keep`.
    """
    row = opened.find(case_no, caller)
    case = opened.state(row)
    duties.permit(caller, commands.Correct, case)
    _open_for(case, material)
    kept = files.keep(file, folder=Path(settings.MEDIA_ROOT), limit=settings.UPLOAD_LIMIT_MB * 1_000_000)
    return Upload.objects.create(
        case=row,
        material=material,
        round=case.notices + 1,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        digest=kept.digest,
        party_id=row.party_id,
        uploaded_by_id=caller.signed_in,
        uploaded_at=at,
    )


def take_back(*, case_no: str, upload, caller: Caller, at: datetime) -> None:
    """Remove a file given for a correction or supplement that has not been submitted yet."""
    row = opened.find(case_no, caller)
    case = opened.state(row)
    duties.permit(caller, commands.Correct, case)
    if case.stage not in _ASKED:
        raise Refused("not_at_this_stage", stage=case.stage.value, command="Correct")
    Upload.objects.filter(pk=upload, case=row, round=case.notices + 1, removed_at=None).update(removed_at=at)


def correct(
    *,
    case_no: str,
    caller: Caller,
    at: datetime,
    key: run.Key | None = None,
    answer: run.Answer = run.plain_answer,
) -> run.Outcome:
    """Submit the correction with the files supplied since the notice."""
    with transaction.atomic():
        row = opened.find(case_no, caller)
        case = opened.state(row)
        given = Upload.objects.filter(case=row, round=case.notices + 1, removed_at=None)
        command = commands.Correct(
            materials=tuple(sorted(set(given.values_list("material", flat=True)))),
            received_on=calendar.received_on(at, catalogue.calendar(), catalogue.hours(row.organ_id)),
        )
    return run.perform(case_no=case_no, command=command, caller=caller, at=at, key=key, answer=answer)


_ASKED = frozenset({Stage.CORRECTING, Stage.PRE_REVIEW})  # the applicant is to give what was told


def _open_for(case: Case, material: str) -> None:
    if case.stage not in _ASKED:
        raise Refused("not_at_this_stage", stage=case.stage.value, command="Correct")
    if material not in {line.material for line in case.noticed}:
        raise Refused("not_in_notice", materials=[material])
