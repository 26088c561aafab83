"""Who plays the stories: people with tokens at the server's own API, and what must hold."""

import time
from collections.abc import Callable
from io import BytesIO

import httpx
from PIL import Image, ImageDraw

from config import demo

WAIT_SECONDS = 60


class Broken(Exception):
    """A step of the story did not hold."""


class Actor:
    """One person of the story: a client with that person's token, taken back at the end."""

    def __init__(self, url: str, username: str, scopes: tuple[str, ...]) -> None:
        self.token, self.secret = demo.token(username, scopes)
        self.http = httpx.Client(
            base_url=f"{url}/api", headers={"Authorization": f"Bearer {self.secret}"}, timeout=30
        )

    def get(self, path: str) -> dict:
        return checked(self.http.get(path))

    def post(self, path: str, body: dict | None = None, **kwargs) -> dict:
        return checked(self.http.post(path, json=body if body is not None else {}, **kwargs))

    def put(self, path: str, body: dict) -> dict:
        return checked(self.http.put(path, json=body))

    def give(self, path: str, name: str, content: bytes) -> dict:
        return checked(self.http.post(path, files={"file": (name, content, "image/png")}))


def checked(answer: httpx.Response) -> dict:
    if answer.is_success:
        return answer.json()
    raise Broken(
        f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:400]}"
    )


def expect(held: bool, words: str) -> None:
    """A step of the story must be true."""
    if not held:
        raise Broken(words)


def wait(look: Callable, words: str):
    """What `look` finds within a minute; a story breaks with `words` when it finds nothing."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.2)
    raise Broken(words)


def page(part: dict) -> bytes:
    """A scanned page, drawn."""
    image = Image.new("RGB", (620, 877), "white")
    ImageDraw.Draw(image).text((60, 60), f"DEMO  {part['code']}", fill="black")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
