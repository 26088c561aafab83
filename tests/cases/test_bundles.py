"""One application for several items: asked once, handled side by side, each decided for itself, closed once."""

from datetime import timedelta

import msgspec
import pytest
from django.urls import reverse
from msgspec.structs import replace

from config import demo
from tests import city
from tests.people.signing import sign_in
from tongban.cases.actions import bundles, drafts
from tongban.cases.actions import commands as run
from tongban.cases.models import Bundle, Case, Draft, Form, Member, Upload
from tongban.cases.queries import applications, opened, signatures, subjects
from tongban.catalogue import queries as catalogue
from tongban.catalogue.models import Implementation
from tongban.engine.lifecycle import commands
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller, PostHeld, Role
from tongban.record import queries as record

pytestmark = pytest.mark.django_db
COUNTY, TOWN = "511802", "511802101"  # 雨城区草坝镇: registering a sole trader is devolved to towns
SOLE, FOOD, HEALTH, IMPACT, SIGN = (
    "000131003000", "000131001000", "002023117000", "001016102000", "001036102000",
)  # fmt: skip
ALL_DUTIES = frozenset({Role.CLERK, Role.EXAMINER, Role.APPROVER, Role.DELIVERER})


def ready(code: str = "open_restaurant", at=city.AT, **answers: str) -> Draft:
    """A complete draft of a bundle: every question answered (the first option where nothing is said), no files."""
    owner = city.caller("wang_xiaomei", at)
    draft = drafts.begin_bundle(
        code=code,
        division=COUNTY,
        place=TOWN,
        situation=answers,
        party=owner.parties[0],
        language="zh-hans",
        caller=owner,
        at=at,
    )
    given = dict(answers)
    while left := subjects.subject(draft).resolve(given).unanswered:
        given[left[0].code] = left[0].options[0].value
        draft = drafts.answer_situation(draft=draft.pk, situation=given, caller=owner, at=at)
    sections = demo.plain(subjects.resolved(draft).sections)
    drafts.fill(draft=draft.pk, answers=demo.answers(sections), caller=owner, at=at)
    return draft


def received(at=city.AT, **answers: str) -> Bundle:
    draft, owner = ready(at=at, **answers), city.caller("wang_xiaomei", at)
    signed = applications.signed_by(draft.pk, owner, "password")
    number = bundles.receive(draft=draft.pk, caller=owner, at=at, signed=signed)
    return Bundle.objects.get(pk=number)


def officer(organ: int, account: str) -> Caller:
    """An officer of an organ with every duty; two are needed, for nobody decides what he examined."""
    person = city.caller(account)
    post = PostHeld(id=1, organ=organ, organ_name="", division=COUNTY, roles=ALL_DUTIES)
    return replace(person, posts=(post,), kind="staff")


def decide(bundle: Bundle, item: str, *, grant: bool, at=city.AT) -> None:
    """Bring a member's case to its decision, then let the bundle go on as the worker does."""
    case_no = Member.objects.get(bundle=bundle, item=item).case_id
    bring_to_decision(case_no, grant=grant, at=at)
    bundles.onward(case_no=case_no, at=at)


def bring_to_decision(case_no: str, *, grant: bool, at=city.AT) -> None:
    """Accept, examine and decide a case."""
    row = Case.objects.get(pk=case_no)
    first, second = officer(row.organ_id, "yucheng_examiner"), officer(row.organ_id, "yucheng_approver")

    def do(command, caller):
        run.perform(case_no=case_no, command=command, caller=caller, at=at)

    do(commands.Accept(), first)
    while steps := opened.state(Case.objects.get(pk=case_no)).open_steps():
        names = ("李敏", "周强") if steps[0].kind == "survey" else ()
        do(commands.CompleteStep(step=steps[0].code, passed=True, opinion="符合", officers=names), first)
    refusal = commands.Refuse(reasons="不符合条件", basis="依据", remedies="可以申请行政复议")
    do(commands.Grant(opinion="同意") if grant else refusal, second)


def standing(bundle: Bundle) -> dict[str, str]:
    return dict(bundle.members.order_by("id").values_list("item", "state"))


def said(bundle: Bundle) -> list[str]:
    return [event.kind for event in record.stream("bundle", bundle.pk)]


