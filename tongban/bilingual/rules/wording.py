"""What a translation may contain: its own script, the placeholders of its Chinese, and nothing a page would obey."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

import msgspec

from tongban.engine.refusal import Refused

SCRIPTS = {"bo": (0x0F00, 0x0FFF), "ii": (0xA000, 0xA4CF)}  # Tibetan; Yi syllables and radicals
LONGEST = 4000
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_OBEYED = frozenset("<>&\"'`{}%\\")


class Source(msgspec.Struct, frozen=True):
    """A Chinese wording to be translated: its key in its part, the words, where they stand, their context."""

    key: str
    zh: str
    place: str = ""
    context: str = ""


def digest(zh: str, context: str = "") -> str:
    """What a translation is bound to: the very wording, in its context.

    Basis: configuration (译文与中文文本绑定，中文改动即失效).
    """
    return hashlib.sha256(f"{context}\x04{zh}".encode()).hexdigest()


def placeholders(words: str) -> Counter[str]:
    """The places where figures and names are put in."""
    return Counter(_PLACEHOLDER.findall(words))


def check(words: str, *, zh: str, language: str, source: str) -> str:
    """The words of a translation, trimmed, if they may stand for `zh` in `language`; `source` says who vouches.

    Refuses translation_empty, translation_too_long, translation_unvouched, translation_unreadable,
    translation_not_in_script, placeholders_differ (expected), markup_differs.
    Basis: configuration (译文须注明来源；不得以机器翻译充作译文).
    """
    text = words.strip()
    if not text:
        raise Refused("translation_empty")
    if len(text) > LONGEST:
        raise Refused("translation_too_long", most=LONGEST)
    if len(source.strip()) < 4:
        raise Refused("translation_unvouched")
    if any(unicodedata.category(mark) in {"Cc", "Cf", "Cn", "Co", "Cs"} for mark in text):
        raise Refused("translation_unreadable")
    first, last = SCRIPTS[language]
    if not any(first <= ord(mark) <= last for mark in text):
        raise Refused("translation_not_in_script", language=language)
    if placeholders(text) != placeholders(zh):
        raise Refused("placeholders_differ", expected=" ".join(sorted(placeholders(zh).elements())) or "—")
    if Counter(_TAG.findall(text)) != Counter(_TAG.findall(zh)) or _OBEYED & set(_plain(text)):
        raise Refused("markup_differs")
    return text


def _plain(words: str) -> str:
    return _TAG.sub("", _PLACEHOLDER.sub("", words))


NEAR = 0.6  # how alike two wordings of one place are, at least


def moved(gone: Sequence[Source], come: Sequence[Source]) -> dict[str, Source]:
    """{key of a new wording: the one it took the place of}: the most alike that went from the same place.

    Basis: configuration (中文改动后原译文待更新).
    """
    left, pairs = list(gone), {}
    for new in come:
        alike = [
            (SequenceMatcher(None, old.zh, new.zh).ratio(), old) for old in left if old.place == new.place
        ]
        ratio, old = max(alike, key=lambda pair: (pair[0], pair[1].key), default=(0.0, None))
        if old is not None and ratio >= NEAR:
            pairs[new.key] = old
            left.remove(old)
    return pairs
