"""What every page's request passes: the reader's language, and an address that is text."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from tongban.kit import tongues
from tongban.kit.api import unreadable_text

API = "/api/"  # answers for itself, with problem documents
DESK = "/desk/"  # officers work in Chinese or English


class ChosenLanguage(LocaleMiddleware):
    """A page's language is a choice kept in a cookie; a browser's own settings do not make it.

    Chinese unless the reader chose another; the API follows Accept-Language. Tibetan and Yi are for the
    portal: their pages come out with every fragment in its own language.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = tongues.open_page(_chosen(request))
        try:
            response = super().__call__(request)
            assert isinstance(response, HttpResponse | StreamingHttpResponse)  # requests are not async here
            return _spoken(response) if tongues.language() else response
        finally:
            tongues.close_page(token)

    def process_request(self, request: HttpRequest) -> None:
        if request.path.startswith(API):
            super().process_request(request)
            return
        language = _chosen(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]  # as LocaleMiddleware does


def _chosen(request: HttpRequest) -> str:
    """The language of a page; of the API and the workbench never one that is for the portal alone."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in tongues.TONGUES and request.path.startswith((API, DESK)):
        return settings.LANGUAGE_CODE
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _spoken(response: HttpResponse | StreamingHttpResponse) -> HttpResponseBase:
    """The answer with the marks of its words turned into elements; nothing of them is left in any other answer."""
    if isinstance(response, StreamingHttpResponse):
        return response
    text = response.content.decode(response.charset) if _is_text(response) else ""
    if text:
        html = response.get("Content-Type", "").startswith("text/html")
        response.content = tongues.finished(text) if html else tongues.unmarked(text)
        if "Content-Length" in response:
            response["Content-Length"] = str(len(response.content))
    return response


def _is_text(response: HttpResponse) -> bool:
    kind = response.get("Content-Type", "").partition(";")[0]
    return kind.startswith("text/") or kind.endswith(("json", "xml"))


class ReadableAddress:
    """Refuses addresses of pages with characters no text has (NUL), in the path or in a question: 400."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = (word for name, values in request.GET.lists() for word in (name, *values))
        if not request.path.startswith(API) and any(map(unreadable_text, (request.path_info, *asked))):
            raise BadRequest("an address with characters no text has")
        return self.get_response(request)
