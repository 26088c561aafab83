"""The completeness check: two clerks, one list; everything once; in the guide's words."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests import city
from tests.people.signing import sign_in
from tongban.cases.actions import letters, notice
from tongban.cases.models import Case
from tongban.cases.queries import opened
from tongban.cases.queries.findings import findings
from tongban.engine.refusal import Refused
from tongban.people import actions as people_actions
from tongban.record import queries as record
from tongban.record.models import Refusal

pytestmark = pytest.mark.django_db

LEFT_OUT = frozenset({city.MISSING, "food_safety_system"})
BY = (city.AT + timedelta(days=30)).date()


def told(number: str) -> dict:
    """The facts of the notice on the record."""
    return next(event.facts for event in record.stream("case", number) if event.kind == "correction_noticed")


def notify(number: str, marks: dict, username: str = "yucheng_clerk"):
    caller = city.caller(username)
    return notice.notify(case_no=number, marks=marks, remarks={}, correct_by=BY, caller=caller, at=city.AT)


def code(number: str, **marks) -> str:
    with pytest.raises(Refused) as refused:
        notify(number, marks)
    return refused.value.code


def test_two_clerks_who_find_the_same_in_any_order_send_the_same_notice(client):
    """One ticks on the page from top to bottom, the other's system sends the list the other way round."""
    now = datetime.now(UTC)
    by_page, by_api = (city.received(now, LEFT_OUT) for _ in range(2))
    correct_by = (now + timedelta(days=30)).date().isoformat()
    sign_in(client, "yucheng_clerk", second_factor=True)
    client.post(
        f"/desk/cases/{by_page}/check",
        {f"m_{material}": "missing" for material in sorted(LEFT_OUT)}
        | {f"v_{material}": "fault" for material in LEFT_OUT},
    )
    client.post(f"/desk/cases/{by_page}/verdict", {"correct_by": correct_by})
    token = people_actions.issue_token(
        account=city.caller("yucheng_clerk", now).signed_in, scopes=["cases:write"], label="desk",
        expires_at=now + timedelta(days=1), caller=city.caller("security_admin", now), at=now,
    )[1]  # fmt: skip
    answer = client.post(
        f"/api/cases/{by_api}/correction-notice",
        json.dumps({
            "defects": [{"material": material, "defect": "missing"} for material in sorted(LEFT_OUT, reverse=True)],
            "correct_by": correct_by,
        }),
        content_type="application/json", headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    assert told(by_page)["defects"] == told(by_api)["defects"]
    assert [line["material"] for line in told(by_page)["defects"]] == in_guide_order(by_page, LEFT_OUT)


def in_guide_order(number: str, wanted) -> list[str]:
    guide = opened.unfold(Case.objects.get(pk=number), city.AT).guide
    return [part.code for part in guide.materials if part.code in wanted]


def test_what_a_clerk_overlooks_is_on_the_list_when_a_required_material_was_not_given():
    number = city.received(leave_out=LEFT_OUT)
    notify(number, {city.MISSING: ["missing"]})
    assert {line["material"] for line in told(number)["defects"]} == LEFT_OUT


def test_the_letters_of_two_clerks_carry_the_same_words():
    numbers = [city.received(leave_out=LEFT_OUT) for _ in range(2)]
    notify(numbers[0], {city.MISSING: ["missing"], "food_safety_system": ["missing"]})
    notify(numbers[1], {"food_safety_system": ["missing"]})
    printed = [letters.issue(case_no=number, position=2, at=city.AT)[0].data for number in numbers]
    assert printed[0]["defects"] == printed[1]["defects"]


@pytest.mark.parametrize(
    ("marks", "refused"),
    [
        ({"passport": ["missing"]}, "unknown_material"),
        ({city.MISSING: ["ugly"]}, "unknown_defect"),
        ({}, "notice_is_empty"),
    ],
)
def test_nothing_but_what_the_guide_lists_can_be_found(marks, refused):
    assert code(city.received(), **marks) == refused


def test_the_second_notice_cannot_come_back_to_what_the_first_left_unsaid():
    number = city.corrected()
    assert code(number, food_safety_system=["missing"]) == "already_noticed_once"
    again = opened.unfold(Case.objects.get(pk=number), city.AT)
    assert [line.material for line in findings(again, {city.MISSING: ["missing"]})] == [city.MISSING]


def test_a_refused_notice_leaves_its_trace_and_changes_nothing():
    number = city.received()
    before = Case.objects.get(pk=number).state
    assert code(number, passport=["missing"]) == "unknown_material"
    assert Case.objects.get(pk=number).state == before

    assert [(row.code, row.facts) for row in Refusal.objects.filter(stream_id=number)] == [
        ("unknown_material", {"command": "Notify"})
    ]
