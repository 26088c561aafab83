"""A project goes through its stages: on one form each, through the gates of law, closed once."""

from datetime import timedelta

import pytest

from tests import city
from tests.construction import project as at_work
from tongban.cases.actions import bundles, letters
from tongban.cases.models import Bundle, Draft, Form, Member
from tongban.cases.queries import subjects
from tongban.construction.actions import stages
from tongban.construction.models import Application, Closing, Project
from tongban.construction.queries import projects as read
from tongban.engine.refusal import Refused
from tongban.licences.models import Licence
from tongban.people.models import Organ
from tongban.record import queries as record

pytestmark = pytest.mark.django_db
FILING, LAND, PLANNING, DRAWINGS, PERMIT = (
    "001004001000", "000115002000", "000115003000", "001017113000", "000117050000",
)  # fmt: skip


def said(code: str) -> list[str]:
    return [event.kind for event in record.stream("project", code)]


def test_a_stage_is_a_bundle_of_the_items_that_apply_in_the_order_of_law():
    row = at_work.registered()
    bundle = at_work.received(row.pk, "land")
    assert bundle.pk.startswith("GG511803")
    assert list(bundle.members.order_by("id").values_list("item", "state", "after")) == [
        (FILING, "running", []),
        (LAND, "waiting", [FILING]),
    ]
    at_work.grant_all(bundle)
    assert at_work.state_of(row.pk, "land") == "closed"
    assert said(row.pk) == ["project_registered", "stage_received", "stage_closed"]


def test_a_stage_whose_gate_is_closed_cannot_be_begun_and_says_what_is_missing():
    row = at_work.registered()
    with pytest.raises(Refused) as refused:
        at_work.filled(row.pk, "permit")
    assert refused.value.code == "gate_closed"
    assert [(one["any_of"], one["law"], one["article"]) for one in refused.value.facts["missing"]] == [
        ([LAND], "building", "第八条第一项"),
        ([PLANNING], "building", "第八条第二项"),
    ]


def test_what_earlier_stages_gave_is_not_asked_again_and_cannot_be_changed():
    row = at_work.registered()
    at_work.through(row.pk, "land")
    draft = at_work.filled(row.pk, "planning")
    resolved = subjects.resolved(draft)
    asked = {field.code for section in resolved.sections for field in section.fields}
    given = {field.code for section in resolved.given for field in section.fields}
    assert {"project_code", "project_name", "company_name", "land_area"} <= given
    assert not asked & given
    assert draft.form["project_name"] == row.name


def test_the_cases_of_a_stage_hold_the_answers_given_before():
    row = at_work.registered()
    bundle = at_work.through(row.pk, "land")
    form = Form.objects.get(case=Member.objects.get(bundle=bundle, item=LAND).case_id)
    assert form.answers["project_code"] == row.pk


def test_the_whole_way_from_registration_to_completion():
    row = at_work.registered()
    at_work.to_works(row.pk)
    at_work.through(row.pk, "completion")
    row = Project.objects.get(pk=row.pk)
    assert row.completed_at == city.AT
    assert [part.state for part in read.opened(row, city.AT).parts[:4]] == ["closed"] * 4
    assert said(row.pk)[-2:] == ["stage_closed", "project_completed"]


def test_building_cannot_begin_without_the_permit_and_the_environmental_approval():
    row = at_work.registered(eia="report")
    for stage in ("land", "planning", "permit"):
        at_work.through(row.pk, stage)
    with pytest.raises(Refused) as refused:
        stages.start_works(project=row.pk, on=city.AT.date(), caller=at_work.owner(), at=city.AT)
    assert [one["law"] for one in refused.value.facts["missing"]] == ["impact"]


def test_a_refusal_leaves_the_stage_open_and_only_what_was_refused_is_applied_for_again():
    row = at_work.registered()
    bundle = at_work.received(row.pk, "land")
    at_work.grant(bundle, FILING)
    at_work.grant(bundle, LAND, refuse=True)
    assert at_work.state_of(row.pk, "land") == "open"
    again = at_work.received(row.pk, "land")
    assert list(again.members.values_list("item", flat=True)) == [LAND]
    at_work.grant_all(again)
    assert at_work.state_of(row.pk, "land") == "closed"


def test_the_organ_that_refused_still_counts_when_another_handles_the_item_now():
    row = at_work.registered()
    bundle = at_work.received(row.pk, "land")
    later = city.AT + timedelta(days=1)
    at_work.grant(bundle, FILING)
    at_work.accept(bundle, LAND)
    at_work.grant(bundle, LAND, refuse=True, at=later)
    first = Member.objects.get(bundle=bundle, item=LAND).organ
    other = Member.objects.get(bundle=bundle, item=FILING).organ
    assert other.pk != first.pk
    again = at_work.received(row.pk, "land", at=later)
    Member.objects.filter(bundle=again, item=LAND).update(organ=other)
    found = read.opened(Project.objects.get(pk=row.pk), later)
    assert [(organ.pk, days) for organ, days in found.holding_up] == [(first.pk, 1)]


