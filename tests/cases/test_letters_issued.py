"""The letters of real cases: pdftotext of each returns the issued words, the seal holds, nothing is issued twice."""

import subprocess
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings

from tests import city
from tests.cases import tolerant
from tongban.cases.actions import letters, promises
from tongban.cases.models import Case, Letter
from tongban.cases.queries import opened
from tongban.cases.rules.letters import LETTERS
from tongban.engine.clock import Approver, Ground, Limit
from tongban.engine.lifecycle import commands
from tongban.kit import signing
from tongban.record import queries as record

pytestmark = pytest.mark.django_db

NEXT = city.AT + timedelta(days=1)


def refused_acceptance() -> str:
    number = city.received()
    told = commands.RefuseAcceptance(
        ground="not_competent", reason="该食品由市级管辖", remedies="六十日内复议"
    )
    city.do(number, told, "yucheng_clerk", NEXT)
    return number


def suspended() -> str:
    number = city.accepted()
    special = commands.StartSpecial(ground=Ground.EXPERT_REVIEW, expected_days=7, reason="工艺需专家论证")
    city.do(number, special, "yucheng_examiner", NEXT)
    return number


def extended() -> str:
    number = city.accepted()
    longer = commands.Extend(limit=Limit(4), reason="核查对象停业整修", approver=Approver.ORGAN_HEAD)
    city.do(number, longer, "yucheng_head", NEXT)
    return number


def refused() -> str:
    number = city.examined()
    said = commands.Refuse(
        reasons="布局不合规：生熟未分开", basis="食品安全法第三十三条", remedies="六个月内起诉"
    )
    city.do(number, said, "yucheng_approver", NEXT)
    return number


def returned() -> str:
    number = tolerant.pre_reviewed()
    promises.end_overdue(at=NEXT + timedelta(days=30))
    return number


# The letter, how its case came about, and words only this case's events can have put there.
ISSUED: list[tuple[str, Callable[[], str], list[str]]] = [
    ("receipt", city.received, ["收件凭证", "保证食品安全的规章制度"]),
    ("correction_notice", city.noticed, ["一次性补正告知书", "2026年12月3日", "缺少该材料"]),
    (
        "promise",
        tolerant.promised,
        ["容缺承诺书", "经营场所租赁合同", "预受理后5个工作日", "失约记录", "王晓梅"],
    ),
    ("pre_acceptance", tolerant.pre_reviewed, ["容缺预受理告知书", "2026年11月10日", "不是受理"]),
    ("returned", returned, ["容缺终止退件告知书", "经营场所租赁合同", "六十日内"]),
    ("acceptance", city.accepted, ["受理通知书", "2026年11月3日"]),
    ("non_acceptance", refused_acceptance, ["不予受理决定书", "该食品由市级管辖", "六十日内复议"]),
    ("special_procedure", suspended, ["特别程序告知书", "工艺需专家论证", "7个工作日", "专家评审"]),
    ("extension", extended, ["延期告知书", "核查对象停业整修", "4个工作日"]),
    ("grant", city.granted, ["准予决定书", "2026年11月3日"]),
    ("licence", city.granted, ["食品经营许可证", "有效期"]),
    ("refusal", refused, ["不予决定书", "布局不合规：生熟未分开", "食品安全法第三十三条", "六个月内起诉"]),
    ("delivery", city.delivered, ["送达回证", "王晓梅", "窗口领取"]),
]


def issue_all(number: str) -> dict[str, Letter]:
    """Every letter the case's events owe, issued event by event as the worker does."""
    return {
        letter.kind: letter
        for event in record.stream("case", number)
        for letter in letters.issue(case_no=number, position=event.position, at=NEXT)
    }


def text(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=bytes(pdf), capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


@pytest.mark.parametrize(("kind", "case", "said"), ISSUED, ids=[row[0] for row in ISSUED])
def test_pdftotext_of_each_letter_returns_the_issued_words(kind, case, said):
    number = case()
    letter = issue_all(number)[kind]
    row = Case.objects.select_related("organ", "party").get(pk=number)
    guide = opened.unfold(row, NEXT).guide
    common = [letter.number, row.organ.name, row.party.name]
    named = [] if kind == "licence" else [number, guide.name.zh]
    page = text(letter.pdf)
    assert [word for word in [*common, *named, *said] if "".join(word.split()) not in page] == []


@pytest.mark.parametrize(("kind", "case"), [row[:2] for row in ISSUED], ids=[row[0] for row in ISSUED])
def test_each_letter_bears_the_seal_of_its_organ_dated_with_the_event(kind, case):
    number = case()
    letter = issue_all(number)[kind]
    told = next(event for event in record.stream("case", number) if event.position == letter.position)
    root = signing.root_certificate(settings.VAR_DIR / letters.SEALS)
    organ = Case.objects.get(pk=number).organ.name
    assert signing.verify_pdf(bytes(letter.pdf), root=root) == signing.Verdict(
        valid=True, intact=True, signer=organ, signed_at=told.at.replace(microsecond=0)
    )


def test_every_letter_of_the_brief_comes_from_a_real_case():
    assert {row[0] for row in ISSUED} == set(LETTERS)


def test_a_letter_is_issued_once_however_often_the_job_runs():
    number = city.granted()
    first = {kind: letter.pk for kind, letter in issue_all(number).items()}
    assert issue_all(number) == {}
    assert {letter.kind: letter.pk for letter in Letter.objects.filter(case=number)} == first


def test_document_numbers_of_an_organ_have_no_gap_within_a_kind_and_year():
    numbers = [issue_all(city.accepted())["acceptance"].number for _ in range(3)]
    serials = [int("".join(filter(str.isdigit, number.split("〕")[1]))) for number in numbers]
    assert serials == list(range(serials[0], serials[0] + 3))


def test_the_licence_is_valid_from_the_decision_for_the_years_of_the_guide():
    number = city.granted()
    data = issue_all(number)["licence"].data
    months = opened.unfold(Case.objects.get(pk=number), NEXT).guide.result.validity_months
    start = date(2026, 11, 3)
    assert data["valid_from"] == start.isoformat()
    assert date.fromisoformat(data["valid_until"]) == date(start.year + months // 12, 11, 2)
