"""What each letter says, taken from the event it tells, the case and its guide."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from django.conf import settings

from tongban.bilingual import queries as bilingual
from tongban.cases import phrases
from tongban.cases.models import Case, Form, Letter
from tongban.cases.queries import applications
from tongban.cases.queries.competence import Issuer
from tongban.cases.queries.cosigning import Cosigned
from tongban.cases.queries.tracking import defect_words
from tongban.cases.rules import letters, remedies, rendering, tolerance
from tongban.cases.rules.application import files_by_field
from tongban.catalogue.rules import situations
from tongban.catalogue.rules.guide import FieldKind, Guide, Kind, Source, Text
from tongban.engine import lifecycle
from tongban.engine.calendar import CST
from tongban.engine.lifecycle import events as e
from tongban.engine.lifecycle.state import PromiseMade, Signature
from tongban.licences import queries as licences
from tongban.licences.rules.documents import Grant
from tongban.people import queries as people

# Which letters tell an event; a grant also prints its result: licence, document or certificate.
KINDS: dict[type[e.Event], tuple[str, ...]] = {
    e.Received: ("receipt",),
    e.Corrected: ("receipt",),
    e.CorrectionNoticed: ("correction_notice",),
    e.Promised: ("promise",),
    e.PreAccepted: ("pre_acceptance",),
    e.Supplemented: ("receipt",),
    e.PromiseBroken: ("returned",),
    e.Accepted: ("acceptance",),
    e.AcceptanceRefused: ("non_acceptance",),
    e.SpecialStarted: ("special_procedure",),
    e.Extended: ("extension",),
    e.Granted: ("grant", "licence"),
    e.Refused: ("refusal",),
    e.Delivered: ("delivery",),
}

_METHODS = {
    "electronic": Text(zh="电子送达", en="Electronic delivery"),
    "window": Text(zh="窗口领取", en="Collected at the window"),
    "post": Text(zh="邮寄送达", en="By post"),
    "direct": Text(zh="直接送达", en="In person"),
}
_CHANNELS = {
    "web": Text(zh="网上申请", en="Online"),
    "api": Text(zh="接口申请", en="Through the API"),
}
_HOLDER = Text(zh="持有人", en="Holder")
_CODE = Text(zh="统一社会信用代码", en="Unified social credit code")


class Told(msgspec.Struct, frozen=True):
    """An event to be told in a letter: the case before and after it, when and by whom it was decided."""

    row: Case
    before: lifecycle.Case
    after: lifecycle.Case
    event: e.Event
    at: datetime
    guide: Guide
    issuer: Issuer
    head: letters.LetterHead
    founded: Any = None  # the enterprise the grant founds: its licence is the enterprise's


def kinds(event: e.Event) -> tuple[str, ...]:
    """The letters `event` needs."""
    return KINDS.get(type(event), ())


def head(
    row: Case, guide: Guide, issuer: Issuer, *, number: str, code: str, at: datetime
) -> letters.LetterHead:
    """What every letter of the case carries; of a delegated power the principal's name, and who handled it."""
    party, organ = row.party, issuer.organ
    return letters.LetterHead(
        organ=Text(zh=organ.name, en=organ.name_en),
        organ_code=organ.uscc,
        number=number,
        addressee=party.name,
        addressee_kind="company" if party.kind == "company" else "person",
        case_no=row.case_no,
        query_code=row.query_code,
        item_name=guide.name,
        issued_on=at.astimezone(CST).date(),
        verify_url=f"{settings.PUBLIC_URL}/verify/{code}/",
        demo=settings.DEMO,
        language=printed_language(row.language),
        seal_name=organ.name,
        phone=settings.HOTLINE,
        entrusted=_entrusted(issuer),
    )


def _entrusted(issuer: Issuer) -> Text | None:
    if not issuer.entrusted or issuer.competence is None:
        return None
    acting = Text(zh=issuer.acting.name, en=issuer.acting.name_en)
    return letters.entrusted(acting, issuer.competence.instrument)


def printed_language(language: str) -> Literal["zh", "en", "bo", "ii"]:
    """What is printed beside the Chinese for a reader of `language`; "zh": nothing."""
    found: dict[str, Literal["en", "bo", "ii"]] = {"en": "en", "bo": "bo", "ii": "ii"}
    return found.get(language.partition("-")[0], "zh")


def document(letter: letters.Letter) -> dict:
    """The letter as it is printed and attached; for a reader of Tibetan or Yi with what is approved beside it."""
    data, language = letters.document(letter), letter.head.language
    if language not in bilingual.LANGUAGES:
        return data
    words = bilingual.approved(language)
    beside = rendering.rendering(data, language, lambda part, zh: words.get((part, zh)))
    return {**data, "rendering": beside} if beside else data