def test_what_waits_for_nothing_is_received_at_once_the_rest_when_its_turn_comes():
    bundle = received(form="sole", sign="yes", sewage="no", fire="no")
    assert standing(bundle) == {
        SOLE: "running",
        FOOD: "waiting",
        HEALTH: "running",
        SIGN: "waiting",
        IMPACT: "running",
    }
    decide(bundle, SOLE, grant=True)
    assert standing(bundle) == {
        SOLE: "granted",
        FOOD: "running",
        HEALTH: "running",
        SIGN: "running",
        IMPACT: "running",
    }
    assert said(bundle) == [
        "bundle_received", "member_received", "member_received", "member_received",
        "member_ended", "member_received", "member_received",
    ]  # fmt: skip


def test_each_member_is_a_case_of_its_own_organ_with_the_answers_it_asked_for():
    draft = ready(form="sole", sign="yes", sewage="no", fire="no")
    together = subjects.resolved(draft)
    answers = applications.application(Draft.objects.get(pk=draft.pk)).draft.form
    bundle = Bundle.objects.get(
        pk=bundles.receive(draft=draft.pk, caller=city.caller("wang_xiaomei"), at=city.AT)
    )
    for member in bundle.members.exclude(case=None).select_related("case__form"):
        assert set(member.case.form.answers) == set(together.answers_of(member.item, answers))
        assert member.case.organ_id == member.organ_id
        assert opened.state(member.case).bundle == bundle.pk


def test_the_promise_of_the_whole_is_its_longest_way_through():
    bundle = received(form="sole", sign="yes", sewage="no", fire="no")
    ways = {member.item: member.hours for member in bundle.members.all()}
    assert bundle.promised_hours == max(
        ways[SOLE] + ways[FOOD], ways[SOLE] + ways[SIGN], ways[HEALTH], ways[IMPACT]
    )
    assert bundle.due_at > bundle.received_at


def test_a_refusal_holds_up_what_needs_it_and_nothing_else_and_refuses_nobody_else():
    bundle = received(form="sole", sign="yes", sewage="no", fire="no")
    decide(bundle, SOLE, grant=False)
    assert standing(bundle) == {
        SOLE: "refused",
        FOOD: "waiting",
        HEALTH: "running",
        SIGN: "waiting",
        IMPACT: "running",
    }
    decide(bundle, HEALTH, grant=True)
    assert Bundle.objects.get(pk=bundle.pk).outcome == "open"
    decide(bundle, IMPACT, grant=True)
    ended = Bundle.objects.get(pk=bundle.pk)
    assert (ended.outcome, ended.ended_at) == ("partly", city.AT)
    assert standing(bundle)[FOOD] == "waiting"  # nobody has decided on it
    assert said(bundle).count("bundle_closed") == 1


def test_a_bundle_closes_once_however_often_it_is_told():
    bundle = received(form="sole", sign="no", sewage="no", fire="no")
    for item in (SOLE, HEALTH, IMPACT, FOOD):
        decide(bundle, item, grant=True)
    for case_no in bundle.members.values_list("case", flat=True):
        bundles.onward(case_no=case_no, at=city.AT + timedelta(days=1))
    assert Bundle.objects.get(pk=bundle.pk).outcome == "done"
    assert said(bundle).count("bundle_closed") == 1


def test_submitting_the_same_draft_again_is_the_same_application():
    draft, owner = ready(form="sole", sign="no", sewage="no", fire="no"), city.caller("wang_xiaomei")
    first = bundles.receive(draft=draft.pk, caller=owner, at=city.AT)
    assert bundles.receive(draft=draft.pk, caller=owner, at=city.AT) == first
    assert Bundle.objects.count() == 1


def test_an_incomplete_form_receives_nothing():
    owner = city.caller("wang_xiaomei")
    draft = ready(form="sole", sign="no", sewage="no", fire="no")
    drafts.answer_situation(draft=draft.pk, situation={"form": "sole"}, caller=owner, at=city.AT)
    with pytest.raises(Refused, match="application_incomplete"):
        bundles.receive(draft=draft.pk, caller=owner, at=city.AT)
    assert (
        Bundle.objects.count(),
        Member.objects.count(),
        Case.objects.filter(party=draft.party_id).count(),
    ) == (0, 0, 0)


