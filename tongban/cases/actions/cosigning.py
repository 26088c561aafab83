"""Co-signing: somebody whom an application names signs it as it stands, before it is handed in."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.cases.models import CoSignature
from tongban.cases.queries import cosigning
from tongban.cases.rules.signing import Signed, same_name
from tongban.engine.refusal import Refused
from tongban.people import queries as people
from tongban.people.rules import Caller


@transaction.atomic
def cosign(*, draft: UUID, signed: Signed, caller: Caller, at: datetime) -> CoSignature:
    """The caller's signature of what the draft says now; of the same content again: the one there is.

    Raises `Refused`: not_a_signer (the draft does not name the caller's own registered number),
    minor_signs_with_guardian, draft_submitted, name_not_signers, signed_something_else,
    named_otherwise (the draft gives this number another name; name).
    Basis: 市场主体登记管理条例 Art 15, 16; 电子签名法 Art 13.
    """
    on = people.today(at)
    number = cosigning.number_of(caller, on)
    row = cosigning.find(draft, number, lock=True)
    if row.submitted_at:
        raise Refused("draft_submitted")
    if not same_name(signed.name, caller.name):
        raise Refused("name_not_signers")
    shown = cosigning.to_sign_now(row, number, on)
    if not same_name(shown.mine.named.name, caller.name):
        raise Refused("named_otherwise", name=shown.mine.named.name)
    if signed.digest != shown.digest:
        raise Refused("signed_something_else")
    made, _ = CoSignature.objects.get_or_create(
        draft=row,
        person=shown.mine.person,
        digest=shown.digest,
        defaults={
            "account_id": caller.signed_in,
            "name": caller.name,
            "capacities": list(shown.mine.named.capacities),
            "method": signed.method,
            "signed_at": at,
        },
    )
    return made
