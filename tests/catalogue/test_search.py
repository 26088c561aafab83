"""People find an item in their own words: names, synonyms, scenes, typos and pinyin."""

from pathlib import Path

import msgspec
import pytest
import yaml

from tongban.catalogue.rules.guide import Guide
from tongban.catalogue.rules.search import rank

FOLDER = Path(__file__).resolve().parents[2] / "tongban" / "catalogue" / "data" / "items"
GUIDES = tuple(
    msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), Guide)
    for path in sorted(FOLDER.glob("*.yaml"))
)
FOOD, COMPANY, PHARMACY, HOUSING_FUND, EIA = 4, 1, 6, 39, 24


def first(words: str) -> int:
    found = rank(words, GUIDES)
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
    assert rank(words, GUIDES) == []


def test_without_words_every_item_is_listed_in_its_order():
    assert [guide.number for guide, score in rank("  ", GUIDES)] == [guide.number for guide in GUIDES]
