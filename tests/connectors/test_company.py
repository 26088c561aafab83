"""A company in one working day: one form, the registrar's decision, and every other organ by its own system."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from config import reactions
from tests import city
from tests.cases import test_bundles as whole
from tongban.cases.actions import bundles, drafts, letters, outside
from tongban.cases.actions import commands as run
from tongban.cases.models import Bundle, Case, Draft, Form, Letter, Member
from tongban.cases.queries import applications, opened, subjects
from tongban.connectors import actions as connectors
from tongban.connectors.models import Message
from tongban.engine import codes
from tongban.engine.calendar import CST
from tongban.engine.lifecycle import commands
from tongban.engine.lifecycle.state import DefectFound
from tongban.engine.refusal import Refused
from tongban.licences.models import Licence
from tongban.people import queries as people
from tongban.people.models import Party, Representation
from tongban.people.rules import system

pytestmark = pytest.mark.django_db
NAME, COMPANY, SEALS, TAX, INVOICES, SOCIAL, MEDICAL, FUND = (
    "001031111000", "000131002000", "001009138000", "002030101000", "002030102000", "002014052000",
    "002083101000", "002035101000",
)  # fmt: skip
EVERYTHING = {
    "seals": "yes",
    "invoices": "yes",
    "staff": "yes",
    "company_type": "limited",
    "premises_tenure": "declared",
}
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=CST)


def ready(at, **answers: str) -> Draft:
    """A complete draft of a company's start-up, its papers given."""
    draft = whole.ready("start_company", at, **(EVERYTHING | answers))
    for paper in subjects.resolved(draft).papers:
        if paper.part.brought:
            drafts.attach(
                draft=draft.pk,
                material=paper.part.code,
                file=city.png(),
                caller=city.caller("wang_xiaomei", at),
                at=at,
            )
    return draft


def applied(town, **answers: str) -> Bundle:
    draft, owner = ready(town.at, **answers), city.caller("wang_xiaomei", town.at)
    signed = applications.signed_by(draft.pk, owner, "password")
    number = bundles.receive(draft=draft.pk, caller=owner, at=town.at, signed=signed)
    settle(town)
    return Bundle.objects.get(pk=number)


def settle(town) -> None:
    """What the worker does now: cases are handed out, messages carried, answers taken, letters issued."""
    for _ in range(2):  # what is granted lets others be received
        for row in Case.objects.filter(stage="received", position=1):  # the event that says it came in
            outside.hand_out(case_no=row.pk, at=town.at)
        town.carry()
        connectors.hand_over_waiting(at=town.at)
        for row in Case.objects.filter(stage="granted"):
            letters.issue(case_no=row.pk, position=row.position, at=town.at)
            bundles.onward(case_no=row.pk, at=town.at)


def register(town, bundle: Bundle) -> Party:
    """The registrar's two officers accept and grant."""
    number = Member.objects.get(bundle=bundle, item=COMPANY).case_id
    whole.bring_to_decision(number, grant=True, at=town.at)
    settle(town)
    return Party.objects.get(founded_by=number)


def case_of(bundle: Bundle, item: str) -> Case:
    return Member.objects.get(bundle=bundle, item=item).case


def until_closed(town, bundle: Bundle) -> Bundle:
    for _ in range(48):
        settle(town)
        bundle.refresh_from_db()
        if bundle.ended_at:
            return bundle
        town.wait(minutes=10)
    raise AssertionError(whole.standing(bundle))


@pytest.fixture
def house(town):
    town.at = MONDAY
    return town


def test_every_kind_that_an_item_is_answered_by_has_a_handler():
    from tongban.catalogue import shipped

    kinds = {
        kind
        for guide in shipped.guides()
        if guide.outside.kind
        for kind in (guide.outside.granted, guide.outside.referred)
    }
    assert kinds <= set(reactions.HANDLERS)


def test_a_company_is_ready_within_one_working_day(house):
    bundle = applied(house)
    assert whole.standing(bundle) == {
        NAME: "granted", COMPANY: "running", SEALS: "waiting", TAX: "waiting", INVOICES: "waiting",
        SOCIAL: "waiting", MEDICAL: "waiting", FUND: "waiting",
    }  # fmt: skip
    register(house, bundle)
    assert Counter(whole.standing(bundle).values()) == {"granted": 3, "running": 4, "waiting": 1}
    ended = until_closed(house, bundle)
    assert (ended.outcome, set(whole.standing(bundle).values())) == ("done", {"granted"})
    assert ended.ended_at - MONDAY < timedelta(hours=8)


