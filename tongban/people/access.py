"""Who reaches a page: the caller is read once, refusals become pages, an expired session loses nothing."""

from collections.abc import Callable
from functools import wraps

import msgspec
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.module_loading import import_string

from tongban.engine.refusal import Refused
from tongban.people import kept
from tongban.people import queries as people
from tongban.people.forms.signin import CodeAgainForm, PasswordAgainForm
from tongban.people.rules import Caller, Role, require_role

refills, kept_fields = kept.refills, kept.taken  # for pages that show what was kept in their own form


def caller_of(request: HttpRequest) -> Caller:
    """The caller of this request, read once."""
    if not hasattr(request, "caller"):
        request.caller = people.caller(request)  # type: ignore[attr-defined]
    return request.caller  # type: ignore[attr-defined]


def signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The page needs a person; visitors sign in first, and what they posted is not lost."""

    @wraps(view)
    def page(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        caller = caller_of(request)
        if caller.account is None:
            if request.method != "POST":
                return redirect_to_login(request.get_full_path())
            kept.keep(request)
            refills = getattr(view, "refills", False)
            return redirect_to_login(request.get_full_path() if refills else reverse("people:kept"))
        if request.method == "POST":
            kept.bring_back(request)
        return refusals_as_pages(view)(request, *args, caller=caller, **kwargs)

    return page


def holding(*roles: Role) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """The page is for whoever holds one of `roles`, at whichever organ."""

    def gate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        @signed_in
        def page(request: HttpRequest, *args, caller: Caller, **kwargs) -> HttpResponseBase:
            if not caller.roles & set(roles):
                require_role(caller, roles[0])
            return view(request, *args, caller=caller, **kwargs)

        return page

    return gate


def staff_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The page is for officers with a post; others are refused."""

    @wraps(view)
    @signed_in
    def page(request: HttpRequest, *args, caller: Caller, **kwargs) -> HttpResponseBase:
        if not caller.posts:
            raise Refused("not_permitted")
        return view(request, *args, caller=caller, **kwargs)

    return page


class Proof(msgspec.Struct, frozen=True):
    """How somebody proved again who they are ("code", "password"); `faults` in words when they did not."""

    method: str
    faults: tuple[str, ...] = ()


def proven_by(request: HttpRequest) -> str:
    """What the account proves itself by: the second factor's code where it has one, else the password."""
    return "code" if is_mfa_enabled(request.user, [Authenticator.Type.TOTP]) else "password"  # type: ignore[arg-type]


def prove_again(request: HttpRequest, secret: str) -> Proof:
    """Ask an account to prove itself for one act; a wrong answer counts towards the lock like any other.

    Basis: 电子签名法 Art 13(1), (2) (only the signer commands it); 等保 level 3 (lockout).
    """
    method = proven_by(request)
    kind = CodeAgainForm if method == "code" else PasswordAgainForm
    form = kind(data={method: secret}, user=request.user)
    if form.is_valid():
        if method == "code":
            form.save()
        return Proof(method)
    return Proof(method, tuple(str(error) for errors in form.errors.values() for error in errors))


def refusals_as_pages(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A refusal the view did not turn into a form error becomes a page that says what to do."""

    @wraps(view)
    def page(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            return refusal_page(request, refused)

    return page


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """What was wrong and what to do, with the refusal's HTTP status."""
    wrong, mend = told(refused)
    context = {"wrong": wrong, "mend": mend, "code": refused.code}
    desk = request.path.startswith("/desk/")
    template = "people/refused_desk.html" if desk else "people/refused_portal.html"
    return render(request, template, context, status=_problem(refused)["status"])


def told(refused: Refused) -> tuple[str, str]:
    """What was wrong and what to do, in the words of the room whose rule it is."""
    problem = _problem(refused)
    return problem["title"], problem["detail"]


def _problem(refused: Refused) -> dict:
    return import_string(settings.REFUSAL_WORDS)(refused)
