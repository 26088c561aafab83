"""A department's workbook: out and in without loss; every planted fault is named by its cell; nothing half done."""

from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from python_calamine import CalamineWorkbook

from tests import city
from tests.catalogue.test_lint import FOOD, material
from tests.catalogue.test_shipped import SHIPPED
from tests.catalogue.test_versions import desk  # noqa: F401
from tongban.catalogue import actions, queries, shipped
from tongban.catalogue.forms import workbook
from tongban.catalogue.models import Item, ItemVersion
from tongban.catalogue.rules import columns
from tongban.catalogue.rules.guide import Limit, Text, Unit
from tongban.engine.refusal import Refused

SHEETS = {sheet.title: sheet for sheet in columns.sheets()}


def cells(content: bytes) -> dict[str, list[list]]:
    """Sheet → rows, as they stand."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def book(rows: dict[str, list[list]]) -> bytes:
    """The rows as a workbook, as somebody would save it."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        for name, lines in rows.items():
            page = made.add_worksheet(name)
            for number, line in enumerate(lines):
                for place, value in enumerate(line):
                    if isinstance(value, float):
                        page.write_number(number, place, value)
                    elif value != "":
                        page.write_string(number, place, str(value))
    return out.getvalue()


def test_the_whole_catalogue_goes_out_and_comes_in_without_loss():
    wanted = list(shipped.guides())
    reading = workbook.read(workbook.write(wanted))
    assert (len(wanted), reading.faults, reading.guides) == (612, [], wanted)


words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(
    lambda text: text == text.strip()
)


@settings(max_examples=40, deadline=None)
@example(zh="=1+1", en="{=A1}", amount=0, unit=Unit.WORKING_DAYS, months=0)
@example(zh="https://example.org", en="mailto:a@example.org", amount=0, unit=Unit.WORKING_DAYS, months=0)
@given(
    zh=words,
    en=words,
    amount=st.integers(0, 500),
    unit=st.sampled_from(list(Unit)),
    months=st.integers(0, 600),
)
def test_whatever_words_and_figures_a_guide_has_it_comes_back_the_same(zh, en, amount, unit, months):
    text = Text(zh=zh, en=en)
    changed = replace(
        FOOD, name=text, summary=text, conditions=[text], promised=Limit(amount=amount, unit=unit),
        result=replace(FOOD.result, validity_months=months),
    )  # fmt: skip
    assert workbook.read(workbook.write([changed])).guides == [changed]


def place(title: str, code: str) -> int:
    """The column of a code on a sheet."""
    sheet = SHEETS[title]
    return [*sheet.keys, *(column.code for column in sheet.columns)].index(code)


# (sheet, column, what is typed there): each is planted in several rows.
TYPED = [
    ("事项", "kind", "许可类"),
    ("事项", "statutory.unit", "天"),
    ("事项", "instant", "大概"),
    ("事项", "summary.zh", ""),
    ("事项", "visits", "两次"),
    ("设定依据", "rank", "高"),
    ("受理条件", "en", ""),
    ("情形选项", "question", "no_such_question"),
    ("情形问题", "ask.zh", ""),
    ("申请材料", "necessity", "看情况"),
    ("申请材料", "copies", "若干"),
    ("申请材料", "when", "business_type：catering"),
    ("申请材料", "basis.law.zh", ""),
    ("材料常见问题", "material", "lost_material"),
    ("表单字段", "kind", "下拉"),
    ("表单字段", "required", "也许"),
    ("表单字段", "section", "nowhere"),
    ("字段选项", "label.zh", ""),
    ("办理环节", "limit.amount", "三"),
    ("办理环节", "kind", "盖章"),
    ("常见问题", "answer.zh", ""),
]


def planted(most: int) -> tuple[dict[str, list[list]], set[tuple[str, str]]]:
    """A workbook with `most` faults and the cells they stand in, no two in one row."""
    rows, found, used = cells(workbook.write(SHIPPED)), set(), set()
    for turn in range(1, 40):
        for title, code, typed in TYPED:
            number = 1 + turn * 3
            if len(found) == most:
                return rows, found
            if number >= len(rows[title]) or (title, number) in used:
                continue
            used.add((title, number))
            column = place(title, code)
            rows[title][number][column] = typed
            found.add((title, workbook._cell(number, column)))
    raise AssertionError("not enough rows")


def orphans(faults: list[workbook.CellFault]) -> set[tuple[str, str]]:
    return {(fault.sheet, fault.cell) for fault in faults}


