"""The API of the cases room: items, drafts, cases, and one resource per command."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Header, Query, Router, Schema
from ninja.errors import AuthenticationError
from ninja.files import UploadedFile
from ninja.security import HttpBearer
from pydantic import Field

from tongban.cases.actions import commands as run
from tongban.cases.actions import correction, drafts, notice, submission
from tongban.cases.actions import transfer as transferring
from tongban.cases.queries import documents as queries
from tongban.cases.rules import duties
from tongban.catalogue import queries as catalogue
from tongban.engine import clock
from tongban.engine.lifecycle import Case, commands
from tongban.engine.lifecycle.state import Stage
from tongban.engine.refusal import Refused
from tongban.kit.api import clock as now
from tongban.kit.api import request_digest
from tongban.people import queries as people
from tongban.people.rules import Caller

PROBLEMS = frozenset({400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 422, 503})
PDF = {
    "responses": {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}
}
Number = Annotated[int, Field(ge=1, le=2**63 - 1)]  # a key of the database
Words = Annotated[str, Field(max_length=4000)]  # as long as the page's box
Remark = Annotated[str, Field(max_length=500)]
Name = Annotated[str, Field(max_length=60)]


class Problem(Schema):
    """RFC 9457 problem: what was wrong, what to do, and for each field its rule."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    facts: dict = {}
    errors: list[dict] = []


class Bearer(HttpBearer):
    """The token's caller. A browser's cookie does not count here: nothing guards it against forgery."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        caller = people.caller(request)
        if caller.account is None:
            raise AuthenticationError(401)
        return caller


router = Router(auth=Bearer(), tags=["cases"])
KeyHeader = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]


def _scoped(request: HttpRequest, scope: str) -> Caller:
    """The caller, if its token carries `scope` (a browser session carries all)."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    if caller.scopes is not None and scope not in caller.scopes:
        raise Refused("scope_missing", scope=scope)
    return caller


def _key(request: HttpRequest, value: str | None) -> run.Key | None:
    return run.Key(value=value, digest=request_digest(request)) if value else None


def answer_for(caller: Caller, at: datetime) -> run.Answer:
    """The answer to a command: the case as it is now and what this caller may do next."""

    def answer(case: Case, events) -> dict:
        return {
            **run.plain_answer(case, events),
            "allowed": queries.resources(duties.allowed(caller, case, at)),
        }

    return answer


def _run(request: HttpRequest, case_no: str, command: commands.Command, key: str | None) -> dict:
    applicants = duties.ROLES[type(command)] == {duties.APPLICANT}
    caller = _scoped(request, "cases:submit" if applicants else "cases:write")
    at = now()
    return run.perform(
        case_no=case_no,
        command=command,
        caller=caller,
        at=at,
        key=_key(request, key),
        answer=answer_for(caller, at),
    ).answer


class CommandAnswer(Schema):
    """What a command led to."""

    case_no: str
    stage: str
    position: int
    events: list[str]
    allowed: list[str] = []


class Receipt(CommandAnswer):
    """A received application: its number and the short code to follow it with."""

    query_code: str


ANSWERS = {200: CommandAnswer, PROBLEMS: Problem}


# Items


@router.get("/items", auth=None, response={200: dict, PROBLEMS: Problem}, tags=["items"])
def items(request: HttpRequest, q: str = "", audience: str = "", language: str = "zh-hans"):
    """Published items, found by words as people say them."""
    return {"items": queries.found_items(q, audience, language)}


@router.get("/items/{base_code}", auth=None, response={200: dict, PROBLEMS: Problem}, tags=["items"])
def item(request: HttpRequest, base_code: str):
    """The guide of an item in force now, with the organs that run it."""
    return queries.item_document(base_code, now())


# Drafts


class DraftIn(Schema):
    """A new application: implementing code (31), the party it is for, answers of the guidance."""

    task_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{31}$")]
    party: Number | None = None
    situation: dict[str, str] = {}
    language: str = "zh-hans"


class FormIn(Schema):
    """Answers of the form by data-element code."""

    answers: dict


