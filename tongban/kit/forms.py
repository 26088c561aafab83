"""Compiles field specifications into a Django form; the same rules check what an API sends.

A specification is any object with the attributes of `Spec`. Answers are JSON values:
text, codes and dates ("2026-11-23") as strings, money and decimals as strings ("12.50"), integers as
numbers, yes/no as "yes" or "no", several choices as a list, an address by town as {"town", "detail"} or
{"elsewhere", "detail"}, files as the list of the ids of those given. A specification of kind "rows" has `fields` of its own and is answered by a list of
such answers; `kit.rows` is its form.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext

from tongban.engine import conditions
from tongban.kit.answers import (
    Choices,
)
from tongban.kit.fields import Spec, condition_of, field_of, file_answer, kind_of, with_condition, words
from tongban.kit.widgets import PLACE_PARTS


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one answer: field code, rule broken, a sentence with the mend, and where it stands.

    `pointer` is a JSON pointer into the answers (RFC 6901); empty: the field itself.
    """

    field: str
    rule: str
    message: str
    pointer: str = ""


ROWS, FILE = "rows", "file"


class Compiled(forms.Form):
    """A compiled form: what does not apply under the answers above it is neither asked for nor kept."""

    use_required_attribute = False
    only_if: Mapping[str, conditions.Condition] = {}

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for code, condition in self.only_if.items():
            if not conditions.holds(condition, self._so_far()):
                self.cleaned_data.pop(code, None)
                self._errors.pop(code, None)  # type: ignore[attr-defined]

    def _so_far(self) -> dict[str, Any]:
        return {code: _as_json(value) for code, value in self.cleaned_data.items()}


def compile_form(
    fields: Iterable[Spec],
    *,
    language: str,
    choices_for: Mapping[str, Choices] | None = None,
    today: date | None = None,
) -> type[forms.Form]:
    """A form class with one field per specification, worded in `language`.

    `choices_for` gives the values of kinds (or field codes) whose choices are not in the specification:
    {"town": [(code, label), …]}; of a field of files in `validate`, the files given. `today` bounds dates of birth; the date in Ya'an when left out.
    """
    given = choices_for or {}
    on = today or timezone.localdate()
    specs = list(fields)
    with translation.override(language):
        built = {spec.code: field_of(spec, given, on) for spec in specs}
        only_if = {spec.code: condition for spec in specs if (condition := condition_of(spec))}
        for code, condition in only_if.items():
            built[code].shown_when = conditions.tree(condition)  # type: ignore[attr-defined]
            built[code].help_text = with_condition(built[code], condition, specs, given)
    return type("CompiledForm", (Compiled,), {**built, "only_if": only_if})


def validate(
    fields: Iterable[Spec],
    answers: Mapping[str, Any],
    language: str,
    *,
    choices_for: Mapping[str, Choices] | None = None,
    today: date | None = None,
) -> tuple[dict[str, Any], list[Fault]]:
    """Answers in their clean form, and every fault found; clean holds only what is valid."""
    specs = list(fields)
    flat = [spec for spec in specs if kind_of(spec) not in {ROWS, FILE}]
    with translation.override(language):
        faults = _misplaced(specs, answers)
        wrong = {fault.field for fault in faults}
        usable = {code: value for code, value in answers.items() if code not in wrong}
        form = compile_form(flat, language=language, choices_for=choices_for, today=today)(
            data=as_data(flat, usable)
        )
        form.is_valid()
        faults += [fault for fault in faults_of(form) if fault.field not in wrong]
        clean = to_answers(form)
        for spec in specs:
            if (
                kind_of(spec) == FILE
                and spec.code not in wrong
                and conditions.holds(condition_of(spec), clean)
            ):
                ids, found = _validate_files(spec, usable.get(spec.code) or [], choices_for or {})
                faults += found
                clean |= {spec.code: ids} if ids else {}
            if kind_of(spec) == ROWS and spec.code not in wrong:
                kept, found = _validate_rows(
                    spec, usable.get(spec.code) or [], language, choices_for=choices_for, today=today
                )
                faults += found
                clean |= {spec.code: kept} if kept else {}
    order = {spec.code: position for position, spec in enumerate(specs)}
    place = {fault: order.get(_first(fault), len(order)) for fault in faults}
    return clean, sorted(faults, key=lambda fault: (place[fault], "" if fault.pointer else fault.field))


def _validate_files(spec: Any, ids: list[str], given: Mapping[str, Choices]) -> tuple[list[str], list[Fault]]:
    """Which of the files given are the answer, and the faults: one that was not given, too few, too many."""
    known = [identifier for identifier, _ in given.get(spec.code, [])]
    label = {"label": words(spec.label)}
    unknown = gettext("%(label)s中没有这个文件：请先上传，再填写返回的 id") % label
    twice = gettext("%(label)s中同一个文件列了两次：请删去重复的 id") % label
    faults = [
        Fault(spec.code, rule, message, f"/{spec.code}/{number}")
        for number, identifier in enumerate(ids)
        for rule, message, wrong in (
            ("file_not_given", unknown, identifier not in known),
            ("file_twice", twice, identifier in ids[:number]),
        )
        if wrong
    ]
    kept = [identifier for identifier in known if identifier in ids]
    if not faults and (wrong := file_answer(spec).counted(len(kept))):
        faults = [Fault(spec.code, wrong.code or "", " ".join(wrong.messages), f"/{spec.code}")]
    return kept, faults


def _first(fault: Fault) -> str:
    """The code among the specifications a fault belongs to."""
    return fault.pointer.split("/")[1] if fault.pointer else fault.field


