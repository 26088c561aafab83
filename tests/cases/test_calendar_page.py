"""The working-day calendar as an official keeps it: read by all officers, entered by the editor, moves deadlines."""

from datetime import UTC, date, datetime

import pytest

from tests.city import accepted, caller, do
from tests.people.signing import sign_in
from tongban.cases.actions import recalculation
from tongban.cases.models import Case
from tongban.cases.queries import opened
from tongban.cases.rules import duties
from tongban.catalogue import actions as catalogue
from tongban.catalogue import queries
from tongban.engine.lifecycle import commands
from tongban.record.models import Event, Refusal

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)  # Tuesday
LATER = datetime(2026, 11, 4, 2, 0, tzinfo=UTC)
REST = {"first": "2026-11-06", "last": "2026-11-06", "works": "rest", "document": "国办发明电〔2026〕9号"}


@pytest.fixture(autouse=True)
def _calendar_read_again():
    queries.forget_calendar()
    yield
    queries.forget_calendar()


def enter(day: date, working: bool) -> None:
    catalogue.set_calendar(
        days={day: working}, years=[], document="国办发明电〔2026〕9号", by="account:1", at=LATER
    )


def test_a_day_declared_a_holiday_moves_the_deadline_by_an_event_and_only_once():
    number = accepted(AT)
    before = opened.state(Case.objects.get(pk=number))
    assert before.promised_due.date() == date(2026, 11, 10)
    enter(date(2026, 11, 6), working=False)
    assert (recalculation.recompute(at=LATER), recalculation.recompute(at=LATER)) == (1, 0)
    row = Case.objects.get(pk=number)
    after = opened.state(row)
    assert (after.promised_due.date(), row.due_at) == (date(2026, 11, 11), after.promised_due)
    assert after.calendar == queries.calendar().version != before.calendar
    last = Event.objects.filter(stream_id=number).order_by("-position").first()
    assert (last.kind, last.by) == ("dues_recomputed", "system:clock")


def test_a_case_whose_dates_stay_gets_no_event_and_no_refusal_is_noted():
    number = accepted(AT)
    enter(date(2026, 12, 31), working=False)
    position = Case.objects.get(pk=number).position
    assert recalculation.recompute(at=LATER) == 0
    assert Case.objects.get(pk=number).position == position
    assert not Refusal.objects.filter(stream_id=number, code="dues_unchanged").exists()


def test_a_provisional_deadline_becomes_firm_when_the_year_is_entered():
    number = accepted(datetime(2026, 12, 30, 2, 0, tzinfo=UTC))
    at = datetime(2026, 12, 30, 3, 0, tzinfo=UTC)
    assert opened.state(Case.objects.get(pk=number)).provisional
    catalogue.set_calendar(
        days={date(2027, 1, 1): False}, years=[2027], document="国办发明电〔2026〕9号", by="account:1", at=at
    )
    assert recalculation.recompute(at=at) == 1
    case = opened.state(Case.objects.get(pk=number))
    assert (case.provisional, case.promised_due.date()) == (False, date(2027, 1, 7))


def test_nobody_but_the_clock_recomputes():
    number = accepted(AT)
    with pytest.raises(Exception, match="not_permitted"):
        do(number, commands.Recompute(), "yucheng_head", LATER)
    assert "Recompute" not in {c.__name__ for c in _allowed(number, "yucheng_approver")}


def _allowed(number: str, username: str) -> list:
    return duties.allowed(caller(username), opened.state(Case.objects.get(pk=number)), AT)


@pytest.mark.parametrize(
    ("username", "reads", "enters"),
    [("editor", 200, 200), ("yucheng_clerk", 200, 403), ("supervisor", 200, 403), ("wang_xiaomei", 403, 403)],
)
def test_officers_read_the_calendar_and_the_editor_keeps_it(client, username, reads, enters):
    sign_in(client, username, second_factor=username != "wang_xiaomei")
    assert client.get("/desk/calendar/").status_code == reads
    assert client.get("/desk/calendar/entry").status_code == enters


def test_an_entry_says_what_it_moves_before_it_is_confirmed(client):
    accepted(AT)
    sign_in(client, "editor", second_factor=True)
    shown = client.post("/desk/calendar/entry", REST)
    assert "2026年11月6日 · 放假" in shown.content.decode()
    assert "1 份在办办件的期限将重新计算" in shown.content.decode()
    assert queries.calendar().is_working(date(2026, 11, 6))
    done = client.post("/desk/calendar/entry", REST | {"confirmed": "yes"})
    assert (done.status_code, done["Location"]) == (302, "/desk/calendar/?year=2026")
    assert not queries.calendar().is_working(date(2026, 11, 6))
    assert "国办发明电〔2026〕9号" in client.get("/desk/calendar/?year=2026").content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"first": "2026-02-30"}, "第一天不是有效日期"),
        ({"last": "2026-11-05"}, "最后一天早于第一天"),
        ({"last": "2026-12-31"}, "一次最多录入 31 天"),
        ({"works": ""}, "没有选择放假还是上班"),
        ({"document": ""}, "没有填写依据文号"),
    ],
)
def test_a_wrong_entry_is_told_and_keeps_what_was_typed(client, wrong, words):
    sign_in(client, "editor", second_factor=True)
    page = client.post("/desk/calendar/entry", REST | wrong | {"confirmed": "yes"})
    assert page.status_code == 422
    assert words in page.content.decode()
    assert (REST | wrong)["document"] in page.content.decode()
    assert queries.calendar_entries(2026) == []


@pytest.mark.parametrize("year", ["0000", "0001", "9999", "١٢٣٤", "", "x"])
def test_a_year_without_a_calendar_shows_the_present_one(client, year):
    sign_in(client, "editor")
    answer = client.get("/desk/calendar/", {"year": year})
    assert (answer.status_code, answer.context["year"] in answer.context["years"]) == (200, True)
