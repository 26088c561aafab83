"""The path of a version: whose turn, four eyes, one in force, cases keep theirs, local versions follow."""

from datetime import timedelta

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import ProgrammingError
from msgspec.structs import replace

from tests import city
from tests.catalogue.test_lint import FOOD, material, step
from tongban.cases.actions import submission
from tongban.catalogue import actions, queries
from tongban.catalogue.models import Implementation, ItemVersion
from tongban.catalogue.rules import guides
from tongban.catalogue.rules.guide import Channel, Limit
from tongban.catalogue.rules.local import Overrides
from tongban.catalogue.rules.workflow import ALLOWED, Status
from tongban.engine.lifecycle import commands
from tongban.engine.refusal import Refused
from tongban.people import actions as people_actions
from tongban.people import queries as people
from tongban.people.rules import Role, system
from tongban.record import queries as record

pytestmark = pytest.mark.django_db

LATER = city.AT + timedelta(days=1)
QUICKER = replace(
    step(step(FOOD, "survey", limit=Limit(amount=1)), "review", limit=Limit(amount=1)),
    promised=Limit(amount=3),
)


def officer(username: str, organ_key: str, role: Role):
    """A caller with one post."""
    account, _ = people_actions.open_account(
        username=username, display_name=username, admin=None, caller=system("test"), at=city.AT
    )
    people_actions.grant_post(
        account=account.pk, organ=people.organ_by_key(organ_key).pk, title="", roles={role.value},
        valid_from=city.AT.date(), caller=system("test"), at=city.AT,
    )  # fmt: skip
    return people.caller_of(people.account_by_username(username), city.AT)