def test_a_stage_no_organ_leads_is_closed_by_nobody():
    row = at_work.registered()
    at_work.received(row.pk, "land")
    caller = at_work.lead(row.pk, "land")
    Organ.objects.filter(department="natural_resources").update(department="elsewhere")
    with pytest.raises(Refused, match="not_the_lead"):
        stages.close(project=row.pk, stage="land", caller=caller, at=city.AT)


def test_the_lead_organ_cannot_close_a_stage_while_a_mandatory_branch_is_open():
    row = at_work.registered()
    bundle = at_work.received(row.pk, "land")
    at_work.grant(bundle, FILING)
    with pytest.raises(Refused) as refused:
        stages.close(project=row.pk, stage="land", caller=at_work.lead(row.pk, "land"), at=city.AT)
    assert (refused.value.code, refused.value.facts) == ("branch_open", {"items": [LAND]})


def test_only_the_lead_organ_closes_a_stage():
    row = at_work.registered()
    at_work.received(row.pk, "land")
    with pytest.raises(Refused, match="not_the_lead"):
        stages.close(project=row.pk, stage="land", caller=at_work.lead(row.pk, "permit"), at=city.AT)


def test_both_measures_count_working_days_from_the_events():
    row = at_work.registered()
    bundle = at_work.received(row.pk, "land", at=city.AT)
    at_work.grant(bundle, FILING, at=city.AT)  # an instant item: day 0 does not count
    later = city.AT + timedelta(days=6)  # Monday 9 November
    at_work.accept(bundle, LAND, at=city.AT + timedelta(days=1))
    at_work.grant(bundle, LAND, at=later)
    found = read.opened(Project.objects.get(pk=row.pk), later)
    assert (found.measured.approval_days, found.measured.span_days) == (3, 4)


def test_beginning_twice_is_the_same_draft_and_a_discarded_one_frees_the_stage():
    row = at_work.registered()
    first, second = at_work.filled(row.pk, "land"), at_work.filled(row.pk, "land")
    assert first.pk == second.pk
    Draft.objects.filter(pk=first.pk).delete()
    assert Application.objects.count() == 0


def test_a_stage_closes_once_however_often_it_is_told():
    row = at_work.registered()
    bundle = at_work.through(row.pk, "land")
    stages.onward(bundle=bundle.pk, at=city.AT)
    assert Closing.objects.filter(project=row.pk).count() == 1


def test_the_gates_are_looked_at_again_when_the_application_is_received():
    row = at_work.registered()
    before = at_work.through(row.pk, "land")
    draft = at_work.filled(row.pk, "planning")
    Member.objects.filter(bundle=before, item=LAND).update(state="refused")
    with pytest.raises(Refused, match="gate_closed"):
        bundles.receive(draft=draft.pk, caller=at_work.owner(), at=city.AT)
    assert not Bundle.objects.filter(draft=draft.pk).exists()
    assert said(row.pk)[-1] == "stage_closed"


def test_what_was_annulled_opens_no_gate_any_more_and_can_be_applied_for_again():
    """行政许可法 Art 69, 70."""
    row = at_work.registered()
    bundle = at_work.through(row.pk, "land")
    case_no = Member.objects.get(bundle=bundle, item=LAND).case_id
    for event in record.stream("case", case_no):
        letters.issue(case_no=case_no, position=event.position, at=city.AT)
    Licence.objects.filter(case_no=case_no).update(status="annulled", ended_at=city.AT)
    with pytest.raises(Refused, match="gate_closed"):
        at_work.filled(row.pk, "planning")
    again = at_work.through(row.pk, "land")
    assert list(again.members.values_list("item", flat=True)) == [LAND]
    assert at_work.state_of(row.pk, "land") == "closed"
    assert said(row.pk).count("stage_closed") == 1
    assert at_work.filled(row.pk, "planning").pk


def test_whoever_is_overdue_is_named_and_turns_the_project_red():
    row = at_work.registered()
    bundle = at_work.received(row.pk, "land")
    at_work.grant(bundle, FILING)
    at_work.accept(bundle, LAND)
    later = city.AT + timedelta(days=10)  # the promise is three working days
    found = read.opened(Project.objects.get(pk=row.pk), later)
    assert [one.item for one in found.late] == [LAND]
    assert found.light == "red"
    assert [(organ.department, days) for organ, days in found.holding_up] == [("natural_resources", 8)]
