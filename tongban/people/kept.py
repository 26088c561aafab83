"""What a form posted after its session had expired: kept until the person has signed in again, then given back.

Words stay sealed in the session, are not on the page that offers them back, and are given only to the account
whose session it was, as far as that is still known; every rule of the page they were meant for is asked again
when they come. Files lie aside under a random name. Basis: 个人信息保护法 Art 51; 等保 level 3 (residual information).
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme

from tongban.kit import files, vault

SECONDS = 30 * 60  # how long it is kept
FIELD = "kept"  # posted with the wish to go on
_KEY = "kept_form"
_View = TypeVar("_View", bound=Callable)
_NOT_KEPT = frozenset({"csrfmiddlewaretoken", "secret"})  # what proves who somebody is, is asked again


class Form(msgspec.Struct, frozen=True):
    """A posted form: the address it went to, the page it stood on, its fields, its files by field.

    A file is (key aside, name); `over` the limit in bytes that files in `over_in` had passed; `at` is seconds
    since the epoch.
    """

    path: str
    page: str
    posted: dict[str, list[str]]
    files: dict[str, list[tuple[str, str]]]
    over: int | None
    over_in: dict[str, str]
    account: str  # whose session it was; empty when nobody knows any more
    at: float


_decode = msgspec.json.Decoder(Form).decode


def keep(request: HttpRequest) -> None:
    """Keep what was posted; it takes the place of what was kept before."""
    form = Form(
        path=request.get_full_path(),
        page=_page(request),
        posted={name: request.POST.getlist(name) for name in request.POST if name not in _NOT_KEPT},
        files={name: _laid_aside(sent) for name, sent in request.FILES.lists()},
        over=getattr(request, files.OVER_LIMIT, None),
        over_in=files.over_fields(request),
        account=_whose(request),
        at=timezone.now().timestamp(),
    )
    request.session[_KEY] = vault.seal_text(msgspec.json.encode(form).decode(), place=_KEY)


def _laid_aside(sent: list[UploadedFile]) -> list[tuple[str, str]]:
    """(key aside, name) of the files of one field; those there is no room for are left out."""
    keyed = [(files.set_aside(file, folder=_aside()), file.name or "") for file in sent]
    return [(key, name) for key, name in keyed if key]


def waiting(request: HttpRequest) -> Form | None:
    """What is kept for this session, unless it is too old or somebody else's."""
    sealed = request.session.get(_KEY)
    if not sealed:
        return None
    form = _decode(vault.open_text(sealed, place=_KEY))
    fresh = timezone.now().timestamp() - form.at <= SECONDS
    return form if fresh and form.account in ("", request.session.get(SESSION_KEY, "")) else None


def refills(view: _View) -> _View:
    """Marks a page that shows what was kept in its own form again, by `taken`; other pages' is offered first."""
    view.refills = True  # type: ignore[attr-defined]
    return view


def taken(request: HttpRequest) -> QueryDict | None:
    """The fields kept for this address, once; its files are this request's from now on."""
    if (form := waiting(request)) is None or form.path != request.get_full_path():
        return None
    forget(request)
    for name, sent in form.files.items():
        for key, called in sent:
            if file := files.taken_back(key, folder=_aside(), name=called):
                request.FILES.appendlist(name, file)
    if form.over:
        setattr(request, files.OVER_LIMIT, form.over)
        setattr(request, files.OVER_FIELDS, form.over_in)
    fields = QueryDict(mutable=True)
    for name, values in form.posted.items():
        fields.setlist(name, values)
    return fields


def bring_back(request: HttpRequest) -> None:
    """What was kept becomes what this request posts, when that is what the person asks for."""
    if FIELD in request.POST and (fields := taken(request)) is not None:
        request.POST = fields  # type: ignore[assignment]


def forget(request: HttpRequest) -> None:
    """Nothing is kept any more."""
    request.session.pop(_KEY, None)


def _page(request: HttpRequest) -> str:
    """The page the form stood on, of this site; else the home page."""
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, request.get_host())
    return escape_leading_slashes(urlsplit(came_from).path) if ours and came_from else "/"


def _whose(request: HttpRequest) -> str:
    """The account of the session that ended, while its row is still there."""
    ended = Session.objects.filter(pk=request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")).first()
    return ended.get_decoded().get(SESSION_KEY, "") if ended else ""


def _aside() -> Path:
    return Path(settings.MEDIA_ROOT) / "aside"