def letter(kind: str, told: Told) -> letters.Letter:
    """The letter of `kind` that tells `told`."""
    return _BUILDERS[kind](told)


def signature_line(signature: Signature, at: datetime) -> letters.SignatureLine:
    """A signature as letters state it. Basis: 电子签名法 Art 13, 14."""
    return letters.SignatureLine(
        name=signature.name,
        capacity=phrases.capacity(signature),
        method=phrases.METHODS[signature.method],
        at=at,
        digest=signature.digest,
    )


def cosignature_line(one: Cosigned) -> letters.SignatureLine:
    """A co-signature as letters state it; it was given before the application was received."""
    return letters.SignatureLine(
        name=one.signature.name,
        capacity=one.capacities,
        method=phrases.METHODS[one.signature.method],
        at=one.signature.at.astimezone(CST),
        digest=one.signature.digest,
    )


def _receipt(told: Told) -> letters.Letter:
    event = told.event
    assert isinstance(event, e.Received | e.Corrected | e.Supplemented)
    given = [part for part in told.guide.materials if part.code in event.materials]
    used = licences.uses_of_case(told.row.pk)
    attached = _attached(told) if isinstance(event, e.Received) else ()
    channel = event.channel if isinstance(event, e.Received) else "web"
    signature = event.signature if isinstance(event, e.Received) else None
    return letters.ReceiptLetter(
        head=told.head,
        basis=_grounds(told, "receipt"),
        channel=_CHANNELS[channel],
        received_at=told.at,
        received_on=event.received_on,
        notice_due=event.notice_due,
        provisional=event.provisional,
        signature=signature_line(signature, told.at) if signature else None,
        materials=tuple(
            letters.ReceivedMaterial(
                name=_held(part.name, used[part.code].number)
                if part.code in used
                else _with(part.name, attached if part.source is Source.FORM else ()),
                original=part.original,
                medium=part.medium,
                copies=part.copies,
            )
            for part in given
        ),
    )


def _held(name: Text, number: str) -> Text:
    """A material that a licence stood for."""
    return Text(zh=f"{name.zh}（已有证照，无需提交：{number}）", en=f"{name.en} (held already: {number})")


def _attached(told: Told) -> tuple[tuple[Text, int], ...]:
    """What the fields of files of the form are called, and how many were given for each, in the form's order."""
    fields = [field for section in told.guide.form for field in section.fields]
    if not any(field.kind is FieldKind.FILE for field in fields):
        return ()
    given = files_by_field(told.row.uploads.filter(round=1, removed_at=None))
    return tuple((field.label, len(given[field.code])) for field in fields if field.code in given)


def _with(name: Text, attached: tuple[tuple[Text, int], ...]) -> Text:
    """A material made from the form, with the files given in it."""
    if not attached:
        return name
    zh = "、".join(f"{label.zh} {count} 个文件" for label, count in attached)
    en = ", ".join(f"{label.en}: {count}" for label, count in attached)
    return Text(zh=f"{name.zh}（附：{zh}）", en=f"{name.en} (files: {en})")


def _correction_notice(told: Told) -> letters.Letter:
    event = told.event
    assert isinstance(event, e.CorrectionNoticed)
    parts = {part.code: part for part in told.guide.materials}
    return letters.CorrectionLetter(
        head=told.head,
        basis=_grounds(told, "correction_notice"),
        received_on=_date(told.before.received_on),
        correct_by=event.correct_by,
        conditions=tuple(told.guide.conditions),
        remedies=told.issuer.remedies,
        round=event.number,
        defects=tuple(
            letters.DefectiveMaterial(
                name=parts[line.material].name,
                found=defect_words(parts[line.material], line.defect)[0],
                mend=defect_words(parts[line.material], line.defect)[1],
                basis=_basis(parts[line.material].basis),
                remark=line.remark,
            )
            for line in event.defects
        ),
    )


def _written(told: Told, promise: PromiseMade) -> tolerance.Written:
    """The promise as it was signed: made again from the same case, materials and days."""
    names = {part.code: part.name for part in told.guide.materials}
    return tolerance.written(
        told.row.case_no, [(code, names[code]) for code in promise.materials], promise.days
    )


def _promise_letter(told: Told) -> letters.Letter:
    event, promise = told.event, told.after.promise
    assert isinstance(event, e.Promised)
    assert promise is not None
    said = _written(told, promise)
    return letters.PromiseLetter(
        head=told.head,
        received_on=_date(told.before.received_on),
        materials=said.materials,
        days=said.days,
        terms=said.lines,
        signature=signature_line(event.signature, told.at),
    )


