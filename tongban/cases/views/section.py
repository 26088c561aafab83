"""One theme of an application's form on its page: fields, files given in them, or rows."""

from uuid import UUID

from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from tongban.cases import phrases
from tongban.cases.actions import drafts
from tongban.cases.queries import applications
from tongban.cases.queries import known as knowledge
from tongban.cases.queries.applications import Application
from tongban.catalogue.rules import situations
from tongban.catalogue.rules.guide import FieldKind, Section
from tongban.engine.refusal import Refused
from tongban.kit import files, forms
from tongban.kit.api import clock
from tongban.kit.rows import RowsForm
from tongban.people import queries as people
from tongban.people.access import kept_fields, refills, signed_in
from tongban.people.rules import Caller


@require_http_methods(["GET", "POST"])
@signed_in
@refills
def section(request: HttpRequest, draft: UUID, section: str, caller: Caller) -> HttpResponse:
    """One theme of the form. Wrong answers are kept and shown; right ones complete the section.

    A post that arranges files or rows gives the page back as it is, without judging it.
    """
    application = applications.application(drafts.find(draft, caller))
    part = application.section(section)
    if request.method == "POST":
        application, unkept = _files_kept(request, application, part, caller)
        form = _form(application, part, request.POST)
        arranging = _arranges(form, request)
        valid = not unkept and form.is_valid()
        if valid and not arranging:
            _keep(draft, part, form, caller, complete=True)
            return _onward(request, application, section)
        if section not in application.draft.complete:
            _keep(draft, part, form, caller, complete=False)
        status = 200 if arranging and not unkept else 422
        if arranging:
            form = _form(application, part, request.POST)
            form._errors = ErrorDict()  # not judged yet
        _told(form, unkept)
    else:
        form, status = _offered(request, application, part, caller), 200
    context = {"a": application, "part": part, "form": form, "kept": getattr(form, "kept", False)}
    template = "cases/section_rows.html" if isinstance(form, RowsForm) else "cases/section.html"
    return render(request, template, context, status=status)


def _arranges(form, request: HttpRequest) -> bool:
    """Whether a post adds or takes away a file or a row rather than answering."""
    if isinstance(form, RowsForm):
        return form.arranging
    return any(deed in request.POST for deed in (_ADD, _REMOVE))


_ADD, _REMOVE = "files-add", "files-remove"  # no field's name has a dash


def _files_kept(
    request: HttpRequest, application: Application, part: Section, caller: Caller
) -> tuple[Application, dict[str, list[str]]]:
    """Keep the files that were posted and take back the one that is to go: (the application as it is then, what
    could not be kept by field). Whatever else is wrong with the page, they need not be chosen again.
    """
    draft, over = application.draft.pk, files.over_fields(request)
    unkept: dict[str, list[str]] = {}
    for field in part.fields:
        if field.kind is not FieldKind.FILE:
            continue
        told = [Refused(over[field.code])] if field.code in over else []
        for file in request.FILES.getlist(field.code):
            try:
                drafts.attach_to_field(draft=draft, field=field.code, file=file, caller=caller, at=clock())
            except Refused as refused:
                told.append(refused)
        if told:
            unkept[field.code] = [phrases.of_file(field.label, refused) for refused in told]
    if gone := _identifier(request.POST.get(_REMOVE, "")):
        drafts.remove(draft=draft, upload=gone, caller=caller, at=clock())
    if request.FILES or gone:
        application = applications.application(drafts.find(draft, caller))
    return application, unkept


def _identifier(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None


def _told(form, unkept: dict[str, list[str]]) -> None:
    """Say at their fields which files could not be kept, in place of what their absence would be told as."""
    for code, words in unkept.items():
        form.errors[code] = form.error_class(words)


def _form(application, part, data=None, initial: dict | None = None):
    """The form of a section: of its fields, with the files given for them, or of its rows."""
    (only, *_rest) = asked = situations.asked(part)
    choices, language = applications.choices_for(application.draft, asked), get_language()
    if isinstance(only, situations.Group):
        rows = (initial or {}).get(only.code)
        return RowsForm(only, data, initial=rows, language=language, choices_for=choices)
    form_class = forms.compile_form(asked, language=language, choices_for=choices)
    return form_class(data, initial=(initial or {}) | application.attached)


def _keep(draft: UUID, part, form, caller: Caller, *, complete: bool) -> None:
    """Store what is valid; a theme that is not whole yet stays open."""
    answers = form.answers() if isinstance(form, RowsForm) else forms.to_answers(form)
    drafts.answer_section(
        draft=draft, section=part.code, answers=answers, complete=complete, caller=caller, at=clock()
    )


def _offered(request: HttpRequest, application, part, caller: Caller):
    """The form as first shown: what an expired session kept, what was stored, or what is known."""
    if given := kept_fields(request):
        application, unkept = _files_kept(request, application, part, caller)
        form = _form(application, part, given)
        _told(form, unkept)
        form.kept = True
        return form
    asked = situations.asked(part)
    stored = people.open_answers(application.draft.form)
    left = [field for field in asked if field.code not in stored]
    if part.code in application.draft.complete:
        left = []
    known = knowledge.of_draft(application.draft, caller, left, timezone.localdate()) if left else {}
    answers = {code: one.value for code, one in known.items()} | stored
    initial = {f.code: answers[f.code] for f in asked if f.code in answers and forms.fits(f, answers[f.code])}
    form = _form(application, part, initial=initial)
    form.sources = {code: phrases.known_from(one) for code, one in known.items()}
    return form


def _onward(request: HttpRequest, application, section: str) -> HttpResponseRedirect:
    """Back to the check page when called from there, else the next open section or the task list."""
    if request.POST.get("then") == "check" or request.GET.get("then") == "check":
        return redirect("cases:check", draft=application.draft.pk)
    later = application.next_section(section)
    if later:
        return redirect("cases:section", draft=application.draft.pk, section=later)
    return redirect(reverse("cases:tasks", args=[application.draft.pk]) + "#materials")
