"""What simulated organs check in a body: each check returns the faults it finds as (field, what is wrong)."""

import re
from collections.abc import Callable

from stdnum.cn import uscc as uscc_numbers
from stdnum.exceptions import ValidationError

Faults = list[tuple[str, str]]
Check = Callable[[dict], Faults]
_WEIGHTS, _LETTERS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"


def _at(body: dict, field: str) -> object:
    """The value at a dotted field; None when it is missing."""
    value: object = body
    for part in field.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def text(*fields: str) -> Check:
    """Each field is words."""

    def check(body: dict) -> Faults:
        given = {field: _at(body, field) for field in fields}
        return [
            (field, "缺少这一项 missing")
            for field, value in given.items()
            if not (isinstance(value, str) and value.strip())
        ]

    return check


def uscc(field: str) -> Check:
    """The field is a unified social credit code whose check characters hold."""

    def check(body: dict) -> Faults:
        value = _at(body, field)
        if not value:
            return [(field, "缺少统一社会信用代码 missing")]
        try:
            uscc_numbers.validate(str(value))
        except ValidationError:
            return [(field, "统一社会信用代码校验不通过 check character wrong")]
        return []

    return check


def id_number(field: str) -> Check:
    """The field is a citizen's ID number whose check character holds."""

    def check(body: dict) -> Faults:
        value = str(_at(body, field) or "")
        if not re.fullmatch(r"\d{17}[\dX]", value):
            return [(field, "身份证号应为 18 位 ID number is not 18 characters")]
        total = sum(int(digit) * weight for digit, weight in zip(value[:17], _WEIGHTS, strict=True))
        return [] if value[17] == _LETTERS[total % 11] else [(field, "身份证号校验不通过 check digit wrong")]

    return check


def whole(field: str, least: int, most: int) -> Check:
    """The field is a whole number within the bounds."""

    def check(body: dict) -> Faults:
        value = _at(body, field)
        held = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return [] if held else [(field, f"应为 {least} 至 {most} 的整数 whole number {least} to {most}")]

    return check


def among(field: str, *words: str) -> Check:
    """The field is one of the words."""

    def check(body: dict) -> Faults:
        return [] if _at(body, field) in words else [(field, f"应为其中之一 one of: {', '.join(words)}")]

    return check


def some(field: str, *words: str, required: bool = True) -> Check:
    """The field is a list of one or more of the words, none twice; it may be missing where it is not required."""

    def check(body: dict) -> Faults:
        value = _at(body, field)
        if value is None and not required:
            return []
        if not isinstance(value, list) or not value:
            return [(field, "至少一项 at least one")]
        if not all(isinstance(part, str) and part in words for part in value) or len(set(value)) < len(value):
            return [(field, f"应为不重复的 each once, of: {', '.join(words)}")]
        return []

    return check


def fault(field: str, words: str, holds: Callable[[dict], bool]) -> Check:
    """A rule between fields: the fault when `holds` is false or cannot be computed."""

    def check(body: dict) -> Faults:
        try:
            held = holds(body)
        except (TypeError, KeyError, AttributeError):
            held = False
        return [] if held else [(field, words)]

    return check
