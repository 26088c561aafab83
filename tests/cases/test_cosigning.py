"""Every party that must sign signs: who that is, what a change does to it, and that nobody signs for another."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connections

from tests.cases import test_bundles as whole
from tests.cases.cosigned import (
    COMPANY,
    LI,
    WANG,
    ZHAO,
    begun,
    cosign,
    digest_of,
    filled,
    holder,
    ready,
    standing,
)  # fmt: skip
from tests.cases.test_application_form import words
from tests.city import AT, caller, png
from tests.people.signing import sign_in
from tongban.cases.actions import bundles, drafts, submission
from tongban.cases.models import Bundle, Case, CoSignature, Draft, Form, Member
from tongban.cases.queries import applications, cosigning, desk, opened, signatures, subjects
from tongban.cases.rules import cosigning as rules
from tongban.cases.rules.cosigning import Given, Named, Standing
from tongban.catalogue import shipped
from tongban.catalogue.rules import situations
from tongban.engine import codes
from tongban.engine.refusal import Refused
from tongban.people import queries as people
from tongban.people.seeding import DEMO_PASSWORD
from tongban.record import queries as record

pytestmark = pytest.mark.django_db
GUIDE = next(guide for guide in shipped.guides() if guide.base_code == COMPANY)
FORM = situations.resolve(GUIDE, {"company_type": "limited", "premises_tenure": "declared"}).sections
HEAD = {"future_legal_representative": "王晓梅", "future_legal_representative_id_number": WANG}
CHILD = (head := "51180220150401123") + codes.id_check(head)
NAME = "001031111000"  # 名称自主申报: asks for nobody's signature beside the applicant's
ORGANISATION = {"shareholder_kind": "organisation", "shareholder_uscc": "91511802MA62QX8TXN"}


# Who must sign (市场主体登记管理条例 Art 15, 16)

WHO = [
    ("the applicant alone founds and heads it", HEAD | {"shareholders": [holder(WANG)]}, {}),
    ("another shareholder", HEAD | {"shareholders": [holder(WANG), holder(LI)]},
     {LI: Named("李强", ("shareholder",))}),
    ("another head", HEAD | {"future_legal_representative": "李强", "future_legal_representative_id_number": LI,
                             "shareholders": [holder(WANG)]},
     {LI: Named("李强", ("future_legal_representative",))}),
    ("head and shareholder are one person, who signs once in both capacities",
     {"future_legal_representative": "李强", "future_legal_representative_id_number": LI,
      "shareholders": [holder(LI), holder(ZHAO)]},
     {LI: Named("李强", ("shareholder", "future_legal_representative")), ZHAO: Named("赵颖", ("shareholder",))}),
    ("two rows of one shareholder are one person", HEAD | {"shareholders": [holder(LI), holder(LI)]},
     {LI: Named("李强", ("shareholder",))}),
    ("an organisation signs with its seal, whatever number was typed before",
     HEAD | {"shareholders": [holder(WANG), holder(LI, **ORGANISATION)]}, {}),
    ("a number in small letters is the same number", HEAD | {"shareholders": [holder(WANG.lower())]}, {}),
    ("nothing answered yet", {}, {}),
    ("rows of an older form", HEAD | {"shareholders": "王晓梅，李强"}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "expected"), [row[1:] for row in WHO], ids=[row[0] for row in WHO])
def test_registration_regulation_articles_15_and_16_who_must_sign(answers, expected):
    assert rules.named(FORM, GUIDE.signers, answers, own=WANG) == expected


def test_the_capacity_is_called_as_the_form_calls_it():
    words = {code: text.zh for code, text in rules.in_words(GUIDE.form, GUIDE.signers).items()}
    assert words == {"shareholder": "股东", "future_legal_representative": "拟任法定代表人"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], Standing()),
        ([Given("p", "now", AT)], Standing(signed_at=AT)),
        ([Given("p", "before", AT)], Standing(void=1)),
        ([Given("other", "now", AT)], Standing()),
        ([Given("p", "before", AT), Given("p", "now", AT + timedelta(1))],
         Standing(signed_at=AT + timedelta(1), void=1)),
    ],
)  # fmt: skip
def test_a_signature_of_another_content_is_void_and_stays_on_record(given, expected):
    assert rules.standing("p", "now", given) == expected


@pytest.mark.parametrize(
    ("on", "minor"), [(date(2033, 3, 31), True), (date(2033, 4, 1), False), (date(2026, 1, 1), True)]
)
def test_civil_code_article_17_who_is_under_eighteen_does_not_sign_alone(on, minor):
    assert rules.is_minor(CHILD, on) is minor


# Handing in


def submitted(draft: Draft):
    owner = caller("wang_xiaomei")
    signed = applications.signed_by(draft.pk, owner, "password")
    return submission.submit(draft=draft.pk, caller=owner, at=AT, signed=signed).answer["case_no"]


def test_nothing_is_received_before_everybody_has_signed():
    draft = ready(holder(WANG), holder(LI), holder(ZHAO))
    assert standing(draft) == {"李强": "waits", "赵颖": "waits"}
    cosign(draft)
    with pytest.raises(Refused) as told:
        submitted(draft)
    assert (told.value.code, told.value.facts) == ("signatures_missing", {"names": ["赵颖"]})
    cosign(draft, "zhao_ying")
    assert Case.objects.filter(pk=submitted(draft)).exists()


def test_without_the_applicants_own_signature_the_others_are_asked_for_all_the_same():
    draft = ready()
    with pytest.raises(Refused, match="signatures_missing"):
        submission.submit(draft=draft.pk, caller=caller("wang_xiaomei"), at=AT)


def test_who_founds_alone_needs_nobody():
    draft = ready(holder(WANG))
    assert standing(draft) == {}
    assert Case.objects.filter(pk=submitted(draft)).exists()


def test_the_record_proves_who_signed_what_when():
    draft = ready(holder(LI), future_legal_representative="李强", future_legal_representative_id_number=LI)
    made = cosign(draft, at=AT)
    number = submitted(draft)
    event = record.stream("case", number)[0].facts
    assert event["cosignatures"] == [
        {
            "signer": f"account:{made.account_id}",
            "name": "李强",
            "capacities": ["shareholder", "future_legal_representative"],
            "method": "password",
            "digest": event["form_digest"],
            "at": "2026-11-03T02:00:00Z",
        }
    ]
    assert LI not in str(event)
    row = Case.objects.get(pk=number)
    shown = signatures.checked(row, opened.state(row))
    assert (shown.intact, [(one.signature.name, one.capacities.zh) for one in shown.others]) == (
        True,
        [("李强", "股东、拟任法定代表人")],
    )


def test_the_printed_form_names_all_who_signed(client):
    draft = ready()
    cosign(draft)
    number = submitted(draft)
    sign_in(client, "wang_xiaomei")
    printed = words(client.get(f"/my/cases/{number}/application.pdf").content)
    assert all(part in printed for part in ("电子签名王晓梅", "共同签名李强", "身份股东"))


def test_electronic_signature_law_article_13_a_later_change_is_found_for_all():
    draft = ready()
    cosign(draft)
    number = submitted(draft)
    form = Form.objects.get(case=number)
    Form.objects.filter(case=number).update(answers={**form.answers, "proposed_name": "雅安别的公司"})
    row = Case.objects.get(pk=number)
    assert not signatures.checked(row, opened.state(row)).intact


# Changes


def change(draft: Draft, **answers) -> None:
    row = Draft.objects.get(pk=draft.pk)
    section = next(part for part in subjects.resolved(row).sections if part.code == "company")
    stored = people.open_answers(row.form)
    asked = {field.code: stored[field.code] for field in section.fields if field.code in stored}
    drafts.answer_section(
        draft=draft.pk, section="company", answers=asked | answers, complete=True,
        caller=caller("wang_xiaomei"), at=AT,
    )  # fmt: skip


def test_a_change_after_signing_makes_the_signature_void_and_keeps_it():
    draft = ready()
    cosign(draft)
    change(draft, business_scope="茶叶销售")
    assert standing(draft) == {"李强": "waits"}
    with pytest.raises(Refused, match="signatures_missing"):
        submitted(draft)
    again = cosign(draft)
    assert CoSignature.objects.filter(draft=draft).count() == 2
    number = submitted(draft)
    assert [one["digest"] for one in record.stream("case", number)[0].facts["cosignatures"]] == [again.digest]


def test_a_file_given_after_signing_makes_the_signature_void():
    draft = ready()
    cosign(draft)
    drafts.attach(
        draft=draft.pk, material="articles", file=png("other"), caller=caller("wang_xiaomei"), at=AT
    )
    assert standing(draft) == {"李强": "waits"}


def test_what_is_saved_again_unchanged_stays_signed():
    draft = ready()
    cosign(draft)
    filled(draft, holder(WANG), holder(LI))
    change(draft)
    assert standing(draft) == {"李强": "signed"}


def test_a_shareholder_who_withdraws_is_not_asked_and_can_no_longer_read_it():
    draft = ready()
    cosign(draft)
    filled(draft, holder(WANG))
    assert standing(draft) == {}
    with pytest.raises(Refused, match="not_a_signer"):
        cosign(draft)
    number = submitted(draft)
    assert record.stream("case", number)[0].facts["cosignatures"] == []


def test_a_draft_given_up_takes_its_signatures_with_it():
    draft = ready()
    cosign(draft)
    drafts.discard(draft=draft.pk, caller=caller("wang_xiaomei"), at=AT)
    assert not CoSignature.objects.exists()


def test_signing_twice_is_one_signature():
    draft = ready()
    assert cosign(draft).pk == cosign(draft, at=AT + timedelta(hours=1)).pk


# Who may not


@pytest.mark.parametrize("username", ["wang_xiaomei", "zhao_ying", "yucheng_clerk"])
def test_only_whom_the_application_names_signs_it(username):
    draft = ready()
    with pytest.raises(Refused, match="not_a_signer"):
        cosign(draft, username)
    assert not CoSignature.objects.exists()


def test_a_name_that_is_not_the_registered_one_is_refused():
    with pytest.raises(Refused, match="name_not_signers"):
        cosign(ready(), name="李墙")


def test_who_is_named_otherwise_than_registered_asks_for_a_correction():
    with pytest.raises(Refused, match="named_otherwise"):
        cosign(ready(holder(WANG), holder(LI, shareholder_name="李墙")))


def test_what_changed_after_it_was_shown_is_not_signed():
    draft = ready()
    shown = digest_of(draft)
    change(draft, business_scope="茶叶销售")
    with pytest.raises(Refused, match="signed_something_else"):
        cosign(draft, digest=shown)


def test_after_it_was_handed_in_nobody_signs():
    draft = ready()
    cosign(draft)
    submitted(draft)
    with pytest.raises(Refused, match="draft_submitted"):
        cosign(draft)


def test_nobody_is_asked_to_sign_what_is_not_complete():
    draft = begun()
    drafts.answer_section(
        draft=draft.pk, section="shareholders", answers={"shareholders": [holder(LI)]}, complete=True,
        caller=caller("wang_xiaomei"), at=AT,
    )  # fmt: skip
    assert Draft.objects.get(pk=draft.pk).signers == []
    with pytest.raises(Refused, match="not_a_signer"):
        cosign(draft)


def test_a_minor_shareholder_goes_to_officers():
    """民法典 Art 19, 23: a guardian acts for a minor; the officer has a line to check."""
    draft = ready(holder(WANG), holder(CHILD))
    assert standing(draft) == {"张小丫": "guardian"}
    number = submitted(draft)
    seen = desk.case_page(
        opened.opened(number, caller("yucheng_clerk"), AT, opened.at_work), caller("yucheng_clerk")
    )
    assert [(name, words.zh) for name, words in seen["guarded"]] == [("张小丫", "股东")]


def test_a_minor_with_an_account_is_refused_to_sign_alone(monkeypatch):
    draft = ready()
    young = date(2000, 1, 1)  # Li, born 1985, is fourteen
    with pytest.raises(Refused, match="minor_signs_with_guardian"):
        cosigning.to_sign(draft.pk, caller("li_qiang"), young)
    assert cosigning.waiting(caller("li_qiang"), young) == []


# A bundle: its members' signers


def company(at=AT, **answers: str) -> Draft:
    """A complete draft of a company's start-up with Li as a second shareholder."""
    draft = whole.ready(
        "start_company", at, company_type="limited", premises_tenure="declared", seals="no", invoices="no",
        staff="no", **answers,
    )  # fmt: skip
    owner = caller("wang_xiaomei", at)
    drafts.answer_section(
        draft=draft.pk, section="shareholders", answers={"shareholders": [holder(WANG), holder(LI)]},
        complete=True, caller=owner, at=at,
    )  # fmt: skip
    return Draft.objects.get(pk=draft.pk)


