"""Growing a guide from one line of a table: patterns, reusable materials and form blocks make it whole; pure."""

from collections.abc import Iterator

import msgspec

from tongban.catalogue.rules import blocks, wording
from tongban.catalogue.rules.guide import (
    Audience,
    Basis,
    Channel,
    Defect,
    Field,
    FieldKind,
    Frozen,
    Guide,
    Kind,
    Level,
    Limit,
    Material,
    Medium,
    Necessity,
    Option,
    Original,
    Print,
    Question,
    Reach,
    Section,
    Service,
    Source,
    Step,
    StepKind,
    Text,
)
from tongban.engine.conditions import Condition

KINDS = {
    "L": Kind.LICENCE,
    "P": Kind.PAYMENT,
    "C": Kind.CONFIRMATION,
    "O": Kind.OTHER,
    "S": Kind.PUBLIC_SERVICE,
}
LEVELS = {"c": Level.CITY, "k": Level.COUNTY, "t": Level.TOWN}
AUDIENCES = {"p": Audience.PERSON, "e": Audience.ENTERPRISE}
_KIND_QUESTION = "applicant_kind"
_WHO = {Audience.PERSON: "person", Audience.ENTERPRISE: "organisation"}
_APPLICANT = {
    Audience.PERSON: ("person", "identity_card"),
    Audience.ENTERPRISE: ("company", "business_licence"),
}


class Row(Frozen, frozen=True, kw_only=True):
    """One line of data/grown/items: a main item and which sub-items (子项) it has."""

    main: str  # three digits of the base code
    zh: str
    en: str
    built: str  # pattern kind levels audiences, e.g. "shop L ck e"
    parts: str = ""  # letters of parts.yaml; empty: the item stands alone
    result: str = ""  # 中文/English
    days: str  # statutory/promised in working days; 0 = on the spot
    materials: str = ""  # beside the pattern's; -key takes a material or a step away
    law: str  # key of laws.yaml, with ":article" where it is known
    words: str  # what people call it
    more: str = ""  # #scene !v:visit !o:kept_out !r:reach


class Stock(Frozen, frozen=True, kw_only=True):
    """A reusable material of data/grown/materials.yaml."""

    name: tuple[str, str]
    accept: tuple[str, str]
    defects: list[str]
    source: Source = Source.APPLICANT
    original: Original = Original.COPY
    medium: Medium = Medium.BOTH
    necessity: Necessity = Necessity.REQUIRED
    issuer: tuple[str, str] | None = None
    how: tuple[str, str] | None = None
    held_from: list[str] = []
    proof: bool = False  # 证明事项


class Fault(Frozen, frozen=True):
    """A defect with the material's name to be put in."""

    found: Text
    mend: Text


class Block(Frozen, frozen=True):
    """A reusable section of a form."""

    title: tuple[str, str]
    fields: dict[str, list[str]]


class Pattern(Frozen, frozen=True):
    """How items of a pattern are built."""

    blocks: list[str]
    materials: list[str]
    conditions: list[tuple[str, str]]
    steps: list[StepKind] = []


class Part(Frozen, frozen=True):
    """A sub-item: change, renewal, replacement, cancellation."""

    letter: str
    sub: int
    name: tuple[str, str]
    words: list[str]
    share: float
    blocks: list[str] = []
    materials: list[str] = []


class Desk(Frozen, frozen=True):
    """What a department's items have in common."""

    digits: str
    window: str
    person: str
    enterprise: str


class Library(Frozen, frozen=True):
    """Everything a line can name."""

    materials: dict[str, Stock]
    defects: dict[str, Fault]
    blocks: dict[str, Block]
    patterns: dict[str, Pattern]
    parts: dict[str, Part]
    laws: dict[str, tuple[str, str, int]]


def grow(row: Row, department: str, desk: Desk, library: Library) -> list[Guide]:
    """The guides of one line: one for each sub-item, or the item alone."""
    by_letter = {part.letter: part for part in library.parts.values()}
    parts: list[Part | None] = [by_letter[letter] for letter in row.parts]
    return [_guide(row, part, department, desk, library) for part in parts or [None]]


