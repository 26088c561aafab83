"""Competence: one organ for every place and day; the form of a devolution decides name, seal and respondent."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tongban.engine.competence import Competence, Devolution, Holding, Mode, competent, faults
from tongban.engine.refusal import Refused

CITY, COUNTY, OTHER_COUNTY, TOWN, CENTRE = 1, 2, 3, 4, 5
SINCE = date(2020, 1, 1)
JIUXIANG = "511823101"  # 汉源县九襄镇
HOLDINGS = (
    Holding(CITY, "511800", SINCE),
    Holding(COUNTY, "511823", SINCE),
    Holding(OTHER_COUNTY, "511802", SINCE),
)
DELEGATED = Devolution(
    mode=Mode.DELEGATION, grantor=COUNTY, grantee=TOWN, division=JIUXIANG, basis_rank=4,
    notice_on=date(2020, 8, 3), administrative=True, effective_from=date(2020, 9, 1),
)  # fmt: skip
AUTHORISED = replace(DELEGATED, mode=Mode.AUTHORISATION, basis_rank=3)
BY_LAW = replace(DELEGATED, mode=Mode.BY_LAW, basis_rank=1)


def own(organ: int) -> Competence:
    return Competence(acting=organ, in_name_of=organ, seal=organ, respondent=organ)


@pytest.mark.parametrize(
    ("place", "day", "devolution", "expected"),
    [
        ("511823101201", date(2020, 8, 31), DELEGATED, own(COUNTY)),  # the day before it takes effect
        ("511823101201", date(2020, 9, 1), DELEGATED,
         Competence(acting=TOWN, in_name_of=COUNTY, seal=COUNTY, respondent=COUNTY, mode=Mode.DELEGATION)),
        (JIUXIANG, date(2020, 9, 1), AUTHORISED,
         Competence(acting=TOWN, in_name_of=TOWN, seal=TOWN, respondent=TOWN, mode=Mode.AUTHORISATION)),
        (JIUXIANG, date(2020, 9, 1), BY_LAW,
         Competence(acting=TOWN, in_name_of=TOWN, seal=TOWN, respondent=TOWN, mode=Mode.BY_LAW)),
        ("511823102", date(2020, 9, 1), DELEGATED, own(COUNTY)),  # the next town
        ("511823", date(2020, 9, 1), DELEGATED, own(COUNTY)),  # the county as a whole
        ("511802", date(2020, 9, 1), DELEGATED, own(OTHER_COUNTY)),
        ("511800", date(2020, 9, 1), DELEGATED, own(CITY)),
        ("511827100", date(2020, 9, 1), DELEGATED, own(CITY)),  # no county holds it there
    ],
)  # fmt: skip
def test_who_acts_in_whose_name(place, day, devolution, expected):
    assert competent(place, day, HOLDINGS, [devolution]) == expected


def test_after_a_recall_the_county_acts_again():
    recalled = replace(DELEGATED, effective_to=date(2020, 12, 31))
    assert competent(JIUXIANG, date(2020, 12, 31), HOLDINGS, [recalled]).acting == TOWN
    assert competent(JIUXIANG, date(2021, 1, 1), HOLDINGS, [recalled]) == own(COUNTY)


def test_outside_every_area_nobody_is_competent():
    with pytest.raises(Refused, match="no_competent_organ"):
        competent("513221", SINCE, HOLDINGS)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ()),
        ({"basis_rank": None}, ("basis_too_low",)),
        ({"basis_rank": 5}, ("basis_too_low",)),
        ({"mode": Mode.AUTHORISATION}, ("basis_too_low",)),  # a rule may let delegate, not authorise
        ({"administrative": False}, ("grantee_not_administrative",)),
        ({"mode": Mode.AUTHORISATION, "basis_rank": 2, "administrative": False}, ()),  # Art 23: an organisation
        ({"notice_on": None}, ("not_announced",)),
        ({"notice_on": date(2020, 9, 2)}, ("not_announced",)),
        ({"division": "511823101201"}, ("not_a_township",)),
        ({"grantor": OTHER_COUNTY}, ("grantor_lacks_power",)),
        ({"grantor": TOWN, "grantee": CENTRE, "division": "511823101"}, ("no_redelegation", "competence_conflict")),
        ({"grantee": COUNTY}, ("to_itself",)),
        ({"effective_to": date(2020, 8, 1)}, ("ends_before_start",)),
        ({"grantee": CENTRE}, ("competence_conflict",)),
    ],
)  # fmt: skip
def test_administrative_licensing_law_articles_23_and_24(change, expected):
    others = [DELEGATED] if {"grantee"} & set(change) and "to_itself" not in expected else []
    assert faults(replace(DELEGATED, **change), HOLDINGS, others) == expected


days = st.dates(SINCE, date(2024, 12, 31))


@st.composite
def devolutions(draw) -> list[Devolution]:
    """Devolutions of one item as they can be entered: each without faults against those before it."""
    entered: list[Devolution] = []
    for _ in range(draw(st.integers(0, 5))):
        start = draw(days)
        one = replace(
            draw(st.sampled_from([DELEGATED, AUTHORISED, BY_LAW])),
            grantee=draw(st.integers(10, 13)),
            division=draw(st.sampled_from([JIUXIANG, "511823102"])),
            notice_on=start,
            effective_from=start,
            effective_to=draw(
                st.none() | st.integers(0, 400).map(lambda n, start=start: start + timedelta(days=n))
            ),
        )
        if not faults(one, HOLDINGS, entered):
            entered.append(one)
    return entered


@given(
    entered=devolutions(),
    day=days,
    place=st.sampled_from([JIUXIANG, "511823101005", "511823102", "511802001"]),
)
def test_at_any_moment_exactly_one_organ_is_competent(entered, day, place):
    found = competent(place, day, HOLDINGS, entered)
    moved = [d for d in entered if d.in_force(day) and place.startswith(d.division)]
    assert len(moved) <= 1
    assert found.acting == (moved[0].grantee if moved else competent(place, day, HOLDINGS).acting)
    assert found.seal == found.in_name_of == found.respondent
