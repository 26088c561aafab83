"""Local versions: a closed list of differences; the same application gets the same verdict in every county."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.catalogue.test_lint import FOOD, WORDS, material, step
from tests.catalogue.test_shipped import SHIPPED
from tongban.catalogue.rules import diff, guides, local
from tongban.catalogue.rules.completeness import MISSING, findings
from tongban.catalogue.rules.guide import Channel, Limit, Necessity, Source
from tongban.catalogue.rules.local import Overrides

EXTRA = replace(FOOD.materials[0], code="letter_of_the_village", source=Source.APPLICANT)


@pytest.mark.parametrize(
    ("overrides", "where"),
    [
        (Overrides(), []),
        (Overrides(promised=Limit(amount=3), without=["layout_flow_chart"], channels=[Channel.COURIER]), []),
        (Overrides(promised=Limit(amount=6)), ["promised"]),
        (Overrides(promised=Limit(amount=0)), ["promised"]),
        (Overrides(without=["letter"]), ["materials.letter"]),
        (Overrides(phone="0835-2221234", complaint_phone="0835-2221234"), ["complaint_phone"]),
    ],
)
def test_overrides_stay_within_the_closed_list(overrides, where):
    found = local.faults(FOOD, overrides)
    assert [finding.where for finding in found] == [f"{FOOD.base_code} {path}" for path in where]


def test_overrides_make_the_local_guide_and_are_found_again_in_it():
    overrides = Overrides(promised=Limit(amount=3), without=["layout_flow_chart"], channels=[Channel.COURIER])
    assert local.derive(FOOD, local.merge(FOOD, overrides)) == (overrides, [])


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda g: replace(g, materials=[*g.materials, EXTRA]), "materials.letter_of_the_village"),
        (lambda g: material(g, "layout_flow_chart", copies=3), "materials.layout_flow_chart.copies"),
        (lambda g: replace(g, conditions=[*g.conditions, WORDS]), "conditions"),
        (lambda g: replace(g, promised=Limit(amount=8)), "promised"),
        (lambda g: step(g, "survey", after=[]), "steps.survey.after.review"),
        (lambda g: replace(g, statutory=Limit(amount=20)), "statutory.amount"),
        (lambda g: replace(g, visits=1), "visits"),
    ],
)
def test_whatever_else_a_county_changes_is_a_fault_that_names_the_place(change, where):
    """优化营商环境条例 Art 35: no condition, material or step is added without law."""
    _, found = local.derive(FOOD, change(FOOD))
    assert found and all(finding.rule == "local_override" for finding in found)
    assert any(finding.where.split(" ", 1)[1].startswith(where) for finding in found), found


@pytest.mark.parametrize("guide", SHIPPED, ids=lambda guide: str(guide.number))
def test_a_guide_differs_from_itself_in_nothing_and_is_read_back_as_it_was(guide):
    assert diff.changes(guide, guides.from_plain(guides.plain(guide))) == []


def test_changes_are_named_by_code_with_old_and_new():
    changed = material(
        replace(FOOD, promised=Limit(amount=3)), "layout_flow_chart", necessity=Necessity.OPTIONAL
    )
    changed = replace(changed, questions=changed.questions[:-1])
    found = diff.changes(FOOD, changed)
    assert diff.Change("promised.amount", "5", "3") in found
    assert diff.Change("materials.layout_flow_chart.necessity", "required", "optional") in found
    assert {change.kind for change in found if change.path.startswith("questions.premises_tenure")} == {
        "removed"
    }
    assert not [
        change
        for change in found
        if not change.path.startswith(("promised", "materials.layout", "questions"))
    ]


@st.composite
def applications(draw):
    """An item, nine jurisdictions' overrides, and one application: answers, what was given, what was marked."""
    guide = draw(st.sampled_from(SHIPPED))
    codes = [part.code for part in guide.materials if part.brought]
    counties = [
        Overrides(
            promised=Limit(amount=1, unit=guide.promised.unit)
            if guide.promised.amount and draw(st.booleans())
            else None,
            channels=draw(st.lists(st.sampled_from(list(Channel)), unique=True)),
        )
        for _ in range(9)
    ]
    answers = {q.code: draw(st.sampled_from(q.options)).value for q in guide.questions}
    given_codes = draw(st.sets(st.sampled_from(codes))) if codes else set()
    marks = {
        part.code: draw(st.sets(st.sampled_from([MISSING, *(d.code for d in part.defects)])))
        for part in guide.materials
        if draw(st.booleans())
    }
    return guide, counties, answers, given_codes, marks


@settings(max_examples=150, deadline=None)
@given(applications())
def test_the_same_application_gets_the_same_verdict_in_all_nine_jurisdictions(application):
    """无差别受理: 优化营商环境条例 Art 35; M7."""
    guide, counties, answers, given_codes, marks = application
    verdicts = {findings(local.merge(guide, here), answers, given_codes, marks) for here in counties}
    assert verdicts == {findings(guide, answers, given_codes, marks)}


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_county_that_asks_for_less_never_finds_more(data):
    guide = data.draw(st.sampled_from(SHIPPED))
    codes = [part.code for part in guide.materials]
    less = Overrides(without=data.draw(st.lists(st.sampled_from(codes), unique=True)) if codes else [])
    answers = {q.code: data.draw(st.sampled_from(q.options)).value for q in guide.questions}
    here, standard = findings(local.merge(guide, less), answers, (), {}), findings(guide, answers, (), {})
    assert {finding.material for finding in here} == {f.material for f in standard} - set(less.without)
