"""Counts of cases by organ: who handled them, in whose name."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongban.cases.queries import by_organ
from tongban.kit.api import clock
from tongban.people import queries as people
from tongban.people.access import staff_only
from tongban.people.rules import Caller


@require_GET
@staff_only
def organs(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Cases since a day, by default the year's first, by acting organ and by the one that answers."""
    at = clock()
    since = _day(request.GET.get("since", "")) or people.today(at).replace(month=1, day=1)
    context = {"since": since, "at": at, "figures": by_organ.figures(caller, since)}
    return render(request, "cases/by_organ.html", context)


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
