"""Many at once, on real transactions: a stage closes once, one draft per stage, one project per code."""

import json

import pytest
from django.db import connection

from tests import city
from tests.cases.test_concurrency import together
from tests.construction import project as at_work
from tests.record.log import seal_all
from tongban.cases.actions import bundles
from tongban.cases.models import Member
from tongban.construction import tasks
from tongban.construction.actions import stages
from tongban.construction.models import Application, Closing, Project
from tongban.record import queries as record

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_organs_that_decide_the_last_two_branches_at_once_close_the_stage_once():
    row = at_work.registered(special_fire="yes")
    for stage in ("land", "planning"):
        at_work.through(row.pk, stage)
    bundle = at_work.received(row.pk, "permit")
    first, second = bundle.members.exclude(case=None).order_by("id")  # drawings and the fire design
    for one in (first, second):
        at_work.decide(one.case_id)

    def goes_on(case_no: str):
        def whole() -> None:
            bundles.onward(case_no=case_no, at=city.AT)
            stages.onward(bundle=bundle.pk, at=city.AT)

        return whole

    together(goes_on(first.case_id), goes_on(second.case_id))
    last = Member.objects.get(bundle=bundle, item="000117050000")
    at_work.decide(last.case_id)
    together(*[goes_on(last.case_id)] * 4)
    assert Closing.objects.filter(project=row.pk, stage="permit").count() == 1
    kinds = [event.kind for event in record.stream("project", row.pk)]
    assert kinds.count("stage_closed") == 3


def test_the_last_two_branches_decided_at_once_close_the_stage_once():
    """The last two run side by side: planning check and archives are granted, then fire and civil defence."""
    row = at_work.registered()
    at_work.to_works(row.pk)
    bundle = at_work.received(row.pk, "completion")
    early = list(bundle.members.exclude(case=None).order_by("id"))
    together(*[(lambda one=one: at_work.grant(bundle, one.item)) for one in early])
    at_work.grant_all(bundle)
    assert Closing.objects.filter(project=row.pk, stage="completion").count() == 1
    assert Project.objects.get(pk=row.pk).completed_at == city.AT


def test_the_lead_and_the_last_decision_at_once_close_the_stage_once():
    row = at_work.registered()
    bundle = at_work.received(row.pk, "land")
    at_work.grant(bundle, "001004001000")
    last = Member.objects.get(bundle=bundle, item="000115002000")
    at_work.decide(last.case_id)
    bundles.onward(case_no=last.case_id, at=city.AT)
    lead = at_work.lead(row.pk, "land")
    told = together(
        lambda: stages.onward(bundle=bundle.pk, at=city.AT),
        lambda: stages.close(project=row.pk, stage="land", caller=lead, at=city.AT),
    )
    assert Closing.objects.filter(project=row.pk).count() == 1
    assert [one for one in told if one] in ([], ["stage_closed"])


def test_a_stage_begun_twice_at_once_has_one_draft():
    row = at_work.registered()
    made = together(*[lambda: at_work.filled(row.pk, "land").pk] * 2)
    assert len(set(made)) == 1
    assert Application.objects.count() == 1


def test_a_code_registered_twice_at_once_is_one_project_and_the_other_is_told():
    told = together(*[lambda: at_work.registered().pk] * 2)
    assert sorted(map(str, told)) == [at_work.CODE, "project_exists"]


def test_the_end_of_an_application_closes_its_stage_by_a_job_of_the_record():
    row = at_work.registered()
    bundle = at_work.received(row.pk, "land")
    for item in ("001004001000", "000115002000"):
        case_no = Member.objects.get(bundle=bundle, item=item).case_id
        at_work.decide(case_no)
        bundles.onward(case_no=case_no, at=city.AT)
    assert at_work.state_of(row.pk, "land") == "running"  # all granted; nobody has closed it yet
    seal_all(at=city.AT)
    with connection.cursor() as cursor:
        cursor.execute(
            "select args from procrastinate_jobs where task_name = 'construction.stage_onward'"
            " and args ->> 'stream_id' = %s",
            [bundle.pk],
        )
        ((args,),) = cursor.fetchall()
    tasks.stage_onward(**json.loads(args) if isinstance(args, str) else args)
    assert at_work.state_of(row.pk, "land") == "closed"
