"""A project read for the national exchange; the tables are made by the room's rules."""

from datetime import datetime

from tongban.cases.queries.members import Standing
from tongban.catalogue import queries as catalogue
from tongban.construction.models import Project
from tongban.construction.queries import projects
from tongban.construction.rules import exchange
from tongban.engine.calendar import CST
from tongban.engine.clock import Unit
from tongban.engine.refusal import Refused
from tongban.licences import queries as licences
from tongban.people import queries as people
from tongban.people.rules import Caller
from tongban.record import queries as record

_DAYS = {Unit.WORKING_DAYS: 1.0, Unit.CALENDAR_DAYS: 5 / 7, Unit.WORKING_HOURS: 1 / 8}  # in working days


def document(code: str, caller: Caller, at: datetime) -> dict:
    """The project as JSON values: the version of the shape, both measures, its tables. Refuses `project_unknown`.

    For the system itself only. The number of statements does not depend on how much there is.
    """
    row = Project.objects.select_related("party").filter(pk=code).first()
    if row is None or caller.kind != "system":
        raise Refused("project_unknown", project=code)
    found = projects.opened(row, at)
    handled = [
        _handling(part.table.code, line.standing)
        for part in found.parts
        for line in part.lines
        if line.standing and line.standing.case_no
    ]
    cases = [one.case_no for one in handled]
    happened = [
        exchange.Happening(
            case_no=event.stream_id,
            kind=event.kind,
            at=event.at,
            by=event.by,
            words=_words(event.facts or {}),
            facts=event.facts or {},
        )
        for event in record.streams("case", cases)
    ]
    papers = [
        exchange.Paper(
            case_no=case_no,
            number=licence.number,
            name=licence.document["name"]["zh"],
            issued_on=licence.issued_at.astimezone(CST).date(),
            valid_to=licence.valid_to,
            digest=licence.identifier,
        )
        for case_no, licence in sorted(licences.of_cases(cases).items())
    ]
    firms = [
        exchange.Firm(
            role="owner",
            name=row.party.name,
            code=people.masked(row.party).code,
            qualification="",
            leader="",
            certificate="",
        ),
        *(
            exchange.Firm(
                role=one.role,
                name=one.name,
                code=one.uscc,
                qualification=one.qualification,
                leader=one.leader,
                certificate=one.certificate,
            )
            for one in projects.participants(row)
        ),
    ]
    return {
        "shape": exchange.VERSION,
        "project": row.pk,
        "at": at.astimezone(CST).isoformat(timespec="seconds"),
        "approval_days": found.measured.approval_days,
        "span_days": found.measured.span_days,
        "promised_days": found.theme.days,
        "tables": exchange.tables(found.table, _facts(row, found), firms, handled, happened, papers),
    }


def _facts(row: Project, found: projects.Opened) -> exchange.Facts:
    planned = projects.planned(row)
    return exchange.Facts(
        code=row.pk,
        name=row.name,
        theme=found.theme,
        edition=row.edition,
        facts=row.facts,
        answers=row.answers,
        division=row.division_code,
        owner=row.party.name,
        owner_code=people.masked(row.party).code,
        registered_at=row.registered_at,
        planned_start=planned[0],
        planned_end=planned[1],
        started_on=row.started_on,
        completed_at=row.completed_at,
    )


def _handling(stage: str, one: Standing) -> exchange.Handling:
    assert one.case is not None
    promised = catalogue.guide(one.case.version).promised
    return exchange.Handling(
        item=one.item,
        name=one.name.zh,
        version=one.case.version,
        stage=stage,
        case_no=one.case_no,
        application=one.bundle,
        organ=one.organ.name,
        organ_code=one.organ.uscc,
        limit=round(promised.amount * _DAYS[Unit(promised.unit.value)]),
    )


def _words(facts: dict) -> str:
    """What was said, whatever kind of event it is."""
    return str(facts.get("opinion") or facts.get("reasons") or facts.get("reason") or "")
