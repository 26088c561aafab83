"""Who must sign an application beside its applicant, who has, and what waits for somebody's signature."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import msgspec
from django.db.models import Exists, OuterRef

from tongban.cases.models import Bundle, CoSignature, Draft, Form
from tongban.cases.queries import applications, subjects
from tongban.cases.queries.applications import Application
from tongban.cases.queries.subjects import Resolved
from tongban.cases.rules import cosigning as rules
from tongban.catalogue.rules.guide import Guide, Section, Text
from tongban.catalogue.rules.situations import resolve
from tongban.engine.lifecycle import Case, state
from tongban.engine.refusal import Refused
from tongban.people import queries as people
from tongban.people.rules import Caller, mask_name

SHOWN = 20  # so many applications that wait for one person are listed, the longest waiting first


class Line(msgspec.Struct, frozen=True):
    """Somebody who must sign: in which capacities, and how far; a minor signs through a guardian, before officers."""

    person: str  # keyed hash of the ID number
    named: rules.Named
    capacities: tuple[Text, ...]
    minor: bool
    standing: rules.Standing

    @property
    def waits(self) -> bool:
        """Whether the application cannot be handed in without this signature, and lacks it."""
        return not self.minor and self.standing.signed_at is None

    @property
    def masked(self) -> str:
        return mask_name(self.named.name)


def _named(draft: Draft, resolved: Resolved) -> dict[str, rules.Named]:
    if not resolved.signers:
        return {}
    answers = people.open_answers(draft.form)
    return rules.named(
        _sections(resolved), resolved.signers, answers, own=people.own_number(draft.account_id)
    )


def _sections(resolved: Resolved) -> list[Section]:
    """Everything the form asks for or was given before."""
    return [*resolved.given, *resolved.sections]


def found_by(draft: Draft) -> list[str]:
    """By what those who must sign a draft find it: nobody while the form is not complete."""
    resolved = subjects.resolved(draft)
    if resolved.unanswered or {section.code for section in resolved.sections} - set(draft.complete):
        return []
    return [people.person_key(number) for number in _named(draft, resolved)]


def lines(draft: Draft, resolved: Resolved, digest: str, on: date) -> list[Line]:
    """Everybody who must sign a draft beside its applicant, as it stands; two statements, none where nobody must."""
    named = _named(draft, resolved)
    if not named:
        return []
    given = [rules.Given(one.person, one.digest, one.signed_at) for one in _kept(draft)]
    called = rules.in_words(_sections(resolved), resolved.signers)
    keys = {number: people.person_key(number) for number in named}
    return [
        Line(
            person=keys[number],
            named=one,
            capacities=tuple(called[code] for code in one.capacities),
            minor=rules.is_minor(number, on),
            standing=rules.standing(keys[number], digest, given),
        )
        for number, one in named.items()
    ]


def _kept(draft: Draft) -> Iterable[CoSignature]:
    return CoSignature.objects.filter(draft=draft).order_by("signed_at", "id")


def of_application(found: Application, on: date) -> list[Line]:
    """Everybody who must sign an application beside its applicant."""
    return lines(found.draft, found.situation, found.digest, on)


def complete(draft: Draft, resolved: Resolved, digest: str, on: date) -> tuple[state.CoSignature, ...]:
    """The co-signatures of a draft that is handed in. Refuses signatures_missing (names).

    Basis: 市场主体登记管理条例 Art 15, 16. Called with the draft locked.
    """
    who = lines(draft, resolved, digest, on)
    if missing := [one.named.name for one in who if one.waits]:
        raise Refused("signatures_missing", names=missing)
    return _facts(draft, digest) if who else ()


def of_bundle(bundle: Bundle, guide: Guide) -> tuple[state.CoSignature, ...]:
    """Those of a whole application that one of its items asks for itself."""
    return rules.of_item(_facts(bundle.draft, bundle.digest), guide.signers) if guide.signers else ()


def _facts(draft: Draft, digest: str) -> tuple[state.CoSignature, ...]:
    return tuple(
        state.CoSignature(
            signer=f"account:{one.account_id}",
            name=one.name,
            capacities=tuple(one.capacities),
            method=one.method,
            digest=one.digest,
            at=one.signed_at,
        )
        for one in _kept(draft)
        if one.digest == digest and one.person in draft.signers
    )


# For who signs


class ToSign(msgspec.Struct, frozen=True):
    """An application as somebody reads who must sign it: the answers with other people's numbers masked."""

    found: Application
    mine: Line
    others: tuple[Line, ...]
    answers: list[dict]

    @property
    def digest(self) -> str:
        return self.found.digest


