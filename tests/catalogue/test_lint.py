"""Lint of the catalogue: each rule finds the fault planted for it, where it stands, and nothing else does."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.catalogue.test_shipped import SHIPPED
from tongban.catalogue import queries
from tongban.catalogue.rules.guide import (
    Basis,
    Channel,
    Fee,
    Field,
    FieldKind,
    Founding,
    Guide,
    Limit,
    Necessity,
    Outside,
    Print,
    Rows,
    Source,
    StepKind,
    Support,
    Text,
    Unit,
)
from tongban.catalogue.rules.lint import RULES, lint, lint_item, lint_phones, lint_references
from tongban.catalogue.rules.lint.finding import SUSPICION

FOOD = next(guide for guide in SHIPPED if guide.number == 4)
WORDS = Text(zh="说明", en="Words")
LAW = FOOD.basis[0]


def material(guide: Guide, code: str, **change) -> Guide:
    parts = [replace(part, **change) if part.code == code else part for part in guide.materials]
    return replace(guide, materials=parts)


def step(guide: Guide, code: str, **change) -> Guide:
    return replace(guide, steps=[replace(s, **change) if s.code == code else s for s in guide.steps])


def served(guide: Guide, **change) -> Guide:
    return replace(guide, service=replace(guide.service, **change))


def printed(guide: Guide, part: Print) -> Guide:
    return replace(guide, result=replace(guide.result, prints=[*guide.result.prints, part]))


def first_field(guide: Guide, **change) -> Guide:
    section = guide.form[0]
    changed = replace(section, fields=[replace(section.fields[0], **change), *section.fields[1:]])
    return replace(guide, form=[changed, *guide.form[1:]])


def files_field(guide: Guide, **change) -> Guide:
    """The guide with a field of files at the end of its first section."""
    label = Text(zh="现场照片", en="Photographs")
    asked = replace(Field(code="site_photos", label=label, kind=FieldKind.FILE), **change)
    return first_section(guide, fields=[*guide.form[0].fields, asked])


def first_section(guide: Guide, **change) -> Guide:
    return replace(guide, form=[replace(guide.form[0], **change), *guide.form[1:]])


def named_chef(guide: Guide, name: str = "chef_name") -> Guide:
    """The guide with a field for a person's ID number at the end of its first section, and one called `name`."""
    asked = [
        Field(code=name, label=WORDS),
        Field(code="chef_id_number", label=WORDS, kind=FieldKind.ID_NUMBER),
    ]
    return first_section(guide, fields=[*guide.form[0].fields, *asked])


