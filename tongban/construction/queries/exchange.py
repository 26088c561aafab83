"""A project read for the national exchange; the tables are made by the room's rules."""

from collections.abc import Sequence
from datetime import datetime

from tongban.cases.queries.members import Standing
from tongban.catalogue import queries as catalogue
from tongban.construction.models import Project
from tongban.construction.queries import projects
from tongban.construction.rules import exchange
from tongban.engine.calendar import CST
from tongban.engine.refusal import Refused
from tongban.licences import queries as licences
from tongban.people import queries as people
from tongban.people.rules import Caller
from tongban.record import queries as record


def document(code: str, caller: Caller, at: datetime) -> dict:
    """The project as JSON values: the version of the shape, both measures, its tables. Refuses `project_unknown`.

    For the system itself only. The number of statements does not depend on how much there is.
    """
    row = Project.objects.select_related("party").filter(pk=code).first()
    if row is None or caller.kind != "system":
        raise Refused("project_unknown", project=code)
    found = projects.opened(row, at)
    handled = [
        _handling(stage, standing)
        for stage, many in found.ever.items()
        for standing in many
        if standing.case_no
    ]
    cases = [one.case_no for one in handled]
    tables = exchange.tables(
        found.table, _facts(row, found), projects.participants(row), handled, _happened(cases), _papers(cases)
    )
    return {
        "shape": exchange.VERSION,
        "project": row.pk,
        "at": at.astimezone(CST).isoformat(timespec="seconds"),
        "approval_days": found.measured.approval_days,
        "span_days": found.measured.span_days,
        "promised_days": found.theme.days,
        "tables": tables,
    }


def _handling(stage: str, one: Standing) -> exchange.Handling:
    assert one.case is not None
    return exchange.Handling(
        item=one.item,
        name=one.name.zh,
        version=one.case.version,
        stage=stage,
        case_no=one.case_no,
        application=one.bundle,
        organ=one.organ.name,
        organ_code=one.organ.uscc,
        limit=catalogue.guide(one.case.version).promised,
    )


def _happened(cases: Sequence[str]) -> list[exchange.Happening]:
    return [
        exchange.Happening(
            case_no=event.stream_id, kind=event.kind, at=event.at, by=event.by, facts=event.facts or {}
        )
        for event in record.streams("case", cases)
    ]


def _papers(cases: Sequence[str]) -> list[exchange.Paper]:
    return [
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


def _facts(row: Project, found: projects.Opened) -> exchange.Facts:
    start, end = projects.planned(row)
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
        planned_start=start,
        planned_end=end,
        completed_at=row.completed_at,
    )
