"""Persons and companies: masked, by code, and who may act for whom; who read their data."""

from collections.abc import Iterable
from datetime import date, datetime
from hmac import compare_digest

import msgspec

from tongban.engine.refusal import Refused
from tongban.kit import vault
from tongban.people.models import Account, Party, PlainView, Representation
from tongban.people.queries.callers import in_force, today
from tongban.people.rules import Caller, PartyKind, Power, mask_id_number, mask_name, mask_phone

CODE, PHONE = "people_party.code", "people_party.phone"  # places sealed values are bound to


class Masked(msgspec.Struct, frozen=True):
    """A party as it may be shown without a reason: numbers masked; a person's name both ways.

    `name` is for officers on the case and the party; `public_name` for everybody else.
    """

    id: int
    kind: PartyKind
    name: str
    public_name: str
    code: str
    phone: str


def party(party_id: int) -> Party:
    """One party by id. Refuses `party_unknown`."""
    found = Party.objects.filter(pk=party_id).first()
    if found is None:
        raise Refused("party_unknown", party=party_id)
    return found


def party_name(party_id: int) -> str:
    """A party's full name, as officers on the case read it."""
    return party(party_id).name


def party_by_code(code: str) -> Party | None:
    """The party with this ID number or USCC, found by keyed hash."""
    return Party.objects.filter(code_hash=vault.lookup(code, place=CODE)).first()


def account_of_person(id_number: str) -> Account | None:
    """The account of the person with this ID number; None where nobody signed up with it."""
    person = party_by_code(id_number)
    held = person and Representation.objects.filter(party=person, kind="self").select_related("account")
    row = held.first() if held else None
    return row.account if row else None


def person_key(id_number: str) -> str:
    """What a person is found by where the number itself must not stand: the keyed hash, in hex digits."""
    return vault.lookup(id_number, place=CODE).hex()


def own_number(account_id: int) -> str:
    """The ID number an account is registered with; empty where it is nobody's own or was erased."""
    own = Party.objects.filter(representations__account_id=account_id, representations__kind="self")
    row = own.filter(code_cipher__isnull=False).order_by("id").first()
    return vault.open_sealed(bytes(row.code_cipher), place=CODE) if row and row.code_cipher else ""


def party_founded_by(case_no: str) -> Party | None:
    """The enterprise that the grant of a case founded."""
    return Party.objects.filter(founded_by=case_no).first()


def registered(party_id: int) -> dict[str, str]:
    """What the register says of an enterprise, for what the house itself fills in: company.name, company.uscc."""
    return _known(party(party_id), "company")


def code_ends_with(row: Party, last: str) -> bool:
    """Whether the party's ID number or USCC ends with the four characters `last`; case does not matter."""
    if len(last) != 4 or not row.code_cipher:
        return False
    return compare_digest(
        vault.open_sealed(row.code_cipher, place=CODE)[-4:].upper().encode(), last.upper().encode()
    )


def masked(row: Party) -> Masked:
    """`row` with its numbers masked; a USCC is public and stays.

    Basis: 个人信息保护法 Art 6, 25; 企业信息公示暂行条例 (company codes are public).
    """
    person = row.kind == PartyKind.PERSON
    code = vault.open_sealed(row.code_cipher, place=CODE) if row.code_cipher else ""
    phone = vault.open_sealed(row.phone_cipher, place=PHONE) if row.phone_cipher else ""
    return Masked(
        id=row.pk,
        kind=PartyKind(row.kind),
        name=row.name,
        public_name=mask_name(row.name) if person else row.name,
        code=mask_id_number(code) if person else code,
        phone=mask_phone(phone),
    )


class Acting(msgspec.Struct, frozen=True):
    """A party an account may act for: why, from and until when, and what is shown of it."""

    representation: int
    kind: str
    valid_from: date
    valid_to: date | None
    party: Masked


def parties_of(account_id: int, at: datetime) -> list[Acting]:
    """Whom the account may act for now: itself first, then companies, then those it is an agent of."""
    rows = (
        Representation.objects.select_related("party")
        .filter(in_force(today(at)), account_id=account_id)
        .order_by("id")
    )
    order = {"self": 0, "legal_representative": 1, "agent": 2}
    return sorted((_acting(row) for row in rows), key=lambda acting: order[acting.kind])


def _acting(row: Representation) -> Acting:
    return Acting(
        representation=row.pk,
        kind=row.kind,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        party=masked(row.party),
    )


class Agent(msgspec.Struct, frozen=True):
    """Somebody who may act for one of my parties."""

    representation: int
    name: str
    party_name: str
    valid_to: date | None


def agents_of(account_id: int, at: datetime) -> list[Agent]:
    """The agents of every party the account speaks for itself or as legal representative."""
    now = in_force(today(at))
    mine = Representation.objects.filter(now, account_id=account_id).exclude(kind="agent")
    rows = (
        Representation.objects.select_related("party", "account")
        .filter(now, kind="agent", party_id__in=mine.values("party_id"))
        .order_by("party_id", "id")
    )
    return [
        Agent(
            representation=row.pk,
            name=row.account.display_name,
            party_name=row.party.name,
            valid_to=row.valid_to,
        )
        for row in rows
    ]


def prefill(caller: Caller, party_id: int, on: date) -> dict[str, str]:
    """Known data for the caller's own forms: person.name, .id_number, .phone, company.name, .uscc, .legal_representative.

    Applying for a person, the person is that party; for a company, the person is the caller. A limited agent
    is shown what is known only with the principal's consent. Refuses `not_your_party`.
    """
    if party_id not in caller.parties:
        raise Refused("not_your_party")
    if not caller.may(Power.DATA, party_id):
        return {}
    row = party(party_id)
    if row.kind == PartyKind.PERSON:
        return _known(row, "person")
    person = Party.objects.filter(
        representations__account_id=caller.signed_in, representations__kind="self"
    ).first()
    head = Representation.objects.filter(in_force(on), party=row, kind="legal_representative")
    name = head.order_by("-id").values_list("account__display_name", flat=True).first()
    known = _known(row, "company") | (_known(person, "person") if person else {})
    return known | ({"company.legal_representative": name} if name else {})


def _known(row: Party, subject: str) -> dict[str, str]:
    known = {f"{subject}.name": row.name}
    if row.code_cipher:
        name = "id_number" if subject == "person" else "uscc"
        known[f"{subject}.{name}"] = vault.open_sealed(row.code_cipher, place=CODE)
    if row.phone_cipher:
        known[f"{subject}.phone"] = vault.open_sealed(row.phone_cipher, place=PHONE)
    return known


def plain_views(party_ids: Iterable[int] | None = None, *, limit: int = 50) -> list[PlainView]:
    """Who read personal data in the clear, newest first: of these parties, or of all (audit)."""
    rows = PlainView.objects.select_related("account", "organ", "party").order_by("-at", "-id")
    return list((rows if party_ids is None else rows.filter(party_id__in=list(party_ids)))[:limit])
