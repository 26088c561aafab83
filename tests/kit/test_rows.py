"""Lists of rows, addresses by town and questions under answers: one judgement for page and API."""

from datetime import date
from string import ascii_lowercase
from typing import Any

import msgspec
import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.kit.test_forms import SALES, TODAY, Option, Spec, Words
from tongban.kit import schema
from tongban.kit.forms import Fault, as_data, compile_form, faults_of, to_answers, validate
from tongban.kit.rows import RowsForm

PLACES = {"place": [(Words("雨城区", "Yucheng"), [("511802001", Words("东城街道", "Dongcheng"))])]}
ID = "511802199003074514"
CHAIN = Option("chain", Words("连锁", "Chain"))


class Field(Spec, frozen=True):
    only_if: dict[str, list[str]] | str = {}


class List(msgspec.Struct, frozen=True):
    code: str
    fields: list[Any]
    minimum: int = 1
    maximum: int = 3
    kind: str = "rows"
    label: Words = Words("股东名册", "Shareholders")
    one: Words = Words("股东", "Shareholder")
    required: bool = True
    hint: None = None
    options: list[Any] = []


NAME = Field("text", code="name", label=Words("姓名", "Name"), maximum=6)
NUMBER = Field(
    "id_number", code="number", label=Words("身份证号", "Identity number"), only_if={"kind": ["person"]}
)
WHO = Field(
    "choice",
    code="kind",
    label=Words("类型", "Kind"),
    options=[Option("person", Words("自然人", "Person")), CHAIN],
)
SINCE = Field("date", code="since", label=Words("日期", "Date"), required=False)
HOLDERS = List("holders", [NAME, WHO, NUMBER, SINCE])
GOOD = {"name": "王晓梅", "kind": "chain"}


def judged(rows: list, spec: List = HOLDERS, language: str = "zh-hans"):
    return validate([spec], {"holders": rows}, language, choices_for=PLACES, today=TODAY)


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ([GOOD], [GOOD]),
        ([{**GOOD, "number": ID}], [GOOD]),  # not asked of a chain: dropped
        (
            [{"name": "王晓梅", "kind": "person", "number": ID.lower()}],
            [{"name": "王晓梅", "kind": "person", "number": ID}],
        ),
        ([GOOD, {}, {"name": ""}], [GOOD]),  # an empty row is none
        ([{}, GOOD], [GOOD]),
        ([{**GOOD, "since": "2026年3月1日"}], [{**GOOD, "since": "2026-03-01"}]),
    ],
)
def test_rows_are_kept_in_their_clean_form(rows, kept):
    assert judged(rows) == ({"holders": kept}, [])


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ([], [Fault("holders", "too_few", "股东名册至少填写 1 项：请添加股东", "/holders")]),
        (
            [GOOD, {"kind": "chain"}],
            [Fault("name", "required", "股东 2：请填写姓名", "/holders/1/name")],
        ),
        (
            [{"name": "王晓梅", "kind": "person"}],
            [Fault("number", "required", "股东 1：请填写身份证号", "/holders/0/number")],
        ),
        (
            [GOOD] * 4,
            [Fault("holders", "too_many", "股东名册最多填写 3 项，现有 4 项：请删去多余的股东", "/holders")],
        ),
        (
            [{}, {**GOOD, "a/b": "x"}],
            [
                Fault(
                    "a/b", "unknown", "股东 2：表单没有“a/b”这一项：请按事项的表单字段提交", "/holders/1/a~1b"
                )
            ],
        ),
        ([{}], [Fault("name", "required", "股东 1：请填写姓名", "/holders/0/name"), Fault("kind", "required", "股东 1：请选择类型", "/holders/0/kind")]),
    ],
)  # fmt: skip
def test_a_fault_names_row_and_field_and_where_it_stands(rows, faults):
    assert judged(rows)[1] == faults


@pytest.mark.parametrize("rows", ["x", [1], {"0": GOOD}, [[GOOD]]])
def test_what_is_no_list_of_rows_is_refused_as_a_whole(rows):
    assert [fault.rule for fault in validate([HOLDERS], {"holders": rows}, "zh-hans", today=TODAY)[1]] == [
        "type"
    ]


# What a page posts


