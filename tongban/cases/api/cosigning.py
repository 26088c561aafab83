"""Signing what somebody else applies for: what waits for the caller's signature, and the signature."""

from uuid import UUID

from django.http import HttpRequest

from tongban.cases.actions import cosigning
from tongban.cases.api.applying import SignatureIn
from tongban.cases.api.door import PROBLEMS, Problem, router, scoped
from tongban.cases.queries import cosigning_documents as queries
from tongban.cases.rules.signing import Signed
from tongban.kit.api import clock as now
from tongban.people import queries as people


@router.get("/cosignatures", response={200: dict, PROBLEMS: Problem}, tags=["drafts"])
def waiting(request: HttpRequest):
    """The applications that wait for the caller's own signature: what they say, other people's numbers masked, and
    the `digest` to sign. Only a person with a registered ID number is named; nobody signs for another."""
    return {"cosignatures": queries.waiting(scoped(request, "cases:submit"), people.today(now()))}


@router.post("/drafts/{draft}/cosignature", response={201: dict, PROBLEMS: Problem}, tags=["drafts"])
def cosign(request: HttpRequest, draft: UUID, body: SignatureIn):
    """Sign an application that names the caller as having to sign it (a shareholder, the future head): the `digest` as
    it was read. A change by the applicant makes it void, and it waits again. Repeated: the same answer."""
    caller = scoped(request, "cases:submit")
    signed = Signed(name=body.name, digest=body.digest, method="token")
    return 201, queries.document(cosigning.cosign(draft=draft, signed=signed, caller=caller, at=now()))
