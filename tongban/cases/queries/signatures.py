"""The signature of a case's application, and whether what was signed is still what is kept."""

from datetime import datetime

import msgspec

from tongban.cases.models import Case, Form
from tongban.cases.rules import application
from tongban.engine import lifecycle
from tongban.engine.lifecycle.state import Signature
from tongban.engine.refusal import Refused
from tongban.licences import queries as licences


class Checked(msgspec.Struct, frozen=True):
    """A signature with the time of its event, and whether form and materials still give the digest signed."""

    row: Case
    signature: Signature
    at: datetime
    intact: bool


def checked(row: Case, case: lifecycle.Case) -> Checked:
    """The signature of a case, checked against what is kept. Refuses not_signed.

    Basis: 电子签名法 Art 13(3), (4); 国务院令第716号 Art 8.
    """
    if case.signature is None:
        raise Refused("not_signed")
    intact = digest_kept(row) == case.signature.digest
    return Checked(row=row, signature=case.signature, at=row.received_at, intact=intact)


def digest_kept(row: Case) -> str:
    """The digest of situation, answers and first materials as they are kept now."""
    form = Form.objects.get(case=row)
    files = row.uploads.filter(round=1, removed_at=None).values_list("material", "digest")
    held = licences.uses_of_case(row.pk)
    return application.digest(form.situation, form.answers, application.signed_files(files, held))