def test_a_file_given_once_is_in_every_member_that_needs_it():
    owner = city.caller("wang_xiaomei")
    draft = ready("farewell")
    together = subjects.resolved(draft)
    shared = max(
        (paper for paper in together.papers if paper.part.brought), key=lambda paper: len(paper.stands_for)
    )
    drafts.attach(draft=draft.pk, material=shared.part.code, file=city.png(), caller=owner, at=city.AT)
    number = bundles.receive(draft=draft.pk, caller=owner, at=city.AT)
    copies = Upload.objects.filter(draft__part_of=number)
    assert len(shared.stands_for) > 1
    assert {(row.draft.implementation.item.base_code, row.material) for row in copies} == set(
        shared.stands_for.items()
    )
    assert copies.values("digest").distinct().count() == 1


def test_a_member_not_received_yet_can_be_given_up_and_the_others_go_on():
    owner, bundle = city.caller("wang_xiaomei"), received(form="sole", sign="yes", sewage="no", fire="no")
    bundles.withdraw_member(bundle=bundle.pk, item=SIGN, caller=owner, at=city.AT)
    decide(bundle, SOLE, grant=True)
    assert standing(bundle)[SIGN] == "withdrawn"
    assert standing(bundle)[FOOD] == "running"
    with pytest.raises(Refused, match="member_received"):
        bundles.withdraw_member(bundle=bundle.pk, item=FOOD, caller=owner, at=city.AT)
    with pytest.raises(Refused, match="bundle_unknown"):
        bundles.withdraw_member(bundle=bundle.pk, item=FOOD, caller=city.caller("li_qiang"), at=city.AT)


def test_a_draft_made_for_a_member_is_nobodys_open_draft():
    owner, bundle = city.caller("wang_xiaomei"), received(form="sole", sign="yes", sewage="no", fire="no")
    waiting = Draft.objects.get(part_of=bundle, implementation__item__base_code=FOOD)
    with pytest.raises(Refused, match="draft_unknown"):
        drafts.find(waiting.pk, owner)


@pytest.mark.parametrize("division", ["999999", "511800", "511802101", ""])
def test_a_bundle_is_applied_for_in_a_county_of_the_city(division):
    with pytest.raises(Refused, match="bundle_not_here"):
        drafts.bundle_in("open_restaurant", division, city.AT)


def unanswered() -> Draft:
    """A bundle's draft with no question answered yet."""
    owner = city.caller("wang_xiaomei")
    return drafts.begin_bundle(
        code="open_restaurant",
        division=COUNTY,
        place=TOWN,
        situation={},
        party=owner.parties[0],
        language="zh-hans",
        caller=owner,
        at=city.AT,
    )


def test_each_question_left_open_is_named(client):
    sign_in(client, "wang_xiaomei")
    draft = unanswered()
    asked = subjects.resolved(draft).questions
    page = client.post(f"/drafts/{draft.pk}/situation/", {"q_form": "sole"})
    assert page.status_code == 422
    assert page.content.decode().count("没有回答：请选择一项。") == len(asked) - 1


def test_a_question_that_an_answer_raises_is_asked_next(client):
    sign_in(client, "wang_xiaomei")
    draft = unanswered()
    asked = subjects.resolved(draft).questions
    answers = {question.code: question.options[0].value for question in asked} | {"form": "sole"}
    assert subjects.subject(draft).resolve(answers).unanswered
    address = f"/drafts/{draft.pk}/situation/"
    page = client.post(address, {f"q_{code}": value for code, value in answers.items()})
    assert (page.status_code, page.headers["Location"]) == (302, address)


def cases(bundle: Bundle) -> dict[str, Case]:
    return {member.item: member.case for member in bundle.members.exclude(case=None).select_related("case")}


def intact(bundle: Bundle) -> dict[str, bool]:
    """{item: whether what was signed is still what is kept}, of the members received."""
    return {item: signatures.checked(row, opened.state(row)).intact for item, row in cases(bundle).items()}


