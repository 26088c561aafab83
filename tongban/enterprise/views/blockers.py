"""Blockers and consultations at the workbench."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongban.engine.refusal import Refused
from tongban.enterprise import forms, rules
from tongban.enterprise.actions import blockers as actions
from tongban.enterprise.actions.projects import of_centre
from tongban.enterprise.models import Blocker
from tongban.enterprise.queries import projects as queries
from tongban.enterprise.views.faults import tell_at
from tongban.kit import inputs
from tongban.kit.api import clock
from tongban.people import queries as people
from tongban.people.access import staff_only, told
from tongban.people.rules import Caller


def _organs(county: str) -> list[tuple[int, str]]:
    """The organs of a county and of the city, to choose from."""
    return _named([*people.organs(division=county), *people.organs(division=f"{county[:4]}00")])


def _named(organs: Iterable) -> list[tuple[int, str]]:
    english = inputs.english()
    return [(organ.pk, organ.name_en if english and organ.name_en else organ.short_name) for organ in organs]


@require_http_methods(["GET", "POST"])
@staff_only
def raise_(request: HttpRequest, project: int, caller: Caller) -> HttpResponse:
    """Say what holds a project up."""
    row, at = queries.at_work(project, caller), clock()
    of_centre(row, caller)
    found = queries.opened(row, at)
    english = inputs.english()
    steps = [(step.code, step.name.en if english else step.name.zh) for step in found.plan.steps]
    posted = request.POST if request.method == "POST" else None
    form = forms.Blocker(posted, steps, _organs(row.division_id), initial={"since": people.today(at)})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.raise_blocker(project=project, **form.cleaned_data, caller=caller, at=at)
        except Refused as refused:
            tell_at(form, refused, {"log_words_missing": "what", "log_in_future": "since"})
        else:
            return redirect("enterprise:blocker", blocker=made.pk)
    context = {"p": found, "form": form}
    return render(request, "enterprise/desk/raise.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@staff_only
def blocker(request: HttpRequest, blocker: int, caller: Caller) -> HttpResponse:
    """One blocker with its consultations and their tasks; resolve it."""
    row = queries.blocker(blocker, caller)
    form = forms.Resolution(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        of_centre(row.project, caller)
        if form.is_valid():
            try:
                actions.resolve(blocker=blocker, how=form.cleaned_data["how"], caller=caller, at=clock())
            except Refused as refused:
                tell_at(form, refused, {"log_words_missing": "how", "consultation_open": "how"})
            else:
                messages.success(request, _("已解决。"))
                return redirect("enterprise:blocker", blocker=blocker)
    return _page(request, row, caller, form)


def _page(request: HttpRequest, row: Blocker, caller: Caller, form) -> HttpResponse:
    at = clock()
    centre = rules.works_for_centre(queries.seats(caller), row.project.division_id)
    consultations = list(row.consultations.all())
    today = people.today(at)
    here = queries.works_at(caller)
    context = {
        "b": row,
        "consultations": [
            {
                "row": one,
                "tasks": [
                    {
                        "row": task,
                        "late": queries.task_late(task, today),
                        "may": not task.done_at and (centre or task.organ_id in here),
                    }
                    for task in one.tasks.all()
                ],
            }
            for one in consultations
        ],
        "open": next((one for one in consultations if one.concluded_at is None), None),
        "centre": centre,
        "sees_project": rules.sees(queries.seats(caller), row.project.division_id),
        "form": form,
        "today": today,
        "days": (today - row.since).days,
    }
    return render(request, "enterprise/desk/blocker.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@staff_only
def convene(request: HttpRequest, blocker: int, caller: Caller) -> HttpResponse:
    """Call the organs needed to a consultation."""
    row, at = queries.blocker(blocker, caller), clock()
    of_centre(row.project, caller)
    posted = request.POST if request.method == "POST" else None
    initial = {"on": people.today(at), "organs": [row.organ_id], "question": row.what}
    form = forms.Convening(posted, _organs(row.project.division_id), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.convene(blocker=blocker, **form.cleaned_data, caller=caller, at=at)
        except Refused as refused:
            tell_at(form, refused, {"log_words_missing": "question"})
        else:
            messages.success(request, _("已发起会商，参加单位在“企业服务”中可以看到。"))
            return redirect("enterprise:blocker", blocker=blocker)
    context = {"b": row, "form": form}
    return render(request, "enterprise/desk/convene.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@staff_only
def conclude(request: HttpRequest, blocker: int, caller: Caller) -> HttpResponse:
    """Record the conclusion, and who does what by when."""
    row = queries.blocker(blocker, caller)
    of_centre(row.project, caller)
    meeting = next((one for one in row.consultations.all() if one.concluded_at is None), None)
    if meeting is None:
        raise Refused("consultation_missing")
    organs = _named(meeting.organs.all())
    posted = request.POST if request.method == "POST" else None
    form, lines = forms.Conclusion(posted), forms.task_rows(posted, organs)
    wrong = posted is not None and not all([form.is_valid(), *(line.is_valid() for line in lines)])
    error = None
    if posted is not None and not wrong:
        try:
            tasks = [task for line in lines if (task := line.task)]
            actions.conclude(
                blocker=blocker, conclusion=form.cleaned_data["conclusion"], tasks=tasks, caller=caller,
                at=clock(),
            )  # fmt: skip
        except Refused as refused:
            if refused.code in {"service_not_yours", "consultation_missing", "blocker_resolved"}:
                raise
            error = told(refused)
        else:
            messages.success(request, _("已记录会商结论。"))
            return redirect("enterprise:blocker", blocker=blocker)
    context = {"b": row, "meeting": meeting, "form": form, "rows": lines, "error": error}
    status = 422 if wrong or error else 200
    return render(request, "enterprise/desk/conclude.html", context, status=status)


@require_POST
@staff_only
def finish(request: HttpRequest, task: int, caller: Caller) -> HttpResponse:
    """A task is done."""
    done = actions.finish(task=task, caller=caller, at=clock())
    messages.success(request, _("已记为完成。"))
    return redirect("enterprise:blocker", blocker=done.consultation.blocker_id)
