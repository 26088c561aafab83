"""Service projects as the API tells them: to the enterprise, its centre and supervisors."""

from datetime import datetime

from tongban.engine.refusal import Refused
from tongban.enterprise.queries import figures, projects
from tongban.enterprise.queries.plans import Step
from tongban.enterprise.queries.projects import Opened
from tongban.people.rules import Caller


def listed(caller: Caller, at: datetime) -> dict:
    """The projects an officer oversees, or those of the caller's enterprises; counts with them."""
    found = projects.overseen(caller, at) if caller.kind == "staff" else projects.of_parties(caller, at)
    counted = figures.figures(found)
    return {
        "projects": [_line(one) for one in found],
        "figures": {
            "under_construction": counted.building,
            "key_under_construction": counted.building_key,
            "services": counted.services,
        },
    }


def one(project: int, caller: Caller, at: datetime) -> dict:
    """One project with its plan, log and open blockers. Refuses `service_unknown`."""
    try:
        row = projects.of_enterprise(project, caller)
    except Refused:
        if caller.kind != "staff":
            raise
        row = projects.at_work(project, caller)
    found = projects.opened(row, at)
    return {
        **_line(found),
        "plan": [_step(step) for step in found.plan.steps],
        "log": [
            {
                "on": entry.on,
                "act": entry.act,
                "what": entry.what,
                "minutes": entry.minutes,
                "outcome": entry.outcome,
                "counts": entry in found.services,
            }
            for entry in found.log
        ],
        "blockers": [
            {"what": blocker.what, "organ": blocker.organ.name, "since": blocker.since}
            for blocker in found.open_blockers
        ],
    }


def _line(found: Opened) -> dict:
    row = found.row
    return {
        "id": row.pk,
        "name": row.name,
        "enterprise": row.party.name,
        "division": row.division_id,
        "project_code": row.construction_id,
        "key": row.key,
        "under_construction": found.building,
        "steward": row.steward.display_name if row.steward else None,
        "mandate_until": found.mandate.until if found.mandate else None,
        "services": len(found.services),
        "overdue_steps": len(found.plan.late),
        "closed_at": row.closed_at,
        "rating": row.rating,
    }


def _step(step: Step) -> dict:
    return {
        "item": step.code,
        "name": {"zh": step.name.zh, "en": step.name.en},
        "after": list(step.after),
        "due": step.due,
        "provisional": step.provisional,
        "state": step.state,
        "overdue": step.late,
        "case_no": step.case_no or None,
    }
