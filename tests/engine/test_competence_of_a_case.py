"""The competence a case keeps: given where it was received, who may accept it and where it may be moved."""

import pytest
from msgspec.structs import replace

from tests.engine.test_lifecycle import RECEIVE, Story
from tongban.engine.competence import Competence, Mode
from tongban.engine.lifecycle import Case, commands, evolve
from tongban.engine.lifecycle import events as e

TOWN, COUNTY, TOWN_CODE = 7, 8, "511802101"
OWN = Competence(acting=COUNTY, in_name_of=COUNTY, seal=COUNTY, respondent=COUNTY)
DELEGATED = Competence(
    acting=TOWN, in_name_of=COUNTY, seal=COUNTY, respondent=COUNTY, mode=Mode.DELEGATION, instrument="1号"
)
BY_LAW = Competence(
    acting=TOWN, in_name_of=TOWN, seal=TOWN, respondent=TOWN, mode=Mode.BY_LAW, instrument="2号"
)
IN_THE_TOWN = replace(RECEIVE, organ=TOWN, division=TOWN_CODE, place=TOWN_CODE, competence=DELEGATED)


@pytest.mark.parametrize(
    ("today", "kept", "refusal"),
    [
        (None, DELEGATED, None),  # nothing can have moved
        (DELEGATED, DELEGATED, None),
        (BY_LAW, BY_LAW, None),  # the form in force when it is accepted
        (OWN, DELEGATED, "organ_not_competent"),  # recalled: the county is competent now
    ],
)
def test_art_32_2_only_the_organ_competent_that_day_accepts(today, kept, refusal):
    story, accept = Story(IN_THE_TOWN), commands.Accept(competence=today)
    if refusal:
        assert story.refused(accept, "account:1", "2020-09-29") == refusal
    else:
        story.do(accept, "account:1", "2020-09-29")
    assert story.case.competence == kept


def test_art_32_4_silence_accepts_under_the_competence_of_the_receipt():
    story = Story(IN_THE_TOWN)
    story.do(commands.Accept(competence=OWN), "account:1", "2020-10-13")
    assert (story.case.deemed, story.case.competence) == (True, DELEGATED)


@pytest.mark.parametrize(
    ("to", "today", "kept", "refusal"),
    [
        (COUNTY, OWN, None, None),  # recalled
        (COUNTY, DELEGATED, DELEGATED, "organ_not_competent"),  # the town is still competent
        (9, None, None, None),  # lodged in the wrong county
    ],
)
def test_a_case_is_moved_only_to_the_organ_that_is_competent(to, today, kept, refusal):
    story = Story(IN_THE_TOWN)
    move = commands.Transfer(organ=to, division="511802", reason="职权已收回", competence=today)
    if refusal:
        assert story.refused(move, "account:1", "2020-09-29") == refusal
    else:
        story.do(move, "account:1", "2020-09-29")
    assert (story.case.competence, story.case.organ) == (kept, TOWN if refusal else to)


def test_an_event_from_before_there_was_a_place_still_folds():
    story = Story()
    stored = e.facts(story.history[0][0])
    del stored["place"], stored["competence"]
    again = evolve(Case(), e.load("received", stored), by=story.history[0][1], at=story.history[0][2])
    assert again == story.case
