"""Workbooks in and out: what an import would do is shown before anything is stored."""

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from tongban.catalogue import actions, queries
from tongban.catalogue.forms import exports, handed_in
from tongban.engine.refusal import Refused
from tongban.kit import files
from tongban.kit.api import clock
from tongban.people import queries as people
from tongban.people.access import holding, staff_only, told
from tongban.people.rules import Caller, Role

writing = holding(Role.EDITOR)  # whoever writes guides somewhere; which ones is decided when drafts are made


@require_GET
@staff_only
def export(request: HttpRequest, caller: Caller) -> HttpResponse:
    """A department's items, one item, or all of them, in the form an import takes."""
    department, one = request.GET.get("department", ""), request.GET.get("item", "")
    wanted = [
        row.guide
        for row in queries.items()
        if department in ("", row.guide.department) and one in ("", row.guide.base_code)
    ]
    asked = request.GET.get("format", "")
    form = exports.Form(asked) if asked in list(exports.Form) else exports.Form.XLSX
    content = exports.write(wanted, form, city=str(settings.CITY), at=clock())
    response = HttpResponse(content, content_type=form.media_type)
    name = one or department or "all"
    response["Content-Disposition"] = f'attachment; filename="tongban-items-{name}.{form.ending}"'
    return response


@require_http_methods(["GET", "POST"])
@writing
def upload(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Hand in a workbook or an exchange document."""
    error, status = None, 200
    if request.method == "POST":
        try:
            name, content = _handed_in(request)
            actions.keep(content=content, name=name, caller=caller, at=clock())
            return redirect("catalogue:workbook_check")
        except Refused as refused:
            error, status = told(refused), 422
    context = {"error": error, "departments": people.departments()}
    return render(request, "catalogue/desk/workbook.html", context, status=status)


def _handed_in(request: HttpRequest) -> tuple[str, bytes]:
    """Name and content of a file that can be read. Refuses file_too_large, file_missing, workbook_unreadable."""
    if limit := getattr(request, files.OVER_LIMIT, None):
        raise Refused("file_too_large", limit=limit)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refused("file_missing")
    content = file.read()
    handed_in.read(content)
    return file.name or "", content


@require_http_methods(["GET", "POST"])
@writing
def check(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Every fault by its place, or every change item by item; then the import, all or nothing."""
    kept = actions.kept(caller, request.POST.get("digest", ""))
    reading = handed_in.read(bytes(kept.content))
    told = queries.incoming(reading.guides)
    located = [reading.locate(finding) for one in told for finding in one.faults]
    faults = sorted([*reading.faults, *located])
    if request.method == "POST" and not faults:
        rows = actions.import_guides(wanted=reading.guides, caller=caller, at=clock())
        actions.forget(caller)
        said = ngettext("已建立 %(n)d 个版本草稿。", "已建立 %(n)d 个版本草稿。", len(rows)) % {
            "n": len(rows)
        }
        messages.success(request, said)
        return redirect("catalogue:desk_items")
    context = {
        "kept": kept,
        "faults": faults,
        "changed": [one for one in told if one.changes],
        "same": sum(not one.changes for one in told),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "catalogue/desk/workbook_check.html", context, status=status)
