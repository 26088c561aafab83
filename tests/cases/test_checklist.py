"""The completeness checklist at the workbench: every finding has a name, the rest is accepted as it is."""

import pytest

from tests.city import MISSING, corrected, received
from tests.people.signing import sign_in
from tongban.cases.models import Check

pytestmark = pytest.mark.django_db


def page(client, number: str, **posted) -> str:
    answer = client.post(f"/desk/cases/{number}/check", posted, follow=True)
    return answer.content.decode()


def test_what_was_not_handed_in_is_marked_before_the_clerk_starts(client):
    number = received(leave_out=frozenset({MISSING}))
    sign_in(client, "yucheng_clerk", second_factor=True)
    shown = client.get(f"/desk/cases/{number}/check").content.decode()
    fault = 'name="v_{}" value="fault" checked'
    assert (fault.format(MISSING) in shown, fault.format("food_safety_system") in shown) == (True, False)


def test_a_finding_without_a_name_is_sent_back_with_what_was_marked_elsewhere(client):
    number = received()
    sign_in(client, "yucheng_clerk", second_factor=True)
    shown = page(
        client,
        number,
        v_food_safety_system="fault",
        v_layout_flow_chart="fault",
        m_layout_flow_chart="missing",
    )
    assert "“保证食品安全的规章制度目录清单”不符合，但没有勾选问题" in shown
    assert 'name="m_layout_flow_chart" value="missing" checked' in shown
    assert not Check.objects.filter(case=number).exists()


def test_a_material_found_right_after_all_carries_no_defect(client):
    number = received()
    sign_in(client, "yucheng_clerk", second_factor=True)
    shown = page(client, number, v_layout_flow_chart="ok", m_layout_flow_chart="missing")
    assert Check.objects.get(case=number).marks["layout_flow_chart"] == []
    assert "材料齐全，符合法定形式" in shown


def test_the_second_time_only_what_came_since_can_be_marked(client):
    number = corrected()
    sign_in(client, "yucheng_clerk", second_factor=True)
    shown = client.get(f"/desk/cases/{number}/check").content.decode()
    assert f'name="v_{MISSING}"' in shown
    assert 'name="v_food_safety_system"' not in shown
    page(client, number, m_food_safety_system="missing")
    assert "food_safety_system" not in Check.objects.get(case=number).marks
