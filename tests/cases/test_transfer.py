"""Where a matter belongs after its case was moved."""

import pytest

from tongban.cases.rules import transfer

CITY, HERE, THERE = "511800", "511802", "511803"
TOWN, OTHER_TOWN, TOWN_THERE = "511802101", "511802001", "511803001"

# The place before, the division of the organ it is moved to, the place afterwards.
MOVES = [
    (TOWN, HERE, TOWN),  # up to the district: the town stays known
    (TOWN, CITY, TOWN),  # up to the city too
    (f"{TOWN}001", TOWN, f"{TOWN}001"),
    (HERE, CITY, HERE),
    (HERE, TOWN, TOWN),  # down to the town that acts
    (CITY, HERE, HERE),
    (TOWN, OTHER_TOWN, OTHER_TOWN),  # lodged in the wrong town,
    (TOWN, THERE, THERE),  # in the wrong district,
    (TOWN, TOWN_THERE, TOWN_THERE),  # or in a town of the wrong one
    ("", HERE, HERE),
]


@pytest.mark.parametrize(("before", "division", "after"), MOVES)
def test_article_32_a_matter_stays_where_it_is_within_the_new_organs_area_and_else_becomes_that(
    before, division, after
):
    assert transfer.place(before, division) == after