def received(draft: Draft) -> Bundle:
    owner = caller("wang_xiaomei")
    signed = applications.signed_by(draft.pk, owner, "password")
    return Bundle.objects.get(pk=bundles.receive(draft=draft.pk, caller=owner, at=AT, signed=signed))


def test_a_bundle_is_signed_by_whom_its_members_ask_for():
    draft = company()
    assert subjects.resolved(draft).signers == tuple(GUIDE.signers)
    with pytest.raises(Refused, match="signatures_missing"):
        received(draft)
    cosign(draft)
    bundle = received(draft)
    facts = record.stream("bundle", bundle.pk)[0].facts
    assert [(one["name"], one["digest"]) for one in facts["cosignatures"]] == [("李强", bundle.digest)]


def test_of_a_bundles_items_only_those_that_ask_for_it_keep_the_signature():
    draft = company()
    cosign(draft)
    bundle = received(draft)
    whole.decide(bundle, NAME, grant=True)
    cases = {one.item: one.case for one in Member.objects.filter(bundle=bundle, item__in=[NAME, COMPANY])}
    assert opened.state(cases[NAME]).cosignatures == ()
    kept = opened.state(cases[COMPANY]).cosignatures
    assert [(one.name, one.capacities, one.digest) for one in kept] == [
        ("李强", ("shareholder",), bundle.digest)
    ]
    assert signatures.checked(cases[COMPANY], opened.state(cases[COMPANY])).intact


