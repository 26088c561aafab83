"""Finding an item by the words people use: names, synonyms, typos; ranked, pure."""

from collections.abc import Sequence
from functools import lru_cache

import msgspec
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


def rank(words: str, guides: tuple[Guide, ...]) -> list[tuple[Guide, float]]:
    """(guide, score 0–100) for `words`, best first; all guides with score 0 when nothing is asked.

    A wording that contains the words, or is contained in them, ranks above one that is only similar.
    """
    wanted = utils.default_process(words)
    if not wanted:
        return [(guide, 0.0) for guide in guides]
    index = _index(tuple(g.base_code for g in guides), tuple(_wordings(g) for g in guides))
    best: dict[int, float] = {}
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