@router.post("/drafts", response={201: dict, PROBLEMS: Problem}, tags=["drafts"])
def begin(request: HttpRequest, body: DraftIn):
    """Begin an application."""
    caller = _scoped(request, "cases:submit")
    return 201, queries.draft_document(_begin(caller, body))


def _begin(caller: Caller, body: DraftIn):
    at = now()
    party = body.party or (caller.parties[0] if caller.parties else 0)
    return drafts.begin(
        implementation=catalogue.implementation(body.task_code, at),
        situation=body.situation,
        party=party,
        language=body.language,
        caller=caller,
        at=at,
    )


@router.get("/drafts/{draft}", response={200: dict, PROBLEMS: Problem}, tags=["drafts"])
def draft(request: HttpRequest, draft: UUID):
    """A draft: its sections, materials, and what is still open."""
    return queries.draft_document(drafts.find(draft, _scoped(request, "cases:submit")))


@router.put("/drafts/{draft}/form", response={200: dict, PROBLEMS: Problem}, tags=["drafts"])
def fill(request: HttpRequest, draft: UUID, body: FormIn):
    """Answer the form; every field is checked by the same rules as on the page."""
    caller = _scoped(request, "cases:submit")
    return queries.draft_document(drafts.fill(draft=draft, answers=body.answers, caller=caller, at=now()))


@router.post("/drafts/{draft}/materials/{code}", response={201: dict, PROBLEMS: Problem}, tags=["drafts"])
def attach(request: HttpRequest, draft: UUID, code: str, file: File[UploadedFile]):
    """Give a file as a material: PDF, JPG or PNG."""
    caller = _scoped(request, "cases:submit")
    kept = drafts.attach(draft=draft, material=code, file=file, caller=caller, at=now())
    return 201, queries.upload_document(kept)


@router.post("/drafts/{draft}/submission", response={201: Receipt, PROBLEMS: Problem}, tags=["drafts"])
def submit(request: HttpRequest, draft: UUID, key: KeyHeader = None):
    """Submit: the case receives its number."""
    caller = _scoped(request, "cases:submit")
    at = now()
    outcome = submission.submit(
        draft=draft,
        caller=caller,
        at=at,
        channel="api",
        key=_key(request, key),
        answer=answer_for(caller, at),
    )
    return 201, queries.receipt(outcome.answer, caller)


# Cases


@router.get("/cases", response={200: dict, PROBLEMS: Problem})
def cases(
    request: HttpRequest,
    stage: Stage | None = None,
    after: str = "",
    size: Annotated[int, Query(ge=1, le=100)] = 20,
):
    """The caller's cases: applied for, or at the caller's organs; newest first, keyset pages."""
    return queries.case_page(_scoped(request, "cases:read"), stage=stage, after=after, size=size)


@router.get("/cases/{case_no}", response={200: dict, PROBLEMS: Problem})
def case(request: HttpRequest, case_no: str):
    """One case: stage, clock, and the commands allowed now to this caller."""
    return queries.case_document(case_no, _scoped(request, "cases:read"), now())


@router.get("/cases/{case_no}/timeline", response={200: dict, PROBLEMS: Problem})
def timeline(request: HttpRequest, case_no: str):
    """Everything recorded of the case, in order."""
    return queries.timeline_document(case_no, _scoped(request, "cases:read"))


@router.get("/cases/{case_no}/materials", response={200: dict, PROBLEMS: Problem})
def materials(request: HttpRequest, case_no: str):
    """The materials asked for and the files given."""
    return queries.materials_document(case_no, _scoped(request, "cases:read"))


@router.get("/cases/{case_no}/letters", response={200: dict, PROBLEMS: Problem})
def letters(request: HttpRequest, case_no: str):
    """The letters issued in the case."""
    return queries.letters_document(case_no, _scoped(request, "cases:read"))


@router.get(
    "/cases/{case_no}/letters/{letter}.pdf", response={200: None, PROBLEMS: Problem}, openapi_extra=PDF
)
def letter(request: HttpRequest, case_no: str, letter: Number):
    """A letter as a signed PDF."""
    found = queries.letter_pdf(case_no, letter, _scoped(request, "cases:read"))
    return HttpResponse(bytes(found.pdf), content_type="application/pdf")


