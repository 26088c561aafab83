"""Who reaches a page: the caller is read once, and a refusal becomes a page with its mend."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from tongban.engine.refusal import Refused
from tongban.people import phrases, queries
from tongban.people.models import Account
from tongban.people.rules import Caller, Role, require_role

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """The page needs somebody; others sign in first and come back to it."""

    @wraps(view)
    def page(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            caller = queries.caller(request)
            if caller.account is None:
                return redirect_to_login(request.get_full_path())
            return view(request, *args, caller=caller, at=timezone.now(), **kwargs)
        except Refused as refused:
            return refusal_page(request, refused)

    return page


def account_of(request: HttpRequest) -> Account:
    """The account of a signed-in session."""
    assert isinstance(request.user, Account)
    return request.user


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, even if it is nothing; None when the page is only read."""
    return request.POST if request.method == "POST" else None


def holding(*roles: Role) -> Callable[[View], View]:
    """The page is for whoever holds one of `roles`."""

    def gate(view: View) -> View:
        @wraps(view)
        @signed_in
        def page(request: HttpRequest, *args, caller: Caller, **kwargs) -> HttpResponse:
            if not caller.roles & set(roles):
                require_role(caller, roles[0])
            return view(request, *args, caller=caller, **kwargs)

        return page

    return gate


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """What was wrong and what to do, with the refusal's status."""
    wrong, mend = phrases.words(refused)
    base = "base_desk.html" if request.path.startswith("/desk/") else "base_portal.html"
    context = {"wrong": wrong, "mend": mend, "base": base}
    return render(request, "people/refused.html", context, status=phrases.status(refused.code))