@pytest.fixture
def desk(db, settings):
    """One person for each turn; nobody signs in, so their passwords cost nothing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return {
        "editor": officer("t.editor", "511800-market_regulation", Role.EDITOR),
        "head": officer("t.head", "511800-market_regulation", Role.ORGAN_HEAD),
        "service": officer("t.service", "511800-government_services", Role.SERVICE_REVIEWER),
        "legal": officer("t.legal", "511800-justice", Role.LEGAL_REVIEWER),
        "county_editor": officer("t.county", "511802-market_regulation", Role.EDITOR),
        "county_head": officer("t.county.head", "511802-market_regulation", Role.ORGAN_HEAD),
        "other_editor": officer("t.other", "511800-transport", Role.EDITOR),
        "other_county": officer("t.other.county", "511803-market_regulation", Role.EDITOR),
    }


def published(desk, guide=QUICKER, at=LATER) -> ItemVersion:
    """A standard version all the way."""
    row = actions.begin(guide=guide, caller=desk["editor"], at=at)
    actions.submit(version=row.pk, caller=desk["editor"], at=at)
    for who in ("head", "service", "legal"):
        row = actions.approve(version=row.pk, caller=desk[who], at=at)
    return row


def here() -> Implementation:
    item = queries.item(city.ITEM)
    return next(run for run in queries.implementations(item.pk, city.AT) if run.division_code == "511802")


def claimed(desk, overrides: Overrides, at=city.AT) -> ItemVersion:
    """A local version all the way."""
    row = actions.claim(implementation=here().pk, overrides=overrides, caller=desk["county_editor"], at=at)
    actions.submit(version=row.pk, caller=desk["county_editor"], at=at)
    for who in ("county_head", "service"):
        row = actions.approve(version=row.pk, caller=desk[who], at=at)
    return row


def refusal(deed, **arguments) -> str:
    with pytest.raises(Refused) as refused, transaction.atomic():
        deed(**arguments)
    return refused.value.code


def test_a_version_walks_the_path_and_replaces_the_one_before_it(desk):
    row = published(desk)
    assert (row.status, row.number, row.effective_from) == ("published", 2, LATER)
    item = queries.item(city.ITEM)
    assert queries.version_in_force(item.pk, LATER - timedelta(seconds=1)).number == 1
    assert queries.version_in_force(item.pk, LATER).pk == row.pk
    assert [(s.status, s.outcome) for s in row.passed.order_by("id")] == [
        ("draft", "submitted"),
        ("department_review", "approved"),
        ("service_review", "approved"),
        ("legal_review", "approved"),
    ]
    kinds = [event.kind for event in record.stream("item", city.ITEM)]
    assert kinds == ["version_published", "version_submitted", *["version_approved"] * 3, "version_published"]


def test_at_each_review_only_the_one_whose_turn_it_is_decides(desk):
    row = actions.begin(guide=QUICKER, caller=desk["editor"], at=LATER)
    actions.submit(version=row.pk, caller=desk["editor"], at=LATER)
    for turn in ("head", "service", "legal"):
        others = [who for name, who in desk.items() if name != turn]
        assert {refusal(actions.approve, version=row.pk, caller=who, at=LATER) for who in others} == {
            "not_your_turn"
        }
        actions.approve(version=row.pk, caller=desk[turn], at=LATER)


@pytest.mark.parametrize("who", ["other_editor", "county_editor", "head", "service"])
def test_only_the_departments_editor_begins_a_standard_version(desk, who):
    assert refusal(actions.begin, guide=QUICKER, caller=desk[who], at=LATER) == "not_your_turn"


def test_whoever_wrote_a_version_does_not_review_it(desk):
    both = officer("t.both", "511800-market_regulation", Role.EDITOR)
    people_actions.end_post(post=both.posts[0].id, caller=system("test"), at=city.AT)
    people_actions.grant_post(
        account=both.account, organ=both.posts[0].organ, title="", roles={"editor", "organ_head"},
        valid_from=city.AT.date(), caller=system("test"), at=city.AT,
    )  # fmt: skip
    both = people.caller_of(people.account_by_username("t.both"), city.AT)
    row = actions.begin(guide=QUICKER, caller=both, at=LATER)
    actions.submit(version=row.pk, caller=both, at=LATER)
    assert refusal(actions.approve, version=row.pk, caller=both, at=LATER) == "own_version"


def test_a_version_sent_back_is_written_again_and_keeps_its_history(desk):
    row = actions.begin(guide=QUICKER, caller=desk["editor"], at=LATER)
    actions.submit(version=row.pk, caller=desk["editor"], at=LATER)
    assert (
        refusal(actions.send_back, version=row.pk, caller=desk["head"], at=LATER, note=" ")
        == "reason_missing"
    )
    actions.send_back(version=row.pk, caller=desk["head"], at=LATER, note="承诺时限请再核实")
    changed = replace(QUICKER, promised=Limit(amount=4))
    actions.write(version=row.pk, guide=changed, caller=desk["editor"], at=LATER)
    row.refresh_from_db()
    assert (row.status, queries.read(row).promised.amount) == ("draft", 4)
    assert list(row.passed.order_by("id").values_list("outcome", flat=True)) == ["submitted", "returned"]


def test_a_version_with_findings_is_not_submitted(desk):
    faulty = replace(QUICKER, promised=Limit(amount=30))
    row = actions.begin(guide=faulty, caller=desk["editor"], at=LATER)
    assert refusal(actions.submit, version=row.pk, caller=desk["editor"], at=LATER) == "findings_open"


def test_a_version_that_changes_nothing_is_not_submitted(desk):
    row = actions.begin(guide=FOOD, caller=desk["editor"], at=LATER)
    assert refusal(actions.submit, version=row.pk, caller=desk["editor"], at=LATER) == "nothing_changed"


def test_one_version_of_an_item_is_on_its_way_at_a_time(desk):
    actions.begin(guide=QUICKER, caller=desk["editor"], at=LATER)
    assert refusal(actions.begin, guide=QUICKER, caller=desk["editor"], at=LATER) == "version_already_open"


def test_a_version_planned_for_later_is_in_force_from_that_moment(desk):
    planned = LATER + timedelta(days=30)
    row = actions.begin(guide=QUICKER, caller=desk["editor"], at=LATER, effective_from=planned)
    actions.submit(version=row.pk, caller=desk["editor"], at=LATER)
    for who in ("head", "service", "legal"):
        actions.approve(version=row.pk, caller=desk[who], at=LATER)
    item = queries.item(city.ITEM)
    assert queries.version_in_force(item.pk, planned - timedelta(seconds=1)).number == 1
    assert queries.version_in_force(item.pk, planned).number == 2


def test_a_cancelled_item_refuses_new_cases_and_finishes_old_ones(desk):
    number, draft = city.accepted(), city.filled()
    row = queries.version_in_force(queries.item(city.ITEM).pk, city.AT)
    assert (
        refusal(actions.cancel, version=row.pk, reason="", caller=desk["service"], at=city.AT)
        == "reason_missing"
    )
    assert (
        refusal(actions.cancel, version=row.pk, reason="x", caller=desk["editor"], at=city.AT)
        == "not_your_turn"
    )
    actions.cancel(version=row.pk, reason="国务院决定取消", caller=desk["service"], at=city.AT)
    assert refusal(city.started) == "item_not_running"
    owner = city.caller("wang_xiaomei")
    assert refusal(submission.submit, draft=draft.pk, caller=owner, at=city.AT) == "item_not_running"
    city.do(number, commands.Claim(), "yucheng_examiner")
    assert (
        refusal(actions.resume, version=row.pk, reason="x", caller=desk["service"], at=city.AT)
        == "version_not_open"
    )


def test_a_draft_begun_under_an_older_guide_is_checked_again_under_the_new_one(desk):
    draft, owner = city.filled(), city.caller("wang_xiaomei")
    last = FOOD.form[-1]
    asks_less = [*FOOD.form[:-1], replace(last, fields=last.fields[:-1])]
    row = published(desk, replace(QUICKER, form=asks_less))
    with pytest.raises(Refused) as refused:
        submission.submit(draft=draft.pk, caller=owner, at=LATER)
    complete = draft.__class__.objects.get(pk=draft.pk)
    assert (refused.value.code, complete.version_id) == ("guide_changed", row.pk)
    assert last.code not in complete.complete and FOOD.form[0].code in complete.complete
    assert complete.form == draft.__class__.objects.get(pk=draft.pk).form != {}


def test_a_suspended_item_takes_applications_again_once_resumed(desk):
    row = queries.version_in_force(queries.item(city.ITEM).pk, city.AT)
    actions.suspend(version=row.pk, reason="系统割接", caller=desk["service"], at=city.AT)
    assert refusal(city.started) == "item_not_running"
    actions.resume(version=row.pk, reason="割接完成", caller=desk["service"], at=city.AT)
    assert city.started().version_id == row.pk


def test_a_local_version_differs_only_where_it_may_and_only_there(desk):
    overrides = Overrides(promised=Limit(amount=5), without=["layout_flow_chart"], channels=[Channel.COURIER])
    row = claimed(desk, overrides)
    guide = queries.guide(row.pk)
    assert "layout_flow_chart" not in {part.code for part in guide.materials}
    assert Channel.COURIER in guide.service.channels
    assert city.started().version_id == row.pk
    assert city.started(county="511803").version_id != row.pk


def test_a_county_claims_only_its_own(desk):
    arguments = {"implementation": here().pk, "overrides": Overrides(), "at": city.AT}
    assert refusal(actions.claim, caller=desk["other_county"], **arguments) == "not_your_turn"


def test_a_longer_local_promise_is_not_submitted(desk):
    row = actions.claim(
        implementation=here().pk,
        overrides=Overrides(promised=Limit(amount=9)),
        caller=desk["county_editor"],
        at=city.AT,
    )
    assert (
        refusal(actions.submit, version=row.pk, caller=desk["county_editor"], at=city.AT) == "findings_open"
    )


def test_local_versions_follow_a_new_standard_that_they_still_fit(desk):
    claimed(desk, Overrides(without=["layout_flow_chart"]))
    published(desk, replace(QUICKER, summary=replace(FOOD.summary, zh="新的说明")))
    local = queries.version_in_force(here().item_id, LATER, here().pk)
    guide = queries.guide(local.pk)
    assert (local.implementation_id, guide.summary.zh, guide.promised.amount) == (here().pk, "新的说明", 3)
    assert "layout_flow_chart" not in {part.code for part in guide.materials}


def test_a_local_version_that_no_longer_fits_a_new_standard_ends_with_it(desk):
    claimed(desk, Overrides(promised=Limit(amount=4)))
    standard = published(desk)  # promises three
    assert queries.version_in_force(here().item_id, LATER, here().pk).pk == standard.pk
    assert "local_version_ended" in [event.kind for event in record.stream("item", city.ITEM)]


def planned(desk, guide, start) -> ItemVersion:
    """A standard version approved now that comes into force later."""
    row = actions.begin(guide=guide, caller=desk["editor"], at=city.AT, effective_from=start)
    actions.submit(version=row.pk, caller=desk["editor"], at=city.AT)
    for who in ("head", "service", "legal"):
        row = actions.approve(version=row.pk, caller=desk[who], at=city.AT)
    return row


def test_a_local_version_stays_until_a_planned_standard_and_follows_an_earlier_one(desk):
    local = claimed(desk, Overrides(promised=Limit(amount=4)))
    planned(desk, QUICKER, LATER + timedelta(days=9))  # promises three: no local version fits it
    shown = queries.desk(city.ITEM, desk["county_editor"], LATER).places
    assert [place.local for place in shown if place.local] == [local]
    assert queries.claim_of(here().pk, LATER) == Overrides(promised=Limit(amount=4))
    sooner = published(desk, replace(FOOD, summary=replace(FOOD.summary, zh="新的说明")))
    followed = queries.version_in_force(here().item_id, LATER, here().pk)
    assert (followed.implementation_id, followed.standard_id) == (here().pk, sooner.pk)


def test_many_guides_are_read_in_one_statement_and_once(django_assert_num_queries):
    wanted = [row.version for row in queries.items()]
    queries.guide.cache_clear()
    with django_assert_num_queries(1):
        assert set(queries.guides(wanted)) == set(wanted)
        assert queries.guide(wanted[0]) == queries.guides(wanted)[wanted[0]]


def test_a_submitted_version_does_not_change_whoever_tries(desk):
    row = published(desk)
    for change in ("guide = '{}'", "number = 9", "effective_from = now()", "status = 'draft'"):
        with (
            pytest.raises((ProgrammingError, InternalError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"update catalogue_itemversion set {change} where id = %s", [row.pk])
    with (
        pytest.raises((ProgrammingError, InternalError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("delete from catalogue_itemversion where id = %s", [row.pk])


def test_the_database_allows_the_transitions_of_the_rules_and_no_other():
    with connection.cursor() as cursor:
        cursor.execute("select prosrc from pg_proc where proname = 'catalogue_itemversion_guard'")
        (source,) = cursor.fetchone()
    wanted = {f"'{before.value}>{after.value}'" for before, to in ALLOWED.items() for after in to}
    assert {word.strip(" ,\n])") for word in source.split("array[")[1].split("]")[0].split(",")} == wanted


def test_what_a_version_changes_is_told_against_the_one_before(desk):
    row = actions.begin(guide=QUICKER, caller=desk["editor"], at=LATER)
    assert [(c.path, c.before, c.after) for c in queries.changes(row)] == [
        ("promised.amount", "5", "3"),
        ("steps.survey.limit.amount", "3", "1"),
    ]


def test_an_import_of_what_is_in_force_already_changes_nothing():
    assert actions.publish(guide=FOOD, at=LATER, by="system:test") is False
    assert guides.digest(FOOD) == queries.version_in_force(queries.item(city.ITEM).pk, LATER).digest


def test_a_material_more_in_one_county_fails(desk):
    """优化营商环境条例 Art 35: a county's guide as a whole is held against the standard."""
    from tongban.catalogue.rules import local

    more = material(FOOD, "layout_flow_chart", copies=2)
    _, found = local.derive(FOOD, more)
    assert [finding.where for finding in found] == [f"{FOOD.base_code} materials.layout_flow_chart.copies"]
    assert Status.DRAFT in ALLOWED
