"""The applicant's pages: begin, task list, one theme per page, files, check, submit."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.bilingual import queries as bilingual
from tongban.cases import phrases
from tongban.cases.actions import bundles, drafts, submission
from tongban.cases.models import Upload
from tongban.cases.queries import application_form as printed
from tongban.cases.queries import applications, competence, cosigning, promises, subjects
from tongban.cases.rules import application as rules
from tongban.cases.rules.signing import Signed, same_name
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Question
from tongban.engine.refusal import Refused
from tongban.kit import files, pdf
from tongban.kit.api import clock
from tongban.people import queries as people
from tongban.people.access import prove_again, proven_by, signed_in
from tongban.people.rules import Caller


@require_http_methods(["GET", "POST"])
@signed_in
def start(request: HttpRequest, task_code: str, caller: Caller) -> HttpResponse:
    """Choose for whom; then the draft is there. The guidance's answers come in the address."""
    at = clock()
    implementation = catalogue.implementation(task_code, at)
    version = catalogue.version_in_force(implementation.item_id, at, implementation.pk)
    guide = catalogue.guide(version.pk)
    parties = _eligible(people.parties_of(caller.signed_in, at), guide)
    towns = competence.towns_asked(implementation, at)
    place, missing = _town(request, towns)
    if request.method == "POST" and not missing:
        draft = drafts.begin(
            implementation=implementation,
            place=place,
            situation=_answered(request, guide),
            party=_number(request.POST.get("party", "")),
            language=_language(request, implementation.division_code),
            caller=caller,
            at=at,
        )
        return redirect("cases:tasks", draft=draft.pk)
    answers = {question.code: request.GET.get(f"q_{question.code}", "") for question in guide.questions}
    context = {
        "subject": guide,
        "organ": implementation.organ,
        "back": reverse("catalogue:item", args=[guide.base_code]),
        "parties": parties,
        "answers": answers | {code: given for code, given in _answered(request, guide).items() if given},
        "towns": towns,
        "place": place,
        "missing": missing,
        "party": request.POST.get("party", ""),
        "languages": [
            (code, phrases.SERVED_IN[code]) for code in bilingual.languages_of(implementation.division_code)
        ],
        "language": _language(request, implementation.division_code),
    }
    return render(request, "cases/start.html", context, status=422 if missing else 200)


def _answered(request: HttpRequest, guide) -> dict[str, str]:
    """The guidance's answers that were posted."""
    return {question.code: request.POST.get(f"q_{question.code}", "") for question in guide.questions}


def _town(request: HttpRequest, towns: list) -> tuple[str, bool]:
    """The town posted, else the one the reader has chosen; and whether one was asked for and is missing."""
    posted = request.POST.get("place", "")
    known = {code for code, _, _ in towns}
    if request.method == "POST":
        return posted, bool(towns) and posted not in known
    chosen = request.COOKIES.get("town", "")
    return (chosen if chosen in known else ""), False


@require_http_methods(["GET", "POST"])
@signed_in
def town(request: HttpRequest, draft: UUID, caller: Caller) -> HttpResponse:
    """Which town the matter belongs to; the draft goes to the organ that acts there."""
    row, at = drafts.find(draft, caller), clock()
    towns = competence.towns_of(row.division)
    place, missing = _town(request, towns)
    if request.method == "POST" and not missing:
        drafts.bring_to_competent(draft=draft, place=place, caller=caller, at=at)
        return redirect("cases:tasks", draft=draft)
    context = {
        "a": applications.application(row),
        "towns": towns,
        "place": place or row.place,
        "missing": missing,
    }
    return render(request, "cases/town.html", context, status=422 if missing else 200)


def _language(request: HttpRequest, division: str) -> str:
    """The language asked for where the organ's county offers it; else that of the page."""
    asked = request.POST.get("language", "")
    if asked in bilingual.languages_of(division) or asked == settings.LANGUAGE_CODE:
        return asked
    return get_language() or settings.LANGUAGE_CODE


