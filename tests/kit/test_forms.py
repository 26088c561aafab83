"""The form compiler: each kind of answer, each way to get it wrong, and what a person keeps and reads."""

from datetime import date

import msgspec
import pytest
from django.utils import translation
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from tongban.engine.codes import id_check, make_uscc
from tongban.kit import schema
from tongban.kit.forms import Fault, compile_form, from_answers, to_answers, validate

TODAY = date(2026, 11, 23)
USCC = make_uscc("91", "511802", "MA62X4KQ")


class Words(msgspec.Struct, frozen=True):
    zh: str
    en: str


class Option(msgspec.Struct, frozen=True):
    value: str
    label: Words


class Spec(msgspec.Struct, frozen=True):
    kind: str
    code: str = "answer"
    label: Words = Words("经营面积", "Floor area")
    required: bool = True
    hint: Words | None = None
    options: list[Option] = []
    maximum: int | None = None
    minimum: int | None = None


SALES = Option("sales", Words("销售", "Sales"))
CATERING = Option("catering", Words("餐饮", "Catering"))
TOWNS = {"town": [("511802001", "东城街道"), ("511802002", "西城街道")]}


def checked(spec: Spec, value, language: str = "zh-hans"):
    return validate([spec], {"answer": value}, language, choices_for=TOWNS, today=TODAY)


@pytest.mark.parametrize(
    ("spec", "typed", "kept"),
    [
        (Spec("text"), " 雅雨小馆 ", "雅雨小馆"),
        (Spec("text"), "雅雨\u202e小馆\u200b", "雅雨小馆"),
        (Spec("long_text"), "一\0\x1b\r\n二", "一\r\n二"),
        (Spec("text"), "क्\u200dष", "क्\u200dष"),
        (Spec("long_text"), "一" * 1000, "一" * 1000),
        (Spec("integer", maximum=10), 10, 10),
        (Spec("integer"), "１，２００".replace("，", ","), 1200),
        (Spec("decimal"), "80.5", "80.5"),
        (Spec("money"), "12000.00", "12000.00"),
        (Spec("date"), "2026-12-01", "2026-12-01"),
        (Spec("choice", options=[SALES, CATERING]), "sales", "sales"),
        (Spec("multiple", options=[SALES, CATERING]), ["sales", "catering"], ["sales", "catering"]),
        (Spec("yes_no"), True, "yes"),
        (Spec("yes_no"), "no", "no"),
        (Spec("uscc"), USCC.lower(), USCC),
        (Spec("phone"), "+86 138 0013 8000", "13800138000"),
        (Spec("phone"), "0835-2223333", "0835-2223333"),
        (Spec("address"), "北城街道航天大道 88 号", "北城街道航天大道 88 号"),
        (Spec("town"), "511802002", "511802002"),
    ],
)
def test_a_good_answer_is_kept_in_its_clean_form(spec, typed, kept):
    assert checked(spec, typed) == ({"answer": kept}, [])


def test_an_identity_number_is_kept_with_a_capital_x():
    first17 = next(f"5118021990030700{n}" for n in range(10) if id_check(f"5118021990030700{n}") == "X")
    assert checked(Spec("id_number"), f"{first17}x") == ({"answer": f"{first17}X"}, [])


