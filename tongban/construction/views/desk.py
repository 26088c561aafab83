"""The officers' pages: projects of the place with their lights, one project's board, the branches of one's organs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tongban.construction.actions import stages
from tongban.construction.queries import lists, maps, projects
from tongban.construction.queries.definition import definition
from tongban.construction.rules import access
from tongban.engine.refusal import Refused
from tongban.kit.api import clock
from tongban.people.access import staff_only, told
from tongban.people.rules import Caller


@require_GET
@staff_only
def everything(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Projects of one's place, newest first, each with its light."""
    words = request.GET.get("q", "").strip()[:100]
    page = lists.of_place(caller, clock(), words=words, after=request.GET.get("after", ""))
    return render(request, "construction/desk/projects.html", {"page": page, "words": words})


@require_GET
@staff_only
def branches(request: HttpRequest, caller: Caller) -> HttpResponse:
    """What waits or runs at one's organs, the most urgent first."""
    context = {"branches": lists.branches(caller, clock()), "table": definition()}
    return render(request, "construction/desk/branches.html", context)


@require_GET
@staff_only
def project(request: HttpRequest, code: str, caller: Caller) -> HttpResponse:
    """The board of one project."""
    row = projects.at_work(code, caller)
    found = projects.opened(row, clock())
    leads = {part.table.code: projects.lead_of(row, part.table) for part in found.parts}
    context = {
        "p": found,
        "map": maps.of_project(found),
        "leads": leads,
        "closable": [code for code, organ in leads.items() if organ and access.leads(caller, organ.pk)],
        "firms": projects.participants(row),
    }
    return render(request, "construction/desk/project.html", context)


@require_POST
@staff_only
def close(request: HttpRequest, code: str, stage: str, caller: Caller) -> HttpResponse:
    """The lead organ closes a stage over optional branches that still run."""
    try:
        stages.close(project=code, stage=stage, caller=caller, at=clock())
    except Refused as refused:
        if refused.code != "branch_open":
            raise
        messages.error(request, " ".join(told(refused)))
    else:
        messages.success(request, _("阶段已关闭。"))
    return redirect("construction:desk_project", code=code)
