"""Finding an item by the words people use: names, synonyms, scenes, typos, pinyin; ranked, pure.

Scores run to 100. What says the same stands above what contains, that above what shares words, that above
what is only similar or belongs to the same event of life.
"""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from rapidfuzz import fuzz, process

from tongban.catalogue.rules.guide import Guide

_SIMILAR = 62.0  # the least a typo may score
_COVERED = 0.3  # the least share of the words' weight an item must have
_SCENE = 50.0  # what belonging to a scene counts
_UNSAID = 0.93  # what is left to a sub-item that was not named
_REPLACED = 0.96  # a word of the table stands for what was said

# What people say around what they mean.
_AROUND = re.compile(
    "我想要?|我要|我们|帮我|请问|怎么|怎样|如何|哪里|在哪儿?|需要|什么|材料|手续|流程|可以|能不能|能否|申请|办理|咨询|一下|[办给的了吗呢吧啊个]"
)
_LATIN = re.compile("[a-z0-9]+")
_HAN = re.compile("[㐀-鿿]+")
_GAP = re.compile("(?<=[㐀-鿿]) | (?=[㐀-鿿])")


def fold(words: str) -> str:
    """Words as they are compared: narrow, lower case, letters and digits; one space between Latin words."""
    plain = unicodedata.normalize("NFKC", words).lower()
    kept = "".join(sign if sign.isalnum() else " " for sign in plain)
    return _GAP.sub("", " ".join(kept.split()))


