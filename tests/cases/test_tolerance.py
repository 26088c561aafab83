"""Tolerant pre-review (容缺预审) through the whole house: choice, promise, pre-acceptance, supplement, chase, outcome."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
from django.db import connections
from django.test import Client

from tests import city
from tests.cases import tolerant
from tests.people.signing import sign_in
from tongban.cases.actions import checks, correction, letters, notice, promises
from tongban.cases.models import Case, Letter
from tongban.cases.queries import opened
from tongban.cases.queries import promises as found
from tongban.catalogue import queries as catalogue
from tongban.catalogue import shipped
from tongban.catalogue.rules.guide import Necessity, Source
from tongban.engine.calendar import CST
from tongban.engine.lifecycle import commands
from tongban.engine.lifecycle.state import DefectFound, Stage
from tongban.engine.refusal import Refused
from tongban.people.seeding import DEMO_PASSWORD
from tongban.record import queries as record

pytestmark = pytest.mark.django_db


def in_yaan(day: str, clock: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=CST)


def kinds(number: str) -> list[str]:
    return [event.kind for event in record.stream("case", number)]


def state(number: str):
    return opened.state(Case.objects.get(pk=number))


def refused(number: str, username: str = "wang_xiaomei", at=tolerant.AT) -> str | None:
    barred = found.why_not(state(number), username, at)
    return barred.code if barred else None


def test_every_rule_names_materials_that_its_guide_flags_and_that_are_never_main_ones():
    guides = {guide.base_code: guide for guide in shipped.written()}
    for rule in catalogue.tolerances():
        assert rule.most_open == 2
        for item, listed in rule.items.items():
            parts = {part.code: part for part in guides[item].materials}
            for code in listed:
                assert parts[code].necessity is Necessity.TOLERABLE
                assert parts[code].source not in {Source.FORM, Source.SHARED}
            assert not guides[item].instant


def test_switched_on_by_place_and_date():
    item = city.ITEM
    assert catalogue.tolerance(item, "511803101", date(2026, 11, 3)) is not None
    assert catalogue.tolerance(item, "511803", date(2020, 5, 31)) is None
    assert catalogue.tolerance(item, "511802", date(2026, 11, 3)) is None
    elsewhere = tolerant.received(county=tolerant.ELSEWHERE)
    assert state(elsewhere).terms.tolerance is None
    assert refused(elsewhere) == "tolerance_not_offered"


def test_the_whole_way_the_clock_starts_only_with_the_acceptance_after_the_supplement():
    number = tolerant.promised()
    with pytest.raises(Refused, match="supplement_outstanding"):
        city.do(number, commands.Accept(), "mingshan_clerk", tolerant.AT)
    city.do(number, commands.PreAccept(), "mingshan_clerk", tolerant.AT)
    case = state(number)
    assert (case.stage, case.accepted_on, case.statutory_due) == (Stage.PRE_REVIEW, None, None)
    assert case.promise.due_on == date(2026, 11, 10)
    assert case.promise.chase_on == (date(2026, 11, 6), date(2026, 11, 9), date(2026, 11, 10))
    step = case.open_steps()[0]
    officers = ("李敏", "周强") if step.kind == "survey" else ()
    report = commands.CompleteStep(step=step.code, passed=True, opinion="资料审查符合", officers=officers)
    city.do(number, report, "mingshan_examiner", tolerant.AT)
    assert state(number).done[step.code].pre
    with pytest.raises(Refused, match="not_at_this_stage"):
        city.do(number, commands.Grant(), "mingshan_approver", tolerant.AT)
    later = in_yaan("2026-11-09")
    with pytest.raises(Refused, match="supplement_incomplete"):
        promises.supplement(case_no=number, caller=city.caller("wang_xiaomei", later), at=later)
    correction.supply(
        case_no=number,
        material=tolerant.LEASE,
        file=city.png(),
        caller=city.caller("wang_xiaomei", later),
        at=later,
    )
    promises.supplement(case_no=number, caller=city.caller("wang_xiaomei", later), at=later)
    assert (state(number).stage, state(number).promise.state) == (Stage.RECEIVED, "kept")
    city.do(number, commands.Accept(), "mingshan_clerk", later)
    case = state(number)
    assert case.accepted_on == date(2026, 11, 9)
    assert case.done[step.code].passed  # reviewed in advance, not again
    assert kinds(number) == [
        "received", "promised", "pre_accepted", "step_completed", "supplemented", "accepted",
    ]  # fmt: skip


def test_main_materials_are_never_tolerated():
    number = tolerant.received(leave_out=frozenset({tolerant.LEASE, city.MISSING}))
    assert refused(number) == "main_material_missing"
    assert "application_form" in state(number).terms.tolerance.main


def test_a_complete_application_has_nothing_to_promise():
    assert refused(tolerant.received(leave_out=frozenset())) == "nothing_to_promise"


def test_no_more_promises_at_a_time_than_the_rule_allows_and_kept_ones_do_not_count():
    first, _ = tolerant.supplied(), tolerant.promised()
    third = tolerant.received()
    assert refused(third) == "too_many_open_promises"
    with pytest.raises(Refused, match="too_many_open_promises"):
        promises.promise(
            case_no=third,
            signed=tolerant.signed(third),
            caller=city.caller("wang_xiaomei"),
            at=tolerant.AT,
        )
    promises.supplement(case_no=first, caller=city.caller("wang_xiaomei"), at=tolerant.AT)
    assert refused(third) is None


def test_the_text_signed_is_the_text_shown():
    number = tolerant.received()
    other = tolerant.signed(tolerant.received())
    with pytest.raises(Refused, match="signed_something_else"):
        promises.promise(case_no=number, signed=other, caller=city.caller("wang_xiaomei"), at=tolerant.AT)


def test_nobody_but_the_applicant_promises_and_nobody_but_the_districts_clerk_pre_accepts():
    number = tolerant.promised()
    for who in ("mingshan_examiner", "wang_xiaomei"):
        with pytest.raises(Refused, match="not_permitted"):
            city.do(number, commands.PreAccept(), who, tolerant.AT)
    with pytest.raises(Refused, match="not_permitted"):
        city.do(tolerant.received(), commands.Promise(digest="d"), "mingshan_clerk", tolerant.AT)


def test_reminders_come_two_days_before_one_day_before_and_on_the_day_each_once():
    number = tolerant.pre_reviewed()
    sent = []
    for day in ("2026-11-04", "2026-11-05", "2026-11-06", "2026-11-07", "2026-11-09", "2026-11-10"):
        sent += [day] * promises.chase(at=in_yaan(day))
        assert promises.chase(at=in_yaan(day, "18:00")) == 0
    assert sent == ["2026-11-06", "2026-11-09", "2026-11-10"]
    assert kinds(number).count("promise_chased") == 3


def test_a_worker_that_was_away_sends_the_latest_reminder_only_and_loses_no_outcome():
    number = tolerant.pre_reviewed()
    assert promises.chase(at=in_yaan("2026-11-09")) == 1
    assert state(number).promise.chased_on == date(2026, 11, 9)
    assert promises.end_overdue(at=in_yaan("2026-11-10", "23:59")) == 0
    assert promises.end_overdue(at=in_yaan("2026-11-20")) == 1
    assert promises.end_overdue(at=in_yaan("2026-11-20")) == 0


def test_overdue_ends_returned_with_a_broken_promise_on_record_and_a_letter_with_remedies(settings, tmp_path):
    number = tolerant.pre_reviewed()
    late = in_yaan("2026-11-11", "00:01")
    with pytest.raises(Refused, match="promise_overdue"):
        promises.supplement(case_no=number, caller=city.caller("wang_xiaomei", late), at=late)
    promises.end_overdue(at=late)
    case = Case.objects.get(pk=number)
    assert (case.stage, case.promise, case.duty) == ("returned", "broken", "")
    assert kinds(number)[-1] == "promise_broken"
    assert found.broken_by([case.party_id]) == {case.party_id: 1}
    (letter,) = letters.issue(case_no=number, position=case.position, at=late)
    assert letter.kind == "returned"
    assert letter.data["remedies"][0]["zh"].startswith("自收到本文书之日起六十日内")


def test_the_promise_and_the_pre_acceptance_are_signed_letters_with_list_deadline_and_consequence():
    number = tolerant.pre_reviewed()
    issued = [letters.issue(case_no=number, position=at, at=tolerant.AT)[0] for at in (2, 3)]
    assert [letter.kind for letter in issued] == ["promise", "pre_acceptance"]
    promise, notice = issued
    assert promise.data["materials"][0]["zh"] == "经营场所租赁合同或者无偿使用证明"
    assert "失约记录" in "".join(line["zh"] for line in promise.data["terms"])
    assert promise.data["signature"]["digest"] == state(number).promise.digest
    assert notice.data["supplement_by"] == "2026-11-10"
    assert Letter.objects.filter(case=number).count() == 2


def test_another_defect_makes_it_an_ordinary_notice_that_tells_everything_and_the_promise_lapses():
    number = tolerant.promised()
    clerk = city.caller("mingshan_clerk")
    notice.notify(
        case_no=number,
        marks={city.MISSING: ["illegible"]},
        remarks={},
        correct_by=date(2026, 12, 3),
        caller=clerk,
        at=tolerant.AT,
    )
    case = state(number)
    assert {line.material for line in case.noticed} == {city.MISSING, tolerant.LEASE}
    assert (case.stage, case.promise.state) == (Stage.CORRECTING, "lapsed")


def test_silence_accepts_a_promised_case_too_as_of_its_receipt():
    number = tolerant.promised()
    late = in_yaan("2026-11-11")
    with pytest.raises(Refused, match="pre_acceptance_too_late"):
        city.do(number, commands.PreAccept(), "mingshan_clerk", late)
    city.do(number, commands.Accept(), "mingshan_clerk", late)
    case = state(number)
    assert (case.deemed, case.accepted_on, case.promise.state) == (True, date(2026, 11, 3), "lapsed")


def test_a_supplement_the_clerk_finds_wrong_is_told_once_more_and_nothing_else():
    number = tolerant.supplemented()
    found_wrong = commands.Notify(
        defects=(DefectFound(material=city.MISSING, defect="illegible"),),
        correct_by=date(2026, 12, 3),
    )
    with pytest.raises(Refused, match="already_noticed_once"):
        city.do(number, found_wrong, "mingshan_clerk", tolerant.AT)


# Pages


def page(username: str) -> Client:
    client = Client()
    sign_in(client, username)
    return client


def test_the_page_tells_the_consequences_before_it_asks_and_takes_the_signature(monkeypatch):
    for module in ("tolerance", "mine"):
        monkeypatch.setattr(f"tongban.cases.views.{module}.clock", lambda: tolerant.AT)
    number = tolerant.received()
    client = page("wang_xiaomei")
    address = f"/my/cases/{number}/promise/"
    shown = client.get(address).content.decode()
    assert shown.index("留下一条失约记录") < shown.index("签名并承诺")
    assert "不作承诺，按一般程序办理" in shown
    empty = client.post(address, {})
    assert empty.status_code == 422
    given = {"declare": "yes", "name": "王晓梅", "secret": DEMO_PASSWORD}
    changed = client.post(address, given | {"digest": "0" * 64})
    assert "内容在您核对之后有改动" in changed.content.decode()
    answer = client.post(address, given | {"digest": tolerant.signed(number).digest})
    assert answer.status_code == 302
    assert state(number).promise.signature.method == "password"
    assert "等待窗口预受理" in client.get(f"/my/cases/{number}/").content.decode()


def test_the_verdict_offers_pre_acceptance_and_the_list_shows_it(monkeypatch):
    monkeypatch.setattr("tongban.cases.views.desk.clock", lambda: tolerant.AT)
    monkeypatch.setattr("tongban.cases.views.tolerance.clock", lambda: tolerant.AT)
    number = tolerant.promised()
    checks.save(case_no=number, marks={}, remarks={}, caller=city.caller("mingshan_clerk"), at=tolerant.AT)
    client = page("mingshan_clerk")
    verdict = f"/desk/cases/{number}/verdict"
    assert "容缺预受理" in client.get(verdict).content.decode()
    assert client.post(verdict, {"verdict": "pre-acceptance"}).status_code == 302
    assert state(number).stage is Stage.PRE_REVIEW
    listed = client.get("/desk/promises/").content.decode()
    assert "经营场所租赁合同或者无偿使用证明" in listed
    assert "还有 5 个工作日" in listed


@pytest.mark.django_db(transaction=True)
def test_two_promises_at_once_cannot_both_take_the_last_place():
    tolerant.promised()
    numbers = [tolerant.received(), tolerant.received()]
    given = {number: tolerant.signed(number) for number in numbers}
    applicant = city.caller("wang_xiaomei")

    def make(number: str) -> str:
        try:
            promises.promise(case_no=number, signed=given[number], caller=applicant, at=tolerant.AT)
            return "promised"
        except Refused as barred:
            return barred.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(make, numbers)) == ["promised", "too_many_open_promises"]