def _validate_rows(spec: Any, rows: list, language: str, **how: Any) -> tuple[list, list[Fault]]:
    """The rows of a list in their clean form, and their faults, each naming its row.

    An empty row is none, as long as as many as must be filled in remain.
    """
    kept, faults = [], []
    numbers = filled(rows, spec.minimum)
    faults += _counted(spec, len(numbers))
    for number in numbers[: spec.maximum]:
        clean, found = validate(spec.fields, rows[number], language, **how)
        kept.append(clean)
        faults += [_in_row(spec, number, fault) for fault in found]
    return kept, faults


def filled(rows: Sequence[Mapping[str, Any]], minimum: int) -> list[int]:
    """Numbers (from 0) of the rows that count: those with an answer, and the first empty ones up to `minimum`."""
    spare = max(0, minimum - sum(bool(any_answer(row)) for row in rows))
    numbers = []
    for number, row in enumerate(rows):
        if any_answer(row):
            numbers.append(number)
        elif spare:
            spare -= 1
            numbers.append(number)
    return numbers


def any_answer(row: Mapping[str, Any]) -> bool:
    """Whether anything at all was answered in a row."""
    return any(value not in (None, "", [], {}) for value in row.values())


def pointer_token(code: str) -> str:
    """A code as one part of a JSON pointer (RFC 6901)."""
    return code.replace("~", "~0").replace("/", "~1")


def _counted(spec: Any, count: int) -> list[Fault]:
    """Fewer rows than must be filled in, or more than fit."""
    facts = {"one": words(spec.one), "label": words(spec.label), "n": count}
    if count < spec.minimum:
        facts |= {"least": spec.minimum}
        message = gettext("%(label)s至少填写 %(least)s 项：请添加%(one)s") % facts
        return [Fault(spec.code, "too_few", message, f"/{spec.code}")]
    if count > spec.maximum:
        facts |= {"most": spec.maximum}
        message = gettext("%(label)s最多填写 %(most)s 项，现有 %(n)s 项：请删去多余的%(one)s") % facts
        return [Fault(spec.code, "too_many", message, f"/{spec.code}")]
    return []


def row_name(spec: Any, number: int) -> str:
    """What row `number` (from 0) is called: 股东 2."""
    return f"{words(spec.one)} {number + 1}"


def _in_row(spec: Any, number: int, fault: Fault) -> Fault:
    message = gettext("%(row)s：%(fault)s") % {"row": row_name(spec, number), "fault": fault.message}
    pointer = f"/{spec.code}/{number}/{pointer_token(fault.field)}"
    return Fault(fault.field, fault.rule, message, pointer)


def faults_of(form: forms.Form) -> list[Fault]:
    """The faults of a bound form, in the order of its fields."""
    return [
        Fault(field=code, rule=error.code or "invalid", message=" ".join(error.messages))
        for code, errors in form.errors.as_data().items()
        for error in errors
    ]


def to_answers(form: forms.Form) -> dict[str, Any]:
    """The valid answers of a bound form as JSON values; empty answers and files are left out."""
    form.is_valid()
    return {
        code: _as_json(value)
        for code, value in form.cleaned_data.items()
        if value not in (None, "", []) and not isinstance(form.fields[code], forms.FileField)
    }


def from_answers(fields: Iterable[Spec], answers: Mapping[str, Any]) -> dict[str, Any]:
    """`initial` of an unbound form: the stored answers of these fields."""
    return {spec.code: answers[spec.code] for spec in fields if spec.code in answers}


def as_data(fields: Iterable[Spec], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as a browser would post them: dates in three parts, everything else as text."""
    data: dict[str, Any] = {}
    for spec in fields:
        value = answers.get(spec.code)
        if value is None:
            continue
        if kind_of(spec) == "date":
            typed = str(value).split("-")
            parts = [*typed, "", ""][:3] if len(typed) <= 3 else [str(value), "", ""]
            data |= {
                f"{spec.code}_{name}": part
                for name, part in zip(("year", "month", "day"), parts, strict=True)
            }
        elif kind_of(spec) == "multiple":
            data[spec.code] = list(value)
        elif kind_of(spec) == "place":
            data |= {f"{spec.code}_{part}": value.get(part, "") for part in PLACE_PARTS}
        elif isinstance(value, bool):
            data[spec.code] = "yes" if value else "no"
        else:
            data[spec.code] = str(value)
    return data


def _as_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _misplaced(specs: list[Spec], answers: Mapping[str, Any]) -> list[Fault]:
    """Answers no field asked for, and answers of the wrong JSON type."""
    known = {spec.code: spec for spec in specs}
    faults = []
    for code, value in answers.items():
        if code not in known:
            message = gettext("表单没有“%(code)s”这一项：请按事项的表单字段提交") % {"code": code}
            faults.append(Fault(field=code, rule="unknown", message=message))
        elif value is not None and not _fits(kind_of(known[code]), value):
            message = gettext("%(label)s的数据类型不对：请按接口文档的类型提交") % {
                "label": words(known[code].label)
            }
            faults.append(Fault(field=code, rule="type", message=message))
    return faults


def fits(spec: Spec, value: Any) -> bool:
    """Whether a stored answer has the JSON type this specification asks for: it may be of an older form."""
    return _fits(kind_of(spec), value)


def _fits(kind: str, value: Any) -> bool:
    if kind in {"multiple", FILE}:
        return isinstance(value, list) and all(isinstance(part, str) for part in value)
    if kind == "yes_no":
        return isinstance(value, bool | str)
    if kind == "place":
        return isinstance(value, dict) and all(
            part in PLACE_PARTS and isinstance(words, str) for part, words in value.items()
        )
    if kind == ROWS:
        return isinstance(value, list) and all(isinstance(row, dict) for row in value)
    if kind in {"integer", "decimal", "money"}:
        return isinstance(value, int | float | str) and not isinstance(value, bool)
    return isinstance(value, str)
