"""People find an item in their own words: names, synonyms, scenes, typos and pinyin."""

import pytest

from tongban.catalogue import queries, shipped
from tongban.catalogue.rules.search import Index, fold, rank

GUIDES = tuple(shipped.guides())
INDEX = Index(GUIDES, {scene.key: scene.name.zh for scene in queries.scenes()}, queries.synonyms())
FOOD, COMPANY, PHARMACY, HOUSING_FUND, EIA = 4, 1, 6, 39, 24


def first(words: str) -> int:
    found = rank(words, INDEX)
    return found[0][0].number if found else 0


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("食品经营许可", FOOD),
        ("开餐馆", FOOD),
        ("食品经营许客", FOOD),  # a typo
        ("spjyxk", FOOD),
        ("shipinjingying", FOOD),
        ("SPJYXK", FOOD),
        ("开公司", COMPANY),
        ("kgs", COMPANY),
        ("yaodian", PHARMACY),
        ("gjj", HOUSING_FUND),
        ("公积金", HOUSING_FUND),
        ("环评", EIA),
        ("hp", EIA),
        ("food business licence", FOOD),
    ],
)
def test_the_first_result_is_what_was_meant(words, number):
    assert first(words) == number


@pytest.mark.parametrize("words", ["zzzzqq", "今天天气不错啊真好", "qq"])
def test_nothing_is_found_for_what_is_no_service(words):
    assert rank(words, INDEX) == []


def test_without_words_every_item_is_listed_in_its_order():
    assert [guide.number for guide, score in rank("  ", INDEX)] == [guide.number for guide in GUIDES]


def test_words_are_compared_without_case_width_and_signs():
    assert fold("　ＡＢＣ－食品（新办）  Food  Licence ") == "abc食品新办food licence"
