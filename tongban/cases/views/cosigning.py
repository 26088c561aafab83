"""Signing what somebody else applies for: what is signed, declared and proven, once for each content."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tongban.cases import phrases
from tongban.cases.actions import cosigning as deed
from tongban.cases.queries import cosigning
from tongban.cases.views.portal import signed_by
from tongban.engine.refusal import Refused
from tongban.kit.api import clock
from tongban.people import queries as people
from tongban.people.access import proven_by, signed_in
from tongban.people.rules import Caller

# Refusals that are told at a field of the page.
_AT_A_FIELD = {"name_not_signers": "name", "signed_something_else": "sign", "named_otherwise": "sign"}


@require_http_methods(["GET", "POST"])
@signed_in
def cosign(request: HttpRequest, draft: UUID, caller: Caller) -> HttpResponse:
    """Read what is signed; declare; sign. Afterwards the same address confirms it."""
    at, on = clock(), people.today(clock())
    shown = cosigning.to_sign(draft, caller, on)
    errors: dict[str, str] = {}
    if request.method == "POST":
        signed, errors = signed_by(request, caller)
        if signed is not None:
            try:
                deed.cosign(draft=draft, signed=signed, caller=caller, at=at)
                return redirect("cases:cosign", draft=draft)
            except Refused as refused:
                if refused.code not in _AT_A_FIELD:
                    raise
                errors = {_AT_A_FIELD[refused.code]: " ".join(map(str, phrases.words(refused)))}
                shown = cosigning.to_sign(draft, caller, on)
    context = {
        "s": shown,
        "a": shown.found,
        "answers": shown.answers,
        "errors": errors,
        "proof": proven_by(request),
        "stated": request.POST.get("name", ""),
    }
    return render(request, "cases/cosign.html", context, status=422 if errors else 200)
