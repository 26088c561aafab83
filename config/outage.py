"""What people see when something fails: a designed page, or a problem document for the API.

A database that is away is told apart from a fault of ours: nothing was written, the request can be
repeated, and the answer says when.
"""

import sys

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tongban.kit.api import problem_response

log = structlog.get_logger()

AWAY = (OperationalError, InterfaceError)
_AGAIN_SECONDS = 5
_MACHINES = ("/api/", "/connectors/")  # addresses no person reads


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: 503 while the database is away, else 500; neither page asks the database."""
    away = isinstance(sys.exc_info()[1], AWAY)
    if away:
        mend_connections()
    if request.path.startswith(_MACHINES):
        return unavailable() if away else _fault()
    template = "errors/503.html" if away else "errors/500.html"
    answer = HttpResponse(render_to_string(template, {}, request=None), status=503 if away else 500)
    if away:
        answer["Retry-After"] = str(_AGAIN_SECONDS)
    return answer


def unavailable() -> HttpResponse:
    """503 of the API: nothing was done, the request may be repeated with its key."""
    answer = problem_response(
        {
            "type": "/api/problems#unavailable",
            "title": _("系统暂时不可用。"),
            "status": 503,
            "detail": _("没有写入任何内容，请稍后用同一个 Idempotency-Key 重试。"),
            "code": "unavailable",
        }
    )
    answer["Retry-After"] = str(_AGAIN_SECONDS)
    return answer


def _fault() -> HttpResponse:
    return problem_response(
        {
            "type": "/api/problems#fault",
            "title": _("系统出了问题，不是请求有误。"),
            "status": 500,
            "detail": _("请稍后用同一个 Idempotency-Key 重试；如仍失败，请联系管理员。"),
            "code": "fault",
        }
    )


def mend_connections() -> None:
    """Have the pool look at its connections: those that broke with the server are replaced."""
    pool = getattr(connection, "pool", None)  # only while pooling is on
    if pool is not None:
        try:
            pool.check()
        except Exception as error:  # noqa: BLE001 — the answer to the request comes first
            log.warning("connection pool not mended", error=str(error))
