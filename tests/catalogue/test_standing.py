"""Standing findings: raised with a deadline, answered, reviewed by other eyes, escalated, closed by themselves."""

import ast
import sys
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from msgspec.structs import replace

from tests import city
from tests.catalogue.test_disguised import OWN_DOCUMENT, condition
from tests.catalogue.test_lint import FOOD, material
from tests.catalogue.test_versions import desk, here, officer, published, refusal  # noqa: F401
from tongban.catalogue import actions, queries, tasks
from tongban.catalogue.actions import standing as write
from tongban.catalogue.models import FindingCase, Implementation, Inspection, ItemVersion, StandingFinding
from tongban.catalogue.queries import inspection
from tongban.catalogue.queries import standing as kept
from tongban.catalogue.rules import standing
from tongban.catalogue.rules.guide import Text
from tongban.catalogue.rules.standing import Found, Sighting, Source, Told, Why
from tongban.people import queries as people
from tongban.people.rules import Role
from tongban.record import queries as record

pytestmark = pytest.mark.django_db
AT = city.AT
DAY = timedelta(days=1)
LATER = AT + 20 * DAY
PLANTED = condition(
    material(FOOD, "layout_flow_chart", basis=OWN_DOCUMENT), "申请人应当在本市注册并纳税满一年。"
)
WORDS = Text(zh="规则", en="A rule")
LAWFUL = {"kind": "explain", "words": "法律有规定", "basis": "《食品安全法》第三十五条"}


def practice(*cases: tuple[str, int], at=AT, path: str = "materials.证明") -> Found:
    """A finding about practice at the county's organ, seen in these events."""
    organ = people.organ_by_key("511802-market_regulation")
    return Found(
        source=Source.PRACTICE, rule="material_not_in_guide", base_code=city.ITEM, path=path,
        department=organ.department, division=organ.division_id, organ=organ.pk, answerable=True, message=WORDS,
        told=Told(title=WORDS, basis=WORDS, mend=WORDS),
        sightings=tuple(Sighting(case_no=no, position=place, at=at) for no, place in cases),
    )  # fmt: skip


def planted(at=AT) -> dict[str, StandingFinding]:
    """The findings of a guide with two planted faults, put in force without its path, by rule."""
    looked_at(PLANTED, at)
    return {row.rule: row for row in StandingFinding.objects.all()}


def looked_at(guide, at=AT) -> write.Tally:
    """A guide put in force without its path, and looked at by itself."""
    actions.publish(guide=guide, at=at, by="system:test")
    with transaction.atomic():
        return write.inspect_item(queries.item(guide.base_code), at=at, by="system:test")


def events(row: StandingFinding) -> list[str]:
    return [event.kind.removeprefix("finding_") for event in record.stream("finding", row.key)]


def stand(row: StandingFinding) -> tuple[str, date | None]:
    row.refresh_from_db()
    return row.stand, row.due_on


def test_a_clean_catalogue_in_force_has_no_finding_and_the_run_is_kept():
    run = actions.inspect_when_due(at=AT)
    assert (run.items, run.found, run.raised, run.closed) == (612, 0, 0, 0)
    tasks.inspect(timestamp=0)  # today's, by the worker
    assert Inspection.objects.count() == 2
    assert actions.inspect_when_due(at=timezone.now()) is None
    assert not StandingFinding.objects.exists()


def test_article_39_faults_in_force_are_raised_once_with_ten_working_days_to_answer():
    found = planted()
    assert set(found) == {"suspect_condition", "suspect_material"}
    row = found["suspect_material"]
    assert (row.stand, row.due_on, row.path) == ("open", date(2026, 11, 17), "materials.layout_flow_chart")
    assert (row.department, row.division_code) == ("market_regulation", "511800")
    before = [events(row) for row in found.values()]
    again = actions.inspect(at=AT + DAY)
    assert (again.found, again.raised, again.closed) == (2, 0, 0)
    assert [events(row) for row in found.values()] == before == [["raised"], ["raised"]]


def test_what_comes_into_force_while_the_guides_are_looked_at_is_looked_at_too(monkeypatch):
    look = inspection.in_guides

    def meanwhile():
        found = look()
        if not StandingFinding.objects.exists():
            looked_at(PLANTED)
        return found

    monkeypatch.setattr(inspection, "in_guides", meanwhile)
    run = actions.inspect(at=AT + DAY)
    assert (run.found, run.raised, run.closed, run.versions) == (2, 0, 0, inspection.versions_digest())
    assert [events(row) for row in StandingFinding.objects.all()] == [["raised"], ["raised"]]


