"""What every page's request passes: the reader's language, and an address that is text."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from tongban.kit.api import unreadable_text

API = "/api/"  # answers for itself, with problem documents


class ChosenLanguage(LocaleMiddleware):
    """A page's language is a choice kept in a cookie; a browser's own settings do not make it.

    Chinese unless the reader chose another; the API follows Accept-Language.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path.startswith(API):
            super().process_request(request)
            return
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]  # as LocaleMiddleware does


class ReadableAddress:
    """Refuses addresses of pages with characters no text has (NUL), in the path or in a question: 400."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = (word for name, values in request.GET.lists() for word in (name, *values))
        if not request.path.startswith(API) and any(map(unreadable_text, (request.path_info, *asked))):
            raise BadRequest("an address with characters no text has")
        return self.get_response(request)
