"""The letters of a case: what each must say before it can be issued, and the law it rests on.

A letter is data; the wording around it is the typst template of the same kind in `cases/letters`.
`document` gives the JSON that `kit.letters.render` prints and attaches.
"""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from tongban.catalogue.rules.guide import Medium, Original, Text
from tongban.engine.calendar import CST
from tongban.engine.clock import Ground, Limit
from tongban.engine.refusal import Refused


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a letter: immutable. A `Text` whose `en` is empty prints in Chinese only."""


class LetterHead(Part, frozen=True, kw_only=True):
    """What every letter carries.

    `organ` is the organ in whose name it is issued (a principal's, where handling is entrusted: `entrusted`
    says by whom and on which document); `number` its document number 文号; `seal_name` the words around the
    seal; `phone` and `address` where to ask. `language` "en" adds an English rendering under the authoritative
    Chinese, "bo" and "ii" the approved translation beside it (`rules.rendering`).
    """

    organ: Text
    organ_code: str
    number: str
    addressee: str
    addressee_kind: Literal["", "person", "company"] = ""
    case_no: str
    query_code: str
    item_name: Text
    issued_on: date
    verify_url: str
    demo: bool
    language: Literal["zh", "en", "bo", "ii"] = "zh"
    seal_name: str
    phone: str = ""
    address: Text | None = None
    entrusted: Text | None = None


class Deadline(Part, frozen=True, kw_only=True):
    """A time limit with the instant it ends."""

    limit: Limit
    due: datetime


class ReceivedMaterial(Part, frozen=True, kw_only=True):
    """A material handed in (收件清单)."""

    name: Text
    original: Original
    medium: Medium
    copies: int = 1


class DefectiveMaterial(Part, frozen=True, kw_only=True):
    """A material to be corrected: what is wrong, how to mend it, and why it is asked for."""

    name: Text
    found: Text
    mend: Text
    basis: Text | None = None
    sample: Text | None = None  # where a filled-in sample is found
    remark: str = ""


class Detail(Part, frozen=True, kw_only=True):
    """A labelled value of a decision or licence."""

    label: Text
    value: Text


class Served(Part, frozen=True, kw_only=True):
    """A document served (送达文书)."""

    name: Text
    number: str
    copies: int = 1


class Letter(Part, tag_field="kind", frozen=True, kw_only=True):
    """A letter of a case; `kind` in its JSON names the template."""

    head: LetterHead


class SignatureLine(Part, frozen=True, kw_only=True):
    """An electronic signature as letters state it: who, for whom, how proven, when, and the digest signed."""

    name: str
    capacity: Text
    method: Text
    at: datetime
    digest: str


class ReceiptLetter(Letter, tag="receipt", frozen=True, kw_only=True):
    """收件凭证: materials arrived; not acceptance. `received_on` is the day the clock counts from."""

    basis: tuple[Text, ...]
    channel: Text
    received_at: datetime
    received_on: date
    materials: tuple[ReceivedMaterial, ...]
    notice_due: date
    provisional: bool = False
    received_by: str = ""
    signature: SignatureLine | None = None


class CorrectionLetter(Letter, tag="correction_notice", frozen=True, kw_only=True):
    """一次性补正告知书: everything to be corrected, told once. `round` counts notices of the case."""

    basis: tuple[Text, ...]
    received_on: date
    defects: tuple[DefectiveMaterial, ...]
    correct_by: date
    conditions: tuple[Text, ...] = ()
    remedies: tuple[Text, ...] = ()
    round: int = 1

    def __post_init__(self) -> None:
        _required(basis=self.basis)
        if not self.defects:
            raise Refused("notice_is_empty")


class PromiseLetter(Letter, tag="promise", frozen=True, kw_only=True):
    """容缺承诺书: the applicant's own words, as signed; the organ's seal proves that they were handed in."""

    received_on: date
    materials: tuple[Text, ...]
    days: int  # working days from the pre-acceptance
    terms: tuple[Text, ...]
    signature: SignatureLine

    def __post_init__(self) -> None:
        _required(materials=self.materials, terms=self.terms)


class PreAcceptanceLetter(Letter, tag="pre_acceptance", frozen=True, kw_only=True):
    """容缺预受理告知书: not acceptance; what is still to come, told once, and by when.

    Basis: 行政许可法 Art 32(4); 国办发〔2019〕35号 (二).
    """

    basis: tuple[Text, ...]
    received_on: date
    materials: tuple[Text, ...]
    supplement_by: date
    provisional: bool = False

    def __post_init__(self) -> None:
        _required(basis=self.basis, materials=self.materials)


class ReturnedLetter(Letter, tag="returned", frozen=True, kw_only=True):
    """容缺终止退件告知书: the promise was not kept. Cannot be made without basis and remedies."""

    basis: tuple[Text, ...]
    received_on: date
    pre_accepted_on: date
    materials: tuple[Text, ...]
    supplement_by: date
    remedies: tuple[Text, ...]

    def __post_init__(self) -> None:
        _required(basis=self.basis, materials=self.materials, remedies=self.remedies)


class AcceptanceLetter(Letter, tag="acceptance", frozen=True, kw_only=True):
    """受理通知书. `deemed`: accepted by silence, as of the day the materials were received."""

    basis: tuple[Text, ...]
    received_on: date
    accepted_on: date
    deemed: bool = False
    statutory: Deadline
    promised: Deadline
    provisional: bool = False
    fee: Text | None = None  # None: free of charge

    def __post_init__(self) -> None:
        _required(basis=self.basis)


class NonAcceptanceLetter(Letter, tag="non_acceptance", frozen=True, kw_only=True):
    """不予受理决定书, on one of the grounds the law names.

    Cannot be made without reasons, basis and remedies. Basis: 行政许可法 Art 32, 38 para 2, 78.
    """

    ground: Literal["not_required", "not_competent", "not_corrected", "barred"]
    received_on: date
    reasons: tuple[Text, ...]
    basis: tuple[Text, ...]
    remedies: tuple[Text, ...]
    competent: Text | None = None  # the organ to apply to instead

    def __post_init__(self) -> None:
        _required(reasons=self.reasons, basis=self.basis, remedies=self.remedies)


class SpecialProcedureLetter(Letter, tag="special_procedure", frozen=True, kw_only=True):
    """特别程序告知书: the time needed, told in writing. Basis: 行政许可法 Art 45."""

    basis: tuple[Text, ...]
    accepted_on: date
    ground: Ground
    start_on: date
    expected_days: int  # working days
    reasons: tuple[Text, ...]

    def __post_init__(self) -> None:
        _required(reasons=self.reasons, basis=self.basis)


class ExtensionLetter(Letter, tag="extension", frozen=True, kw_only=True):
    """延期告知书: the reason is told to the applicant. Basis: 行政许可法 Art 42."""

    basis: tuple[Text, ...]
    accepted_on: date
    approver: Literal["organ_head", "government_head"]
    limit: Limit
    former_due: datetime
    due: datetime
    provisional: bool = False
    reasons: tuple[Text, ...]

    def __post_init__(self) -> None:
        _required(reasons=self.reasons, basis=self.basis)


class GrantLetter(Letter, tag="grant", frozen=True, kw_only=True):
    """准予决定书. Basis: 行政许可法 Art 34, 38 para 1, 44."""

    basis: tuple[Text, ...]
    received_on: date
    accepted_on: date
    details: tuple[Detail, ...] = ()
    result: Text | None = None  # the licence or document that follows
    valid_until: date | None = None
    delivery_due: date
    provisional: bool = False
    duties: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        _required(basis=self.basis)


class RefusalLetter(Letter, tag="refusal", frozen=True, kw_only=True):
    """不予决定书. Cannot be made without reasons, basis and remedies. Basis: 行政许可法 Art 38 para 2."""

    received_on: date
    accepted_on: date
    reasons: tuple[Text, ...]
    basis: tuple[Text, ...]
    remedies: tuple[Text, ...]
    heard: Text | None = None  # statements and defence of the applicant, and what became of them

    def __post_init__(self) -> None:
        _required(reasons=self.reasons, basis=self.basis, remedies=self.remedies)


class DeliveryLetter(Letter, tag="delivery", frozen=True, kw_only=True):
    """送达回证: which documents reached whom, how and when. `delivered_at` None leaves lines to sign."""

    basis: tuple[Text, ...] = ()
    documents: tuple[Served, ...]
    method: Text
    place: Text | None = None
    recipient: str
    relation: Text | None = None  # the recipient's relation to the addressee
    delivered_at: datetime | None = None
    deliverers: tuple[str, ...] = ()
    remark: Text | None = None


class Licence(Letter, tag="licence", frozen=True, kw_only=True):
    """许可证: the certificate itself. `head.number` is the certificate number, `identifier` 电子证照标识."""

    name: Text
    details: tuple[Detail, ...]
    valid_from: date
    valid_until: date | None = None  # None: no fixed term
    notes: tuple[Text, ...] = ()
    identifier: str = ""


LETTERS: dict[str, type[Letter]] = {
    "receipt": ReceiptLetter,
    "correction_notice": CorrectionLetter,
    "promise": PromiseLetter,
    "pre_acceptance": PreAcceptanceLetter,
    "returned": ReturnedLetter,
    "acceptance": AcceptanceLetter,
    "non_acceptance": NonAcceptanceLetter,
    "special_procedure": SpecialProcedureLetter,
    "extension": ExtensionLetter,
    "grant": GrantLetter,
    "refusal": RefusalLetter,
    "delivery": DeliveryLetter,
    "licence": Licence,
}

# Files of the folder tongban/cases/letters.
TEMPLATES: dict[str, str] = {kind: f"{kind}.typ" for kind in LETTERS}

TITLES: dict[str, Text] = {
    "receipt": Text(zh="收件凭证", en="Receipt of Application Materials"),
    "correction_notice": Text(zh="一次性补正告知书", en="One-time Notice of Corrections"),
    "promise": Text(zh="容缺承诺书", en="Promise of Later Materials"),
    "pre_acceptance": Text(zh="容缺预受理告知书", en="Notice of Pre-acceptance"),
    "returned": Text(zh="容缺终止退件告知书", en="Notice of Return"),
    "acceptance": Text(zh="受理通知书", en="Notice of Acceptance"),
    "non_acceptance": Text(zh="不予受理决定书", en="Decision of Non-acceptance"),
    "special_procedure": Text(zh="特别程序告知书", en="Notice of Special Procedure"),
    "extension": Text(zh="延期告知书", en="Notice of Extension"),
    "grant": Text(zh="准予决定书", en="Decision of Approval"),
    "refusal": Text(zh="不予决定书", en="Decision of Refusal"),
    "delivery": Text(zh="送达回证", en="Acknowledgement of Service"),
    "licence": Text(zh="许可证", en="Licence"),
}

_WORD = {
    "receipt": "收",
    "correction_notice": "补",
    "promise": "容诺",
    "pre_acceptance": "容",
    "returned": "容退",
    "acceptance": "受",
    "non_acceptance": "不受",
    "special_procedure": "特",
    "extension": "延",
    "grant": "准",
    "refusal": "不准",
    "delivery": "送",
    "licence": "证",
}


def _licensing_law(article: str, clause: str) -> Text:
    return Text(
        zh=f"《中华人民共和国行政许可法》{article}",
        en=f"{clause} of the Administrative Licensing Law of the People's Republic of China",
    )


_TOLERANCE = Text(
    zh="《国务院办公厅关于加快推进社会信用体系建设构建以信用为基础的新型监管机制的指导意见》（国办发〔2019〕35号）第二条",
    en="section 2 of the Guiding Opinions of the General Office of the State Council (Guobanfa [2019] No. 35)",
)

# What a letter about an administrative licence rests on; key: kind, or kind and ground.
_GROUNDS: dict[str, tuple[Text, ...]] = {
    "receipt": (_licensing_law("第三十二条", "Article 32"),),
    "correction_notice": (_licensing_law("第三十二条第一款第（四）项", "Article 32(1)(4)"),),
    "pre_acceptance": (_licensing_law("第三十二条第一款第（四）项", "Article 32(1)(4)"), _TOLERANCE),
    "returned": (_licensing_law("第三十二条第一款第（四）项", "Article 32(1)(4)"), _TOLERANCE),
    "acceptance": (_licensing_law("第三十二条第一款第（五）项", "Article 32(1)(5)"),),
    "acceptance.deemed": (_licensing_law("第三十二条第一款第（四）项", "Article 32(1)(4)"),),
    "non_acceptance.not_required": (_licensing_law("第三十二条第一款第（一）项", "Article 32(1)(1)"),),
    "non_acceptance.not_competent": (_licensing_law("第三十二条第一款第（二）项", "Article 32(1)(2)"),),
    "non_acceptance.not_corrected": (_licensing_law("第三十二条第一款第（四）项", "Article 32(1)(4)"),),
    "non_acceptance.barred": (_licensing_law("第七十八条", "Article 78"),),
    "special_procedure": (_licensing_law("第四十五条", "Article 45"),),
    "extension.organ_head": (_licensing_law("第四十二条第一款", "Article 42(1)"),),
    "extension.government_head": (_licensing_law("第四十二条第二款", "Article 42(2)"),),
    "grant": (_licensing_law("第三十八条第一款", "Article 38(1)"),),
    "refusal": (_licensing_law("第三十八条第二款", "Article 38(2)"),),
    "delivery": (_licensing_law("第四十四条", "Article 44"),),
}


def grounds(kind: str, ground: str = "") -> tuple[Text, ...]:
    """The procedural basis of a letter about an administrative licence (行政许可).

    `ground` narrows it: "deemed" for acceptance, the ground of non-acceptance, the approver of an
    extension. Other kinds of item (给付, 确认, 公共服务 …) rest on their own bases in the guide.

    Basis: 行政许可法 Art 32, 38, 42, 44, 45, 78.
    """
    return _GROUNDS[f"{kind}.{ground}" if ground else kind]


def remedies(reviewer: Text, court: Text, respondent: Text | None = None) -> tuple[Text, ...]:
    """The two ways to contest a decision: 60 days for reconsideration, six months for litigation.

    `reviewer` is the reconsideration organ 复议机关, `court` the competent people's court, `respondent`
    whom it is against where that has to be said.

    Basis: 行政复议法 Art 19, 20; 行政诉讼法 Art 26, 46.
    """
    reviewed, sued = "", ""
    reviewed_en, sued_en = "", ""
    if respondent:
        reviewed, sued = f"以{respondent.zh}为被申请人，", f"以{respondent.zh}为被告，"
        reviewed_en = f", naming {respondent.en or respondent.zh} as respondent,"
        sued_en = f" against {respondent.en or respondent.zh}"
    return (
        Text(
            zh=f"自收到本文书之日起六十日内，依照《中华人民共和国行政复议法》第二十条的规定，"
            f"{reviewed}向{reviewer.zh}申请行政复议；",
            en=f"Within 60 days of receiving this document you may apply to {reviewer.en or reviewer.zh}"
            f"{reviewed_en} for administrative reconsideration under Article 20 of the Administrative "
            "Reconsideration Law;",
        ),
        Text(
            zh=f"自收到本文书之日起六个月内，依照《中华人民共和国行政诉讼法》第四十六条的规定，"
            f"{sued}向{court.zh}提起行政诉讼。",
            en=f"within six months of receiving this document you may bring an action{sued_en} in "
            f"{court.en or court.zh} under Article 46 of the Administrative Litigation Law.",
        ),
    )


def entrusted(acting: Text, instrument: str) -> Text:
    """The line of a letter that another organ handled in the name of the one that issues it.

    Basis: 行政许可法 Art 24.
    """
    return Text(
        zh=f"本文书由{acting.zh}受本机关委托办理（{instrument}）。",
        en=f"Handled by {acting.en or acting.zh} on behalf of this organ ({instrument}).",
    )


def number(short: str, kind: str, *, year: int, serial: int) -> str:
    """The document number 文号 of the `serial`-th letter of `kind` in `year`: 雅市监准〔2026〕12号.

    `short` is the organ's short name, e.g. 雅市监. Basis: 党政机关公文处理工作条例 Art 9(5).
    """
    return f"{short}{_WORD[kind]}〔{year}〕{serial}号"


def document(letter: Letter) -> dict:
    """`letter` as JSON values: its fields, `kind` and `title`; dates ISO, instants in Ya'an time."""
    plain = msgspec.to_builtins(letter, builtin_types=(date, datetime))
    return _local({**plain, "title": msgspec.to_builtins(TITLES[plain["kind"]])})


def _local(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(CST).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case dict():
            return {name: _local(part) for name, part in value.items()}
        case list() | tuple():
            return [_local(part) for part in value]
    return value


def _required(**wordings: tuple[Text, ...]) -> None:
    """Each named list must say something, line by line, in the authoritative language."""
    for name, lines in wordings.items():
        if not lines or not all(line.zh.strip() for line in lines):
            raise Refused(f"{name}_required")
