"""The city's other lists: their counts, and that nothing in them points at what is not there."""

from collections import Counter

import pytest

from tongban.catalogue import queries, shipped
from tongban.catalogue.queries import lists
from tongban.catalogue.rules.guide import Kind, Level
from tongban.catalogue.rules.lists import Payer
from tongban.engine.competence import Mode
from tongban.engine.conditions import holds
from tongban.people import queries as people

GUIDES = {guide.base_code: guide for guide in shipped.guides()}


def test_there_are_as_many_as_the_city_published_and_all_are_marked():
    every = [lists.intermediaries(), lists.proofs(), lists.bundles(), lists.devolved()]
    assert [len(rows) for rows in every] == [94, 305, 56, 166]
    assert all(row.demo for rows in every for row in rows)
    for rows, key in ((every[0], "code"), (every[1], "code"), (every[2], "code"), (every[3], "item")):
        assert [code for code, n in Counter(getattr(row, key) for row in rows).items() if n > 1] == []


@pytest.mark.parametrize("row", lists.intermediaries(), ids=lambda row: row.code)
def test_an_intermediary_rests_on_law_and_on_items_that_name_it(row):
    """优化营商环境条例 Art 43: without a law, regulation or State Council decision it is no condition."""
    assert row.basis.rank <= 2
    assert row.items
    assert all(row.code in GUIDES[item].service.intermediaries for item in row.items)
    assert row.limit.amount > 0
    assert all([row.name.en, row.qualification.zh, row.qualification.en])


@pytest.mark.django_db
def test_no_item_asks_for_an_intermediary_that_does_not_list_it():
    listed = {row.code: set(row.items) for row in lists.intermediaries()}
    asked = [(code, guide.base_code) for guide in GUIDES.values() for code in guide.service.intermediaries]
    assert [pair for pair in asked if pair[1] not in listed.get(pair[0], set())] == []
    assert queries.tables().intermediaries == frozenset(listed)
    assert {row.payer for row in lists.intermediaries()} == set(Payer)


@pytest.mark.parametrize("row", lists.proofs(), ids=lambda row: row.code)
def test_a_proof_is_a_material_of_the_item_that_asks_for_it(row):
    guide = GUIDES[row.item]
    part = next(part for part in guide.materials if part.code == row.material)
    assert (row.name, row.department, row.basis) == (part.name, guide.department, part.basis)
    assert part.brought
    assert row.issuer.zh
    assert row.commitment is (row.ground is None)


def test_no_proof_is_listed_twice_and_each_list_has_both_kinds():
    pairs = [(row.item, row.material) for row in lists.proofs()]
    assert len(pairs) == len(set(pairs))
    assert {row.commitment for row in lists.proofs()} == {True, False}


@pytest.mark.parametrize("bundle", lists.bundles(), ids=lambda bundle: bundle.code)
def test_a_bundle_holds_items_that_exist_in_an_order_that_ends(bundle):
    held = [member.item for member in bundle.members]
    assert len(held) >= 2
    assert len(held) == len(set(held))
    assert set(held) <= set(GUIDES)
    assert bundle.lead in people.departments()
    assert bundle.lead in {GUIDES[item].department for item in held}
    assert bundle.scene in {scene.key for scene in queries.scenes()}
    assert all(set(member.after) <= set(held[:place]) for place, member in enumerate(bundle.members))
    options = {one.code: {option.value for option in one.options} for one in bundle.questions}
    asked = [(code, values) for member in bundle.members for code, values in member.when.items()]
    assert all(set(values) <= options[code] for code, values in asked)
    assert {code for code, _ in asked} == set(options)


def test_answers_decide_which_items_a_restaurant_needs():
    bundle = next(row for row in lists.bundles() if row.code == "open_restaurant")
    answers = {"form": "sole", "sign": "no", "sewage": "yes", "fire": "no"}
    needed = [GUIDES[one.item].name.zh for one in bundle.members if holds(one.when, answers)]
    assert needed == [
        "个体工商户设立登记",
        "食品经营许可（新办）",
        "从业人员健康证明办理",
        "城镇污水排入排水管网许可（新办）",
        "建设项目环境影响登记表备案",
    ]


def test_twenty_eight_approvals_and_138_services_went_to_the_towns():
    kinds = Counter(GUIDES[row.item].kind is Kind.LICENCE for row in lists.devolved())
    assert kinds == {True: 28, False: 138}
    assert {row.mode for row in lists.devolved()} == set(Mode)
    assert all(Level.COUNTY in GUIDES[row.item].levels for row in lists.devolved())
    assert all(row.instrument for row in lists.devolved())
