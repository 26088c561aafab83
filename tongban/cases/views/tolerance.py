"""Tolerant pre-review (容缺预审): the applicant's promise and supplement, and the officers' list of promises."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tongban.cases import phrases
from tongban.cases.actions import correction, promises
from tongban.cases.queries import applications, desk, opened, tracking
from tongban.cases.queries import promises as found
from tongban.cases.rules import duties
from tongban.cases.views.portal import signed_by, uploaded
from tongban.engine.refusal import Refused
from tongban.kit.api import clock
from tongban.people.access import proven_by, signed_in, staff_only
from tongban.people.rules import Caller


@require_http_methods(["GET", "POST"])
@signed_in
def promise(request: HttpRequest, case_no: str, caller: Caller) -> HttpResponse:
    """The choice: promise what is missing, with list, deadline and consequence told first; or the usual way."""
    at = clock()
    case = _own(case_no, caller)
    errors: dict[str, str] = {}
    if request.method == "POST":
        signed, errors = signed_by(request, caller)
        if signed is not None:
            try:
                promises.promise(case_no=case_no, signed=signed, caller=caller, at=at)
                return redirect("cases:tracker", case_no=case_no)
            except Refused as refused:
                errors = {"sign": " ".join(map(str, phrases.words(refused)))}
        case = _own(case_no, caller)
    if case.case.promise or not found.offered(case.case):
        return redirect("cases:tracker", case_no=case_no)
    barred = found.why_not(case.case, duties.actor(caller), at)
    context = {
        "o": case,
        "said": found.written(case),
        "barred": phrases.words(barred) if barred else None,
        "errors": errors,
        "standing": applications.standing(caller, case.case.applicant, at),
        "proof": proven_by(request),
        "stated": request.POST.get("name", ""),
    }
    return render(request, "cases/promise.html", context, status=422 if errors else 200)


@require_http_methods(["GET", "POST"])
@signed_in
def supplement(request: HttpRequest, case_no: str, caller: Caller) -> HttpResponse:
    """What was promised: files one by one, then handed in together."""
    error, status = None, 200
    if request.method == "POST":
        try:
            promises.supplement(case_no=case_no, caller=caller, at=clock())
            return redirect("cases:tracker", case_no=case_no)
        except Refused as refused:
            error, status = phrases.words(refused), phrases.status(refused.code)
    case = _own(case_no, caller)
    if case.row.stage != "pre_review":
        return redirect("cases:tracker", case_no=case_no)
    context = {"o": case, "lines": tracking.correction_lines(case), "error": error}
    return render(request, "cases/supplement.html", context, status=status)


@require_http_methods(["GET", "POST"])
@signed_in
def supply(request: HttpRequest, case_no: str, code: str, caller: Caller) -> HttpResponse:
    """Give the file of one material that was promised."""
    error, status = None, 200
    if request.method == "POST":
        try:
            correction.supply(
                case_no=case_no, material=code, file=uploaded(request), caller=caller, at=clock()
            )
            return redirect("cases:supplement", case_no=case_no)
        except Refused as refused:
            error, status = phrases.words(refused), phrases.status(refused.code)
    case = _own(case_no, caller)
    line = next((line for line in tracking.correction_lines(case) if line.material.code == code), None)
    if line is None or case.row.stage != "pre_review":
        raise Refused("not_promised", materials=[code])
    context = {"o": case, "line": line, "error": error, "limit": settings.UPLOAD_LIMIT_MB * 1_000_000}
    return render(request, "cases/supply.html", context, status=status)


@require_GET
@staff_only
def desk_promises(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Promises of my organs, those due first; and how promises have ended."""
    at, scope = clock(), opened.at_work(caller)
    which = "broken" if request.GET.get("only") == "broken" else "open"
    context = {
        "lines": found.due(scope, at, which=which),
        "counts": found.counts(scope),
        "only": which,
        "post_words": desk.post_words(caller),
    }
    return render(request, "cases/desk_promises.html", context)


def _own(case_no: str, caller: Caller) -> opened.Opened:
    """The case, if it is the caller's as applicant."""
    case = opened.opened(case_no, caller, clock())
    if case.case.applicant not in caller.parties:
        raise Refused("case_unknown", case_no=case_no)
    return case
