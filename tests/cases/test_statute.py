"""The statute's days through the whole house: actions, record, stored state and stored due date.

Basis: 行政许可法 Art 32, 42, 44, 45, 82; State Council calendars of 2020 and 2026.
"""

from datetime import UTC, date, datetime, time, timedelta

import msgspec
import pytest

from tests import city
from tongban.cases.actions import silence
from tongban.cases.models import Case
from tongban.cases.queries import opened
from tongban.catalogue import actions as catalogue
from tongban.catalogue.models import Implementation, Item, ItemVersion
from tongban.engine.calendar import CST
from tongban.engine.clock import Ground
from tongban.engine.lifecycle import commands
from tongban.people.models import Organ, Post, Representation
from tongban.record import queries as record

pytestmark = pytest.mark.django_db


@pytest.fixture
def since_2020():
    """The city of 2020: organs, posts, powers and guides were in force then already."""
    for dated in (Organ, Post, Representation, Implementation):
        dated.objects.update(valid_from=date(2020, 1, 1))
    item = Item.objects.get(base_code=city.ITEM)
    now = item.versions.get()
    ItemVersion.objects.create(
        item=item, number=now.number + 1, guide=now.guide, digest=now.digest, status="published",
        effective_from=datetime(2020, 1, 1, tzinfo=UTC), effective_to=now.effective_from,
        published_at=datetime(2020, 1, 1, tzinfo=UTC), published_by="test",
    )  # fmt: skip


def in_yaan(day: str, clock: str = "10:00") -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), CST)


def stored(number: str) -> Case:
    return Case.objects.get(pk=number)


def due_day(number: str) -> date:
    return stored(number).due_at.astimezone(CST).date()


def promised(number: str) -> date:
    return opened.state(stored(number)).promised_due.date()


def test_a_case_silent_from_2020_09_28_is_accepted_with_that_date(since_2020):
    number = city.received(at=in_yaan("2020-09-28"))
    assert due_day(number) == date(2020, 10, 12)
    assert silence.accept_silent(at=in_yaan("2020-10-12", "17:00")) == 0
    assert silence.accept_silent(at=in_yaan("2020-10-12", "17:00:01")) == 1
    case = opened.state(stored(number))
    assert (case.accepted_on, stored(number).stage) == (date(2020, 9, 28), "handling")
    told = record.stream("case", number)[-1]
    assert (told.kind, told.facts["accepted_on"], told.facts["deemed"], told.by) == (
        "accepted",
        "2020-09-28",
        True,
        "system:clock",
    )


def test_two_workers_watching_the_same_silence_accept_once(since_2020):
    number = city.received(at=in_yaan("2020-09-28"))
    late = in_yaan("2020-10-13")
    assert [silence.accept_silent(at=late), silence.accept_silent(at=late)] == [1, 0]
    assert [event.kind for event in record.stream("case", number)] == ["received", "accepted"]


def test_what_arrives_on_a_saturday_counts_from_the_next_working_day_and_keeps_its_instant():
    """Extended service is open on Saturday; the days of the law stay working days: nothing is shortened."""
    saturday, monday = in_yaan("2026-11-07"), in_yaan("2026-11-09")
    on_saturday, on_monday = city.received(at=saturday), city.received(at=monday)
    assert stored(on_saturday).received_at == saturday
    assert opened.state(stored(on_saturday)).received_on == date(2026, 11, 9)
    assert due_day(on_saturday) == due_day(on_monday) == date(2026, 11, 16)


def test_what_arrives_after_hours_counts_from_the_next_working_day():
    evening = city.received(at=in_yaan("2026-11-06", "22:30"))
    assert opened.state(stored(evening)).received_on == date(2026, 11, 9)


def test_a_decision_on_a_saturday_of_extended_service_is_in_time_and_shortens_nothing():
    number = city.accepted(at=in_yaan("2026-11-06"))
    before = promised(number)
    step = opened.state(stored(number)).open_steps()[0]
    done = commands.CompleteStep(step=step.code, passed=True, opinion="符合", officers=("李敏", "周强"))
    city.do(number, done, "yucheng_examiner", in_yaan("2026-11-07"))
    assert promised(number) == before


def test_a_joint_survey_never_stops_the_clock():
    """No command stops it for a survey: the ground is not among the eight, and surveying changes no date."""
    number = city.accepted()
    before = promised(number)
    assert {ground.value for ground in Ground} == {
        "hearing",
        "tender",
        "auction",
        "inspection",
        "testing",
        "quarantine",
        "appraisal",
        "expert_review",
    }
    for step in opened.state(stored(number)).open_steps():
        done = commands.CompleteStep(step=step.code, passed=True, opinion="符合", officers=("李敏", "周强"))
        city.do(number, done, "yucheng_examiner", city.AT + timedelta(days=1))
    assert (promised(number), stored(number).stage) == (before, "handling")


def test_an_expert_review_stops_the_clock_for_every_working_day_it_touches():
    """Monday 9 to Friday 13 November 2026: five working days later than promised before."""
    number = city.accepted(at=in_yaan("2026-11-03"))
    before = promised(number)
    review = commands.StartSpecial(ground=Ground.EXPERT_REVIEW, expected_days=5, reason="需专家评审")
    city.do(number, review, "yucheng_examiner", in_yaan("2026-11-09"))
    assert (stored(number).stage, stored(number).due_at) == ("suspended", None)
    city.do(number, commands.EndSpecial(finding="通过"), "yucheng_examiner", in_yaan("2026-11-13"))
    after = opened.state(stored(number)).promised_due.date()
    calendar_days = [before + timedelta(days=n) for n in range(1, (after - before).days + 1)]
    assert sum(day.weekday() < 5 for day in calendar_days) == 5
    assert due_day(number) == after


def test_the_result_is_due_ten_working_days_after_the_decision():
    number = city.granted(at=in_yaan("2026-11-03"))
    assert due_day(number) == date(2026, 11, 17)


def test_a_case_keeps_the_guide_it_was_received_under():
    number = city.received()
    before = opened.unfold(stored(number), city.AT).guide
    later = city.AT + timedelta(hours=1)
    shorter = msgspec.structs.replace(before.promised, amount=1)
    catalogue.publish(guide=msgspec.structs.replace(before, promised=shorter), at=later, by="test")
    city.do(number, commands.Accept(), "yucheng_clerk", later)
    assert opened.unfold(stored(number), later).guide.promised == before.promised
    assert promised(number) > later.date() + timedelta(days=1)
    newer = city.received(at=later)
    city.do(newer, commands.Accept(), "yucheng_clerk", later)
    assert promised(newer) == later.date() + timedelta(days=1)


def test_a_clock_stopped_after_the_promise_ran_out_leaves_the_case_overdue():
    number = city.accepted()
    promised = Case.objects.get(pk=number).due_at
    late, early = promised + timedelta(days=3), city.AT + timedelta(hours=1)
    review = commands.StartSpecial(ground=Ground.EXPERT_REVIEW, expected_days=5, reason="专家评审")
    city.do(number, review, "yucheng_examiner", late)
    assert Case.objects.get(pk=number).due_at == promised
    other = city.accepted()
    city.do(other, review, "yucheng_examiner", early)
    assert Case.objects.get(pk=other).due_at is None
