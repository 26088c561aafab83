"""The languages of an organ's officers, as the system administrator keeps them."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongban.engine.refusal import Refused
from tongban.people import actions, phrases, queries
from tongban.people.forms.desk import LanguageForm
from tongban.people.models import Organ
from tongban.people.rules import Caller, Fluency, Language, Role
from tongban.people.views.access import holding, posted


@require_http_methods(["GET", "HEAD", "POST"])
@holding(Role.SYSTEM_ADMIN)
def languages(request: HttpRequest, organ: int, *, caller: Caller, at: datetime) -> HttpResponse:
    """Who at the organ is attested in a language; another attestation can be entered."""
    place = queries.organ(organ)
    form = LanguageForm(posted(request), initial={"valid_from": queries.today(at)})
    if form.is_valid() and _attested(form, place, caller, at):
        messages.success(request, _("语言能力已登记。"))
        return HttpResponseRedirect(reverse("people:languages", args=[place.pk]))
    skills = [
        {
            "row": row,
            "over": bool(row.valid_to and row.valid_to < queries.today(at)),
            "language": phrases.LANGUAGES[row.language],
            "fluency": phrases.FLUENCIES[row.fluency],
        }
        for row in queries.skills_at(place.pk, at)
    ]
    return render(request, "people/desk/languages.html", {"organ": place, "skills": skills, "form": form})


def _attested(form: LanguageForm, place: Organ, caller: Caller, at: datetime) -> bool:
    given = form.cleaned_data
    try:
        account = queries.account_by_username(given["username"])
        if not queries.holds_post(account.pk, place.pk, at):
            raise Refused("officer_elsewhere", organ=place.name)
        actions.attest_language(
            account=account.pk,
            language=Language(given["language"]),
            fluency=Fluency(given["fluency"]),
            document=given["document"],
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            caller=caller,
            at=at,
        )
    except Refused as refused:
        form.refuse(refused)
        return False
    return True


@require_POST
@holding(Role.SYSTEM_ADMIN)
def end_language(
    request: HttpRequest, organ: int, skill: int, *, caller: Caller, at: datetime
) -> HttpResponse:
    """End an attestation now."""
    actions.end_language(skill=skill, caller=caller, at=at)
    messages.success(request, _("语言认定已结束。"))
    return HttpResponseRedirect(reverse("people:languages", args=[organ]))
