"""What officers keep beside a case: the marks of a completeness check, notes, plain views of data."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from tongban.cases.models import Case, Check, Note
from tongban.cases.queries import opened
from tongban.cases.rules import duties
from tongban.engine.lifecycle import commands
from tongban.people import actions as people_actions
from tongban.people.rules import Caller


@transaction.atomic
def save(
    *,
    case_no: str,
    marks: Mapping[str, Sequence[str]],
    remarks: Mapping[str, str],
    caller: Caller,
    at: datetime,
) -> Check:
    """Keep the marks of a check ({material: defect codes}; an empty list is "in order")."""
    row = opened.find(case_no, caller, opened.at_work)
    duties.permit(caller, commands.Accept, opened.state(row))
    check, _ = Check.objects.update_or_create(
        case=row,
        defaults={"marks": dict(marks), "remarks": dict(remarks), "by_id": caller.signed_in, "at": at},
    )
    return check


def note(*, case_no: str, text: str, caller: Caller, at: datetime) -> Note:
    """Leave a private note; for officers of the organ only."""
    row = opened.find(case_no, caller, opened.at_work)
    duties.works_at(caller, row.organ_id)
    return Note.objects.create(case=row, text=text, by_id=caller.signed_in, at=at)


def reveal(*, case: Case, caller: Caller, at: datetime) -> dict[str, str]:
    """The applicant's numbers in the clear; each view is logged with the case as its purpose, and with the organ
    through which the caller reads it: the one that handles it, else the one in whose name.

    Basis: 个人信息保护法 Art 6, 51, 54.
    """
    organ = case.organ_id if case.organ_id in caller.organs else case.in_name_of
    return {
        field: people_actions.view_plain(
            party=case.party_id,
            field=field,
            purpose=case.case_no,
            caller=caller,
            at=at,
            organ=organ,
        )
        for field in ("id_number", "phone")
    }
