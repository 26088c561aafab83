"""Finding an item by the words people use: names, synonyms, typos, pinyin; ranked, pure."""

from collections.abc import Sequence
from functools import lru_cache

import msgspec
from pypinyin import Style, lazy_pinyin
from rapidfuzz import fuzz, process, utils

from tongban.catalogue.rules.guide import Guide

_LEAST = 55.0


class Index(msgspec.Struct, frozen=True):
    """Every wording of every item, beside the item it stands for and its weight."""

    wordings: tuple[str, ...]
    owners: tuple[int, ...]
    weights: tuple[float, ...]


@lru_cache(maxsize=4)
def _index(codes: tuple[str, ...], wordings: tuple[tuple[tuple[str, float], ...], ...]) -> Index:
    del codes
    flat = [(words, owner, weight) for owner, group in enumerate(wordings) for words, weight in group]
    return Index(*(tuple(column) for column in zip(*flat, strict=True))) if flat else Index((), (), ())


def _wordings(guide: Guide) -> tuple[tuple[str, float], ...]:
    names = [(guide.name.zh, 1.0), (guide.name.en, 1.0)]
    return tuple(
        (utils.default_process(words), weight)
        for words, weight in [*names, *((word, 0.98) for word in guide.synonyms), (guide.result.name.zh, 0.9)]
    )


@lru_cache(maxsize=4)
def _spelled(codes: tuple[str, ...], wordings: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, int], ...]:
    """Each Chinese wording in pinyin letters, initials and whole, beside the item it stands for."""
    del codes
    return tuple(
        (letters, owner)
        for owner, group in enumerate(wordings)
        for words in group
        for style in (Style.FIRST_LETTER, Style.NORMAL)
        if len(letters := "".join(lazy_pinyin(words, style=style, errors="ignore"))) > 1
    )


def _by_pinyin(wanted: str, guides: tuple[Guide, ...]) -> dict[int, float]:
    """Scores by pinyin: letters that begin or stand in a spelled wording; two letters at least."""
    letters = wanted.replace(" ", "")
    if len(letters) < 2 or not (letters.isascii() and letters.isalpha()):
        return {}
    spelled = _spelled(tuple(g.base_code for g in guides), tuple((g.name.zh, *g.synonyms) for g in guides))
    best: dict[int, float] = {}
    for wording, owner in spelled:
        if letters in wording:
            score = (78.0 if wording.startswith(letters) else 62.0) + 20.0 * len(letters) / len(wording)
            best[owner] = max(best.get(owner, 0.0), score)
    return best


def rank(words: str, guides: tuple[Guide, ...]) -> list[tuple[Guide, float]]:
    """(guide, score 0–100) for `words`, best first; all guides with score 0 when nothing is asked.

    A wording that contains the words, or is contained in them, ranks above one that is only similar.
    """
    wanted = utils.default_process(words)
    if not wanted:
        return [(guide, 0.0) for guide in guides]
    index = _index(tuple(g.base_code for g in guides), tuple(_wordings(g) for g in guides))
    best = _by_pinyin(wanted, guides)
    for wording, score, place in process.extract(
        wanted, index.wordings, scorer=_score, limit=None, score_cutoff=_LEAST
    ):
        del wording
        owner = index.owners[place]
        best[owner] = max(best.get(owner, 0.0), score * index.weights[place])
    order = sorted(best, key=lambda owner: (-best[owner], guides[owner].number))
    return [(guides[owner], round(best[owner], 1)) for owner in order]


def _score(wanted: Sequence, wording: Sequence, *, score_cutoff: float | None = None) -> float:
    """Similarity of two wordings, 0–100."""
    if wanted == wording:
        return 100.0
    if wanted in wording or (len(wording) > 1 and wording in wanted):
        shorter, longer = sorted((len(wanted), len(wording)))
        return 80.0 + 19.0 * shorter / longer
    return fuzz.ratio(wanted, wording, score_cutoff=score_cutoff)
