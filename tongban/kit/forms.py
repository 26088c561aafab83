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
from typing import Any, Protocol

import msgspec
from django import forms
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext

from tongban.engine import codes, conditions
from tongban.kit.answers import (
    ChoiceAnswer,
    Choices,
    CodeAnswer,
    DateAnswer,
    FileAnswer,
    NumberAnswer,
    PhoneAnswer,
    PlaceAnswer,
    SeveralAnswer,
    TextAnswer,
)
from tongban.kit.widgets import PLACE_PARTS

_LONGEST = {"text": 100, "long_text": 1000, "address": 120}


class Spec(Protocol):
    """What the compiler reads of a field specification; `label` and `hint` have .zh and .en."""

    @property
    def code(self) -> str: ...
    @property
    def label(self) -> Any: ...
    @property
    def kind(self) -> Any: ...
    @property
    def required(self) -> bool: ...
    @property
    def hint(self) -> Any: ...
    @property
    def options(self) -> Sequence[Any]: ...
    @property
    def maximum(self) -> int | None: ...
    @property
    def minimum(self) -> int | None: ...


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
        built = {spec.code: _field(spec, given, on) for spec in specs}
        only_if = {spec.code: condition for spec in specs if (condition := _condition(spec))}
        for code, condition in only_if.items():
            built[code].shown_when = conditions.tree(condition)  # type: ignore[attr-defined]
            built[code].help_text = _with_condition(built[code], condition, specs, given)
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
    flat = [spec for spec in specs if _kind(spec) not in {ROWS, FILE}]
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
            if _kind(spec) == FILE and spec.code not in wrong and conditions.holds(_condition(spec), clean):
                ids, found = _validate_files(spec, usable.get(spec.code) or [], choices_for or {})
                faults += found
                clean |= {spec.code: ids} if ids else {}
            if _kind(spec) == ROWS and spec.code not in wrong:
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
    label = {"label": _words(spec.label)}
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


def file_answer(spec: Spec) -> FileAnswer:
    """The field of files of one specification: how many there may and must be."""
    label, hint = _words(spec.label), _words(spec.hint)
    least, most = spec.minimum or 1, spec.maximum or 1
    return FileAnswer(label=label, help_text=hint, required=spec.required, least=least, most=most)


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
    facts = {"one": _words(spec.one), "label": _words(spec.label), "n": count}
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
    return f"{_words(spec.one)} {number + 1}"


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
        if _kind(spec) == "date":
            typed = str(value).split("-")
            parts = [*typed, "", ""][:3] if len(typed) <= 3 else [str(value), "", ""]
            data |= {
                f"{spec.code}_{name}": part
                for name, part in zip(("year", "month", "day"), parts, strict=True)
            }
        elif _kind(spec) == "multiple":
            data[spec.code] = list(value)
        elif _kind(spec) == "place":
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


def _kind(spec: Spec) -> str:
    return str(getattr(spec.kind, "value", spec.kind))


def _misplaced(specs: list[Spec], answers: Mapping[str, Any]) -> list[Fault]:
    """Answers no field asked for, and answers of the wrong JSON type."""
    known = {spec.code: spec for spec in specs}
    faults = []
    for code, value in answers.items():
        if code not in known:
            message = gettext("表单没有“%(code)s”这一项：请按事项的表单字段提交") % {"code": code}
            faults.append(Fault(field=code, rule="unknown", message=message))
        elif value is not None and not _fits(_kind(known[code]), value):
            message = gettext("%(label)s的数据类型不对：请按接口文档的类型提交") % {
                "label": _words(known[code].label)
            }
            faults.append(Fault(field=code, rule="type", message=message))
    return faults


def fits(spec: Spec, value: Any) -> bool:
    """Whether a stored answer has the JSON type this specification asks for: it may be of an older form."""
    return _fits(_kind(spec), value)


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


def _words(text: Any) -> str:
    """The active language's words of a bilingual text."""
    if text is None or isinstance(text, str):
        return text or ""
    return text.en if (get_language() or "").startswith("en") and text.en else text.zh


def _field(spec: Spec, given: Mapping[str, Choices], today: date) -> forms.Field:
    """The Django field of one specification; its words are fixed in the active language."""
    label = _words(spec.label)
    common = {"label": label, "help_text": _words(spec.hint), "required": spec.required}
    return _BUILDERS[_kind(spec)](spec, common, given, today)


def _condition(spec: Spec) -> conditions.Condition:
    return getattr(spec, "only_if", None) or {}


