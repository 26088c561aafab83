"""Persons and companies become known, and accounts may act for them."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from tongban.engine import codes
from tongban.engine.refusal import Refused
from tongban.kit import vault
from tongban.people import queries
from tongban.people.actions import streams
from tongban.people.models import Account, Party, Representation
from tongban.people.rules import (
    Caller,
    PartyKind,
    Power,
    RepresentationKind,
    check_age,
    check_phone,
    check_username,
)


@transaction.atomic
def register_person(
    *,
    name: str,
    id_number: str,
    phone: str,
    username: str,
    password: str,
    at: datetime,
    by: str = "anonymous",
) -> Account:
    """A natural person signs up: an account, the party it is, and the right to act for itself.

    The password was checked by the form. Refuses under_fourteen, id_number_taken, username_invalid, username_taken, and
    with the codes of `engine.codes.explain_id_number` and `explain_phone`.
    """
    day = queries.today(at)
    number = codes.tidy(id_number)
    if fault := codes.explain_id_number(number, day):
        raise Refused(fault)
    check_age(number, day)
    account = make_account(username=username, display_name=name, password=make_password(password), at=at)
    party = _make_party(PartyKind.PERSON, name, number, check_phone(phone), taken="id_number_taken", at=at)
    who = by if by != "anonymous" else f"account:{account.pk}"
    _represent(account, party, RepresentationKind.SELF, day, None, by=who, at=at)
    streams.append(account, "account_opened", {"admin_kind": None}, by=who, at=at)
    streams.append(party, "person_registered", {"account": account.pk}, by=who, at=at)
    return account


@transaction.atomic
def register_company(*, name: str, uscc: str, caller: Caller, at: datetime) -> Party:
    """The caller declares to be the legal representative of a company not yet known here.

    A company already known is refused (company_known): whoever came second must be made an agent by its
    representative, or show papers at the hall. Refuses sign_in_required,
    and with the codes of `engine.codes.explain_uscc`.
    Basis: 公司法 Art 10; configuration (declared, checked by the clerk at acceptance).
    """
    if caller.account is None:
        raise Refused("sign_in_required")
    code = codes.tidy(uscc)
    if fault := codes.explain_uscc(code):
        raise Refused(fault)
    party = _make_party(PartyKind.COMPANY, name, code, "", taken="company_known", at=at)
    account = streams.locked_account(caller.account)
    day = queries.today(at)
    _represent(account, party, RepresentationKind.LEGAL_REPRESENTATIVE, day, None, by=caller.by, at=at)
    streams.append(party, "company_registered", {"account": account.pk, "uscc": code}, by=caller.by, at=at)
    return party


MANDATE = timedelta(days=30)  # for which who applied for a registration may act for what it founded


@transaction.atomic
def found(
    *, case_no: str, category: str, division: str, name: str, head_id: str, applicant: int, at: datetime
) -> Party:
    """The enterprise that the grant of `case_no` founds, with a code of its own; again: the same one.

    Its head acts for it from today, if an account of the head's is known; so does, for `MANDATE`, the account that
    applied for the registration. Refuses those of `engine.codes.make_uscc`.
    Basis: 市场主体登记管理条例 Art 21; GB 32100-2015.
    """
    known = Party.objects.filter(founded_by=case_no).first()
    if known:
        return known
    serial, code = _next_code(category, division)
    party = Party(
        id=serial,
        kind=PartyKind.COMPANY.value,
        name=name.strip(),
        code_cipher=vault.seal(code, place=queries.CODE),
        code_hash=vault.lookup(code, place=queries.CODE),
        created_at=at,
        founded_by=case_no,
    )
    streams.insert(party)
    day, by = queries.today(at), f"case:{case_no}"
    head = queries.account_of_person(head_id)
    if head:
        _represent(head, party, RepresentationKind.LEGAL_REPRESENTATIVE, day, None, by=by, at=at)
    if head is None or head.pk != applicant:
        agent = streams.locked_account(applicant)
        _represent(agent, party, RepresentationKind.AGENT, day, day + MANDATE, by=by, at=at)
    facts = {"case_no": case_no, "uscc": code, "head": head.pk if head else None}
    streams.append(party, "company_founded", facts, by=by, at=at)
    return party


def _next_code(category: str, division: str) -> tuple[int, str]:
    """The number of the next party and the code made from it; one in use already is passed over."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute("select nextval(pg_get_serial_sequence('people_party', 'id'))")
            (serial,) = cursor.fetchone()
            code = codes.make_uscc(f"9{category}", division[:6], codes.body_of(serial))
            if not Party.objects.filter(code_hash=vault.lookup(code, place=queries.CODE)).exists():
                return serial, code


