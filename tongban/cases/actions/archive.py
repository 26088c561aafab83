"""Archiving (归档): an ended case's manifest is hashed and its digest recorded; paper is not needed."""

import hashlib
from datetime import datetime, timedelta

import msgspec

from tongban.cases.actions.commands import perform
from tongban.cases.models import Case, Letter, Upload
from tongban.engine.lifecycle import commands
from tongban.engine.refusal import Refused
from tongban.people.rules import system
from tongban.record import queries as record

KEPT_OPEN = timedelta(days=30)  # an ended case stays at hand this long. Basis: configuration
_BATCH = 200


def archive_ended(*, at: datetime) -> int:
    """Archive cases that ended more than `KEPT_OPEN` before `at`; returns how many.

    Basis: 国务院令第716号 Art 12; GB/T 18894.
    """
    archived = 0
    for case_no in list(_ended(at)[:_BATCH]):
        command = commands.Archive(digest=digest(case_no))
        try:
            perform(case_no=case_no, command=command, caller=system("archive"), at=at)
        except Refused as refused:
            if refused.code != "not_at_this_stage":
                raise
        else:
            archived += 1
    return archived


def _ended(at: datetime):
    """Ended cases not touched since `KEPT_OPEN` ago, oldest first."""
    return (
        Case.objects.filter(ended_at__lt=at - KEPT_OPEN)
        .order_by("ended_at", "case_no")
        .values_list("case_no", flat=True)
    )


def manifest(case_no: str) -> dict:
    """What the archive of a case holds: its events by leaf, its letters and files by digest."""
    files = Upload.objects.filter(case_id=case_no, removed_at=None).order_by("id")
    letters = Letter.objects.filter(case_id=case_no).order_by("id")
    return {
        "case_no": case_no,
        "events": [bytes(event.leaf).hex() for event in record.stream("case", case_no)],
        "letters": list(letters.values_list("number", "digest")),
        "files": [[material, digest] for material, digest in files.values_list("material", "digest")],
    }


def digest(case_no: str) -> str:
    """SHA-256 of the manifest."""
    return hashlib.sha256(msgspec.json.encode(manifest(case_no), order="sorted")).hexdigest()
