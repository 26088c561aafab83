"""The applicant's cases: list, receipt, tracker, correction, withdrawal, letters; look-up by short code."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.cases import forms, phrases
from tongban.cases.actions import commands as run
from tongban.cases.actions import correction
from tongban.cases.queries import application_form as printed
from tongban.cases.queries import (
    bundles,
    competence,
    cosigning,
    lists,
    opened,
    progress,
    signatures,
    tracking,
)
from tongban.cases.queries import documents as found
from tongban.cases.rules import duties
from tongban.cases.views.portal import uploaded
from tongban.engine.lifecycle import commands
from tongban.engine.refusal import Refused
from tongban.kit import pdf
from tongban.kit.api import clock
from tongban.licences import queries as licences
from tongban.people import actions as people_actions
from tongban.people import queries as people
from tongban.people.access import refusals_as_pages, signed_in
from tongban.people.rules import Caller


@require_GET
@signed_in
def mine(request: HttpRequest, caller: Caller) -> HttpResponse:
    """My cases and my drafts, newest first."""
    at = clock()
    context = {
        "to_sign": cosigning.waiting(caller, people.today(at)),
        "drafts": lists.drafts(caller),
        "bundles": bundles.of_parties(caller),
        "page": lists.of_parties(caller, after=request.GET.get("after", ""), at=at),
    }
    return render(request, "cases/mine.html", context)


@require_GET
@signed_in
def receipt(request: HttpRequest, case_no: str, caller: Caller) -> HttpResponse:
    """Submitted: the number, what happens next and by when."""
    own = _own(case_no, caller)
    return render(request, "cases/receipt.html", {"o": own, "promise_offered": _promise_offered(own, caller)})


@require_GET
@signed_in
def tracker(request: HttpRequest, case_no: str, caller: Caller) -> HttpResponse:
    """Where the case stands: named steps, days left, pauses, letters, history."""
    case = _own(case_no, caller)
    letters = lists.letters(case.row)
    context = {
        "o": case,
        "t": tracking.tracking(case),
        "milestones": progress.milestones(case),
        "history": progress.history(case, names=False),
        "letters": letters,
        "result": lists.result(letters),
        "issuer": competence.issuer(case.row, case.case),
        "can_withdraw": commands.Withdraw in duties.allowed(caller, case.case, case.at),
        "promise_offered": _promise_offered(case, caller),
    }
    return render(request, "cases/tracker.html", context)


def _promise_offered(case: opened.Opened, caller: Caller) -> bool:
    """Whether the applicant may promise now what is missing."""
    return commands.Promise in duties.allowed(caller, case.case, case.at)


@require_GET
@signed_in
def signature(request: HttpRequest, case_no: str, caller: Caller) -> HttpResponse:
    """Who signed the application, when, for whom; and whether it is still what was signed."""
    own = _own(case_no, caller)
    return render(request, "cases/signature.html", {"s": signatures.checked(own.row, own.case)})


@require_GET
@signed_in
def application_form(request: HttpRequest, case_no: str, caller: Caller) -> HttpResponse:
    """The application form as submitted."""
    return pdf.shown(printed.of_case(_own(case_no, caller).row, plain=True), "application")


def _own(case_no: str, caller: Caller) -> opened.Opened:
    """The case, if it is the caller's as applicant; an officer's work is at the workbench."""
    case = opened.opened(case_no, caller, clock())
    if case.case.applicant not in caller.parties:
        raise Refused("case_unknown", case_no=case_no)
    return case


@require_http_methods(["GET", "POST"])
@signed_in
def correct(request: HttpRequest, case_no: str, caller: Caller) -> HttpResponse:
    """What the notice asks for; files one by one; then submit once."""
    error, status = None, 200
    if request.method == "POST":
        try:
            correction.correct(case_no=case_no, caller=caller, at=clock())
            return redirect("cases:tracker", case_no=case_no)
        except Refused as refused:
            error, status = phrases.words(refused), phrases.status(refused.code)
    case = _own(case_no, caller)
    if not case.case.noticed or case.case.stage.value != "correcting":
        return redirect("cases:tracker", case_no=case_no)
    context = {"o": case, "lines": tracking.correction_lines(case), "error": error}
    return render(request, "cases/correct.html", context, status=status)


@require_http_methods(["GET", "POST"])
@signed_in
def correct_material(request: HttpRequest, case_no: str, code: str, caller: Caller) -> HttpResponse:
    """Give the file of one material the notice names."""
    error, status = None, 200
    if request.method == "POST":
        try:
            correction.supply(
                case_no=case_no, material=code, file=uploaded(request), caller=caller, at=clock()
            )
            return redirect("cases:correct", case_no=case_no)
        except Refused as refused:
            error, status = phrases.words(refused), phrases.status(refused.code)
    case = _own(case_no, caller)
    line = next((line for line in tracking.correction_lines(case) if line.material.code == code), None)
    if line is None:
        raise Refused("not_in_notice", materials=[code])
    context = {"o": case, "line": line, "error": error, "limit": settings.UPLOAD_LIMIT_MB * 1_000_000}
    return render(request, "cases/correct_material.html", context, status=status)


@require_POST
@signed_in
def take_back(request: HttpRequest, case_no: str, upload: UUID, caller: Caller) -> HttpResponse:
    """Remove a file given for a correction not yet submitted."""
    correction.take_back(case_no=case_no, upload=upload, caller=caller, at=clock())
    return redirect("cases:correct", case_no=case_no)


@require_http_methods(["GET", "POST"])
@signed_in
def withdraw(request: HttpRequest, case_no: str, caller: Caller) -> HttpResponse:
    """Withdraw before the decision, after asking once."""
    form = forms.Withdraw(request.POST if request.method == "POST" else None)
    if form.is_valid():
        command = commands.Withdraw(reason=form.cleaned_data["reason"])
        run.perform(case_no=case_no, command=command, caller=caller, at=clock())
        return redirect("cases:tracker", case_no=case_no)
    status = 422 if request.method == "POST" else 200
    return render(request, "cases/withdraw.html", {"o": _own(case_no, caller), "form": form}, status=status)


@require_GET
@signed_in
def proof(request: HttpRequest, case_no: str, position: int, caller: Caller) -> HttpResponse:
    """The proof that one event of the case is in the record, as a file; verifies offline."""
    document = found.proof_document(_own(case_no, caller).case.case_no, position, caller)
    name = f"proof-{case_no}-{position}.json"
    return JsonResponse(document, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_GET
@signed_in
def letter(request: HttpRequest, case_no: str, letter: int, caller: Caller) -> HttpResponse:
    """A letter of the case as a signed PDF; for the applicant and for officers of the organ."""
    issued = found.letter_pdf(case_no, letter, caller)
    return pdf.shown(bytes(issued.pdf), f"{issued.kind}-{issued.code}")


@require_http_methods(["GET", "POST"])
@refusals_as_pages
def track(request: HttpRequest) -> HttpResponse:
    """Progress without signing in: the short query code and the last four of the applicant's number.

    Five wrong tries lock a code for half an hour, so that four characters cannot be tried out.
    Basis: 等保 level 3 (lockout); configuration.
    """
    context: dict = {"code": request.POST.get("code", ""), "error": None}
    if request.method == "POST":
        at, subject = clock(), tracking.subject(context["code"])
        if subject and people.lock(subject, at).until:
            raise Refused("too_many_tries")
        case = tracking.by_query_code(context["code"], request.POST.get("last4", ""), at)
        if case:
            context |= {"o": case, "t": tracking.tracking(case), "milestones": progress.milestones(case)}
            return render(request, "cases/tracked.html", context)
        context["error"] = True
        if subject:
            people_actions.note_failure(subject=subject, request=request)
    return render(request, "cases/track.html", context, status=422 if context["error"] else 200)


@require_http_methods(["GET", "POST"])
@refusals_as_pages
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Is this letter genuine: by its code, or by the PDF itself."""
    code = code or request.GET.get("code", "").strip().upper()
    context: dict = {"code": code, "limit": settings.UPLOAD_LIMIT_MB * 1_000_000}
    if request.method == "POST":
        context["verdict"] = tracking.check_pdf(uploaded(request).read())
    if code:
        context["letter"] = tracking.letter_by_code(code)
        context["addressee"] = tracking.public_addressee(context["letter"])
        context["licence"] = licences.by_code(code, people.today(clock()))
    missing = bool(code) and context.get("letter") is None
    return render(request, "cases/verify.html", context, status=404 if missing else 200)
