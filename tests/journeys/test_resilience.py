"""What people do to forms: leave them, come back elsewhere, lose the session, open two tabs, go back, click twice."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from tests import city
from tests.journeys import application
from tests.journeys.people import Person
from tongban.cases.models import Case

pytestmark = pytest.mark.browser

ADDRESS = "雅安市雨城区西门北路99号"


@pytest.fixture
def uploads(town, settings):
    """Files of applications prepared here lie where the town finds them."""
    settings.MEDIA_ROOT = town.folder / "uploads"


def _cases() -> int:
    return Case.objects.count()


def test_a_draft_survives_signing_out_and_another_browser(person):
    wang = person("wang_xiaomei")
    draft = city.started(at=timezone.now())
    wang.opens(f"/drafts/{draft.pk}/").clicks("经营场所")
    application.fills(wang, "经营场所", leave_out=("年", "月", "日"))  # owned: no lease
    wang.page.get_by_role("button", name="退出").click()
    elsewhere = person()
    elsewhere.opens("/my/cases/").signs_in("wang_xiaomei")
    elsewhere.page.locator(f"a[href='/drafts/{draft.pk}/']").first.click()
    elsewhere.clicks("经营场所")
    typed = application.TYPED["经营场所"]["场所详细地址"]
    assert elsewhere.main.get_by_label("场所详细地址").input_value() == typed


def test_a_session_that_expires_in_the_middle_of_a_form_keeps_what_was_typed(person):
    wang = person("wang_xiaomei")
    draft = city.started(at=timezone.now())
    wang.opens(f"/drafts/{draft.pk}/form/premises/").types("场所详细地址", ADDRESS)
    (key,) = (found["value"] for found in wang.page.context.cookies() if found["name"] == "sessionid")
    Session.objects.filter(pk=key).delete()
    wang.clicks("保存并继续").sees("请先登录").signs_in("wang_xiaomei")
    wang.sees("您刚才填写的内容已保留")
    assert wang.main.get_by_label("场所详细地址").input_value() == ADDRESS


def test_a_file_sent_after_the_session_expired_arrives_after_signing_in(person, uploads):
    draft = city.started(at=timezone.now())
    wang = person("wang_xiaomei")
    wang.opens(f"/drafts/{draft.pk}/materials/{city.MISSING}/")
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    wang.gives_file("平面图.png", city.png().read(), "image/png").clicks("上传").signs_in("wang_xiaomei")
    wang.sees("您刚才填写的内容还在", "平面图.png").clicks("继续提交").sees("已上传", "平面图.png")


def test_of_two_tabs_deciding_the_same_case_the_second_is_told_in_words(person, uploads):
    number = city.examined(timezone.now())
    first = person("yucheng_approver")
    first.opens(f"/desk/cases/{number}/grant")
    second = Person(first.page.context.new_page())
    second.opens(f"/desk/cases/{number}/refusal")
    second.types("不予许可的理由", "布局不合规").types("法律依据", "食品安全法第三十三条")
    first.clicks("准予").sees("已准予，待送达")
    second.clicks("不予许可").sees("办件现在的环节不能做这一步", "请刷新页面查看最新状态")
    assert second.main.get_by_label("不予许可的理由").input_value() == "布局不合规"
    assert Case.objects.get(pk=number).stage == "granted"


def test_the_back_button_after_submitting_makes_no_second_case(person, uploads):
    draft = city.filled(timezone.now())
    before = _cases()
    wang = person("wang_xiaomei")
    wang.opens(f"/drafts/{draft.pk}/check/").signs().clicks("签名并提交").sees("申请已提交")
    receipt = wang.page.url
    wang.page.go_back()
    if wang.page.locator("#declare").count():
        wang.signs().clicks("签名并提交")
    wang.sees("申请已提交")
    assert (wang.page.url, _cases()) == (receipt, before + 1)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_double_click_on_submit_makes_one_case(person, uploads, scripts):
    draft = city.filled(timezone.now())
    before = _cases()
    wang = person("wang_xiaomei", java_script_enabled=scripts)
    wang.opens(f"/drafts/{draft.pk}/check/").signs()
    wang.page.get_by_role("button", name="签名并提交").dblclick(no_wait_after=True)
    wang.sees("申请已提交")
    assert _cases() == before + 1
