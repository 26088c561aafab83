"""Languages whose words are approved one by one (藏文, 彝文): approved words are shown, all else in Chinese, marked.

A page in such a language is Chinese with approved fragments in it. Words are marked with noncharacters of
Unicode where they are spoken; `finished` turns the marks into elements with their `lang` once the page is
complete, and drops them where no element can stand: in attributes, titles, scripts, and answers that are no HTML.
"""

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Final

import msgspec
from django.utils.translation import gettext_lazy as _
from django.utils.translation import trans_real
from django.utils.translation.trans_real import DjangoTranslation

CONTEXT: Final = "\x04"  # between a message's context and its words, as gettext has it
INTERFACE, GUIDES, LETTERS, SIGNS = "interface", "guides", "letters", "signs"
# Noncharacters: they are in no text anybody types, and databases, templates and escaping let them pass.
_OPEN = {"bo": "\ufdd0", "ii": "\ufdd1", "": "\ufdd2"}  # "": Chinese that waits for a translation
_CLOSE = "\ufdd3"
COUNT: Final = "\ufdd4"  # stands for how many fragments of the page wait
_ANY = re.compile("[\ufdd0-\ufdd4]")
_IN_ADDRESS = re.compile("%EF%B7%9[0-4]")
_IN_JSON = re.compile(r"\\ufdd[0-4]")


class Tongue(msgspec.Struct, frozen=True):
    """One of the languages: its code, what it is called in its own script, and the Chinese word for it."""

    code: str
    local: str
    zh: object


# Their own names as Unicode CLDR gives them.
TONGUES = {
    "bo": Tongue("bo", "བོད་སྐད་", _("藏文")),
    "ii": Tongue("ii", "ꆈꌠꉙ", _("彝文")),
}


class Page(msgspec.Struct, frozen=True):
    """The page being made: its language and the words approved in it, {(part, Chinese): words}."""

    language: str
    words: Mapping[tuple[str, str], str]


Reader = Callable[[str], Mapping[tuple[str, str], str]]
_page: ContextVar[Page | None] = ContextVar("page", default=None)
_reader: list[Reader] = []  # of the room that keeps translations


def supply(reader: Reader) -> None:
    """From now on `reader` tells which words are approved in a language."""
    _reader[:] = [reader]


def open_page(language: str) -> object:
    """A page in `language` begins; give the answer to `close_page`. Nothing to do for Chinese and English."""
    if language not in TONGUES or not _reader:
        return _page.set(None)
    known = trans_real._translations  # type: ignore[attr-defined]  # where gettext finds a language
    if not isinstance(known.get(language), _Approved):
        known[language] = _Approved(language)
    return _page.set(Page(language, _reader[0](language)))


def close_page(token) -> None:
    _page.reset(token)


def language() -> str:
    """The language of the page being made, if it is one of these; else empty."""
    page = _page.get()
    return page.language if page else ""


def approved(part: str, chinese: str) -> str | None:
    """The approved words for exactly this Chinese in the page's language, without marks."""
    page = _page.get()
    return page.words.get((part, chinese)) if page else None


def told(part: str, chinese: str, *, key: str = "") -> str:
    """The approved words, marked with their language, or the Chinese, marked as waiting; as it is on other pages."""
    page = _page.get()
    if page is None or not chinese:
        return chinese
    words = page.words.get((part, key or chinese))
    return f"{_OPEN[page.language]}{words}{_CLOSE}" if words else f"{_OPEN['']}{chinese}{_CLOSE}"


class _Approved(DjangoTranslation):
    """gettext for such a language: what no translation is approved for falls back to Chinese."""

    def gettext(self, message: str) -> str:
        context, _between, words = message.rpartition(CONTEXT)
        chinese = super().gettext(message)
        return told(
            INTERFACE,
            words if CONTEXT in chinese else chinese,
            key=f"{context}::{words}" if context else words,
        )

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        context, _between, words = msgid1.rpartition(CONTEXT)
        chinese = super().ngettext(msgid1, msgid2, n)
        return told(
            INTERFACE,
            words if CONTEXT in chinese else chinese,
            key=f"{context}::{words}" if context else words,
        )


_TOKEN = re.compile(r"""<!--.*?-->|<(?:[^<>"']|"[^"]*"|'[^']*')*>""", re.DOTALL)
_RAW = re.compile(r"<(title|textarea|option|script|style)\b", re.IGNORECASE)
_ELEMENTS = {
    _OPEN["bo"]: '<span lang="bo">',
    _OPEN["ii"]: '<span lang="ii">',
    _OPEN[""]: '<span lang="zh-Hans" class="tb-waiting">',
    _CLOSE: "</span>",
}


def finished(html: str) -> str:
    """The page with its marks turned into elements; in attributes and where only text stands they are dropped."""
    parts, at, raw, waiting = [], 0, "", 0
    for token in _TOKEN.finditer(html):
        between, tag = html[at : token.start()], token[0]
        waiting += 0 if raw else between.count(_OPEN[""])
        parts += [_ANY.sub("", between) if raw else _ANY.sub(_element, between), unmarked(tag)]
        at = token.end()
        if raw:
            raw = "" if tag.lower().startswith(f"</{raw}") else raw
        elif opened := _RAW.match(tag):
            raw = opened[1].lower()
    parts.append(_ANY.sub(_element, html[at:]))
    return "".join(parts).replace(COUNT, str(waiting))


def _element(mark: re.Match) -> str:
    return _ELEMENTS.get(mark[0], mark[0])


def unmarked(text: str) -> str:
    """`text` without marks, however an address or JSON has written them."""
    return _IN_JSON.sub("", _IN_ADDRESS.sub("", _ANY.sub("", text)))
