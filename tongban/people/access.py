"""Who reaches a page: the caller is read once, refusals become pages, an expired session loses nothing."""

from collections.abc import Callable
from functools import wraps

import msgspec
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.module_loading import import_string

from tongban.engine.refusal import Refused
from tongban.kit import vault
from tongban.people import queries as people
from tongban.people.rules import Caller

_KEPT = "kept_form"
_NOT_KEPT = {"csrfmiddlewaretoken"}


def caller_of(request: HttpRequest) -> Caller:
    """The caller of this request, read once."""
    if not hasattr(request, "caller"):
        request.caller = people.caller(request)  # type: ignore[attr-defined]
    return request.caller  # type: ignore[attr-defined]


def signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The page needs a person; anonymous visitors sign in first and find what they typed again."""

    @wraps(view)
    def page(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        caller = caller_of(request)
        if caller.account is None:
            if request.method == "POST":
                keep_form(request)
            return redirect_to_login(request.get_full_path())
        return refusals_as_pages(view)(request, *args, caller=caller, **kwargs)

    return page


def staff_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The page is for officers with a post; others are refused."""

    @wraps(view)
    @signed_in
    def page(request: HttpRequest, *args, caller: Caller, **kwargs) -> HttpResponseBase:
        if not caller.posts:
            raise Refused("not_permitted")
        return view(request, *args, caller=caller, **kwargs)

    return page


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


def keep_form(request: HttpRequest) -> None:
    """Keep what an expired session posted, sealed, until the person has signed in again."""
    posted = {name: request.POST.getlist(name) for name in request.POST if name not in _NOT_KEPT}
    content = msgspec.json.encode({"path": request.path, "posted": posted}).decode()
    request.session[_KEPT] = vault.seal_text(content, place=_KEPT)


def kept_form(request: HttpRequest) -> dict[str, list[str]] | None:
    """What was typed on this page before the session expired; given back once."""
    sealed = request.session.get(_KEPT)
    if not sealed:
        return None
    content = msgspec.json.decode(vault.open_text(sealed, place=_KEPT))
    if content["path"] != request.path:
        return None
    del request.session[_KEPT]
    return content["posted"]