@pytest.mark.parametrize(
    ("spec", "typed", "rule", "message"),
    [
        (Spec("text"), "", "required", "请填写经营面积"),
        (Spec("text"), "\u200b\u202e\u200d", "required", "请填写经营面积"),
        (Spec("text", maximum=4), "一二三四五六", "too_long", "经营面积最多 4 个字：请删去 2 个字"),
        (Spec("integer"), "八十", "not_a_number", "经营面积只能填数字：请去掉文字和单位，例如 120"),
        (Spec("integer"), "80.5", "too_precise", "经营面积只能是整数：请去掉小数部分"),
        (Spec("integer"), "1e9", "not_a_number", "经营面积只能填数字：请去掉文字和单位，例如 120"),
        (Spec("integer", minimum=1), "0", "too_small", "经营面积不能小于 1：请核对后重新填写"),
        (Spec("integer", maximum=99), "100", "too_large", "经营面积不能大于 99：请核对后重新填写"),
        (Spec("money"), "1.005", "too_precise", "经营面积最多 2 位小数：请四舍五入后填写"),
        (Spec("money"), "-1", "too_small", "经营面积不能小于 0：请核对后重新填写"),
        (Spec("date"), "2026-02-30", "not_a_date", "经营面积不是真实的日期：请核对年、月、日"),
        (Spec("date"), "2026-11", "incomplete", "经营面积缺少日子：请补填完整"),
        (Spec("date"), "26-11-23", "out_of_range", "经营面积的年份不对：请填写四位年份，例如 2026"),
        (
            Spec("choice", options=[SALES]),
            "canteen",
            "invalid_choice",
            "经营面积的选项无效：请从列出的选项中选择",
        ),
        (Spec("choice", options=[SALES]), "", "required", "请选择经营面积"),
        (Spec("multiple", options=[SALES]), [], "required", "请至少选择一项经营面积"),
        (
            Spec("multiple", options=[SALES]),
            ["x"],
            "invalid_choice",
            "经营面积的选项无效：请从列出的选项中选择",
        ),
        (Spec("town"), "510000000", "invalid_choice", "经营面积的选项无效：请从列出的选项中选择"),
        (Spec("uscc"), USCC[:-1], "uscc_length", "经营面积：应为 18 位：请补全或删去多余的字符"),
        (
            Spec("uscc"),
            USCC[:-1] + ("A" if USCC[-1] != "A" else "B"),
            "uscc_check",
            "经营面积：校验位不对：请对照营业执照逐位核对",
        ),
        (
            Spec("id_number"),
            "511802199013071234",
            "id_birth_date",
            "经营面积：第 7 至 14 位不是真实的出生日期：请对照身份证核对",
        ),
        (
            Spec("id_number"),
            "511802202701011234",
            "id_birth_future",
            "经营面积：出生日期晚于今天：请对照身份证核对",
        ),
        (Spec("phone"), "138001380", "phone_length", "经营面积：手机号应为 11 位：请核对后重新填写"),
        (
            Spec("phone"),
            "2223333",
            "phone_area_code",
            "经营面积：缺少区号：请在前面加上区号，例如 0835-2223333",
        ),
        (Spec("text"), 80, "type", "经营面积的数据类型不对：请按接口文档的类型提交"),
        (Spec("text"), {"a": 1}, "type", "经营面积的数据类型不对：请按接口文档的类型提交"),
        (Spec("integer"), True, "type", "经营面积的数据类型不对：请按接口文档的类型提交"),
        (
            Spec("multiple", options=[SALES]),
            "sales",
            "type",
            "经营面积的数据类型不对：请按接口文档的类型提交",
        ),
    ],
)
def test_a_bad_answer_names_the_field_the_rule_and_the_mend(spec, typed, rule, message):
    assert checked(spec, typed) == ({}, [Fault(field="answer", rule=rule, message=message)])


def test_every_fault_of_the_codes_has_words():
    from tongban.engine import codes
    from tongban.kit import phrases

    probes = [
        "",
        "1" * 18,
        "I" * 18,
        "91AAAAAA" + "1" * 10,
        USCC[:-1] + "0",
        "999",
        "12345678901",
        "12-x",
        "5" * 18,
    ]
    explained = {codes.explain_uscc(probe) for probe in probes}
    explained |= {codes.explain_id_number(probe, TODAY) for probe in probes}
    explained |= {codes.explain_phone(probe) for probe in probes}
    assert explained - {None} <= phrases.CODE_FAULTS.keys()
    assert len(explained) > 8


def test_messages_speak_the_language_asked_for(english_catalogue):
    clean, faults = checked(Spec("integer"), "eighty", language="en")
    assert clean == {}
    assert faults == [
        Fault(
            field="answer",
            rule="not_a_number",
            message="Floor area must be a number: leave out words and units, for example 120",
        )
    ]


def test_an_answer_no_field_asked_for_is_refused_by_name():
    _clean, faults = validate([Spec("text")], {"answer": "a", "extra": "b"}, "zh-hans")
    assert faults == [
        Fault(field="extra", rule="unknown", message="表单没有“extra”这一项：请按事项的表单字段提交")
    ]


def test_faults_follow_the_order_of_the_form():
    specs = [Spec("text", code="first"), Spec("integer", code="second"), Spec("text", code="third")]
    _clean, faults = validate(specs, {"second": "x", "first": 1}, "zh-hans")
    assert [(fault.field, fault.rule) for fault in faults] == [
        ("first", "type"),
        ("second", "not_a_number"),
        ("third", "required"),
    ]


def test_an_optional_answer_may_be_left_out():
    for kind in ("text", "integer", "date", "uscc", "phone", "yes_no", "town"):
        assert checked(Spec(kind, required=False), None) == ({}, [])


def test_what_was_typed_wrong_stays_in_the_form():
    form = compile_form([Spec("date"), Spec("integer", code="area")], language="zh-hans")(
        {"answer_year": "2026", "answer_month": "13", "answer_day": "二", "area": "80平"}
    )
    assert not form.is_valid()
    page = form.as_p()
    for typed in ('value="2026"', 'value="13"', 'value="二"', 'value="80平"'):
        assert typed in page