def _guide(row: Row, part: Part | None, department: str, desk: Desk, library: Library) -> Guide:
    pattern_key, kind_letter, levels, audiences = row.built.split()
    kind, pattern = KINDS[kind_letter], library.patterns[pattern_key]
    whom = [AUDIENCES[letter] for letter in audiences]
    sub = part.sub if part else 0
    name = wording.name(row.zh, row.en, part.name if part else None)
    statutory, promised = _limits(row.days, part)
    law = basis(row.law, library)
    marks = _marks(row.more)
    visit = wording.VISITS.get(marks["v"][0]) if marks["v"] and not (part and part.share == 0) else None
    form = _form(part, pattern, whom, library)
    return Guide(
        number=int(desk.digits) * 10_000 + int(row.main) * 10 + sub,
        base_code=f"00{kind.code}{desk.digits}{row.main}{sub:03}",
        name=name,
        kind=kind,
        department=department,
        levels=[LEVELS[letter] for letter in levels],
        audiences=whom,
        instant=not promised.amount,
        summary=wording.summary(name, whom, promised, bool(visit)),
        synonyms=_words(row, part),
        scenes=marks["#"],
        basis=[law],
        statutory=statutory,
        promised=promised,
        conditions=[wording.by_law(law.law), *(_text(pair) for pair in pattern.conditions)],
        questions=[_question()] if len(whom) > 1 else [],
        materials=_materials(row, part, pattern, whom, kind, law, library),
        form=form,
        steps=_steps(row, pattern if not part or part.sub == 1 else None, promised),
        result=msgspec.structs.replace(wording.result(row.result, kind), prints=_prints(form)),
        visits=1 if visit else 0,
        visits_reason=visit,
        online_depth=3 if visit else 4,
        faq=wording.questions(name, promised, statutory, kind, bool(visit)),
        rights=wording.RIGHTS_LICENCE if kind is Kind.LICENCE else wording.RIGHTS,
        extendable=kind is Kind.LICENCE and bool(promised.amount),
        service=_service(marks, desk, whom),
        demo=True,
    )


def asking(guide: Guide, intermediaries: list[str]) -> Guide:
    """The guide with the intermediaries it may ask for."""
    return msgspec.structs.replace(
        guide, service=msgspec.structs.replace(guide.service, intermediaries=intermediaries)
    )


def _text(pair: tuple[str, str]) -> Text:
    return Text(zh=pair[0], en=pair[1])


def _limits(days: str, part: Part | None) -> tuple[Limit, Limit]:
    """(statutory, promised): "20/5" working days, "0" on the spot; a part takes its share of the promise."""
    statutory, _, promised = days.partition("/")
    amount = int(promised or statutory)
    if part:
        amount = min(amount, max(1, round(amount * part.share))) if part.share else 0
    return Limit(amount=int(statutory)), Limit(amount=amount)


def basis(law: str, library: Library) -> Basis:
    """A key of the laws with ":article", or without one for the document as a whole."""
    key, _, article = law.partition(":")
    zh, en, rank = library.laws[key]
    return Basis(
        law=Text(zh=zh, en=en), rank=rank, article=f"第{wording.numeral(int(article))}条" if article else ""
    )


def _marks(more: str) -> dict[str, list[str]]:
    """Scenes under "#", and the marks v, o, r under their letter."""
    found: dict[str, list[str]] = {sign: [] for sign in "#vor"}
    for mark in more.split():
        if mark[0] == "!":
            found[mark[1]].append(mark[3:])
        else:
            found[mark[0]].append(mark[1:])
    return found


def _words(row: Row, part: Part | None) -> list[str]:
    """What people call the item; of a sub-item, the same with what is done to it."""
    words = [word for word in row.words.split(",") if word]
    if part and part.sub > 1:
        words = [f"{word}{part.words[0]}" for word in words[:3]] + part.words[1:]
    return list(dict.fromkeys(words))


def _question() -> Question:
    return Question(
        code=_KIND_QUESTION,
        ask=Text(zh="以什么身份申请？", en="Who applies?"),
        options=[
            Option(value="person", label=Text(zh="个人", en="A person")),
            Option(
                value="organisation", label=Text(zh="单位（企业、合作社、其他组织）", en="An organisation")
            ),
        ],
    )


def _only(audience: Audience, whom: list[Audience]) -> Condition:
    """When a part is for one of two audiences."""
    return {_KIND_QUESTION: [_WHO[audience]]} if len(whom) > 1 else {}


def _materials(
    row: Row,
    part: Part | None,
    pattern: Pattern,
    whom: list[Audience],
    kind: Kind,
    law: Basis,
    library: Library,
) -> list[Material]:
    own = part and part.materials
    keys = list(own or pattern.materials)
    for token in () if own else row.materials.split():
        keys = [key for key in keys if f"-{key}" != token] if token[0] == "-" else [*keys, token]
    document = msgspec.structs.replace(law, article="")
    asked: list[tuple[str, Condition]] = [(key, {}) for key in keys]
    asked[1:1] = [(_APPLICANT[audience][1], _only(audience, whom)) for audience in whom]
    if kind is Kind.LICENCE:
        asked.append(("power_of_attorney", {}))
    seen: dict[str, Condition] = {}
    for key, when in asked:
        seen.setdefault(key, when)
    return [_material(key, when, kind, document, library) for key, when in seen.items()]


