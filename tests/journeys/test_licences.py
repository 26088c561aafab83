"""A licence in the browser: wallet, QR code opened elsewhere, used in the next application, annulled, found out at once."""

import pytest
from django.utils import timezone

from tests.licences import city_licences
from tongban.cases.models import Case
from tongban.licences.models import Licence

pytestmark = pytest.mark.browser


@pytest.fixture
def licence(in_the_town) -> Licence:
    now = timezone.now()
    return in_the_town(lambda: _made(now))


def _made(now) -> Licence:
    found = city_licences.granted(now)
    city_licences.publish_item_that_takes_a_food_licence(now)
    return found


def test_a_licence_is_shown_verified_used_annulled_and_found_out(person, licence, in_the_town):
    address = _shows_it(person("wang_xiaomei"), licence)
    _verifies(person(), address, "签名真实，证照有效", licence.number, "雅安雨城味道餐饮店")
    _verifies(person(java_script_enabled=False), f"/licences/verify/?q={licence.code}", "证照有效")
    _is_refused(person(), address)
    number = _uses_it(person("wang_xiaomei"), licence, in_the_town)
    _sees_the_use(person("wang_xiaomei"), licence, number)
    _annul(person("yucheng_approver"), person("yucheng_head"), licence)
    _verifies(person(), address, "证照已被撤销或注销")
    person("wang_xiaomei").opens("/my/licences/").sees("不再有效的证照", "已撤销或注销")


def _shows_it(wang, licence: Licence) -> str:
    """From the wallet to the QR code; what it says is the address a telephone opens."""
    wang.opens("/my/licences/").sees("食品经营许可证", licence.number, "有效").clicks("亮证 食品经营许可证")
    assert wang.page.locator(".tb-present__code svg").count() == 1
    wang.sees(licence.number, "请对方用手机扫码核验")
    return "/licences/verify/#" + licence.token


def _verifies(stranger, address: str, *words: str) -> None:
    stranger.opens(address).sees(*words)


def _is_refused(stranger, address: str) -> None:
    """One character of the signature changed; or only a part of it scanned."""
    changed = address[:-2] + ("A" if address[-2] != "A" else "B") + address[-1]
    stranger.opens(changed).sees("不是本平台签发的证照").sees_not("签名真实，证照有效")
    stranger.opens("about:blank").opens(address[:60]).sees("二维码不完整")


def _uses_it(wang, licence: Licence, in_the_town) -> str:
    """The next application does not ask for it."""
    draft = in_the_town(lambda: city_licences.other_draft(timezone.now()))
    wang.opens(f"/drafts/{draft.pk}/").sees("已有证照，无需提交：", licence.number)
    wang.clicks("核对并提交").sees("已有证照，无需提交：").signs().clicks("签名并提交")
    assert wang.heading() == "申请已提交"
    return wang.page.url.split("/")[-3]


def _sees_the_use(wang, licence: Licence, number: str) -> None:
    assert Case.objects.filter(pk=number).exists()
    wang.opens(f"/my/licences/{licence.pk}/").sees("使用记录", "公共场所卫生许可")
    wang.main.get_by_role("link", name=f"查看办件 {number}").click()
    assert wang.page.url.endswith(f"/my/cases/{number}/")


def _annul(approver, head, licence: Licence) -> None:
    """One officer opens the revocation, another confirms it."""
    approver.opens(f"/desk/licences/{licence.pk}/")
    approver.main.get_by_label("法定理由").select_option("unqualified")
    approver.types("事实和理由", city_licences.REASON).clicks("提出").sees("等待本机关另一名审批人")
    head.opens(f"/desk/licences/{licence.pk}/").clicks("确认，立即生效").sees("已撤销或注销")
