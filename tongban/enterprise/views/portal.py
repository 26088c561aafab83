"""The enterprise's pages: its service projects, the mandate it signs and withdraws, the closing rating."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.cases.queries import applications
from tongban.cases.rules.signing import Signed, same_name
from tongban.engine.refusal import Refused
from tongban.enterprise import forms
from tongban.enterprise.actions import mandates
from tongban.enterprise.actions import projects as actions
from tongban.enterprise.queries import mandates as mandate_queries
from tongban.enterprise.queries import projects as queries
from tongban.kit.api import clock
from tongban.people import queries as people
from tongban.people.access import prove_again, proven_by, signed_in, told
from tongban.people.rules import Caller


@require_GET
@signed_in
def mine(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The service projects of one's enterprises."""
    return render(request, "enterprise/mine.html", {"projects": queries.of_parties(caller, clock())})


@require_GET
@signed_in
def service(request: HttpRequest, project: int, caller: Caller) -> HttpResponse:
    """One project: who the steward is, what he may do, the plan, what was done, what holds it up."""
    at = clock()
    row = queries.of_enterprise(project, caller)
    standing = applications.standing(caller, row.party_id, at)
    context = {
        "p": queries.opened(row, at),
        "principal": standing is not None and standing.capacity in actions.PRINCIPALS,
    }
    return render(request, "enterprise/service.html", context)


# Refusals of a signature that are told at a field of the page.
_SIGNING = {
    "name_not_signers": "name",
    "mandate_changed": "sign",
    "mandate_in_the_past": "sign",
    "mandate_beyond_post": "sign",
    "steward_gone": "sign",
    "agent_already": "sign",
}


@require_http_methods(["GET", "POST"])
@signed_in
def mandate(request: HttpRequest, mandate: int, caller: Caller) -> HttpResponse:
    """Read the mandate; sign it, or send it back."""
    row, at = mandate_queries.of_principal(mandate, caller), clock()
    state = queries.mandate_state(row, people.today(at))
    errors: dict[str, str] = {}
    if request.method == "POST" and request.POST.get("answer") == "decline":
        mandates.decline(mandate=mandate, caller=caller, at=at)
        messages.success(request, _("已退回，代办员可以重新拟定。"))
        return redirect("enterprise:service", project=row.project_id)
    if request.method == "POST":
        signed, errors = _signed(request, caller)
        if signed is not None:
            try:
                mandates.sign(mandate=mandate, signed=signed, caller=caller, at=at)
            except Refused as refused:
                if refused.code not in _SIGNING:
                    raise
                errors = {_SIGNING[refused.code]: " ".join(told(refused))}
            else:
                messages.success(request, _("已签署，代办员从现在起可以代办。您可以随时撤回。"))
                return redirect("enterprise:service", project=row.project_id)
    context = {
        "m": row,
        "state": state,
        "today": people.today(at),
        "digest": mandate_queries.digest(row),
        "errors": errors,
        "standing": applications.standing(caller, row.party_id, at),
        "proof": proven_by(request),
        "stated": request.POST.get("name", ""),
    }
    return render(request, "enterprise/mandate.html", context, status=422 if errors else 200)


def _signed(request: HttpRequest, caller: Caller) -> tuple[Signed | None, dict[str, str]]:
    """What was signed, or what is still wrong by field; identity is asked for when the rest is right."""
    post, errors = request.POST, {}
    if post.get("declare") != "yes":
        errors["declare"] = _("没有勾选声明：请阅读并勾选后再签署。")
    if not same_name(post.get("name", ""), caller.name):
        errors["name"] = _("姓名与您的实名登记不一致：请填写您本人的姓名。")
    if not post.get("secret"):
        errors["secret"] = _("请填写验证码。") if proven_by(request) == "code" else _("请填写密码。")
    if errors:
        return None, errors
    proof = prove_again(request, post["secret"])
    if proof.faults:
        return None, {"secret": " ".join(proof.faults)}
    return Signed(name=post["name"], digest=post.get("digest", ""), method=proof.method), {}


@require_POST
@signed_in
def withdraw(request: HttpRequest, mandate: int, caller: Caller) -> HttpResponse:
    """Withdraw a mandate."""
    row = mandate_queries.of_principal(mandate, caller)
    mandates.end(mandate=mandate, caller=caller, at=clock())
    messages.success(request, _("已撤回，代办员从现在起不能代办。"))
    return redirect("enterprise:service", project=row.project_id)


@require_http_methods(["GET", "POST"])
@signed_in
def closing(request: HttpRequest, project: int, caller: Caller) -> HttpResponse:
    """End the service and say how it was; once."""
    row = queries.of_enterprise(project, caller)
    form = forms.Closing(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.close(project=project, **form.cleaned_data, caller=caller, at=clock())
        messages.success(request, _("服务已经结束，感谢您的评价。"))
        return redirect("enterprise:service", project=project)
    context = {"row": row, "form": form}
    return render(request, "enterprise/closing.html", context, status=422 if form.errors else 200)