@router.get("/cases/{case_no}/proofs/{position}", response={200: dict, PROBLEMS: Problem})
def proof(request: HttpRequest, case_no: str, position: Number):
    """A proof that one event of the case is in the public record; verifies offline."""
    return queries.proof_document(case_no, position, _scoped(request, "cases:read"))


# Commands


class DefectIn(Schema):
    material: str
    defect: str
    remark: Remark = ""


class NoticeIn(Schema):
    defects: list[DefectIn]
    correct_by: date


class CorrectionIn(Schema):
    materials: list[str]


class GroundIn(Schema):
    """The remedies are written by the system, always."""

    ground: str
    reason: Words


class StepIn(Schema):
    passed: bool
    opinion: Words
    officers: Annotated[list[Name], Field(max_length=20)] = []


class SpecialIn(Schema):
    ground: clock.Ground
    expected_days: Annotated[int, Field(ge=1, le=365)]
    reason: Words


class FindingIn(Schema):
    finding: Words = ""


class ExtensionIn(Schema):
    working_days: int
    reason: Words


class GrantIn(Schema):
    opinion: Words = ""


class RefusalIn(Schema):
    """The remedies are written by the system, always."""

    reasons: Words
    basis: Words


class DeliveryIn(Schema):
    method: str
    recipient: Name


class ReasonIn(Schema):
    reason: Remark = ""


class TransferIn(Schema):
    organ: Number
    reason: Words


class ExplanationIn(Schema):
    explanation: Words


@router.post("/cases/{case_no}/claim", response=ANSWERS, tags=["commands"])
def claim(request: HttpRequest, case_no: str, key: KeyHeader = None):
    """认领: take the case."""
    return _run(request, case_no, commands.Claim(), key)


@router.post("/cases/{case_no}/release", response=ANSWERS, tags=["commands"])
def release(request: HttpRequest, case_no: str, body: ReasonIn, key: KeyHeader = None):
    """退回待办池: put the case back."""
    return _run(request, case_no, commands.Release(reason=body.reason), key)


@router.post("/cases/{case_no}/correction-notice", response=ANSWERS, tags=["commands"])
def notify(request: HttpRequest, case_no: str, body: NoticeIn, key: KeyHeader = None):
    """一次性告知: tell the applicant once everything missing or defective, in the guide's order."""
    caller, at = _scoped(request, "cases:write"), now()
    marks: dict[str, list[str]] = {}
    for line in body.defects:
        marks.setdefault(line.material, []).append(line.defect)
    return notice.notify(
        case_no=case_no,
        marks=marks,
        remarks={line.material: line.remark for line in body.defects if line.remark},
        correct_by=body.correct_by,
        caller=caller,
        at=at,
        key=_key(request, key),
        answer=answer_for(caller, at),
    ).answer


@router.post("/cases/{case_no}/materials/{code}", response={201: dict, PROBLEMS: Problem}, tags=["commands"])
def supply(request: HttpRequest, case_no: str, code: str, file: File[UploadedFile]):
    """Give a file that the correction notice asks for; it counts with the correction."""
    caller = _scoped(request, "cases:submit")
    kept = correction.supply(case_no=case_no, material=code, file=file, caller=caller, at=now())
    return 201, queries.upload_document(kept)


@router.post("/cases/{case_no}/correction", response=ANSWERS, tags=["commands"])
def correct(request: HttpRequest, case_no: str, key: KeyHeader = None):
    """补正: submit the files supplied since the notice."""
    caller = _scoped(request, "cases:submit")
    at = now()
    outcome = correction.correct(
        case_no=case_no, caller=caller, at=at, key=_key(request, key), answer=answer_for(caller, at)
    )
    return outcome.answer


@router.post("/cases/{case_no}/acceptance", response=ANSWERS, tags=["commands"])
def accept(request: HttpRequest, case_no: str, key: KeyHeader = None):
    """受理: the decision clock starts."""
    return _run(request, case_no, commands.Accept(), key)


@router.post("/cases/{case_no}/non-acceptance", response=ANSWERS, tags=["commands"])
def refuse_acceptance(request: HttpRequest, case_no: str, body: GroundIn, key: KeyHeader = None):
    """不予受理, on a ground the law names."""
    remedies = queries.remedies(case_no, _scoped(request, "cases:write"))
    command = commands.RefuseAcceptance(ground=body.ground, reason=body.reason, remedies=remedies)
    return _run(request, case_no, command, key)


