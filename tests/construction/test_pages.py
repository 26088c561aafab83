"""The pages of projects: what an owner and an officer see and do."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import city
from tests.construction import project as at_work
from tests.people.signing import sign_in
from tongban.catalogue.models import ItemVersion
from tongban.construction.models import Application, Participant, Project
from tongban.engine.refusal import Refused
from tongban.people.models import Organ
from tongban.people.seeding import DEMO_PASSWORD

pytestmark = pytest.mark.django_db


def signed_in(username: str) -> Client:
    client = Client()
    sign_in(client, username)
    return client


@pytest.fixture
def owner() -> Client:
    return signed_in("wang_xiaomei")


@pytest.fixture
def officer() -> Client:
    return signed_in("mingshan_clerk")


def page(client: Client, name: str, *args: str) -> str:
    response = client.get(reverse(f"construction:{name}", args=args))
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_project_is_registered_and_its_page_says_what_is_next(owner):
    theme = owner.get("/projects/new/?theme=private_industrial&county=511803")
    assert theme.url == "/projects/new/private_industrial/?county=511803"
    page_ = owner.get(theme.url)
    assert "登记项目" in page_.content.decode()
    facts = {key: value for key, value in at_work.FACTS.items() if key not in {"housing", "civil_defence"}}
    party = page_.context["parties"][-1].party.id
    posted = {
        **at_work.ANSWERS,
        **facts,
        "project_code": at_work.CODE,
        "project_town": at_work.town(),
        "party": party,
    }
    made = owner.post(theme.url, posted)
    assert made.status_code == 302, made.context["form"].errors
    assert Project.objects.get(pk=at_work.CODE).facts["works"] == "building"
    shown = owner.get(made.url).content.decode()
    assert "下一步：申请这个阶段" in shown


@pytest.mark.parametrize("place", ["511800", "511803001", "999999", ""])
def test_a_project_is_registered_at_a_county_only(owner, place):
    assert owner.get(f"/projects/new/private_industrial/?county={place}").url == "/projects/new/"
    with pytest.raises(Refused, match="place_elsewhere"):
        at_work.registered(county=place)


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(owner):
    answer = owner.post("/projects/new/private_industrial/?county=511803", {"project_name": "演示项目"})
    assert answer.status_code == 422
    assert "演示项目" in answer.content.decode()
    assert "project_code" in answer.context["form"].errors


def test_a_code_is_registered_once(owner):
    row = at_work.registered()
    facts = {key: value for key, value in at_work.FACTS.items() if key not in {"housing", "civil_defence"}}
    posted = {
        **at_work.ANSWERS,
        **facts,
        "project_code": row.pk,
        "project_town": at_work.town(),
        "party": row.party_id,
    }
    answer = owner.post("/projects/new/private_industrial/?county=511803", posted)
    assert (answer.status_code, "已经登记" in answer.content.decode()) == (422, True)


def test_the_form_of_a_stage_is_begun_from_its_page_and_shows_what_is_known(owner):
    row = at_work.registered()
    begun = owner.post(f"/projects/{row.pk}/stages/land/")
    assert begun.status_code == 302
    tasks = owner.get(begun.url).content.decode()
    assert "已有信息（自动带入，不用再填）" in tasks
    assert at_work.ANSWERS["project_name"] in tasks


def test_a_closed_gate_is_told_with_what_is_missing_and_the_law(owner):
    row = at_work.registered()
    shown = page(owner, "stage", row.pk, "permit")
    assert "缺少前置条件" in shown
    assert "建设用地规划许可证核发" in shown
    assert "《中华人民共和国建筑法》第八条第一项" in shown.replace("<", "\n<").replace("\n", "")
    assert owner.post(f"/projects/{row.pk}/stages/permit/").status_code == 409
    assert Application.objects.count() == 0


def test_a_participant_is_entered_and_replaced(owner):
    row = at_work.registered()
    firm = {
        "name": "演示建筑公司",
        "uscc": "91511800MA62000186",
        "qualification": "总承包二级",
        "leader": "张三",
    }
    address = reverse("construction:participant", args=[row.pk, "builder"])
    assert owner.post(address, firm | {"uscc": "91511800MA62000187"}).status_code == 422
    assert owner.post(address, firm).status_code == 302
    assert owner.post(address, firm | {"name": "另一家公司"}).status_code == 302
    assert list(Participant.objects.filter(ended_at=None).values_list("name", flat=True)) == ["另一家公司"]
    assert "另一家公司" in page(owner, "project", row.pk)


def test_anothers_project_is_not_found(owner):
    row = at_work.registered()
    other = signed_in("li_qiang")
    for name, *rest in (("project",), ("stage", "land"), ("works",), ("participant", "builder")):
        assert other.get(reverse(f"construction:{name}", args=[row.pk, *rest])).status_code == 404


def test_an_officer_of_another_county_does_not_see_the_project(officer):
    row = at_work.registered()
    assert officer.get(reverse("construction:desk_project", args=[row.pk])).status_code == 200
    foreign = signed_in("yucheng_clerk")
    assert foreign.get(reverse("construction:desk_project", args=[row.pk])).status_code == 404
    assert row.name not in page(foreign, "desk_projects")


def test_an_officer_of_a_town_is_listed_no_project_whose_board_is_closed_to_him():
    row = at_work.registered()
    officer = signed_in("mingshan_clerk")
    organ = Organ.objects.get(posts__account__username="mingshan_clerk")
    organ.division_id = at_work.town()
    organ.save()
    assert officer.get(reverse("construction:desk_project", args=[row.pk])).status_code == 404
    assert row.name not in page(officer, "desk_projects")


def test_a_project_page_is_there_while_one_of_its_items_is_suspended(owner, officer):
    row = at_work.registered()
    ItemVersion.objects.filter(item__base_code="000117050000").update(status="suspended")
    assert "000117050000" in page(owner, "project", row.pk)
    assert row.name in page(officer, "desk_projects")
    assert "000117050000" in page(Client(), "map", row.theme)


def test_the_board_shows_every_branch_with_its_gate(officer):
    row = at_work.registered()
    at_work.received(row.pk, "land")
    shown = page(officer, "desk_project", row.pk)
    for words in ("企业投资项目备案", "办理中", "等前面的结果", "建筑法"):
        assert words in shown


def test_the_list_takes_the_same_number_of_statements_for_one_project_and_for_three(officer):
    def statements() -> int:
        page(officer, "desk_projects")
        with CaptureQueriesContext(connection) as asked:
            page(officer, "desk_projects")
        return len(asked)

    first = at_work.registered()
    at_work.received(first.pk, "land")
    one = statements()
    for number in (2, 3):
        row = at_work.registered(code=f"2601-511803-04-01-00000{number}")
        at_work.received(row.pk, "land")
    assert statements() == one


def test_the_branches_of_ones_organ_are_listed():
    row = at_work.registered()
    at_work.received(row.pk, "land")
    shown = page(signed_in("supervisor"), "desk_branches")
    assert "企业投资项目备案" in shown
    assert row.name in shown
    assert "没有并联事项" in page(signed_in("mingshan_clerk"), "desk_branches")


@pytest.mark.parametrize("theme", ["government_building", "private_small"])
def test_the_approval_map_is_drawn_from_the_definition(theme):
    shown = page(Client(), "map", theme)
    assert "<svg" in shown
    assert "法律规定的先后" in shown
    bpmn = Client().get(reverse("construction:bpmn", args=[theme])).content.decode()
    assert "建设用地规划许可证核发" in bpmn


def test_the_works_are_begun_once_their_gate_is_open(owner):
    row = at_work.registered()
    address = reverse("construction:works", args=[row.pk])
    assert owner.post(address, {"on": city.AT.date().isoformat()}).status_code == 422
    for stage in ("land", "planning", "permit"):
        at_work.through(row.pk, stage)
    assert "登记开工" in page(owner, "project", row.pk)
    assert owner.post(address, {"on": city.AT.date().isoformat()}).status_code == 302


def test_a_stage_is_signed_and_received_through_the_pages(owner):
    row = at_work.registered()
    draft = at_work.filled(row.pk, "land")
    check = owner.get(reverse("cases:check", args=[draft.pk]))
    assert at_work.ANSWERS["project_name"] in check.content.decode()
    pdf = owner.get(reverse("cases:application_form", args=[draft.pk]))
    assert (pdf.status_code, pdf["Content-Type"]) == (200, "application/pdf")
    signed = {
        "declare": "yes",
        "name": "王晓梅",
        "secret": DEMO_PASSWORD,
        "digest": check.context["a"].digest,
    }
    done = owner.post(reverse("cases:check", args=[draft.pk]), signed)
    assert done.status_code == 302, done.context["errors"]
    followed = owner.get(done.url).content.decode()
    assert "阶段申请编号" in followed
    assert Application.objects.get(project=row).bundle_id
    assert "下一步：申请并行推进事项" in page(owner, "project", row.pk)  # the registration of effects
