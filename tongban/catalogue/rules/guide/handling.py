"""How an item is handled: steps, fees, the result, the service, an organ's own system, what a grant founds."""

from enum import StrEnum

import msgspec

from tongban.catalogue.rules.guide.base import Basis, Conditional, Frozen, Limit, Text
from tongban.engine.conditions import Condition


class StepKind(StrEnum):
    """Kind of a procedure step after acceptance."""

    REVIEW = "review"  # 审查
    SURVEY = "survey"  # 现场核查: two officers; never stops the clock
    EXPERT_REVIEW = "expert_review"  # 专家评审: Art 45
    TESTING = "testing"  # 检验检测检疫鉴定: Art 45
    PUBLICITY = "publicity"  # 公示
    DECISION = "decision"  # 决定 (审批): always the last


class Step(Conditional, frozen=True):
    """A step of the procedure DAG; `after` lists codes of steps that must be complete before it."""

    code: str
    name: Text
    kind: StepKind = StepKind.REVIEW
    after: list[str] = []
    limit: Limit | None = None
    when: Condition = {}


class Fee(Conditional, frozen=True):
    """A fee (收费): project, standard and basis."""

    name: Text
    standard: Text
    basis: Basis
    when: Condition = {}


class Print(Frozen, frozen=True):
    """One thing a licence states (证照载明事项): the answer to the field or question `code`, under `label`."""

    code: str
    label: Text


class Result(Frozen, frozen=True):
    """What a grant produces (审批结果): licence, document or certificate; validity in months, 0 = none.

    `prints` is all it states beside its frame: number, term, organ, date. What was not answered is left out.
    """

    name: Text
    kind: str  # licence 证照 | document 批文 | certificate 证明/其他
    validity_months: int = 0
    prints: list[Print] = []


class Channel(StrEnum):
    """How an application can be made (办理形式); GB/T 39046 A.5."""

    WINDOW = "window"  # 1
    WEB = "web"  # 2
    MOBILE = "mobile"  # 3
    COURIER = "courier"  # 4


class Reach(StrEnum):
    """How far the item can be applied for anywhere (通办范围)."""

    COUNTY = "county"  # 全县
    CITY = "city"  # 全市（跨县）
    PROVINCE = "province"  # 跨市
    NATION = "nation"  # 跨省（全国）


class Support(StrEnum):
    """What the service offers beside the application itself."""

    APPOINTMENT = "appointment"  # 预约办理
    POSTED_MATERIALS = "posted_materials"  # 材料邮寄
    POSTED_RESULT = "posted_result"  # 结果邮寄
    ONLINE_PAYMENT = "online_payment"  # 网上支付
    KIOSK = "kiosk"  # 自助终端


class Service(Frozen, frozen=True):
    """How the item is served: the extension fields of the guide (扩展要素)."""

    channels: list[Channel] = msgspec.field(
        default_factory=lambda: [Channel.WINDOW, Channel.WEB, Channel.MOBILE]
    )
    reach: Reach = Reach.COUNTY
    supports: list[Support] = msgspec.field(
        default_factory=lambda: [Support.APPOINTMENT, Support.POSTED_RESULT]
    )
    in_hall: bool = True  # 是否进驻政务大厅
    kept_out: Text | None = None  # 不进驻的理由（负面清单）
    window: str = "general"  # 综合窗口类别; key of data/windows.yaml
    person_topics: list[str] = []  # 自然人主题; keys of data/topics.yaml
    enterprise_topics: list[str] = []  # 法人主题
    joint: list[str] = []  # 联办机构: department keys
    intermediaries: list[str] = []  # 涉及的中介服务: codes of the intermediary list
    commitment: bool = False  # 告知承诺


class Sent(Frozen, frozen=True):
    """One thing an organ's own system is told: the answer to the field `code`, at `path` of the message."""

    path: str
    code: str


class Given(Frozen, frozen=True):
    """One thing an organ's own system gives with a grant: what stands at `path` of its answer, as `code`."""

    code: str
    path: str
    label: Text


class Outside(Frozen, frozen=True):
    """The organ handles the item in a system of its own (外部系统办理), reached by messages; no `kind`: it does not.

    The system is `receiver` in the directory of connectors, or the one the answer to the field `chosen_by` names.
    A message of kind `granted` grants, one of kind `referred` leaves the case to the organ's officers.
    """

    kind: str = ""
    receiver: str = ""
    chosen_by: str = ""
    granted: str = ""
    referred: str = ""
    sends: list[Sent] = []
    gives: list[Given] = []


class Founding(Frozen, frozen=True):
    """The grant founds an enterprise (设立登记); no `category`: it does not.

    `category`: 机构类别 of its code under 登记管理部门 9 (1 company, 2 sole trader, 3 cooperative). The others name
    the fields whose answers are its name, its head, the head's ID number and its address.
    """

    category: str = ""
    company: str = ""
    head: str = ""
    head_id: str = ""
    seat: str = ""

    @property
    def known(self) -> dict[str, str]:
        """{what a later form is filled in with: the field it was answered under}."""
        found = {
            "company.name": self.company,
            "company.legal_representative": self.head,
            "company.legal_representative_id": self.head_id,
            "company.address": self.seat,
        }
        return {prefill: code for prefill, code in found.items() if code}