@transaction.atomic
def add_agent(
    *,
    party: int,
    username: str,
    name: str,
    valid_to: date,
    caller: Caller,
    at: datetime,
    powers: Collection[Power] | None = None,
) -> Representation:
    """Let another account act for `party` until `valid_to`, that day included; within `powers` if given.

    Only the party itself or its legal representative may; user name and name of the agent must agree.
    Refuses not_your_party, only_principal, agent_unknown, agent_is_you, agent_date_passed, agent_already.
    Basis: 民法典 Art 161, 165 (authority given, its extent and duration).
    """
    day = queries.today(at)
    _require_principal(caller, party, day)
    if valid_to < day:
        raise Refused("agent_date_passed", valid_to=valid_to)
    agent = Account.objects.filter(
        username=username.strip().lower(), display_name=name.strip(), is_active=True, admin_kind=None
    ).first()
    if agent is None:
        raise Refused("agent_unknown")
    if agent.pk == caller.account:
        raise Refused("agent_is_you")
    row = streams.locked_party(party)
    held = _represent(agent, row, RepresentationKind.AGENT, day, valid_to, by=caller.by, at=at, powers=powers)
    facts = {"account": agent.pk, "valid_to": valid_to} | ({"powers": held.powers} if held.powers else {})
    streams.append(row, "agent_added", facts, by=caller.by, at=at)
    return held


@transaction.atomic
def end_representation(*, representation: int, caller: Caller, at: datetime) -> None:
    """An agent's authority ends now: withdrawn by the principal or given up by the agent.

    Refuses representation_unknown, self_stays.
    Basis: 民法典 Art 173.
    """
    of = Representation.objects.filter(pk=representation).values_list("party", flat=True).first()
    party = streams.locked_party(of) if of else None
    row = Representation.objects.filter(pk=representation, ended_at=None).first()
    day = queries.today(at)
    if (
        party is None
        or row is None
        or not (row.account_id == caller.account or _is_principal(caller, row.party_id, day))
    ):
        raise Refused("representation_unknown")
    if row.kind == RepresentationKind.SELF:
        raise Refused("self_stays")
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    facts = {"account": row.account_id, "kind": row.kind}
    streams.append(party, "representation_ended", facts, by=caller.by, at=at)


def make_account(
    *, username: str, display_name: str, password: str, at: datetime, admin_kind: str | None = None
) -> Account:
    """A new account row; `password` is already hashed. Refuses username_invalid, username_taken."""
    account = Account(
        username=check_username(username),
        display_name=display_name.strip(),
        password=password,
        admin_kind=admin_kind,
        created_at=at,
    )
    streams.insert(account, people_account_username_key=Refused("username_taken", username=account.username))
    return account


def _make_party(kind: PartyKind, name: str, code: str, phone: str, *, taken: str, at: datetime) -> Party:
    party = Party(
        kind=kind.value,
        name=name.strip(),
        code_cipher=vault.seal(code, place=queries.CODE),
        code_hash=vault.lookup(code, place=queries.CODE),
        phone_cipher=vault.seal(phone, place=queries.PHONE) if phone else None,
        created_at=at,
    )
    streams.insert(party, people_party_code_hash_key=Refused(taken))
    return party


def _represent(
    account: Account,
    party: Party,
    kind: RepresentationKind,
    valid_from: date,
    valid_to: date | None,
    *,
    by: str,
    at: datetime,
    powers: Collection[Power] | None = None,
) -> Representation:
    row = Representation(
        account=account,
        party=party,
        kind=kind.value,
        powers=None if powers is None else sorted(power.value for power in powers),
        valid_from=valid_from,
        valid_to=valid_to,
        by=by,
        created_at=at,
    )
    streams.insert(row, representation_once_at_a_time=Refused("agent_already"))
    return row


def _require_principal(caller: Caller, party: int, day: date) -> None:
    if party not in caller.parties:
        raise Refused("not_your_party")
    if not _is_principal(caller, party, day):
        raise Refused("only_principal")


def _is_principal(caller: Caller, party: int, day: date) -> bool:
    """Whether the caller is the party itself or its legal representative."""
    speaking = ["self", "legal_representative"]
    held = Representation.objects.filter(queries.in_force(day), party_id=party, kind__in=speaking)
    return caller.account is not None and held.filter(account_id=caller.account).exists()
