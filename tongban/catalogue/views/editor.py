"""Writing a draft part by part: outline, one part as a form, order."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.catalogue import actions, queries
from tongban.catalogue.forms import preview
from tongban.catalogue.forms.parts import PartForm
from tongban.catalogue.forms.versions import title_at
from tongban.catalogue.models import ItemVersion
from tongban.catalogue.rules import editing, terms
from tongban.catalogue.rules.guide import Field, FieldKind, Guide, Section
from tongban.engine.refusal import Refused
from tongban.kit.api import clock
from tongban.people.access import staff_only
from tongban.people.rules import Caller


@require_GET
@staff_only
def outline(request: HttpRequest, version: int, caller: Caller) -> HttpResponse:
    """Every part of the draft, each with the way to change it."""
    row = draft_of(version, caller)
    guide = queries.read(row)
    shelves = [_shelf(guide, name) for name in terms.SHEETS if name and "." not in name]
    context = {"row": row, "guide": guide, "shelves": shelves, "blocks": queries.block_names()}
    return render(request, "catalogue/desk/outline.html", context)


def _shelf(guide: Guide, path: str) -> dict:
    """A list of the guide with the lists inside its parts, as lines to be clicked."""
    return {
        "path": path,
        "title": title_at(path),
        "lines": [
            _line(part, f"{path}.{number}") for number, part in enumerate(editing.part_at(guide, path))
        ],
    }


def _line(part, path: str) -> dict:
    inner = [
        {
            "path": f"{path}.{name}",
            "title": title_at(f"{path}.{name}"),
            "lines": [_line(one, f"{path}.{name}.{n}") for n, one in enumerate(getattr(part, name))],
        }
        for name in part.__struct_fields__
        if editing.list_kind(type(part), name) and _offered(part, name)
    ]
    words = next(
        (getattr(part, name, None) for name in ("name", "title", "ask", "label", "found", "law")), None
    )
    text = next(
        (getattr(part, n) for n in ("name", "title", "ask", "label", "found") if hasattr(part, n)), words
    )
    return {
        "path": path,
        "text": text if text is not None else part,
        "inner": inner,
        "section": part if isinstance(part, Section) else None,
    }


def _offered(part, name: str) -> bool:
    """Whether a list inside a part is worth a line: options only where there is a choice."""
    return name != "options" or not isinstance(part, Field) or bool(part.options) or part.kind in _CHOICES


_CHOICES = frozenset({FieldKind.CHOICE, FieldKind.MULTIPLE})


@require_http_methods(["GET", "POST"])
@staff_only
def part(request: HttpRequest, version: int, caller: Caller) -> HttpResponse:
    """One part as a form: `at` names it; `add` names the list a new one goes to."""
    row = draft_of(version, caller)
    guide = queries.read(row)
    at, add = request.GET.get("at", ""), request.GET.get("add", "")
    kind = editing.kind_of(add) if add else type(editing.part_at(guide, at))
    held = None if add else editing.part_at(guide, at)
    data = request.POST if request.method == "POST" else None
    form = PartForm(data, kind=kind, part=held, guide=guide, path=add or at)
    looking = data is not None and "preview" in data
    made = form.result() if form.is_bound and form.is_valid() else None
    changed = (
        guide if made is None else editing.add(guide, add, made) if add else editing.put(guide, at, made)
    )
    if made is not None and not looking:
        actions.write(
            version=version, guide=changed, caller=caller, at=clock(), effective_from=row.effective_from
        )
        return redirect(parts_of(version, add or at))
    seen = f"{add}.{len(editing.part_at(guide, add))}" if add else at
    context = {
        "row": row,
        "guide": guide,
        "form": form,
        "at": at,
        "add": add,
        "title": title_at(add or at),
        "looking": looking,
        "held": held,
        "p": preview.of(changed, seen, queries.lint_here(changed)),
    }
    status = 422 if data is not None and not looking else 200
    return render(request, "catalogue/desk/part.html", context, status=status)


@require_POST
@staff_only
def arrange(request: HttpRequest, version: int, caller: Caller) -> HttpResponse:
    """Move a part up or down, or take it away."""
    row = draft_of(version, caller)
    guide, at, deed = queries.read(row), request.POST.get("at", ""), request.POST.get("deed", "")
    changes = {
        "up": lambda: editing.move(guide, at, -1),
        "down": lambda: editing.move(guide, at, 1),
        "remove": lambda: editing.remove(guide, at),
    }
    if deed not in changes or not at:
        raise Refused("part_unknown", path=at)
    actions.write(
        version=version, guide=changes[deed](), caller=caller, at=clock(), effective_from=row.effective_from
    )
    return redirect(parts_of(version, at))


def draft_of(version: int, caller: Caller) -> ItemVersion:
    """A standard draft the caller may write. Refuses not_your_turn, version_not_open."""
    row = queries.version(version)
    if not queries.sheet(row, caller).writable or row.implementation_id is not None:
        raise Refused("not_your_turn")
    return row


def parts_of(version: int, path: str) -> str:
    """Back to the outline, at the list that was changed."""
    return f"{reverse('catalogue:version_parts', args=[version])}#{path.split('.')[0] or 'basic'}"
