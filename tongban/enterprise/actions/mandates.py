"""Mandates: drawn up by the steward, signed by the principal, withdrawn at any time, ended by themselves."""

from collections.abc import Collection
from datetime import date, datetime

import msgspec
from django.db import transaction

from tongban.cases.queries import applications
from tongban.cases.rules import duties, signing
from tongban.cases.rules.signing import Signed
from tongban.engine.refusal import Refused
from tongban.enterprise import rules
from tongban.enterprise.actions.projects import by_principal, by_steward, locked, standing_mandate, tell
from tongban.enterprise.models import Mandate, ServiceProject
from tongban.enterprise.queries import mandates as queries
from tongban.enterprise.queries.projects import mandate_state
from tongban.people import actions as people_actions
from tongban.people import queries as people
from tongban.people.rules import Caller, PartyKind, Power


@transaction.atomic
def draw(
    *, project: int, scope: Collection[Power], data: bool, until: date, caller: Caller, at: datetime
) -> Mandate:
    """The steward draws up a mandate for the enterprise to sign; one that waited before is replaced.

    Raises `Refused`: service_unknown, service_closed, not_the_steward, mandate_stands, and those of
    `rules.proposed` and `rules.within_posts`. Basis: 民法典 Art 165.
    """
    row = locked(project)
    by_steward(row, caller)
    today = people.today(at)
    rules.proposed(scope, until, PartyKind(people.party(row.party_id).kind), today)
    rules.within_posts(until, queries.ends_of_posts(caller.signed_in, row.division_id, at))
    if standing_mandate(row, at):
        raise Refused("mandate_stands")
    Mandate.objects.filter(
        party=row.party_id, steward=row.steward_id, signed_at=None, declined_at=None
    ).update(declined_at=at)
    made = Mandate.objects.create(
        project=row,
        party_id=row.party_id,
        steward_id=caller.signed_in,
        scope=[power.value for power in rules.GRANTABLE if power in scope],
        data=data,
        until=until,
        drawn_by_id=caller.signed_in,
        drawn_at=at,
    )
    facts = {"mandate": made.pk, "scope": made.scope, "data": data, "until": until.isoformat()}
    tell(row, ("mandate_drawn_up", facts), caller=caller, at=at)
    return made


@transaction.atomic
def sign(*, mandate: int, signed: Signed, caller: Caller, at: datetime) -> Mandate:
    """The principal signs what was shown: from now on the steward may act, within the powers, until the day named.

    Raises `Refused`: mandate_unknown, mandate_answered, service_closed, only_principal, mandate_changed,
    mandate_in_the_past, agent_already, and those of `rules.within_posts` and `signing.signature`; another steward
    than the project's is gone too.
    Basis: 民法典 Art 161, 165; 电子签名法 Art 13, 14.
    """
    made, row = _waiting(mandate, caller, at)
    if signed.digest != queries.digest(made):
        raise Refused("mandate_changed")
    ends = queries.ends_of_posts(made.steward_id, row.division_id, at)
    rules.within_posts(made.until, ends if made.steward_id == row.steward_id else ())
    scope = {Power(one) for one in made.scope}
    today = people.today(at)
    rules.proposed(scope, made.until, PartyKind(people.party(row.party_id).kind), today)
    signature = signing.signature(
        signed,
        signer=duties.actor(caller),
        registered=caller.name,
        standing=applications.standing(caller, row.party_id, at),
        on=today,
    )
    steward = people.account_by_id(made.steward_id)
    made.representation = people_actions.add_agent(
        party=row.party_id,
        username=steward.username,
        name=steward.display_name,
        valid_to=made.until,
        powers=scope | ({Power.DATA} if made.data else set()),
        caller=caller,
        at=at,
    )
    made.signed_at, made.signature = at, msgspec.to_builtins(signature)
    made.save(update_fields=["signed_at", "signature", "representation"])
    facts = {"mandate": made.pk, "digest": signed.digest, "representation": made.representation_id}
    tell(row, ("mandate_signed", facts), caller=caller, at=at)
    return made


@transaction.atomic
def decline(*, mandate: int, caller: Caller, at: datetime) -> None:
    """The principal does not sign; another may be drawn up.

    Raises `Refused`: mandate_unknown, mandate_answered, service_closed, only_principal.
    """
    made, row = _waiting(mandate, caller, at)
    Mandate.objects.filter(pk=made.pk).update(declined_at=at)
    tell(row, ("mandate_declined", {"mandate": made.pk}), caller=caller, at=at)


@transaction.atomic
def end(*, mandate: int, caller: Caller, at: datetime) -> None:
    """The principal withdraws a mandate, or the steward gives it up; at any time, without a reason.

    Raises `Refused`: mandate_unknown, only_principal, mandate_over.
    Basis: 民法典 Art 173(2), 933.
    """
    made, unknown = Mandate.objects.filter(pk=mandate).first(), Refused("mandate_unknown")
    if made is None:
        raise unknown
    if made.steward_id != caller.account:
        by_principal(made.party_id, caller, at, unknown=unknown)
    row = locked(made.project_id, open_=False)
    made = Mandate.objects.select_related("representation").get(pk=mandate)
    if made.representation is None or mandate_state(made, people.today(at)) != "in_force":
        raise Refused("mandate_over", last=made.until)
    people_actions.end_representation(representation=made.representation.pk, caller=caller, at=at)
    who = "steward" if made.steward_id == caller.account else "principal"
    tell(row, ("mandate_ended", {"mandate": made.pk, "by": who}), caller=caller, at=at)


def _waiting(mandate: int, caller: Caller, at: datetime) -> tuple[Mandate, ServiceProject]:
    """A mandate that waits for this principal, and its project, locked."""
    made = Mandate.objects.filter(pk=mandate).first()
    unknown = Refused("mandate_unknown")
    if made is None:
        raise unknown
    by_principal(made.party_id, caller, at, unknown=unknown)
    row = locked(made.project_id)
    made = Mandate.objects.get(pk=mandate)
    if made.signed_at or made.declined_at:
        raise Refused("mandate_answered")
    return made, row
