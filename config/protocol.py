"""What HTTP asks of every address of the API: methods, media types, ETags, caches, readable text."""

from collections.abc import Callable, Iterator
from functools import wraps
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, re_path
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from tongban.kit.api import problem_response, unreadable_text

PROBLEM = "application/problem+json"
View = Callable[..., HttpResponse]


class PublicApi(NinjaAPI):
    """The API whose document names its problems by their media type and whose addresses keep to HTTP."""

    def get_openapi_schema(self, **where: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**where)
        for answers in _answers(schema):
            for status, answer in answers.items():
                if int(status) >= 400 and "content" in answer:
                    answer["content"] = {PROBLEM: next(iter(answer["content"].values()))}
        return schema

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        patterns = super()._get_urls()
        for pattern in patterns:
            assert isinstance(pattern, URLPattern)
            pattern.callback = guarded(pattern.callback)
        return [*patterns, re_path(r"^.+$", guarded(_nowhere), name="nowhere")]


def _answers(schema: dict) -> Iterator[dict]:
    for methods in schema["paths"].values():
        for operation in methods.values():
            yield operation["responses"]


def _nowhere(request: HttpRequest) -> HttpResponse:
    return told(404, "no_such_address", _("没有这个接口地址。"), _("请按 /api/openapi.json 列出的地址请求。"))


def guarded(view: View) -> View:
    """`view` behind what every address answers alike; what cannot be answered is refused before it acts."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refused = _unreadable(request) or _unacceptable(request)
        if refused:
            return refused
        head = request.method == "HEAD"
        if head:
            request.method = "GET"
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            response = _not_allowed(response["Allow"])
        if request.method == "GET" and response.status_code == 200:
            response = _conditional(request, response)
        return _without_content(response) if head else response

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie counts here
    return answer


def _unreadable(request: HttpRequest) -> HttpResponse | None:
    """Addresses and questions with characters no text has."""
    asked = {"path": request.path_info, **{name: " ".join(values) for name, values in request.GET.lists()}}
    field = next((name for name, words in asked.items() if unreadable_text(name + words)), None)
    if field is None:
        return None
    return invalid([text_fault(field)])


def invalid(errors: list[dict]) -> HttpResponse:
    """A request of the wrong shape: each field with its rule and the mend."""
    mend = _("请按 errors 中列出的字段和规则修改后重试。")
    return told(422, "invalid", _("请求内容的格式不对。"), mend, errors=errors)


def text_fault(field: str) -> dict:
    """The error line of a text with NUL or half characters."""
    message = _("文字中有不能显示的字符（空字节或残缺的编码）：请删除后重新提交")
    return {"field": field, "rule": "unreadable_text", "message": message}


def _unacceptable(request: HttpRequest) -> HttpResponse | None:
    """Refused before anything happens: the caller would not read the answer."""
    if request.path.endswith("/docs"):
        kind = "text/html"
    else:
        kind = "application/pdf" if request.path.endswith(".pdf") else "application/json"
    if request.accepts(kind) or request.accepts(PROBLEM):
        return None
    words = _("接口以 %(kind)s 回答，而请求的 Accept 不接受它。") % {"kind": kind}
    return told(
        406, "not_acceptable", words, _("请把 %(kind)s 加入 Accept，或去掉这一标头。") % {"kind": kind}
    )


def _not_allowed(allowed: str) -> HttpResponse:
    allowed = ", ".join(_with_head(allowed.split(", ")))
    mend = _("请改用这些方法之一：%(allowed)s。") % {"allowed": allowed}
    response = told(405, "method_not_allowed", _("这个地址不接受这种请求方法。"), mend)
    response["Allow"] = allowed
    return response


def _with_head(methods: list[str]) -> list[str]:
    return sorted({*methods, *(["HEAD"] if "GET" in methods else [])})


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """With an ETag, and 304 for who has it; what a token let read stays with its reader."""
    response["ETag"] = f'"{sha256(response.content).hexdigest()[:32]}"'
    response["Cache-Control"] = "private, no-cache" if "Authorization" in request.headers else "no-cache"
    patch_vary_headers(response, ["Accept-Language", "Authorization"])
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _without_content(response: HttpResponse) -> HttpResponse:
    response["Content-Length"] = str(len(response.content))
    response.content = b""
    return response


def told(status: int, code: str, wrong: str, mend: str, **more: Any) -> HttpResponse:
    """A problem of HTTP's own: what was wrong and what to do."""
    return problem_response(
        {
            "type": f"/api/problems#{code}",
            "title": wrong,
            "status": status,
            "detail": mend,
            "code": code,
            **more,
        }
    )
