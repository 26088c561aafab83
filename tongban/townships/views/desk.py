"""The county office's pages: the register, one devolution, proposals and their confirmation."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tongban.catalogue import queries as catalogue
from tongban.catalogue.actions import Paper
from tongban.catalogue.rules.guide import Guide
from tongban.engine.competence import Mode
from tongban.engine.refusal import Refused
from tongban.kit import files
from tongban.kit.api import clock
from tongban.people import queries as people
from tongban.people.access import staff_only, told
from tongban.people.rules import Caller
from tongban.townships import actions, forms, queries


@require_GET
@staff_only
def register(request: HttpRequest, caller: Caller) -> HttpResponse:
    """What a county has devolved: proposals that wait first, then the register by item."""
    on = people.today(clock())
    county = queries.county_of(caller, request.GET.get("county", ""))
    words = request.GET.get("q", "").strip()[:100]
    mode = request.GET.get("mode", "")
    mode = mode if mode in list(Mode) else ""
    ended = request.GET.get("ended") == "1"
    page = request.GET.get("page", "1")
    context = {
        "county": county,
        "counties": people.divisions(level="county"),
        "words": words,
        "mode": mode,
        "modes": list(Mode),
        "ended": ended,
        "waiting": queries.waiting(county, on),
        "register": queries.register(
            county=county,
            words=words,
            mode=mode,
            ended=ended,
            page=int(page) if page.isdecimal() and len(page) < 9 else 1,
            on=on,
        ),
    }
    return render(request, "townships/desk/register.html", context)


@require_GET
@staff_only
def choose(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Which item is to be devolved: found by words."""
    county = queries.county_of(caller, request.GET.get("county", ""))
    words = request.GET.get("q", "").strip()[:100]
    found = queries.to_devolve(words)
    context = {"county": county, "words": words, "found": found}
    return render(request, "townships/desk/choose.html", context)


@require_http_methods(["GET", "POST"])
@staff_only
def grant(request: HttpRequest, base_code: str, caller: Caller) -> HttpResponse:
    """Propose that a county's department moves an item to towns."""
    county = queries.county_of(caller, request.GET.get("county", ""))
    guide = queries.guide_of(base_code)
    organ = queries.grantor(guide.department, county)
    _yours(caller, organ)
    form = forms.Grant(request.POST if request.method == "POST" else None)

    def propose(towns: Mapping[str, Sequence[str]]) -> int:
        paper: Paper = form.paper()
        return actions.propose_grant(
            item=base_code,
            county=county,
            towns=towns,
            paper=paper,
            agreement=_handed_in(request),
            caller=caller,
            at=clock(),
        ).pk

    page = {"heading": _("提出下放"), "files": True, "checked": True}
    return _proposal(request, form, propose, organ, guide, page)


@require_http_methods(["GET", "POST"])
@staff_only
def renew(request: HttpRequest, devolution: int, caller: Caller) -> HttpResponse:
    """Propose to go on with a devolution that ends."""
    row = catalogue.devolution_paper(devolution)
    _yours(caller, row.grantor)
    form = forms.Renewal(request.POST if request.method == "POST" else None)

    def propose(towns: Mapping[str, Sequence[str]]) -> int:
        given = form.cleaned_data
        return actions.propose_renewal(
            devolution=devolution,
            towns=towns,
            instrument=given["instrument"],
            notice_on=given["notice_on"],
            notice_at=given["notice_at"],
            until=given["last_day"],
            agreement=_handed_in(request),
            caller=caller,
            at=clock(),
        ).pk

    guide = queries.guide_of(row.item.base_code)
    page = {"heading": _("提出续期"), "files": True, "checked": True, "only": _standing(devolution)}
    return _proposal(request, form, propose, row.grantor, guide, page)


