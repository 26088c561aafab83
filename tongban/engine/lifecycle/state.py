"""The state of a case (办件): immutable values that events fold into."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from tongban.engine.clock import Extension, Limit, Pause
from tongban.engine.competence import Competence


class Stage(StrEnum):
    """Where a case stands. National codes of the construction-approval standard in brackets."""

    NEW = "new"
    RECEIVED = "received"  # 已接件 (1)
    CORRECTING = "correcting"  # 补正开始 (6)
    HANDLING = "handling"  # 部门受理 (8)
    SUSPENDED = "suspended"  # 特别程序开始 (9)
    GRANTED = "granted"  # 办结(通过) (11)
    REFUSED = "refused"  # 办结(不通过) (13)
    DELIVERED = "delivered"  # 送达
    NOT_ACCEPTED = "not_accepted"  # 不予受理 (5)
    WITHDRAWN = "withdrawn"  # 撤回 (14)
    ARCHIVED = "archived"  # 归档


ENDED = frozenset({Stage.DELIVERED, Stage.NOT_ACCEPTED, Stage.WITHDRAWN, Stage.ARCHIVED})
DECIDED = frozenset({Stage.GRANTED, Stage.REFUSED, Stage.DELIVERED, Stage.ARCHIVED})

NATIONAL_CODE: dict[Stage, int] = {
    Stage.RECEIVED: 1,
    Stage.NOT_ACCEPTED: 5,
    Stage.CORRECTING: 6,
    Stage.HANDLING: 8,
    Stage.SUSPENDED: 9,
    Stage.GRANTED: 11,
    Stage.REFUSED: 13,
    Stage.WITHDRAWN: 14,
}


class Frozen(msgspec.Struct, frozen=True):
    """An immutable value."""


class Signature(Frozen, frozen=True, kw_only=True):
    """An electronic signature (电子签名) of an application: who signed what, for whom, and how it was proven.

    `name` is the name the signer stated; `capacity` self, legal_representative or agent; `mandate` the authority an
    agent acts under and until when; `method` what only the signer commands: password, code or token;
    `digest` what was signed: form and materials as one SHA-256. When it was signed is the event's time.
    Basis: 电子签名法 Art 13, 14.
    """

    signer: str
    name: str
    capacity: str
    method: str
    digest: str
    mandate: int | None = None
    mandate_until: date | None = None


class CoSignature(Frozen, frozen=True, kw_only=True):
    """The signature of another party that had to sign the application too (共同签名), given before it was received.

    `capacities` say why: codes of the guide's fields that name the signer, without what they end in. The rest is as
    in `Signature`; `at` is when it was signed.
    Basis: 电子签名法 Art 13, 14; 市场主体登记管理条例 Art 15, 16.
    """

    signer: str
    name: str
    capacities: tuple[str, ...]
    method: str
    digest: str
    at: datetime


class StepPlan(Frozen, frozen=True, kw_only=True):
    """A step of the procedure as the item's version defines it; `kind` as in the guide."""

    code: str
    kind: str
    after: tuple[str, ...] = ()


class StepDone(Frozen, frozen=True, kw_only=True):
    """Who completed a step, when, and with which verdict (`passed` False: the condition is not met)."""

    passed: bool
    by: str
    at: datetime


class DefectFound(Frozen, frozen=True, kw_only=True):
    """One line of a one-time notice: a material and the code of its defect (`missing` included)."""

    material: str
    defect: str
    remark: str = ""


class Terms(Frozen, frozen=True, kw_only=True):
    """The rules a case is handled under, fixed at receipt from the item's version."""

    statutory: Limit
    promised: Limit
    instant: bool
    extendable: bool
    validity_months: int = 0  # of what a grant produces; 0 has no end
    joint: bool = False  # unified or concentrated handling: 45 working days, Art 42 para 2
    steps: tuple[StepPlan, ...]
    materials: tuple[str, ...]  # asked for under the resolved situation


class Case(Frozen, frozen=True, kw_only=True):
    """The folded state of one case. `position` is the number of events folded."""

    stage: Stage = Stage.NEW
    position: int = 0
    case_no: str = ""
    item: str = ""
    version: int = 0
    organ: int = 0
    division: str = ""
    place: str = ""  # the division the matter belongs to
    competence: Competence | None = None  # None: the organ uses its own power
    applicant: int = 0
    terms: Terms | None = None
    received_at: datetime | None = None
    received_on: date | None = None  # for the clock: the next working day after hours
    submitted: frozenset[str] = frozenset()
    fresh: frozenset[str] = frozenset()  # materials submitted in the latest round
    notice_due: date | None = None
    notice_provisional: bool = False
    notices: int = 0
    noticed: tuple[DefectFound, ...] = ()
    correct_by: date | None = None
    holder: str | None = None
    accepted_on: date | None = None
    accepted_at: datetime | None = None  # None when deemed: then hours run from the close of that day
    accepted_by: str | None = None
    deemed: bool = False
    pauses: tuple[Pause, ...] = ()
    extension: Extension | None = None
    statutory_due: datetime | None = None
    promised_due: datetime | None = None
    provisional: bool = False  # of the decision's due dates
    calendar: str = ""
    done: dict[str, StepDone] = {}
    examined_by: frozenset[str] = frozenset()  # everybody who ever reported a step, replaced reports too
    granted: bool | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    delivery_due: date | None = None
    delivery_provisional: bool = False
    delivered_at: datetime | None = None
    explained: bool = False
    signature: Signature | None = None  # of the application as received
    cosignatures: tuple[CoSignature, ...] = ()  # of the others who had to sign it
    outside: str = ""  # the organ's own system that has it now, by its name in the directory
    handed_back: str = ""  # why that system left it to the organ's officers
    produced: dict[str, str] = {}  # what that system gave with the grant
    bundle: str = ""  # number of the application for several items it is part of

    def open_steps(self) -> tuple[StepPlan, ...]:
        """The steps that can be completed now: not passed yet, everything before them passed."""
        if self.terms is None:
            return ()
        passed = {code for code, done in self.done.items() if done.passed}
        return tuple(
            step
            for step in self.terms.steps
            if step.kind != "decision" and step.code not in passed and passed.issuperset(step.after)
        )