@pytest.fixture
def elsewhere():
    """A second connection to the city."""
    other = connection.copy()
    with other.cursor() as cursor:
        yield cursor
    other.close()


def test_an_item_is_not_looked_at_by_two_at_once(elsewhere):
    elsewhere.execute("select pg_advisory_lock(%s)", [write._LOCK])
    with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set local lock_timeout = '100ms'")
        write.inspect_item(queries.item(city.ITEM), at=AT, by="system:test")


def test_a_version_being_ruled_on_does_not_hold_up_a_finding_about_it(desk, elsewhere):  # noqa: F811
    version = queries.version_in_force(queries.item(city.ITEM).pk, AT)
    actions.suspend(version=version.pk, reason="清理", caller=desk["service"], at=AT)
    elsewhere.execute(
        "select id from catalogue_itemversion where id = %s for key share nowait", [version.pk]
    )  # as a foreign key does
    assert elsewhere.fetchall() == [(version.pk,)]


def test_a_local_version_is_looked_at_until_the_day_a_planned_standard_ends_it(desk):  # noqa: F811
    now, place = timezone.now(), here()
    standard = queries.version_in_force(place.item_id, AT)
    local = ItemVersion.objects.create(
        item=place.item, implementation=place, standard=standard, number=1, guide=standard.guide, digest="local",
        overrides={"promised": {"amount": 99}}, status="published", effective_from=AT, published_at=AT,
    )  # fmt: skip
    assert actions.inspect(at=now).raised == 1
    row = actions.begin(guide=replace(FOOD, synonyms=[*FOOD.synonyms, "试办"]), caller=desk["editor"], at=AT)
    actions.write(
        version=row.pk, guide=queries.read(row), caller=desk["editor"], at=AT, effective_from=now + DAY
    )
    actions.submit(version=row.pk, caller=desk["editor"], at=AT)
    for who in ("head", "service", "legal"):
        actions.approve(version=row.pk, caller=desk[who], at=AT)
    local.refresh_from_db()
    assert local.effective_to == now + DAY
    assert actions.inspect(at=now).closed == 0
    assert StandingFinding.objects.get().stand == "open"


def test_a_new_wording_of_a_block_makes_a_look_due(desk):  # noqa: F811
    now = timezone.now()
    actions.inspect(at=now)
    assert actions.inspect_when_due(at=now) is None
    section = next(section for section in FOOD.form if section.block)
    shorter = replace(section, fields=section.fields[:1])
    actions.save_block(section=shorter, code=section.block, caller=desk["editor"], at=now)
    assert actions.inspect_when_due(at=now) is not None


def test_another_telephone_makes_a_look_due():
    now = timezone.now()
    actions.inspect(at=now)
    Implementation.objects.filter(pk=here().pk).update(complaint_phone="028-12345")  # another city's
    assert actions.inspect_when_due(at=now).found == 1
    assert actions.inspect_when_due(at=now) is None


def test_every_module_that_lint_rests_on_is_in_the_digest_of_its_rules():
    listed = {module.__name__ for module in inspection._RULES}
    rests = {name for module in inspection._RULES for name in _rests_on(module)}
    assert rests - listed == {"tongban.catalogue.rules.standing", "tongban.engine.refusal"}  # shapes only


