"""A person at a browser: reads, clicks and types as people do, by the words on the page."""

import re
from io import BytesIO

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page

from tongban.people import queries
from tongban.people.seeding import DEMO_PASSWORD


class Person:
    """One page of one browser. `sees` and `sees_not` are the assertions; the rest acts."""

    def __init__(self, page: Page, username: str = "") -> None:
        self.page = page
        self.username = username

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def opens(self, path: str) -> "Person":
        self.page.goto(path)
        return self

    def sees(self, *words: str) -> "Person":
        for word in words:
            self._expects(word, shown=True)
        return self

    def sees_not(self, *words: str) -> "Person":
        for word in words:
            self._expects(word, shown=False)
        return self

    def _expects(self, word: str, *, shown: bool) -> None:
        """Waits a little for the page to come; says what it shows instead."""
        for _ in range(30):
            if (word in self._text()) is shown:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(
            f"{word} {'not' if shown else 'still'} at {self.page.url}:\n{self._text()[:1500]}"
        )

    def _text(self) -> str:
        self.page.wait_for_load_state()
        return self.main.inner_text()

    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def clicks(self, name: str, *, exact: bool = True) -> "Person":
        """The link or button of this name in the page's content."""
        words = re.compile(rf"^\s*{re.escape(name)}(\s+[A-Z])?\s*$") if exact else name  # a key may follow
        link, button = (self.main.get_by_role(role, name=words) for role in ("link", "button"))
        link.or_(button).first.click()
        return self

    def types(self, label: str, words: str) -> "Person":
        optional = re.compile(rf"^\s*{re.escape(label)}\s*(（选填）|\(optional\))?\s*$")
        self.main.get_by_label(optional).fill(words)
        return self

    def picks(self, label: str) -> "Person":
        """A radio button, a checkbox, or the place of the same name."""
        self.main.get_by_label(label).first.check()
        return self

    def signs_in(self, username: str) -> "Person":
        """With the password and, for staff, the code of the moment."""
        self.username = username
        self.page.locator("#id_login").fill(username)
        self.page.locator("#id_password").fill(DEMO_PASSWORD)
        self.main.locator("button[type=submit]").first.click()
        if "/2fa/authenticate/" in self.page.url:
            self.page.locator("#id_code").fill(queries.demo_code(username))
            self.main.locator("button[type=submit]").first.click()
        return self

    def signs(self, name: str = "王晓梅") -> "Person":
        """Declares, states the name and proves who signs; the application goes out with the next click."""
        self.page.locator("#declare").check()
        self.page.locator("#name").fill(name)
        self.page.locator("#secret").fill(DEMO_PASSWORD)
        return self

    def gives_file(self, name: str, content: bytes, kind: str = "image/png") -> "Person":
        self.page.locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": kind, "buffer": content}
        )
        return self

    def reloads_until(self, word: str, tries: int = 40) -> "Person":
        """Letters are issued by the worker moments later."""
        for _ in range(tries):
            if word in self.main.inner_text():
                break
            self.page.wait_for_timeout(250)
            self.page.reload()
        return self.sees(word)


def scan(words: str) -> bytes:
    """A scanned page."""
    image = Image.new("RGB", (310, 438), "white")
    ImageDraw.Draw(image).text((30, 30), words, fill="black")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