def posted(rows: list[dict], spec: List = HOLDERS, **further: str) -> QueryDict:
    """Rows as a browser would post them."""
    data = QueryDict(mutable=True)
    data[f"{spec.code}-rows"] = str(len(rows))
    for number, row in enumerate(rows):
        for name, value in as_data(spec.fields, row).items():
            values = value if isinstance(value, list) else [value]
            data.setlist(f"{spec.code}-{number}-{name}", values)
    for name, value in further.items():
        data[f"{spec.code}-{name}"] = value
    return data


def page(data: QueryDict | None, spec: List = HOLDERS, **further) -> RowsForm:
    return RowsForm(spec, data, language="zh-hans", choices_for=PLACES, today=TODAY, **further)


def typed(form: RowsForm) -> list[str]:
    return [str(row.form["name"].value() or "") for row in form.rows]


@pytest.mark.parametrize(
    ("deed", "shown"),
    [
        ({}, ["甲", "乙"]),
        ({"add": "1"}, ["甲", "乙", ""]),
        ({"drop": "0"}, ["乙"]),
        ({"drop": "1"}, ["甲"]),
        ({"drop": "7"}, ["甲", "乙"]),
        ({"drop": "-1"}, ["甲", "乙"]),
        ({"drop": "x" * 9}, ["甲", "乙"]),
    ],
)
def test_rows_are_added_and_taken_away_with_everything_typed_kept(deed, shown):
    form = page(posted([{"name": "甲", "number": "wrong"}, {"name": "乙"}], **deed))
    assert (typed(form), form.arranging) == (shown, bool(deed))
    assert not any(row.form.errors for row in form.rows)  # nothing is judged before it is sent


def test_the_last_row_stays_and_no_row_is_added_past_the_most():
    assert typed(page(posted([{"name": "甲"}], drop="0"))) == ["甲"]
    assert typed(page(posted([{"name": "甲"}] * 3, add="1"))) == ["甲", "甲", "甲"]
    assert len(page(posted([{"name": "甲"}] * 9)).rows) == 4  # one past the most, so that it is told


@pytest.mark.parametrize("count", ["", "x", "-3", "99999999", "²"])
def test_a_count_that_is_none_shows_the_least(count):
    data = posted([GOOD])
    data["holders-rows"] = count
    assert typed(page(data)) == ["王晓梅"]


def test_a_wrong_row_keeps_what_was_typed_and_shows_its_faults_at_its_fields():
    form = page(posted([GOOD, {"name": "一二三四五六七", "kind": "person", "number": "123"}]))
    assert not form.is_valid()
    assert typed(form) == ["王晓梅", "一二三四五六七"]
    assert {field.name: list(field.errors) for field in form if field.errors} == {
        "name": ["股东 2：姓名最多 6 个字：请删去 1 个字"],
        "number": ["股东 2：身份证号：应为 18 位：请补全或删去多余的字符"],
    }


def test_stored_rows_are_shown_again():
    form = page(None, initial=[GOOD, {**GOOD, "name": "李敏"}])
    assert typed(form) == ["王晓梅", "李敏"]


_VALUES: dict[str, st.SearchStrategy] = {
    "name": st.one_of(st.just("王晓梅"), st.text(ascii_lowercase, max_size=9)),
    "kind": st.sampled_from(["person", "chain", "other", ""]),
    "number": st.sampled_from([ID, "123", ""]),
    "since": st.sampled_from(["2026-03-01", "2026-02-30", "2026年3月1日", "20260301", "26-1-1", ""]),
}
_ROWS = st.lists(st.fixed_dictionaries({}, optional=_VALUES), max_size=5)


@given(_ROWS, st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_page_and_interface_judge_rows_identically(rows, least):
    spec = msgspec.structs.replace(HOLDERS, minimum=least)
    form = page(posted(rows, spec), spec)
    form.is_valid()
    shown = rows + [{}] * (max(least, 1) - len(rows))  # a page always shows the least
    clean, faults = judged(shown[:4], spec)
    assert form.errors == faults
    assert form.answers()["holders"] == [row for row in clean.get("holders", []) if row]


_FLAT = [
    Field("choice", code="tenure", options=[SALES, CHAIN]),
    Field("yes_no", code="shared", only_if={"tenure": ["chain"]}),
    Field("text", code="with", only_if="tenure=chain 且 非 shared=no"),
    Field("place", code="site"),
    Field("date", code="since", required=False),
]
_ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "tenure": st.sampled_from(["sales", "chain", "x", ""]),
        "shared": st.sampled_from(["yes", "no", ""]),
        "with": st.sampled_from(["甲", ""]),
        "site": st.sampled_from(
            [
                {"town": "511802001", "detail": "1 号"},
                {"town": "1", "detail": "1 号"},
                {"elsewhere": "成都市", "detail": "2 号"},
                {"town": "511802001"},
                {"detail": "3 号"},
                {},
            ]
        ),
        "since": st.sampled_from(["2026-03-01", "2026.3.1", "2026", ""]),
    },
)


