"""Standing findings on the workbench: a department's list, one finding to answer or review, figures; the public summary."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from tongban.catalogue import actions, queries
from tongban.catalogue.forms.standing import Answer, Review
from tongban.catalogue.rules import cleanup
from tongban.engine.refusal import Refused
from tongban.kit.api import clock
from tongban.people import queries as people
from tongban.people.access import staff_only
from tongban.people.rules import Caller

LISTS = {
    "todo": (_("要处理"), ""),
    "overdue": (_("已逾期"), "stop"),
    "review": (_("待审查"), "due"),
    "settled": (_("已办结"), ""),
}


@require_GET
@staff_only
def findings(request: HttpRequest, caller: Caller) -> HttpResponse:
    """What the reader's department has to answer, the earliest deadline first."""
    only, department = request.GET.get("only", "todo"), request.GET.get("department", "")
    only = only if only in LISTS else "todo"
    page = queries.standing_shelf(
        caller, only=only, department=department, after=request.GET.get("after", ""), at=clock()
    )
    context = {
        "page": page,
        "only": only,
        "department": department,
        "departments": people.departments() if queries.reads_all(caller) else {},
        "lists": [(key, words, tone, page.counts[key]) for key, (words, tone) in LISTS.items()],
        "inspection": queries.last_inspection(),
    }
    return render(request, "catalogue/desk/findings.html", context)


@require_GET
@staff_only
def finding(request: HttpRequest, key: str, caller: Caller) -> HttpResponse:
    """One finding: the rule, where it fired, its law, what to do, what has been said."""
    return _shown(request, key, caller)


def _shown(request: HttpRequest, key: str, caller: Caller, *, status: int = 200, **forms) -> HttpResponse:
    sheet = queries.dossier(key, caller, clock())
    context = {
        "s": sheet,
        "answer": forms.get("answer") or Answer(answerable=sheet.standing.answerable),
        "review": forms.get("review") or Review(),
    }
    return render(request, "catalogue/desk/finding.html", context, status=status)


@require_POST
@staff_only
def answer(request: HttpRequest, key: str, caller: Caller) -> HttpResponse:
    """The department's answer."""
    sheet = queries.dossier(key, caller, clock())
    if not sheet.may_answer:
        raise Refused("not_your_turn")
    form = Answer(request.POST, answerable=sheet.standing.answerable)
    if not form.is_valid():
        return _shown(request, key, caller, status=422, answer=form)
    actions.answer_standing(key=key, **form.cleaned_data, caller=caller, at=clock())
    messages.success(request, _("已答复，等待政务服务机构审查。"))
    return redirect("catalogue:finding", key=key)


@require_POST
@staff_only
def review(request: HttpRequest, key: str, verdict: str, caller: Caller) -> HttpResponse:
    """The service organ accepts an answer or sends it back."""
    form = Review(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    match verdict:
        case "acceptance":
            actions.accept_answer(key=key, note=note, caller=caller, at=clock())
            messages.success(request, _("已认可这一答复。"))
        case "return":
            try:
                actions.return_answer(key=key, note=note, caller=caller, at=clock())
            except Refused as refused:
                if refused.code != "reason_missing":
                    raise
                form.add_error("note", _("退回时请写明原因和要求。"))
                return _shown(request, key, caller, status=422, review=form)
            messages.success(request, _("已退回，部门将在 5 个工作日内重新答复。"))
        case _:
            raise Refused("finding_unknown", finding=key)
    return redirect("catalogue:finding", key=key)


@require_GET
@staff_only
def figures(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The findings by department and rule, each figure with its formula."""
    at = clock()
    context = {
        "figures": queries.cleanup_figures(caller, at),
        "formulas": cleanup.FORMULAS.values(),
        "at": at,
    }
    return render(request, "catalogue/desk/findings_figures.html", context)


@require_GET
def summary(request: HttpRequest) -> HttpResponse:
    """What was cleaned up, for everybody."""
    context = {
        "summary": queries.cleanup_summary(request.GET.get("after", ""), clock()),
        "formulas": [cleanup.FORMULAS["settled"]],
    }
    return render(request, "catalogue/cleanup.html", context)
