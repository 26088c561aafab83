"""Finding items by the words people use."""

from functools import lru_cache

import msgspec

from tongban.bilingual import queries as bilingual
from tongban.catalogue.queries.items import in_force, running
from tongban.catalogue.queries.lists import bundles
from tongban.catalogue.queries.tables import scenes, synonyms
from tongban.catalogue.rules import search as finding
from tongban.catalogue.rules.guide import Guide, Text
from tongban.catalogue.rules.lists import Bundle


class Found(msgspec.Struct, frozen=True):
    """A search result."""

    base_code: str
    name: Text
    summary: Text
    department: str
    promised: dict
    instant: bool
    visits: int
    score: float


def search(words: str, language: str = "zh-hans", audience: str = "") -> list[Found]:
    """Items for the words people use, best first; all items, by number, without words.

    Words in Tibetan or Yi find the guides whose approved translations hold them.
    """
    ranked = _translated(words, language) or finding.rank(words, _index(in_force()))
    return [
        Found(
            base_code=guide.base_code,
            name=guide.name,
            summary=guide.summary,
            department=guide.department,
            promised=msgspec.to_builtins(guide.promised),
            instant=guide.instant,
            visits=guide.visits,
            score=score,
        )
        for guide, score in ranked
        if not audience or audience in {kind.value for kind in guide.audiences}
    ]


def _translated(words: str, language: str) -> list[tuple[Guide, float]]:
    """Guides found by their approved translations in the reader's language; none for words in Chinese."""
    asked = words.strip()
    if not asked or language not in bilingual.LANGUAGES:
        return []
    said = bilingual.approved(language)
    meant = next((zh for (_part, zh), told in said.items() if told == asked), "")
    held = {zh for (part, zh), told in said.items() if part == "guides" and asked in told}
    guides = [row.guide for row in running(in_force())]
    found = [guide for guide in guides if {guide.name.zh, guide.summary.zh} & held]
    return [(guide, 1.0) for guide in found] or (finding.rank(meant, _index(in_force())) if meant else [])


def bundles_for(words: str) -> list[Bundle]:
    """The bundles that people mean by these words, at most three."""
    asked = finding.fold(words)
    return [
        bundle
        for bundle in bundles()
        if asked
        and any(
            word in asked or (len(asked) > 1 and asked in word)
            for word in map(finding.fold, (*bundle.words, bundle.name.zh, bundle.name.en))
        )
    ][:3]


@lru_cache(maxsize=2)
def _index(pairs: tuple[tuple[int, int], ...]) -> finding.Index:
    """The catalogue in force prepared for searching, made once until something is published."""
    guides = [row.guide for row in running(pairs)]
    return finding.Index(guides, {scene.key: scene.name.zh for scene in scenes()}, synonyms())
