"""The pages of standing findings: who sees what, what is refused stays typed, a fixed number of statements."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import city
from tests.catalogue.test_standing import PLANTED, looked_at
from tests.people.signing import sign_in
from tongban.catalogue import actions, queries
from tongban.catalogue.models import StandingFinding

pytestmark = pytest.mark.django_db
NO = "11511802MB0B0102XQ4000131001000202611030001"
EXPLAINED = {"kind": "explain", "words": "有依据", "basis": "《食品安全法》第三十五条"}


@pytest.fixture
def row(db) -> StandingFinding:
    return city.finding(NO, "无违规经营证明", timezone.now())


def page(client, row: StandingFinding) -> str:
    return client.get(reverse("catalogue:finding", kwargs={"key": row.key})).content.decode()


def address(name: str, row: StandingFinding, **more: str) -> str:
    return reverse(f"catalogue:{name}", kwargs={"key": row.key, **more})


def test_a_head_sees_rule_law_case_and_deadline_and_answers(client, row):
    sign_in(client, "yucheng_head")
    listed = client.get(reverse("catalogue:findings")).content.decode()
    assert row.message["zh"] in listed and "1 个办件" in listed and "还有 10 个工作日" in listed
    shown = page(client, row)
    for words in (
        "不得索要指南以外的材料",
        "《行政许可法》第三十一条",
        f"/desk/cases/{NO}/#event-1",
        "提交答复",
    ):
        assert words in shown
    answer = client.post(address("answer_standing", row), EXPLAINED)
    assert answer.status_code == 302
    shown = page(client, row)
    assert "等待政务服务机构审查" in shown and "提交答复" not in shown and "审查答复" not in shown


def test_the_link_to_a_case_leads_to_the_very_event(client, row):
    number = city.received()
    sign_in(client, "yucheng_head")
    assert 'id="event-1"' in client.get(f"/desk/cases/{number}/").content.decode()


def test_what_is_refused_names_the_field_and_keeps_what_was_typed(client, row):
    sign_in(client, "yucheng_head")
    answer = client.post(address("answer_standing", row), EXPLAINED | {"basis": ""})
    said = answer.content.decode()
    assert answer.status_code == 422 and 'href="#id_basis"' in said and "有依据</textarea>" in said
    row.refresh_from_db()
    assert row.stand == "open"


def test_the_reviewer_sends_back_with_a_reason_or_accepts(client, row):
    now = timezone.now()
    head = city.caller("yucheng_head", now)
    actions.answer_standing(key=row.key, **EXPLAINED, caller=head, at=now)
    sign_in(client, "service_reviewer")
    assert "审查答复" in page(client, row)
    without = client.post(address("review_standing", row, verdict="return"), {"note": ""})
    assert (without.status_code, "退回时请写明原因和要求。" in without.content.decode()) == (422, True)
    assert (
        client.post(address("review_standing", row, verdict="return"), {"note": "条款不对"}).status_code
        == 302
    )
    assert "条款不对" in page(client, row)
    actions.answer_standing(key=row.key, **EXPLAINED, caller=head, at=now)
    assert client.post(address("review_standing", row, verdict="acceptance")).status_code == 302
    public = client.get(reverse("catalogue:cleanup")).content.decode()
    assert "《食品安全法》第三十五条" in public and "不得索要指南以外的材料" in public
    assert "无违规经营证明" not in public  # an officer's words may name somebody


def test_another_countys_head_does_not_know_of_it(client, row):
    sign_in(client, "mingshan_head")
    assert row.message["zh"] not in client.get(reverse("catalogue:findings")).content.decode()
    assert client.get(address("finding", row)).status_code == 404


def test_a_finding_of_a_guide_leads_to_the_very_part_in_force_and_in_the_draft(client):
    looked_at(PLANTED, timezone.now())
    row = StandingFinding.objects.get(rule="suspect_material")
    place = next(n for n, part in enumerate(PLANTED.materials) if part.code == "layout_flow_chart")
    sign_in(client, "market_editor")
    shown = page(client, row)
    version = queries.version_in_force(queries.item(city.ITEM).pk, timezone.now())
    assert f"/desk/versions/{version.pk}/preview#materials.{place}" in shown
    draft = actions.begin(guide=PLANTED, caller=city.caller("market_editor"), at=timezone.now())
    assert f"/desk/versions/{draft.pk}/parts/edit?at=materials.{place}" in page(client, row)
    preview = client.get(reverse("catalogue:version_preview", kwargs={"version": version.pk}))
    assert f'id="materials.{place}"' in preview.content.decode()


def test_pages_ask_a_fixed_number_of_statements(client, row):
    sign_in(client, "yucheng_head")
    page(client, row)  # what is remembered of the catalogue is read
    counts = []
    for number in range(3):
        city.finding(f"{NO[:-1]}{number + 2}", "无违规经营证明", timezone.now())
        city.finding(NO, f"证明{number}", timezone.now())
        with CaptureQueriesContext(connection) as sent:
            client.get(reverse("catalogue:findings"))
            page(client, row)
            client.get(reverse("catalogue:findings_figures"))
            client.get(reverse("catalogue:cleanup"))
        counts.append(len(sent))
    assert counts == counts[:1] * 3


def test_the_document_for_other_programs_says_where_each_finding_stands(row):
    (told,) = json.loads(
        json.dumps(queries.standing_document(city.caller("supervisor"), timezone.now()), default=str)
    )
    assert {
        name: told[name] for name in ("rule", "where", "stand", "settled", "overdue", "answer", "cases")
    } == {
        "rule": "material_not_in_guide",
        "where": f"{city.ITEM} materials.无违规经营证明",
        "stand": "open",
        "settled": False,
        "overdue": False,
        "answer": None,
        "cases": [NO],
    }
