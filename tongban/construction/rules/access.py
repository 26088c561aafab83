"""Who may see a project at work: officers of its county and of the city; who may close a stage: the lead organ."""

from tongban.engine import codes
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller, Role


def sees(caller: Caller, division: str) -> bool:
    """Whether an officer's division covers the project's; supervisors see every one.

    Basis: configuration (工改: the organs of a place share its board).
    """
    return Role.SUPERVISOR in caller.roles or any(
        codes.is_within(division, post.division) for post in caller.posts
    )


def leads(caller: Caller, organ: int) -> bool:
    """Whether the caller closes stages for the organ that leads them: its approver or its head."""
    return caller.has(Role.APPROVER, organ) or caller.has(Role.ORGAN_HEAD, organ)


def must_lead(caller: Caller, organ: int | None) -> None:
    """Refuse `not_the_lead`; where no organ leads, nobody does.

    Basis: configuration (M35: the lead organ closes a stage).
    """
    if organ is None or not leads(caller, organ):
        raise Refused("not_the_lead")
