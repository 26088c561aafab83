"""Pages of the people room: told the caller and the time, for whoever holds a role."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils import timezone

from tongban.people import access
from tongban.people.models import Account
from tongban.people.rules import Role

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """The page needs somebody; it is told the caller and the time."""

    return access.signed_in(_timed(view))


def holding(*roles: Role) -> Callable[[View], View]:
    """The page is for whoever holds one of `roles`; it is told the caller and the time."""
    return lambda view: access.holding(*roles)(_timed(view))


def _timed(view: View) -> View:
    @wraps(view)
    def page(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        return view(request, *args, at=timezone.now(), **kwargs)

    return page


def account_of(request: HttpRequest) -> Account:
    """The account of a signed-in session."""
    assert isinstance(request.user, Account)
    return request.user


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, even if it is nothing; None when the page is only read."""
    return request.POST if request.method == "POST" else None
