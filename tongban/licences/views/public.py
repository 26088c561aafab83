"""Open to everybody: verify a licence, the status lists, the key."""

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from tongban.engine.refusal import Refused
from tongban.kit.api import clock
from tongban.licences.queries import public
from tongban.people import queries as people
from tongban.people.access import refusals_as_pages

MOST_LISTS = 100_000


@require_GET
@refusals_as_pages
def verify(request: HttpRequest) -> HttpResponse:
    """Verify a licence: what follows the # in the browser, what was typed here."""
    words = request.GET.get("q", "").strip()[:100]
    found = public.typed(words, people.today(clock())) if words else None
    context = {
        "words": words,
        "found": found,
        "key": public.key().hex(),
        "unknown": bool(words) and not found,
    }
    return render(request, "licences/verify.html", context)


@require_GET
@gzip_page
@refusals_as_pages
def status(request: HttpRequest, number: int) -> HttpResponse:
    """A signed status list as it stands now; kept by whoever verifies offline until the next is due."""
    if number > MOST_LISTS:
        raise Refused("list_unknown", list=number)
    listed = public.status_list(number, clock())
    response = HttpResponse(msgspec.json.encode(listed), content_type="application/json")
    response["Cache-Control"] = "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_GET
def key(request: HttpRequest) -> HttpResponse:
    """The key that QR codes and status lists are signed with, for verifiers to keep."""
    document = {
        "algorithm": "ECDSA P-256 SHA-256",
        "key": public.key().hex(),
        "origin": settings.RECORD_ORIGIN,
    }
    response = HttpResponse(msgspec.json.encode(document), content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"
    return response
