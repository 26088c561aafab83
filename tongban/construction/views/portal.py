"""The owner's pages: one's projects, registering one, its stages on one chart, applying for a stage."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from tongban.catalogue.rules import chart
from tongban.construction import forms as shapes
from tongban.construction.actions import projects as actions
from tongban.construction.actions import stages
from tongban.construction.queries import lists, maps, projects, steps
from tongban.construction.queries import registration as registrations
from tongban.construction.queries.definition import definition
from tongban.construction.rules.firms import Firm
from tongban.engine.refusal import Refused
from tongban.kit import forms
from tongban.kit.api import clock
from tongban.people import queries as people
from tongban.people.access import refusals_as_pages, signed_in, told
from tongban.people.rules import Caller, PartyKind


@require_GET
@signed_in
def mine(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The projects of one's firms."""
    return render(request, "construction/mine.html", {"projects": lists.mine(caller, clock())})


@require_GET
@refusals_as_pages
def themes(request: HttpRequest) -> HttpResponse:
    """What kind of project, and where: the first step of registering one, and the way to the approval maps."""
    theme, county = request.GET.get("theme", ""), request.GET.get("county", "")
    counties = people.divisions(level="county")
    known = {one.code for one in definition().themes}
    if theme in known and county in {row.code for row in counties}:
        return redirect(reverse("construction:register", args=[theme]) + f"?county={county}")
    context = {
        "themes": definition().themes,
        "counties": counties,
        "county": county or request.COOKIES.get("county", ""),
        "theme": theme,
        "missing": "theme" in request.GET and theme not in known,
    }
    return render(request, "construction/themes.html", context, status=422 if context["missing"] else 200)


@require_http_methods(["GET", "POST"])
@signed_in
def register(request: HttpRequest, theme: str, caller: Caller) -> HttpResponse:
    """The project's registration: what is carried into every stage, and the facts that decide what applies."""
    at, chosen = clock(), definition().theme(theme)
    asked_for = request.GET.get("county", "")
    county = next((row for row in people.divisions(level="county") if row.code == asked_for), None)
    if county is None:
        return redirect("construction:themes")
    entry = registrations.registration(chosen, county.code)
    language = get_language() or "zh-hans"
    shape = forms.compile_form(entry.asked, language=language, choices_for=entry.choices)
    parties = [one for one in people.parties_of(caller.signed_in, at) if one.party.kind != PartyKind.PERSON]
    form = shape(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        party = request.POST.get("party", "")
        try:
            row = actions.register(
                theme=theme,
                county=county.code,
                party=int(party) if party.isdecimal() and len(party) < 19 else 0,
                answers=forms.to_answers(form),
                language=language,
                caller=caller,
                at=at,
            )
        except Refused as refused:
            if not refused.code.startswith("project_"):
                raise
            form.add_error("project_code", " ".join(told(refused)))
        else:
            return redirect("construction:project", code=row.pk)
    context = {
        "theme": chosen,
        "county": county,
        "groups": [
            {"section": one, "fields": [form[field.code] for field in one.fields]} for one in entry.sections
        ],
        "form": form,
        "parties": parties,
        "party": request.POST.get("party", ""),
    }
    return render(request, "construction/register.html", context, status=422 if form.errors else 200)


@require_GET
@signed_in
def project(request: HttpRequest, code: str, caller: Caller) -> HttpResponse:
    """One project: its stages on one chart, what is next, both measures, who holds it up."""
    found = projects.opened(projects.of_applicant(code, caller), clock())
    context = {
        "p": found,
        "next": steps.next_step(found),
        "map": maps.of_project(found),
        "firms": {one.role: one for one in projects.participants(found.row)},
        "registered": registrations.in_words(found.row),
    }
    return render(request, "construction/project.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def stage(request: HttpRequest, code: str, stage: str, caller: Caller) -> HttpResponse:
    """One stage: its items and what law puts before them; begin the one form for it."""
    row, at = projects.of_applicant(code, caller), clock()
    error = None
    if request.method == "POST":
        try:
            made = stages.begin(
                project=code,
                stage=stage,
                items=request.POST.getlist("items"),
                language=get_language() or "zh-hans",
                home=reverse("construction:project", args=[code]),
                caller=caller,
                at=at,
            )
        except Refused as refused:
            if refused.code not in {"gate_closed", "nothing_to_apply", "bundle_not_here"}:
                raise
            error = told(refused)
        else:
            return redirect("cases:tasks", draft=made.draft_id)
    found = projects.opened(row, at)
    part = found.part(stage)
    context = {
        "p": found,
        "part": part,
        "lead": projects.lead_of(row, part.table),
        "error": error,
    }
    return render(request, "construction/stage.html", context, status=409 if error else 200)


@require_http_methods(["GET", "POST"])
@signed_in
def participant(request: HttpRequest, code: str, role: str, caller: Caller) -> HttpResponse:
    """Enter or replace the firm in a role."""
    row = projects.of_applicant(code, caller)
    known = definition().role(role)
    now = next((one for one in projects.participants(row) if one.role == role), None)
    initial = {name: getattr(now, name) for name in shapes.Firm.base_fields} if now else {}
    form = shapes.Firm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        firm = Firm(role=role, **form.cleaned_data)
        actions.enter_participant(project=code, firm=firm, caller=caller, at=clock())
        return redirect("construction:project", code=code)
    context = {"row": row, "role": known, "form": form, "now": now}
    return render(request, "construction/participant.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@signed_in
def works(request: HttpRequest, code: str, caller: Caller) -> HttpResponse:
    """Tell on which day building began."""
    row, at = projects.of_applicant(code, caller), clock()
    form = shapes.Works(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            stages.start_works(project=code, on=form.cleaned_data["on"], caller=caller, at=at)
        except Refused as refused:
            if refused.code not in {"starts_in_the_future", "gate_closed"}:
                raise
            form.add_error("on", " ".join(told(refused)))
        else:
            return redirect("construction:project", code=code)
    found = projects.opened(row, at)
    return render(
        request, "construction/works.html", {"p": found, "form": form}, status=422 if form.errors else 200
    )


@require_GET
@refusals_as_pages
def theme_map(request: HttpRequest, theme: str) -> HttpResponse:
    """The approval map of a theme, drawn from the definition that runs its projects."""
    chosen = definition().theme(theme)
    context = {"theme": chosen, "map": maps.of_theme(chosen), "gates": maps.rules_of(chosen)}
    return render(request, "construction/map.html", context)


@require_GET
@refusals_as_pages
def bpmn(request: HttpRequest, theme: str) -> HttpResponse:
    """The approval map of a theme as BPMN 2.0."""
    chosen = definition().theme(theme)
    english = (get_language() or "").startswith("en")
    name = chosen.name.en if english else chosen.name.zh
    content = chart.bpmn(maps.of_theme(chosen).chart, theme, name, "en" if english else "zh")
    return HttpResponse(
        content,
        content_type="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{theme}.bpmn"'},
    )
