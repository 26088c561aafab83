"""Codes: reference numbers of the standards, check digits, refusals that name what is wrong."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from tongban.engine import codes
from tongban.engine.refusal import Refused

TODAY = date(2026, 11, 2)
ORGANS = [
    *("11511800MB0A01010E", "11511800MB0A01029B", "11511800MB0A010376"),
    *("11511800MB0A010451", "11511800MB0A01053U", "11511800MB0A01061N"),
]
ENTERPRISES = ["91511800MA62000186", "91511802MA62QX8TXN"]
REAL = ["11440232MB2D06811W", "11370800MB28559184"]
TASK = "11511800MB0A01029B3000131001000"
LETTERS = st.sampled_from(codes.USCC_ALPHABET)
BODIES = st.text(LETTERS, min_size=8, max_size=8)


@pytest.mark.parametrize("value", [*ORGANS, *ENTERPRISES, *REAL])
def test_reference_credit_codes_are_valid(value):
    assert codes.explain_uscc(value) is None
    assert codes.valid_uscc(value)
    assert codes.uscc_check(value[:17]) == value[17]
    assert codes.organisation_check(value[8:16]) == value[16]
    assert codes.make_uscc(value[:2], value[2:8], value[8:16]) == value


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "uscc_length"),
        ("91511800MA6200018", "uscc_length"),
        ("91511800MA6200018O", "uscc_character"),
        ("91511800ma62000186", "uscc_character"),
        ("9151180AMA62000186", "uscc_division"),
        ("91511800MA62000187", "uscc_check"),
        ("91511800MA62000816", "uscc_check"),
    ],
)
def test_a_wrong_credit_code_says_what_is_wrong(value, problem):
    assert codes.explain_uscc(value) == problem
    assert not codes.valid_uscc(value)


def test_gb_11714_is_checked_beside_gb_32100():
    head = "91511800MA6200017"  # the organisation code would end in 8
    value = head + codes.uscc_check(head)
    assert uscc.is_valid(value)
    assert codes.explain_uscc(value) == "uscc_organisation_check"


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        (("91", "51180", "MA620001"), "uscc_length"),
        (("91", "511800", "MA62000I"), "uscc_character"),
        (("91", "51180A", "MA620001"), "uscc_division"),
    ],
)
def test_a_credit_code_is_not_made_of_wrong_parts(parts, problem):
    with pytest.raises(Refused) as refused:
        codes.make_uscc(*parts)
    assert refused.value.code == problem


@given(st.text("0123456789", min_size=8, max_size=8), st.text(LETTERS, min_size=9, max_size=9))
@settings(max_examples=50)
def test_the_check_character_agrees_with_another_implementation(head, tail):
    assert codes.uscc_check(head + tail) == uscc.calc_check_digit(head + tail)


@given(st.text("0123456789", min_size=6, max_size=6), BODIES)
@settings(max_examples=50)
def test_made_credit_codes_are_valid_elsewhere_too(division, body):
    made = codes.make_uscc("91", division, body)
    assert codes.valid_uscc(made)
    assert uscc.is_valid(made)


@given(BODIES, st.integers(0, 17), LETTERS)
@settings(max_examples=50)
def test_any_single_wrong_character_of_a_credit_code_is_found(body, place, letter):
    made = codes.make_uscc("91", "511802", body)
    wrong = made[:place] + letter + made[place + 1 :]
    assert codes.valid_uscc(wrong) == (wrong == made)


@pytest.mark.parametrize("value", ["11010519491231002X", "511802199003074514", "513101197001010013"])
def test_reference_identity_numbers_are_valid(value):
    assert codes.explain_id_number(value, TODAY) is None
    assert codes.valid_id_number(value, TODAY)
    assert ric.calc_check_digit(value) == value[17]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("51180219900307451", "id_length"),
        ("511802900307451", "id_length"),
        ("51180219900307451A", "id_character"),
        ("5118021990O3074514", "id_character"),
        ("51180219900307451x", "id_character"),
        ("5118021990030745１4", "id_character"),
        ("511802199002304514", "id_birth_date"),
        ("511802199013074514", "id_birth_date"),
        ("511802000003074514", "id_birth_date"),
        ("511802202611030014", "id_birth_future"),
        ("511802199003074515", "id_check"),
        ("511802199003074541", "id_check"),
    ],
)
def test_a_wrong_identity_number_says_what_is_wrong(value, problem):
    assert codes.explain_id_number(value, TODAY) == problem
    assert not codes.valid_id_number(value, TODAY)


def test_someone_born_today_has_a_valid_number():
    head = "51180220261102001"
    assert codes.valid_id_number(head + codes.id_check(head), TODAY)


@given(st.text("0123456789", min_size=17, max_size=17))
@settings(max_examples=50)
def test_identity_check_digits_agree_with_another_implementation(first17):
    assert codes.id_check(first17) == ric.calc_check_digit(first17 + "0")


def test_what_was_typed_is_tidied():
    assert codes.tidy(" ９１５１１８００ ma6200 0186\t") == "91511800MA62000186"
    assert codes.tidy("51310119700101001x") == "51310119700101001X"


# Items and cases


def test_codes_are_built_and_parsed_as_deployed_systems_do():
    task = codes.task_code("11440232MB2D06811W", 4, "000117051000")
    assert task == "11440232MB2D06811W4000117051000"
    assert codes.parse_task_code(task) == codes.TaskCode("11440232MB2D06811W", 4, "000117051000")
    assert codes.parse_base_code("000117051000") == codes.BaseCode("00", "01", "17", "051", "000")
    assert codes.case_number(task, date(2020, 10, 20), 8) == f"{task}202010200008"
    assert codes.task_code("11370800MB28559184", "7", "370115001000") == "11370800MB285591847370115001000"


def test_a_handling_item_adds_two_digits():
    assert codes.handle_code(TASK, 1) == f"{TASK}01"
    assert codes.parse_handle_code(f"{TASK}99") == (codes.parse_task_code(TASK), 99)
    for number in (0, 100):
        with pytest.raises(Refused) as refused:
            codes.handle_code(TASK, number)
        assert refused.value.code == "handle_code_number"


def test_a_case_number_as_published():
    number = "11511800MB0A01029B3000131001000202012210001"
    assert codes.case_number(TASK, date(2020, 12, 21), 1) == number
    assert codes.parse_case_number(number) == codes.CaseNumber(TASK, date(2020, 12, 21), 1)


@given(st.dates(date(2015, 1, 1), date(2099, 12, 31)), st.integers(1, 9999))
@settings(max_examples=50)
def test_a_case_number_tells_its_parts(day, serial):
    assert codes.parse_case_number(codes.case_number(TASK, day, serial)) == codes.CaseNumber(
        TASK, day, serial
    )


@pytest.mark.parametrize("serial", [0, 10_000])
def test_a_day_has_9999_case_numbers(serial):
    with pytest.raises(Refused) as refused:
        codes.case_number(TASK, date(2020, 12, 21), serial)
    assert refused.value.code == "case_number_serial"


@pytest.mark.parametrize(
    ("explain", "parse", "value", "problem"),
    [
        (codes.explain_base_code, codes.parse_base_code, "00011705100", "base_code_length"),
        (codes.explain_base_code, codes.parse_base_code, "0001170510A0", "base_code_character"),
        (codes.explain_task_code, codes.parse_task_code, TASK[:-1], "task_code_length"),
        (codes.explain_task_code, codes.parse_task_code, f"{TASK[:18]}8{TASK[19:]}", "task_code_level"),
        (codes.explain_task_code, codes.parse_task_code, f"{TASK[:17]}C{TASK[18:]}", "uscc_check"),
        (codes.explain_task_code, codes.parse_task_code, f"{TASK[:-1]}X", "base_code_character"),
        (codes.explain_handle_code, codes.parse_handle_code, TASK, "handle_code_length"),
        (codes.explain_handle_code, codes.parse_handle_code, f"{TASK}00", "handle_code_number"),
        (codes.explain_handle_code, codes.parse_handle_code, f"{TASK}1X", "handle_code_number"),
        (codes.explain_handle_code, codes.parse_handle_code, f"{TASK}X1", "handle_code_number"),
        (codes.explain_case_number, codes.parse_case_number, f"{TASK}20201221001", "case_number_length"),
        (codes.explain_case_number, codes.parse_case_number, f"{TASK}202002300001", "case_number_date"),
        (codes.explain_case_number, codes.parse_case_number, f"{TASK}202012210000", "case_number_serial"),
        (codes.explain_case_number, codes.parse_case_number, f"{TASK}20201221000A", "case_number_serial"),
        (codes.explain_case_number, codes.parse_case_number, f"{TASK}20201221A001", "case_number_serial"),
        (codes.explain_case_number, codes.parse_case_number, f"2{TASK[1:]}202012210001", "uscc_check"),
    ],
)
def test_a_wrong_code_says_what_is_wrong(explain, parse, value, problem):
    assert explain(value) == problem
    with pytest.raises(Refused) as refused:
        parse(value)
    assert (refused.value.code, refused.value.facts) == (problem, {"value": value})


def test_an_implementing_code_is_not_made_of_wrong_parts():
    for uscc_code, level, base, problem in [
        (TASK[:17], 3, "000131001000", "uscc_length"),
        (TASK[:18], 3, "00013100100", "base_code_length"),
        (TASK[:18], 8, "000131001000", "task_code_level"),
        (TASK[:18], 12, "000131001000", "task_code_length"),
    ]:
        with pytest.raises(Refused) as refused:
            codes.task_code(uscc_code, level, base)
        assert refused.value.code == problem


# Divisions, phones, projects


@pytest.mark.parametrize(
    ("value", "level"),
    [
        *(("510000", "province"), ("511800", "city"), ("511802", "county")),
        *(("511802001", "town"), ("511802001000", "town"), ("511802001001", "village")),
    ],
)
def test_a_division_code_tells_its_level(value, level):
    assert codes.division_level(value) == level


@pytest.mark.parametrize(
    ("value", "problem"), [("5118", "division_length"), ("51180A", "division_character"), ("511802", None)]
)
def test_a_wrong_division_code_says_what_is_wrong(value, problem):
    assert codes.explain_division(value) == problem


@pytest.mark.parametrize(
    ("division", "area", "within"),
    [
        ("511802001001", "510000", True),
        ("511802001", "511800", True),
        ("511802001", "511802", True),
        ("511802", "511802001", False),
        ("511803001", "511802", False),
        ("511802001001", "511802001000", True),
        ("511902001", "511800", False),
        ("5118", "511800", False),
    ],
)
def test_a_division_lies_within_an_area(division, area, within):
    assert codes.is_within(division, area) is within


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        *(("13908160001", None), ("0835-2222222", None), ("02888888888", None), ("0835-2222222-801", None)),
        *(("0835-12345", None), ("400-123-4567", None)),
        ("", "phone_character"),
        ("1390816000a", "phone_character"),
        ("1390816000", "phone_length"),
        ("139081600012", "phone_length"),
        ("12908160001", "phone_shape"),
        ("2222222", "phone_area_code"),
        ("0835-1", "phone_shape"),
    ],
)
def test_a_phone_number_says_what_is_wrong(value, problem):
    assert codes.explain_phone(value) == problem


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("2020-511802-47-03-123456", codes.ProjectCode(2020, None, "511802", "47", "03", 123456)),
        ("2509-320193-89-01-544060", codes.ProjectCode(2025, 9, "320193", "89", "01", 544060)),
        ("2601-320193-04-01-000001", codes.ProjectCode(2026, 1, "320193", "04", "01", 1)),
        ("2015-511802-47-03-000001", codes.ProjectCode(2015, None, "511802", "47", "03", 1)),
        ("2012-511802-04-01-000001", codes.ProjectCode(2020, 12, "511802", "04", "01", 1)),
        ("2020-511802-04-01-000001", codes.ProjectCode(2020, None, "511802", "04", "01", 1)),
    ],
)
def test_both_shapes_of_project_codes_are_read(value, parts):
    assert codes.parse_project_code(value) == parts


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("2020-511802-47-03-12345", "project_length"),
        ("2020-511802-47-03_123456", "project_shape"),
        ("2513-511802-04-01-123456", "project_date"),
        ("2014-511802-47-03-123456", "project_date"),
    ],
)
def test_a_wrong_project_code_says_what_is_wrong(value, problem):
    assert codes.explain_project_code(value) == problem
    with pytest.raises(Refused):
        codes.parse_project_code(value)


# Query codes

NUMBERS = st.integers(0, codes.QUERY_NUMBERS - 1)
QUERY_LETTERS = st.sampled_from(codes.QUERY_ALPHABET)
PRINTED = ["ME7HMW3XK", "J6HVMAKPJ", "9RT8X4GTY", "EFKEUHF8D"]


def test_query_codes_never_change():
    """Printed on receipts: the same number must give the same code in every version."""
    assert [codes.query_code(number) for number in (0, 1, 2, codes.QUERY_NUMBERS - 1)] == PRINTED
    assert codes.query_code(1, b"another key") != PRINTED[1]


@given(NUMBERS, NUMBERS)
@settings(max_examples=50)
def test_two_numbers_never_share_a_query_code(one, other):
    assert (codes.query_code(one) == codes.query_code(other)) == (one == other)


def test_the_first_5000_query_codes_are_different_valid_and_far_apart():
    made = [codes.query_code(number) for number in range(5_000)]
    assert len(set(made)) == len(made)
    assert all(map(codes.valid_query_code, made))
    assert len({code[:2] for code in made}) > 800  # of 841: neighbours share no beginning


@given(NUMBERS, st.integers(0, 8), QUERY_LETTERS)
@settings(max_examples=50)
def test_any_single_changed_character_of_a_query_code_is_found(number, place, letter):
    code = codes.query_code(number)
    wrong = code[:place] + letter + code[place + 1 :]
    assert codes.valid_query_code(wrong) == (wrong == code)


@given(NUMBERS, st.integers(0, 7))
@settings(max_examples=50)
def test_any_swap_of_neighbours_in_a_query_code_is_found(number, place):
    code = codes.query_code(number)
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert codes.valid_query_code(wrong) == (wrong == code)


@pytest.mark.parametrize(
    ("value", "problem"), [("2222222", "query_code_length"), ("222222220", "query_code_character")]
)
def test_a_wrong_query_code_says_what_is_wrong(value, problem):
    assert codes.explain_query_code(value) == problem


@pytest.mark.parametrize("number", [-1, codes.QUERY_NUMBERS])
def test_only_so_many_numbers_have_a_query_code(number):
    with pytest.raises(ValueError, match="query code"):
        codes.query_code(number)
