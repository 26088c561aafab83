"""我的: who I am, whom I act for, who acts for me, and who read my data."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.engine.refusal import Refused
from tongban.people import actions, kept, phrases, queries
from tongban.people.adapters import home_of
from tongban.people.forms.portal import AgentForm, CompanyForm, PhoneForm
from tongban.people.rules import Caller
from tongban.people.views.access import account_of, posted, signed_in

_SHOWN_VIEWS = 20


@require_safe
@never_cache
@signed_in
def home(request: HttpRequest, *, caller: Caller, at: datetime) -> HttpResponse:
    """Everything kept about the reader, masked."""
    acting = queries.parties_of(caller.signed_in, at)
    mine = [one for one in acting if one.kind == "self"]
    context = {
        "caller": caller,
        "person": mine[0].party if mine else None,
        "companies": [_with_word(one) for one in acting if one.kind != "self"],
        "agents": queries.agents_of(caller.signed_in, at),
        "views": [_view(row) for row in _views(acting)],
        "factor": queries.standing_of(account_of(request), at).second_factor,
        "posts": queries.posts_of(caller.signed_in, at),
        "desk": home_of(caller),
        "can_appoint": any(one.kind != "agent" for one in acting),
    }
    return render(request, "people/home.html", context)


def _with_word(one: queries.Acting) -> dict:
    return {"acting": one, "word": phrases.REPRESENTATIONS[one.kind]}


def _views(acting: list[queries.Acting]) -> list:
    own = [one.party.id for one in acting if one.kind != "agent"]
    return queries.plain_views(own, limit=_SHOWN_VIEWS)


def _view(row) -> dict:
    """One line of 谁看过我的信息: field, organ, purpose, instant; officers are not named to the outside."""
    return {
        "field": phrases.FIELDS.get(row.field, row.field),
        "organ": row.organ,
        "purpose": row.purpose,
        "at": row.at,
        "party": row.party.name,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new_company(request: HttpRequest, *, caller: Caller, at: datetime) -> HttpResponse:
    """Register a company the reader is the legal representative of."""
    form = CompanyForm(posted(request))
    if form.is_valid():
        try:
            party = actions.register_company(**form.cleaned_data, caller=caller, at=at)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("已登记{name}，现在可以代表它办事。").format(name=party.name))
            return HttpResponseRedirect(reverse("people:home"))
    return render(request, "people/company.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new_agent(request: HttpRequest, *, caller: Caller, at: datetime) -> HttpResponse:
    """Let somebody act for the reader or the reader's company until a day."""
    acting = queries.parties_of(caller.signed_in, at)
    offered = [(one.party.id, one.party.name) for one in acting if one.kind != "agent"]
    form = AgentForm(posted(request), parties=offered)
    if form.is_valid():
        try:
            actions.add_agent(**form.cleaned_data, caller=caller, at=at)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("已添加经办人{name}。").format(name=form.cleaned_data["name"]))
            return HttpResponseRedirect(reverse("people:home") + "#agents")
    return render(request, "people/agent.html", {"form": form, "offered": offered})


@require_POST
@signed_in
def end_representation(
    request: HttpRequest, representation: int, *, caller: Caller, at: datetime
) -> HttpResponse:
    """End an agent's authority."""
    actions.end_representation(representation=representation, caller=caller, at=at)
    messages.success(request, _("委托已终止。"))
    return HttpResponseRedirect(reverse("people:home") + "#agents")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def phone(request: HttpRequest, *, caller: Caller, at: datetime) -> HttpResponse:
    """Correct the reader's own telephone number."""
    own = next((one.party for one in queries.parties_of(caller.signed_in, at) if one.kind == "self"), None)
    if own is None:
        raise Refused("not_your_party")
    form = PhoneForm(posted(request))
    if form.is_valid():
        actions.change_phone(party=own.id, phone=form.cleaned_data["phone"], caller=caller, at=at)
        messages.success(request, _("手机号已更新。"))
        return HttpResponseRedirect(reverse("people:home"))
    return render(request, "people/phone.html", {"form": form, "person": own})


@require_safe
@never_cache
@signed_in
def my_data(request: HttpRequest, *, caller: Caller, at: datetime) -> HttpResponse:
    """A copy of everything kept about the reader, in the clear, as a file.

    Basis: 个人信息保护法 Art 45.
    """
    account = account_of(request)
    acting = queries.parties_of(account.pk, at)
    own = next((one for one in acting if one.kind == "self"), None)
    document = {
        "account": {
            "username": account.username,
            "name": caller.name,
            "opened_at": account.created_at,
        },
        "person": queries.prefill(caller, own.party.id, queries.today(at)) if own else {},
        "acts_for": [
            {"name": one.party.name, "kind": one.kind, "from": one.valid_from, "to": one.valid_to}
            for one in acting
        ],
        "read_by": [
            {"field": row.field, "organ": row.organ and row.organ.name, "purpose": row.purpose, "at": row.at}
            for row in queries.plain_views([own.party.id] if own else [], limit=1000)
        ],
    }
    response = JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_http_methods(["GET", "POST"])
@never_cache
@signed_in
def kept_form(request: HttpRequest, *, caller: Caller, at: datetime) -> HttpResponse:
    """Signed in again: go on with what was posted before, or have it deleted."""
    form = kept.waiting(request)
    if request.method == "POST":
        kept.forget(request)
        messages.info(request, _("已删除登录前填写的内容。"))
    if form is None or request.method == "POST":
        return redirect(form.page if form else "/")
    context = {"form": form, "names": [name for sent in form.files.values() for _key, name in sent]}
    desk = form.path.startswith("/desk/")
    return render(request, "people/kept_desk.html" if desk else "people/kept_portal.html", context)
