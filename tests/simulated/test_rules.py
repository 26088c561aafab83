"""A change of parameters affects exactly the opinions that rest on them, whatever the parameters and the change."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tongban.catalogue import shipped
from tongban.catalogue.rules.guide import Text
from tongban.simulated import queries, rules

ON, LATER = date(2026, 11, 3), date(2027, 11, 3)
FIELDS = ("a", "b", "c", "d")
NAME = Text(zh="甲", en="A")
ANSWERS = st.fixed_dictionaries({code: st.sampled_from(["1", "2", None]) for code in FIELDS})
RESTS = st.lists(st.sampled_from(FIELDS), min_size=1, unique=True)


@st.composite
def items(draw):
    rests = draw(st.lists(RESTS, min_size=1, max_size=4))
    aspects = [
        rules.Aspect(code=f"x{n}", step=draw(st.sampled_from(["p", "q"])), name=NAME, rests_on=rest)
        for n, rest in enumerate(rests)
    ]
    return rules.Item(precondition=NAME, aspects=aspects)


def opinion(aspect: rules.Aspect, answers: dict, passed: bool = True) -> rules.Opinion:
    return rules.Opinion(
        aspect=aspect.code, passed=passed, digest=rules.digest(aspect, answers), valid_until=ON
    )


@given(items(), ANSWERS, ANSWERS)
def test_changed_parameters_affect_exactly_the_opinions_that_rest_on_them(item, before, after):
    moved = rules.changed(rules.parameters(item.aspects, before), rules.parameters(item.aspects, after))
    fallen = rules.affected(item.aspects, moved)
    for aspect in item.aspects:
        differs = any(before[code] != after[code] for code in aspect.rests_on)
        standing = rules.standing(opinion(aspect, before), aspect, after, ON)
        assert (standing == "changed") == differs == (aspect.code in fallen)


@given(items(), ANSWERS, ANSWERS, st.booleans(), st.booleans(), st.sampled_from([ON, LATER]))
def test_it_converts_only_with_the_precondition_and_valid_favourable_opinions_on_everything(
    item, before, after, precondition, passed, on
):
    opinions = [opinion(aspect, before, passed) for aspect in item.aspects]
    whole = all(rules.standing(one, item.aspect(one.aspect), after, on) == "valid" for one in opinions)
    try:
        rules.may_convert(item, opinions, after, precondition=precondition, on=on)
        converts = True
    except rules.Refused:
        converts = False
    assert converts == (precondition and whole and passed)


@given(st.integers(1, 9999))
def test_no_number_of_a_simulation_could_be_a_cases_or_a_documents(serial):
    assert len(rules.number("511803", ON, serial)) == 20  # a case has 43 signs, checked by the database
    assert "模拟" in rules.opinion_number("名住建", 2026, serial)


def test_the_shipped_table_names_steps_and_fields_its_guides_have():
    guides = {guide.base_code: guide for guide in shipped.written()}
    for rule in queries.table():
        for code, item in rule.items.items():
            guide = guides[code]
            steps = {step.code for step in guide.steps if step.kind != "decision"}
            fields = {field.code for section in guide.form for field in section.fields}
            assert {aspect.step for aspect in item.aspects} == steps
            for aspect in item.aspects:
                assert set(aspect.rests_on) <= fields
