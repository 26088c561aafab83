"""Coverage figures are computed from the catalogue by formulas that are shown, and name what they leave out."""

from fractions import Fraction

import pytest
from msgspec.structs import replace

from tests.catalogue.test_lint import FOOD, WORDS, served
from tests.catalogue.test_shipped import SHIPPED
from tongban.catalogue.rules import figures
from tongban.catalogue.rules.guide import Kind, Limit, Unit

KEPT_OUT = served(FOOD, in_hall=False, kept_out=WORDS)
NOT_YET = served(FOOD, in_hall=False)
SERVICE = replace(FOOD, kind=Kind.PUBLIC_SERVICE)
THREE = [FOOD, KEPT_OUT, replace(SERVICE, visits=2, online_depth=2)]


def shares(guides, running=()) -> dict[str, tuple[int, int]]:
    return {figure.key: (figure.counted, figure.of) for figure in figures.coverage(guides, running)}


@pytest.mark.parametrize(
    ("key", "guides", "expected"),
    [
        ("approvals_in_hall", [FOOD, FOOD, NOT_YET], (2, 3)),
        ("approvals_in_hall", [FOOD, KEPT_OUT], (1, 1)),  # the negative list is left out of the base
        ("in_hall", [FOOD, KEPT_OUT], (1, 2)),  # … but not of all items
        ("general_window", [FOOD, KEPT_OUT, served(FOOD, window="")], (1, 2)),
        ("online", THREE, (2, 3)),
        ("fully_online", [FOOD, replace(FOOD, online_depth=3)], (1, 2)),
        ("one_visit", THREE, (2, 3)),
        ("no_visit", [FOOD, replace(FOOD, visits=1)], (1, 2)),
        ("instant", [FOOD, replace(FOOD, instant=True)], (1, 2)),
        ("online", [], (0, 0)),
    ],
)
def test_a_share_counts_what_its_formula_says(key, guides, expected):
    assert shares(guides)[key] == expected


def test_what_no_organ_runs_is_not_on_the_platform_and_is_named():
    other = replace(FOOD, base_code="000131900000")
    (figure,) = [f for f in figures.coverage([FOOD, other], {FOOD.base_code}) if f.key == "on_platform"]
    assert (figure.share, figure.missing) == (Fraction(1, 2), (other,))


def test_without_items_there_is_no_share():
    assert {figure.share for figure in figures.coverage([], ())} == {None}
    assert figures.compression([]) is None


def test_promises_are_held_against_the_statute_in_working_days():
    fortnight = replace(FOOD, statutory=Limit(amount=14, unit=Unit.CALENDAR_DAYS), promised=Limit(amount=5))
    assert figures.compression([fortnight]) == Fraction(1, 2)
    assert figures.compression([FOOD, fortnight]) == 1 - Fraction(10, 20)


def test_every_figure_has_words_and_a_formula_and_counts_no_more_than_there_is():
    for figure in figures.coverage(SHIPPED, {guide.base_code for guide in SHIPPED}):
        assert figure.name.zh and figure.name.en and "÷" in figure.formula.zh and "÷" in figure.formula.en
        assert figure.counted + len(figure.missing) == figure.of