OUTSIDE = Outside(kind="x.asked", granted="x.granted", referred="x.referred")
PLANTED: list[tuple[str, str, Callable[[Guide], Guide]]] = [
    ("instant_promise", "instant", lambda g: step(replace(g, promised=Limit(amount=0)), "survey", limit=None)),
    ("promise_within_statute", "promised", lambda g: replace(g, promised=Limit(amount=11))),
    ("promise_within_statute", "promised",
     lambda g: replace(g, promised=Limit(amount=10), statutory=Limit(amount=13, unit=Unit.CALENDAR_DAYS))),
    ("statute_zero_only_instant", "statutory", lambda g: replace(g, statutory=Limit(amount=0))),
    ("limits_not_negative", "steps.review", lambda g: step(g, "review", limit=Limit(amount=-1))),
    ("result_name", "result.kind", lambda g: replace(g, result=replace(g.result, kind="document"))),
    ("result_name", "result.name", lambda g: replace(g, result=replace(g.result, name=Text(zh="回执", en="Slip")))),
    ("visits", "visits_reason", lambda g: replace(g, visits=1, online_depth=3)),
    ("visits", "visits_reason", lambda g: replace(g, visits_reason=WORDS)),
    ("visits", "visits", lambda g: replace(g, visits=1, visits_reason=WORDS)),
    ("visits", "online_depth", lambda g: replace(g, online_depth=1)),
    ("licence_has_faq", "faq", lambda g: replace(g, faq=[])),
    ("setting_basis", "basis", lambda g: replace(g, basis=[])),
    ("setting_basis", "basis", lambda g: replace(g, basis=[replace(LAW, rank=5)])),
    ("material_basis", "materials.layout_flow_chart",
     lambda g: material(g, "layout_flow_chart", basis=Basis(law=Text(zh=" ", en="None"), article="", rank=6))),
    ("fee_complete", "fees.0",
     lambda g: served(replace(g, fees=[Fee(name=WORDS, standard=Text(zh="", en="ten yuan"), basis=LAW)]),
                      supports=[Support.ONLINE_PAYMENT])),
    ("paid_online", "service.supports", lambda g: replace(g, fees=[Fee(name=WORDS, standard=WORDS, basis=LAW)])),
    ("paid_online", "service.supports", lambda g: served(g, supports=[Support.ONLINE_PAYMENT])),
    ("reachable_without_visit", "service.channels",
     lambda g: served(replace(g, online_depth=3), channels=[Channel.WINDOW])),
    ("topics_fit_audiences", "service.person_topics", lambda g: served(g, person_topics=["housing"])),
    ("topics_fit_audiences", "service.enterprise_topics", lambda g: served(g, enterprise_topics=[])),
    ("kept_out_with_ground", "service.kept_out", lambda g: served(g, in_hall=False)),
    ("kept_out_with_ground", "service.kept_out", lambda g: served(g, kept_out=WORDS)),
    ("base_code", "base_code", lambda g: replace(g, base_code="002031001000")),
    ("serves_somebody", "levels", lambda g: replace(g, levels=[])),
    ("words", "summary", lambda g: replace(g, summary=Text(zh="说明", en="中文说明在这里"))),
    ("unique_codes", "steps.review", lambda g: replace(g, steps=[g.steps[0], *g.steps])),
    ("checklist", "materials.layout_flow_chart", lambda g: material(g, "layout_flow_chart", defects=[])),
    ("conditions", "steps.survey", lambda g: step(g, "survey", when={"weather": ["fine"]})),
    ("conditions", "steps.survey", lambda g: step(g, "survey", when={"business_type": ["mine"]})),
    ("questions", "questions.business_type",
     lambda g: replace(g, questions=[replace(g.questions[0], when={"premises_tenure": ["owned"]}), *g.questions[1:]])),
    ("fields", "fields", lambda g: first_field(g, options=g.questions[0].options)),
    ("fields", "form", lambda g: first_section(g, rows=Rows(one=WORDS, minimum=3, maximum=2))),
    ("fields", "form", lambda g: first_section(g, rows=Rows(one=WORDS))),  # filled in from what is known
    ("unique_codes", "fields.company_name", lambda g: first_section(g, code="company_name", rows=Rows(one=WORDS))),
    ("asked_above", "fields.company_name", lambda g: first_field(g, only_if={"company_uscc": ["1"]})),
    ("asked_above", "fields.company_name", lambda g: first_field(g, only_if="非 weather=fine")),
    ("conditions", "steps.survey", lambda g: step(g, "survey", when="非 (weather=fine 或 business_type=canteen)")),
    ("conditions", "fees.", lambda g: served(replace(g, fees=[Fee(name=WORDS, standard=WORDS, basis=LAW, when={"x": ["y"]})]),
                                             supports=[Support.ONLINE_PAYMENT])),
    ("fields", "fields", lambda g: first_field(g, prefill="person.shoe_size")),
    ("fields", "fields", lambda g: files_field(g, maximum=21)),
    ("fields", "fields", lambda g: files_field(g, minimum=2)),
    ("fields", "fields", lambda g: files_field(g, prefill="person.name")),
    ("fields", "fields", lambda g: first_section(
        files_field(g), rows=Rows(one=WORDS), fields=[*files_field(g).form[0].fields[-1:]])),
    ("files_can_be_told", "fields.site_photos",
     lambda g: replace(files_field(g), materials=[m for m in g.materials if m.source is not Source.FORM])),
    ("prints_known", "result.prints.site_photos",
     lambda g: printed(files_field(g), Print(code="site_photos", label=WORDS))),
    ("prints_known", "result.prints.shoe_size", lambda g: printed(g, Print(code="shoe_size", label=WORDS))),
    ("unique_codes", "result.prints.company_name", lambda g: printed(g, g.result.prints[0])),
    ("steps_known", "steps.survey", lambda g: step(g, "survey", after=["weighing"])),
    ("steps_known", "steps.review", lambda g: step(g, "review", after=["survey"])),
    ("one_decision_last", "steps", lambda g: step(g, "decision", kind=StepKind.REVIEW)),
    ("one_decision_last", "steps.decision", lambda g: step(g, "decision", after=["review"])),
    ("steps_within_promise", "steps", lambda g: step(g, "survey", limit=Limit(amount=4))),
    ("handled_outside", "steps", lambda g: replace(g, outside=replace(OUTSIDE, receiver="tax"))),
    ("handled_outside", "outside.receiver", lambda g: replace(g, outside=OUTSIDE)),
    ("founding", "founds.head_id", lambda g: replace(g, founds=Founding(category="1", company="company_name"))),
    ("signers", "signers.company_name", lambda g: replace(g, signers=["company_name"])),
    ("signers", "signers.chef_id_number", lambda g: replace(g, signers=["chef_id_number"])),
    ("signers", "signers.chef_id_number", lambda g: replace(named_chef(g, "chef_age"), signers=["chef_id_number"])),
    ("signers", "signers.chef_id_number", lambda g: replace(named_chef(g), signers=["chef_id_number"] * 2)),
    ("takers", "fields.company_name", lambda g: first_field(g, takers="seal.order")),
]  # fmt: skip


