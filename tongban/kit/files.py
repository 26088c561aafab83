"""Uploaded files: size limited while they arrive, type sniffed from content, images drawn anew, PDFs examined."""

import contextlib
import hashlib
import io
import os
import secrets
import tempfile
import time
from pathlib import Path

import msgspec
import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from PIL import Image, ImageOps, UnidentifiedImageError

from tongban.engine.refusal import Refused
from tongban.kit import pdf

ACCEPTED = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
_IMAGE_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
_MOST_PIXELS = 60_000_000
_LONGEST = 120  # characters of a file's name
OVER_LIMIT = "upload_over_limit"  # set on a request with a file that passed the limit: the limit in bytes
OVER_FIELDS = "upload_over_fields"  # and of the fields with such files: {name: refusal}
_TOGETHER = 5  # files of one request may take so many times the limit of one


class Kept(msgspec.Struct, frozen=True):
    """A file kept under its digest: SHA-256 in hex, bytes, media type, the name people know it by."""

    digest: str
    size: int
    media_type: str
    name: str


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Stops writing a file to disk once it passes the limit; the form then says so, and keeps all else it was sent.

    `limit` is in bytes, that of the settings when left out. Files of one request together may take five times that.
    """

    def __init__(self, request=None, limit: int | None = None) -> None:
        super().__init__(request)
        self.limit = limit or settings.UPLOAD_LIMIT_MB * 1_000_000
        self.seen = self.together = 0

    def new_file(self, field_name: str, *args, **kwargs) -> None:
        super().new_file(field_name, *args, **kwargs)
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int):
        self.seen += len(raw_data)
        self.together += len(raw_data)
        if self.seen > self.limit or self.together > self.limit * _TOGETHER:
            refusal = "file_too_large" if self.seen > self.limit else "files_too_large_together"
            setattr(self.request, OVER_LIMIT, self.limit)
            setattr(self.request, OVER_FIELDS, over_fields(self.request) | {self.field_name: refusal})
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)


def over_fields(request: object) -> dict[str, str]:
    """The fields of a request in which a file passed the limit: {name: file_too_large, files_too_large_together}."""
    return getattr(request, OVER_FIELDS, {})


def keep(upload: UploadedFile, *, folder: Path, limit: int) -> Kept:
    """Check `upload` and keep it under `folder` by digest.

    Raises `Refused`: file_empty, file_too_large (limit in bytes), file_type_not_accepted (what it is),
    file_damaged, image_too_many_pixels, file_locked, file_active. The content decides the type; the name's
    ending must agree with it.
    """
    name = _name(upload.name or "")
    size = upload.size or 0
    if size == 0:
        raise Refused("file_empty", name=name)
    if size > limit:
        raise Refused("file_too_large", name=name, limit=limit)
    media_type = _sniff(upload, name)
    content = (
        _reencoded(upload, media_type, name) if media_type in _IMAGE_FORMATS else _whole_pdf(upload, name)
    )
    digest = hashlib.sha256(content).hexdigest()
    _write(path_of(folder, digest), content)
    return Kept(digest=digest, size=len(content), media_type=media_type, name=name)


def _name(given: str) -> str:
    """The name people know the file by, at most `_LONGEST` characters, with its ending."""
    path = Path(given)
    return path.stem[: _LONGEST - len(path.suffix)] + path.suffix[:_LONGEST]


ASIDE_SECONDS = 60 * 60  # a file laid aside is gone after that
ASIDE_BYTES = 500_000_000  # all of them together: who is not signed in cannot fill the disk


def set_aside(upload: UploadedFile, *, folder: Path) -> str:
    """Lay an upload aside unread; its key for `taken_back`, empty when there is no room."""
    folder.mkdir(parents=True, exist_ok=True)
    used = 0
    for old in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if time.time() - old.stat().st_mtime > ASIDE_SECONDS:
                old.unlink()
            else:
                used += old.stat().st_size
    if used + (upload.size or 0) > ASIDE_BYTES:
        return ""
    key = secrets.token_hex(32)
    with (folder / key).open("wb") as handle:
        for chunk in upload.chunks():
            handle.write(chunk)
    return key


def taken_back(key: str, *, folder: Path, name: str) -> UploadedFile | None:
    """The upload laid aside under `key`, once; None when it is gone."""
    path = folder / Path(key).name
    try:
        handle, size = path.open("rb"), path.stat().st_size
    except OSError:
        return None
    path.unlink(missing_ok=True)  # the open handle still reads it
    return UploadedFile(file=handle, name=name, size=size)


def path_of(folder: Path, digest: str) -> Path:
    """Where the file with `digest` lies under `folder`."""
    return Path(folder) / digest[:2] / digest[2:]


def _sniff(upload: UploadedFile, name: str) -> str:
    """The media type by content; refuses a type not accepted or one that the ending denies."""
    claimed = ACCEPTED.get(Path(name).suffix.lower())
    upload.seek(0)
    head = upload.read(4096)
    upload.seek(0)
    try:
        found = {match.mime_type for match in puremagic.magic_string(head, name)}
    except puremagic.PureError:
        found = set()
    real = next((kind for kind in set(ACCEPTED.values()) if kind in found and _starts_like(head, kind)), "")
    if not real or (claimed and claimed != real) or not claimed:
        raise Refused("file_type_not_accepted", name=name, found=real or next(iter(sorted(found)), ""))
    return real


def _starts_like(head: bytes, media_type: str) -> bool:
    signs = {"application/pdf": b"%PDF-", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
    return head.startswith(signs[media_type])


def _reencoded(upload: UploadedFile, media_type: str, name: str) -> bytes:
    """The picture drawn anew, upright: no hidden payload, comment, place or device data survives."""
    try:
        with Image.open(upload) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise Refused("image_too_many_pixels", name=name, most=_MOST_PIXELS)
            image.load()
            out = io.BytesIO()
            upright = ImageOps.exif_transpose(image)
            plain = upright.convert("RGB") if media_type == "image/jpeg" else upright
            plain.info = {name: value for name, value in plain.info.items() if name == "transparency"}
            plain.save(out, _IMAGE_FORMATS[media_type], optimize=True)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Refused("file_damaged", name=name) from error
    return out.getvalue()


def _whole_pdf(upload: UploadedFile, name: str) -> bytes:
    """A PDF that ends as one, opens without a password and runs nothing; its bytes stay, signatures too."""
    upload.seek(0)
    content = upload.read()
    if b"%%EOF" not in content[-2048:]:
        raise Refused("file_damaged", name=name)
    pdf.examine(content, name)
    return content


def _write(path: Path, content: bytes) -> None:
    """Write once and durably; the same content is the same file."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(draft, path)
