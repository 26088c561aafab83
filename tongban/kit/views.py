"""Pages and switches that belong to no room: language, text size, statements, keys, specimens, error pages."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tongban.kit import specimens

_YEAR = int(timedelta(days=365).total_seconds())


@require_safe
@never_cache
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the reader's language and go back to where they were. Unknown languages: 404."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    return _remembered(request, settings.LANGUAGE_COOKIE_NAME, code)


@require_safe
@never_cache
def elder(request: HttpRequest, switch: str) -> HttpResponse:
    """Large text and targets (长辈版) on or off, on the same addresses."""
    if switch not in {"on", "off"}:
        raise Http404
    return _remembered(request, "elder", switch)


def _remembered(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    response = HttpResponseRedirect(_back(request))
    response.set_cookie(cookie, value, max_age=_YEAR, httponly=True, samesite="Lax", secure=settings.HTTPS)
    return response


def _back(request: HttpRequest) -> str:
    """The `next` address if it is one of ours, else the home page."""
    target = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else "/"


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "kit/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "kit/privacy.html")


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The workbench's keys, for browsers that cannot open the dialog."""
    return render(request, "kit/keys.html")


@require_safe
def specimen(request: HttpRequest) -> HttpResponse:
    """Every portal component with its use; a working document for developers."""
    return _specimen(request, "kit/specimen.html")


@require_safe
def specimen_desk(request: HttpRequest) -> HttpResponse:
    """Every workbench component with its use."""
    return _specimen(request, "kit/specimen_desk.html")


def _specimen(request: HttpRequest, template: str) -> HttpResponse:
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render(request, template, specimens.context())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that outlived its session: what happened, and that going back keeps what was typed."""
    return render(request, "errors/csrf.html", {"reason": reason if settings.DEBUG else ""}, status=403)