def test_a_workbook_with_fifty_faults_names_all_fifty_cells():
    rows, wanted = planted(50)
    reading = workbook.read(book(rows))
    assert len(wanted) == 50
    assert wanted - orphans(reading.faults) == set()
    assert all(fault.words.zh and fault.words.en for fault in reading.faults)
    # A row that cannot be read leaves its children without an owner; nothing else is said to be wrong.
    rest = [fault for fault in reading.faults if (fault.sheet, fault.cell) not in wanted]
    assert [fault for fault in rest if "没有找到" not in fault.words.zh] == []


def test_a_base_code_that_excel_made_a_number_is_told():
    rows = cells(workbook.write([FOOD]))
    rows["事项"][2][place("事项", "base_code")] = 131001000.0
    faults = workbook.read(book(rows)).faults
    assert ("事项", "B3") in orphans(faults) and "文本" in next(f for f in faults if f.cell == "B3").words.zh


def test_a_part_that_stands_twice_and_a_column_or_sheet_that_is_missing_are_told():
    rows = cells(workbook.write([FOOD]))
    rows["申请材料"].append(list(rows["申请材料"][2]))
    del rows["收费"]
    rows["常见问题"][1][1] = "frage.zh"
    faults = orphans(workbook.read(book(rows)).faults)
    assert {("收费", ""), ("申请材料", f"B{len(rows['申请材料'])}"), ("常见问题", "B2")} <= faults


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no workbook", b"%PDF-1.7", b"a,b\n1,2"])
def test_a_file_that_is_no_workbook_is_refused(content):
    with pytest.raises(Refused) as refused:
        workbook.read(content)
    assert refused.value.code == "workbook_unreadable"


@pytest.mark.parametrize(
    ("change", "sheet", "code"),
    [
        (lambda g: replace(g, promised=Limit(amount=30)), "事项", "promised.amount"),
        (lambda g: material(g, "layout_flow_chart", defects=[]), "申请材料", "code"),
        (lambda g: replace(g, questions=[replace(g.questions[0], options=g.questions[0].options[:1])]), "情形问题", "code"),
        (lambda g: replace(g, scenes=["open_bar"]), "事项", "scenes"),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_a_finding_of_lint_is_shown_at_its_cell(change, sheet, code):
    reading = workbook.read(workbook.write([change(FOOD)]))
    (one,) = queries.incoming(reading.guides)
    located = [workbook.locate(reading, finding) for finding in one.faults]
    letter = workbook._cell(0, place(sheet, code))[:-1]
    assert any(fault.sheet == sheet and fault.cell.rstrip("0123456789") == letter for fault in located), (
        located
    )


@pytest.mark.django_db
def test_an_import_tells_what_it_would_change_and_makes_drafts_of_just_that(desk):  # noqa: F811
    changed = replace(FOOD, summary=Text(zh="新的说明", en="A new summary"))
    new = replace(
        FOOD, number=700, base_code="000131700000", name=Text(zh="小作坊登记证核发", en="Workshop licence")
    )
    reading = workbook.read(workbook.write([*SHIPPED[:3], changed, new]))
    told = queries.incoming(reading.guides)
    assert [(one.new, len(one.changes) > 0) for one in told] == [
        *[(False, False)] * 3,
        (False, True),
        (True, True),
    ]
    assert [change.path for change in told[3].changes] == ["summary.zh", "summary.en"]
    rows = actions.import_guides(wanted=reading.guides, caller=desk["editor"], at=city.AT)
    assert [(row.item.base_code, row.status) for row in rows] == [
        (FOOD.base_code, "draft"),
        ("000131700000", "draft"),
    ]
    again = actions.import_guides(wanted=reading.guides, caller=desk["editor"], at=city.AT)
    assert {row.pk for row in again} == {row.pk for row in rows}


@pytest.mark.django_db
def test_an_import_with_a_fault_stores_nothing(desk):  # noqa: F811
    before = (Item.objects.count(), ItemVersion.objects.count())
    changed = replace(FOOD, summary=Text(zh="新的说明", en="A new summary"))
    faulty = replace(FOOD, number=701, base_code="000131701000", promised=Limit(amount=99))
    with pytest.raises(Refused) as refused:
        actions.import_guides(wanted=[changed, faulty], caller=desk["editor"], at=city.AT)
    assert refused.value.code == "import_faulty"
    assert (Item.objects.count(), ItemVersion.objects.count()) == before
