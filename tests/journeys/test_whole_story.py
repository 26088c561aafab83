"""The main job, walked through in a browser by everybody it takes: from 我要开餐馆 to a proved licence."""

import json
import re
import subprocess

import pytest

from tests.journeys import application
from tests.journeys.people import Person, scan
from tongban.cases.models import Case, Letter

pytestmark = pytest.mark.browser

ITEM = "食品经营许可（新办）"
COMPANY = "雅安雨城味道餐饮店"


def test_a_person_applies_and_receives_a_verifiable_licence(person, tmp_path):
    wang = person()
    number = _applies(wang)
    _is_told_what_is_missing(person(), number)
    _corrects(wang, number)
    _accepts(person("yucheng_clerk"), number)
    _examines(person("yucheng_examiner"), number)
    _decides(person("yucheng_approver"), number)
    _delivers(person("yucheng_delivery"), number)
    assert Case.objects.get(pk=number).stage == "delivered"
    _reads_the_licence(wang, number, tmp_path)
    _verifies_the_licence(person(), number)
    _proves_the_decision(wang, number, tmp_path)


def _applies(wang: Person) -> str:
    wang.opens("/").page.get_by_role("searchbox").fill("开餐馆")
    wang.page.keyboard.press("Enter")
    wang.clicks(ITEM)
    assert wang.heading() == ITEM
    wang.clicks("开始办理")
    application.answers_the_guidance(wang)
    assert wang.heading() == "您的办事清单"
    wang.sees(application.MISSING, "经营场所租赁合同或者无偿使用证明").sees_not(
        "专间或者专用操作区设施设备说明"
    )
    wang.clicks("开始办理").signs_in("wang_xiaomei")
    assert wang.heading() == "以谁的名义申请？"
    wang.picks(COMPANY).clicks("开始填写")
    wang.sees("申请进度：已完成")
    wang.clicks("申请人信息")
    for section in application.TYPED:
        assert wang.heading() == section
        application.fills(wang, section)
    assert wang.heading() == ITEM
    for material in application.MATERIALS[1:]:
        application.gives(wang, material)
        wang.page.locator("nav a, .tb-crumbs a").get_by_text(ITEM).first.click()
    wang.clicks("核对并提交")
    assert wang.heading() == "提交前请核对"
    wang.sees(
        "王晓梅", "雅安市雨城区西门北路88号", "2031年12月31日", "热食类食品制售", "还有必要材料没有上传"
    )
    wang.signs().clicks("签名并提交")
    assert wang.heading() == "申请已提交"
    return wang.page.url.split("/")[-3]


def _is_told_what_is_missing(clerk: Person, number: str) -> None:
    """The clerk signs in with the second factor, claims, checks, and sends the one-time notice."""
    clerk.opens("/accounts/login/?next=/desk/").signs_in("yucheng_clerk")
    assert clerk.heading() == "我的待办"
    clerk.clicks("认领下一件")
    assert clerk.page.url.split("/")[-2] == number
    clerk.sees("已由").clicks("核对材料")
    clerk.sees(application.MISSING, "未提交").clicks("得出结论")
    clerk.sees("一次性补正告知书（预览）", "共 1 项", application.MISSING).clicks("发出告知书")
    clerk.sees("待补正")


def _corrects(wang: Person, number: str) -> None:
    wang.clicks("查看进度").sees("需要补正材料").clicks("查看并补正")
    wang.clicks(application.MISSING).gives_file("布局图.png", scan("layout")).clicks("上传")
    wang.sees("布局图.png").clicks("提交补正")
    wang.sees("已收件，待受理")


def _accepts(clerk: Person, number: str) -> None:
    clerk.opens(f"/desk/cases/{number}/").clicks("核对材料").sees("不能再要求补正")
    clerk.picks("符合").clicks("得出结论").sees("材料齐全，符合法定形式").clicks("受理")
    clerk.sees("材料审查")


def _examines(examiner: Person, number: str) -> None:
    examiner.opens(f"/desk/cases/{number}/").clicks("材料审查")
    examiner.picks("符合条件").types("审查意见", "材料齐全，符合条件").clicks("材料审查")
    examiner.clicks("现场核查（两名以上核查人员）").picks("符合条件").types("审查意见", "现场符合")
    examiner.types("核查人员", "李敏").clicks("现场核查（两名以上核查人员）").sees("两名以上")
    assert examiner.main.get_by_label("审查意见").input_value() == "现场符合"
    examiner.types("核查人员", "李敏、周强").clicks("现场核查（两名以上核查人员）")
    examiner.sees("现场符合")
    assert examiner.main.get_by_role("link", name="准予").count() == 0  # who examined does not decide


def _decides(approver: Person, number: str) -> None:
    approver.opens(f"/desk/cases/{number}/").clicks("准予")
    approver.types("审批意见", "同意").clicks("准予")
    approver.sees("已准予，待送达")


def _delivers(deliverer: Person, number: str) -> None:
    deliverer.opens(f"/desk/cases/{number}/").clicks("登记送达")
    deliverer.picks("电子送达").types("接收人", "王晓梅").clicks("登记送达")
    deliverer.sees("已送达")


def _reads_the_licence(wang: Person, number: str, folder) -> None:
    wang.opens(f"/my/cases/{number}/").reloads_until("食品经营许可证 PDF")
    letter = Letter.objects.get(case=number, kind="licence")
    content = wang.page.request.get(f"/cases/{number}/letters/{letter.pk}.pdf").body()
    (folder / "licence.pdf").write_bytes(content)
    printed = subprocess.run(
        ["pdftotext", "-layout", folder / "licence.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert [word for word in ("食品经营许可证", COMPANY, "西门北路88号") if word not in printed] == []


def _verifies_the_licence(stranger: Person, number: str) -> None:
    """Anybody with the code of the QR sees that the licence is real, and whose."""
    code = Letter.objects.get(case=number, kind="licence").code
    stranger.opens(f"/verify/{code}/").sees("真实有效", "食品经营许可证", "雨城区市场监督管理局")


def _proves_the_decision(wang: Person, number: str, folder) -> None:
    """The applicant downloads the proof of the decision and checks it on the record's page; a changed one fails."""
    wang.opens(f"/my/cases/{number}/")
    with wang.page.expect_download() as download:
        wang.main.locator("li", has_text=re.compile(r"^\s*准予")).get_by_role(
            "link", name=re.compile("^存证证明")
        ).click()
    download.value.save_as(folder / "proof.json")
    wang.opens("/record/").clicks("核对一份证明")
    wang.page.locator("input[type=file]").set_input_files(folder / "proof.json")
    wang.clicks("核对").sees("证明成立", "准予")
    proof = json.loads((folder / "proof.json").read_text(encoding="utf-8"))
    proof["event"]["kind"] = "refused"
    wang.gives_file("proof.json", json.dumps(proof).encode(), "application/json")
    wang.clicks("核对").sees("证明不成立")
