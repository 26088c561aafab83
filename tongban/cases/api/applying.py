"""Items and drafts: what can be applied for, and an application until it is submitted."""

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Path, Schema
from ninja.files import UploadedFile
from pydantic import Field

from tongban.cases.actions import drafts, submission
from tongban.cases.api.door import (
    PROBLEMS,
    KeyHeader,
    Number,
    Problem,
    Receipt,
    answer_for,
    key_of,
    router,
    scoped,
)
from tongban.cases.queries import competence
from tongban.cases.queries import documents as queries
from tongban.cases.rules.signing import Signed
from tongban.catalogue import queries as catalogue
from tongban.kit.api import clock as now
from tongban.people import queries as people
from tongban.people.rules import Caller

Place = Annotated[str, Path(pattern=r"^[0-9]{6}([0-9]{3}([0-9]{3})?)?$")]


@router.get("/items", auth=None, response={200: dict, PROBLEMS: Problem}, tags=["items"])
def items(request: HttpRequest, q: str = "", audience: str = "", language: str = "zh-hans"):
    """Published items, found by words as people say them."""
    return {"items": queries.found_items(q, audience, language)}


@router.get("/items/{base_code}", auth=None, response={200: dict, PROBLEMS: Problem}, tags=["items"])
def item(request: HttpRequest, base_code: str):
    """The guide of an item in force now, with the organs that run it."""
    return queries.item_document(base_code, now())


@router.get(
    "/items/{base_code}/competence/{place}",
    auth=None,
    response={200: dict, PROBLEMS: Problem},
    tags=["items"],
)
def competent(request: HttpRequest, base_code: str, place: Place, on: date | None = None):
    """Who handles an item at a place on a day: the organ acting, in whose name, under whose seal, who answers, and
    the remedies. `place` is a division code: city or county 6 digits, town 9, village 12."""
    return competence.document(base_code, place, on or people.today(now()))


# Drafts


class DraftIn(Schema):
    """A new application: implementing code (31), the party it is for, answers of the guidance."""

    task_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{31}$")]
    party: Number | None = None
    place: Annotated[str, Field(pattern=r"^([0-9]{9})?$")] = (
        ""  # town of the matter, where the item is devolved
    )
    situation: dict[str, str] = {}
    language: str = "zh-hans"


class SignatureIn(Schema):
    """An electronic signature: the signer's registered name, and the draft's `digest` as it was read."""

    name: Annotated[str, Field(max_length=100)]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class FormIn(Schema):
    """Answers of the form by data-element code."""

    answers: dict


@router.post("/drafts", response={201: dict, PROBLEMS: Problem}, tags=["drafts"])
def begin(request: HttpRequest, body: DraftIn):
    """Begin an application."""
    caller = scoped(request, "cases:submit")
    return 201, queries.draft_document(_begin(caller, body))


def _begin(caller: Caller, body: DraftIn):
    at = now()
    party = body.party or (caller.parties[0] if caller.parties else 0)
    return drafts.begin(
        implementation=catalogue.implementation(body.task_code, at),
        place=body.place,
        situation=body.situation,
        party=party,
        language=body.language,
        caller=caller,
        at=at,
    )


@router.get("/drafts/{draft}", response={200: dict, PROBLEMS: Problem}, tags=["drafts"])
def draft(request: HttpRequest, draft: UUID):
    """A draft: its sections, materials, and what is still open."""
    return queries.draft_document(drafts.find(draft, scoped(request, "cases:submit")))


@router.put("/drafts/{draft}/form", response={200: dict, PROBLEMS: Problem}, tags=["drafts"])
def fill(request: HttpRequest, draft: UUID, body: FormIn):
    """Answer the form; every field is checked by the same rules as on the page."""
    caller = scoped(request, "cases:submit")
    return queries.draft_document(drafts.fill(draft=draft, answers=body.answers, caller=caller, at=now()))


@router.post("/drafts/{draft}/materials/{code}", response={201: dict, PROBLEMS: Problem}, tags=["drafts"])
def attach(request: HttpRequest, draft: UUID, code: str, file: File[UploadedFile]):
    """Give a file as a material: PDF, JPG or PNG."""
    caller = scoped(request, "cases:submit")
    kept = drafts.attach(draft=draft, material=code, file=file, caller=caller, at=now())
    return 201, queries.upload_document(kept)


@router.post("/drafts/{draft}/fields/{code}/files", response={201: dict, PROBLEMS: Problem}, tags=["drafts"])
def attach_to_field(request: HttpRequest, draft: UUID, code: str, file: File[UploadedFile]):
    """Give a file for a field of kind "file": PDF, JPG or PNG. The `id` answered is what the form's answer lists;
    a file that is given stands in the answer already. The same file given again is the one given before, so a
    request may be repeated."""
    caller = scoped(request, "cases:submit")
    kept = drafts.attach_to_field(draft=draft, field=code, file=file, caller=caller, at=now())
    return 201, queries.upload_document(kept)


@router.delete("/drafts/{draft}/files/{upload}", response={200: dict, PROBLEMS: Problem}, tags=["drafts"])
def remove(request: HttpRequest, draft: UUID, upload: UUID):
    """Take a file back, given as a material or for a field; the draft as it is then."""
    caller = scoped(request, "cases:submit")
    return queries.draft_document(drafts.remove(draft=draft, upload=upload, caller=caller, at=now()))


@router.post("/drafts/{draft}/submission", response={201: Receipt, PROBLEMS: Problem}, tags=["drafts"])
def submit(request: HttpRequest, draft: UUID, key: KeyHeader = None):
    """Submit without a signature, as a window does whose applicant signs on paper: the case receives its number."""
    return 201, _submitted(request, draft, key, None)


@router.post("/drafts/{draft}/signed-submission", response={201: Receipt, PROBLEMS: Problem}, tags=["drafts"])
def sign(request: HttpRequest, draft: UUID, body: SignatureIn, key: KeyHeader = None):
    """Sign and submit: what is signed is the draft's `digest`; the token stands for the password or code of a page."""
    return 201, _submitted(request, draft, key, Signed(name=body.name, digest=body.digest, method="token"))


def _submitted(request: HttpRequest, draft: UUID, key: str | None, signed: Signed | None) -> dict:
    caller = scoped(request, "cases:submit")
    at = now()
    outcome = submission.submit(
        draft=draft,
        caller=caller,
        at=at,
        channel="api",
        signed=signed,
        key=key_of(request, key),
        answer=answer_for(caller, at),
    )
    return queries.receipt(outcome.answer, caller)
