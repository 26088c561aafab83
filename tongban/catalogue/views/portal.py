"""The public pages people start from: home, search, scenes, a guide, its guidance questions."""

from datetime import datetime
from typing import NamedTuple

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from tongban.bilingual import queries as bilingual
from tongban.catalogue import queries
from tongban.catalogue.models import Implementation
from tongban.catalogue.rules import bundling, chart, situations
from tongban.catalogue.rules.guide import Text
from tongban.catalogue.rules.lists import Bundle
from tongban.engine.refusal import Refused
from tongban.kit.api import clock
from tongban.people import queries as people

RESULTS = 24  # on a page
COUNTY, TOWN = "county", "town"  # cookies: the county the reader has chosen, and the town of it
_FREQUENT = ("000131001000", "000131003000", "000131002000", "000714053000", "002035050000", "000715050000")


def _place(request: HttpRequest) -> dict:
    """The counties to choose from and the one chosen; its towns, and the one chosen (code and names) or None."""
    counties = people.divisions(level="county")
    chosen = next(
        (row for row in counties if row.code == request.COOKIES.get(COUNTY)),
        counties[0] if counties else None,
    )
    towns = [Named(*row) for row in people.town_names(chosen.code)] if chosen else []
    town = next((row for row in towns if row.code == request.COOKIES.get(TOWN)), None)
    return {"counties": counties, "county": chosen, "towns": towns, "town": town}


class Named(NamedTuple):
    """A town to choose."""

    code: str
    name: str
    name_en: str


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Search first, then scenes as people name them, then what is asked for most."""
    running = {row.guide.base_code: row.guide for row in queries.items()}
    guides = list(running.values())
    context = {
        **_place(request),
        "scenes": [
            {"scene": scene, "count": count}
            for scene in queries.scenes()
            if (count := sum(scene.key in guide.scenes for guide in guides))
        ],
        "frequent": [running[code] for code in _FREQUENT if code in running],
        "figures": {
            "items": len(guides),
            "online": sum(guide.online_depth == 4 for guide in guides),
            "instant": sum(guide.instant for guide in guides),
        },
    }
    return render(request, "catalogue/home.html", context)


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Results for the words given; every item without words."""
    words = request.GET.get("q", "").strip()[:100]
    audience = request.GET.get("audience", "")
    found = queries.search(words, get_language() or "zh-hans", audience)
    page = Paginator(found, RESULTS).get_page(request.GET.get("page"))
    kept = urlencode({name: value for name, value in (("q", words), ("audience", audience)) if value})
    place = _place(request)
    context = {
        **place,
        "words": words,
        "found": found,
        "page": page,
        "rows": _rows([row.base_code for row in page.object_list], place),
        "bundles": queries.bundles_for(words) if words and page.number == 1 else [],
        "kept": kept,
    }
    return render(request, "catalogue/search.html", context)


@require_GET
def scene(request: HttpRequest, key: str) -> HttpResponse:
    """The items of one life or business event."""
    found = next((scene for scene in queries.scenes() if scene.key == key), None)
    if found is None:
        raise Http404
    place = _place(request)
    context = {
        **place,
        "scene": found,
        "rows": _rows([row.guide.base_code for row in queries.items() if key in row.guide.scenes], place),
        "bundles": [bundle for bundle in queries.bundles() if bundle.scene == key],
    }
    return render(request, "catalogue/scene.html", context)


def _rows(base_codes: list[str], place: dict) -> list[dict]:
    """Items as cards: the guide as it runs for the reader's county, and the organ that runs it there."""
    county = place["county"].code if place["county"] else ""
    here = queries.running_for(base_codes, county, clock())
    guides = queries.guides(one.version for one in here.values())
    return [{"guide": guides[here[code].version], "here": here[code]} for code in base_codes if code in here]


@require_GET
def bundle(request: HttpRequest, code: str) -> HttpResponse:
    """A bundle: who it is for, what it takes under the answers given, what applying once saves."""
    place, found = _place(request), _bundle(code)
    county = place["county"].code if place["county"] else ""
    here = queries.running_for([member.item for member in found.members], county, clock())
    answers = _bundle_answers(request, found)
    together = _together(found, here, answers)
    if together is None:
        return render(request, "catalogue/bundle.html", {**place, "bundle": found, "missing": True})
    asked = urlencode({f"q_{code}": value for code, value in answers.items()})
    context = {
        **place,
        "bundle": found,
        "t": together,
        "answers": answers,
        "asked": f"?{asked}",
        "open": [question for question in found.questions if question.code not in answers],
        "waves": [
            [
                {"guide": member.guide, "here": here[member.code]}
                for member in together.members
                if member.code in wave
            ]
            for wave in together.waves
        ],
        "start_url": f"{reverse('cases:start_bundle', args=[county, code])}?{asked}",
    }
    return render(request, "catalogue/bundle.html", context)


def _bundle(code: str) -> Bundle:
    try:
        return queries.bundle(code)
    except Refused as refused:
        raise Http404 from refused


def _bundle_answers(request: HttpRequest, found: Bundle) -> dict[str, str]:
    return {
        question.code: value
        for question in found.questions
        if (value := request.GET.get(f"q_{question.code}", ""))
    }