@require_http_methods(["GET", "POST"])
@signed_in
def start_bundle(request: HttpRequest, division: str, code: str, caller: Caller) -> HttpResponse:
    """Choose for whom a bundle is applied for; then the draft is there."""
    at = clock()
    subject = drafts.bundle_in(code, division, at)
    towns = competence.towns_asked_of(subject.bundle, division, at)
    place, missing = _town(request, towns)
    if request.method == "POST" and not missing:
        draft = drafts.begin_bundle(
            code=code,
            division=division,
            place=place or division,
            situation=_answers(request.POST),
            party=_number(request.POST.get("party", "")),
            language=_language(request, division),
            caller=caller,
            at=at,
        )
        return redirect("cases:tasks", draft=draft.pk)
    context = {
        "subject": subject,
        "parties": _eligible(people.parties_of(caller.signed_in, at), subject),
        "answers": _answers(request.GET) | _answers(request.POST),
        "organ": people.organ_of(subject.bundle.lead, division),
        "back": reverse("catalogue:bundle", args=[code]),
        "towns": towns,
        "place": place,
        "missing": missing,
        "party": request.POST.get("party", ""),
        "languages": [(one, phrases.SERVED_IN[one]) for one in bilingual.languages_of(division)],
    }
    return render(request, "cases/start.html", context, status=422 if missing else 200)


def _eligible(parties, subject) -> list:
    """The parties the caller may act for that this item or bundle serves."""
    return [acting for acting in parties if rules.serves(subject, acting.party.kind.value)]


def _number(words: str) -> int:
    """The party posted; 0, which is nobody's, when it is no number."""
    return int(words) if words.isdecimal() and len(words) < 19 else 0


@require_GET
@signed_in
def tasks(request: HttpRequest, draft: UUID, caller: Caller) -> HttpResponse:
    """The hub of an application: what is done, what is open."""
    application = applications.application(drafts.find(draft, caller))
    if (sent := _sent(application.draft)) is not None:
        return sent
    return render(request, "cases/tasks.html", {"a": application})


@require_GET
@signed_in
def application_form(request: HttpRequest, draft: UUID, caller: Caller) -> HttpResponse:
    """The application form as it would be handed in."""
    found = applications.application(drafts.find(draft, caller))
    return pdf.shown(printed.of_draft(found, get_language() or settings.LANGUAGE_CODE), "application")


@require_http_methods(["GET", "POST"])
@signed_in
def situation(request: HttpRequest, draft: UUID, caller: Caller) -> HttpResponse:
    """The guidance's questions again, answers changed; an answer can raise another question."""
    row = drafts.find(draft, caller)
    missing: tuple[Question, ...] = ()
    if request.method == "POST":
        shown = {question.code for question in subjects.resolved(row).questions}
        row = drafts.answer_situation(
            draft=draft, situation=_answers(request.POST), caller=caller, at=clock()
        )
        unanswered = subjects.resolved(row).unanswered
        missing = tuple(question for question in unanswered if question.code in shown)
        if not missing:
            return redirect("cases:situation" if unanswered else "cases:tasks", draft=draft)
    context = {"a": applications.application(row), "missing": missing}
    return render(request, "cases/situation.html", context, status=422 if missing else 200)


def _answers(posted) -> dict[str, str]:
    """The guidance's answers of a request, {question code: value}; what answers nothing is left out later."""
    return {name[2:]: value for name, value in posted.items() if name.startswith("q_") and value}


@require_http_methods(["GET", "POST"])
@signed_in
def material(request: HttpRequest, draft: UUID, code: str, caller: Caller) -> HttpResponse:
    """Give the files of one material; the rules are told before."""
    row = drafts.find(draft, caller)
    application = applications.application(row)
    part = application.material(code)
    error, status = None, 200
    if request.method == "POST":
        try:
            drafts.attach(draft=draft, material=code, file=uploaded(request), caller=caller, at=clock())
            return redirect("cases:material", draft=draft, code=code)
        except Refused as refused:
            error, status = phrases.words(refused), phrases.status(refused.code)
    context = {
        "a": application,
        "part": part,
        "files": application.files(code),
        "error": error,
        "limit": settings.UPLOAD_LIMIT_MB * 1_000_000,
        "later": application.next_material(code),
    }
    return render(request, "cases/material.html", context, status=status)


def uploaded(request: HttpRequest):
    """The file of this request; refuses when none came or the limit was passed on the way."""
    file = request.FILES.get("file")
    if limit := getattr(request, files.OVER_LIMIT, None):
        raise Refused("file_too_large", limit=limit)
    if file is None:
        raise Refused("file_missing")
    return file


