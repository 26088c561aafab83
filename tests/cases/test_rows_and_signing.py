"""An application with lists of rows: kept, shown, printed, sealed; offered what is known; signed."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone
from msgspec.structs import replace

from config import demo
from tests.city import AT, caller, filled, received
from tests.people.signing import sign_in
from tongban.cases.actions import drafts, submission
from tongban.cases.models import Case, Draft, Form
from tongban.cases.queries import applications, known, opened, signatures
from tongban.cases.rules import signing
from tongban.cases.rules.signing import Signed, Standing
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import situations
from tongban.engine.refusal import Refused
from tongban.people import queries as people
from tongban.people import seeding
from tongban.people.seeding import DEMO_PASSWORD
from tongban.record import queries as record

pytestmark = pytest.mark.django_db
COMPANY, ALLOWANCE = "000131002000", "000511050000"
ID, TOWN = "513101197001010013", "511802101"  # 草坝镇: the allowance is devolved to towns
MEMBER = {"member_name": "张建国", "member_relation": "spouse", "member_id_number": ID, "member_works": "no",
          "member_no_work": "retired"}  # fmt: skip
ELSEWHERE = {"elsewhere": "四川省成都市锦江区春熙路街道", "detail": "8 号"}


def begun(base_code: str = ALLOWANCE, **situation: str) -> Draft:
    """A draft of the owner in person."""
    item, applicant = catalogue.item(base_code), caller("wang_xiaomei")
    here = next(
        row for row in catalogue.implementations(item.pk, AT) if row.division_code.startswith("511802")
    )
    guide = catalogue.guide(catalogue.version_in_force(item.pk, AT).pk)
    party = next(party for party in applicant.parties if party != demo.company())
    answers = {question.code: question.options[0].value for question in guide.questions} | situation
    return drafts.begin(
        implementation=here,
        place=TOWN,
        situation=answers,
        party=party,
        language="zh-hans",
        caller=applicant,
        at=AT,
    )


def answers_of(draft: Draft) -> dict:
    situation = situations.resolve(catalogue.guide(draft.version_id), draft.situation)
    return demo.answers(demo.plain(situation.sections), party=draft.party_id)


def filled_in(draft: Draft, **changed) -> Draft:
    applicant = caller("wang_xiaomei")
    return drafts.fill(draft=draft.pk, answers=answers_of(draft) | changed, caller=applicant, at=AT)


# Lists of rows


def test_rows_are_stored_with_their_sensitive_answers_sealed():
    row = filled_in(begun(), family_members=[MEMBER, {**MEMBER, "member_name": "张小丫"}])
    stored = row.form["family_members"]
    assert [people.is_sealed(one["member_id_number"]) for one in stored] == [True, True]
    assert ID not in str(row.form)
    assert people.open_answers(row.form)["family_members"][0] == MEMBER
    situation = situations.resolve(catalogue.guide(row.version_id), row.situation)
    masked = people.masked_answers(row.form, situation.asked)["family_members"][1]
    assert (masked["member_name"], masked["member_id_number"]) == ("张小丫", "513101********0013")


def test_the_interface_names_a_wrong_answer_of_a_row_by_its_pointer():
    with pytest.raises(Refused) as told:
        filled_in(begun(), family_members=[MEMBER, {**MEMBER, "member_id_number": "513101197001010014"}])
    assert told.value.facts["errors"] == [
        {
            "field": "member_id_number",
            "rule": "id_check",
            "message": "家庭成员 2：公民身份号码：校验位不对：请对照身份证逐位核对",
            "pointer": "/answers/family_members/1/member_id_number",
        }
    ]


def test_each_row_is_read_under_its_own_title_and_only_what_applies():
    row = filled_in(begun(supporters="yes"), family_members=[MEMBER], family_supporters=[
        {"supporter_name": "张伟", "supporter_relation": "儿子", "supporter_address": ELSEWHERE},
        {"supporter_name": "张敏", "supporter_relation": "女儿",
         "supporter_address": {"town": "511802001", "detail": "幸福路 1 号"}},
    ])  # fmt: skip
    read = {
        theme["section"].title.zh: {
            line["field"].code: applications.joined(line["words"]).zh for line in theme["rows"]
        }
        for theme in applications.answers(applications.application(row))
    }
    assert read["家庭成员 1"] == {
        "member_name": "张建国",
        "member_relation": "配偶",
        "member_id_number": ID,
        "member_works": "否",
        "member_no_work": "年老",
    }
    assert read["义务人 1"]["supporter_address"] == "四川省成都市锦江区春熙路街道8 号"
    assert read["义务人 2"]["supporter_address"] == "四川省雅安市雨城区东城街道幸福路 1 号"


def test_a_page_keeps_rows_while_they_are_arranged_and_the_draft_keeps_what_is_valid(client):
    draft = begun()
    sign_in(client, "wang_xiaomei")
    page = f"/drafts/{draft.pk}/form/family_members/"
    typed = {
        "family_members-rows": "1",
        "family_members-0-member_name": "张建国",
        "family_members-0-member_id_number": "123",
    }
    answer = client.post(page, typed | {"family_members-add": "1"})
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert all(words in shown for words in ("家庭成员 2", 'value="张建国"', 'value="123"'))
    assert "有内容需要修改" not in shown
    row = Draft.objects.get(pk=draft.pk)
    assert (row.form, row.complete) == ({"family_members": [{"member_name": "张建国"}]}, [])
    assert client.post(page, typed).status_code == 422
    assert 'value="张建国"' in client.get(page).content.decode()


def test_rows_typed_when_the_session_ends_are_back_after_signing_in(client):
    draft = begun()
    sign_in(client, "wang_xiaomei")
    page = f"/drafts/{draft.pk}/form/family_members/"
    client.cookies.pop("sessionid", None)
    client.post(
        page,
        {"family_members-rows": "2", "family_members-1-member_name": "张小丫", "family_members-add": "1"},
    )
    sign_in(client, "wang_xiaomei")
    shown = client.get(page).content.decode()
    assert all(words in shown for words in ('value="张小丫"', "家庭成员 3", "您刚才填写的内容已保留"))


# What is known


def test_an_earlier_application_offers_its_answers_with_their_source():
    first = filled_in(begun(), family_members=[MEMBER], residence_address="幸福路 1 号")
    submission.submit(draft=first.pk, caller=caller("wang_xiaomei"), at=AT)
    again = begun()
    asked = situations.resolve(catalogue.guide(again.version_id), again.situation).asked
    found = known.of_draft(again, caller("wang_xiaomei"), asked, AT.date())
    told = {code: (one.source, one.value) for code, one in found.items()}
    assert told["applicant_name"] == ("account", "王晓梅")
    assert told["residence_address"] == ("application", "幸福路 1 号")
    assert told["family_members"] == ("application", [MEMBER])
    assert found["family_members"].on == AT.date()
    assert "single_application" not in found  # yes or no is always said anew


def test_a_page_names_the_source_and_what_was_cleared_stays_cleared(client):
    first = filled_in(begun(), family_members=[MEMBER])
    submission.submit(draft=first.pk, caller=caller("wang_xiaomei"), at=AT)
    again = begun()
    sign_in(client, "wang_xiaomei")
    shown = client.get(f"/drafts/{again.pk}/form/family_members/").content.decode()
    assert 'value="张建国"' in shown
    assert "来自您" in shown and "最低生活保障" in shown
    answered = {**MEMBER, "member_name": "李敏"}
    drafts.answer_section(
        draft=again.pk, section="family_members", answers={"family_members": [answered]}, complete=True,
        caller=caller("wang_xiaomei"), at=AT,
    )  # fmt: skip
    shown = client.get(f"/drafts/{again.pk}/form/family_members/").content.decode()
    assert 'value="李敏"' in shown and "张建国" not in shown and "来自您" not in shown


def test_an_answer_left_out_when_a_theme_is_saved_again_is_gone():
    draft, applicant = filled(), caller("wang_xiaomei")
    before = people.open_answers(Draft.objects.get(pk=draft.pk).form)
    kept = {"company_name": before["company_name"]}
    after = drafts.answer_section(
        draft=draft.pk, section="applicant", answers=kept, complete=False, caller=applicant, at=AT
    )
    assert (after.form["company_name"], "contact_name" in after.form) == (before["company_name"], False)
    assert "applicant" not in after.complete


# Signing (电子签名法 Art 13, 14)

PERSON = Standing(capacity="self")


@pytest.mark.parametrize(
    ("stated", "same"),
    [
        ("王晓梅", True),
        (" 王 晓梅 ", True),
        ("阿依·古丽", False),
        ("", False),
        ("王晓", False),
        ("wang xiaomei", False),
    ],
)
def test_a_signature_states_the_signers_registered_name(stated, same):
    assert signing.same_name(stated, "王晓梅") is same


def test_the_dot_and_the_width_of_a_name_do_not_matter():
    assert signing.same_name("阿依•古丽", "阿依·古丽") and signing.same_name("ＡＢ", "ab")


@pytest.mark.parametrize(
    ("standing", "name", "refused"),
    [
        (None, "王晓梅", "not_your_party"),
        (Standing(capacity="friend"), "王晓梅", "not_your_party"),
        (
            Standing(capacity="agent", mandate=7, until=AT.date() - timedelta(days=1)),
            "王晓梅",
            "mandate_ended",
        ),
        (PERSON, "李敏", "name_not_signers"),
    ],
)
def test_electronic_signature_law_article_13_only_who_may_signs(standing, name, refused):
    with pytest.raises(Refused, match=refused):
        signing.signature(
            Signed(name=name, digest="d", method="code"),
            signer="account:1", registered="王晓梅", standing=standing, on=AT.date(),
        )  # fmt: skip


def test_an_agent_signs_under_the_mandate_it_names():
    until = AT.date() + timedelta(days=9)
    made = signing.signature(
        Signed(name="张志强", digest="d", method="code"),
        signer="account:1", registered="张志强", standing=Standing("agent", 7, until), on=AT.date(),
    )  # fmt: skip
    assert (made.capacity, made.mandate, made.mandate_until) == ("agent", 7, until)


def test_a_signature_stands_in_the_record_and_is_of_form_and_materials():
    number = received()
    row = Case.objects.get(pk=number)
    event = record.stream("case", number)[0]
    signed = event.facts["signature"]
    assert (signed["name"], signed["capacity"], signed["method"]) == (
        "王晓梅",
        "legal_representative",
        "password",
    )
    assert signed["digest"] == event.facts["form_digest"] == Form.objects.get(case=number).digest
    assert signatures.checked(row, opened.state(row)).intact


@pytest.mark.parametrize("what", ["answer", "file"])
def test_electronic_signature_law_article_13_a_later_change_is_found(what):
    number = received()
    row = Case.objects.get(pk=number)
    if what == "answer":
        form = Form.objects.get(case=number)
        Form.objects.filter(case=number).update(answers={**form.answers, "staff_count": 99})
    else:
        row.uploads.filter(pk=row.uploads.first().pk).update(digest="0" * 64)
    assert not signatures.checked(row, opened.state(row)).intact


def test_what_changed_after_it_was_shown_is_not_signed():
    draft, applicant = filled(), caller("wang_xiaomei")
    signed = applications.signed_by(draft.pk, applicant, "password")
    with pytest.raises(Refused, match="signed_something_else"):
        submission.submit(draft=draft.pk, caller=applicant, at=AT, signed=replace(signed, digest="0" * 64))
    assert Draft.objects.get(pk=draft.pk).case_id is None


def posted(client, draft: Draft, **changed: str):
    digest = applications.signed_by(draft.pk, caller("wang_xiaomei"), "").digest
    given = {"declare": "yes", "name": "王晓梅", "secret": DEMO_PASSWORD, "digest": digest}
    return client.post(f"/drafts/{draft.pk}/check/", {k: v for k, v in (given | changed).items() if v})


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"declare": ""}, "没有勾选声明"),
        ({"name": "李敏"}, "姓名与您的实名登记不一致"),
        ({"secret": ""}, "请填写密码"),
        ({"secret": "not the password"}, "当前密码不正确"),
        ({"digest": "0" * 64}, "内容在您核对之后有改动"),
    ],
)
def test_a_page_says_what_is_missing_of_a_signature(client, changed, words):
    draft = filled()
    sign_in(client, "wang_xiaomei")
    answer = posted(client, draft, **changed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Draft.objects.get(pk=draft.pk).case_id is None


def test_a_signed_page_submits_and_the_password_is_never_kept(client):
    draft = filled()
    sign_in(client, "wang_xiaomei")
    answer = posted(client, draft)
    number = Draft.objects.get(pk=draft.pk).case_id
    assert (answer.status_code, answer.url) == (302, f"/my/cases/{number}/receipt/")
    assert DEMO_PASSWORD not in str([event.facts for event in record.stream("case", number)])
    shown = client.get(f"/my/cases/{number}/signature/").content.decode()
    assert all(
        words in shown for words in ("内容与签名时一致", "王晓梅", "法定代表人（负责人）", "再次输入密码")
    )


def test_a_wrong_password_counts_towards_the_lock(client, settings):
    draft = filled()
    sign_in(client, "wang_xiaomei")
    posted(client, draft, secret="not the password")
    assert people.lock("wang_xiaomei", timezone.now()).left == settings.AXES_FAILURE_LIMIT - 1


def test_who_has_a_second_factor_signs_with_its_code(client):
    draft = filled()
    seeding._second_factor(people.account_by_username("wang_xiaomei"))
    sign_in(client, "wang_xiaomei")
    assert 'autocomplete="one-time-code"' in client.get(f"/drafts/{draft.pk}/check/").content.decode()
    assert posted(client, draft).status_code == 422  # a password is no code
    Authenticator.objects.filter(user__username="wang_xiaomei").update(last_used_at=None)
    assert posted(client, draft, secret=people.demo_code("wang_xiaomei")).status_code == 302
    number = Draft.objects.get(pk=draft.pk).case_id
    assert record.stream("case", number)[0].facts["signature"]["method"] == "code"


@pytest.mark.parametrize("old", ["王晓梅，身份证号……", ["a"], {"town": "x"}])
def test_an_answer_of_an_older_form_is_asked_for_again(client, old):
    draft = begun()
    Draft.objects.filter(pk=draft.pk).update(form={"family_members": old, "residence_address": "幸福路"})
    sign_in(client, "wang_xiaomei")
    assert client.get(f"/drafts/{draft.pk}/form/family_members/").status_code == 200
    assert filled_in(Draft.objects.get(pk=draft.pk), family_members=[MEMBER]).complete
    assert (
        applications.in_words(
            [
                s
                for s in situations.resolve(catalogue.guide(draft.version_id), draft.situation).sections
                if s.rows
            ],
            {"family_members": old},
            {},
        )[0]["rows"][0]["words"]
        == []
    )
