"""What every room's API shares: JSON by msgspec, problem documents, idempotency keys, keyset pages."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from tongban.engine.refusal import Refused

_UNREADABLE = re.compile("[\x00\ud800-\udfff]")  # no database keeps these as text


class JsonRenderer(BaseRenderer):
    """Answers as JSON; instants and dates in ISO 8601."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: object, *, response_status: int) -> bytes:
        return msgspec.json.encode(data, enc_hook=str)


class JsonParser(Parser):
    """Request bodies as JSON.

    Raises `Refused`: body_not_json (kind: what it was sent as), json_malformed (at: where it breaks),
    text_unreadable (field).
    """

    def parse_body(self, request: HttpRequest) -> dict:
        kind = request.content_type or ""
        if kind != "application/json" and not kind.endswith("+json"):
            raise Refused("body_not_json", kind=kind)
        try:
            body = msgspec.json.decode(request.body)
            field = _unreadable_field(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Refused("json_malformed", at=str(error)) from error
        if field:
            raise Refused("text_unreadable", field=field)
        return body


def unreadable_text(words: str) -> bool:
    """Whether a text has NUL bytes or halves of characters."""
    return bool(_UNREADABLE.search(words))


def _unreadable_field(value: object, name: str = "") -> str:
    """The first field with unreadable text, as a dotted name ("body" for the whole); empty when all is well."""
    if isinstance(value, str):
        return (name or "body") if unreadable_text(value) else ""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        if isinstance(key, str) and unreadable_text(key):
            return name or "body"
        if found := _unreadable_field(part, f"{name}.{key}".lstrip(".")):
            return found
    return ""


def problem_response(document: dict) -> HttpResponse:
    """A problem document (RFC 9457) with its status."""
    return HttpResponse(
        msgspec.json.encode(document, enc_hook=str),
        status=document["status"],
        content_type="application/problem+json",
    )


def request_digest(request: HttpRequest) -> str:
    """SHA-256 of method, address and body: what an idempotency key stands for."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    digest.update(request.body)
    return digest.hexdigest()


def clock() -> datetime:
    """The time, read once at the edge of a request."""
    return timezone.now()


def page(rows: list, *, size: int, after: Callable[[object], str]) -> dict:
    """A keyset page from `size` + 1 rows: items and the cursor of the next page, None at the end."""
    items = rows[:size]
    return {"items": items, "next": after(items[-1]) if len(rows) > size else None}
