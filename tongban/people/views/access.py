"""Pages of the people room: told the caller and the time, for whoever holds a role."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils import timezone

from tongban.people import access
from tongban.people.models import Account
from tongban.people.rules import Caller, Role, require_role

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """The page needs somebody; it is told the caller and the time."""

    @wraps(view)
    @access.signed_in
    def page(request: HttpRequest, *args, caller: Caller, **kwargs) -> HttpResponseBase:
        return view(request, *args, caller=caller, at=timezone.now(), **kwargs)

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
        def page(request: HttpRequest, *args, caller: Caller, **kwargs) -> HttpResponseBase:
            if not caller.roles & set(roles):
                require_role(caller, roles[0])
            return view(request, *args, caller=caller, **kwargs)

        return page

    return gate
