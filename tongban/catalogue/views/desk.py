"""The desk where the catalogue is kept: items, versions on their way, claims, decisions."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.catalogue import actions, queries
from tongban.catalogue.forms.versions import Claim, Note
from tongban.catalogue.models import Implementation
from tongban.catalogue.rules.local import Overrides
from tongban.catalogue.rules.workflow import OPEN, Status
from tongban.engine.refusal import Refused
from tongban.kit.api import clock
from tongban.people import queries as people
from tongban.people.access import staff_only
from tongban.people.rules import Caller, Role


@require_GET
@staff_only
def items(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Versions on their way, the reader's own turn first; then the items, by words or page by page."""
    words = request.GET.get("q", "").strip()[:100]
    department = request.GET.get("department", "")
    after = request.GET.get("after", "0")
    context = {
        "words": words,
        "department": department,
        "departments": people.departments(),
        "writes": caller.has(Role.EDITOR),
        "waiting": [] if words else queries.on_their_way(caller),
        "shelf": queries.shelf(words, department, int(after) if after.isdecimal() else 0),
    }
    return render(request, "catalogue/desk/items.html", context)


@require_GET
@staff_only
def item(request: HttpRequest, base_code: str, caller: Caller) -> HttpResponse:
    """One item: its versions, the organs that run it, and what may be done with it now."""
    return render(request, "catalogue/desk/item.html", {"d": queries.desk(base_code, caller, clock())})


@require_GET
@staff_only
def figures(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Coverage of the catalogue: each figure with its formula and the items it leaves out."""
    context = {"figures": queries.coverage(), "compression": queries.compression(), "at": clock()}
    return render(request, "catalogue/desk/figures.html", context)


@require_POST
@staff_only
def begin(request: HttpRequest, base_code: str, caller: Caller) -> HttpResponse:
    """A new draft of an item, beginning with what is in force."""
    at = clock()
    desk = queries.desk(base_code, caller, at)
    if desk.guide is None:
        raise Refused("item_not_running", item=desk.item.pk)
    row = actions.begin(guide=desk.guide, caller=caller, at=at)
    return redirect("catalogue:version", version=row.pk)


@require_http_methods(["GET", "POST"])
@staff_only
def claim(request: HttpRequest, implementation: int, caller: Caller) -> HttpResponse:
    """认领: what one organ does differently, out of a closed list."""
    at = clock()
    place = Implementation.objects.select_related("organ", "item").filter(pk=implementation).first()
    if place is None:
        raise Refused("item_not_running", implementation=implementation)
    if not queries.may_claim(place, caller):
        raise Refused("not_your_turn")
    standard = queries.guide(queries.version_in_force(place.item_id, at).pk)
    told = Overrides(phone=place.phone, complaint_phone=place.complaint_phone)
    held = queries.claim_of(place.pk, at) or told
    form = Claim(request.POST if request.method == "POST" else None, standard=standard, held=held)
    if form.is_valid():
        row = actions.claim(implementation=place.pk, overrides=form.overrides(), caller=caller, at=at)
        return redirect("catalogue:version", version=row.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "place": place, "guide": standard}
    return render(request, "catalogue/desk/claim.html", context, status=status)


@require_GET
@staff_only
def version(request: HttpRequest, version: int, caller: Caller) -> HttpResponse:
    """A version to be written, reviewed or looked at."""
    sheet = queries.sheet(queries.version(version), caller)
    return render(request, "catalogue/desk/version.html", {"s": sheet, "note": Note()})


@require_GET
@staff_only
def preview(request: HttpRequest, version: int, caller: Caller) -> HttpResponse:
    """The guide as people would see it once this version is in force."""
    row = queries.version(version)
    guide = queries.read(row)
    context = {
        "guide": guide,
        "materials": queries.with_held(guide.materials),
        "preview": row,
        "runs": queries.implementations(row.item_id, clock()),
    }
    return render(request, "catalogue/item.html", context)


@require_POST
@staff_only
def answer(request: HttpRequest, version: int, caller: Caller) -> HttpResponse:
    """What the department says to a finding that may stand."""
    given = {name: request.POST.get(name, "") for name in ("rule", "where", "words")}
    actions.answer(version=version, **given, caller=caller, at=clock())
    return redirect("catalogue:version", version=version)


SAID = {
    "submission": _("已提交审核。"),
    "approval": _("已通过。"),
    "return": _("已退回编制。"),
    "discarding": _("已撤回这一版本。"),
    "suspension": _("已暂停，不再接受新的申请。"),
    "resumption": _("已恢复。"),
    "cancellation": _("已取消，在办件按原版本办完。"),
}


@require_POST
@staff_only
def decide(request: HttpRequest, version: int, deed: str, caller: Caller) -> HttpResponse:
    """Submit, approve, send back, discard; suspend, resume, cancel."""
    form = Note(request.POST)
    words = form.cleaned_data["note"] if form.is_valid() else ""
    row, at = queries.version(version), clock()
    match deed:
        case "submission":
            actions.submit(version=version, note=words, caller=caller, at=at)
        case "approval":
            actions.approve(version=version, note=words, caller=caller, at=at)
        case "return":
            actions.send_back(version=version, note=words, caller=caller, at=at)
        case "discarding":
            actions.discard(version=version, caller=caller, at=at)
        case "suspension":
            actions.suspend(version=version, reason=words, caller=caller, at=at)
        case "resumption":
            actions.resume(version=version, reason=words, caller=caller, at=at)
        case "cancellation":
            actions.cancel(version=version, reason=words, caller=caller, at=at)
        case _:
            raise Refused("version_unknown", version=version)
    messages.success(request, SAID[deed])
    row.refresh_from_db()
    if Status(row.status) in OPEN:
        return redirect("catalogue:version", version=version)
    return redirect("catalogue:desk_item", base_code=row.item.base_code)
