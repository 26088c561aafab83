"""One resource per command of the lifecycle."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import File, Schema
from ninja.files import UploadedFile
from pydantic import Field

from tongban.cases.actions import commands as run
from tongban.cases.actions import correction, notice, promises
from tongban.cases.actions import transfer as transferring
from tongban.cases.api.door import (
    ANSWERS,
    PROBLEMS,
    KeyHeader,
    Name,
    Number,
    Problem,
    Remark,
    Words,
    answer_for,
    key_of,
    router,
    scoped,
)
from tongban.cases.queries import documents as queries
from tongban.cases.queries import opened
from tongban.cases.queries import promises as promised
from tongban.cases.rules import duties
from tongban.cases.rules.signing import Signed
from tongban.engine import clock
from tongban.engine.lifecycle import commands
from tongban.kit.api import clock as now
from tongban.people import queries as people


class DefectIn(Schema):
    material: str
    defect: str
    remark: Remark = ""


class NoticeIn(Schema):
    defects: list[DefectIn]
    correct_by: date


class CorrectionIn(Schema):
    materials: list[str]


class PromiseIn(Schema):
    """The signature of a promise: the signer's registered name, and the promise's `digest` as it was read."""

    name: Annotated[str, Field(max_length=100)]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


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


def run_command(request: HttpRequest, case_no: str, command: commands.Command, key: str | None) -> dict:
    applicants = duties.ROLES[type(command)] == {duties.APPLICANT}
    caller = scoped(request, "cases:submit" if applicants else "cases:write")
    at = now()
    return run.perform(
        case_no=case_no,
        command=command,
        caller=caller,
        at=at,
        key=key_of(request, key),
        answer=answer_for(caller, at),
    ).answer


@router.post("/cases/{case_no}/claim", response=ANSWERS, tags=["commands"])
def claim(request: HttpRequest, case_no: str, key: KeyHeader = None):
    """认领: take the case."""
    return run_command(request, case_no, commands.Claim(), key)


@router.post("/cases/{case_no}/release", response=ANSWERS, tags=["commands"])
def release(request: HttpRequest, case_no: str, body: ReasonIn, key: KeyHeader = None):
    """退回待办池: put the case back."""
    return run_command(request, case_no, commands.Release(reason=body.reason), key)


@router.post("/cases/{case_no}/correction-notice", response=ANSWERS, tags=["commands"])
def notify(request: HttpRequest, case_no: str, body: NoticeIn, key: KeyHeader = None):
    """一次性告知: tell the applicant once everything missing or defective, in the guide's order."""
    caller, at = scoped(request, "cases:write"), now()
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
        key=key_of(request, key),
        answer=answer_for(caller, at),
    ).answer


@router.post("/cases/{case_no}/materials/{code}", response={201: dict, PROBLEMS: Problem}, tags=["commands"])
def supply(request: HttpRequest, case_no: str, code: str, file: File[UploadedFile]):
    """Give a file that the correction notice or the promise names; it counts with the correction or supplement."""
    caller = scoped(request, "cases:submit")
    kept = correction.supply(case_no=case_no, material=code, file=file, caller=caller, at=now())
    return 201, queries.upload_document(kept)


@router.post("/cases/{case_no}/correction", response=ANSWERS, tags=["commands"])
def correct(request: HttpRequest, case_no: str, key: KeyHeader = None):
    """补正: submit the files supplied since the notice."""
    caller = scoped(request, "cases:submit")
    at = now()
    outcome = correction.correct(
        case_no=case_no, caller=caller, at=at, key=key_of(request, key), answer=answer_for(caller, at)
    )
    return outcome.answer


@router.get("/cases/{case_no}/promise", response={200: dict, PROBLEMS: Problem}, tags=["commands"])
def promise(request: HttpRequest, case_no: str):
    """容缺承诺: whether what is missing may be promised and why not, the text to sign and its digest."""
    caller = scoped(request, "cases:read")
    return promised.document(opened.opened(case_no, caller, now()), caller)


@router.post("/cases/{case_no}/promise", response=ANSWERS, tags=["commands"])
def make_promise(request: HttpRequest, case_no: str, body: PromiseIn, key: KeyHeader = None):
    """容缺承诺: promise what is missing; what is signed is the promise's `digest`."""
    caller, at = scoped(request, "cases:submit"), now()
    return promises.promise(
        case_no=case_no,
        signed=Signed(name=body.name, digest=body.digest, method="token"),
        caller=caller,
        at=at,
        key=key_of(request, key),
        answer=answer_for(caller, at),
    ).answer


@router.post("/cases/{case_no}/pre-acceptance", response=ANSWERS, tags=["commands"])
def pre_accept(request: HttpRequest, case_no: str, key: KeyHeader = None):
    """容缺预受理: into pre-review against the promise; not acceptance, no clock starts."""
    return run_command(request, case_no, commands.PreAccept(), key)


