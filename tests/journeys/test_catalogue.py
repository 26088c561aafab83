"""An official brings a new item into the city by workbook, and somebody files it: no code, no restart."""

import pytest
from msgspec.structs import replace

from tests.catalogue.test_lint import FOOD
from tests.catalogue.test_workbook import book, cells, place
from tests.journeys import application
from tests.journeys.people import Person
from tongban.cases.models import Case
from tongban.catalogue.forms import workbook
from tongban.catalogue.forms.workbook import write
from tongban.catalogue.rules.guide import Limit, Text

pytestmark = pytest.mark.browser

NAME = "茶馆经营许可（新办）"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NEW = replace(
    FOOD,
    number=900,
    base_code="000131900000",
    name=Text(zh=NAME, en="Teahouse licence (new)"),
    synonyms=["开茶馆", "teahouse"],
    scenes=["open_shop"],
    promised=Limit(amount=5),
    result=replace(FOOD.result, name=Text(zh="茶馆经营许可证", en="Teahouse licence")),
    conditions=[
        *FOOD.conditions,
        Text(
            zh="饮用水经国家指定的检验机构检验合格。",
            en="The water has passed a laboratory the State has designated.",
        ),
    ],
)


def test_an_official_imports_publishes_and_an_applicant_files_the_new_item(person):
    _finds_nothing(person())
    editor = person("market_editor")
    _is_told_the_faulty_cell(editor)
    _imports(editor)
    _changes_a_part(editor)
    _answers_the_finding(editor)
    _submits(editor)
    for reviewer in ("market_head", "service_reviewer", "legal_reviewer"):
        _passes(person(reviewer))
    _files(person())
    assert Case.objects.filter(version__item__base_code=NEW.base_code).count() == 1


def _finds_nothing(somebody: Person) -> None:
    somebody.opens("/search/?q=开茶馆").sees_not(NAME)


def _is_told_the_faulty_cell(editor: Person) -> None:
    rows = cells(write([NEW]))
    number = place("事项", "statutory.unit")
    rows["事项"][2][number] = "天"
    editor.opens("/desk/items/").clicks("导入事项")
    editor.gives_file("市场监管.xlsx", book(rows), EXCEL).clicks("上传并检查")
    editor.sees("没有导入任何内容", workbook._cell(2, number), "“天”不在可选值中").sees_not("确认导入")


def _imports(editor: Person) -> None:
    editor.clicks("重新上传").gives_file("市场监管.xlsx", write([NEW]), EXCEL).clicks("上传并检查")
    editor.sees("检查通过", NAME, "新事项").clicks("确认导入")
    editor.sees("已建立 1 个版本草稿。", NAME, "轮到您")


def _changes_a_part(editor: Person) -> None:
    editor.clicks(NAME).sees("还有 1 处需要处理").clicks("修改内容").clicks("修改基本要素")
    editor.types("承诺办结时限", "60").clicks("保存")
    editor.clicks("检查并提交").sees("承诺时限（60 个工作日）可能超过法定时限").clicks("提交审核")
    editor.sees("还有 2 处问题没有处理。")
    editor.page.go_back()
    editor.clicks("修改内容").clicks("修改基本要素").types("承诺办结时限", "5").clicks("保存")


def _answers_the_finding(editor: Person) -> None:
    """A condition that looks like a named provider stands on law: the department says which."""
    editor.clicks("检查并提交").clicks("提交审核").sees("还有 1 处问题没有处理。")
    editor.page.go_back()
    editor.types("法律依据或理由", "《食品安全法》第八十四条：检验机构的资质由国家认定").clicks("保存说明")
    editor.sees("说明：《食品安全法》第八十四条").sees_not("还有 1 处需要处理")


def _submits(editor: Person) -> None:
    editor.clicks("预览办事指南").sees(NAME, "5 个工作日")
    editor.page.go_back()
    editor.clicks("提交审核").sees("现在轮到：主管部门负责人")


def _passes(reviewer: Person) -> None:
    reviewer.opens("/desk/items/").sees("轮到您").clicks(NAME).clicks("通过")
    reviewer.sees("已通过。")


def _files(wang: Person) -> None:
    wang.opens("/search/?q=开茶馆").clicks(NAME).clicks("开始办理")
    application.answers_the_guidance(wang)
    wang.clicks("开始办理").signs_in("wang_xiaomei")
    wang.picks("雅安雨城味道餐饮店").clicks("开始填写")
    wang.clicks("申请人信息")
    for section in application.TYPED:
        application.fills(wang, section)
    for material in application.MATERIALS:
        application.gives(wang, material)
        wang.page.locator("nav a, .tb-crumbs a").get_by_text(NAME).first.click()
    wang.clicks("核对并提交").signs().clicks("签名并提交")
    assert wang.heading() == "申请已提交"
