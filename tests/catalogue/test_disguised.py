"""Licensing by another name: every planted violation is found by its rule; the shipped catalogue has none."""

import pytest
from msgspec.structs import replace

from tests.catalogue.test_lint import FOOD, LAW, WORDS, material
from tests.catalogue.test_shipped import SHIPPED
from tongban.catalogue import queries
from tongban.catalogue.rules import lint
from tongban.catalogue.rules.guide import Basis, Guide, Kind, Source, Step, StepKind, Text
from tongban.catalogue.rules.lint import disguised, grounds, lint_item, lint_references

RULES = [name for name in vars(disguised) if name.startswith("suspect_")]
OWN_DOCUMENT = Basis(law=Text(zh="《雅安市某局通知》", en="A notice of the city"), rank=6)
FILING = next(
    guide for guide in SHIPPED if guide.kind is Kind.OTHER and "备案" in guide.name.zh and guide.instant
)
TESTED = next(
    guide
    for guide in SHIPPED
    if any(part.source is Source.OTHER for part in guide.materials) and guide.service.intermediaries
)


def condition(guide: Guide, words: str) -> Guide:
    return replace(guide, conditions=[*guide.conditions, Text(zh=words, en="A condition")])


def also(guide: Guide, kind: StepKind) -> Guide:
    """The procedure with one more step before the decision."""
    *others, decision = guide.steps
    more = Step(code="more", name=WORDS, kind=kind, after=decision.after)
    return replace(guide, steps=[*others, more, replace(decision, after=["more"])])


PLANTED = {
    "a licence without a basis": (replace(FOOD, basis=[]), "setting_basis"),
    "a licence set by a local document": (replace(FOOD, basis=[OWN_DOCUMENT]), "setting_basis"),
    "a filing that is surveyed first": (also(FILING, StepKind.SURVEY), "suspect_filing_examined"),
    "a filing reviewed by experts": (also(FILING, StepKind.EXPERT_REVIEW), "suspect_filing_examined"),
    "a yearly inspection": (
        replace(FILING, name=Text(zh="广告经营资格年检", en="Yearly inspection"), basis=[OWN_DOCUMENT]),
        "suspect_cover_name"),
    "only enterprises registered here": (condition(FOOD, "申请人应当在本市注册并纳税满一年。"), "suspect_condition"),
    "a deposit of no law": (condition(FOOD, "开业前缴纳食品安全保证金。"), "suspect_condition"),
    "a named provider": (condition(FOOD, "检测由局指定的检测机构完成。"), "suspect_condition"),
    "a material of a local document": (material(FOOD, "layout_flow_chart", basis=OWN_DOCUMENT), "suspect_material"),
    "a proof that no law asks for": (
        material(FOOD, "layout_flow_chart", name=Text(zh="无违规证明", en="Proof"), basis=replace(LAW, rank=5)),
        "suspect_material"),
    "a step too many for an instant item": (also(FILING, StepKind.PUBLICITY), "suspect_step"),
    "an intermediary that is not on the list": (
        replace(TESTED, service=replace(TESTED.service, intermediaries=[])), "suspect_intermediary"),
    "an intermediary's report as a condition": (
        condition(FOOD, "已取得检测机构出具的油烟检测合格报告。"), "suspect_precondition"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_article_39_and_43_a_planted_violation_is_found(name):
    guide, rule = PLANTED[name]
    assert rule in {finding.rule for finding in lint_item(guide)}


@pytest.mark.parametrize("guide", SHIPPED, ids=lambda guide: str(guide.number))
def test_a_clean_guide_raises_no_suspicion(guide):
    assert [finding for finding in lint_item(guide) if finding.answerable] == []


def test_every_suspicion_has_a_violation_planted_for_it():
    assert {rule for _, rule in PLANTED.values() if rule.startswith("suspect_")} == set(RULES)


@pytest.mark.django_db
def test_article_43_an_intermediarys_work_that_none_of_the_listed_services_is_about():
    part = next(part for part in TESTED.materials if part.source is Source.OTHER and part.issuer)
    valuation = material(
        TESTED, part.code, name=Text(zh="资产价值证明", en="Valuation"), basis=replace(LAW, rank=4),
        issuer=Text(zh="资产评估机构", en="Valuer"),
    )  # fmt: skip
    found = lint_references([valuation], queries.tables())
    assert [(one.rule, one.where) for one in found] == [
        ("suspect_unlisted_service", f"{TESTED.base_code} materials.{part.code}")
    ]
    assert lint_references(SHIPPED, queries.tables()) == []


def test_every_rule_of_lint_says_its_name_and_its_law():
    across = {"unique_items", "field_kinds", "shared_not_asked", "held_from_known", "known_key"}
    others = {
        "local_override",
        "phone_area_code",
        "phones_differ",
        "suspect_unlisted_service",
        "like_its_block",
    }
    assert set(lint.RULES) | across | others == grounds.NAMES
    assert all(grounds.told(rule, answerable=True).basis.zh for rule in grounds.NAMES)
