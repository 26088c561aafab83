"""Cases as their applicants and officers read them."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query

from tongban.cases.api.door import PDF, PROBLEMS, Number, Problem, router, scoped
from tongban.cases.queries import documents as queries
from tongban.engine.lifecycle.state import Stage
from tongban.kit.api import clock as now


@router.get("/cases", response={200: dict, PROBLEMS: Problem})
def cases(
    request: HttpRequest,
    stage: Stage | None = None,
    after: str = "",
    size: Annotated[int, Query(ge=1, le=100)] = 20,
):
    """The caller's cases: applied for, or at the caller's organs; newest first, keyset pages."""
    return queries.case_page(scoped(request, "cases:read"), stage=stage, after=after, size=size)


@router.get("/cases/{case_no}", response={200: dict, PROBLEMS: Problem})
def case(request: HttpRequest, case_no: str):
    """One case: stage, clock, and the commands allowed now to this caller."""
    return queries.case_document(case_no, scoped(request, "cases:read"), now())


@router.get("/cases/{case_no}/timeline", response={200: dict, PROBLEMS: Problem})
def timeline(request: HttpRequest, case_no: str):
    """Everything recorded of the case, in order."""
    return queries.timeline_document(case_no, scoped(request, "cases:read"))


@router.get("/cases/{case_no}/materials", response={200: dict, PROBLEMS: Problem})
def materials(request: HttpRequest, case_no: str):
    """The materials asked for and the files given."""
    return queries.materials_document(case_no, scoped(request, "cases:read"))


@router.get("/cases/{case_no}/letters", response={200: dict, PROBLEMS: Problem})
def letters(request: HttpRequest, case_no: str):
    """The letters issued in the case."""
    return queries.letters_document(case_no, scoped(request, "cases:read"))


@router.get(
    "/cases/{case_no}/letters/{letter}.pdf", response={200: None, PROBLEMS: Problem}, openapi_extra=PDF
)
def letter(request: HttpRequest, case_no: str, letter: Number):
    """A letter as a signed PDF."""
    found = queries.letter_pdf(case_no, letter, scoped(request, "cases:read"))
    return HttpResponse(bytes(found.pdf), content_type="application/pdf")


@router.get("/cases/{case_no}/proofs/{position}", response={200: dict, PROBLEMS: Problem})
def proof(request: HttpRequest, case_no: str, position: Number):
    """A proof that one event of the case is in the public record; verifies offline."""
    return queries.proof_document(case_no, position, scoped(request, "cases:read"))
