"""Registering projects and their participants."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from django.db import IntegrityError, transaction

from tongban.construction.models import Participant, Project
from tongban.construction.queries.definition import definition
from tongban.construction.queries.registration import registration
from tongban.construction.rules.definition import Theme
from tongban.construction.rules.firms import Firm
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
    project_invalid (errors: [{field, rule, message, pointer}]), project_exists, those of `codes.explain_project_code`.
    """
    table = definition()
    chosen = table.theme(theme)
    require_power(caller, Power.PREPARE, party)
    _check_owner_and_place(party, county)
    clean = _clean(chosen, county, answers, language)
    carried = {field.code for field in table.carried}
    row = Project(
        code=str(clean["project_code"]),
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
    _keep(row)
    facts = {
        "theme": theme,
        "edition": row.edition,
        "facts": row.facts,
        "division": county,
        "applicant": party,
    }
    tell(row, ("project_registered", facts), by=caller.by, at=at)
    return row


def _check_owner_and_place(party: int, county: str) -> None:
    """An owner is no private person, a project stands in a county. Refuses party_not_served, place_elsewhere."""
    if people.party(party).kind == PartyKind.PERSON:
        raise Refused("party_not_served", audiences=["enterprise"])
    if county not in {one.code for one in people.divisions(level="county")}:
        raise Refused("place_elsewhere", place=county)


def _clean(theme: Theme, county: str, answers: Mapping[str, object], language: str) -> dict[str, object]:
    """The answers in their clean form. Refuses project_invalid (errors), a code that is none."""
    entry = registration(theme, county)
    clean, wrong = forms.validate(entry.asked, answers, language=language, choices_for=entry.choices)
    if wrong:
        raise Refused("project_invalid", errors=[msgspec.to_builtins(one) for one in wrong])
    if why := codes.explain_project_code(str(clean["project_code"])):
        raise Refused(why, value=clean["project_code"])
    return clean


def _keep(row: Project) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # registered already, perhaps a moment ago
        raise Refused("project_exists", project=row.pk) from None


@transaction.atomic
def enter_participant(*, project: str, firm: Firm, caller: Caller, at: datetime) -> Participant:
    """Enter the firm in its role; one that was there is replaced. Applications received before keep what they said.

    Raises `Refused`: project_unknown, role_unknown, uscc refusals of `engine.codes`.
    """
    definition().role(firm.role)
    row = locked(project, caller, Power.PREPARE)
    if why := codes.explain_uscc(firm.uscc):
        raise Refused(why, value=firm.uscc)
    Participant.objects.filter(project=row, role=firm.role, ended_at=None).update(ended_at=at)
    made = Participant.objects.create(project=row, at=at, **msgspec.structs.asdict(firm))
    facts = {"role": firm.role, "name": firm.name, "uscc": firm.uscc, "qualification": firm.qualification}
    tell(row, ("participant_entered", facts), by=caller.by, at=at)
    return made


def locked(code: str, caller: Caller, power: Power) -> Project:
    """The project of one of the caller's parties, locked. Refuses project_unknown, outside_mandate."""
    row = Project.objects.select_for_update().filter(pk=code, party__in=caller.parties).first()
    if row is None:
        raise Refused("project_unknown", project=code)
    require_power(caller, power, row.party_id)
    return row


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
