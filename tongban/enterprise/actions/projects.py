"""A project enters the centre, gets a steward, and is closed by the enterprise with a rating."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from tongban.cases.queries import applications
from tongban.catalogue import queries as catalogue
from tongban.construction.queries import projects as construction
from tongban.construction.queries.definition import definition
from tongban.engine.refusal import Refused
from tongban.enterprise import rules
from tongban.enterprise.models import Mandate, ServiceProject
from tongban.enterprise.queries import projects as queries
from tongban.enterprise.rules import Rating
from tongban.people import actions as people_actions
from tongban.people import queries as people
from tongban.people.rules import Caller, PartyKind, require_reader
from tongban.record import actions as record_actions

STREAM = "service"
PRINCIPALS = {"self", "legal_representative"}


@transaction.atomic
def enter_construction(*, code: str, key: bool, caller: Caller, at: datetime) -> ServiceProject:
    """A construction project enters by its code; name, enterprise, county and investment are the project's.

    Raises `Refused`: construction_unknown, service_not_yours, service_exists.
    """
    try:
        found = construction.at_work(code.strip(), caller)
    except Refused as refused:
        raise Refused("construction_unknown", project=code) from refused
    if ServiceProject.objects.filter(construction=found, closed_at=None).exists():
        raise Refused("service_exists")
    total = found.answers.get("investment_total")
    row = ServiceProject(
        construction_id=found.pk,
        name=found.name,
        party_id=found.party_id,
        division_id=found.division_code,
        investment=Decimal(str(total)) if total else None,
        key=key,
    )
    return _enter(row, caller, at)


@transaction.atomic
def enter_plain(
    *,
    name: str,
    uscc: str,
    county: str,
    theme: str = "",
    investment: Decimal | None = None,
    key: bool = False,
    started_on: date | None = None,
    caller: Caller,
    at: datetime,
) -> ServiceProject:
    """A project of an enterprise without a project code yet; `theme` is the kind of building it will be, if any.

    Raises `Refused`: enterprise_unknown, theme_unknown, organ_unknown, service_not_yours.
    """
    party = people.party_by_code(uscc.strip().upper())
    if party is None or party.kind != PartyKind.COMPANY:
        raise Refused("enterprise_unknown")
    if theme:
        definition().theme(theme)
    if not people.town_names(county):
        raise Refused("place_elsewhere", place=county)
    row = ServiceProject(
        name=name.strip(),
        party=party,
        division_id=county,
        theme=theme,
        investment=investment,
        key=key,
        started_on=started_on,
    )
    return _enter(row, caller, at)


def _enter(row: ServiceProject, caller: Caller, at: datetime) -> ServiceProject:
    of_centre(row, caller)
    row.entered_by_id, row.entered_at, row.position = caller.signed_in, at, 0
    row.save(force_insert=True)
    facts = {
        "construction": row.construction_id or "",
        "party": row.party_id,
        "division": row.division_id,
        "theme": row.theme,
        "key": row.key,
    }
    tell(row, ("service_entered", facts), caller=caller, at=at)
    return row


@transaction.atomic
def assign(*, project: int, steward: int, caller: Caller, at: datetime) -> ServiceProject:
    """Assign a steward, or another one; the plan counts from the day the first one came.

    Raises `Refused`: service_unknown, service_closed, service_not_yours, not_a_steward, mandate_stands (the one
    before still acts under a mandate).
    """
    row = locked(project)
    of_centre(row, caller)
    account = people.account_by_id(steward)
    rules.can_be_steward(catalogue.seats(people.caller_of(account, at)), row.division_id)
    if row.steward_id not in {None, steward} and standing_mandate(row, at):
        raise Refused("mandate_stands")
    row.steward, row.planned_from = account, row.planned_from or people.today(at)
    row.save(update_fields=["steward", "planned_from"])
    tell(
        row,
        ("steward_assigned", {"steward": steward, "plan_from": row.planned_from.isoformat()}),
        caller=caller,
        at=at,
    )
    return row


@transaction.atomic
def close(*, project: int, rating: Rating, words: str = "", caller: Caller, at: datetime) -> ServiceProject:
    """The enterprise ends the service and says once how content it is; the mandate ends with its last project.

    Raises `Refused`: service_unknown, service_closed, only_principal.
    Basis: 优化营商环境条例 Art 36 (好差评); 民法典 Art 173(1).
    """
    row = locked(project)
    by_principal(row.party_id, caller, at, unknown=Refused("service_unknown", project=project))
    row.closed_at, row.closed_by_id = at, caller.signed_in
    row.rating, row.words = int(rating), words.strip()
    row.save(update_fields=["closed_at", "closed_by", "rating", "words"])
    said: list[tuple[str, dict]] = [("service_closed", {"rating": row.rating})]
    others = ServiceProject.objects.filter(party=row.party_id, steward=row.steward_id, closed_at=None)
    if row.steward_id and not others.exists() and (mandate := standing_mandate(row, at)):
        assert mandate.representation_id is not None
        people_actions.end_representation(representation=mandate.representation_id, caller=caller, at=at)
        said.append(("mandate_ended", {"mandate": mandate.pk, "by": "closing"}))
    tell(row, *said, caller=caller, at=at)
    return row


# What every command shares


def locked(project: int, *, open_: bool = True) -> ServiceProject:
    """The row of a project, locked. Refuses `service_unknown`, and `service_closed` unless told otherwise."""
    row = ServiceProject.objects.select_for_update().filter(pk=project).first()
    if row is None:
        raise Refused("service_unknown", project=project)
    if open_ and row.closed_at:
        raise Refused("service_closed")
    return row


def of_centre(row: ServiceProject, caller: Caller) -> None:
    """Refuse `service_not_yours` unless the caller works at the project's centre, in person."""
    require_reader(caller)
    if caller.scopes is not None or not rules.works_for_centre(queries.seats(caller), row.division_id):
        raise Refused("service_not_yours")


def by_steward(row: ServiceProject, caller: Caller) -> None:
    """Refuse `not_the_steward`, or `service_not_yours` once he holds no post there any more."""
    if row.steward_id is None:
        raise Refused("steward_missing")
    of_centre(row, caller)
    if row.steward_id != caller.account:
        raise Refused("not_the_steward")


def by_principal(party: int, caller: Caller, at: datetime, *, unknown: Refused) -> None:
    """Refuse as `unknown` who has nothing to do with the party, and `only_principal` to its agents.

    Basis: 民法典 Art 169 (an agent passes nothing on without consent).
    """
    if not caller.may(None, party):
        raise unknown
    standing = applications.standing(caller, party, at)
    if standing is None or standing.capacity not in PRINCIPALS:
        raise Refused("only_principal")


def standing_mandate(row: ServiceProject, at: datetime) -> Mandate | None:
    """The mandate of the project's steward that is in force, if there is one."""
    found = Mandate.objects.select_related("representation").filter(
        party=row.party_id, steward=row.steward_id, representation__ended_at=None
    )
    on = people.today(at)
    return next((one for one in found if queries.mandate_state(one, on) == "in_force"), None)


def tell(row: ServiceProject, *entries: tuple[str, dict], caller: Caller, at: datetime) -> None:
    """Append to the project's stream and store how far it is; the row is locked or new."""
    record_actions.append(
        stream_kind=STREAM,
        stream_id=str(row.pk),
        position=row.position + 1,
        entries=list(entries),
        by=caller.by,
        at=at,
    )
    row.position += len(entries)
    ServiceProject.objects.filter(pk=row.pk).update(position=row.position)
