"""Registering projects and their participants."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from tongban.cases.queries import applications
from tongban.catalogue.rules import situations
from tongban.construction.models import Participant, Project
from tongban.construction.queries.definition import definition
from tongban.engine import codes
from tongban.engine.refusal import Refused
from tongban.kit import forms
from tongban.people import queries as people
from tongban.people.rules import Caller, PartyKind, Power, require_power
from tongban.record import actions as record_actions

STREAM = "project"


@transaction.atomic
def register(
    *,
    theme: str,
    county: str,
    party: int,
    answers: Mapping[str, object],
    language: str,
    caller: Caller,
    at: datetime,
) -> Project:
    """Register a project of a theme at a county with its `answers`: fields of the one form, and facts.

    Raises `Refused`: theme_unknown, not_your_party, outside_mandate, party_not_served, place_elsewhere,
    project_invalid (errors: [{field, rule, message}]), project_exists.
    """
    table = definition()
    chosen = table.theme(theme)
    require_power(caller, Power.PREPARE, party)
    if people.party(party).kind == PartyKind.PERSON:
        raise Refused("party_not_served", audiences=["enterprise"])
    if not people.town_names(county):
        raise Refused("place_elsewhere", place=county)
    sections = table.asked(chosen)
    asked = [part for section in sections for part in situations.asked(section)]
    clean, wrong = forms.validate(
        asked, dict(answers), language=language, choices_for=applications.from_city(county, asked)
    )
    if wrong:
        raise Refused(
            "project_invalid", errors=[{"field": one.field, "message": one.message} for one in wrong]
        )
    code = str(clean["project_code"])
    if why := codes.explain_project_code(code):
        raise Refused(why, value=code)
    carried = {field.code for field in table.carried}
    row = Project(
        code=code,
        name=str(clean["project_name"]),
        theme=theme,
        edition=table.edition,
        facts=chosen.facts | {key: value for key, value in clean.items() if key not in carried},
        answers={key: value for key, value in clean.items() if key in carried},
        party_id=party,
        account_id=caller.signed_in,
        division_code=county,
        town=str(clean["project_town"]),
        registered_at=at,
        position=0,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # registered already, perhaps a moment ago
        raise Refused("project_exists", project=code) from None
    facts = {
        "theme": theme,
        "edition": row.edition,
        "facts": row.facts,
        "division": county,
        "applicant": party,
    }
    tell(row, ("project_registered", facts), by=caller.by, at=at)
    return row


@transaction.atomic
def enter_participant(
    *,
    project: str,
    role: str,
    name: str,
    uscc: str,
    qualification: str,
    leader: str,
    certificate: str,
    caller: Caller,
    at: datetime,
) -> Participant:
    """Enter the firm in a role; one that was there is replaced. Applications received before keep what they said.

    Raises `Refused`: project_unknown, role_unknown, uscc refusals of `engine.codes`.
    """
    definition().role(role)
    row = Project.objects.select_for_update().filter(pk=project, party__in=caller.parties).first()
    if row is None:
        raise Refused("project_unknown", project=project)
    require_power(caller, Power.PREPARE, row.party_id)
    if why := codes.explain_uscc(uscc):
        raise Refused(why, value=uscc)
    Participant.objects.filter(project=row, role=role, ended_at=None).update(ended_at=at)
    made = Participant.objects.create(
        project=row,
        role=role,
        name=name,
        uscc=uscc,
        qualification=qualification,
        leader=leader,
        certificate=certificate,
        at=at,
    )
    facts = {"role": role, "name": name, "uscc": uscc, "qualification": qualification}
    tell(row, ("participant_entered", facts), by=caller.by, at=at)
    return made


def tell(row: Project, *said: tuple[str, dict], by: str, at: datetime) -> None:
    """Append to the project's stream and store how far it is; the project's row is locked or new."""
    record_actions.append(
        stream_kind=STREAM,
        stream_id=row.pk,
        position=row.position + 1,
        entries=list(said),
        by=by,
        at=at,
    )
    row.position += len(said)
    Project.objects.filter(pk=row.pk).update(position=row.position)
