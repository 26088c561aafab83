"""The city's other lists: intermediary services, proof requirements, bundles, devolved items. Values, bilingual."""

from datetime import date, timedelta
from enum import StrEnum

from tongban.catalogue.rules.guide import Audience, Basis, Frozen, Limit, Question, Text
from tongban.engine.competence import Mode
from tongban.engine.conditions import Condition


class Fee(StrEnum):
    """How an intermediary is paid (收费方式)."""

    MARKET = "market"  # 市场调节价
    GUIDED = "guided"  # 政府指导价或者政府定价


class Payer(StrEnum):
    """Who commissions an intermediary and pays it (委托主体)."""

    APPLICANT = "applicant"
    GOVERNMENT = "government"


class Intermediary(Frozen, frozen=True, kw_only=True):
    """A service of an intermediary that an approval may ask for (涉审中介服务); no other may be asked for."""

    code: str
    name: Text
    items: list[str]  # base codes
    basis: Basis
    qualification: Text
    limit: Limit
    fee: Fee
    payer: Payer
    demo: bool = True


class Verification(StrEnum):
    """How a commitment is verified afterwards (核查方式)."""

    NONE = "none"  # 免予核查
    ONLINE = "online"  # 在线核查
    SITE = "site"  # 现场核查
    ASSIST = "assist"  # 协助核查


class Proof(Frozen, frozen=True, kw_only=True):
    """A proof requirement (证明事项): a fact an item has proved by a paper somebody else issues.

    `commitment` is whether a written commitment may stand for it (告知承诺); `ground` says why not.
    """

    code: str
    name: Text
    material: str  # code of the item's material
    item: str  # base code
    department: str  # that asks for it
    issuer: Text
    basis: Basis
    commitment: bool
    verification: Verification
    ground: Text | None = None
    demo: bool = True


class ProofKind(Frozen, frozen=True, kw_only=True):
    """One kind of proof as data/proofs.yaml lists it: how it is verified and which items ask for it."""

    verification: Verification
    items: list[str]
    withheld: dict[str, list[str]] = {}  # ground of `GROUNDS` → base codes where no commitment stands for it
    issuer: Text | None = None  # where the material does not name one


GROUNDS = {
    "health": Text(
        zh="直接涉及人身健康、生命财产安全，不适用告知承诺。",
        en="Concerns health, life or property directly: no commitment.",
    ),
    "security": Text(
        zh="涉及国家安全和公共安全，不适用告知承诺。",
        en="Concerns national or public security: no commitment.",
    ),
    "finance": Text(
        zh="涉及金融审慎监管和资金安全，不适用告知承诺。", en="Concerns the safety of funds: no commitment."
    ),
}


class Member(Frozen, frozen=True):
    """An item of a bundle: after which others it can be handled, and for which answers it is in it."""

    item: str
    after: list[str] = []  # base codes of members whose result it needs
    when: Condition = {}


class Bundle(Frozen, frozen=True, kw_only=True):
    """A one-thing bundle (一件事): the items of one event of life or business, applied for once."""

    code: str
    name: Text
    audience: Audience
    lead: str  # department
    scene: str
    summary: Text
    words: list[str]
    members: list[Member]
    questions: list[Question] = []
    demo: bool = True


class MayFollow(Frozen, frozen=True, kw_only=True):
    """A material that may follow (容缺后补): within how many working days, its risk class, for whom."""

    max_days: int
    risk: str
    credit: list[str]


class ToleranceRule(Frozen, frozen=True, kw_only=True):
    """Which materials of which items may follow, where and in which period: {base code: {material: …}}.

    Basis: 国办发〔2019〕35号 (二); configuration (the place's own document).
    """

    places: list[str]  # divisions, with everything below them
    effective_from: date
    effective_to: date | None = None
    document: str
    most_open: int  # promises one applicant may have open at a time
    items: dict[str, dict[str, MayFollow]]
    demo: bool = True

    def holds(self, place: str, on: date) -> bool:
        """Whether the rule is in force at a place on a day; both days included."""
        within = self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)
        return within and any(place.startswith(one) for one in self.places)


class Devolved(Frozen, frozen=True, kw_only=True):
    """An item that counties have moved to their towns (下放事项): in which legal form, on what, since when."""

    item: str
    mode: Mode
    basis: Basis
    instrument: str  # number of the document
    notice_on: date
    effective_from: date
    years: int = 0  # for how many it is done at a time; 0 has no end
    demo: bool = True

    def terms(self, on: date) -> list[tuple[date, date | None]]:
        """The periods it was done for, the last one reaching past `on`; both days included."""
        if not self.years:
            return [(self.effective_from, None)]
        starts = [self.effective_from]
        while (later := starts[-1].replace(year=starts[-1].year + self.years)) <= on:
            starts.append(later)
        ends = [start.replace(year=start.year + self.years) - timedelta(days=1) for start in starts]
        return list(zip(starts, ends, strict=True))
