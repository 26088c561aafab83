"""The system administrator's pages: how organs outside are reached, and what to do with what they did not take."""

from uuid import UUID

from django.contrib import messages as said
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.connectors import actions, phrases, queries
from tongban.connectors.forms import GiveUp
from tongban.connectors.models import Message
from tongban.engine.refusal import Refused
from tongban.kit.api import clock
from tongban.people.access import holding, told
from tongban.people.rules import Caller, Role

system_administrator = holding(Role.SYSTEM_ADMIN)


@require_GET
@never_cache
@system_administrator
def overview(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """Every organ outside: last answer, what waits, what failed."""
    standings = queries.standings()
    lines = [{"standing": one, "problem": phrases.problem(one.problem)} for one in standings]
    failed = sum(one.failed for one in standings)
    return render(request, "connectors/desk/overview.html", {"lines": lines, "failed": failed})


@require_GET
@never_cache
@system_administrator
def receiver(request: HttpRequest, receiver: str, *, caller: Caller) -> HttpResponse:
    """One organ's open messages: the failed ones, or those that are tried again."""
    organ = queries.directory().get(receiver)
    if organ is None and not queries.sent_to(receiver):
        raise Http404
    waiting = request.GET.get("show") == "waiting"
    rows, older = queries.page(receiver, failed=not waiting, after=_uuid(request.GET.get("after", "")))
    context = {
        "receiver": receiver,
        "organ": organ,
        "lines": [_line(row) for row in rows],
        "waiting": waiting,
        "older": older,
    }
    return render(request, "connectors/desk/receiver.html", context)


def _uuid(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None


def _line(row: Message) -> dict:
    """A message as a list shows it: the row, and its last problem in words."""
    problem = row.problem or {}
    return {
        "row": row,
        "problem": phrases.problem(problem.get("code", "")),
        "words": " ".join(filter(None, (problem.get("title"), problem.get("detail")))),
        "fields": problem.get("fields", []),
    }


@require_GET
@never_cache
@system_administrator
def message(request: HttpRequest, message: UUID, *, caller: Caller) -> HttpResponse:
    """One message: what became of it, and what can be done. Its content is not the administrator's to read."""
    return _message_page(request, message, GiveUp())


def _message_page(request: HttpRequest, message: UUID, form: GiveUp, status: int = 200) -> HttpResponse:
    row = queries.find(message)
    organ = queries.directory().get(row.receiver)
    context = {**_line(row), "organ": organ, "form": form}
    return render(request, "connectors/desk/message.html", context, status=status)


@require_POST
@system_administrator
def resending(request: HttpRequest, message: UUID, *, caller: Caller) -> HttpResponse:
    """Try it again now."""
    actions.resend(message=message, caller=caller, at=clock())
    said.success(request, _("已重新排入发送队列。"))
    return redirect("connectors:message", message=message)


@require_http_methods(["POST"])
@system_administrator
def giving_up(request: HttpRequest, message: UUID, *, caller: Caller) -> HttpResponse:
    """Give it up, with a reason."""
    form = GiveUp(request.POST)
    if not form.is_valid():
        return _message_page(request, message, form, status=422)
    try:
        actions.give_up(message=message, reason=form.cleaned_data["reason"], caller=caller, at=clock())
    except Refused as refused:
        if refused.code != "give_up_reason_missing":
            raise
        form.add_error("reason", "".join(told(refused)))
        return _message_page(request, message, form, status=422)
    said.success(request, _("已放弃这条消息；同一事项后面的消息继续发送。"))
    return redirect("connectors:message", message=message)
