"""Enterprise service (M12): from the entry to the rating, inside the mandate, counted with evidence."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from msgspec.structs import replace

from config import demo_projects
from tests import city
from tests.construction import project as at_work
from tests.enterprise import served
from tongban.cases.actions import bundles, drafts
from tongban.cases.models import Case, Draft
from tongban.cases.queries import applications, subjects
from tongban.cases.queries import opened as cases
from tongban.cases.rules import duties
from tongban.cases.rules.signing import Signed
from tongban.construction.actions import stages
from tongban.engine.lifecycle import commands
from tongban.engine.refusal import Refused
from tongban.enterprise import rules
from tongban.enterprise.actions import blockers, mandates, projects, services
from tongban.enterprise.models import LogEntry, ServiceProject
from tongban.enterprise.queries import evidence, figures
from tongban.enterprise.queries import mandates as queries_of_mandates
from tongban.enterprise.queries import projects as queries
from tongban.enterprise.rules import Act, Rating
from tongban.people import actions as people_actions
from tongban.people import queries as people
from tongban.people.models import PlainView, Post, Representation
from tongban.people.rules import PostHeld, Power, Role
from tongban.people.seeding import SEEDING
from tongban.record import queries as record

pytestmark = pytest.mark.django_db
AT = city.AT
DAY = date(2026, 11, 3)


def steward(at=AT):
    return city.caller(served.STEWARD, at)


def owner(at=AT):
    return city.caller(served.OWNER, at)


def opened(row: ServiceProject, at=AT) -> queries.Opened:
    return queries.opened(queries.rows().get(pk=row.pk), at)


def log(row: ServiceProject, act: Act = Act.ADVISE, at=AT, **said) -> LogEntry:
    given = {"on": people.today(at), "what": "上门辅导政策", "minutes": 40, "caller": steward(at), **said}
    return services.log(project=row.pk, act=act, at=at, **given)


# From the entry to the rating


def test_a_project_goes_from_its_entry_to_the_rating_and_the_record_tells_each_step():
    row = served.building()
    assert opened(row).next == "assign"
    served.assigned(row)
    assert opened(row).next == "draw"
    mandate = served.drawn(row)
    assert opened(row).next == "await"
    served.signed(mandate)
    assert opened(row).next == "step"
    log(row, file=city.png())
    projects.close(project=row.pk, rating=Rating.SATISFIED, words="很好", caller=owner(), at=AT)
    assert opened(row).next == "closed"
    kinds = [event.kind for event in record.stream("service", str(row.pk))]
    assert kinds == [
        "service_entered", "steward_assigned", "mandate_drawn_up", "mandate_signed", "service_logged",
        "service_closed", "mandate_ended",
    ]  # fmt: skip


def test_name_enterprise_county_and_investment_of_a_construction_project_are_its_own():
    row = served.building()
    assert (row.name, row.division_id, str(row.investment), row.key) == (
        at_work.ANSWERS["project_name"], "511803", "12000000.00", True,
    )  # fmt: skip
    with pytest.raises(Refused, match="service_exists"):
        projects.enter_construction(code=at_work.CODE, key=False, caller=steward(), at=AT)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"by": "yucheng_steward"}, "service_not_yours"),  # another county's centre
        ({"by": "mingshan_clerk"}, "service_not_yours"),  # another organ
        ({"by": "supervisor"}, "service_not_yours"),  # only reads
        ({"uscc": "91511800MA62000186"}, "enterprise_unknown"),
        ({"theme": "none"}, "theme_unknown"),
        ({"by": "editor"}, "service_not_yours"),  # of the service organ, but not of the centre
        ({}, None),
    ],
)
def test_who_enters_what(said, code):
    if code is None:
        assert served.plain(**said).steward_id is None
    else:
        with pytest.raises(Refused, match=code):
            served.plain(**said)


def test_only_a_steward_of_the_place_is_assigned_and_the_load_is_counted():
    row = served.plain()
    for name in ("yucheng_steward", "mingshan_clerk"):
        with pytest.raises(Refused, match="not_a_steward"):
            projects.assign(
                project=row.pk, steward=people.account_by_username(name).pk, caller=steward(), at=AT
            )
    served.assigned(row)
    assert [(load.name, load.projects) for load in queries.stewards("511803", AT)] == [
        ("名山代办员（演示）", 1)
    ]


# The mandate


def test_a_mandate_makes_a_representation_with_its_powers_that_ends_by_itself():
    mandate = served.mandated(served.plain(), scope={Power.PREPARE, Power.FOLLOW})
    held = Representation.objects.get(pk=mandate.representation_id)
    assert (held.powers, held.valid_to) == (["data", "follow", "prepare"], mandate.until)
    party = held.party_id
    assert [steward().may(power, party) for power in (Power.PREPARE, Power.SUBMIT, None)] == [
        True,
        False,
        False,
    ]
    later = AT + timedelta(days=181)
    assert party not in steward(later).parties


def test_the_principal_withdraws_at_any_time_and_from_then_on_nothing_is_done():
    row = served.building()
    mandate = served.mandated(row)
    mandates.end(mandate=mandate.pk, caller=owner(), at=AT)
    assert row.party_id not in steward().parties
    with pytest.raises(Refused, match="mandate_over"):
        log(row, Act.FOLLOW)
    with pytest.raises(Refused, match="project_unknown"):
        stages.begin(
            project=at_work.CODE, stage="land", language="zh-hans", home="/", caller=steward(), at=AT
        )
    assert queries.mandate_state(opened(row).mandates[0], DAY) == "ended"
    with pytest.raises(Refused, match="mandate_over"):
        mandates.end(mandate=mandate.pk, caller=owner(), at=AT)


def test_withdrawn_on_the_page_of_representations_the_mandate_has_ended_too():
    row = served.plain()
    mandate = served.mandated(row)
    people_actions.end_representation(representation=mandate.representation_id, caller=owner(), at=AT)
    assert opened(row).mandate is None


def test_only_the_head_signs_what_was_shown():
    row = served.plain()
    served.assigned(row)
    mandate = served.drawn(row)
    with pytest.raises(Refused, match="mandate_unknown"):
        served.signed(mandate, by="li_qiang")
    people_actions.add_agent(
        party=row.party_id, username="li_qiang", name="李强", valid_to=DAY, caller=owner(), at=AT
    )
    with pytest.raises(Refused, match="only_principal"):
        served.signed(mandate, by="li_qiang")
    other = Signed(name="王晓梅", digest="0" * 64, method="password")
    with pytest.raises(Refused, match="mandate_changed"):
        mandates.sign(mandate=mandate.pk, signed=other, caller=owner(), at=AT)
    served.signed(mandate)
    with pytest.raises(Refused, match="mandate_answered"):
        served.signed(mandate)
    with pytest.raises(Refused, match="mandate_stands"):
        served.drawn(row)


def test_a_mandate_lasts_no_longer_than_the_stewards_post():
    row = served.assigned(served.plain())
    held = people.posts_of(steward().account, AT)[0]
    assert queries_of_mandates.ends_of_posts(steward().account, "511803", AT) == [None]
    assert queries_of_mandates.ends_of_posts(steward().account, "511802", AT) == []
    Post.objects.filter(pk=held.pk).update(valid_to=DAY + timedelta(days=30))
    with pytest.raises(Refused, match="mandate_beyond_post"):
        served.drawn(row)
    drawn = mandates.draw(
        project=row.pk,
        scope={Power.PREPARE},
        data=False,
        until=DAY + timedelta(days=30),
        caller=steward(),
        at=AT,
    )
    assert served.signed(drawn).signed_at


def test_nobody_signs_a_mandate_of_a_steward_who_has_gone_or_was_replaced():
    row = served.assigned(served.plain())
    drawn = served.drawn(row)
    account = people.account_by_username("yucheng_steward")
    people_actions.grant_post(
        account=account.pk, organ=people.organ_by_key("511803-government_services").pk, title="代办员",
        roles={Role.STEWARD.value}, valid_from=DAY, caller=SEEDING, at=AT,
    )  # fmt: skip
    served.assigned(row, "yucheng_steward")
    with pytest.raises(Refused, match="steward_gone"):
        served.signed(drawn)
    served.assigned(row)
    people_actions.end_post(post=people.posts_of(steward().account, AT)[0].pk, caller=SEEDING, at=AT)
    with pytest.raises(Refused, match="steward_gone"):
        served.signed(drawn)
    assert row.party_id not in steward().parties


def test_only_the_principal_or_the_steward_ends_a_mandate():
    row = served.plain()
    mandate = served.mandated(row)
    people_actions.add_agent(
        party=row.party_id, username="li_qiang", name="李强", valid_to=DAY, caller=owner(), at=AT
    )
    for by, code in (("li_qiang", "only_principal"), ("yucheng_steward", "mandate_unknown")):
        with pytest.raises(Refused, match=code):
            mandates.end(mandate=mandate.pk, caller=city.caller(by), at=AT)
    mandates.end(mandate=mandate.pk, caller=steward(), at=AT)


def test_a_mandate_drawn_up_again_takes_the_place_of_the_one_that_waits():
    row = served.plain()
    served.assigned(row)
    first, second = served.drawn(row), served.drawn(row, scope={Power.PREPARE})
    with pytest.raises(Refused, match="mandate_answered"):
        served.signed(first)
    mandates.decline(mandate=second.pk, caller=owner(), at=AT)
    assert opened(row).next == "draw"


def test_a_mandate_serves_every_project_of_the_enterprise_and_ends_with_the_last():
    one, two = served.plain(), served.plain(name="演示茶楼")
    served.mandated(one)
    served.assigned(two)
    assert opened(two).next == "log"
    projects.close(project=one.pk, rating=Rating.FAIR, caller=owner(), at=AT)
    assert opened(two).mandate is not None
    projects.close(project=two.pk, rating=Rating.FAIR, caller=owner(), at=AT)
    assert two.party_id not in steward().parties


# Acting for the principal


def test_the_steward_prepares_and_hands_in_the_principals_application_and_decides_nothing_in_it():
    row = served.building()
    served.mandated(row)
    me = steward()
    made = stages.begin(project=at_work.CODE, stage="land", language="zh-hans", home="/", caller=me, at=AT)
    draft = Draft.objects.get(pk=made.draft_id)
    given = dict(draft.situation)
    while left := subjects.subject(draft).resolve(given).unanswered:
        given[left[0].code] = left[0].options[0].value
        draft = drafts.answer_situation(draft=draft.pk, situation=given, caller=me, at=AT)
    sections = at_work.demo.plain(subjects.resolved(draft).sections)
    drafts.fill(draft=draft.pk, answers=demo_projects.answers(sections, at_work.town()), caller=me, at=AT)
    number = bundles.receive(
        draft=draft.pk, caller=me, at=AT, signed=applications.signed_by(draft.pk, me, "code")
    )
    case = Case.objects.filter(member__bundle=number).order_by("pk")[0]
    state = cases.state(case)
    assert (state.signature.capacity, state.signature.signer) == ("agent", me.by)
    decider = _at_organ(me, state.organ)
    for command in (commands.Accept, commands.Grant):
        with pytest.raises(Refused, match="own_case"):
            duties.permit(decider, command, state)
    mandates.end(mandate=opened(row).mandate.pk, caller=me, at=AT)  # gives it up, and still decides nothing
    with pytest.raises(Refused, match="own_case"):
        duties.permit(_at_organ(steward(), state.organ), commands.Grant, state)
    known = evidence.happenings(queries.rows().get(pk=row.pk), opened(row).plan)
    assert {one.kind for one in known} == {"received"}


def _at_organ(caller, organ: int):
    roles = frozenset({Role.CLERK, Role.APPROVER})
    return replace(caller, posts=(*caller.posts, PostHeld(99, organ, "机关", "511803", roles)))


# The plan, the log and the figures


def test_the_plan_is_drawn_from_the_definition_and_steps_become_overdue():
    row = served.building()
    assert opened(row).plan.steps[0].state in {"open", "waiting"}
    served.assigned(row)
    found = opened(row).plan
    lines = {line.code for part in found.found.parts for line in part.lines}
    assert found.codes == lines
    due = {step.code: step.due for step in found.steps}
    assert all(due[earlier] < due[step.code] for step in found.steps for earlier in step.after)
    assert found.late == []
    assert opened(row, AT + timedelta(days=40)).plan.late


def test_a_plain_project_of_a_kind_of_building_has_the_plan_of_that_kind_and_is_never_overdue():
    row = served.plain(theme="private_industrial")
    served.assigned(row)
    found = opened(row, AT + timedelta(days=300)).plan
    assert len(found.steps) > 10
    assert ({step.state for step in found.steps}, found.late) == ({"possible"}, [])


def test_services_are_counted_from_the_log_and_only_with_evidence():
    row = served.building()
    served.mandated(row)
    at_work.received(at_work.CODE, "land")
    log(row)
    log(row, file=city.png())
    known = evidence.happenings(queries.rows().get(pk=row.pk), opened(row).plan)
    log(row, Act.FOLLOW, event=known[0].event)
    assert (len(opened(row).log), figures.figures([opened(row)]).services) == (3, 2)
    other = city.received()  # of the same enterprise, of another matter
    foreign = record.stream("case", other)[0].pk
    with pytest.raises(Refused, match="evidence_unknown"):
        log(row, Act.FOLLOW, event=foreign)


@pytest.mark.parametrize(
    ("by", "act", "code"),
    [
        (served.STEWARD, Act.PREPARE, None),
        (served.STEWARD, Act.SUBMIT, "act_outside_mandate"),
        ("editor", Act.ADVISE, "service_not_yours"),
        ("yucheng_steward", Act.ADVISE, "service_not_yours"),
    ],
)
def test_the_log_is_written_by_the_steward_inside_the_mandate(by, act, code):
    row = served.plain()
    served.mandated(row, scope={Power.PREPARE})
    if code is None:
        assert log(row, act, caller=city.caller(by)).mandate_id
    else:
        with pytest.raises(Refused, match=code):
            log(row, act, caller=city.caller(by))


def test_key_projects_under_construction_are_among_all_under_construction():
    for key, started in ((True, DAY), (False, DAY), (True, None), (True, DAY + timedelta(days=9))):
        served.plain(name=f"演示{key}{started}", key=key, started_on=started)
    found = figures.figures(queries.overseen(city.caller("supervisor"), AT))
    assert (found.projects, found.key, found.building, found.building_key) == (4, 3, 2, 1)
    assert found.building_key <= found.building


def test_the_enterprises_telephone_is_read_in_the_clear_with_a_note_it_can_see():
    row = served.plain()
    served.mandated(row)
    people_actions.view_plain(party=row.party_id, field="phone", purpose="企业服务", caller=steward(), at=AT)
    assert PlainView.objects.get(party=row.party_id).account_id == steward().account


# Blockers


def test_a_blocker_is_escalated_concluded_with_tasks_that_become_overdue_and_resolved():
    row = served.building()
    served.assigned(row)
    organ = people.organ_by_key("511803-natural_resources")
    blocker = blockers.raise_blocker(
        project=row.pk, what="用地红线没有确定", organ=organ.pk, since=DAY, caller=steward(), at=AT
    )
    blockers.convene(
        blocker=blocker.pk, on=DAY, question="红线怎样定", organs=[organ.pk], caller=steward(), at=AT
    )
    assert opened(row).next == "conclude"
    with pytest.raises(Refused, match="consultation_open"):
        blockers.resolve(blocker=blocker.pk, how="已经解决", caller=steward(), at=AT)
    task = rules.Task(organ.pk, "李科长", "出具红线图", DAY + timedelta(days=2))
    made = blockers.conclude(
        blocker=blocker.pk, conclusion="三日内出具红线图", tasks=[task], caller=steward(), at=AT
    )
    later = AT + timedelta(days=5)
    assert ([one.what for one in opened(row, later).late_tasks], opened(row).late_tasks) == (
        ["出具红线图"],
        [],
    )
    board = queries.overseen(city.caller("supervisor"), later)
    assert figures.figures(board).late_tasks == 1
    assert [(one.organ.pk, len(one.blockers)) for one in figures.by_organ(board)] == [(organ.pk, 1)]
    with pytest.raises(Refused, match="service_not_yours"):
        blockers.finish(task=made.tasks.get().pk, caller=city.caller("yucheng_clerk"), at=later)
    blockers.finish(
        task=made.tasks.get().pk, caller=_at_organ(city.caller("yucheng_clerk"), organ.pk), at=later
    )
    with pytest.raises(Refused, match="task_done"):
        blockers.finish(task=made.tasks.get().pk, caller=steward(), at=later)
    blockers.resolve(blocker=blocker.pk, how="红线图已经出具", caller=steward(), at=later)
    assert opened(row, later).open_blockers == []


# Closing


def test_the_enterprise_closes_once_and_its_agent_or_the_steward_does_not():
    row = served.plain()
    served.mandated(row)
    with pytest.raises(Refused, match="service_unknown"):
        projects.close(project=row.pk, rating=Rating.SATISFIED, caller=steward(), at=AT)
    people_actions.add_agent(
        party=row.party_id, username="li_qiang", name="李强", valid_to=DAY, caller=owner(), at=AT
    )
    with pytest.raises(Refused, match="only_principal"):
        projects.close(project=row.pk, rating=Rating.SATISFIED, caller=city.caller("li_qiang"), at=AT)
    projects.close(project=row.pk, rating=Rating.VERY_SATISFIED, caller=owner(), at=AT)
    with pytest.raises(Refused, match="service_closed"):
        projects.close(project=row.pk, rating=Rating.SATISFIED, caller=owner(), at=AT)
    with pytest.raises(Refused, match="service_closed"):
        log(row)
    with pytest.raises(DatabaseError), transaction.atomic():
        ServiceProject.objects.filter(pk=row.pk).update(rating=None)


# Statements


def test_a_board_is_as_many_statements_for_one_project_as_for_three():
    def counted() -> int:
        with CaptureQueriesContext(connection) as asked:
            queries.mine(caller, AT)
        return len(asked)

    caller = steward()
    served.mandated(served.building())
    served.assigned(served.plain(theme="private_industrial"))
    queries.mine(caller, AT)
    few = counted()
    for number in (2, 3):
        row = served.building(code=f"2601-511803-04-01-00000{number}")
        served.assigned(row)
        log(row, file=city.png(str(number)))
        served.assigned(served.plain(theme="private_industrial", name=f"演示{number}"))
    assert (counted(), len(queries.mine(caller, AT))) == (few, 6)
