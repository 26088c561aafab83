"""What an organ's own system is told of an application, and what its answer gives. Pure.

Basis: configuration (docs/connectors.md).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tongban.catalogue.rules.guide import Outside

ARRIVES = frozenset({"received", "corrected"})  # events after which a case can go to its organ's system
REFERRED = "系统转人工办理。"
UNDELIVERED = "没有送达机关的系统，转人工办理。"


def receiver(asked: Outside, answers: Mapping[str, Any]) -> str:
    """The system's name in the directory: the item's, or the one the applicant chose. Basis: configuration."""
    return asked.receiver or str(answers[asked.chosen_by])


def body(asked: Outside, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The message's body: each answer that was given, at its dotted path. Basis: 个人信息保护法 Art 6 (no more)."""
    found: dict[str, Any] = {}
    for part in asked.sends:
        if answers.get(part.code) in (None, ""):
            continue
        *way, last = part.path.split(".")
        inner = found
        for name in way:
            inner = inner.setdefault(name, {})
        inner[last] = answers[part.code]
    return found


def produced(asked: Outside, answer: Mapping[str, Any]) -> dict[str, str]:
    """{code: words} of what the answer gives; of a list every member's value, in order. Basis: configuration."""
    found = {
        part.code: "、".join(_written(part.path, one) for one in _words(answer, part.path.split(".")))
        for part in asked.gives
    }
    return {code: words for code, words in found.items() if words}


def _words(value: object, way: list[str]) -> list[str]:
    """The values at a dotted path, as words; through lists, one of each member."""
    if isinstance(value, list):
        return [words for one in value for words in _words(one, way)]
    if way:
        return _words(value.get(way[0]), way[1:]) if isinstance(value, Mapping) else []
    said = isinstance(value, str | int) and not isinstance(value, bool) and value != ""
    return [str(value)] if said else []


def _written(path: str, words: str) -> str:
    """A word as people write it: an amount in fen, as its name says, in yuan; a day in Chinese."""
    if path.endswith("_fen") and words.isdecimal():
        return f"{int(words) / 100:,.2f} 元"
    try:
        on = date.fromisoformat(words) if len(words) == len("2026-11-03") else None
    except ValueError:
        on = None
    return f"{on.year}年{on.month}月{on.day}日" if on else words