_FROM_LICENSING = {"application_form": 29, "power_of_attorney": 29}  # 行政许可法


def _material(key: str, when: Condition, kind: Kind, law: Basis, library: Library) -> Material:
    stock = library.materials[key]
    if kind is Kind.LICENCE and key in _FROM_LICENSING:
        law = basis(f"licensing:{_FROM_LICENSING[key]}", library)
    return Material(
        code=key,
        name=_text(stock.name),
        basis=law,
        acceptance=_text(stock.accept),
        necessity=stock.necessity,
        original=stock.original,
        medium=Medium.ELECTRONIC if stock.source is Source.SHARED else stock.medium,
        source=stock.source,
        issuer=_text(stock.issuer) if stock.issuer else None,
        how=_text(stock.how) if stock.how else None,
        defects=[_defect(code, stock, library.defects[code]) for code in stock.defects],
        when=when,
        held_from=stock.held_from,
    )


def _defect(code: str, stock: Stock, fault: Fault) -> Defect:
    zh, en = stock.name
    found = Text(zh=fault.found.zh.format(zh=zh), en=fault.found.en.format(en=en[0].lower() + en[1:]))
    return Defect(code=code, found=found, mend=fault.mend)


def _form(part: Part | None, pattern: Pattern, whom: list[Audience], library: Library) -> list[Section]:
    sections = [_section(_APPLICANT[audience][0], library, _only(audience, whom)) for audience in whom]
    further = part.blocks if part and part.blocks else pattern.blocks
    return sections + [_section(key, library, {}) for key in further]


def _section(key: str, library: Library, when: Condition) -> Section:
    block = library.blocks[key]
    return Section(
        code=key,
        title=_text(block.title),
        fields=[_field(code, *words) for code, words in block.fields.items()],
        when=when,
        block=key,
    )


def shared(key: str, library: Library) -> blocks.Block:
    """A block of the library as the shared block its sections name."""
    return blocks.of_section(_section(key, library, {}), key)


def _field(code: str, kind: str, zh: str, en: str, prefill: str | None = None) -> Field:
    return Field(
        code=code,
        label=Text(zh=zh, en=en),
        kind=FieldKind(kind.removesuffix("?")),
        required=not kind.endswith("?"),
        prefill=prefill,
    )


_STATED = ("applicant_name", "company_name", "company_uscc", "legal_representative")


def _prints(form: list[Section]) -> list[Print]:
    """What the result states: who holds it, and the first of what it is about."""
    who = [field for section in form for field in section.fields if field.code in _STATED]
    about = [
        field for section in form if section.code not in {"person", "company"} for field in section.fields
    ]
    return [Print(code=field.code, label=field.label) for field in [*who, *about[:3]]]


def _steps(row: Row, pattern: Pattern | None, promised: Limit) -> list[Step]:
    """Examination, what the pattern adds, decision; the promise is shared among them."""
    added = [step for step in pattern.steps if f"-{step.value}" not in row.materials] if pattern else []
    if promised.amount <= len(added) + 1:
        added = []
    return list(_timed(["review", *(step.value for step in added), "decision"], promised.amount))


def _timed(kinds: list[str], days: int) -> Iterator[Step]:
    spare = days - len([kind for kind in kinds if kind not in _UNCOUNTED])
    before: list[str] = []
    for kind in kinds:
        own = 1 + spare if kind == "review" and spare > 0 else 1
        limit = Limit(amount=own) if days >= len(kinds) else None
        yield Step(code=kind, name=wording.STEPS[kind], kind=StepKind(kind), after=before, limit=limit)
        before = [kind]


_UNCOUNTED = (StepKind.EXPERT_REVIEW, StepKind.TESTING)


def _service(marks: dict[str, list[str]], desk: Desk, whom: list[Audience]) -> Service:
    kept_out = wording.KEPT_OUT[marks["o"][0]] if marks["o"] else None
    return Service(
        channels=[Channel.WINDOW, Channel.WEB, Channel.MOBILE],
        reach=Reach(marks["r"][0]) if marks["r"] else Reach.CITY,
        in_hall=kept_out is None,
        kept_out=kept_out,
        window=desk.window,
        person_topics=list(dict.fromkeys([desk.person])) if Audience.PERSON in whom else [],
        enterprise_topics=[desk.enterprise] if Audience.ENTERPRISE in whom else [],
    )