@require_http_methods(["GET", "POST"])
@staff_only
def recall(request: HttpRequest, devolution: int, caller: Caller) -> HttpResponse:
    """Propose to call a power back."""
    row = catalogue.devolution_paper(devolution)
    _yours(caller, row.grantor)
    form = forms.Recall(request.POST if request.method == "POST" else None)

    def propose(towns: Mapping[str, Sequence[str]]) -> int:
        given = form.cleaned_data
        return actions.propose_recall(
            devolution=devolution,
            towns=list(towns),
            last_day=given["last_day"],
            reason=given["reason"],
            caller=caller,
            at=clock(),
        ).pk

    guide = queries.sheet(devolution, caller, people.today(clock())).item.guide
    page = {"heading": _("提出收回"), "files": False, "checked": False, "only": _standing(devolution)}
    return _proposal(request, form, propose, row.grantor, guide, page)


def _yours(caller: Caller, organ: Any) -> None:
    """Refuse before anything is filled in what could not be proposed."""
    if not queries.may_propose(caller, organ):
        raise Refused("deed_not_yours")


def _standing(devolution: int) -> set[str]:
    """The towns that have the power under a devolution today."""
    on = people.today(clock())
    rows = catalogue.powers_under(devolution)
    return {
        row.division_code
        for row in rows
        if row.effective_from <= on and (row.effective_to is None or row.effective_to >= on)
    }


def _proposal(
    request: HttpRequest,
    form: Any,
    propose: Callable[[Mapping[str, Sequence[str]]], int],
    organ: Any,
    guide: Guide,
    page: dict,
) -> HttpResponse:
    """A proposal's page: its form and the towns; what is refused is said there and nothing typed is lost."""
    towns = forms.towns_from(request.POST)
    error, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                number = propose(towns)
            except Refused as refused:
                if refused.code in {"deed_not_yours", "organ_unknown"}:
                    raise
                error = {"words": told(refused), "lines": forms.lines_of(refused, organ.division_id)}
            else:
                messages.success(request, _("已提出，请由另一名有权限的人员确认。"))
                return redirect("townships:deed", deed=number)
    rows = queries.readiness(organ.division_id, towns, clock())
    only = page.get("only")
    context = {
        **page,
        "form": form,
        "guide": guide,
        "organ": organ,
        "towns": [row for row in rows if only is None or row.code in only],
        "error": error,
    }
    return render(request, "townships/desk/proposal.html", context, status=status)


def _handed_in(request: HttpRequest):
    """The agreement of this request, if one came. Refuses file_too_large."""
    if limit := getattr(request, files.OVER_LIMIT, None):
        raise Refused("file_too_large", limit=limit)
    return request.FILES.get("file")


@require_http_methods(["GET", "POST"])
@staff_only
def deed(request: HttpRequest, deed: int, caller: Caller) -> HttpResponse:
    """A proposal as it is decided on: confirm it, or reject it."""
    at = clock()
    form = forms.Decision(request.POST if request.method == "POST" else None)
    error, status = None, 200 if request.method == "GET" or form.is_valid() else 422
    if request.method == "POST" and form.is_valid():
        confirm = form.cleaned_data["outcome"] == "confirmed"
        try:
            actions.decide(deed=deed, confirm=confirm, note=form.cleaned_data["note"], caller=caller, at=at)
        except Refused as refused:
            if refused.code in {"deed_unknown", "deed_not_yours", "own_deed", "deed_decided"}:
                raise
            county = queries.find(deed).grantor.division_id
            error = {"words": told(refused), "lines": forms.lines_of(refused, county)}
            status = 422
        else:
            messages.success(request, _("已确认，按日期生效。") if confirm else _("已驳回，没有任何改变。"))
            return redirect("townships:deed", deed=deed)
    context = {"d": queries.deed(deed, caller, at), "form": form, "error": error}
    return render(request, "townships/desk/deed.html", context, status=status)


@require_GET
@staff_only
def agreement(request: HttpRequest, deed: int, caller: Caller) -> FileResponse:
    """The agreement or decision of a deed, as it was handed in."""
    return queries.agreement(deed)


@require_GET
@staff_only
def devolution(request: HttpRequest, devolution: int, caller: Caller) -> HttpResponse:
    """One devolution: its document, the towns with their days, what has been proposed about it."""
    context = {"s": queries.sheet(devolution, caller, people.today(clock()))}
    return render(request, "townships/desk/devolution.html", context)