@require_POST
@signed_in
def remove(request: HttpRequest, draft: UUID, upload: UUID, caller: Caller) -> HttpResponse:
    """Take a file back."""
    material = Upload.objects.filter(pk=upload, draft=draft).values_list("material", flat=True).first()
    drafts.remove(draft=draft, upload=upload, caller=caller, at=clock())
    if material is None or rules.field_of(material):
        return redirect("cases:tasks", draft=draft)
    return redirect("cases:material", draft=draft, code=material)


@require_http_methods(["GET", "POST"])
@signed_in
def check(request: HttpRequest, draft: UUID, caller: Caller) -> HttpResponse:
    """Check your answers; declare; sign; submit."""
    row = drafts.find(draft, caller)
    if (sent := _sent(row)) is not None:
        return sent
    at = clock()
    errors: dict[str, str] = {}
    if request.method == "POST":
        signed, errors = signed_by(request, caller)
        if signed is not None:
            try:
                return _submit(row, caller, at, signed)
            except Refused as refused:
                if refused.code == "town_needed":
                    return redirect("cases:town", draft=draft)
                if refused.code not in _SIGNING_REFUSALS:
                    raise
                errors = {_SIGNING_REFUSALS[refused.code]: " ".join(map(str, phrases.words(refused)))}
        row = drafts.find(draft, caller)
        if (sent := _sent(row)) is not None:  # a second click: the first has arrived meanwhile
            return sent
    application = applications.application(row)
    others = cosigning.of_application(application, people.today(at))
    context = {
        "a": application,
        "answers": applications.answers(application),
        "may_follow": promises.may_follow(application, at),
        "others": others,
        "waits": [line for line in others if line.waits],
        "sign_in_at": request.build_absolute_uri(reverse("cases:mine")),
        "errors": errors,
        "standing": applications.standing(caller, row.party_id, at),
        "proof": proven_by(request),
        "stated": request.POST.get("name", ""),
    }
    return render(request, "cases/check.html", context, status=422 if errors else 200)


def _sent(row) -> HttpResponseRedirect | None:
    """Where a draft that was submitted has gone, if it was."""
    if row.case_id:
        return redirect("cases:receipt", case_no=row.case_id)
    return redirect("cases:bundle", number=row.received_as_id) if row.received_as_id else None


def _submit(row, caller: Caller, at: datetime, signed: Signed) -> HttpResponseRedirect:
    if row.bundle:
        number = bundles.receive(draft=row.pk, caller=caller, at=at, signed=signed)
        return redirect("cases:bundle", number=number)
    outcome = submission.submit(draft=row.pk, caller=caller, at=at, signed=signed)
    if outcome.case and promises.offered(outcome.case):
        return redirect("cases:promise", case_no=outcome.answer["case_no"])
    return redirect("cases:receipt", case_no=outcome.answer["case_no"])


# Refusals of a signature that are told at a field of the page.
_SIGNING_REFUSALS = {
    "name_not_signers": "name",
    "signed_something_else": "sign",
    "mandate_ended": "sign",
    "signatures_missing": "sign",
}


def signed_by(request: HttpRequest, caller: Caller) -> tuple[Signed | None, dict[str, str]]:
    """What was signed, or what is still wrong by field; identity is asked for when the rest is right."""
    post, errors = request.POST, {}
    if post.get("declare") != "yes":
        errors["declare"] = _("没有勾选声明：请阅读并勾选后再提交。")
    if not same_name(post.get("name", ""), caller.name):
        errors["name"] = _("姓名与您的实名登记不一致：请填写您本人的姓名。")
    if not post.get("secret"):
        asked = proven_by(request)
        errors["secret"] = _("请填写验证码。") if asked == "code" else _("请填写密码。")
    if errors:
        return None, errors
    proof = prove_again(request, post["secret"])
    if proof.faults:
        return None, {"secret": " ".join(proof.faults)}
    return Signed(name=post["name"], digest=post.get("digest", ""), method=proof.method), {}


@require_http_methods(["GET", "POST"])
@signed_in
def discard(request: HttpRequest, draft: UUID, caller: Caller) -> HttpResponse:
    """Give a draft up, after asking once."""
    row = drafts.find(draft, caller)
    if request.method == "POST":
        drafts.discard(draft=draft, caller=caller, at=clock())
        return redirect("cases:mine")
    return render(request, "cases/discard.html", {"a": applications.application(row)})
