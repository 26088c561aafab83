"""The shape of an item's guide (实施清单): what a YAML file, a stored version and a page all agree on.

Values are immutable. Every text is bilingual; Chinese is the authoritative wording.
Field names follow GB/T 39046 table 4 in English; the Chinese term stands beside each.
"""

import re
from enum import StrEnum

import msgspec

from tongban.engine import conditions
from tongban.engine.conditions import Condition


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A guide part: immutable, unknown fields refused, defaults left out when stored."""


class Text(Frozen, frozen=True):
    """A wording in Chinese (authoritative) and English."""

    zh: str
    en: str


class Unit(StrEnum):
    """Unit of a time limit (时限单位)."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WORKING_HOURS = "working_hours"


class Limit(Frozen, frozen=True):
    """A time limit: `amount` in `unit`; amount 0 means on the spot (即办)."""

    amount: int
    unit: Unit = Unit.WORKING_DAYS


class Basis(Frozen, frozen=True):
    """A legal basis (依据): document, clause, and its rank (1 law … 6 other document)."""

    law: Text
    rank: int
    article: str = ""  # empty: the document as a whole

    @property
    def article_en(self) -> str:
        """The clause as English writes it: 第三十三条第一款第（四）项 is Art 33 para 1 (4)."""
        return " ".join(
            _CLAUSES[kind].format(_number(words)) for words, kind in _CLAUSE.findall(self.article)
        )


_CLAUSE = re.compile("第（?([零一二三四五六七八九十百]+)）?([条款项])")
_CLAUSES = {"条": "Art {}", "款": "para {}", "项": "({})"}


def _number(words: str) -> int:
    """A Chinese numeral below a thousand."""
    total = digit = 0
    for sign in words:
        if sign in "十百":
            total += (digit or 1) * {"十": 10, "百": 100}[sign]
            digit = 0
        else:
            digit = "零一二三四五六七八九".index(sign)
    return total + digit


class Kind(StrEnum):
    """Item type (事项类型), GB/T 39046 A.1, by word; `.code` gives the two digits."""

    LICENCE = "licence"  # 01 行政许可
    PAYMENT = "payment"  # 05 行政给付
    CONFIRMATION = "confirmation"  # 07 行政确认
    OTHER = "other"  # 10 其他行政权力
    PUBLIC_SERVICE = "public_service"  # 20 公共服务

    @property
    def code(self) -> str:
        return {
            "licence": "01",
            "payment": "05",
            "confirmation": "07",
            "other": "10",
            "public_service": "20",
        }[self.value]


class Level(StrEnum):
    """Level of exercise (行使层级) at which an organ runs the item; GB/T 39046 A.2."""

    CITY = "city"  # 3
    COUNTY = "county"  # 4
    TOWN = "town"  # 5


class Audience(StrEnum):
    """Whom the item serves (服务对象)."""

    PERSON = "person"
    ENTERPRISE = "enterprise"


class Conditional(Frozen, frozen=True):
    """A part that applies under a condition: `when` over the guidance's answers, see `engine.conditions`.

    A sentence that cannot be read is refused with the part; it is compiled then, once.
    """

    def __post_init__(self) -> None:
        for name in ("when", "only_if"):
            conditions.check(getattr(self, name, {}))


class Option(Frozen, frozen=True):
    """One answer of a question or one value of a choice field."""

    value: str
    label: Text


class Question(Conditional, frozen=True):
    """A guidance question (情形引导): single choice; its answers decide materials, fields and steps."""

    code: str
    ask: Text
    options: list[Option]
    hint: Text | None = None
    when: Condition = {}


class Necessity(StrEnum):
    """Material necessity (材料必要性)."""

    REQUIRED = "required"  # 1 必要
    OPTIONAL = "optional"  # 2 非必要
    TOLERABLE = "tolerable"  # 3 容缺后补


class Original(StrEnum):
    """Material type (材料类型)."""

    ORIGINAL = "original"
    COPY = "copy"
    BOTH = "both"


class Medium(StrEnum):
    """Material form (材料形式)."""

    PAPER = "paper"
    ELECTRONIC = "electronic"
    BOTH = "both"


class Source(StrEnum):
    """Where a material comes from (来源渠道); SHARED is obtained by data sharing, never asked for."""

    APPLICANT = "applicant"  # 10
    GOVERNMENT = "government"  # 20
    SHARED = "shared"  # 20, fetched by the organ itself (716号令 Art 7)
    FORM = "form"  # 10, produced from the online form: never uploaded (行政许可法 Art 29, 33)
    OTHER = "other"  # 99


