"""Wordings that come into use on a day to come: known and translated in time, told apart from what is said today."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tests import city
from tests.bilingual import translated as t
from tests.people.signing import sign_in
from tongban.bilingual import actions, queries
from tongban.bilingual.models import Message
from tongban.bilingual.rules.wording import Source
from tongban.bilingual.rules.workflow import Deed, Standing
from tongban.engine.refusal import Refused

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
OLD, NEW = "请刷新页面。", "请刷新页面后再试。"


def planned(zh: str = NEW, begins_at=city.AT + DAY, at=city.AT) -> None:
    actions.say(part="guides", sources=[Source("9/name", zh, "甲")], at=at, within=["9"], begins_at=begins_at)


def said(zh: str = OLD, at=city.AT) -> None:
    actions.say(part="guides", sources=[Source("9/name", zh, "甲")], at=at, within=["9"])


def known(at) -> list[tuple[str, str, bool]]:
    """The wordings in the list at an instant: Chinese, standing, whether it is still to come."""
    rows = queries.lines("guides", "bo", words="请刷新", at=at)
    return [(row.zh, row.standing, row.begins_at is not None) for row in rows]


def counted(at) -> tuple[int, int, int, int]:
    """All, approved, planned, and planned without an approved translation, of the guides in Tibetan."""
    row = next(row for row in queries.coverage(at) if (row.part, row.language) == ("guides", "bo"))
    return row.total, row.count(Standing.APPROVED), row.coming, row.unready


def test_a_wording_due_tomorrow_is_known_today_and_what_is_said_today_stands_as_it_stood():
    said()
    t.approved(t.message(OLD, "guides"))
    total = counted(city.AT)[0]
    planned()
    assert known(city.AT) == [(OLD, "approved", False), (NEW, "stale", True)]
    assert counted(city.AT) == (total, 1, 1, 1)
    assert known(city.AT + DAY) == [(NEW, "stale", False)]
    assert counted(city.AT + DAY) == (total, 0, 0, 0)
    row = queries.coverage(city.AT)[1]
    assert (row.part, row.begins_at) == ("guides", city.AT + DAY)


def test_a_planned_wording_is_translated_before_its_day_and_shown_from_it_on():
    said()
    t.approved(t.message(OLD, "guides"))
    planned()
    coming = t.message(NEW, "guides")
    assert queries.sheet(coming.pk, "bo", t.caller("bo_translator")).former.zh == OLD
    t.approved(coming, words="ཅ་ཆ་")
    assert known(city.AT) == [(OLD, "approved", False), (NEW, "approved", True)]
    assert counted(city.AT)[2:] == (1, 0)
    assert known(city.AT + DAY) == [(NEW, "approved", False)]


def test_telling_everything_again_leaves_what_is_planned_and_keeps_what_has_begun():
    said()
    t.approved(t.message(OLD, "guides"))
    planned()
    everything = [
        Source(row.key, row.zh, row.place) for row in Message.objects.filter(part="guides", begins_at=None)
    ]
    actions.say(part="guides", sources=everything, at=city.AT)
    assert known(city.AT) == [(OLD, "approved", False), (NEW, "stale", True)]
    begun = [msgspec.structs.replace(one, zh=NEW) if one.key == "9/name" else one for one in everything]
    for _ in range(2):
        actions.say(part="guides", sources=begun, at=city.AT + DAY)
        assert known(city.AT + DAY) == [(NEW, "stale", False)]
    assert Message.objects.filter(key="9/name", retired_at=None).count() == 1
    said("请刷新页面再试一次。", at=city.AT + 2 * DAY)
    assert known(city.AT + 2 * DAY) == [("请刷新页面再试一次。", "stale", False)]


def test_a_plan_that_is_given_up_is_translated_no_more():
    said()
    planned()
    row = t.drafted(t.message(NEW, "guides"))
    planned(
        NEW + "谢谢。", begins_at=city.AT + DAY / 2
    )  # comes first: what was planned for later is given up
    assert known(city.AT) == [(OLD, "untranslated", False), (NEW + "谢谢。", "untranslated", True)]
    with pytest.raises(Refused, match="wording_gone"):
        t.decided(row, Deed.REVIEW, "bo_reviewer")
    said("请刷新一下。")  # published at once
    assert known(city.AT + DAY) == [("请刷新一下。", "untranslated", False)]


def test_a_later_plan_leaves_an_earlier_one_and_what_does_not_change_is_no_plan():
    said()
    planned(OLD)
    assert counted(city.AT)[2] == 0
    planned()
    planned(OLD, begins_at=city.AT + 2 * DAY)  # and back again
    assert [row[0] for row in known(city.AT)] == [OLD, NEW, OLD]
    assert [row[0] for row in known(city.AT + DAY)] == [NEW, OLD]
    assert [row[0] for row in known(city.AT + 2 * DAY)] == [OLD]
    planned()
    assert [row[0] for row in known(city.AT)] == [OLD, NEW]


def test_what_is_planned_is_the_translators_turn_and_stands_in_the_list(client):
    now = datetime.now(UTC)
    said(at=now)
    planned(begins_at=now + DAY, at=now)
    sign_in(client, "bo_translator")
    home, listed = (
        client.get(f"/desk/bilingual/{path}").content.decode() for path in ("", "bo/guides/?q=请刷新")
    )
    assert "另有 1 条中文已定稿、尚未启用" in home
    assert "其中 1 条还没有审定的译文" in home
    assert "起使用" in listed
    sheet = client.get(f"/desk/bilingual/messages/{t.message(NEW, 'guides').pk}/bo/").content.decode()
    assert "起使用" in sheet
