"""The public API: one OpenAPI document over the rooms' routers, errors as RFC 9457 problems."""

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from config import outage
from tongban.cases import phrases
from tongban.cases.api import router as cases
from tongban.engine.refusal import Refused
from tongban.kit.api import JsonParser, JsonRenderer, problem_response
from tongban.people import phrases as people_phrases

api = NinjaAPI(
    title="Tongban 通办",
    version="1",
    description="Items, cases and commands of a city's government services. Times are ISO 8601; "
    "errors are RFC 9457 problems; repeat a request safely with Idempotency-Key.",
    urls_namespace="api",
    docs_url="/docs",
    openapi_url="/openapi.json",
    renderer=JsonRenderer(),
    parser=JsonParser(),
)
api.add_router("", cases)


@api.exception_handler(Refused)
def on_refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A broken rule, in the caller's language."""
    return problem_response(problem(refused))


def problem(refused: Refused) -> dict:
    """The refusal as a problem document, worded by the room whose rule it is."""
    document = phrases.problem(refused)
    if refused.code in phrases.REFUSALS or refused.code not in people_phrases.REFUSALS:
        return document
    wrong, mend = people_phrases.words(refused)
    return {**document, "title": wrong, "detail": mend, "status": people_phrases.status(refused.code)}


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A body of the wrong shape: each field with its rule."""
    errors = [
        {
            "field": ".".join(str(part) for part in line["loc"][1:]),
            "rule": line["type"],
            "message": line["msg"],
        }
        for line in error.errors
    ]
    return problem_response(
        {
            "type": "/api/problems#invalid",
            "title": _("请求内容的格式不对。"),
            "status": 422,
            "detail": _("请按 errors 中列出的字段和规则修改后重试。"),
            "code": "invalid",
            "errors": errors,
        }
    )


@api.exception_handler(AuthenticationError)
def on_anonymous(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No token, or one that is unknown, expired or revoked."""
    return problem_response(phrases.problem(Refused("sign_in_required")))


@api.exception_handler(Http404)
def on_missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """No such address or thing."""
    return problem_response(phrases.problem(Refused("case_unknown")))


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A request that could not be read."""
    return problem_response(
        {
            "type": "/api/problems#unreadable",
            "title": _("请求无法读取。"),
            "status": error.status_code,
            "detail": _("请求正文必须是有效的 JSON。"),
            "code": "unreadable",
        }
    )


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def on_database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database is away: nothing was done, the request may be repeated with its key."""
    outage.mend_connections()
    return outage.unavailable()
