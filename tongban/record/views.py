"""The public record: its newest checkpoint and key, and a page that checks a proof."""

from datetime import datetime

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET, require_http_methods

from tongban.kit import files
from tongban.kit.hashing import HASHES, hasher
from tongban.record import phrases, queries, rules

_MOST = 1_000_000  # bytes of a proof
_TOO_LARGE = {"problems": [phrases.PROBLEMS["proof_too_large"]]}


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint, the key, and how to check for oneself."""
    context = {
        "checkpoint": queries.latest(),
        "key": queries.public_key().hex(),
        "hash": settings.RECORD_HASH,
    }
    return render(request, "record/home.html", context)


@require_GET
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint as a signed note."""
    newest = queries.latest()
    return HttpResponse(newest.note if newest else "", content_type="text/plain; charset=utf-8")


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check a proof: pasted or as a file."""
    context: dict = {"pasted": request.POST.get("proof", "")}
    if request.method == "POST":
        file = request.FILES.get("file")
        content = file.read(_MOST + 1) if file else context["pasted"].encode()
        context |= _TOO_LARGE if hasattr(request, files.OVER_LIMIT) else _checked(content)
    status = 422 if context.get("problems") else 200
    return render(request, "record/verify.html", context, status=status)


def _checked(content: bytes) -> dict:
    """The proof's event and what is wrong with it, in words."""
    if len(content) > _MOST:
        return _TOO_LARGE
    try:
        document = msgspec.json.decode(content, type=dict)
    except (ValueError, RecursionError):
        return {"problems": [phrases.PROBLEMS["proof_unreadable"]]}
    name = str(document.get("hash"))
    if name not in HASHES:
        return {"problems": [phrases.PROBLEMS["hash_differs"]]}
    found = rules.verify_proof(document, hasher(name), public=queries.public_key())
    if found:
        return {"problems": [phrases.PROBLEMS[code] for code in found]}
    event = document["event"]
    words = import_string(settings.RECORD_WORDS).get(event["kind"], event["kind"])
    return {
        "proved": event,
        "index": document["index"],
        "kind": words,
        "at": datetime.fromisoformat(event["at"]),
    }
