"""Pages of simulated approval: the applicant's drafts and simulations, the officers' list, opinions and confirmation."""

from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.cases.queries import applications
from tongban.cases.rules.signing import Signed, same_name
from tongban.engine.refusal import Refused
from tongban.kit import inputs, pdf
from tongban.kit.api import clock
from tongban.people.access import prove_again, proven_by, signed_in, staff_only, told
from tongban.people.rules import Caller
from tongban.simulated import actions, forms, queries


@require_GET
@signed_in
def mine(request: HttpRequest, caller: Caller) -> HttpResponse:
    """My simulations, and my drafts that may become one."""
    at = clock()
    context = {
        "seen": [queries.seen(row, at) for row in queries.mine(caller)],
        "offers": queries.offers(caller, at),
    }
    return render(request, "simulated/mine.html", context)


@require_POST
@signed_in
def begin(request: HttpRequest, draft: UUID, caller: Caller) -> HttpResponse:
    """Put a draft under simulated approval."""
    return redirect("simulated:one", number=actions.open_on(draft=draft, caller=caller, at=clock()).pk)


@require_http_methods(["GET", "POST"])
@signed_in
def one(request: HttpRequest, number: str, caller: Caller) -> HttpResponse:
    """How a simulation stands; signing turns it into the real application."""
    at = clock()
    errors: dict[str, str] = {}
    if request.method == "POST":
        signed, errors = _signed(request, caller)
        if signed is not None:
            try:
                case_no = actions.convert(number=number, signed=signed, caller=caller, at=at)
                return redirect("cases:tracker", case_no=case_no)
            except Refused as refused:
                errors = {"sign": " ".join(told(refused))}
    row = queries.own(number, caller)
    found = queries.seen(row, at)
    context = {
        "s": found,
        "barred": told(found.barred) if found.barred else None,
        "digest": "" if found.case_no else applications.application(row.draft).digest,
        "errors": errors,
        "proof": proven_by(request),
        "stated": request.POST.get("name", ""),
    }
    return render(request, "simulated/one.html", context, status=422 if errors else 200)


def _signed(request: HttpRequest, caller: Caller) -> tuple[Signed | None, dict[str, str]]:
    """What was signed, or what is still wrong by field; identity is asked for when the rest is right."""
    post = request.POST
    asked = _("请填写验证码。") if proven_by(request) == "code" else _("请填写密码。")
    wrong = {
        "declare": "" if post.get("declare") == "yes" else _("没有勾选声明：请阅读并勾选后再提交。"),
        "name": ""
        if same_name(post.get("name", ""), caller.name)
        else _("姓名与您的实名登记不一致：请填写您本人的姓名。"),
        "secret": "" if post.get("secret") else asked,
    }
    if errors := {field: words for field, words in wrong.items() if words}:
        return None, errors
    proof = prove_again(request, post["secret"])
    if proof.faults:
        return None, {"secret": " ".join(proof.faults)}
    return Signed(name=post["name"], digest=post.get("digest", ""), method=proof.method), {}


@require_POST
@signed_in
def renew(request: HttpRequest, number: str, caller: Caller) -> HttpResponse:
    """The application was changed: look which opinions fall."""
    actions.renew(number=number, caller=caller, at=clock())
    return redirect("simulated:one", number=number)


@require_http_methods(["GET", "POST"])
@signed_in
def bring(request: HttpRequest, number: str, caller: Caller) -> HttpResponse:
    """Give the document of the precondition."""
    error = None
    if request.method == "POST":
        try:
            if (file := inputs.file_of(request)) is None:
                raise Refused("file_missing")
            actions.bring(number=number, file=file, caller=caller, at=clock())
            return redirect("simulated:one", number=number)
        except Refused as refused:
            error = told(refused)
    found = queries.seen(queries.own(number, caller), clock())
    context = {"s": found, "error": error, "limit": settings.UPLOAD_LIMIT_MB}
    return render(request, "simulated/bring.html", context, status=422 if error else 200)


@require_GET
@staff_only
def desk(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Simulations of my organs, newest first."""
    at = clock()
    context = {"seen": [queries.seen(row, at) for row in queries.of_organs(caller)]}
    return render(request, "simulated/desk.html", context)


@require_GET
@staff_only
def desk_one(request: HttpRequest, number: str, caller: Caller) -> HttpResponse:
    """One simulation: what is applied for, the opinions, what may be confirmed."""
    row = queries.for_officer(number, caller)
    context = {
        "s": queries.seen(row, clock()),
        "answers": applications.answers(applications.application(row.draft)),
        "examines": queries.examines(caller, row.organ_id),
    }
    return render(request, "simulated/desk_one.html", context)


@require_http_methods(["GET", "POST"])
@staff_only
def give(request: HttpRequest, number: str, aspect: str, caller: Caller) -> HttpResponse:
    """Give an opinion on one aspect."""
    row = queries.for_officer(number, caller)
    found = queries.seen(row, clock())
    part = found.item.aspect(aspect)
    if not queries.examines(caller, row.organ_id):
        raise Refused("not_permitted")
    form, error = forms.Opinion(request.POST if request.method == "POST" else None), None
    if form.is_valid():
        try:
            passed, words = form.cleaned_data["passed"] == "yes", form.cleaned_data["words"]
            actions.give(number=number, aspect=aspect, passed=passed, words=words, caller=caller, at=clock())
            return redirect("simulated:desk_one", number=number)
        except Refused as refused:
            error = told(refused)
    context = {"s": found, "aspect": part, "form": form, "error": error}
    return render(request, "simulated/give.html", context, status=422 if request.method == "POST" else 200)


@require_GET
@staff_only
def precondition(request: HttpRequest, number: str, caller: Caller) -> FileResponse:
    """The document of the precondition, for those who decide."""
    return queries.precondition(queries.for_officer(number, caller))


@require_POST
@staff_only
def confirm(request: HttpRequest, number: str, step: str, caller: Caller) -> HttpResponse:
    """Confirm the opinions on a step in the real case."""
    outcome = actions.confirm(number=number, step=step, caller=caller, at=clock())
    return redirect("cases:desk_case", case_no=outcome.answer["case_no"])


@require_GET
@staff_only
def opinion(request: HttpRequest, number: str, opinion: int, caller: Caller) -> HttpResponse:
    """An opinion as an internal, watermarked PDF."""
    found = queries.opinion(queries.for_officer(number, caller), opinion)
    return pdf.shown(bytes(found.pdf), f"simulated-{found.pk}")
