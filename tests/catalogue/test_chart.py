"""One chart: drawn from the definition that runs, so it says what waits for what, and nothing else."""

from xml.etree import ElementTree as Xml

import pytest
from msgspec.structs import replace

from tests.catalogue.test_bundling import GUIDES
from tests.catalogue.test_lint import FOOD
from tests.catalogue.test_shipped import SHIPPED
from tongban.catalogue.queries import lists
from tongban.catalogue.rules import bundling, chart, situations
from tongban.catalogue.rules.guide import Step, StepKind, Text

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def step(code: str, *after: str, kind: StepKind = StepKind.REVIEW) -> Step:
    return Step(code=code, name=Text(zh=code, en=code), kind=kind, after=list(after))


FORKED = replace(
    FOOD,
    steps=[
        step("review"),
        step("survey", "review", kind=StepKind.SURVEY),
        step("experts", "review", kind=StepKind.EXPERT_REVIEW),
        step("decision", "survey", "experts", kind=StepKind.DECISION),
    ],
)


def test_what_runs_at_the_same_time_stands_in_one_column():
    drawn = chart.chart(FORKED)
    assert [(node.code, node.column, node.row) for node in drawn.nodes] == [
        ("receipt", 0, 0), ("acceptance", 1, 0), ("review", 2, 0), ("survey", 3, 0), ("experts", 3, 1),
        ("decision", 4, 0), ("delivery", 5, 0),
    ]  # fmt: skip
    assert drawn.arrows == (
        ("receipt", "acceptance"), ("acceptance", "review"), ("review", "survey"), ("review", "experts"),
        ("survey", "decision"), ("experts", "decision"), ("decision", "delivery"),
    )  # fmt: skip


def test_only_steps_of_article_45_are_drawn_as_not_counted():
    assert [node.code for node in chart.chart(FORKED).nodes if node.paused] == ["experts"]


def whole(content: bytes, codes: set[str]) -> None:
    """Every step once between start and end, every flow between steps that are there, all placed and reached."""
    root = Xml.fromstring(content)
    process = root.find(f"{BPMN}process")
    flows = process.findall(f"{BPMN}sequenceFlow")
    tasks = {part.get("id") for part in process if part.tag != f"{BPMN}sequenceFlow"}
    assert tasks == {code if code[0].isalpha() else f"n{code}" for code in codes} | {"start", "end"}
    assert all({flow.get("sourceRef"), flow.get("targetRef")} <= tasks for flow in flows)
    placed = {part.get("bpmnElement") for part in root.iter() if part.get("bpmnElement")}
    assert tasks | {flow.get("id") for flow in flows} <= placed
    reached, ahead = set(), ["start"]
    while ahead:
        here = ahead.pop()
        reached.add(here)
        ahead += [
            flow.get("targetRef")
            for flow in flows
            if flow.get("sourceRef") == here and flow.get("targetRef") not in reached
        ]
    assert reached == tasks


@pytest.mark.parametrize("guide", SHIPPED, ids=lambda guide: str(guide.number))
def test_the_bpmn_of_every_item_is_whole(guide):
    """Every step once, every flow between steps that are there, every element with its place."""
    steps = {step.code for step in guide.steps} | {"receipt", "acceptance", "delivery"}
    whole(chart.bpmn(chart.chart(guide), guide.base_code, guide.name.zh), steps)


def test_the_chart_of_a_situation_has_the_steps_that_apply():
    guide = next(guide for guide in SHIPPED if any(step.when for step in guide.steps))
    answers = {question.code: question.options[-1].value for question in guide.questions}
    wanted = [step.code for step in situations.resolve(guide, answers).steps]
    drawn = [node.code for node in chart.chart(guide, answers).nodes]
    assert sorted(drawn) == sorted(["receipt", "acceptance", *wanted, "delivery"])


def test_no_two_steps_stand_in_one_place():
    for guide in SHIPPED:
        places = [(node.column, node.row) for node in chart.chart(guide).nodes]
        assert len(places) == len(set(places))


@pytest.mark.parametrize("bundle", lists.bundles(), ids=lambda bundle: bundle.code)
def test_a_bundle_is_drawn_as_it_runs(bundle):
    """Every member once, in the column of its wave, behind what it waits for; whole as BPMN 2.0."""
    together = bundling.resolve(bundle, GUIDES, {})
    drawn = chart.of_bundle(together)
    columns = {node.code: node.column for node in drawn.nodes}
    assert set(columns) == {member.code for member in together.members} | {"receipt", "delivery"}
    assert all(columns[source] < columns[target] for source, target in drawn.arrows)
    waits = {(earlier, member.code) for member in together.members for earlier in member.link.after}
    assert {arrow for arrow in drawn.arrows if not {"receipt", "delivery"} & set(arrow)} == waits
    crossed = {(node.column, node.row) for node in drawn.nodes}
    rows = {node.code: node.row for node in drawn.nodes}
    for source, target in drawn.arrows:
        passed = {(column, rows[source]) for column in range(columns[source] + 1, columns[target])}
        assert not passed & crossed
    assert len(crossed) == len(drawn.nodes)
    whole(chart.bpmn(drawn, bundle.code, bundle.name.zh), set(columns))