def _pre_acceptance(told: Told) -> letters.Letter:
    event, promise = told.event, told.after.promise
    assert isinstance(event, e.PreAccepted)
    assert promise is not None
    return letters.PreAcceptanceLetter(
        head=told.head,
        basis=_grounds(told, "pre_acceptance"),
        received_on=_date(told.before.received_on),
        materials=_written(told, promise).materials,
        supplement_by=event.due_on,
        provisional=event.provisional,
    )


def _returned(told: Told) -> letters.Letter:
    event, promise = told.event, told.after.promise
    assert isinstance(event, e.PromiseBroken)
    assert promise is not None
    return letters.ReturnedLetter(
        head=told.head,
        basis=_grounds(told, "returned"),
        received_on=_date(told.before.received_on),
        pre_accepted_on=_date(promise.pre_accepted_on),
        materials=_written(told, promise).materials,
        supplement_by=event.due_on,
        remedies=_remedies(told, event.remedies),
    )


def _acceptance(told: Told) -> letters.Letter:
    event, terms = told.event, told.after.terms
    assert isinstance(event, e.Accepted)
    assert terms is not None
    return letters.AcceptanceLetter(
        head=told.head,
        basis=_grounds(told, "acceptance", "deemed" if event.deemed else ""),
        received_on=_date(told.before.received_on),
        accepted_on=event.accepted_on,
        deemed=event.deemed,
        statutory=letters.Deadline(limit=terms.statutory, due=event.statutory_due),
        promised=letters.Deadline(limit=terms.promised, due=event.promised_due),
        provisional=event.provisional,
        fee=told.guide.fees[0].standard if told.guide.fees else None,
    )


def _non_acceptance(told: Told) -> letters.Letter:
    event = told.event
    assert isinstance(event, e.AcceptanceRefused)
    return letters.NonAcceptanceLetter(
        head=told.head,
        ground=event.ground,  # type: ignore[arg-type]
        received_on=_date(told.before.received_on),
        reasons=(Text(zh=event.reason, en=""),),
        basis=_grounds(told, "non_acceptance", event.ground),
        remedies=_remedies(told, event.remedies),
    )


def _special_procedure(told: Told) -> letters.Letter:
    event = told.event
    assert isinstance(event, e.SpecialStarted)
    return letters.SpecialProcedureLetter(
        head=told.head,
        basis=_grounds(told, "special_procedure"),
        accepted_on=_date(told.before.accepted_on),
        ground=event.ground,
        start_on=event.start_on,
        expected_days=event.expected_days,
        reasons=(Text(zh=event.reason, en=""),),
    )


def _extension(told: Told) -> letters.Letter:
    event = told.event
    assert isinstance(event, e.Extended)
    assert told.before.statutory_due is not None
    return letters.ExtensionLetter(
        head=told.head,
        basis=_grounds(told, "extension", event.approver.value),
        accepted_on=_date(told.before.accepted_on),
        approver=event.approver.value,
        limit=event.limit,
        former_due=told.before.statutory_due,
        due=event.statutory_due,
        provisional=event.provisional,
        reasons=(Text(zh=event.reason, en=""),),
    )


def _grant(told: Told) -> letters.Letter:
    event = told.event
    assert isinstance(event, e.Granted)
    return letters.GrantLetter(
        head=told.head,
        basis=_decided_on(told),
        received_on=_date(told.before.received_on),
        accepted_on=_date(told.before.accepted_on),
        details=_details(told),
        result=told.guide.result.name,
        valid_until=event.valid_until,
        delivery_due=event.delivery_due,
        provisional=event.provisional,
    )


def _licence(told: Told) -> letters.Letter:
    event = told.event
    assert isinstance(event, e.Granted)
    return letters.Licence(
        head=told.head,
        name=told.guide.result.name,
        details=_details(told),
        valid_from=told.at.astimezone(CST).date(),
        valid_until=event.valid_until,
    )


def _refusal(told: Told) -> letters.Letter:
    event = told.event
    assert isinstance(event, e.Refused)
    return letters.RefusalLetter(
        head=told.head,
        received_on=_date(told.before.received_on),
        accepted_on=_date(told.before.accepted_on),
        reasons=(Text(zh=event.reasons, en=""),),
        basis=(Text(zh=event.basis, en=""), *_grounds(told, "refusal")),
        remedies=_remedies(told, event.remedies),
    )


def _delivery(told: Told) -> letters.Letter:
    event = told.event
    assert isinstance(event, e.Delivered)
    decisions = Letter.objects.filter(case=told.row, kind__in=["grant", "refusal", "licence"]).order_by("id")
    return letters.DeliveryLetter(
        head=told.head,
        basis=_grounds(told, "delivery"),
        documents=tuple(
            letters.Served(name=letters.TITLES[kind], number=number)
            for kind, number in decisions.values_list("kind", "number")
        ),
        method=_METHODS[event.method],
        recipient=event.recipient,
        delivered_at=told.at,
    )


