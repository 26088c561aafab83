"""Who handles this in my town (谁来办): the items a town handles, by which organ and in whose name."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tongban.kit.api import clock
from tongban.people import queries as people
from tongban.townships import queries

LINES = 30  # on a page


@require_GET
def towns(request: HttpRequest) -> HttpResponse:
    """Choose a town, county by county."""
    known = [town for _, listed in people.city_towns() for town in listed]
    counties = [
        {"county": county, "towns": [town for town in known if town[0].startswith(county.code)]}
        for county in people.divisions(level="county")
    ]
    return render(request, "townships/towns.html", {"counties": counties})


@require_GET
def town(request: HttpRequest, code: str) -> HttpResponse:
    """The items devolved to a town, found by words, each with the organ that acts and the one that answers."""
    names = {town: (zh, en) for town, zh, en in people.town_names(code[:6])}
    if code not in names:
        raise Http404
    words = request.GET.get("q", "").strip()[:100]
    found = queries.in_town(code, words, people.today(clock()))
    context = {
        "code": code,
        "name": names[code][0],
        "name_en": names[code][1],
        "words": words,
        "count": len(found),
        "page": Paginator(found, LINES).get_page(request.GET.get("page")),
        "kept": urlencode({"q": words} if words else {}),
    }
    return render(request, "townships/town.html", context)
