"""The officer's pages: inbox, case, completeness check, one page per command, notes."""

from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.cases import forms, phrases
from tongban.cases.actions import checks, notice
from tongban.cases.actions import commands as run
from tongban.cases.queries import application_form as printed
from tongban.cases.queries import desk, inbox, lists, opened, routing
from tongban.cases.rules import duties
from tongban.cases.rules.resources import RESOURCES
from tongban.engine.calendar import CST
from tongban.engine.lifecycle import commands
from tongban.engine.refusal import Refused
from tongban.kit import pdf
from tongban.kit.api import clock
from tongban.people.access import refusal_page, staff_only
from tongban.people.rules import Caller

COMMANDS = {resource: command for command, resource in RESOURCES.items()}


@require_GET
@staff_only
def home(request: HttpRequest, caller: Caller) -> HttpResponse:
    """What waits for me, most urgent first."""
    at = clock()
    only = request.GET.get("only", "")
    only = only if only in inbox.FILTERS else ""
    page = inbox.inbox(caller, at, only=only, after=request.GET.get("after", ""))
    context = {
        "heading": _("我的待办"),
        "only": only,
        "filters": desk.filters(page.groups, caller),
        "groups": desk.by_urgency(page.lines, at),
        "older_url": f"?{urlencode({'only': only, 'after': page.older})}" if page.older else "",
        "newer_url": f"?{urlencode({'only': only})}" if request.GET.get("after") else "",
        "post_words": desk.post_words(caller),
    }
    return render(request, "cases/desk_inbox.html", context)