# Pages


def posted(client, draft: Draft, **changed: str):
    given = {"declare": "yes", "name": "李强", "secret": DEMO_PASSWORD, "digest": digest_of(draft)}
    return client.post(f"/my/cosignatures/{draft.pk}/", {k: v for k, v in (given | changed).items() if v})


def test_who_must_sign_finds_it_reads_it_signs_it_and_is_told(client):
    draft = ready()
    sign_in(client, "li_qiang")
    page = f"/my/cosignatures/{draft.pk}/"
    shown = client.get("/my/cases/").content.decode()
    assert "等我签名" in shown and page in shown
    read = client.get(page).content.decode()
    assert all(words in read for words in ("王晓梅", "李强", LI, digest_of(draft), "股东", "再次填写密码"))
    assert WANG not in read and f"{WANG[:6]}********{WANG[-4:]}" in read
    assert "13900001001" not in read and "139****1001" in read
    answer = posted(client, draft)
    assert (answer.status_code, answer.url) == (302, page)
    assert "您已经签名" in client.get(page).content.decode()
    assert "等我签名" not in client.get("/my/cases/").content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"declare": ""}, "没有勾选声明"),
        ({"name": "王晓梅"}, "姓名与您的实名登记不一致"),
        ({"secret": ""}, "请填写密码"),
        ({"secret": "not the password"}, "当前密码不正确"),
        ({"digest": "0" * 64}, "内容在您核对之后有改动"),
    ],
)
def test_a_page_says_what_is_missing_of_a_co_signature(client, changed, words):
    draft = ready()
    sign_in(client, "li_qiang")
    answer = posted(client, draft, **changed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not CoSignature.objects.exists()


def test_the_applicant_sees_who_has_signed_and_submits_once_all_have(client):
    draft = ready()
    sign_in(client, "wang_xiaomei")
    page = f"/drafts/{draft.pk}/check/"
    shown = client.get(page).content.decode()
    assert all(words in shown for words in ("其他人的签名", "李强", "未签名", "怎样请他们签名", "/my/cases/"))
    assert "还不能提交" in shown and 'name="digest"' not in shown
    cosign(draft)
    shown = client.get(page).content.decode()
    assert "已签名" in shown and 'name="digest"' in shown and "未签名" not in shown


def test_two_tabs_a_change_in_one_is_told_in_the_other(client):
    draft = ready()
    cosign(draft)
    sign_in(client, "wang_xiaomei")
    page, shown = f"/drafts/{draft.pk}/check/", digest_of(draft)
    change(draft, business_scope="茶叶销售")
    answer = client.post(page, {"declare": "yes", "name": "王晓梅", "secret": DEMO_PASSWORD, "digest": shown})
    assert answer.status_code == 422
    assert "内容在您核对之后有改动" in answer.content.decode()
    answer = client.post(
        page, {"declare": "yes", "name": "王晓梅", "secret": DEMO_PASSWORD, "digest": digest_of(draft)}
    )
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "还有应当签名的人没有签名" in told and 'href="#sign"' in told and 'id="sign"' in told
    assert Draft.objects.get(pk=draft.pk).case_id is None


@pytest.mark.parametrize(
    "address",
    ["/drafts/{}/", "/drafts/{}/check/", "/drafts/{}/application.pdf", "/drafts/{}/form/shareholders/",
     "/drafts/{}/materials/articles/", "/drafts/{}/discard/"],
)  # fmt: skip
def test_who_signs_too_reaches_that_page_of_the_draft_and_no_other(client, address):
    draft = ready()
    sign_in(client, "li_qiang")
    assert client.get(address.format(draft.pk)).status_code == 404


def test_a_stranger_does_not_learn_that_a_draft_exists(client):
    draft = ready()
    sign_in(client, "zhao_ying")
    there = client.get(f"/my/cosignatures/{draft.pk}/")
    none = client.get("/my/cosignatures/00000000-0000-4000-8000-000000000000/")
    assert (there.status_code, none.status_code) == (404, 404)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_what_waits_takes_as_many_statements_for_one_as_for_three(
    rows, django_assert_num_queries
):
    for _ in range(rows):
        ready()
    who = caller("li_qiang")
    with django_assert_num_queries(2):
        assert len(cosigning.waiting(who, AT.date())) == rows


# At the same time


@pytest.mark.django_db(transaction=True)
def test_signing_while_the_applicant_edits_never_signs_what_was_not_shown():
    """Whoever comes first: the signature is of the content shown, or there is none."""
    draft = ready()
    shown = digest_of(draft)

    def alone(deed):
        try:
            return deed()
        except Refused as refused:
            return refused.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        signed = threads.submit(alone, lambda: cosign(draft, digest=shown))
        edited = threads.submit(alone, lambda: change(draft, business_scope="茶叶销售"))
        signed, _ = signed.result(), edited.result()
    assert (isinstance(signed, CoSignature) and signed.digest == shown) or signed == "signed_something_else"
    assert standing(draft) == {"李强": "waits"}
