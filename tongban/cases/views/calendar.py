"""The working-day calendar: everybody at work reads it, the catalogue's editor enters what is arranged."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.cases import forms
from tongban.cases.queries import calendar_page
from tongban.cases.rules import duties
from tongban.catalogue import actions as catalogue
from tongban.engine.refusal import Refused
from tongban.kit.api import clock
from tongban.people.access import staff_only
from tongban.people.rules import Caller


@require_GET
@staff_only
def year(request: HttpRequest, caller: Caller) -> HttpResponse:
    """A year in months: rest days, make-up days, and who entered what."""
    at = clock()
    page = calendar_page.page(calendar_page.chosen(request.GET.get("year", ""), at), caller, at)
    return render(request, "cases/calendar.html", page)


@require_http_methods(["GET", "POST"])
@staff_only
def entry(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Enter an arrangement: first what it would move is shown, then it is confirmed."""
    if not calendar_page.may_enter(caller):
        raise Refused("not_permitted")
    at = clock()
    form = forms.CalendarEntry(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "cases/calendar_entry.html", {"form": form}, status=status)
    given = form.cleaned_data
    if "confirmed" not in request.POST:
        effect = calendar_page.effect(
            given["first"], given["last"], working=given["works"], complete=given["complete"], at=at
        )
        return render(request, "cases/calendar_entry.html", {"form": form, "effect": effect})
    catalogue.set_calendar(
        days=calendar_page.days(given["first"], given["last"], given["works"]),
        years=[given["first"].year] if given["complete"] else [],
        document=given["document"],
        by=duties.actor(caller),
        at=at,
    )
    return redirect(f"{reverse('cases:calendar')}?year={given['first'].year}")