@router.post("/cases/{case_no}/steps/{step}", response=ANSWERS, tags=["commands"])
def complete_step(request: HttpRequest, case_no: str, step: str, body: StepIn, key: KeyHeader = None):
    """完成环节: report a step; a survey names two officers."""
    command = commands.CompleteStep(
        step=step, passed=body.passed, opinion=body.opinion, officers=tuple(body.officers)
    )
    return _run(request, case_no, command, key)


@router.post("/cases/{case_no}/special-procedure", response=ANSWERS, tags=["commands"])
def start_special(request: HttpRequest, case_no: str, body: SpecialIn, key: KeyHeader = None):
    """启动特别程序: the clock stops, on one of Art 45's grounds."""
    command = commands.StartSpecial(ground=body.ground, expected_days=body.expected_days, reason=body.reason)
    return _run(request, case_no, command, key)


@router.post("/cases/{case_no}/special-procedure/end", response=ANSWERS, tags=["commands"])
def end_special(request: HttpRequest, case_no: str, body: FindingIn, key: KeyHeader = None):
    """结束特别程序: the clock runs again."""
    return _run(request, case_no, commands.EndSpecial(finding=body.finding), key)


@router.post("/cases/{case_no}/extension", response=ANSWERS, tags=["commands"])
def extend(request: HttpRequest, case_no: str, body: ExtensionIn, key: KeyHeader = None):
    """延期: once, approved by the organ's head."""
    limit = clock.Limit(amount=body.working_days, unit=clock.Unit.WORKING_DAYS)
    command = commands.Extend(limit=limit, reason=body.reason, approver=clock.Approver.ORGAN_HEAD)
    return _run(request, case_no, command, key)


@router.post("/cases/{case_no}/grant", response=ANSWERS, tags=["commands"])
def grant(request: HttpRequest, case_no: str, body: GrantIn, key: KeyHeader = None):
    """准予."""
    return _run(request, case_no, commands.Grant(opinion=body.opinion), key)


@router.post("/cases/{case_no}/refusal", response=ANSWERS, tags=["commands"])
def refuse(request: HttpRequest, case_no: str, body: RefusalIn, key: KeyHeader = None):
    """不予: with reasons, basis and remedies."""
    remedies = queries.remedies(case_no, _scoped(request, "cases:write"))
    command = commands.Refuse(reasons=body.reasons, basis=body.basis, remedies=remedies)
    return _run(request, case_no, command, key)


@router.post("/cases/{case_no}/delivery", response=ANSWERS, tags=["commands"])
def deliver(request: HttpRequest, case_no: str, body: DeliveryIn, key: KeyHeader = None):
    """送达."""
    return _run(request, case_no, commands.Deliver(method=body.method, recipient=body.recipient), key)


@router.post("/cases/{case_no}/withdrawal", response=ANSWERS, tags=["commands"])
def withdraw(request: HttpRequest, case_no: str, body: ReasonIn, key: KeyHeader = None):
    """撤回: by the applicant, before the decision."""
    return _run(request, case_no, commands.Withdraw(reason=body.reason), key)


@router.post("/cases/{case_no}/transfer", response=ANSWERS, tags=["commands"])
def transfer(request: HttpRequest, case_no: str, body: TransferIn, key: KeyHeader = None):
    """移送: another organ is competent."""
    caller, at = _scoped(request, "cases:write"), now()
    return transferring.transfer(
        case_no=case_no,
        organ=people.organ(body.organ).pk,
        reason=body.reason,
        caller=caller,
        at=at,
        key=_key(request, key),
        answer=answer_for(caller, at),
    ).answer


@router.post("/cases/{case_no}/explanation", response=ANSWERS, tags=["commands"])
def explain(request: HttpRequest, case_no: str, body: ExplanationIn, key: KeyHeader = None):
    """超期说明: explain publicly why a limit was exceeded."""
    return _run(request, case_no, commands.ExplainOverdue(explanation=body.explanation), key)