@require_GET
@staff_only
def everything(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Every case in my scope, newest first; or what a search finds."""
    at = clock()
    words = request.GET.get("q", "").strip()
    after = request.GET.get("after", "")
    if words:
        page = lists.newest(inbox.search(caller, words), after=after, at=at)
    else:
        page = lists.newest_within(opened.at_work(caller), after=after, at=at)
    title = _("查找结果") if words else _("全部办件")
    context = {
        "heading": title,
        "words": words,
        "groups": [{"title": title, "lines": page.lines}] if page.lines else [],
        "older_url": f"?{urlencode({'q': words, 'after': page.older})}" if page.older else "",
        "newer_url": f"?{urlencode({'q': words})}" if request.GET.get("after") else "",
        "post_words": desk.post_words(caller),
    }
    return render(request, "cases/desk_inbox.html", context)


@require_POST
@staff_only
def next_case(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Claim the most urgent case nobody holds, first of those in a language one serves in; if another officer
    is faster, the one after it.
    """
    at = clock()
    for case_no in routing.next_up(caller, at)[:6]:
        try:
            run.perform(case_no=case_no, command=commands.Claim(), caller=caller, at=at)
        except Refused as refused:
            if refused.code not in {"held_by_another", "not_at_this_stage", "not_permitted", "own_case"}:
                raise
        else:
            return redirect("cases:desk_case", case_no=case_no)
    return redirect("cases:inbox")


@require_GET
@staff_only
def case(request: HttpRequest, case_no: str, caller: Caller) -> HttpResponse:
    """One case: what to decide top right, what was applied for, materials, history."""
    at = clock()
    context = desk.case_page(opened.opened(case_no, caller, at, opened.at_work), caller)
    return render(request, "cases/desk_case.html", context)


@require_GET
@staff_only
def preview(request: HttpRequest, case_no: str, caller: Caller) -> HttpResponse:
    """The same case as a part of the inbox page, beside the list."""
    context = desk.case_page(opened.opened(case_no, caller, clock(), opened.at_work), caller)
    return render(request, "cases/desk_preview.html", context)


@require_http_methods(["GET", "POST"])
@staff_only
def check(request: HttpRequest, case_no: str, caller: Caller) -> HttpResponse:
    """The completeness checklist: the same lines and words for every clerk."""
    at = clock()
    found = opened.opened(case_no, caller, at, opened.at_work)
    duties.permit(caller, commands.Accept, found.case)
    if request.method == "GET":
        return render(request, "cases/desk_check.html", desk.check_page(found))
    posted = desk.marks_from(request.POST, found)
    if posted.unnamed:
        return render(request, "cases/desk_check.html", desk.check_page(found, posted), status=422)
    checks.save(case_no=case_no, marks=posted.marks, remarks=posted.remarks, caller=caller, at=at)
    return redirect("cases:desk_verdict", case_no=case_no)


@require_http_methods(["GET", "POST"])
@staff_only
def verdict(request: HttpRequest, case_no: str, caller: Caller) -> HttpResponse:
    """What the check found: accept, or send the one-time notice as it is shown here."""
    at = clock()
    found = opened.opened(case_no, caller, at, opened.at_work)
    duties.permit(caller, commands.Accept, found.case)
    page = desk.verdict_page(found)
    if not page["checked"]:
        return redirect("cases:desk_check", case_no=case_no)
    usual = forms.CorrectBy.usual(at.astimezone(CST).date())
    form = forms.CorrectBy(request.POST or None, initial={"correct_by": usual})
    error, status = None, 200
    if request.method == "POST":
        try:
            if page["tolerable"] and request.POST.get("verdict") == "pre-acceptance":
                run.perform(case_no=case_no, command=commands.PreAccept(), caller=caller, at=at)
                return redirect("cases:desk_case", case_no=case_no)
            if not page["findings"]:
                run.perform(case_no=case_no, command=commands.Accept(), caller=caller, at=at)
                return redirect("cases:desk_case", case_no=case_no)
            if form.is_valid():
                told = {"marks": page["marks"], "remarks": page["remarks"], **form.cleaned_data}
                notice.notify(case_no=case_no, **told, caller=caller, at=at)
                return redirect("cases:desk_case", case_no=case_no)
            status = 422
        except Refused as refused:
            error, status = phrases.words(refused), phrases.status(refused.code)
    return render(request, "cases/desk_verdict.html", {**page, "form": form, "error": error}, status=status)


@require_http_methods(["GET", "POST"])
@staff_only
def command(
    request: HttpRequest, case_no: str, resource: str, caller: Caller, step: str = ""
) -> HttpResponse:
    """One page for one command: what it does, what it needs, and the refusal if a rule says no."""
    kind = COMMANDS.get(resource)
    if kind not in forms.FORMS:
        return refusal_page(request, Refused("not_at_this_stage"))
    at = clock()
    found = opened.opened(case_no, caller, at, opened.at_work)
    form = _form(kind, request, found, step)
    error, status = None, 200
    if request.method == "GET" or not form.is_valid():
        duties.permit(caller, kind, found.case)
    if request.method == "POST":
        if form.is_valid():
            given = {"step": step, "remedies": desk.remedies(found)}
            try:
                run.perform(case_no=case_no, command=form.command(kind, given), caller=caller, at=at)
                return redirect("cases:desk_case", case_no=case_no)
            except Refused as refused:
                error, status = phrases.words(refused), phrases.status(refused.code)
        else:
            status = 422
    context = desk.command_page(found, kind, step) | {"form": form, "error": error}
    return render(request, "cases/desk_command.html", context, status=status)


def _form(kind: type[commands.Command], request: HttpRequest, found: opened.Opened, step: str):
    extra = {"organs": desk.transfer_organs(found)} if kind is commands.Transfer else {}
    form = forms.FORMS[kind](request.POST if request.method == "POST" else None, **extra)
    if step and desk.is_survey(found, step):
        form.for_survey()
    return form


@require_POST
@staff_only
def note(request: HttpRequest, case_no: str, caller: Caller) -> HttpResponse:
    """Leave a private note for colleagues."""
    form = forms.NoteForm(request.POST)
    if form.is_valid():
        checks.note(case_no=case_no, text=form.cleaned_data["text"], caller=caller, at=clock())
    return redirect("cases:desk_case", case_no=case_no)


@require_POST
@staff_only
def reveal(request: HttpRequest, case_no: str, caller: Caller) -> HttpResponse:
    """The applicant's numbers in the clear, for this case; the view is logged and the applicant sees it."""
    at = clock()
    found = opened.opened(case_no, caller, at, opened.at_work)
    plain = checks.reveal(case=found.row, caller=caller, at=at)
    return render(request, "cases/desk_case.html", desk.case_page(found, caller) | {"plain": plain})


@require_GET
@staff_only
def application_form(request: HttpRequest, case_no: str, caller: Caller) -> HttpResponse:
    """The application form as submitted, numbers masked."""
    return pdf.shown(
        printed.of_case(opened.find(case_no, caller, opened.at_work), plain=False), "application"
    )


@require_GET
@staff_only
def file(request: HttpRequest, case_no: str, upload: str, caller: Caller) -> FileResponse:
    """A file given as a material, as it was kept."""
    return desk.file_response(opened.find(case_no, caller, opened.at_work), upload)
