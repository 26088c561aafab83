"""The state of a case (办件): immutable values that events fold into."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from tongban.engine.clock import Extension, Limit, Pause
from tongban.engine.competence import Competence
from tongban.engine.refusal import Refused


class Stage(StrEnum):
    """Where a case stands. National codes of the construction-approval standard in brackets."""

    NEW = "new"
    RECEIVED = "received"  # 已接件 (1)
    CORRECTING = "correcting"  # 补正开始 (6)
    PRE_REVIEW = "pre_review"  # 容缺预审: 窗口受理 (3), not acceptance by the organ
    HANDLING = "handling"  # 部门受理 (8)
    SUSPENDED = "suspended"  # 特别程序开始 (9)
    GRANTED = "granted"  # 办结(通过) (11)
    REFUSED = "refused"  # 办结(不通过) (13)
    DELIVERED = "delivered"  # 送达
    NOT_ACCEPTED = "not_accepted"  # 不予受理 (5)
    RETURNED = "returned"  # 容缺逾期未补，终止退件 (4)
    WITHDRAWN = "withdrawn"  # 撤回 (14)
    ARCHIVED = "archived"  # 归档


ENDED = frozenset({Stage.DELIVERED, Stage.NOT_ACCEPTED, Stage.RETURNED, Stage.WITHDRAWN, Stage.ARCHIVED})
DECIDED = frozenset({Stage.GRANTED, Stage.REFUSED, Stage.DELIVERED, Stage.ARCHIVED})

NATIONAL_CODE: dict[Stage, int] = {
    Stage.RECEIVED: 1,
    Stage.PRE_REVIEW: 3,
    Stage.RETURNED: 4,
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
    """Who completed a step, when, and with which verdict (`passed` False: the condition is not met).

    `pre`: reviewed before acceptance, while a promised material was outstanding.
    """

    passed: bool
    by: str
    at: datetime
    pre: bool = False


class DefectFound(Frozen, frozen=True, kw_only=True):
    """One line of a one-time notice: a material and the code of its defect (`missing` included)."""

    material: str
    defect: str
    remark: str = ""


class Tolerable(Frozen, frozen=True, kw_only=True):
    """A secondary material that may follow within `max_days` working days of the pre-acceptance (可容缺).

    `risk` is its class, `credit` the credit classes of applicants it may be tolerated for.
    """

    material: str
    max_days: int
    risk: str
    credit: tuple[str, ...]


class Tolerance(Frozen, frozen=True, kw_only=True):
    """What may follow in a case (容缺), where and when it is switched on; `main` are the 主件: never.

    `most_open` is how many promises one applicant may have open at a time.
    Basis: 国办发〔2019〕35号 (二); configuration.
    """

    main: tuple[str, ...]
    materials: tuple[Tolerable, ...]
    most_open: int

    def __post_init__(self) -> None:
        if both := sorted(set(self.main) & {part.material for part in self.materials}):
            raise Refused("main_material_tolerated", materials=both)


class PromiseMade(Frozen, frozen=True, kw_only=True):
    """A written promise (容缺承诺书): which materials follow, within how many working days of pre-acceptance.

    `state` made, open (pre-accepted, `due_on` runs), kept, broken, or lapsed: overtaken by another act.
    """

    materials: tuple[str, ...]
    days: int
    digest: str
    made_at: datetime
    signature: Signature
    state: str = "made"
    pre_accepted_on: date | None = None
    due_on: date | None = None
    chase_on: tuple[date, ...] = ()
    chased_on: date | None = None  # the latest of `chase_on` that was used


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
    tolerance: Tolerance | None = None  # None: nothing may follow


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
    promise: PromiseMade | None = None

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
