"""The signature of a case's application, and whether what was signed is still what is kept."""

from datetime import datetime

import msgspec

from tongban.cases.models import Bundle, Case, Form
from tongban.cases.queries import cosigning
from tongban.cases.rules import application
from tongban.catalogue import queries as catalogue
from tongban.engine import lifecycle
from tongban.engine.lifecycle.state import Signature
from tongban.engine.refusal import Refused
from tongban.licences import queries as licences
from tongban.record import queries as record


class Checked(msgspec.Struct, frozen=True):
    """Signatures with the time of their event, and whether form and materials still give the digest signed."""

    row: Case
    signature: Signature
    at: datetime
    intact: bool
    others: tuple[cosigning.Cosigned, ...] = ()  # who had to sign it too


def checked(row: Case, case: lifecycle.Case) -> Checked:
    """The signatures of a case, checked against what is kept; all are of one digest. Refuses not_signed.

    Basis: 电子签名法 Art 13(3), (4); 国务院令第716号 Art 8.
    """
    if case.signature is None:
        raise Refused("not_signed")
    if case.bundle:
        intact = _whole_kept(case.bundle) == case.signature.digest and _digest_kept(row) == _part_received(
            row
        )
    else:
        intact = _digest_kept(row) == case.signature.digest
    others = tuple(cosigning.of_case(case, catalogue.guide(row.version_id)))
    return Checked(row=row, signature=case.signature, at=row.received_at, intact=intact, others=others)


def _digest_kept(row: Case) -> str:
    """The digest of situation, answers and first materials as they are kept now."""
    form = Form.objects.get(case=row)
    files = row.uploads.filter(round=1, removed_at=None).values_list("material", "digest")
    held = licences.uses_of_case(row.pk)
    return application.digest(form.situation, form.answers, application.signed_files(files, held))


def _whole_kept(number: str) -> str:
    """The digest of a whole application for several items as it is kept now."""
    bundle = Bundle.objects.select_related("draft").get(pk=number)
    files = bundle.draft.uploads.filter(removed_at=None).values_list("material", "digest")
    return application.digest(bundle.draft.situation, bundle.draft.form, [*files, *bundle.held.items()])


def _part_received(row: Case) -> str | None:
    """The digest of a member's share of the whole, as its receipt recorded it; None when it was erased."""
    return (record.stream("case", row.pk)[0].facts or {}).get("form_digest")
