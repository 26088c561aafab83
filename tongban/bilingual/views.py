"""The workbench's bilingual pages: coverage, wordings to translate, one translation, staffing, signs."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.bilingual import actions, phrases, queries
from tongban.bilingual.forms import NoteForm, TranslationForm
from tongban.bilingual.rules.coverage import summed, turns
from tongban.bilingual.rules.workflow import Deed, Standing
from tongban.engine.refusal import Refused
from tongban.kit.api import clock
from tongban.kit.phrases import worded
from tongban.people import queries as people
from tongban.people.access import staff_only
from tongban.people.rules import Caller, Language


def _known(language: str, part: str = queries.PARTS[0]) -> None:
    if language not in queries.LANGUAGES or part not in queries.PARTS:
        raise Http404


@require_GET
@staff_only
def home(request: HttpRequest, caller: Caller) -> HttpResponse:
    """How much of every part is translated into each language."""
    at = clock()
    rows = queries.coverage(at)
    verdicts = queries.staffing_check(at)
    context = {
        "languages": [
            {"code": code, "rows": [row for row in rows if row.language == code], "all": summed(code, rows)}
            for code in queries.LANGUAGES
        ],
        "standings": list(Standing),
        "turns": turns(caller, rows),
        "failing": sum(not verdict.passed for verdict in verdicts),
        "at": at,
    }
    return render(request, "bilingual/home.html", context)


@require_GET
@staff_only
def lines(request: HttpRequest, language: str, part: str, caller: Caller) -> HttpResponse:
    """The wordings of a part and how they stand in a language."""
    _known(language, part)
    only, words = request.GET.get("only", ""), request.GET.get("q", "").strip()[:100]
    after = request.GET.get("after", "")
    begun = int(after) if after.isdecimal() and len(after) < 19 else 0
    at = clock()
    found = queries.lines(part, language, only=only, words=words, after=begun, at=at)
    asked = {name: value for name, value in (("only", only), ("q", words)) if value}
    row = next(row for row in queries.coverage(at) if (row.part, row.language) == (part, language))
    context = {
        "part": part,
        "language": language,
        "lines": found[: queries.PAGE],
        "row": row,
        "standings": [(standing, row.listed(standing)) for standing in Standing],
        "only": only,
        "words": words,
        "older": f"?{urlencode({**asked, 'after': found[queries.PAGE - 1].id})}"
        if len(found) > queries.PAGE
        else "",
        "newer": f"?{urlencode(asked)}" if begun else "",
    }
    return render(request, "bilingual/lines.html", context)


@require_http_methods(["GET", "POST"])
@staff_only
def message(request: HttpRequest, message: int, language: str, caller: Caller) -> HttpResponse:
    """One wording in one language: translate it, or decide on what another translated."""
    _known(language)
    sheet = queries.sheet(message, language, caller)
    held = {"words": sheet.open.words, "source": sheet.open.source} if sheet.open else None
    form = TranslationForm(
        request.POST if request.method == "POST" else None, initial=held, language=language
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _written(request, form, message, language, caller):
            return redirect("bilingual:message", message=message, language=language)
        if not form.is_valid() and Deed.WRITE not in sheet.deeds:
            raise Refused("not_permitted")
    context = {"s": sheet, "form": form, "note": NoteForm(), "writes": Deed.WRITE in sheet.deeds}
    return render(request, "bilingual/message.html", context, status=status)


def _written(
    request: HttpRequest, form: TranslationForm, message: int, language: str, caller: Caller
) -> bool:
    try:
        actions.write(
            message=message, language=Language(language), **form.cleaned_data, caller=caller, at=clock()
        )
    except Refused as refused:
        if refused.code not in phrases.REFUSALS or refused.code in phrases.STATUS:
            raise
        wrong, mend = worded(phrases.REFUSALS[refused.code], refused)
        form.add_error("source" if refused.code == "translation_unvouched" else "words", wrong + mend)
        return False
    messages.success(request, phrases.DONE["write"])
    return True


@require_POST
@staff_only
def decide(request: HttpRequest, translation: int, deed: str, caller: Caller) -> HttpResponse:
    """Review, return, approve or withdraw."""
    if deed not in {one.value for one in Deed} - {Deed.WRITE.value}:
        raise Http404
    row = actions.decide(
        translation=translation,
        deed=Deed(deed),
        note=request.POST.get("note", "")[:500],
        seen=request.POST.get("seen"),
        caller=caller,
        at=clock(),
    )
    messages.success(request, phrases.DONE[deed])
    said = queries.said(row)
    if said is None:
        return redirect("bilingual:lines", language=row.language, part=row.part)
    return redirect("bilingual:message", message=said, language=row.language)


@require_GET
@staff_only
def staffing(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Which ethnic townships have two who serve in their languages, and which do not."""
    verdicts = queries.staffing_check(clock())
    context = {
        "verdicts": sorted(verdicts, key=lambda verdict: verdict.passed),
        "failing": [verdict for verdict in verdicts if not verdict.passed],
        "at": clock(),
    }
    return render(request, "bilingual/staffing.html", context)


@require_GET
@staff_only
def signs(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Signs of halls and service centres; those with every line approved can be printed."""
    states = {code: queries.sign_states(code) for code in queries.LANGUAGES}
    rows = [
        {"sign": row["sign"], "states": [(code, states[code][number]["missing"]) for code in states]}
        for number, row in enumerate(states[queries.LANGUAGES[0]])
    ]
    return render(request, "bilingual/signs.html", {"rows": rows, "languages": queries.LANGUAGES})


@require_GET
@staff_only
def sign(request: HttpRequest, key: str, language: str, caller: Caller) -> HttpResponse:
    """A sign to print."""
    response = HttpResponse(
        queries.sign_pdf(key, language, people.today(clock())), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="{key}-{language}.pdf"'
    return response