def _with_condition(
    field: forms.Field, condition: conditions.Condition, specs: list[Spec], given: Mapping[str, Choices]
) -> str:
    """The field's hint, behind the answers under which it is asked for: read where nothing can be hidden."""
    by_code = {spec.code: spec for spec in specs}

    def said(tree: conditions.Tree) -> str:
        if tree[0] == "is":
            about = by_code.get(tree[1])
            values = dict(_yes_no_choices() if about and _kind(about) == "yes_no" else [])
            values |= dict(_options(about, given)) if about else {}
            chosen = gettext("或").join(gettext("“%s”") % values.get(value, value) for value in tree[2])
            return gettext("“%(label)s”为%(chosen)s") % {
                "label": _words(about.label) if about else tree[1],
                "chosen": chosen,
            }
        if tree[0] == "not":
            return gettext("并非（%s）") % said(tree[1])
        joined = gettext("，或者") if tree[0] == "or" else gettext("，并且")
        return joined.join(
            f"（{said(part)}）" if part[0] in {"or", "and"} else said(part) for part in tree[1:]
        )

    only = gettext("仅在%s时填写。") % said(conditions.tree(condition))
    return f"{only}{field.help_text}"


def _yes_no_choices() -> list[tuple[str, str]]:
    return [("yes", gettext("是")), ("no", gettext("否"))]


def _options(spec: Spec, given: Mapping[str, Choices]) -> list[tuple[str, str]]:
    """The values of a choice: from the specification, else those given for its code or kind."""
    listed = [(option.value, option.label) for option in spec.options]
    pairs = listed or given.get(spec.code) or given.get(_kind(spec)) or []
    return [(value, _words(label)) for value, label in pairs]


def _text(spec: Spec, common: dict, given: Mapping[str, Choices], today: date) -> forms.Field:
    kind = _kind(spec)
    most = spec.maximum or _LONGEST[kind]
    if kind == "long_text":
        return TextAnswer(most=most, counted=True, widget=forms.Textarea({"rows": 5}), **common)
    completes = {"autocomplete": "street-address"} if kind == "address" else {}
    narrow = {"class": "govuk-input--width-20"} if most <= 20 else {}
    return TextAnswer(most=most, widget=forms.TextInput(completes | narrow), **common)


def _number(places: int, *, money: bool = False) -> Any:
    def build(spec: Spec, common: dict, given: Mapping[str, Choices], today: date) -> forms.Field:
        mode = "decimal" if places else "numeric"
        least = 0 if money and spec.minimum is None else spec.minimum  # a sum of money is never negative
        box = forms.TextInput({"inputmode": mode, "autocomplete": "off", "class": "govuk-input--width-10"})
        field = NumberAnswer(places=places, least=least, most=spec.maximum, widget=box, **common)
        field.suffix = gettext("元") if money else ""  # type: ignore[attr-defined]
        return field

    return build


def _uscc(spec: Spec, common: dict, given: Mapping[str, Choices], today: date) -> forms.Field:
    box = _code_box("characters", "off")
    return CodeAnswer(explain=codes.explain_uscc, widget=box, **common)


def _id_number(spec: Spec, common: dict, given: Mapping[str, Choices], today: date) -> forms.Field:
    box = _code_box("characters", "off")
    return CodeAnswer(explain=lambda value: codes.explain_id_number(value, today), widget=box, **common)


def _phone(spec: Spec, common: dict, given: Mapping[str, Choices], today: date) -> forms.Field:
    box = forms.TextInput({"type": "tel", "autocomplete": "tel", "class": "govuk-input--width-20"})
    return PhoneAnswer(explain=codes.explain_phone, widget=box, **common)


def _code_box(capitals: str, complete: str) -> forms.TextInput:
    return forms.TextInput(
        {
            "autocapitalize": capitals,
            "autocomplete": complete,
            "spellcheck": "false",
            "class": "govuk-input--code govuk-input--width-20",
        }
    )


def _date(spec: Spec, common: dict, given: Mapping[str, Choices], today: date) -> forms.Field:
    return DateAnswer(**common)


def _choice(spec: Spec, common: dict, given: Mapping[str, Choices], today: date) -> forms.Field:
    return ChoiceAnswer(choices=_options(spec, given), **common)


def _several(spec: Spec, common: dict, given: Mapping[str, Choices], today: date) -> forms.Field:
    return SeveralAnswer(choices=_options(spec, given), **common)


def _yes_no(spec: Spec, common: dict, given: Mapping[str, Choices], today: date) -> forms.Field:
    return ChoiceAnswer(choices=_yes_no_choices(), **common)


def _place(spec: Spec, common: dict, given: Mapping[str, Choices], today: date) -> forms.Field:
    grouped = [
        (_words(county), [(code, _words(name)) for code, name in towns])
        for county, towns in given.get("place", [])
    ]
    return PlaceAnswer(grouped=grouped, most=spec.maximum or _LONGEST["address"], **common)


def _file(spec: Spec, common: dict, given: Mapping[str, Choices], today: date) -> forms.Field:
    return file_answer(spec)


_BUILDERS = {
    "text": _text,
    "long_text": _text,
    "address": _text,
    "integer": _number(0),
    "decimal": _number(4),
    "money": _number(2, money=True),
    "date": _date,
    "choice": _choice,
    "town": _choice,
    "place": _place,
    "multiple": _several,
    "yes_no": _yes_no,
    "uscc": _uscc,
    "id_number": _id_number,
    "phone": _phone,
    "file": _file,
}
