"""The applicant's pages of a bundle: how far it is, and giving up a member that has not begun."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tongban.cases.actions import bundles as actions
from tongban.cases.queries import bundles
from tongban.engine.refusal import Refused
from tongban.kit.api import clock
from tongban.people.access import signed_in
from tongban.people.rules import Caller


@require_GET
@signed_in
def bundle(request: HttpRequest, number: str, caller: Caller) -> HttpResponse:
    """Where the whole stands, and each member of it."""
    found = bundles.followed(number, caller, clock())
    return render(request, "cases/bundle.html", {"b": found, "times": found.times})


@require_http_methods(["GET", "POST"])
@signed_in
def withdraw(request: HttpRequest, number: str, item: str, caller: Caller) -> HttpResponse:
    """Give up a member, after asking once; the others go on."""
    found = bundles.followed(number, caller, clock())
    line = next((line for line in found.lines if line.row.item == item), None)
    if line is None:
        raise Refused("member_received", item=item)
    if request.method == "POST":
        actions.withdraw_member(bundle=number, item=item, caller=caller, at=clock())
        return redirect("cases:bundle", number=number)
    return render(request, "cases/bundle_withdraw.html", {"b": found, "line": line})
