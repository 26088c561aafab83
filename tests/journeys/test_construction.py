"""A project without scripts: registered, its gates read, its first stage begun; then seen by an officer of the place."""

import pytest

from tests.construction import project as at_work
from tests.journeys.people import Person
from tongban.construction.models import Application, Project

pytestmark = pytest.mark.browser


@pytest.fixture
def owner(person) -> Person:
    """Somebody whose browser runs no scripts."""
    return person(java_script_enabled=False)


def test_an_owner_registers_a_project_and_begins_its_first_stage_without_scripts(owner, person):
    owner.opens("/projects/new/").picks("社会投资小型低风险项目")
    owner.main.get_by_label("建设地点所在县（区）").select_option(at_work.COUNTY)
    owner.clicks("下一步").signs_in(at_work.OWNER)
    assert owner.heading() == "登记项目"
    owner.clicks("登记项目").sees("有内容需要修改")
    owner.types("投资项目统一代码", at_work.CODE).types("项目名称", at_work.ANSWERS["project_name"])
    owner.types("所属行业（国民经济行业分类代码）", "1530").types("建设地点", "演示路1号")
    owner.types("建设规模及内容", "新建精制茶厂房一栋").types("项目总投资（元）", "2600000")
    owner.types("用地面积（平方米）", "1500").types("建筑面积（平方米）", "900").picks("新建")
    owner.main.get_by_label("建设地点所在乡镇（街道）").select_option(index=1)
    for fact in ("water_intake", "road", "trees"):
        owner.main.locator(f"input[name={fact}][value=no]").check()
    owner.clicks("登记项目").sees("下一步：申请这个阶段", "立项用地规划许可阶段", "审批用时")
    assert Project.objects.get(pk=at_work.CODE).theme == "private_small"
    owner.clicks("施工许可阶段").sees(
        "现在还不能申请：缺少前置条件", "建设工程规划许可证核发", "第八条第二项"
    )
    owner.opens(f"/projects/{at_work.CODE}/").clicks("查看并申请").sees("企业投资项目备案").clicks("开始填写")
    owner.sees("已有信息（自动带入，不用再填）", "C 用地信息", "核对并提交")
    owner.clicks("A 项目信息").sees("保存并继续").sees_not("项目名称", "投资项目统一代码")
    assert Application.objects.get(project=at_work.CODE).stage == "land"
    officer = person("mingshan_clerk").opens("/desk/projects/")
    officer.clicks(at_work.ANSWERS["project_name"]).sees("可以申请", "第八条第二项")