def number_of(caller: Caller, on: date) -> str:
    """The caller's own registered ID number. Refuses not_a_signer, minor_signs_with_guardian."""
    number = people.own_number(caller.signed_in)
    if not number:
        raise Refused("not_a_signer")
    if rules.is_minor(number, on):
        raise Refused("minor_signs_with_guardian")
    return number


def find(draft: UUID, number: str, *, lock: bool = False) -> Draft:
    """The draft that names this person as having to sign it. Refuses not_a_signer, whether or not it exists."""
    rows = Draft.objects.select_related("implementation__organ", "implementation__item", "version", "party")
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(pk=draft, part_of=None, signers__contains=[people.person_key(number)]).first()
    if row is None:
        raise Refused("not_a_signer")
    return row


def to_sign(draft: UUID, caller: Caller, on: date) -> ToSign:
    """What the caller is to sign. Refuses not_a_signer, minor_signs_with_guardian, draft_submitted."""
    number = number_of(caller, on)
    row = find(draft, number)
    if row.submitted_at:
        raise Refused("draft_submitted")
    return to_sign_now(row, number, on)


def to_sign_now(row: Draft, number: str, on: date) -> ToSign:
    found, key = applications.application(row), people.person_key(number)
    who = of_application(found, on)
    mine = next((one for one in who if one.person == key), None)
    if mine is None:
        raise Refused("not_a_signer")
    return ToSign(
        found=found,
        mine=mine,
        others=tuple(one for one in who if one is not mine),
        answers=applications.read_by(found, number),
    )


class Waiting(msgspec.Struct, frozen=True):
    """An application that waits for the caller's signature, as one line."""

    row: Draft
    name: Text


def waiting(caller: Caller, on: date) -> list[Waiting]:
    """The applications that wait for the caller's signature, the longest waiting first; what was signed before is
    looked at anew, for it may have been changed since.
    """
    return [
        Waiting(row=row, name=subjects.subject(row).name)
        for row in _to_be_signed(caller, on)
        if not row.signed_before or _still_waits(row, caller, on)
    ]


def documents(caller: Caller, on: date) -> list[ToSign]:
    """What waits for the caller's signature, each as a whole."""
    number = people.own_number(caller.signed_in)
    found = [to_sign_now(row, number, on) for row in _to_be_signed(caller, on)]
    return [one for one in found if one.mine.waits]


def _still_waits(row: Draft, caller: Caller, on: date) -> bool:
    return to_sign_now(row, people.own_number(caller.signed_in), on).mine.waits


def _to_be_signed(caller: Caller, on: date) -> list:
    """Drafts that name the caller, those never signed first; each says whether it was `signed_before`."""
    number = people.own_number(caller.signed_in)
    if not number or rules.is_minor(number, on):
        return []
    person = people.person_key(number)
    signed = Exists(CoSignature.objects.filter(draft=OuterRef("pk"), person=person))
    rows = Draft.objects.select_related("implementation__organ", "implementation__item", "version", "party")
    mine = rows.filter(signers__contains=[person], submitted_at=None, part_of=None)
    return list(mine.annotate(signed_before=signed).order_by("signed_before", "updated_at", "id")[:SHOWN])


# For a case


class Cosigned(msgspec.Struct, frozen=True):
    """A co-signature of a case, and in which capacities in words."""

    signature: state.CoSignature
    capacities: Text


def of_case(case: Case, guide: Guide) -> list[Cosigned]:
    """The co-signatures a case was received with."""
    called = rules.in_words(guide.form, guide.signers)
    return [Cosigned(one, _joined(called[code] for code in one.capacities)) for one in case.cosignatures]


def left_to_officers(form: Form | None, guide: Guide, on: date) -> list[tuple[str, Text]]:
    """(name, capacities) of those who had to sign a case and are minors: officers look at their guardians' papers.

    Basis: 民法典 Art 19, 23.
    """
    if form is None or not guide.signers:
        return []
    situation = resolve(guide, form.situation)
    who = rules.named(situation.sections, guide.signers, people.open_answers(form.answers), own="")
    called = rules.in_words(guide.form, guide.signers)
    return [
        (one.name, _joined(called[code] for code in one.capacities))
        for number, one in who.items()
        if rules.is_minor(number, on)
    ]


def _joined(words: Iterable[Text]) -> Text:
    return applications.joined(list(words))
