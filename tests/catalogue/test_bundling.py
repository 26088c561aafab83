"""Bundles as shipped: each field and paper asked once, everything reaches every member, the promise is the longest way."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tongban.catalogue import shipped
from tongban.catalogue.queries import lists
from tongban.catalogue.rules import bundling, members, situations
from tongban.catalogue.rules.guide import Field, FieldKind, Section, Source, Text
from tongban.catalogue.rules.lists import Member

GUIDES = {guide.base_code: guide for guide in shipped.guides()}
BUNDLES = {bundle.code: bundle for bundle in lists.bundles()}


def question_of(bundle, code):
    """The question asked under a code, wherever it comes from."""
    codes = bundling.question_codes(bundle, GUIDES)
    own = {question.code: question for question in bundle.questions}
    theirs = {
        merged: question
        for member in bundle.members
        for question in GUIDES[member.item].questions
        for merged in [codes[member.item][question.code]]
    }
    return {**theirs, **own}[code]


@st.composite
def answered(draw, bundle):
    """A bundle resolved step by step, an answer drawn for whatever is asked next; now and then none."""
    answers: dict[str, str] = {}
    for _ in range(60):
        together = bundling.resolve(bundle, GUIDES, answers)
        if not together.unanswered or draw(st.integers(0, 30)) == 0:
            return together
        question = together.unanswered[0]
        answers[question.code] = draw(st.sampled_from([option.value for option in question.options]))
    raise AssertionError("questions without end")


@given(st.data(), st.sampled_from(sorted(BUNDLES)))
def test_every_bundle_asks_each_field_once_and_reaches_every_member(data, code):
    together = data.draw(answered(BUNDLES[code]))
    shown = [part.code for part in together.asked]
    wanted = {
        member.code: {part.code for part in member.situation.asked} - member.filled
        for member in together.members
    }
    assert len(shown) == len(set(shown))
    assert set(shown) == set().union(*wanted.values())
    answers = {code: f"answer to {code}" for code in shown}
    for member, fields in wanted.items():
        assert set(together.answers_of(member, answers)) == fields
    assert len({section.code for section in together.sections}) == len(together.sections)


@given(st.data(), st.sampled_from(sorted(BUNDLES)))
def test_what_nobody_is_asked_an_earlier_members_grant_answers(data, code):
    together = data.draw(answered(BUNDLES[code]))
    earlier = members.earlier(together.members)
    guides = {member.code: member.guide for member in together.members}
    for member in together.members:
        answered_by = [
            members.filled_by(member.situation.asked, guides[before]) for before in earlier[member.code]
        ]
        assert member.filled == set().union(*answered_by)
    assert code != "start_company" or any(member.filled for member in together.members)


@given(st.data(), st.sampled_from(sorted(BUNDLES)))
def test_every_paper_a_member_has_brought_is_handed_in_once_or_is_an_earlier_result(data, code):
    together = data.draw(answered(BUNDLES[code]))
    stands_for = [
        (member, own)
        for paper in (*together.papers, *together.from_members)
        for member, own in paper.stands_for.items()
    ]
    wanted = [(member.code, part.code) for member in together.members for part in member.situation.materials]
    assert sorted(stands_for) == sorted(wanted)
    earlier = {member.code: set(member.link.after) for member in together.members}
    for paper in together.from_members:
        for member in paper.stands_for:
            assert set(paper.part.held_from) & _all_before(earlier, member)
    codes = [paper.part.code for paper in together.papers]
    assert len(codes) == len(set(codes))


def _all_before(earlier, member):
    return earlier[member].union(*(_all_before(earlier, one) for one in earlier[member]))


@pytest.mark.parametrize("code", sorted(BUNDLES))
def test_a_bundle_never_costs_more_than_its_items_apart(code):
    bundle = BUNDLES[code]
    answers: dict[str, str] = {}
    while (together := bundling.resolve(bundle, GUIDES, answers)).unanswered:
        question = together.unanswered[0]
        answers[question.code] = question.options[0].value
    for before, after in (
        together.saved.fields,
        together.saved.materials,
        together.saved.visits,
        together.saved.hours,
    ):
        assert after <= before
    assert together.saved.hours[1] == together.promise.hours
    for first, second in pairwise(together.promise.members):
        assert first in next(member.link.after for member in together.members if member.code == second)


def test_starting_a_company_asks_its_name_once_and_needs_no_business_licence_of_the_applicant():
    every = {"seals": "yes", "invoices": "yes"}
    together = bundling.resolve(BUNDLES["start_company"], GUIDES, every | {"staff": "yes"})
    assert {member.code for member in together.members} == {
        member.item for member in BUNDLES["start_company"].members
    }
    without = bundling.resolve(BUNDLES["start_company"], GUIDES, every | {"staff": "no"})
    assert len(without.members) == len(together.members) - 2
    asked = [part.code for part in together.asked]
    assert (asked.count("proposed_name"), asked.count("company_name"), asked.count("company_uscc")) == (
        1,
        0,
        0,
    )
    assert all("000131002000" not in paper.part.held_from for paper in together.papers if paper.part.brought)


def test_what_a_member_answers_alone_it_answers_in_the_bundle():
    """A member's situation under the bundle's answers is its own under the same answers."""
    together = bundling.resolve(BUNDLES["open_restaurant"], GUIDES, {"form": "company", "sign": "yes"})
    for member in together.members:
        assert member.situation == situations.resolve(GUIDES[member.code], member.situation.answers)


def test_what_is_shared_or_made_from_the_form_is_brought_by_nobody():
    together = bundling.resolve(BUNDLES["open_restaurant"], GUIDES, {"form": "company"})
    for paper in together.papers:
        assert paper.part.brought == (paper.part.source not in {Source.SHARED, Source.FORM})


def test_papers_of_one_code_and_two_meanings_are_two_papers():
    """The certificate of title is brought for the transfer and fetched for the mortgage."""
    answers = {}
    while (together := bundling.resolve(BUNDLES["second_hand_home"], GUIDES, answers)).unanswered:
        answers[together.unanswered[0].code] = together.unanswered[0].options[0].value
    titles = {
        paper.part.code: (paper.part.brought, paper.stands_for)
        for paper in together.papers
        if "title_certificate" in paper.stands_for.values()
    }
    assert titles == {
        "title_certificate": (True, {"000715050000": "title_certificate"}),
        "title_certificate_000715051000": (False, {"000715051000": "title_certificate"}),
    }


def test_papers_of_one_code_and_two_names_are_not_merged():
    merged = [
        (code, paper.part.name.zh)
        for code, bundle in BUNDLES.items()
        for together in [bundling.resolve(bundle, GUIDES, {})]
        for paper in together.papers
        if paper.part.brought and not paper.part.held_from
        for member, own in paper.stands_for.items()
        if next(p.name.zh for p in GUIDES[member].materials if p.code == own) != paper.part.name.zh
    ]
    assert merged == []


def test_what_members_require_under_different_answers_is_asked_but_not_required():
    town = Field(code="storage_town", label=Text(zh="仓库", en="Store"), only_if={"stores": ["yes"]})
    food, shop = (GUIDES[code] for code in ("000131001000", "000131006000"))
    asked = {
        "a": replace(food, base_code="a", questions=[], materials=[], form=[section("a", town)]),
        "b": replace(
            shop,
            base_code="b",
            questions=[],
            materials=[],
            form=[section("b", replace(town, only_if={"sells": ["yes"]}))],
        ),
    }
    bundle = replace(BUNDLES["open_restaurant"], questions=[], members=[Member(item="a"), Member(item="b")])
    field = next(
        f for s in bundling.resolve(bundle, asked, {}).sections for f in s.fields if f.code == "storage_town"
    )
    assert (field.only_if, field.required) == ({}, False)


def section(code, *fields):
    gate = Field(code="stores", label=Text(zh="设仓库", en="Stores"), kind=FieldKind.YES_NO)
    sells = Field(code="sells", label=Text(zh="零售", en="Sells"), kind=FieldKind.YES_NO)
    return Section(code=code, title=Text(zh="仓储", en="Storage"), fields=[gate, sells, *fields])


@pytest.mark.parametrize(
    ("mine", "theirs", "asked"),
    [
        ({}, {}, (None, 1)),
        ({"maximum": 6}, {"maximum": 4, "minimum": 2}, (2, 4)),
        ({"maximum": 6}, {}, (None, 1)),
    ],
)
def test_files_two_members_ask_for_are_given_once_in_a_number_both_take(mine, theirs, asked):
    photo = Field(code="site_photos", label=Text(zh="现场照片", en="Photographs"), kind=FieldKind.FILE)
    shop = replace(GUIDES["000131003000"], questions=[], materials=[])
    guides = {
        "a": replace(shop, base_code="a", form=[section("a", replace(photo, **mine))]),
        "b": replace(shop, base_code="b", form=[section("b", replace(photo, **theirs))]),
    }
    bundle = replace(BUNDLES["open_restaurant"], questions=[], members=[Member(item="a"), Member(item="b")])
    together = bundling.resolve(bundle, guides, {})
    (field,) = (f for s in together.sections for f in s.fields if f.code == "site_photos")
    assert (field.kind, field.minimum, field.maximum) == (FieldKind.FILE, *asked)
    assert together.answers_of("b", {"site_photos": ["1"]}) == {"site_photos": ["1"]}
