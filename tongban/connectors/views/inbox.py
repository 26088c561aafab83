"""Where organs outside post their messages: signed, answered in JSON, a problem document when refused."""

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tongban.connectors import actions
from tongban.connectors.rules import contract
from tongban.engine.refusal import Refused
from tongban.kit.api import clock, problem_response

log = structlog.get_logger()


@csrf_exempt  # no session speaks here: the signature does
@require_POST
def messages(request: HttpRequest, receiver: str) -> HttpResponse:
    """Take in a message of the organ the house knows as `receiver`: 202, signed, also when it came before."""
    at = clock()
    try:
        length = request.headers.get("content-length") or ""
        if length.isdecimal() and int(length) > contract.MOST:
            raise Refused("message_too_large", most=contract.MOST)
        id = actions.receive(sender=receiver, payload=request.body, headers=request.headers, at=at)
    except Refused as refused:
        log.warning("message refused", sender=receiver, code=refused.code)
        return problem_response(import_string(settings.REFUSAL_WORDS)(refused))
    content = contract.encode(contract.Taken(accepted=id))
    answer = HttpResponse(content, status=202, content_type="application/json")
    for name, value in contract.sign(content, id=id, seed=settings.CONNECTOR_KEY, at=at).items():
        answer[name] = value
    return answer