def _together(found: Bundle, here: dict, answers: dict[str, str]) -> bundling.Together | None:
    """The bundle under these answers; None where an item has no organ near the reader."""
    known = queries.guides(one.version for one in here.values() if one.near)
    guides = {item: known[one.version] for item, one in here.items() if one.near}
    whole = set(guides) == {member.item for member in found.members}
    return bundling.resolve(found, guides, answers) if whole else None


@require_GET
def bundle_bpmn(request: HttpRequest, code: str) -> HttpResponse:
    """The order of a bundle under the answers given as BPMN 2.0, drawn from the definition that runs it."""
    place, found = _place(request), _bundle(code)
    county = place["county"].code if place["county"] else ""
    here = queries.running_for([member.item for member in found.members], county, clock())
    together = _together(found, here, _bundle_answers(request, found))
    if together is None:
        raise Http404
    return _bpmn(chart.of_bundle(together), code, found.name)


@require_GET
def choose_county(request: HttpRequest, code: str) -> HttpResponseRedirect:
    """Remember the county the reader chose, or the town of it."""
    target = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    response = redirect(target if safe else reverse("catalogue:home"))
    county = code[:6]
    if county in {row.code for row in people.divisions(level="county")}:
        response.set_cookie(COUNTY, county, **_KEPT)
        if code in {town for town, _, _ in people.town_names(county)}:
            response.set_cookie(TOWN, code, **_KEPT)
        else:
            response.delete_cookie(TOWN)
    return response


_KEPT: dict = {"max_age": 365 * 24 * 3600, "samesite": "Lax", "httponly": True}


def _opened(request: HttpRequest, base_code: str) -> dict:
    """An item in force for the reader's county or town: its guide as the organ acting there runs it, in whose
    name, and where it is run; or 404."""
    at, place = clock(), _place(request)
    try:
        row = queries.item(base_code)
        runs = queries.acting(row.pk, at)
        handling = _handling(base_code, place["town"], at)
        here = handling.run if handling else _here(runs, place["county"])
        version = queries.version_in_force(row.pk, at, here.pk if here else None)
    except Refused as refused:
        raise Http404 from refused
    county = place["county"].code if place["county"] else ""
    near = [run for run in runs if run.level != "town" or run.division_code.startswith(county)]
    windows = people.bilingual_windows([run.organ_id for run in near], at) if _offered(county) else {}
    reader = get_language() or ""
    near.sort(key=lambda run: reader in _offered(county) and reader not in windows.get(run.organ_id, ()))
    return {
        "windows": windows,
        **place,
        "guide": queries.guide(version.pk),
        "runs": near,
        "further": len(runs) - len(near),
        "here": here,
        "handling": handling,
        "in_towns": not place["town"] and any(run.level == "town" for run in near),
    }


def _offered(county: str) -> tuple[str, ...]:
    """The languages a county serves in beside Chinese."""
    return bilingual.languages_of(county) if county else ()


def _handling(base_code: str, town: Named | None, at: datetime) -> queries.Handling | None:
    """Who handles an item in the reader's town; None without a town, or where nobody does."""
    try:
        return queries.handling(base_code, town.code, people.today(at)) if town else None
    except Refused:
        return None


def _here(runs: list[Implementation], county) -> Implementation | None:
    """Who runs the item for the reader's county: that county's organ, else a town's of it, else the city's."""
    near = [run for run in runs if county and run.division_code.startswith(county.code)]
    city = [run for run in runs if run.level == "city"]
    return next(iter([*near, *city, *runs]), None)


@require_GET
def item(request: HttpRequest, base_code: str) -> HttpResponse:
    """The guide: facts at a glance, then conditions, materials, procedure, limits, fees, law, questions."""
    opened = _opened(request, base_code)
    context = {**opened, "materials": queries.with_held(opened["guide"].materials)}
    return render(request, "catalogue/item.html", context)


@require_GET
def guidance(request: HttpRequest, base_code: str) -> HttpResponse:
    """Guidance questions one after another; then the personal list of materials, days and fee."""
    opened = _opened(request, base_code)
    guide, here = opened["guide"], opened["here"]
    answers = {
        question.code: value
        for question in guide.questions
        if (value := request.GET.get(f"q_{question.code}", ""))
    }
    situation = situations.resolve(guide, answers)
    asked = {f"q_{code}": value for code, value in situation.answers.items()}
    context = {
        **opened,
        "situation": situation,
        "question": situation.unanswered[0] if situation.unanswered else None,
        "asked": asked,
        "number": len(situation.questions) - len(situation.unanswered) + 1,
        "start_url": f"{reverse('cases:start', args=[here.task_code])}?{urlencode(asked)}" if here else "",
    }
    return render(request, "catalogue/guidance.html", context)


@require_GET
def bpmn(request: HttpRequest, base_code: str) -> HttpResponse:
    """The procedure as BPMN 2.0, drawn from the definition that runs it."""
    guide = _opened(request, base_code)["guide"]
    return _bpmn(chart.chart(guide), base_code, guide.name)


def _bpmn(drawn: chart.Chart, code: str, name: Text) -> HttpResponse:
    """A chart as a file in the reader's language."""
    english = (get_language() or "").startswith("en")
    content = chart.bpmn(drawn, code, name.en if english else name.zh, "en" if english else "zh")
    response = HttpResponse(content, content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{code}.bpmn"'
    return response
