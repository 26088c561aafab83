"""The centre's pages: the steward's board, one service project, its mandate and its log."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.engine.refusal import Refused
from tongban.enterprise import forms, rules
from tongban.enterprise.actions import mandates, services
from tongban.enterprise.actions import projects as actions
from tongban.enterprise.queries import evidence, figures
from tongban.enterprise.queries import projects as queries
from tongban.enterprise.templatetags.enterprise import happened
from tongban.enterprise.views.faults import tell_at
from tongban.kit import inputs
from tongban.kit.api import clock
from tongban.people import actions as people_actions
from tongban.people import queries as people
from tongban.people.access import staff_only, told
from tongban.people.rules import Caller, Role


@require_GET
@staff_only
def home(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The steward's board; for other organs the blockers that are theirs."""
    at = clock()
    centre = queries.at_centre(caller)
    mine = queries.mine(caller, at) if Role.STEWARD in caller.roles else []
    context = {
        "centre": centre,
        "oversees": centre or Role.SUPERVISOR in caller.roles,
        "steward": Role.STEWARD in caller.roles,
        "mine": mine,
        "figures": figures.figures(mine),
        "waiting": queries.waiting(caller) if centre else [],
        "blockers": queries.at_organs(caller),
        "today": people.today(at),
    }
    return render(request, "enterprise/desk/home.html", context)