def test_the_registration_founds_the_company_and_the_rest_is_applied_for_in_its_name(house):
    bundle = applied(house)
    party = register(house, bundle)
    code = people.registered(party.pk)["company.uscc"]
    assert (codes.valid_uscc(code), code[:8], party.name) == (True, "91511802", "雅安云上蒙顶茶业有限公司")
    held = Representation.objects.get(party=party)
    assert (held.account.username, held.kind) == ("wang_xiaomei", "legal_representative")
    assert {case_of(bundle, item).party_id for item in (SEALS, TAX, SOCIAL, MEDICAL, FUND)} == {party.pk}
    form = people.open_answers(Form.objects.get(case=case_of(bundle, TAX)).answers)
    assert (form["company_name"], form["company_uscc"], form["legal_representative"]) == (
        party.name,
        code,
        "王晓梅",
    )
    assert codes.valid_id_number(form["legal_representative_id_number"], house.at.date())


def test_the_licence_is_the_companys_and_states_its_code_and_the_name_kept_for_it(house):
    bundle = applied(house)
    party = register(house, bundle)
    licence = Licence.objects.get(case_no=case_of(bundle, COMPANY).pk)
    code = people.registered(party.pk)["company.uscc"]
    stated = {detail["label"]["zh"]: detail["value"]["zh"] for detail in licence.document["details"]}
    assert (licence.party_id, stated["统一社会信用代码"], stated["名称"]) == (party.pk, code, party.name)
    number = opened.state(case_of(bundle, NAME)).produced["name_reservation_number"]
    assert Form.objects.get(case=case_of(bundle, COMPANY)).answers["name_reservation_number"] == number


def test_what_is_founded_is_founded_once_however_often_it_is_told(house):
    bundle = applied(house)
    party = register(house, bundle)
    settle(house)
    bundles.onward(case_no=case_of(bundle, COMPANY).pk, at=house.at)
    assert Party.objects.filter(name=party.name).count() == 1


def test_nobody_is_asked_for_what_the_registration_will_say(house):
    asked = {field.code for field in subjects.resolved(ready(house.at)).asked}
    assert asked.isdisjoint(
        {"company_name", "company_uscc", "legal_representative", "name_reservation_number"}
    )


@pytest.mark.parametrize(("answer", "item"), [("seals", SEALS), ("invoices", INVOICES), ("staff", FUND)])
def test_a_link_not_wanted_does_not_apply_and_is_never_late(house, answer, item):
    assert item not in whole.standing(applied(house, **{answer: "no"}))


def test_the_seal_maker_is_the_one_the_applicant_chose_and_is_told_no_more_than_it_needs(house):
    bundle = applied(house)
    register(house, bundle)
    sent = Message.objects.get(kind="seal.order")
    assert sent.receiver == Form.objects.get(case=case_of(bundle, SEALS)).answers["seal_merchant"]
    assert house.taken(sent.receiver)
    until_closed(house, bundle)
    produced = opened.state(case_of(bundle, SEALS)).produced
    assert produced["seal_price"].endswith(" 元")
    assert len(produced["seal_filing_numbers"]) == 13
    letter = Letter.objects.get(case=case_of(bundle, SEALS), kind="licence")
    assert produced["seal_filing_numbers"] in str(letter.data)


def test_a_system_that_cannot_grant_leaves_the_case_to_officers_and_refuses_nobody(house):
    house.office.state.set_mode("tax", "refuses")
    bundle = applied(house)
    register(house, bundle)
    house.wait(hours=4)
    settle(house)
    case = opened.state(case_of(bundle, TAX))
    assert (case.stage.value, case.outside, case.handed_back) == (
        "received",
        "",
        "法定代表人涉及风险提示，转人工核验。",
    )
    assert whole.standing(bundle)[TAX] == "running"
    house.office.state.set_mode("tax", "up")
    whole.bring_to_decision(case_of(bundle, TAX).pk, grant=True, at=house.at)
    assert until_closed(house, bundle).outcome == "done"


