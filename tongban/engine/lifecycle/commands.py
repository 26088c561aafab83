"""What people and the clock may ask of a case; imperative, tagged by name for the API."""

from datetime import date

import msgspec

from tongban.engine.clock import Approver, Ground, Limit
from tongban.engine.competence import Competence
from tongban.engine.lifecycle.state import CoSignature, DefectFound, Signature, Terms


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request to change a case; refused or decided into events."""


class Receive(Command, frozen=True, kw_only=True):
    """收件: an application arrives. Not acceptance.

    `place` is the division the matter belongs to, `competence` what a devolved power is used under there.
    """

    case_no: str
    item: str
    version: int
    organ: int
    division: str
    applicant: int
    terms: Terms
    materials: tuple[str, ...]
    situation: dict[str, str]
    form_digest: str
    received_on: date
    channel: str = "web"
    signature: Signature | None = None
    place: str = ""
    competence: Competence | None = None
    bundle: str = ""  # the application for several items it is part of
    whole_digest: str = ""  # what was signed then: the whole of it
    cosignatures: tuple[CoSignature, ...] = ()


class Claim(Command, frozen=True, kw_only=True):
    """认领: an officer takes the case."""


class Release(Command, frozen=True, kw_only=True):
    """退回待办池: the officer puts the case back, or a chief takes it from the holder."""

    reason: str = ""


class Notify(Command, frozen=True, kw_only=True):
    """一次性告知: tell the applicant once everything that is missing or defective."""

    defects: tuple[DefectFound, ...]
    correct_by: date


class Correct(Command, frozen=True, kw_only=True):
    """补正: the applicant submits materials again."""

    materials: tuple[str, ...]
    received_on: date


class Promise(Command, frozen=True, kw_only=True):
    """容缺承诺: the applicant promises in writing what is still missing; `digest` is that of the text signed.

    `open_promises` and `credit` are what the house knows of the applicant at that moment, never the caller.
    """

    digest: str
    signature: Signature | None = None
    open_promises: int = 0
    credit: str = ""


class PreAccept(Command, frozen=True, kw_only=True):
    """容缺预受理: the window takes the case into pre-review against the promise. Not acceptance."""


class Supplement(Command, frozen=True, kw_only=True):
    """补齐容缺材料: the applicant gives everything that was promised."""

    materials: tuple[str, ...]
    received_on: date


class ChasePromise(Command, frozen=True, kw_only=True):
    """催告: the clock's own reminder of a promise, two days before, one day before and on the day it is due."""


class BreakPromise(Command, frozen=True, kw_only=True):
    """容缺终止退件: the clock's own end of a pre-review whose promise was not kept."""

    remedies: str


class Accept(Command, frozen=True, kw_only=True):
    """受理: a legal act; the decision clock starts.

    `competence` is who is competent for the matter's town today; None where the power cannot have moved.
    """

    competence: Competence | None = None


class DeemAccepted(Command, frozen=True, kw_only=True):
    """视为受理: the clock's own command after five silent working days."""


class RefuseAcceptance(Command, frozen=True, kw_only=True):
    """不予受理, on one of the grounds of Art 32, with reasons and remedies."""

    ground: str
    reason: str
    remedies: str


class HandOut(Command, frozen=True, kw_only=True):
    """推送: the organ handles the case in a system of its own; `message` carries it there."""

    receiver: str
    message: str


class HandBack(Command, frozen=True, kw_only=True):
    """转人工: the organ's system cannot decide it; its officers do."""

    reason: str


class CompleteStep(Command, frozen=True, kw_only=True):
    """完成环节: an examiner reports a step; a survey needs two officers."""

    step: str
    passed: bool
    opinion: str
    officers: tuple[str, ...] = ()


class StartSpecial(Command, frozen=True, kw_only=True):
    """启动特别程序: one of Art 45's eight grounds, the time needed told in writing."""

    ground: Ground
    expected_days: int
    reason: str


class EndSpecial(Command, frozen=True, kw_only=True):
    """结束特别程序."""

    finding: str = ""


class Extend(Command, frozen=True, kw_only=True):
    """延期: once, approved one level up, the reason told to the applicant."""

    limit: Limit
    reason: str
    approver: Approver


class Grant(Command, frozen=True, kw_only=True):
    """准予. `produced` is what the organ's own system gave with it, {name: words}."""

    opinion: str = ""
    produced: dict[str, str] = {}


class Refuse(Command, frozen=True, kw_only=True):
    """不予: impossible without reasons, basis and remedies."""

    reasons: str
    basis: str
    remedies: str


class Deliver(Command, frozen=True, kw_only=True):
    """送达."""

    method: str
    recipient: str


class Withdraw(Command, frozen=True, kw_only=True):
    """撤回: by the applicant, before the decision."""

    reason: str = ""


class Transfer(Command, frozen=True, kw_only=True):
    """移送: another organ is competent; for the matter's place, or for `place` where it was lodged wrongly."""

    organ: int
    division: str
    reason: str
    place: str = ""
    competence: Competence | None = None


class ExplainOverdue(Command, frozen=True, kw_only=True):
    """超期说明: exceeding a limit is explained publicly."""

    explanation: str


class Recompute(Command, frozen=True, kw_only=True):
    """重算期限: the State Council changed the calendar; what is still due is read again."""


class Archive(Command, frozen=True, kw_only=True):
    """归档."""

    digest: str
