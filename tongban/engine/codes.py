"""Codes of people, organisations, items, cases and projects: check digits, building, parsing, refusals.

Every code has `explain_x(value)`: None if valid, else the code of what is wrong, so that a field error
can name the rule and the mend. Values are expected as `tidy` leaves them.
"""

import re
import unicodedata
from datetime import date
from hashlib import blake2b

import msgspec

from tongban.engine.refusal import Refused


def tidy(value: str) -> str:
    """What was typed, as it is stored: full-width forms narrowed, spaces removed, capitals."""
    return "".join(unicodedata.normalize("NFKC", value).split()).upper()


def _digits(value: str) -> bool:
    return value.isascii() and value.isdigit()


def _compact_date(value: str) -> date | None:
    """YYYYMMDD as a date, or None if there is no such day."""
    try:
        return date.fromisoformat(value) if _digits(value) else None
    except ValueError:
        return None


def _refuse(problem: str | None, value: str) -> None:
    if problem:
        raise Refused(problem, value=value)


# Unified social credit code (统一社会信用代码)

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {letter: value for value, letter in enumerate(USCC_ALPHABET)}
_USCC_WEIGHTS = [pow(3, place, 31) for place in range(17)]
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def uscc_check(first17: str) -> str:
    """The 18th character of a unified social credit code. Basis: GB 32100-2015."""
    total = sum(_USCC_VALUE[letter] * weight for letter, weight in zip(first17, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def organisation_check(first8: str) -> str:
    """The 9th character of an organisation code (组织机构代码). Basis: GB 11714-1997."""
    values = (int(letter, 36) for letter in first8)
    total = sum(value * weight for value, weight in zip(values, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def explain_uscc(value: str) -> str | None:
    """What is wrong with a unified social credit code: uscc_length, uscc_character, uscc_division,
    uscc_check, uscc_organisation_check; None if valid. Basis: GB 32100-2015, GB 11714-1997.
    """
    if len(value) != 18:
        return "uscc_length"
    if not set(value) <= _USCC_VALUE.keys():
        return "uscc_character"
    if not _digits(value[2:8]):
        return "uscc_division"
    if uscc_check(value[:17]) != value[17]:
        return "uscc_check"
    return None if organisation_check(value[8:16]) == value[16] else "uscc_organisation_check"


def valid_uscc(value: str) -> bool:
    """Whether `value` is a unified social credit code. Basis: GB 32100-2015."""
    return explain_uscc(value) is None


def make_uscc(kind: str, division: str, body: str) -> str:
    """The code of registrar and kind (2 characters, e.g. 91), division (6 digits) and body (8).

    Raises `Refused` with the codes of `explain_uscc`. Basis: GB 32100-2015.
    """
    head = kind + division + body
    if (len(kind), len(division), len(body)) != (2, 6, 8):
        raise Refused("uscc_length", value=head)
    if not set(head) <= _USCC_VALUE.keys():
        raise Refused("uscc_character", value=head)
    head += organisation_check(body)
    code = head + uscc_check(head)
    _refuse(explain_uscc(code), code)
    return code


def body_of(serial: int) -> str:
    """The first 8 characters of the organisation part for an enterprise founded as number `serial` (0 on).

    MA opens the range of codes that registrars give out. Refuses `uscc_length` when the range is used up.
    Basis: GB 32100-2015 (主体标识码).
    """
    letters = ""
    for _ in range(6):
        serial, rest = divmod(serial, len(USCC_ALPHABET))
        letters = USCC_ALPHABET[rest] + letters
    if serial:
        raise Refused("uscc_length", value=serial)
    return f"MA{letters}"


# Citizen identity number (公民身份号码)

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_check(first17: str) -> str:
    """The 18th character of an identity number. Basis: GB 11643-1999."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def explain_id_number(value: str, today: date) -> str | None:
    """What is wrong with an identity number: id_length, id_character, id_birth_date, id_birth_future,
    id_check; None if valid. The region is not compared with today's table: old numbers keep old codes.

    Basis: GB 11643-1999.
    """
    if len(value) != 18:
        return "id_length"
    if not _digits(value[:17]) or value[17] not in "0123456789X":
        return "id_character"
    born = _compact_date(value[6:14])
    if born is None:
        return "id_birth_date"
    if born > today:
        return "id_birth_future"
    return None if id_check(value[:17]) == value[17] else "id_check"


def valid_id_number(value: str, today: date) -> bool:
    """Whether `value` is an identity number of someone born by `today`. Basis: GB 11643-1999."""
    return explain_id_number(value, today) is None


# Items and cases (事项, 办件)


class BaseCode(msgspec.Struct, frozen=True):
    """A base code (基本编码), 12 digits: region 2, item type 2, department 2, main item 3, sub-item 3."""

    region: str
    kind: str
    department: str
    main: str
    sub: str


class TaskCode(msgspec.Struct, frozen=True):
    """An implementing code (实施编码), 31: organ's credit code 18, level of exercise 1, base code 12."""

    uscc: str
    level: int
    base_code: str


class CaseNumber(msgspec.Struct, frozen=True):
    """A case number (办件编号), 43: implementing code 31, receipt date 8, serial of that day 4."""

    task_code: str
    day: date
    serial: int


def explain_base_code(value: str) -> str | None:
    """base_code_length, base_code_character, or None if valid. Basis: GB/T 39046-2020."""
    if len(value) != 12:
        return "base_code_length"
    return None if _digits(value) else "base_code_character"


def parse_base_code(value: str) -> BaseCode:
    """The parts of a base code; `Refused` as `explain_base_code`."""
    _refuse(explain_base_code(value), value)
    return BaseCode(value[:2], value[2:4], value[4:6], value[6:9], value[9:])


def explain_task_code(value: str) -> str | None:
    """task_code_length, task_code_level, or what is wrong with its parts; None if valid.

    Basis: GB/T 39046-2020 A.2 (levels 1 to 7); configuration.
    """
    if len(value) != 31:
        return "task_code_length"
    if value[18] not in "1234567":
        return "task_code_level"
    return explain_uscc(value[:18]) or explain_base_code(value[19:])


def task_code(uscc: str, level: int | str, base_code: str) -> str:
    """The implementing code of an item run by the organ `uscc` at `level`; `Refused` if a part is wrong.

    Basis: GB/T 39046-2020; configuration.
    """
    _refuse(explain_uscc(uscc), uscc)
    _refuse(explain_base_code(base_code), base_code)
    code = f"{uscc}{level}{base_code}"
    _refuse(explain_task_code(code), code)
    return code


def parse_task_code(value: str) -> TaskCode:
    """The parts of an implementing code; `Refused` as `explain_task_code`."""
    _refuse(explain_task_code(value), value)
    return TaskCode(value[:18], int(value[18]), value[19:])


def handle_code(task: str, number: int) -> str:
    """The handling item's code (业务办理项编码), 33: implementing code and a number 1 to 99.

    Raises `Refused`: handle_code_number, or as `explain_task_code`. Basis: configuration.
    """
    _refuse(explain_task_code(task), task)
    if not 1 <= number <= 99:
        raise Refused("handle_code_number", number=number)
    return f"{task}{number:02}"


def explain_handle_code(value: str) -> str | None:
    """handle_code_length, handle_code_number, or what is wrong with its parts; None if valid."""
    if len(value) != 33:
        return "handle_code_length"
    if not _digits(value[31:]) or value[31:] == "00":
        return "handle_code_number"
    return explain_task_code(value[:31])


def parse_handle_code(value: str) -> tuple[TaskCode, int]:
    """The implementing code and the number of a handling item; `Refused` as `explain_handle_code`."""
    _refuse(explain_handle_code(value), value)
    return parse_task_code(value[:31]), int(value[31:])


def case_number(task: str, day: date, serial: int) -> str:
    """The number of the `serial`-th case (1 to 9999) received on `day` under implementing code `task`.

    Raises `Refused`: case_number_serial, or as `explain_task_code`. Basis: configuration.
    """
    _refuse(explain_task_code(task), task)
    if not 1 <= serial <= 9999:
        raise Refused("case_number_serial", serial=serial)
    return f"{task}{day:%Y%m%d}{serial:04}"


def explain_case_number(value: str) -> str | None:
    """case_number_length, case_number_date, case_number_serial, or what is wrong with its parts;
    None if valid. Basis: configuration.
    """
    if len(value) != 43:
        return "case_number_length"
    if _compact_date(value[31:39]) is None:
        return "case_number_date"
    if not _digits(value[39:]) or value[39:] == "0000":
        return "case_number_serial"
    return explain_task_code(value[:31])


def parse_case_number(value: str) -> CaseNumber:
    """The parts of a case number; `Refused` as `explain_case_number`."""
    _refuse(explain_case_number(value), value)
    return CaseNumber(value[:31], date.fromisoformat(value[31:39]), int(value[39:]))


# Divisions (行政区划), phones, investment projects


def explain_division(value: str) -> str | None:
    """division_length (6 digits for a county, 9 for a town, 12 for a village), division_character;
    None if valid. Basis: GB/T 2260, 统计用区划代码.
    """
    if len(value) not in {6, 9, 12}:
        return "division_length"
    return None if _digits(value) else "division_character"


def division_level(value: str) -> str:
    """province, city, county, town or village; `Refused` as `explain_division`."""
    _refuse(explain_division(value), value)
    if len(value) == 6:
        return "province" if value.endswith("0000") else "city" if value.endswith("00") else "county"
    return "town" if len(value) == 9 or value.endswith("000") else "village"


def is_within(division: str, area: str) -> bool:
    """Whether `division` is `area` or part of it: 511802001 is within 511802 and within 511800."""
    stem = {"province": area[:2], "city": area[:4], "town": area[:9]}.get(division_level(area), area)
    return explain_division(division) is None and division.startswith(stem)


_PHONES = re.compile(
    r"1[3-9][0-9]{9}"  # mobile
    r"|0[0-9]{2,3}-?[2-9][0-9]{6,7}(-[0-9]{1,6})?"  # fixed, with area code and perhaps an extension
    r"|0[0-9]{2,3}-?1[0-9]{4}"  # a city's service number, 0835-12345
    r"|400-?[0-9]{3}-?[0-9]{4}"
)
_NO_AREA_CODE = re.compile(r"[2-9][0-9]{6,7}")


def explain_phone(value: str) -> str | None:
    """phone_character, phone_area_code (missing), phone_length, phone_shape; None if valid.

    Mobile, fixed with area code, service or 400 number. Basis: configuration.
    """
    if not value or not set(value) <= set("0123456789-"):
        return "phone_character"
    if _PHONES.fullmatch(value):
        return None
    if _NO_AREA_CODE.fullmatch(value):
        return "phone_area_code"
    return "phone_length" if value.startswith("1") and len(value) != 11 else "phone_shape"


class ProjectCode(msgspec.Struct, frozen=True):
    """An investment project's code (投资项目统一代码), 24 characters.

    Old shape: year, division, industry, type, serial. New shape: year, month, division, platform
    (04 local, 89), type, serial; `month` is None in the old shape. `group` is industry or platform.
    """

    year: int
    month: int | None
    division: str
    group: str
    kind: str
    serial: int


_PROJECT = re.compile(r"([0-9]{4})-([0-9]{6})-([0-9]{2})-([0-9]{2})-([0-9]{6})")


def explain_project_code(value: str) -> str | None:
    """project_length, project_shape, project_date; None if valid. Basis: 政府投资条例 Art 10; configuration."""
    if len(value) != 24:
        return "project_length"
    match = _PROJECT.fullmatch(value)
    if not match:
        return "project_shape"
    old = 2015 <= int(match[1]) <= 2099  # the first codes were given in 2015
    return None if old or _project_month(match) else "project_date"


def parse_project_code(value: str) -> ProjectCode:
    """The parts of a project code of either shape; `Refused` as `explain_project_code`."""
    _refuse(explain_project_code(value), value)
    match = _PROJECT.fullmatch(value)
    assert match
    month = _project_month(match)
    year = 2000 + int(match[1][:2]) if month else int(match[1])
    return ProjectCode(year, month, match[2], match[3], match[4], int(match[5]))


def _project_month(match: re.Match[str]) -> int | None:
    """The month of the new shape YYMM, which a platform group marks; None in the old shape."""
    month = int(match[1][2:])
    return month if match[3] in {"04", "89"} and 1 <= month <= 12 else None


# The short query code (查询码)

QUERY_ALPHABET = "23456789ABCDEFGHJKMNPQRTUVWXY"  # 29, a prime; no 0 O, 1 I L, 5-like S, 2-like Z
_QUERY_VALUE = {letter: value for value, letter in enumerate(QUERY_ALPHABET)}
_QUERY_LENGTH = 9  # eight characters and a check
_HALF = 29**4
QUERY_NUMBERS = _HALF * _HALF  # numbers that have a query code


def query_code(number: int, key: bytes = b"") -> str:
    """The query code of `number`, 0 ≤ number < `QUERY_NUMBERS`: nine characters, the last a check.

    Under one key (at most 64 bytes) no two numbers share a code, and neighbours look unrelated. The
    code finds a case; it is no secret that opens one. Basis: configuration.
    """
    if not 0 <= number < QUERY_NUMBERS:
        raise ValueError("no query code for this number")
    left, right = divmod(number, _HALF)
    for turn in range(6):  # a Feistel network: one-to-one whatever the mixing function
        left, right = right, (left + _mix(turn, right, key)) % _HALF
    number, letters = left * _HALF + right, ""
    for _ in range(_QUERY_LENGTH - 1):
        number, value = divmod(number, 29)
        letters += QUERY_ALPHABET[value]
    return letters + _query_check(letters)


def _mix(turn: int, half: int, key: bytes) -> int:
    return int.from_bytes(blake2b(b"%d:%d" % (turn, half), key=key, digest_size=8).digest())


def _query_check(letters: str) -> str:
    """Distinct non-zero weights modulo a prime: any changed character and any swap shows."""
    total = sum(_QUERY_VALUE[letter] * weight for weight, letter in enumerate(letters, 2))
    return QUERY_ALPHABET[-total % 29]


def explain_query_code(value: str) -> str | None:
    """query_code_length, query_code_character, query_code_check; None if valid."""
    if len(value) != _QUERY_LENGTH:
        return "query_code_length"
    if not set(value) <= _QUERY_VALUE.keys():
        return "query_code_character"
    return None if _query_check(value[:-1]) == value[-1] else "query_code_check"


def valid_query_code(value: str) -> bool:
    """Whether `value` can be a query code; finds any single changed character and any swap."""
    return explain_query_code(value) is None