# What the same fault breaks as well.
ALONGSIDE = {
    "instant_promise": {"steps_within_promise"},
    "statute_zero_only_instant": {"promise_within_statute"},
    "material_basis": {"words", "suspect_material"},
    "fee_complete": {"words"},
    "steps_known": {"one_decision_last"},
    "unique_codes": {"fields", "prints_known"},
    "fields": {"prints_known"},
}


@pytest.mark.parametrize(("rule", "where", "plant"), PLANTED)
def test_a_planted_fault_is_found_by_its_rule_and_by_no_other(rule, where, plant):
    found = lint_item(plant(FOOD))
    assert rule in {finding.rule for finding in found} <= {rule, *ALONGSIDE.get(rule, ())}, found
    assert any(
        finding.rule == rule and finding.where.split(" ", 1)[1].startswith(where) for finding in found
    ), found
    assert all(finding.message.zh and finding.message.en for finding in found)


def test_a_field_of_files_breaks_no_rule_whatever_law_it_rests_on():
    assert lint_item(files_field(FOOD)) == lint_item(files_field(FOOD, maximum=6, minimum=2)) == []


def test_who_signs_too_is_named_by_number_and_name_in_one_section():
    assert lint_item(replace(named_chef(FOOD), signers=["chef_id_number"])) == []
    assert lint_item(replace(named_chef(FOOD, "chef"), signers=["chef_id_number"])) == []


def test_every_rule_has_a_fault_planted_for_it():
    """Suspicions have theirs in test_disguised.py."""
    assert {rule for rule, _, _ in PLANTED} == {rule for rule in RULES if not rule.startswith(SUSPICION)}


def test_what_sharing_provides_may_not_be_asked_for():
    """716号令 Art 7, 10."""
    shared = next(part for part in FOOD.materials if part.source is Source.SHARED)
    asking = material(FOOD, shared.code, source=Source.APPLICANT, defects=FOOD.materials[0].defects)
    rest = [guide for guide in SHIPPED if guide is not FOOD]
    assert ("shared_not_asked", f"{FOOD.base_code} materials.{shared.code}") in {
        (finding.rule, finding.where) for finding in lint([*rest, asking])
    }


def test_one_data_element_has_one_kind_and_one_code_one_item():
    food = material(FOOD, "business_licence", held_from=[])
    changed = first_field(replace(food, base_code="000131009000", number=99), kind=FieldKind.DATE)
    assert {finding.rule for finding in lint([food, changed])} == {"field_kinds"}
    assert {finding.rule for finding in lint([food, food])} == {"unique_items"}


def test_a_held_licence_replaces_a_material_only_as_the_result_of_an_item_that_exists():
    """716号令 Art 7, 10."""
    lost = material(FOOD, "business_licence", held_from=["000131002000", "999999999999"])
    found = lint([*(guide for guide in SHIPPED if guide is not FOOD), lost])
    assert [(finding.rule, finding.where) for finding in found] == [
        ("held_from_known", f"{FOOD.base_code} materials.business_licence.held_from.999999999999")
    ]


@pytest.mark.django_db
def test_the_shipped_guides_point_only_at_keys_that_are_there():
    assert lint_references(SHIPPED, queries.tables()) == []


@pytest.mark.django_db
def test_a_key_that_is_in_no_table_is_named():
    lost = served(replace(FOOD, scenes=["open_bar"]), window="roof", joint=["weather_bureau"])
    assert [finding.where for finding in lint_references([lost], queries.tables())] == [
        f"{FOOD.base_code} scenes.open_bar",
        f"{FOOD.base_code} service.window.roof",
        f"{FOOD.base_code} service.joint.weather_bureau",
    ]


@pytest.mark.parametrize(
    ("phone", "complaint", "rules"),
    [
        ("0835-2221234", "0835-12345", []),
        ("0835-2221234", "0835-2221234", ["phones_differ"]),
        ("028-86112345", "0835-12345", ["phone_area_code"]),
        ("2221234", "0835-12345", ["phone_area_code"]),
    ],
)
def test_two_telephones_each_with_the_area_code(phone, complaint, rules):
    assert [finding.rule for finding in lint_phones("x", phone=phone, complaint_phone=complaint)] == rules


def test_an_optional_material_is_never_missing_in_the_lint_of_necessity():
    assert lint_item(material(FOOD, "layout_flow_chart", necessity=Necessity.OPTIONAL)) == []
