"""What a form posted after its session had expired: kept until the person has signed in again, then given back.

Words stay sealed in the session and are not on the page that offers them back, whoever signs in there; every
rule of the page they were meant for is asked again when they come. Files lie aside under a random name. Basis: 个人信息保护法 Art 51; 等保 level 3 (residual information).
"""

from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from tongban.kit import files, vault

SECONDS = 30 * 60  # how long it is kept
FIELD = "kept"  # posted with the wish to go on
_KEY = "kept_form"
_NOT_KEPT = frozenset({"csrfmiddlewaretoken"})


class Form(msgspec.Struct, frozen=True):
    """A posted form: the address it went to, the page it stood on, its fields, its files by field.

    A file is (key aside, name); `at` is seconds since the epoch.
    """

    path: str
    page: str
    posted: dict[str, list[str]]
    files: dict[str, tuple[str, str]]
    at: float


_decode = msgspec.json.Decoder(Form).decode


def keep(request: HttpRequest) -> None:
    """Keep what was posted; it takes the place of what was kept before."""
    sent = {name: file for name, file in request.FILES.items() if isinstance(file, UploadedFile)}
    form = Form(
        path=request.get_full_path(),
        page=_page(request),
        posted={name: request.POST.getlist(name) for name in request.POST if name not in _NOT_KEPT},
        files={
            name: (key, file.name or "")
            for name, file in sent.items()
            if (key := files.set_aside(file, folder=_aside()))
        },
        at=timezone.now().timestamp(),
    )
    request.session[_KEY] = vault.seal_text(msgspec.json.encode(form).decode(), place=_KEY)


def waiting(request: HttpRequest) -> Form | None:
    """What is kept for this session, unless it is too old."""
    sealed = request.session.get(_KEY)
    if not sealed:
        return None
    form = _decode(vault.open_text(sealed, place=_KEY))
    return form if timezone.now().timestamp() - form.at <= SECONDS else None


def bring_back(request: HttpRequest) -> None:
    """Fields and files of the kept form become this request's, when it is what the person asks for.

    Kept once: whatever follows, it is gone from the session.
    """
    if FIELD not in request.POST or (form := waiting(request)) is None:
        return
    if form.path != request.get_full_path():
        return
    forget(request)
    fields = QueryDict(mutable=True)
    for name, values in form.posted.items():
        fields.setlist(name, values)
    request.POST = fields  # type: ignore[assignment]
    for name, (key, called) in form.files.items():
        if file := files.taken_back(key, folder=_aside(), name=called):
            request.FILES[name] = file


def forget(request: HttpRequest) -> None:
    """Nothing is kept any more."""
    request.session.pop(_KEY, None)


def _page(request: HttpRequest) -> str:
    """The page the form stood on, of this site; else the home page."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    return came_from.path if came_from.netloc == request.get_host() and came_from.path else "/"


def _aside() -> Path:
    return Path(settings.MEDIA_ROOT) / "aside"