@given(_ANSWERS)
@settings(max_examples=60, deadline=None)
def test_page_and_interface_judge_fields_identically(answers):
    data = QueryDict(mutable=True)
    data.update(as_data(_FLAT, answers))
    form = compile_form(_FLAT, language="zh-hans", choices_for=PLACES, today=TODAY)(data)
    clean, faults = validate(_FLAT, answers, "zh-hans", choices_for=PLACES, today=TODAY)
    assert (to_answers(form), faults_of(form)) == (clean, faults)


# Addresses, conditions, dates


@pytest.mark.parametrize(
    ("typed", "kept", "rule"),
    [
        ({"town": "511802001", "detail": " 幸福路 1 号 "}, {"town": "511802001", "detail": "幸福路 1 号"}, None),
        ({"town": "elsewhere", "elsewhere": "四川省成都市锦江区春熙路街道", "detail": "8 号"}, {"elsewhere": "四川省成都市锦江区春熙路街道", "detail": "8 号"}, None),
        ({"elsewhere": "成都市", "detail": "8 号"}, {"elsewhere": "成都市", "detail": "8 号"}, None),
        ({"town": "510000000", "detail": "1 号"}, None, "no_town"),
        ({"detail": "1 号"}, None, "no_town"),
        ({"town": "elsewhere", "detail": "1 号"}, None, "no_place"),
        ({"town": "511802001"}, None, "no_detail"),
        ({"town": "511802001", "detail": "一" * 121}, None, "too_long"),
        ({}, None, "required"),
        ({"street": "x"}, None, "type"),
        ("雨城区", None, "type"),
    ],
)  # fmt: skip
def test_an_address_is_a_town_of_the_city_or_a_place_elsewhere_and_a_detail(typed, kept, rule):
    clean, faults = validate(
        [Field("place", code="site")], {"site": typed}, "zh-hans", choices_for=PLACES, today=TODAY
    )
    assert (clean.get("site"), [fault.rule for fault in faults]) == (kept, [rule] if rule else [])


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01",
        "2026/3/1",
        "2026.3.1",
        "2026年3月1日",
        "20260301",
        "２０２６年３月１日",
        " 2026 - 3 - 1 ",
    ],
)
def test_a_date_is_taken_as_people_write_it(written):
    spec = Field("date", code="since")
    form = compile_form([spec], language="zh-hans", today=TODAY)({"since_year": written})
    assert form.is_valid()
    assert form.cleaned_data == {"since": date(2026, 3, 1)}
    assert validate([spec], {"since": written}, "zh-hans", today=TODAY) == ({"since": "2026-03-01"}, [])


def test_what_hangs_on_an_answer_says_so_where_nothing_can_be_hidden():
    form = compile_form(_FLAT, language="zh-hans", choices_for=PLACES, today=TODAY)()
    assert form.fields["with"].help_text == "仅在“经营面积”为“连锁”，并且并非（“经营面积”为“否”）时填写。"
    assert form.fields["shared"].shown_when == ("is", "tenure", ("chain",))


# The same form as JSON Schema


def fits(specs: list, answers: dict) -> bool:
    made = schema.document(specs, "zh-hans")
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made).is_valid(answers)


@given(_ANSWERS)
@settings(max_examples=60, deadline=None)
def test_whatever_is_kept_without_a_fault_fits_the_schema(answers):
    clean, faults = validate(_FLAT, answers, "zh-hans", choices_for=PLACES, today=TODAY)
    assert faults or fits(_FLAT, clean)


@given(_ROWS)
@settings(max_examples=40, deadline=None)
def test_rows_that_are_kept_without_a_fault_fit_the_schema(rows):
    clean, faults = judged(rows)
    assert faults or fits([HOLDERS], clean)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [GOOD] * 4,
        [{"name": "王晓梅", "kind": "person"}],
        [{**GOOD, "name": "一二三四五六七"}],
        [{**GOOD, "shoe_size": 40}],
        {"0": GOOD},
    ],
)
def test_what_the_schema_can_say_it_refuses(rows):
    assert not fits([HOLDERS], {"holders": rows})
