"""One application for several items: what there is, a draft of it, its receipt, and how far it is."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field

from tongban.cases.actions import bundles, drafts
from tongban.cases.api.applying import SignatureIn
from tongban.cases.api.door import PROBLEMS, Number, Problem, router, scoped
from tongban.cases.queries import bundle_documents as queries
from tongban.cases.queries import documents
from tongban.cases.rules.signing import Signed
from tongban.kit.api import clock as now

Code = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
County = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Town = Annotated[str, Field(pattern=r"^([0-9]{9})?$")]


class BundleDraftIn(Schema):
    """A new application for the items of a bundle, in a county, for a party; the town where an item is devolved."""

    bundle: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
    division: County
    place: Town = ""
    party: Number | None = None
    situation: dict[str, str] = {}
    language: str = "zh-hans"


class SituationIn(Schema):
    """Answers of the guidance, {question code: option}."""

    situation: dict[str, str]


class BundleReceipt(Schema):
    """A received application for several items: its number, the short code to follow it with, its cases."""

    number: str
    query_code: str
    members: dict[str, str | None]


@router.get("/bundles", auth=None, response={200: dict, PROBLEMS: Problem}, tags=["bundles"])
def listed(request: HttpRequest):
    """Every bundle there is, with its items in order."""
    return {"bundles": queries.listed()}


@router.get("/bundles/{code}", auth=None, response={200: dict, PROBLEMS: Problem}, tags=["bundles"])
def bundle(request: HttpRequest, code: Code, division: Annotated[str, Query(pattern=r"^[0-9]{6}$")]):
    """A bundle in a county: its questions, its items and what each waits for, its promise and what it saves, nothing
    answered."""
    return queries.definition(code, division, now())


@router.post("/bundle-drafts", response={201: dict, PROBLEMS: Problem}, tags=["bundles"])
def begin(request: HttpRequest, body: BundleDraftIn):
    """Begin an application for several items; everything else is as for one."""
    caller = scoped(request, "cases:submit")
    draft = drafts.begin_bundle(
        code=body.bundle,
        division=body.division,
        place=body.place,
        situation=body.situation,
        party=body.party or (caller.parties[0] if caller.parties else 0),
        language=body.language,
        caller=caller,
        at=now(),
    )
    return 201, documents.draft_document(draft)


@router.put("/drafts/{draft}/situation", response={200: dict, PROBLEMS: Problem}, tags=["drafts"])
def answer(request: HttpRequest, draft: UUID, body: SituationIn):
    """Answer the guidance's questions, all of them; the draft then asks for what applies."""
    caller = scoped(request, "cases:submit")
    row = drafts.answer_situation(draft=draft, situation=body.situation, caller=caller, at=now())
    return documents.draft_document(row)


@router.post(
    "/drafts/{draft}/bundle-submission", response={201: BundleReceipt, PROBLEMS: Problem}, tags=["bundles"]
)
def submit(request: HttpRequest, draft: UUID):
    """Submit without a signature, as a window does whose applicant signs on paper. Repeated: the same answer."""
    return 201, _received(request, draft, None)


@router.post(
    "/drafts/{draft}/signed-bundle-submission",
    response={201: BundleReceipt, PROBLEMS: Problem},
    tags=["bundles"],
)
def sign(request: HttpRequest, draft: UUID, body: SignatureIn):
    """Sign and submit: what is signed is the draft's `digest`. Repeated: the same answer."""
    return 201, _received(request, draft, Signed(name=body.name, digest=body.digest, method="token"))


def _received(request: HttpRequest, draft: UUID, signed: Signed | None) -> dict:
    caller, at = scoped(request, "cases:submit"), now()
    number = bundles.receive(draft=draft, caller=caller, at=at, signed=signed, channel="api")
    return queries.receipt(number)


@router.get("/bundle-cases/{number}", response={200: dict, PROBLEMS: Problem}, tags=["bundles"])
def followed(request: HttpRequest, number: Annotated[str, Path(pattern=r"^[A-Z]{3}[0-9]{19}$")]):
    """How far an application for several items is: each item's state and case, and the time line in working hours."""
    caller = scoped(request, "cases:read")
    return queries.document(number, caller, now())
