"""Shared blocks of forms at the desk: what there is, where it is used, who is behind; taken into drafts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tongban.catalogue import actions, queries
from tongban.catalogue.rules import blocks, editing
from tongban.catalogue.rules.guide import Section
from tongban.catalogue.views.editor import draft_of, parts_of
from tongban.engine.refusal import Refused
from tongban.kit.api import clock
from tongban.people.access import staff_only
from tongban.people.rules import Caller, Role


@require_GET
@staff_only
def listed(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Every shared block with how many items use it, and how many an earlier wording."""
    return render(request, "catalogue/desk/blocks.html", {"blocks": queries.shared()})


@require_GET
@staff_only
def block(request: HttpRequest, code: str, caller: Caller) -> HttpResponse:
    """One block: its fields, and the items that use it."""
    context = {"b": queries.shared_block(code), "writes": caller.has(Role.EDITOR)}
    return render(request, "catalogue/desk/block.html", context)


@require_POST
@staff_only
def adopt(request: HttpRequest, code: str, caller: Caller) -> HttpResponse:
    """A draft of one item with the newest wording."""
    row = actions.adopt(code=code, base_code=request.POST.get("item", ""), caller=caller, at=clock())
    return redirect("catalogue:version", version=row.pk)


@require_POST
@staff_only
def arrange(request: HttpRequest, version: int, caller: Caller) -> HttpResponse:
    """In a draft: take a block in, take its newest wording, make a section a block, or leave the block."""
    row, at = draft_of(version, caller), clock()
    guide, path, deed = queries.read(row), request.POST.get("at", ""), request.POST.get("deed", "")
    if deed == "add":
        changed = editing.add(
            guide, "form", blocks.new_section(guide, queries.block(request.POST.get("block", "")))
        )
    else:
        section = _section(guide, path)
        changed = editing.put(guide, path, _changed(section, deed, request.POST.get("block", ""), caller, at))
    actions.write(version=version, guide=changed, caller=caller, at=at, effective_from=row.effective_from)
    if deed == "save":
        messages.success(request, _("已存为公用区块的最新一版；引用它的事项会显示“有新版”。"))
    return redirect(parts_of(version, "form"))


def _section(guide, path: str) -> Section:
    section = editing.part_at(guide, path)
    if not isinstance(section, Section):
        raise Refused("part_unknown", path=path)
    return section


def _changed(section: Section, deed: str, code: str, caller: Caller, at) -> Section:
    """The section after one of the deeds a block allows. Refuses part_unknown."""
    if deed == "take":
        return blocks.taken(section, queries.block(section.block))
    if deed == "detach":
        return blocks.detached(section)
    if deed == "save":
        name = section.block or code.strip()
        return blocks.taken(section, actions.save_block(section=section, code=name, caller=caller, at=at))
    raise Refused("part_unknown", path=deed)