class Defect(Frozen, frozen=True):
    """A defect a clerk can find in a material: a code, its words, and how to mend it."""

    code: str
    found: Text
    mend: Text


class Material(Conditional, frozen=True):
    """A material asked for (申请材料). `defects` are its checklist: the same list for every clerk."""

    code: str
    name: Text
    basis: Basis
    acceptance: Text  # 受理标准
    necessity: Necessity = Necessity.REQUIRED
    original: Original = Original.COPY
    medium: Medium = Medium.BOTH
    source: Source = Source.APPLICANT
    issuer: Text | None = None
    copies: int = 1
    how: Text | None = None  # 填报须知
    defects: list[Defect] = []
    when: Condition = {}
    held_from: list[str] = []  # base codes of items whose result, held by the applicant, is this material

    @property
    def needed(self) -> bool:
        """Whether an application is incomplete without it; one that may follow is needed too, only later."""
        return self.necessity is not Necessity.OPTIONAL

    @property
    def brought(self) -> bool:
        """Whether the applicant brings it: neither shared among organs nor produced from the form."""
        return self.source not in {Source.SHARED, Source.FORM}


class FieldKind(StrEnum):
    """Kind of a form field; decides widget and validation."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"  # yuan, two decimals
    DATE = "date"
    CHOICE = "choice"
    MULTIPLE = "multiple"
    YES_NO = "yes_no"
    USCC = "uscc"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    ADDRESS = "address"
    TOWN = "town"  # nine-digit town code of the county
    PLACE = "place"  # a whole address: town of the city, or province to town elsewhere, and the detail
    FILE = "file"  # one file or several, given on the page of their section


class Field(Conditional, frozen=True):
    """A form field. `code` is the data-element code: one meaning, the same code in every item.

    `only_if` asks for it under answers of this form: choices, or yes and no, that stand before it in its section.
    """

    code: str
    label: Text
    kind: FieldKind = FieldKind.TEXT
    required: bool = True
    hint: Text | None = None
    options: list[Option] = []
    maximum: int | None = None  # length for text, value for numbers, count of files (1 if unsaid)
    minimum: int | None = None
    prefill: str | None = None  # person.name, person.id_number, person.phone, company.name, company.uscc, …
    when: Condition = {}
    only_if: Condition = {}
    takers: str = ""  # a choice among the organs outside that take this kind of message


class Rows(Frozen, frozen=True):
    """How often a section repeats: from `minimum` to `maximum` rows, each called `one` (股东, shareholder)."""

    one: Text
    minimum: int = 1
    maximum: int = 20


class Section(Conditional, frozen=True):
    """One theme on one page of the application form.

    With `rows` its fields repeat, and `code` is the data-element code of the list. `block` is the code of the
    shared block the fields were taken from; they stand here as well, so that a version is whole by itself.
    """

    code: str
    title: Text
    fields: list[Field] = []
    when: Condition = {}
    rows: Rows | None = None
    block: str = ""


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


class AnsweredQuestion(Frozen, frozen=True):
    """A frequent question with its answer."""

    ask: Text
    answer: Text


class Guide(Frozen, frozen=True, kw_only=True):
    """The whole guide of one standard item. Source: GB/T 39046-2020 and the national 实施清单 elements."""

    number: int  # Annex G number, for ordering only
    base_code: str  # 基本编码, 12 digits
    name: Text
    kind: Kind
    department: str  # department key, e.g. "market_regulation"; see data/departments.yaml
    levels: list[Level]
    audiences: list[Audience]
    instant: bool  # 即办件
    summary: Text
    synonyms: list[str]  # words people use for it
    scenes: list[str] = []  # keys of data/scenes.yaml
    basis: list[Basis]
    statutory: Limit
    promised: Limit
    conditions: list[Text]  # 受理条件
    questions: list[Question] = []
    materials: list[Material] = []
    form: list[Section] = []
    signers: list[str] = []  # 共同签名: fields for ID numbers, in rows too, whose persons sign as well
    steps: list[Step] = []
    fees: list[Fee] = []
    result: Result
    visits: int = 0  # 到现场次数
    visits_reason: Text | None = None
    online_depth: int = 4  # 网上办理深度 Ⅰ–Ⅳ
    faq: list[AnsweredQuestion] = []
    rights: Text | None = None
    quantity_limited: bool = False
    extendable: bool = True  # Art 42 extension possible
    service: Service = msgspec.field(default_factory=Service)
    outside: Outside = msgspec.field(default_factory=Outside)
    founds: Founding = msgspec.field(default_factory=Founding)
    demo: bool = False  # 演示数据: made for the demo from tables, not anybody's real guide
