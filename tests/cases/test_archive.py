"""Archiving: an ended case is archived a month later, its manifest's digest on the record."""

from datetime import timedelta

import pytest

from tests import city
from tongban.cases.actions import archive
from tongban.cases.models import Case
from tongban.record import queries as record

pytestmark = pytest.mark.django_db


def test_an_ended_case_is_archived_after_thirty_days_with_its_manifest():
    number = city.delivered()
    digest = archive.digest(number)
    assert archive.archive_ended(at=city.AT + timedelta(days=30)) == 0
    assert archive.archive_ended(at=city.AT + timedelta(days=30, seconds=1)) == 1
    last = record.stream("case", number)[-1]
    assert (last.kind, last.facts, last.by) == ("archived", {"digest": digest}, "system:archive")
    row = Case.objects.get(pk=number)
    assert (row.stage, row.ended_at) == ("archived", None)
    assert archive.archive_ended(at=city.AT + timedelta(days=90)) == 0


def test_a_case_in_hand_is_not_archived():
    city.granted()
    assert archive.archive_ended(at=city.AT + timedelta(days=400)) == 0


def test_the_manifest_names_every_event_letter_and_file():
    number = city.delivered()
    found = archive.manifest(number)
    assert len(found["events"]) == len(record.stream("case", number))
    assert len(found["files"]) == Case.objects.get(pk=number).uploads.count()