def _decided_on(told: Told) -> tuple[Text, ...]:
    """A grant names the procedural law and the item's own bases, each once."""
    return tuple(
        dict.fromkeys((*_grounds(told, "grant"), *(_basis(basis) for basis in told.guide.basis[:2])))
    )


def grant(told: Told, letter: letters.Licence, code: str) -> Grant:
    """What the decision gives, for the licence that is issued on it."""
    form = Form.objects.filter(case=told.row).first()
    return Grant(
        case_no=told.row.case_no,
        number=letter.head.number,
        code=code,
        party=told.founded or told.row.party,
        organ=told.issuer.organ,
        item=told.guide.base_code,
        item_name=told.guide.name,
        version=told.row.version_id,
        name=told.guide.result.name,
        kind=told.guide.result.kind,
        details=tuple((detail.label, detail.value) for detail in letter.details),
        answers=form.answers if form else {},
        valid_to=letter.valid_until,
        at=told.at,
    )


def _details(told: Told) -> tuple[letters.Detail, ...]:
    """What the result states: what its guide says it prints, as answered; the holder always.

    Basis: 行政许可法 Art 39; configuration (证照载明事项).
    """
    said = _said(told)
    details = tuple(
        letters.Detail(label=part.label, value=said[part.code])
        for part in told.guide.result.prints
        if part.code in said
    )
    if told.founded:
        code = people.masked(told.founded).code
        return (letters.Detail(label=_CODE, value=Text(zh=code, en=code)), *details)
    holder = told.row.party.name
    if any(detail.value.zh == holder for detail in details):
        return details
    return (letters.Detail(label=_HOLDER, value=Text(zh=holder, en=holder)), *details)


def _said(told: Told) -> dict[str, Text]:
    """{field or question code: its answer in words}; registered names and codes as registered, ID numbers masked."""
    form = Form.objects.filter(case=told.row).first()
    if form is None:
        return {}
    situation = situations.resolve(told.guide, form.situation)
    asked = situation.asked
    registered = _registered(told)
    given = {
        **people.masked_answers(form.answers, asked),
        **{field.code: registered[field.prefill] for field in asked if field.prefill in registered},
    }
    named = applications.from_city(told.row.division_code, asked)
    said: dict[str, Text] = {}
    for theme in applications.in_words(situation.sections, given, named):
        answered = [row for row in theme["rows"] if row["words"]]
        if theme["list"] is None:
            said |= {row["field"].code: applications.joined(row["words"]) for row in answered}
        elif answered:  # a list is said by what stands first in each of its rows
            before = [said[theme["list"].code]] if theme["list"].code in said else []
            said[theme["list"].code] = applications.joined([*before, *answered[0]["words"]])
    said |= {code: Text(zh=words, en=words) for code, words in told.after.produced.items()}
    for question in situation.questions:
        for option in question.options:
            if option.value == situation.answers.get(question.code):
                said[question.code] = option.label
    return said


def _registered(told: Told) -> dict[str | None, str]:
    """What is known of the applicant by registration: a licence names it so, whatever was typed."""
    party = people.masked(told.row.party)
    if party.kind.value == "company":
        return {"company.name": party.name, "company.uscc": party.code}
    return {"person.name": party.name, "person.id_number": party.code}


def _grounds(told: Told, kind: str, narrowed: str = "") -> tuple[Text, ...]:
    """What a letter rests on: the licensing law for a licence, the item's own bases for any other item."""
    if told.guide.kind == Kind.LICENCE:
        return letters.grounds(kind, narrowed)
    return tuple(_basis(basis) for basis in told.guide.basis[:2])


def _basis(basis) -> Text:
    """A legal basis in words."""
    return Text(zh=f"{basis.law.zh}{basis.article}", en=f"{basis.law.en} {basis.article_en}".strip())


def _remedies(told: Told, kept: str) -> tuple[Text, ...]:
    return remedies.printed(kept, told.issuer.remedies)


def _date(day):
    assert day is not None
    return day


_BUILDERS = {
    "receipt": _receipt,
    "correction_notice": _correction_notice,
    "promise": _promise_letter,
    "pre_acceptance": _pre_acceptance,
    "returned": _returned,
    "acceptance": _acceptance,
    "non_acceptance": _non_acceptance,
    "special_procedure": _special_procedure,
    "extension": _extension,
    "grant": _grant,
    "licence": _licence,
    "refusal": _refusal,
    "delivery": _delivery,
}
