"""The whole guide of one item."""

from enum import StrEnum

import msgspec

from tongban.catalogue.rules.guide.applying import Material, Question, Section
from tongban.catalogue.rules.guide.base import Basis, Frozen, Limit, Text
from tongban.catalogue.rules.guide.handling import Fee, Founding, Outside, Result, Service, Step


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
