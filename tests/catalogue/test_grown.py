"""The city's 612 items: 48 written in full, the rest grown from tables, whole, bilingual and marked as demo data."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tongban.catalogue import actions, queries, shipped
from tongban.catalogue.models import Implementation, ItemVersion
from tongban.catalogue.queries import lists
from tongban.catalogue.rules import growth, situations, wording
from tongban.catalogue.rules.guide import Kind, Level, Limit, StepKind
from tongban.catalogue.rules.lint import lint, lint_references
from tongban.engine import codes
from tongban.people import queries as people
from tongban.people.models import Organ
from tongban.record.models import Event

GUIDES = shipped.guides()
GROWN = shipped.grown()
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_the_city_runs_612_items_and_marks_those_grown_from_tables():
    assert (len(GUIDES), len(GROWN)) == (612, 564)
    assert [guide.number for guide in GUIDES if not guide.demo] == list(range(1, 43))


@pytest.mark.django_db
def test_the_whole_catalogue_has_no_fault_and_points_at_nothing_that_is_not_there():
    assert lint(GUIDES) == []
    assert lint_references(GUIDES, queries.tables()) == []


def test_no_two_items_have_one_name():
    assert [name for name, n in Counter(guide.name.zh for guide in GUIDES).items() if n > 1] == []
    assert [name for name, n in Counter(guide.name.en for guide in GUIDES).items() if n > 1] == []


def test_every_department_that_runs_items_has_some():
    held = Counter(guide.department for guide in GUIDES)
    assert set(held) == {key for key, words in people.departments().items() if words.get("level") != "town"}
    assert min(held.values()) >= 3


def test_licences_are_all_in_the_hall_and_of_all_items_ninety_five_in_a_hundred():
    out = [guide for guide in GUIDES if not guide.service.in_hall]
    assert [guide.name.zh for guide in out if guide.kind is Kind.LICENCE] == []
    assert (len(out), round(100 * (1 - len(out) / len(GUIDES)))) == (30, 95)


@pytest.mark.parametrize("guide", GROWN, ids=lambda guide: guide.base_code)
def test_a_grown_guide_is_structurally_complete(guide):
    assert guide.materials
    assert all(part.acceptance.zh and part.defects for part in guide.materials)
    assert guide.conditions
    assert guide.faq
    assert guide.rights
    assert guide.result.prints
    assert [step.kind for step in guide.steps][-1] is StepKind.DECISION
    for who in ("person", "organisation"):
        found = situations.resolve(guide, {"applicant_kind": who} if guide.questions else {})
        assert found.complete
        assert found.sections
        assert found.materials


def test_a_line_with_parts_grows_an_item_for_each():
    row = growth.Row(
        main="901",
        zh="烟花店许可",
        en="Fireworks shop licence",
        built="shop L k e",
        parts="CX",
        result="烟花店许可证/Fireworks shop licence",
        days="20/7",
        materials="safety_plan -staff_list",
        law="firework:19",
        words="烟花店",
        more="#open_shop",
    )
    desk = growth.Desk(digits="25", window="general", person="public_safety", enterprise="work_safety")
    change, closing = growth.grow(row, "emergency", desk, shipped.library())
    assert (change.base_code, change.number, change.name.zh) == ("000125901002", 259012, "烟花店许可（变更）")
    assert (closing.base_code, closing.instant, closing.name.en) == (
        "000125901005",
        True,
        "Fireworks shop licence (cancellation)",
    )
    assert (change.statutory.amount, change.promised.amount) == (20, 4)
    assert change.basis[0].article == "第十九条"
    assert [part.code for part in change.materials] == [
        "application_form",
        "business_licence",
        "licence_record",
        "change_evidence",
        "power_of_attorney",
    ]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (5, "五"),
        (10, "十"),
        (19, "十九"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1076, "一千零七十六"),
    ],
)
def test_articles_are_numbered_as_laws_do(number, words):
    assert wording.numeral(number) == words


@pytest.mark.django_db
def test_each_item_stands_at_every_organ_of_its_levels():
    at = {Level.CITY: 1, Level.COUNTY: 8, Level.TOWN: 96}
    runs = Counter(Implementation.objects.values_list("item__base_code", flat=True))
    moved = {row.item for row in lists.devolved()}  # stand in every town too
    levels = {
        guide.base_code: {*guide.levels, *([Level.TOWN] if guide.base_code in moved else [])}
        for guide in GUIDES
    }
    assert runs == {code: sum(at[level] for level in held) for code, held in levels.items()}
    assert [organ.key for organ in Organ.objects.all() if not codes.valid_uscc(organ.uscc)] == []
    levels = set(Implementation.objects.values_list("level", "organ__level"))
    assert levels == {(one.value, one.value) for one in Level}


@pytest.mark.django_db
def test_each_first_version_has_its_event_in_the_record():
    told = Event.objects.filter(stream_kind="item", kind="version_published", position=1)
    stored = dict(ItemVersion.objects.values_list("item__base_code", "digest"))
    assert {event.stream_id: event.facts["digest"] for event in told} == stored
    assert len(stored) == 612


@pytest.mark.django_db
def test_building_the_city_again_leaves_what_officials_changed_or_cancelled():
    first, second = GROWN[:2]
    changed = replace(first, promised=Limit(amount=max(first.promised.amount - 1, 1)))
    assert actions.publish(guide=changed, at=AT, by="test")
    ItemVersion.objects.filter(item__base_code=second.base_code).update(status="cancelled")
    assert actions.load_guides(wanted=GUIDES, at=AT, by="test") == 0
    assert actions.load_guides(wanted=[replace(first, number=999_999)], at=AT, by="test") == 1