class Index:
    """A catalogue prepared for searching: every wording of every item, made once and never changed.

    `scenes` gives the Chinese name of each scene's key; `synonyms` what a word people say stands for.
    """

    def __init__(
        self,
        guides: Sequence[Guide],
        scenes: Mapping[str, str] | None = None,
        synonyms: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.guides = tuple(guides)
        flat = [
            (fold(words), owner, weight)
            for owner, guide in enumerate(guides)
            for words, weight in _wordings(guide)
        ]
        self.wordings = [words for words, _, _ in flat]
        self.owners = [owner for _, owner, _ in flat]
        self.weights = [weight for _, _, weight in flat]
        self.scenes = {key: fold(name) for key, name in (scenes or {}).items()}
        self.synonyms = {
            fold(said): [fold(word) for word in meant] for said, meant in (synonyms or {}).items()
        }

    @cached_property
    def terms(self) -> dict[str, set[int]]:
        """Items by the pairs of signs and the Latin words in their wordings."""
        found: dict[str, set[int]] = defaultdict(set)
        for words, owner in zip(self.wordings, self.owners, strict=True):
            for term in _terms(words):
                found[term].add(owner)
        return dict(found)

    @cached_property
    def spelled(self) -> list[tuple[str, int]]:
        """Each Chinese wording in pinyin, initials and whole, beside the item it stands for."""
        from pypinyin import (
            lazy_pinyin,
        )  # its tables take a quarter second: only who is asked in letters reads them

        found = []
        for words, owner in zip(self.wordings, self.owners, strict=True):
            syllables = lazy_pinyin("".join(_HAN.findall(words)))
            if len(syllables) > 1:
                found += [("".join(s[0] for s in syllables), owner), ("".join(syllables), owner)]
        return found


def _wordings(guide: Guide) -> list[tuple[str, float]]:
    """Everything an item is called, with its weight."""
    names = [(guide.name.zh, 1.0), (guide.name.en, 1.0)]
    return [*names, *((word, 0.98) for word in guide.synonyms), (guide.result.name.zh, 0.9)]


def _terms(words: str) -> set[str]:
    """Pairs of neighbouring Chinese signs, and Latin words."""
    pairs = {run[n : n + 2] for run in _HAN.findall(words) for n in range(len(run) - 1)}
    return pairs | {word for word in _LATIN.findall(words) if len(word) > 2}


def rank(words: str, index: Index) -> list[tuple[Guide, float]]:
    """(guide, score 0–100) for `words`, best first; all guides with score 0 when nothing is asked."""
    wanted = fold(words)
    if not wanted:
        return [(guide, 0.0) for guide in index.guides]
    best: dict[int, float] = defaultdict(float)
    for phrase, weight in _phrases(wanted, index):
        for found in (_same(phrase, index), _shared(phrase, index), _similar(phrase, index)):
            for owner, score in found:
                best[owner] = max(best[owner], score * weight)
    for owner, score in (*_by_pinyin(wanted, index), *_by_scene(wanted, index)):
        best[owner] = max(best[owner], score)
    for owner in best:
        best[owner] *= _said(wanted, index.guides[owner])
    order = sorted(best, key=lambda owner: (-round(best[owner], 1), index.guides[owner].number))
    return [(index.guides[owner], round(best[owner], 1)) for owner in order]


def _said(wanted: str, guide: Guide) -> float:
    """A change, renewal or cancellation (a later sub-item) counts less than the item unless it is said."""
    later = guide.base_code[-3:] > "001"
    bracket = guide.name.zh.rpartition("（")[2].removesuffix("）")
    return _UNSAID if later and bracket not in wanted else 1.0


def _phrases(wanted: str, index: Index) -> list[tuple[str, float]]:
    """What was said, its core without the words around it, and what the synonyms in it stand for."""
    core = _AROUND.sub("", wanted)
    said = [(wanted, 1.0)] + ([(core, 0.99)] if len(core) > 1 and core != wanted else [])
    meant = [
        (phrase.replace(word, other), weight * _REPLACED)
        for phrase, weight in said
        for word, others in index.synonyms.items()
        if word in phrase
        for other in others
    ]
    return list(dict(reversed([*said, *meant])).items())


def _same(wanted: str, index: Index) -> Iterable[tuple[int, float]]:
    """Wordings that are the words, contain them or are contained in them; the nearer in length the better."""
    size, inside = len(wanted), _inside(wanted)
    for words, owner, weight in zip(index.wordings, index.owners, index.weights, strict=True):
        if wanted in words and inside(words):
            yield owner, weight * (100.0 if words == wanted else 80.0 + 19.0 * size / len(words))
        elif len(words) > 1 and words in wanted:
            yield owner, weight * (72.0 + 26.0 * len(words) / size)


def _inside(wanted: str) -> Callable[[str], object]:
    """Whether the words stand in a wording that has them: Latin ones only where a word begins."""
    if not wanted.isascii():
        return bool
    return re.compile(rf"(?<![a-z0-9]){re.escape(wanted)}").search


def _shared(wanted: str, index: Index) -> Iterable[tuple[int, float]]:
    """Items that have much of what is rare in the words."""
    terms = _terms(wanted)
    if len(terms) < 2:
        return
    count = len(index.guides)
    rarity = {term: math.log(1 + count / (1 + len(index.terms.get(term, ())))) for term in terms}
    covered: dict[int, float] = defaultdict(float)
    for term in terms:
        for owner in index.terms.get(term, ()):
            covered[owner] += rarity[term]
    whole = sum(rarity.values())
    for owner, weight in covered.items():
        if weight / whole >= _COVERED:
            yield owner, 50.0 + 29.0 * weight / whole


def _similar(wanted: str, index: Index) -> Iterable[tuple[int, float]]:
    """Wordings one slip away: for words of three signs or more."""
    if len(wanted) < 3:
        return
    for _, score, place in process.extract(
        wanted, index.wordings, scorer=fuzz.ratio, processor=None, limit=None, score_cutoff=_SIMILAR
    ):
        yield index.owners[place], 0.85 * score * index.weights[place]


def _by_pinyin(wanted: str, index: Index) -> Iterable[tuple[int, float]]:
    """Letters that begin a spelled wording or stand in it; two letters only begin one hardly longer."""
    letters = wanted.replace(" ", "")
    if len(letters) < 2 or not (letters.isascii() and letters.isalpha()):
        return
    for wording, owner in index.spelled:
        if letters in wording if len(letters) > 2 else wording.startswith(letters) and len(wording) < 5:
            yield owner, (72.0 if wording.startswith(letters) else 69.0) + 26.0 * len(letters) / len(wording)


def _by_scene(wanted: str, index: Index) -> Iterable[tuple[int, float]]:
    """Every item of a scene whose name the words are part of."""
    keys = {key for key, name in index.scenes.items() if len(wanted) > 1 and wanted in name}
    for owner, guide in enumerate(index.guides):
        if keys.intersection(guide.scenes):
            yield owner, _SCENE
