"""What an applicant is asked: questions, documents, form."""

from enum import StrEnum

from tongban.catalogue.rules.guide.base import Basis, Conditional, Frozen, Text
from tongban.engine.conditions import Condition


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