def test_one_signature_stands_under_every_members_application():
    bundle = received(form="sole", sign="no", sewage="no", fire="no")
    decide(bundle, SOLE, grant=True)  # the signature is there for the member received later, too
    assert intact(bundle) == dict.fromkeys((SOLE, FOOD, HEALTH, IMPACT), True)
    signed = {opened.state(row).signature for row in cases(bundle).values()}
    assert [msgspec.to_builtins(signature) for signature in signed] == [bundle.signature]
    assert bundle.signature["digest"] == bundle.digest


def test_electronic_signature_law_article_13_a_later_change_of_the_whole_is_found_in_every_member():
    bundle = received(form="sole", sign="no", sewage="no", fire="no")
    Draft.objects.filter(received_as=bundle).update(situation={"form": "company"})
    assert set(intact(bundle).values()) == {False}


def test_electronic_signature_law_article_13_a_later_change_of_a_members_share_is_found_in_it_alone():
    bundle = received(form="sole", sign="no", sewage="no", fire="no")
    form = Form.objects.get(case=cases(bundle)[HEALTH])
    Form.objects.filter(pk=form.pk).update(answers={**form.answers, "added": "later"})
    assert intact(bundle) == {SOLE: True, HEALTH: False, IMPACT: True}


def test_a_bundle_changed_after_it_was_shown_is_not_signed():
    draft, owner = ready(form="sole", sign="no", sewage="no", fire="no"), city.caller("wang_xiaomei")
    signed = replace(applications.signed_by(draft.pk, owner, "password"), digest="0" * 64)
    with pytest.raises(Refused, match="signed_something_else"):
        bundles.receive(draft=draft.pk, caller=owner, at=city.AT, signed=signed)
    assert not Bundle.objects.exists()


def test_a_draft_without_its_town_is_asked_for_it_and_then_received(client):
    sign_in(client, "wang_xiaomei")
    draft, owner = ready(form="sole", sign="no", sewage="no", fire="no"), city.caller("wang_xiaomei")
    run = Implementation.objects.get(item__base_code=SOLE, division_code=COUNTY)
    version = catalogue.version_in_force(run.item_id, city.AT, run.pk).pk
    before = {**draft.members, SOLE: [run.pk, version]}  # begun before the county moved the item to towns
    Draft.objects.filter(pk=draft.pk).update(place=COUNTY, members=before)
    with pytest.raises(Refused, match="town_needed"):
        bundles.receive(draft=draft.pk, caller=owner, at=city.AT)
    address = f"/drafts/{draft.pk}/town/"
    page = client.get(address)
    assert (page.status_code, f'value="{TOWN}"' in page.content.decode()) == (200, True)
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"place": TOWN}).status_code == 302
    assert bundles.receive(draft=draft.pk, caller=owner, at=city.AT)


def test_a_member_that_cannot_be_received_in_its_turn_is_tried_again_and_said_so_once(client):
    bundle = received(form="sole", sign="no", sewage="no", fire="no")
    food = Draft.objects.get(part_of=bundle, implementation__item__base_code=FOOD).implementation_id
    Implementation.objects.filter(pk=food).update(valid_to=city.AT.date() - timedelta(days=1))
    decide(bundle, SOLE, grant=True)
    assert bundles.retry(at=city.AT) == 1
    assert (standing(bundle)[FOOD], said(bundle).count("member_held_back")) == ("waiting", 1)
    sign_in(client, "wang_xiaomei")
    assert "轮到这个事项时没能收件" in client.get(reverse("cases:bundle", args=[bundle.pk])).content.decode()
    Implementation.objects.filter(pk=food).update(valid_to=None)
    assert bundles.retry(at=city.AT) == 1
    assert standing(bundle)[FOOD] == "running"
    assert bundles.retry(at=city.AT) == 0


def test_of_two_members_ended_at_once_each_is_noted_when_its_own_letter_is_out():
    """The letter of a case is written before its bundle is told."""
    bundle = received(form="sole", sign="no", sewage="no", fire="no")
    for row in (cases(bundle)[HEALTH], cases(bundle)[IMPACT]):
        run.perform(
            case_no=row.pk,
            command=commands.Withdraw(reason="改日再办"),
            caller=city.caller("wang_xiaomei"),
            at=city.AT,
        )
    bundles.onward(case_no=cases(bundle)[HEALTH].pk, at=city.AT)
    assert standing(bundle) == {SOLE: "running", FOOD: "waiting", HEALTH: "withdrawn", IMPACT: "running"}
