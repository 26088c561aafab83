"""The administrators' desk: organs and posts, accounts, and the audit, each for its own administrator."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.engine.refusal import Refused
from tongban.people import actions, phrases, queries
from tongban.people.forms.desk import AccountForm, FoundForm, PostForm, TokenForm
from tongban.people.rules import AdminKind, Caller, Role
from tongban.people.views.access import holding, posted, signed_in
from tongban.record import queries as record

_HOME = {
    Role.SYSTEM_ADMIN: "people:organs",
    Role.SECURITY_ADMIN: "people:accounts",
    Role.AUDIT_ADMIN: "people:audit",
}


@require_safe
@signed_in
def administration(request: HttpRequest, *, caller: Caller, at: datetime) -> HttpResponse:
    """To the page of the caller's own power."""
    if caller.admin is None:
        raise Refused("role_needed", role=Role.SYSTEM_ADMIN.value)
    return HttpResponseRedirect(reverse(_HOME[caller.admin.role]))


@require_safe
@holding(Role.SYSTEM_ADMIN)
def organs(request: HttpRequest, *, caller: Caller, at: datetime) -> HttpResponse:
    """Organs of one division, with the way to their posts."""
    places = queries.divisions("city") + queries.divisions("county")
    asked = request.GET.get("division", "")
    chosen = asked if asked in {place.code for place in places} else places[0].code
    context = {"places": places, "chosen": chosen, "organs": queries.organs(division=chosen)}
    return render(request, "people/desk/organs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@holding(Role.SYSTEM_ADMIN)
def organ(request: HttpRequest, organ: int, *, caller: Caller, at: datetime) -> HttpResponse:
    """Posts at one organ; a new one can be given."""
    place = queries.organ(organ)
    form = PostForm(posted(request), initial={"valid_from": queries.today(at)})
    if form.is_valid() and _granted(form, place.pk, caller, at):
        messages.success(request, _("岗位已设置。"))
        return HttpResponseRedirect(reverse("people:organ", args=[place.pk]))
    posts = [
        {"row": row, "roles": [phrases.ROLES[role] for role in row.roles]}
        for row in queries.posts_at(place.pk, at)
    ]
    return render(request, "people/desk/organ.html", {"organ": place, "posts": posts, "form": form})


def _granted(form: PostForm, organ: int, caller: Caller, at: datetime) -> bool:
    given = form.cleaned_data
    try:
        actions.grant_post(
            account=queries.account_by_username(given["username"]).pk,
            organ=organ,
            title=given["title"],
            roles=given["roles"],
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            caller=caller,
            at=at,
        )
    except Refused as refused:
        form.refuse(refused)
        return False
    return True


@require_POST
@holding(Role.SYSTEM_ADMIN)
def end_post(request: HttpRequest, organ: int, post: int, *, caller: Caller, at: datetime) -> HttpResponse:
    """End a post now."""
    actions.end_post(post=post, caller=caller, at=at)
    messages.success(request, _("岗位已结束。"))
    return HttpResponseRedirect(reverse("people:organ", args=[organ]))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@holding(Role.SECURITY_ADMIN)
def accounts(request: HttpRequest, *, caller: Caller, at: datetime) -> HttpResponse:
    """Accounts by words; a new one can be opened."""
    found = FoundForm(request.GET)
    words = found.cleaned_data["q"] if found.is_valid() else ""
    form = AccountForm(posted(request))
    if form.is_valid():
        given = form.cleaned_data
        kind = AdminKind(given["admin"]) if given["admin"] else None
        try:
            new, password = actions.open_account(
                username=given["username"],
                display_name=given["display_name"],
                admin=kind,
                caller=caller,
                at=at,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            return _account_page(request, new.pk, at, issued=password)
    context = {"lines": queries.found_accounts(words, at), "found": found, "form": form}
    return render(request, "people/desk/accounts.html", context)


@require_safe
@never_cache
@holding(Role.SECURITY_ADMIN)
def account(request: HttpRequest, account: int, *, caller: Caller, at: datetime) -> HttpResponse:
    """One account: state, posts, tokens."""
    return _account_page(request, account, at)


def _account_page(request: HttpRequest, account: int, at: datetime, **more) -> HttpResponse:
    line = queries.account_line(account, at)
    context = {
        "line": line,
        "lock": queries.lock(line.username, at),
        "admin_word": phrases.ADMIN_KINDS.get(line.admin_kind or ""),
        "posts": queries.posts_of(account, at),
        "tokens": queries.tokens_of(account),
        "token_form": more.pop("token_form", None) or TokenForm(),
        "at": at,
        **more,
    }
    return render(request, "people/desk/account.html", context)


def _unlock(account: int, caller: Caller, at: datetime) -> str:
    actions.unlock(account=account, caller=caller, at=at)
    return _("已解除锁定。")


def _reset(account: int, caller: Caller, at: datetime) -> str:
    actions.reset_second_factor(account=account, caller=caller, at=at)
    return _("已重置第二因素；该账号下次登录时重新设置。")


def _close(account: int, caller: Caller, at: datetime) -> str:
    actions.close_account(account=account, caller=caller, at=at)
    return _("账号已停用。")


def _reopen(account: int, caller: Caller, at: datetime) -> str:
    actions.reopen_account(account=account, caller=caller, at=at)
    return _("账号已恢复。")


_DEEDS: dict[str, Callable[[int, Caller, datetime], str]] = {
    "unlocking": _unlock,
    "second-factor-reset": _reset,
    "closing": _close,
    "reopening": _reopen,
}


@require_POST
@holding(Role.SECURITY_ADMIN)
def change_account(
    request: HttpRequest, account: int, deed: str, *, caller: Caller, at: datetime
) -> HttpResponse:
    """Unlock, reset the second factor, close or reopen."""
    if deed not in _DEEDS:
        raise Http404
    messages.success(request, _DEEDS[deed](account, caller, at))
    return HttpResponseRedirect(reverse("people:account", args=[account]))


@require_POST
@never_cache
@holding(Role.SECURITY_ADMIN)
def issue_password(request: HttpRequest, account: int, *, caller: Caller, at: datetime) -> HttpResponse:
    """A new password, shown on this page only."""
    password = actions.issue_password(account=account, caller=caller, at=at)
    return _account_page(request, account, at, issued=password)


@require_POST
@never_cache
@holding(Role.SECURITY_ADMIN)
def issue_token(request: HttpRequest, account: int, *, caller: Caller, at: datetime) -> HttpResponse:
    """A new token, shown on this page only."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _account_page(request, account, at, token_form=form)
    try:
        _row, plain = actions.issue_token(
            account=account,
            scopes=form.cleaned_data["scopes"],
            label=form.cleaned_data["label"],
            expires_at=at + timedelta(days=form.cleaned_data["days"]),
            caller=caller,
            at=at,
        )
    except Refused as refused:
        form.refuse(refused)
        return _account_page(request, account, at, token_form=form)
    return _account_page(request, account, at, token=plain)


@require_POST
@holding(Role.SECURITY_ADMIN)
def revoke_token(
    request: HttpRequest, account: int, token: int, *, caller: Caller, at: datetime
) -> HttpResponse:
    """A token stops working."""
    actions.revoke_token(token=token, caller=caller, at=at)
    messages.success(request, _("令牌已撤销。"))
    return HttpResponseRedirect(reverse("people:account", args=[account]))


@require_safe
@never_cache
@holding(Role.AUDIT_ADMIN)
def audit(request: HttpRequest, *, caller: Caller, at: datetime) -> HttpResponse:
    """Who read personal data, what was refused, who signed in and who failed to."""
    views = [
        {"row": row, "field": phrases.FIELDS.get(row.field, row.field), "party": queries.masked(row.party)}
        for row in queries.plain_views()
    ]
    context = {
        "views": views,
        "refusals": record.refusals(limit=50),
        "failures": queries.failed_sign_ins(),
        "sign_ins": queries.sign_ins(),
    }
    return render(request, "people/desk/audit.html", context)