def test_stored_answers_come_back_into_the_form():
    specs = [Spec("date"), Spec("multiple", code="lines", options=[SALES, CATERING])]
    stored = {"answer": "2026-12-01", "lines": ["catering"], "elsewhere": "x"}
    form = compile_form(specs, language="zh-hans")(initial=from_answers(specs, stored))
    page = form.as_p()
    for part in ('value="2026"', 'value="12"', 'value="1"'):
        assert part in page
    assert page.count("checked") == 1
    assert form.initial == {"answer": "2026-12-01", "lines": ["catering"]}


def test_a_posted_form_gives_the_same_answers_as_the_api():
    specs = [Spec("date"), Spec("money", code="capital")]
    posted = compile_form(specs, language="zh-hans")(
        {"answer_year": "２０２６", "answer_month": "1", "answer_day": "2", "capital": "1,200.5"}
    )
    assert to_answers(posted) == {"answer": "2026-01-02", "capital": "1200.5"}
    assert validate(specs, {"answer": "2026-1-2", "capital": "1200.5"}, "zh-hans") == (to_answers(posted), [])


def test_choices_stand_open_when_few_and_fold_when_many():
    from django import forms

    few = compile_form([Spec("choice", options=[SALES, CATERING])], language="zh-hans")().fields["answer"]
    many = compile_form(
        [Spec("town")], language="zh-hans", choices_for={"town": [(str(n), str(n)) for n in range(96)]}
    )().fields["answer"]
    assert isinstance(few.widget, forms.RadioSelect)
    assert type(many.widget) is forms.Select
    assert many.choices[0] == ("", "请选择")


def test_dates_are_asked_in_the_order_of_the_language():
    for language, order in (("zh-hans", ["year", "month", "day"]), ("en", ["day", "month", "year"])):
        with translation.override(language):
            page = str(compile_form([Spec("date")], language=language)()["answer"])
        assert sorted(order, key=lambda part: page.index(f"answer_{part}")) == order


def test_a_label_with_markup_is_escaped():
    spec = Spec("text", label=Words("<script>", "<script>"))
    assert "<script>" not in compile_form([spec], language="zh-hans")().as_p()


# Files: given first, answered by their ids

GIVEN = {"answer": [("a", "a.png"), ("b", "b.png"), ("c", "c.png")]}
ONE, FEW = Spec("file"), Spec("file", maximum=3, minimum=2)


@pytest.mark.parametrize(
    ("spec", "ids", "kept", "faults"),
    [
        (ONE, ["a"], ["a"], []),
        (FEW, ["b", "a"], ["a", "b"], []),
        (replace(FEW, required=False), [], None, []),
        (ONE, [], None, [("required", "/answer", "请选择要上传的经营面积")]),
        (FEW, ["a"], ["a"], [("too_few", "/answer", "经营面积至少 2 个文件，现有 1 个：请继续添加")]),
        (ONE, ["a", "b"], ["a", "b"], [("too_many", "/answer", "经营面积最多 1 个文件，现有 2 个：请移除多余的文件")]),
        (ONE, ["x"], None, [("file_not_given", "/answer/0", "经营面积中没有这个文件：请先上传，再填写返回的 id")]),
        (FEW, ["a", "a"], ["a"], [("file_twice", "/answer/1", "经营面积中同一个文件列了两次：请删去重复的 id")]),
        (ONE, "a", None, [("type", "", "经营面积的数据类型不对：请按接口文档的类型提交")]),
    ],
)  # fmt: skip
def test_files_are_answered_by_the_ids_of_those_given(spec, ids, kept, faults):
    clean, found = validate([spec], {"answer": ids}, "zh-hans", choices_for=GIVEN, today=TODAY)
    assert [(fault.rule, fault.pointer, fault.message) for fault in found] == faults
    assert clean.get("answer") == kept
    made = schema.document([spec], "zh-hans")
    Draft202012Validator.check_schema(made)
    if spec.required:
        assert Draft202012Validator(made).is_valid({"answer": ids}) == (
            not faults or faults[0][0] == "file_not_given"
        )
    else:
        assert Draft202012Validator(made).is_valid(clean)


class File(msgspec.Struct, frozen=True):
    """A file given."""

    pk: str
    name: str = "a.png"
    size: int = 80


@pytest.mark.parametrize(
    ("spec", "given", "told"),
    [
        (ONE, 1, []),
        (ONE, 0, ["请选择要上传的经营面积"]),
        (FEW, 1, ["经营面积至少 2 个文件，现有 1 个：请继续添加"]),
        (replace(FEW, required=False), 0, []),
    ],
)
def test_a_page_is_judged_by_the_files_given_for_it_so_far(spec, given, told):
    form = compile_form([spec], language="zh-hans")(
        {}, initial={"answer": [File(str(n)) for n in range(given)]}
    )
    assert form.errors.get("answer", []) == told
    assert to_answers(form) == {}  # files are kept where they are given