@require_http_methods(["GET", "POST"])
@staff_only
def enter(request: HttpRequest, caller: Caller) -> HttpResponse:
    """A project enters: by its project code, or as a plain one."""
    if not queries.at_centre(caller):
        raise Refused("service_not_yours")
    kind = "plain" if request.GET.get("kind") == "plain" else "construction"
    shape: Any = forms.Plain if kind == "plain" else forms.Construction
    form = shape(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        command: Any = actions.enter_plain if kind == "plain" else actions.enter_construction
        try:
            row = command(**form.cleaned_data, caller=caller, at=clock())
        except Refused as refused:
            tell_at(form, refused, _ENTRY_FIELDS)
        else:
            messages.success(request, _("已登记，请指派代办员。"))
            return redirect("enterprise:project", project=row.pk)
    context = {"form": form, "kind": kind}
    return render(request, "enterprise/desk/enter.html", context, status=422 if form.errors else 200)


# Refusals of an entry that are told at a field.
_ENTRY_FIELDS = {"construction_unknown": "code", "service_exists": "code", "enterprise_unknown": "uscc"}


@require_GET
@staff_only
def project(request: HttpRequest, project: int, caller: Caller) -> HttpResponse:
    """One project: its next step, plan, mandate, log, blockers."""
    return _project(request, queries.at_work(project, caller), caller)


def _project(request: HttpRequest, row, caller: Caller, **more) -> HttpResponse:
    at = clock()
    found = queries.opened(row, at)
    centre = rules.works_for_centre(queries.seats(caller), row.division_id)
    own = found.mandate if found.mandate and found.mandate.steward_id == caller.account else None
    context = {
        "p": found,
        "centre": centre,
        "is_steward": centre and row.steward_id == caller.account,
        "own_mandate": own,
        "stewards": queries.stewards(row.division_id, at) if centre and not found.closed else [],
        "masked": people.masked(row.party),
        **more,
    }
    return render(request, "enterprise/desk/project.html", context)


@require_POST
@staff_only
def assign(request: HttpRequest, project: int, caller: Caller) -> HttpResponse:
    """Assign a steward."""
    queries.at_work(project, caller)
    given = request.POST.get("steward", "")
    steward = int(given) if given.isdecimal() and len(given) < 19 else 0
    if not steward:
        raise Refused("not_a_steward")
    actions.assign(project=project, steward=steward, caller=caller, at=clock())
    messages.success(request, _("已指派代办员，服务方案从今天起计时。"))
    return redirect("enterprise:project", project=project)


@never_cache
@require_POST
@staff_only
def phone(request: HttpRequest, project: int, caller: Caller) -> HttpResponse:
    """The enterprise's telephone in the clear, for the steward; that it was read is kept and shown to it."""
    row = queries.at_work(project, caller)
    actions.by_steward(row, caller)
    shown = people_actions.view_plain(
        party=row.party_id, field="phone", purpose=_("企业服务：%(name)s") % {"name": row.name}, caller=caller, at=clock()
    )  # fmt: skip
    return _project(request, row, caller, phone=shown or _("没有登记电话"))


@require_http_methods(["GET", "POST"])
@staff_only
def draw(request: HttpRequest, project: int, caller: Caller) -> HttpResponse:
    """The steward draws up the mandate the enterprise is asked to sign."""
    row = queries.at_work(project, caller)
    actions.by_steward(row, caller)
    form = forms.Mandate(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            mandates.draw(
                project=project, scope=form.powers(), data=given["consent"], until=given["until"],
                caller=caller, at=clock(),
            )  # fmt: skip
        except Refused as refused:
            tell_at(form, refused, _MANDATE_FIELDS)
        else:
            messages.success(request, _("已拟定，企业登录后在“企业服务”中签署。"))
            return redirect("enterprise:project", project=project)
    return render(
        request, "enterprise/desk/draw.html", {"row": row, "form": form}, status=422 if form.errors else 200
    )


# Refusals of a mandate that are told at a field.
_MANDATE_FIELDS = dict.fromkeys(("mandate_in_the_past", "mandate_too_long", "mandate_beyond_post"), "until")


@require_POST
@staff_only
def give_up(request: HttpRequest, project: int, caller: Caller) -> HttpResponse:
    """The steward gives the mandate up."""
    row = queries.at_work(project, caller)
    actions.by_steward(row, caller)
    found = queries.opened(row, clock()).mandate
    if found is None:
        raise Refused("mandate_unknown")
    mandates.end(mandate=found.pk, caller=caller, at=clock())
    messages.success(request, _("已辞去委托。"))
    return redirect("enterprise:project", project=project)


@require_http_methods(["GET", "POST"])
@staff_only
def log(request: HttpRequest, project: int, caller: Caller) -> HttpResponse:
    """Write down a service, with its evidence."""
    row, at = queries.at_work(project, caller), clock()
    actions.by_steward(row, caller)
    found = queries.opened(row, at)
    known = [(one.event, _told(one)) for one in evidence.happenings(row, found.plan)]
    posted = request.POST if request.method == "POST" else None
    form = forms.Log(posted, known, initial={"on": people.today(at)})
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            file = inputs.file_of(request)
            services.log(project=project, **form.cleaned_data, file=file, caller=caller, at=at)
        except Refused as refused:
            if refused.code.startswith("file_") or refused.code == "image_too_many_pixels":
                error = " ".join(told(refused))
            else:
                tell_at(form, refused, _LOG_FIELDS)
        else:
            messages.success(request, _("已记录。"))
            return redirect("enterprise:project", project=project)
    context = {"p": found, "form": form, "error": error}
    return render(
        request, "enterprise/desk/log.html", context, status=422 if request.method == "POST" else 200
    )


# Refusals of a service that are told at a field.
_LOG_FIELDS = {
    "mandate_missing": "act",
    "mandate_over": "act",
    "act_outside_mandate": "act",
    "log_words_missing": "what",
    "minutes_wrong": "minutes",
    "log_in_future": "on",
    "evidence_unknown": "event",
}


def _told(one: evidence.Happening) -> str:
    item = one.item.en if inputs.english() else one.item.zh
    return f"{people.today(one.at)} · {item} · {happened(one.kind)}"


@require_GET
@staff_only
def evidence_file(request: HttpRequest, project: int, entry: int, caller: Caller) -> FileResponse:
    """The file of an entry of the log."""
    row = queries.at_work(project, caller)
    return evidence.file(row, entry)
