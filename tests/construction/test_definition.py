"""The shipped definition: items that exist, gates that can open for every project, forms that fit together."""

import itertools

import msgspec
import pytest

from tongban.cases.queries.subjects import OfBundle
from tongban.catalogue import shipped
from tongban.catalogue.rules import bundling
from tongban.catalogue.rules.guide import FieldKind, Text
from tongban.construction.queries.definition import definition
from tongban.construction.rules.definition import WORKS, Definition, application
from tongban.engine import conditions, stages
from tongban.kit import forms

GUIDES = {guide.base_code: guide for guide in shipped.guides()}
TABLE = definition()


def values(field) -> list[str]:
    return ["yes", "no"] if field.kind is FieldKind.YES_NO else [option.value for option in field.options]


def projects(theme) -> list[dict[str, str]]:
    """Facts of every kind of project of a theme, as far as gates tell them apart."""
    deciding = {code for gate in TABLE.gates for code in conditions.codes(gate.when)}
    facts = list(TABLE.asked(theme)[1].fields)
    chosen = [values(field) if field.code in deciding else values(field)[:1] for field in facts]
    codes = [field.code for field in facts]
    return [theme.facts | dict(zip(codes, row, strict=True)) for row in itertools.product(*chosen)]


def test_every_item_of_the_matrix_is_in_the_shipped_catalogue():
    assert sorted(set(TABLE.codes) - set(GUIDES)) == []


def test_every_item_serves_enterprises_and_every_lead_is_a_department():
    departments = {guide.department for guide in GUIDES.values()}
    assert all("enterprise" in [a.value for a in GUIDES[code].audiences] for code in TABLE.codes)
    assert {stage.lead for stage in TABLE.stages} <= departments


def test_what_the_facts_answer_are_questions_the_items_ask():
    for row in TABLE.rows:
        asked = {
            question.code: {one.value for one in question.options} for question in GUIDES[row.code].questions
        }
        for question, how in row.answers.items():
            given = {how} if isinstance(how, str) else {one for many in how.values() for one in many.values()}
            assert given <= asked[question], (row.code, question)


@pytest.mark.parametrize("theme", TABLE.themes, ids=lambda theme: theme.code)
def test_no_gate_stays_closed_for_ever_and_every_stage_has_one_milestone(theme):
    for facts in projects(theme):
        plan = TABLE.plan(facts)
        here = {code for stage in plan for code in stage.codes} | {WORKS}
        for gate in TABLE.gates:
            if gate.opens in here and conditions.holds(gate.when, facts):
                assert here & set(gate.any_of), (gate, facts)
        assert all(sum(one.milestone for one in stage.branches) == 1 for stage in plan if not stage.parallel)


@pytest.mark.parametrize("theme", TABLE.themes, ids=lambda theme: theme.code)
def test_every_stage_opens_once_the_stages_before_it_are_done(theme):
    for facts in projects(theme):
        plan = TABLE.plan(facts)
        had: set[str] = {code for stage in plan if stage.parallel for code in stage.codes}
        for stage in plan:
            if stage.parallel:
                continue
            if stage.code == "completion":
                stages.check(TABLE.gates, [WORKS], outputs=had, facts=facts)
                had.add(WORKS)
            needed = stage.mandatory
            stages.check(TABLE.gates, needed, outputs=had, facts=facts, within=needed)
            had |= needed


@pytest.mark.parametrize("theme", TABLE.themes, ids=lambda theme: theme.code)
def test_the_one_form_of_every_stage_has_no_field_twice_and_takes_what_was_registered(theme):
    registered = {field.code: field for field in TABLE.carried}
    facts = max(projects(theme), key=lambda row: sum(value in {"yes", "report"} for value in row.values()))
    for planned in TABLE.plan(facts):
        codes = sorted(planned.codes)
        if not codes:
            continue
        order = stages.order(TABLE.gates, codes, outputs=[], facts=facts)
        defined = application(
            TABLE, TABLE.stage(planned.code), name=Text(zh="项目", en="Project"), order=order,
            given={code: Text(zh="登记", en="Registration") for code in registered}, home="/",
        )  # fmt: skip
        guides = {code: GUIDES[code] for code in codes}
        stored = {
            code: "new" if field.kind is FieldKind.CHOICE else "1" for code, field in registered.items()
        }
        whole = OfBundle(defined.bundle, guides, defined, stored).resolve({})
        flat = [
            field.code
            for section in (*whole.sections, *whole.given)
            if section.rows is None
            for field in section.fields
        ]
        assert len(flat) == len(set(flat)), planned.code
        pages = [section.code for section in whole.sections]
        assert len(pages) == len(set(pages)), planned.code
        for one in bundling.resolve(defined.bundle, guides, {}).asked:
            if one.code in registered:
                assert forms.fits(one, _sample(registered[one.code])), (planned.code, one.code)


def _sample(field):
    return {FieldKind.CHOICE: "new", FieldKind.MONEY: "12.50", FieldKind.DECIMAL: "12.50"}.get(
        field.kind, "文字"
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"gates": [{"opens": "000000000000", "any_of": [WORKS], "law": "fire", "article": "1"}]}, "names"),
        ({"gates": [{"opens": WORKS, "any_of": [WORKS], "law": "none", "article": "1"}]}, "has no name"),
        ({"items": {}, "gates": []}, "do not name the same stages"),
    ],
)
def test_a_definition_that_does_not_fit_together_is_refused(change, fault):
    parts = msgspec.json.decode(msgspec.json.encode(TABLE))
    with pytest.raises(ValueError, match=fault):
        msgspec.convert({**parts, **change}, Definition)


@pytest.mark.parametrize(
    "change",
    [
        {"when": "colour=red"},
        {"mandatory": "colour=red"},
        {"answers": {"land_kind": {"colour": {"red": "new_land"}}}},
    ],
)
def test_conditions_and_answers_rest_only_on_facts_somebody_gives(change):
    parts = msgspec.json.decode(msgspec.json.encode(TABLE))
    parts["items"]["land"][0] |= change
    with pytest.raises(ValueError, match="colour"):
        msgspec.convert(parts, Definition)


def test_a_page_of_the_form_names_no_field_twice():
    fields = [code for page in TABLE.pages for code in page.fields]
    assert len(fields) == len(set(fields))


@pytest.mark.parametrize("part", ["gates", "items"])
def test_a_word_the_tables_do_not_know_is_a_fault(part):
    parts = msgspec.json.decode(msgspec.json.encode(TABLE))
    row = parts["gates"][0] if part == "gates" else parts["items"]["land"][0]
    row["wen"] = "land=granted"
    with pytest.raises(msgspec.ValidationError, match="wen"):
        msgspec.convert(parts, Definition)
