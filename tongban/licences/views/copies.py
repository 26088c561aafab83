"""Copies for one purpose: made and downloaded by the holder, verified by whoever was given one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tongban.engine.refusal import Refused
from tongban.kit import pdf
from tongban.kit.api import clock
from tongban.licences import actions
from tongban.licences.forms import MakeCopy
from tongban.licences.queries import copies, wallet
from tongban.people import queries as people
from tongban.people.access import refusals_as_pages, signed_in
from tongban.people.rules import Caller


@require_http_methods(["GET", "POST"])
@signed_in
def make(request: HttpRequest, licence: int, caller: Caller) -> HttpResponse:
    """Say for what, for whom and for how long; then the copy is there."""
    at = clock()
    row = wallet.find(licence, caller)
    shown = wallet.card(row, people.today(at))
    if shown.standing != "valid":
        raise Refused("licence_not_in_force")
    form = MakeCopy(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.make_copy(licence=licence, **form.cleaned_data, caller=caller, at=at)
        return redirect("licences:licence", licence=licence)
    status = 422 if request.method == "POST" else 200
    return render(request, "licences/make_copy.html", {"card": shown, "form": form}, status=status)


@require_GET
@signed_in
def download(request: HttpRequest, licence: int, copy: int, caller: Caller) -> HttpResponse:
    """The PDF of one's own copy."""
    found = copies.find(copy, wallet.find(licence, caller))
    return pdf.shown(bytes(found.pdf), f"copy-{found.code}")


@require_GET
@refusals_as_pages
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """For what, for whom and until when a copy was made, and how its licence stands now."""
    found = copies.public(code, people.today(clock()))
    context = {"code": code, "copy": found}
    return render(request, "licences/copy.html", context, status=200 if found else 404)