@router.post("/cases/{case_no}/supplement", response=ANSWERS, tags=["commands"])
def supplement(request: HttpRequest, case_no: str, key: KeyHeader = None):
    """补齐: hand in the files supplied since the pre-acceptance."""
    caller, at = scoped(request, "cases:submit"), now()
    return promises.supplement(
        case_no=case_no, caller=caller, at=at, key=key_of(request, key), answer=answer_for(caller, at)
    ).answer


@router.post("/cases/{case_no}/acceptance", response=ANSWERS, tags=["commands"])
def accept(request: HttpRequest, case_no: str, key: KeyHeader = None):
    """受理: the decision clock starts."""
    return run_command(request, case_no, commands.Accept(), key)


@router.post("/cases/{case_no}/non-acceptance", response=ANSWERS, tags=["commands"])
def refuse_acceptance(request: HttpRequest, case_no: str, body: GroundIn, key: KeyHeader = None):
    """不予受理, on a ground the law names."""
    remedies = queries.remedies(case_no, scoped(request, "cases:write"))
    command = commands.RefuseAcceptance(ground=body.ground, reason=body.reason, remedies=remedies)
    return run_command(request, case_no, command, key)


@router.post("/cases/{case_no}/steps/{step}", response=ANSWERS, tags=["commands"])
def complete_step(request: HttpRequest, case_no: str, step: str, body: StepIn, key: KeyHeader = None):
    """完成环节: report a step; a survey names two officers."""
    command = commands.CompleteStep(
        step=step, passed=body.passed, opinion=body.opinion, officers=tuple(body.officers)
    )
    return run_command(request, case_no, command, key)


@router.post("/cases/{case_no}/special-procedure", response=ANSWERS, tags=["commands"])
def start_special(request: HttpRequest, case_no: str, body: SpecialIn, key: KeyHeader = None):
    """启动特别程序: the clock stops, on one of Art 45's grounds."""
    command = commands.StartSpecial(ground=body.ground, expected_days=body.expected_days, reason=body.reason)
    return run_command(request, case_no, command, key)


@router.post("/cases/{case_no}/special-procedure/end", response=ANSWERS, tags=["commands"])
def end_special(request: HttpRequest, case_no: str, body: FindingIn, key: KeyHeader = None):
    """结束特别程序: the clock runs again."""
    return run_command(request, case_no, commands.EndSpecial(finding=body.finding), key)


@router.post("/cases/{case_no}/extension", response=ANSWERS, tags=["commands"])
def extend(request: HttpRequest, case_no: str, body: ExtensionIn, key: KeyHeader = None):
    """延期: once, approved by the organ's head."""
    limit = clock.Limit(amount=body.working_days, unit=clock.Unit.WORKING_DAYS)
    command = commands.Extend(limit=limit, reason=body.reason, approver=clock.Approver.ORGAN_HEAD)
    return run_command(request, case_no, command, key)


@router.post("/cases/{case_no}/grant", response=ANSWERS, tags=["commands"])
def grant(request: HttpRequest, case_no: str, body: GrantIn, key: KeyHeader = None):
    """准予."""
    return run_command(request, case_no, commands.Grant(opinion=body.opinion), key)


@router.post("/cases/{case_no}/refusal", response=ANSWERS, tags=["commands"])
def refuse(request: HttpRequest, case_no: str, body: RefusalIn, key: KeyHeader = None):
    """不予: with reasons, basis and remedies."""
    remedies = queries.remedies(case_no, scoped(request, "cases:write"))
    command = commands.Refuse(reasons=body.reasons, basis=body.basis, remedies=remedies)
    return run_command(request, case_no, command, key)


@router.post("/cases/{case_no}/delivery", response=ANSWERS, tags=["commands"])
def deliver(request: HttpRequest, case_no: str, body: DeliveryIn, key: KeyHeader = None):
    """送达."""
    return run_command(request, case_no, commands.Deliver(method=body.method, recipient=body.recipient), key)


@router.post("/cases/{case_no}/withdrawal", response=ANSWERS, tags=["commands"])
def withdraw(request: HttpRequest, case_no: str, body: ReasonIn, key: KeyHeader = None):
    """撤回: by the applicant, before the decision."""
    return run_command(request, case_no, commands.Withdraw(reason=body.reason), key)


@router.post("/cases/{case_no}/transfer", response=ANSWERS, tags=["commands"])
def transfer(request: HttpRequest, case_no: str, body: TransferIn, key: KeyHeader = None):
    """移送: another organ is competent."""
    caller, at = scoped(request, "cases:write"), now()
    return transferring.transfer(
        case_no=case_no,
        organ=people.organ(body.organ).pk,
        reason=body.reason,
        caller=caller,
        at=at,
        key=key_of(request, key),
        answer=answer_for(caller, at),
    ).answer


@router.post("/cases/{case_no}/explanation", response=ANSWERS, tags=["commands"])
def explain(request: HttpRequest, case_no: str, body: ExplanationIn, key: KeyHeader = None):
    """超期说明: explain publicly why a limit was exceeded."""
    return run_command(request, case_no, commands.ExplainOverdue(explanation=body.explanation), key)
