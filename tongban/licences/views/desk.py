"""The officers' pages: licences of the organ, proceedings to end one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.engine.refusal import Refused
from tongban.kit.api import clock
from tongban.kit.phrases import worded
from tongban.licences import actions, phrases
from tongban.licences.forms import OpenProceeding
from tongban.licences.queries import desk
from tongban.licences.queries.wallet import card
from tongban.people import queries as people
from tongban.people.access import staff_only
from tongban.people.rules import Caller


@require_GET
@staff_only
def licences(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The licences of my organs, newest first, or what a search finds."""
    words = request.GET.get("q", "").strip()[:100]
    before = request.GET.get("before", "")
    cursor = int(before) if before.isdecimal() and len(before) < 19 else None
    cards, older = desk.found(caller, words, people.today(clock()), cursor)
    return render(request, "licences/desk_licences.html", {"cards": cards, "older": older, "words": words})


@require_http_methods(["GET", "POST"])
@staff_only
def licence(request: HttpRequest, licence: int, caller: Caller) -> HttpResponse:
    """One licence with its proceedings; an approver opens one here."""
    at = clock()
    row = desk.find(licence, caller)
    shown = card(row, people.today(at))
    form = OpenProceeding(request.POST if request.method == "POST" else None, document=shown.document)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.open_proceeding(
                    licence=licence,
                    kind=form.kind,
                    ground=form.cleaned_data["ground"],
                    reason=form.cleaned_data["reason"],
                    changes=form.changes,
                    caller=caller,
                    at=at,
                )
                messages.success(request, _("已提出，请本机关另一名审批人或者负责人确认。"))
                return redirect("licences:desk_licence", licence=licence)
            except Refused as refused:
                if refused.code not in phrases.REFUSALS or phrases.STATUS.get(refused.code) == 403:
                    raise
                form.add_error(None, "".join(worded(phrases.REFUSALS[refused.code], refused)))
        elif not desk.may_open(caller, row):
            raise Refused("not_permitted")
    lines = desk.proceedings(row, caller)
    context = {
        "card": shown,
        "lines": lines,
        "form": form,
        "may_open": shown.row.status == "valid"
        and desk.may_open(caller, row)
        and not any(line.row.outcome is None for line in lines),
    }
    return render(request, "licences/desk_licence.html", context, status=status)


@require_POST
@staff_only
def decision(request: HttpRequest, licence: int, proceeding: int, caller: Caller) -> HttpResponse:
    """Confirm or reject a proceeding another officer opened."""
    confirm = request.POST.get("outcome") == "confirmed"
    actions.decide(proceeding=proceeding, confirm=confirm, caller=caller, at=clock())
    messages.success(request, _("已确认，立即生效。") if confirm else _("已驳回，证照不变。"))
    return redirect("licences:desk_licence", licence=licence)
