"""The 48 guides written in full: whole, bilingual, free of faults, found by the words people use."""

import pytest

from tongban.catalogue import queries, shipped
from tongban.catalogue.rules.lint import lint

SHIPPED = shipped.written()


def test_the_items_written_in_full_are_numbered_without_a_gap():
    assert [guide.number for guide in SHIPPED] == list(range(1, 49))


def test_the_shipped_catalogue_has_no_fault():
    assert lint(SHIPPED) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("开餐馆", 4),
        ("食品经营许可", 4),
        ("食品经管许可", 4),
        ("restaurant", 4),
        ("公积金", 39),
        ("取水", 27),
        ("药店", 6),
        ("护士", 12),
        ("residence permit", 41),
    ],
)
def test_an_item_is_found_by_the_words_people_use(words, number):
    wanted = next(guide.base_code for guide in SHIPPED if guide.number == number)
    assert wanted in [found.base_code for found in queries.search(words)[:3]]


@pytest.mark.django_db
def test_words_that_mean_nothing_find_nothing():
    assert queries.search("zzqqxxyy") == []
