"""The leaders' board: projects by county, overdue steps and tasks, blockers by organ; each number opens its list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tongban.engine.refusal import Refused
from tongban.enterprise import forms
from tongban.enterprise.queries import figures
from tongban.enterprise.queries import projects as queries
from tongban.kit.api import clock
from tongban.people import queries as people
from tongban.people.access import staff_only
from tongban.people.rules import Caller, Role

# What a list can be narrowed to: name → which projects.
ONLY = {
    "open": lambda one: not one.closed,
    "key": lambda one: not one.closed and one.row.key,
    "building": lambda one: one.building,
    "building_key": lambda one: one.building and one.row.key,
    "late": lambda one: not one.closed and bool(one.plan.late),
    "late_tasks": lambda one: not one.closed and bool(one.late_tasks),
    "blockers": lambda one: not one.closed and bool(one.open_blockers),
    "services": lambda one: bool(one.services),
}


def _oversees(caller: Caller) -> None:
    if Role.SUPERVISOR not in caller.roles and not queries.at_centre(caller):
        raise Refused("service_not_yours")


@require_GET
@staff_only
def board(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The figures of the city or of the centre's area, with their formulas."""
    _oversees(caller)
    at = clock()
    since = forms.since_of(request.GET.get("since", ""))
    found = queries.overseen(caller, at)
    context = {
        "whole": figures.figures(found, since),
        "counties": figures.by_county(found, since),
        "organs": figures.by_organ(found),
        "late": [one for one in found if not one.closed and (one.plan.late or one.late_tasks)],
        "since": since,
        "today": people.today(at),
        "at": at,
    }
    return render(request, "enterprise/desk/board.html", context)


@require_GET
@staff_only
def projects(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The projects behind a number of the board."""
    _oversees(caller)
    county, only = request.GET.get("county", ""), request.GET.get("only", "")
    chosen = ONLY.get(only, lambda one: True)
    found = [
        one
        for one in queries.overseen(caller, clock())
        if (not county or one.row.division_id == county) and chosen(one)
    ]
    context = {
        "projects": found,
        "only": only if only in ONLY else "",
        "county": next((row for row in people.divisions(level="county") if row.code == county), None),
        "kept": urlencode({"county": county} if county else {}),
    }
    return render(request, "enterprise/desk/projects.html", context)