def _rests_on(module) -> set[str]:
    """The modules of rules and of the engine that a module imports."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    named = {f"{node.module}.{alias.name}" for node in found for alias in node.names}
    named |= {node.module for node in found} - {"tongban.catalogue.rules", "tongban.engine"}
    return {name for name in named & set(sys.modules) if name.startswith("tongban.")}


def test_the_state_is_what_its_events_fold_to(desk):  # noqa: F811
    row = planted()["suspect_material"]
    actions.answer_standing(key=row.key, **LAWFUL, caller=desk["head"], at=AT)
    actions.return_answer(key=row.key, note="条款不对", caller=desk["service"], at=AT)
    actions.follow_up(at=LATER)
    actions.answer_standing(key=row.key, **LAWFUL | {"kind": "mend"}, caller=desk["editor"], at=LATER)
    actions.accept_answer(key=row.key, note="", caller=desk["service"], at=LATER)
    folded = standing.Standing()
    for event in record.stream("finding", row.key):
        folded = standing.evolve(folded, event.kind, event.facts, event.by, event.at)
    row.refresh_from_db()
    assert kept.state(row) == folded
    assert events(row) == ["raised", "answered", "returned", "escalated", "answered", "accepted"]
    assert (row.stand, row.due_on, row.escalated) == ("mending", date(2026, 12, 21), False)


TODAY = standing.Looked(date(2026, 11, 3), "rules", "versions")


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (None, True),
        (TODAY, False),
        (replace(TODAY, on=date(2026, 11, 2)), True),
        (replace(TODAY, rules="former"), True),
        (replace(TODAY, versions="former"), True),
    ],
)
def test_guides_are_looked_at_after_a_change_of_rules_or_versions_and_every_day(last, due):
    assert standing.look_due(last, TODAY) is due


def test_a_version_without_the_fault_closes_it_at_publication(desk):  # noqa: F811
    found = planted()
    published(desk, replace(FOOD, synonyms=[*FOOD.synonyms, "试办"]), at=LATER)
    for row in found.values():
        assert stand(row) == ("closed", None)
        assert record.stream("finding", row.key)[-1].facts == {"why": "cause_gone"}


def test_what_comes_back_is_the_same_finding_opened_again(desk):  # noqa: F811
    row = planted()["suspect_condition"]
    assert looked_at(FOOD, AT + DAY).closed == 2
    assert looked_at(PLANTED, AT + 2 * DAY).reopened == 2
    assert stand(row) == ("open", date(2026, 11, 19))
    assert events(row) == ["raised", "closed", "reopened"]


def test_an_explanation_holds_until_the_part_says_something_else(desk):  # noqa: F811
    row = planted()["suspect_material"]
    actions.answer_standing(key=row.key, **LAWFUL, caller=desk["editor"], at=AT)
    actions.accept_answer(key=row.key, note="", caller=desk["service"], at=AT)
    looked_at(replace(PLANTED, synonyms=[*FOOD.synonyms, "试办"]), AT + DAY)
    assert stand(row) == ("explained", None)
    looked_at(material(PLANTED, "layout_flow_chart", copies=9), AT + 2 * DAY)
    assert stand(row)[0] == "open" and kept.state(row).why == "changed"


def test_what_the_reviewers_of_a_draft_have_passed_is_not_asked_again(desk):  # noqa: F811
    row = actions.begin(guide=PLANTED, caller=desk["editor"], at=LATER)
    for finding in queries.findings(row):
        actions.answer(
            version=row.pk, rule=finding.rule, where=finding.where, words="《食品安全法》第三十五条",
            caller=desk["editor"], at=LATER,
        )  # fmt: skip
    actions.submit(version=row.pk, caller=desk["editor"], at=LATER)
    for who in ("head", "service", "legal"):
        actions.approve(version=row.pk, caller=desk[who], at=LATER)
    assert set(StandingFinding.objects.values_list("rule", "stand")) == {
        ("suspect_condition", "explained"),
        ("suspect_material", "explained"),
    }


def test_a_suspended_item_has_no_finding_in_force(desk):  # noqa: F811
    found = planted()
    version = queries.version_in_force(queries.item(city.ITEM).pk, AT)
    actions.suspend(version=version.pk, reason="清理", caller=desk["service"], at=AT + DAY)
    assert {stand(row)[0] for row in found.values()} == {"closed"}


ANSWERS = [
    # who answers, what, refused with
    ("editor", LAWFUL, ""),
    ("head", LAWFUL | {"kind": "mend", "basis": ""}, ""),
    ("head", LAWFUL | {"kind": "contest", "basis": ""}, ""),
    ("head", LAWFUL | {"kind": "later"}, "answer_kind_missing"),
    ("head", LAWFUL | {"words": " "}, "answer_empty"),
    ("head", LAWFUL | {"basis": " "}, "answer_basis_missing"),
    ("service", LAWFUL, "not_your_turn"),
    ("legal", LAWFUL, "finding_unknown"),
    ("other_editor", LAWFUL, "finding_unknown"),
    ("county_head", LAWFUL, "finding_unknown"),
]


@pytest.mark.parametrize(("who", "words", "code"), ANSWERS)
def test_only_the_department_answers_and_says_on_what_law(desk, who, words, code):  # noqa: F811
    row = planted()["suspect_material"]
    if code:
        assert refusal(actions.answer_standing, key=row.key, **words, caller=desk[who], at=AT) == code
        assert events(row) == ["raised"]
    else:
        actions.answer_standing(key=row.key, **words, caller=desk[who], at=AT)
        assert stand(row) == ("answered", None)


def test_a_fault_that_must_be_mended_cannot_be_explained_away(desk):  # noqa: F811
    looked_at(replace(FOOD, synonyms=[]))
    (row,) = StandingFinding.objects.all()
    said = refusal(actions.answer_standing, key=row.key, **LAWFUL, caller=desk["head"], at=AT)
    assert (row.rule, said) == ("serves_somebody", "finding_must_be_mended")


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        ("mend", ("mending", date(2026, 12, 1))),
        ("explain", ("explained", None)),
        ("contest", ("upheld", None)),
    ],
)
def test_an_accepted_answer_settles_or_gives_twenty_working_days_to_mend(desk, kind, after):  # noqa: F811
    row = planted()["suspect_material"]
    actions.answer_standing(key=row.key, **LAWFUL | {"kind": kind}, caller=desk["head"], at=AT)
    actions.accept_answer(key=row.key, note="", caller=desk["service"], at=AT)
    assert stand(row) == after


def test_an_answer_sent_back_is_answered_again_within_five_working_days(desk):  # noqa: F811
    row = planted()["suspect_material"]
    actions.answer_standing(key=row.key, **LAWFUL, caller=desk["head"], at=AT)
    assert (
        refusal(actions.return_answer, key=row.key, note=" ", caller=desk["service"], at=AT)
        == "reason_missing"
    )
    actions.return_answer(key=row.key, note="条款不对", caller=desk["service"], at=AT)
    assert stand(row) == ("open", date(2026, 11, 10))
    assert (
        refusal(actions.return_answer, key=row.key, note="x", caller=desk["service"], at=AT)
        == "finding_elsewhere"
    )


def test_who_answered_does_not_review_even_with_both_posts(desk):  # noqa: F811
    both = officer("t.both", "511800-government_services", Role.SERVICE_REVIEWER)
    organ = people.organ_by_key("511800-government_services")
    found = replace(practice(("A", 2)), department=organ.department, division="511800", organ=organ.pk)
    actions.report([found], by="system:test", at=AT)
    row = StandingFinding.objects.get()
    state = kept.state(row)
    given = standing.Answer(kind=standing.Kind.EXPLAIN, words="x", basis="y", by=both.by, at=AT)
    row.state = {
        **row.state,
        **msgspec.to_builtins(replace(state, answer=given, stand=standing.Stand.ANSWERED)),
    }
    row.stand, row.due_on = "answered", None
    row.save()
    assert refusal(actions.accept_answer, key=row.key, note="", caller=both, at=AT) == "own_answer"
    assert refusal(actions.return_answer, key=row.key, note="x", caller=both, at=AT) == "own_answer"
    actions.accept_answer(key=row.key, note="", caller=desk["service"], at=AT)
    assert stand(row)[0] == "explained"


def test_only_the_service_organs_reviewer_reviews(desk):  # noqa: F811
    row = planted()["suspect_material"]
    actions.answer_standing(key=row.key, **LAWFUL, caller=desk["head"], at=AT)
    for who in ("head", "editor"):
        assert (
            refusal(actions.accept_answer, key=row.key, note="", caller=desk[who], at=AT) == "not_your_turn"
        )
    assert (
        refusal(actions.accept_answer, key=row.key, note="", caller=desk["legal"], at=AT) == "finding_unknown"
    )


def test_a_day_that_passed_is_told_to_the_supervisor_once():
    found = planted()
    assert actions.follow_up(at=AT + 14 * DAY).escalated == 0  # 17 November is the last day
    assert actions.follow_up(at=AT + 15 * DAY).escalated == len(found)
    assert actions.follow_up(at=AT + 16 * DAY).escalated == 0
    assert [events(row) for row in found.values()] == [["raised", "escalated"]] * 2
    page = kept.shelf(city.caller("supervisor"), only="overdue", department="", after="", at=AT + 15 * DAY)
    assert page.counts == {"todo": 2, "overdue": 2, "review": 0, "settled": 0}
    assert [(line.light, line.late) for line in page.lines] == [("red", 1)] * 2


def test_practice_reported_twice_is_one_finding_and_each_case_counts_once():
    one = practice(("A", 2), ("B", 3))
    first = actions.report([one], by="system:practice", at=AT)
    second = actions.report([one], by="system:practice", at=AT + DAY)
    third = actions.report([practice(("A", 2), ("C", 2))], by="system:practice", at=AT + DAY)
    assert [(t.raised, t.reopened) for t in (first, second, third)] == [(1, 0), (0, 0), (0, 0)]
    row = StandingFinding.objects.get()
    assert sorted(FindingCase.objects.values_list("case_no", "position")) == [("A", 2), ("B", 3), ("C", 2)]
    assert [event.facts.get("cases") for event in record.stream("finding", row.key)] == [
        None,
        [["A", 2], ["B", 3]],
        [["C", 2]],
    ]


def test_mended_practice_closes_after_its_follow_up_or_opens_again(desk):  # noqa: F811
    head = officer("t.yucheng.head", "511802-market_regulation", Role.ORGAN_HEAD)
    for path in ("materials.证明", "materials.报告"):
        actions.report([practice(("A", 2), path=path)], by="system:practice", at=AT)
    stopped, goes_on = StandingFinding.objects.order_by("path")[::-1]
    for row in (stopped, goes_on):
        actions.answer_standing(key=row.key, **LAWFUL | {"kind": "mend"}, caller=head, at=AT + DAY)
        actions.accept_answer(key=row.key, note="", caller=desk["service"], at=AT + DAY)
    before = practice(("B", 2), at=AT, path=goes_on.path)  # happened before the answer, read later
    actions.report([before], by="system:practice", at=AT + 2 * DAY)
    assert stand(goes_on)[0] == "mending"
    after = practice(("C", 2), at=AT + 3 * DAY, path=goes_on.path)
    actions.report([after], by="system:practice", at=AT + 3 * DAY)
    assert stand(goes_on)[0] == "open" and kept.state(goes_on).why == "seen_again"
    actions.follow_up(at=AT + 40 * DAY)
    assert stand(stopped) == ("closed", None) and kept.state(stopped).why == "practice_stopped"


def test_a_material_the_guide_lists_by_now_is_no_finding_any_more():
    listed = practice(("A", 2), path=f"materials.{FOOD.materials[0].code}")
    actions.report([listed, practice(("A", 2))], by="system:practice", at=AT)
    gone = queries.listed_now(queries.practice_open())
    assert gone == [listed.key]
    assert actions.close(dict.fromkeys(gone, Why.LISTED), by="system:practice", at=AT) == 1
    assert actions.close(dict.fromkeys(gone, Why.LISTED), by="system:practice", at=AT) == 0


def test_lists_and_figures_are_one_fixed_number_of_statements(django_assert_num_queries):
    queries.calendar(), queries.items()
    supervisor = city.caller("supervisor")
    for many in (1, 4):
        actions.report(
            [practice((str(n), 2), path=f"materials.{n}") for n in range(many)], by="system:t", at=AT
        )
        with django_assert_num_queries(4):
            page = kept.shelf(supervisor, only="todo", department="", after="", at=AT)
        with django_assert_num_queries(2):
            figures = queries.cleanup_figures(supervisor, AT)
        assert len(page.lines) == figures.total.total == figures.departments[0].owed == many


def test_reporting_is_a_fixed_number_of_statements(django_assert_max_num_queries):
    queries.calendar()
    found = [practice((str(n), 2), path=f"materials.{n}") for n in range(20)]
    with django_assert_max_num_queries(10):
        actions.report(found, by="system:t", at=AT)


def test_pages_go_on_where_they_ended(monkeypatch):
    monkeypatch.setattr(kept, "PAGE", 2)
    supervisor, seen, after = city.caller("supervisor"), [], ""
    actions.report([practice((str(n), 2), path=f"materials.{n}") for n in range(5)], by="system:t", at=AT)
    for _ in range(3):
        page = kept.shelf(supervisor, only="todo", department="", after=after, at=AT)
        seen += [line.row.key for line in page.lines]
        after = page.after
    assert (len(seen), len(set(seen)), after) == (5, 5, "")
    for key in seen:
        write.close({key: Why.CAUSE_GONE}, by="system:t", at=AT)
    settled, after = [], ""
    for _ in range(3):
        page = kept.shelf(supervisor, only="settled", department="", after=after, at=AT)
        settled += [line.row.key for line in page.lines]
        after = page.after
    assert (sorted(settled), after) == (sorted(seen), "")


def test_the_public_reads_what_was_cleaned_up_and_nothing_open():
    gone, open_ = practice(("A", 2)), practice(("A", 2), path="materials.b")
    actions.report([gone, open_], by="system:t", at=AT)
    actions.close({gone.key: Why.PRACTICE_STOPPED}, by="system:t", at=AT)
    looked_at(replace(FOOD, synonyms=[]))  # a fault of form: nobody's disguised approval
    told = queries.cleanup_summary("", AT)
    assert [one.row.key for one in told.cleaned] == [gone.key]
    assert (told.total.total, told.total.mended, told.total.owed) == (2, 1, 1)
    assert float(told.total.settled_share) == 0.5
