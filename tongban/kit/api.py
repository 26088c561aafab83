"""What every room's API shares: JSON by msgspec, problem documents, idempotency keys, keyset pages."""

import hashlib
from collections.abc import Callable
from datetime import datetime

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.parser import Parser
from ninja.renderers import BaseRenderer


class JsonRenderer(BaseRenderer):
    """Answers as JSON; instants and dates in ISO 8601."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: object, *, response_status: int) -> bytes:
        return msgspec.json.encode(data, enc_hook=str)


class JsonParser(Parser):
    """Request bodies as JSON."""

    def parse_body(self, request: HttpRequest) -> dict:
        return msgspec.json.decode(request.body)


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
