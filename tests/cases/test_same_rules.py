"""The API asks what the page asks: no command passes through one that the other would refuse."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests import city
from tongban.cases.models import Case
from tongban.people import actions as people_actions
from tongban.people.models import Organ
from tongban.record import queries as record

pytestmark = pytest.mark.django_db
LONG = "长" * 4001


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def post(client, now):
    """Give a command through the API; the code of the refusal, or the stage."""

    def send(number: str, username: str, resource: str, body: dict) -> str:
        token = people_actions.issue_token(
            account=city.caller(username, now).signed_in, scopes=["cases:write", "cases:submit"], label="desk",
            expires_at=now + timedelta(days=1), caller=city.caller("security_admin", now), at=now,
        )[1]  # fmt: skip
        answer = client.post(
            f"/api/cases/{number}/{resource}", json.dumps(body), content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        document = answer.json()
        return document.get("code") or document["stage"]

    return send


def failed(now: datetime) -> str:
    number = city.accepted(now)
    no = city.commands.CompleteStep(step="review", passed=False, opinion="不符合")
    city.do(number, no, "yucheng_examiner", now)
    return number


def test_art_38_nobody_writes_the_remedies_of_a_refusal_but_the_system(post, now):
    number = failed(now)
    body = {"reasons": "布局不合规", "basis": "食品安全法第三十三条", "remedies": "无"}
    assert post(number, "yucheng_approver", "refusal", body) == "refused"
    remedies = record.stream("case", number)[-1].facts["remedies"]
    assert "六十日" in remedies and "六个月" in remedies


def test_art_32_2_a_case_is_moved_only_to_an_organ_that_runs_the_item(post, now):
    number = city.received(now)
    bureau = Organ.objects.get(name="雅安市政务服务和大数据局")
    other = Organ.objects.get(name="雅安市名山区市场监督管理局")
    moves = [
        post(number, "yucheng_clerk", "transfer", {"organ": organ, "reason": "管辖变更"})
        for organ in (bureau.pk, Case.objects.get(pk=number).organ_id, other.pk)
    ]
    assert moves == ["organ_does_not_run_item", "same_organ", "received"]


@pytest.mark.parametrize(
    ("begin", "username", "resource", "body", "code"),
    [
        (city.received, "yucheng_clerk", "release", {"reason": "长" * 501}, "invalid"),
        (city.received, "wang_xiaomei", "withdrawal", {"reason": "长" * 501}, "invalid"),
        (
            city.received,
            "yucheng_clerk",
            "non-acceptance",
            {"ground": "not_competent", "reason": LONG},
            "invalid",
        ),
        (
            city.received,
            "yucheng_clerk",
            "non-acceptance",
            {"ground": "not_competent", "reason": "\u200b"},
            "reasons_required",
        ),
        (failed, "yucheng_approver", "refusal", {"reasons": LONG, "basis": "法"}, "invalid"),
        (failed, "yucheng_approver", "refusal", {"reasons": "\u2060", "basis": "法"}, "reasons_required"),
        (
            city.accepted,
            "yucheng_examiner",
            "special-procedure",
            {"ground": "expert_review", "expected_days": 366, "reason": "评审"},
            "invalid",
        ),
        (
            city.granted,
            "yucheng_delivery",
            "delivery",
            {"method": "window", "recipient": "长" * 61},
            "invalid",
        ),
        (
            city.granted,
            "yucheng_delivery",
            "delivery",
            {"method": "pigeon", "recipient": "王晓梅"},
            "delivery_method_unknown",
        ),
    ],
)
def test_what_the_page_would_refuse_the_api_refuses(post, now, begin, username, resource, body, code):
    assert post(begin(now), username, resource, body) == code
