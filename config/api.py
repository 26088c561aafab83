"""The public API: one OpenAPI document over the rooms' routers, errors as RFC 9457 problems."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import AuthenticationError, HttpError, ValidationError

from config import outage
from config.enterprise_api import router as enterprise
from config.protocol import PublicApi, invalid, text_fault, told
from config.words import problem
from tongban.cases import phrases
from tongban.cases.api import router as cases
from tongban.engine.refusal import Refused
from tongban.kit import files
from tongban.kit.api import JsonParser, JsonRenderer, problem_response

api = PublicApi(
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
api.add_router("", enterprise)


@api.exception_handler(Refused)
def on_refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A broken rule, in the caller's language."""
    return problem_response(problem(refused))


# What is wrong with a value of the wrong shape, and the mend: rule of the checker → words.
SHAPES: dict[str, Any] = {
    "missing": gettext_lazy("缺少这个字段：请按接口文档补上"),
    "greater_than_equal": gettext_lazy("不能小于 %(ge)s：请改为 %(ge)s 或更大的数"),
    "less_than_equal": gettext_lazy("不能大于 %(le)s：请改为 %(le)s 或更小的数"),
    "string_too_short": gettext_lazy("至少 %(min_length)s 个字：请补写"),
    "string_too_long": gettext_lazy("最多 %(max_length)s 个字：请删减"),
    "string_pattern_mismatch": gettext_lazy("格式不对：请按 %(pattern)s 填写"),
    "enum": gettext_lazy("不是可选的值：请填写 %(expected)s 之一"),
    "too_long": gettext_lazy("最多 %(max_length)s 项：请分次提交"),
    "uuid_parsing": gettext_lazy("不是有效的标识：请使用接口返回的 id"),
    "date": gettext_lazy("不是真实的日期：请按 2026-11-23 的形式填写"),
    "int": gettext_lazy("应是整数：请填写不带引号和小数的数"),
    "bool": gettext_lazy("应是 true 或 false：请改正"),
    "string": gettext_lazy("应是文字：请用引号括起"),
    "list": gettext_lazy("应是列表：请用方括号括起"),
    "dict": gettext_lazy("应是对象：请用花括号括起"),
    "model": gettext_lazy("应是对象：请用花括号括起"),
}
_UNFIT = gettext_lazy("不符合接口文档的规定：请按文档改正")


def shape_fault(line: dict) -> dict:
    """One line of the checker's findings as field, rule and words with the mend."""
    rule = line["type"]
    words = SHAPES.get(rule) or SHAPES.get(rule.split("_")[0], _UNFIT)
    field = ".".join(str(part) for part in line["loc"][1:]) or "body"
    return {"field": field, "rule": rule, "message": str(words) % line.get("ctx", {})}


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A request of the wrong shape: each field with its rule and the mend."""
    if limit := getattr(request, files.OVER_LIMIT, None):
        return on_refused(request, Refused("file_too_large", limit=limit))
    if any(line["loc"][0] == "file" for line in error.errors) and not _multipart(request):
        return on_refused(request, Refused("body_not_multipart", kind=request.content_type or ""))
    return invalid([shape_fault(line) for line in error.errors])


def _multipart(request: HttpRequest) -> bool:
    return request.content_type == "multipart/form-data"


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
    """A body that could not be read as JSON: what it was or where it breaks."""
    cause = error.__cause__
    if isinstance(cause, Refused) and cause.code == "text_unreadable":
        return invalid([text_fault(str(cause.facts["field"]))])
    if isinstance(cause, Refused):
        return on_refused(request, cause)
    return told(error.status_code, "unreadable", _("请求无法读取。"), _("请求正文必须是有效的 JSON。"))


@api.exception_handler(RequestDataTooBig)
def on_too_much(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """A JSON body past the limit; it was not read."""
    return on_refused(request, Refused("body_too_large", limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE))


@api.exception_handler(SuspiciousOperation)
@api.exception_handler(MultiPartParserError)
def on_unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    """A request broken as such: multipart without an end, a hundred files at once."""
    return told(400, "unreadable", _("请求无法读取。"), _("请按接口文档重新组织请求后再试。"))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def on_database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database is away: nothing was done, the request may be repeated with its key."""
    outage.mend_connections()
    return outage.unavailable()
