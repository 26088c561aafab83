"""Mandates as they are shown and signed."""

from datetime import date, datetime

from tongban.catalogue.rules.duties import Seat
from tongban.engine.refusal import Refused
from tongban.enterprise import rules
from tongban.enterprise.models import Mandate
from tongban.people import queries as people
from tongban.people.rules import Caller, Role


def content(row: Mandate) -> dict:
    """What a principal signs: who lets whom do what until when, and whether known data may be used."""
    return {
        "mandate": row.pk,
        "party": row.party_id,
        "steward": row.steward_id,
        "scope": sorted(row.scope),
        "data": row.data,
        "until": row.until.isoformat(),
        "free": True,
    }


def digest(row: Mandate) -> str:
    """The digest of what is signed."""
    return rules.digest(content(row))


def ends_of_posts(steward: int, county: str, at: datetime) -> list[date | None]:
    """The last day of each post an account now holds as a steward of the county; None where it has no end."""
    return [
        post.valid_to
        for post in people.posts_of(steward, at)
        if rules.is_steward(
            Seat(post.organ.department, post.organ.division_id, frozenset(map(Role, post.roles))), county
        )
    ]


def of_principal(mandate: int, caller: Caller) -> Mandate:
    """A mandate of the caller's enterprise. Refuses `mandate_unknown`."""
    rows = Mandate.objects.select_related("party", "steward", "project__division", "representation")
    row = rows.filter(pk=mandate, party__in=caller.parties_for(None)).first()
    if row is None:
        raise Refused("mandate_unknown")
    return row