def test_a_name_that_is_taken_comes_back_with_its_reason(house):
    draft, owner = ready(house.at), city.caller("wang_xiaomei", house.at)
    drafts.answer_section(
        draft=draft.pk, section="name", answers={"proposed_name": "雅安青衣江茶业有限公司", "name_industry": "茶业"},
        complete=True, caller=owner, at=house.at,
    )  # fmt: skip
    bundle = Bundle.objects.get(pk=bundles.receive(draft=draft.pk, caller=owner, at=house.at))
    settle(house)
    assert opened.state(case_of(bundle, NAME)).handed_back == "字号与已登记的企业相同或者近似。"


def test_organs_that_are_away_for_a_day_lose_nothing(house):
    bundle = applied(house)
    register(house, bundle)
    house.reached = False
    house.wait(days=1)
    settle(house)
    house.reached = True
    assert until_closed(house, bundle).outcome == "done"


def test_a_message_that_is_not_taken_gives_the_case_back_to_officers(house):
    bundle = applied(house)
    register(house, bundle)
    sent = Message.objects.get(kind="tax.registration")
    outside.undelivered(message=str(sent.pk), at=house.at)
    case = opened.state(case_of(bundle, TAX))
    assert (case.outside, bool(case.handed_back)) == ("", True)


def test_only_the_system_that_has_a_case_answers_for_it(house):
    bundle = applied(house)
    register(house, bundle)
    number = case_of(bundle, TAX).pk
    stranger = connectors.Incoming(
        id="12345678", sender="bank", kind="tax.registered", subject=number, body={}, in_reply_to=None,
        received_at=house.at,
    )  # fmt: skip
    with pytest.raises(Refused, match="not_handed_out"):
        outside.answered(message=stranger, by="connector:bank", at=house.at)


def test_a_case_is_handed_out_once(house):
    bundle = applied(house)
    register(house, bundle)
    number = case_of(bundle, TAX).pk
    assert outside.hand_out(case_no=number, at=house.at)
    assert Message.objects.filter(subject=number).count() == 1
    with pytest.raises(Refused, match="already_handed_out"):
        run.perform(
            case_no=number,
            command=commands.HandOut(receiver="tax", message="x"),
            caller=system("outside"),
            at=house.at,
        )


def test_an_officer_who_sends_a_notice_takes_the_case_back_and_it_goes_out_again_when_corrected(house):
    bundle = applied(house)
    register(house, bundle)
    number = case_of(bundle, TAX).pk
    part = opened.state(case_of(bundle, TAX)).terms.materials[0]
    notice = commands.Notify(
        defects=(DefectFound(material=part, defect="incomplete"),),
        correct_by=(house.at + timedelta(days=30)).date(),
    )
    officer = whole.officer(case_of(bundle, TAX).organ_id, "yucheng_clerk")
    run.perform(case_no=number, command=notice, caller=officer, at=house.at)
    assert opened.state(case_of(bundle, TAX)).outside == ""
    corrected = commands.Correct(materials=(part,), received_on=house.at.date())
    owner = city.caller("wang_xiaomei", house.at)
    run.perform(case_no=number, command=corrected, caller=owner, at=house.at)
    assert outside.hand_out(case_no=number, at=house.at)
    assert [message.sequence for message in Message.objects.filter(subject=number).order_by("sequence")] == [
        1,
        2,
    ]


def test_a_sole_trader_without_a_name_of_its_own_goes_by_its_operators(house):
    bundle = whole.received(at=house.at, form="sole", sign="no", sewage="no", fire="no")
    row = case_of(bundle, whole.SOLE)
    form = Form.objects.get(case=row)
    Form.objects.filter(case=row).update(
        answers={code: value for code, value in form.answers.items() if code != "proposed_name"}
    )
    whole.bring_to_decision(row.pk, grant=True, at=house.at)
    bundles.onward(case_no=row.pk, at=house.at)
    founded = Party.objects.get(founded_by=row.pk)
    assert (founded.name, people.registered(founded.pk)["company.uscc"][:8]) == ("王晓梅", "92511802")
    assert case_of(bundle, whole.FOOD).party_id == founded.pk


def test_who_was_chosen_is_told_by_name_before_anything_is_signed(house):
    draft = Draft.objects.get(pk=ready(house.at).pk)
    chosen = next(
        row["words"]
        for theme in applications.answers(applications.application(draft))
        for row in theme["rows"]
        if row["field"].code == "seal_merchant"
    )
    assert [words.zh.split("（")[0] for words in chosen] == ["蒙顶印务"]
