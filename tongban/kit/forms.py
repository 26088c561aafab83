"""Compiles field specifications into a Django form; the same rules check what an API sends.

A specification is any object with the attributes of `Spec`. Answers are JSON values:
text, codes and dates ("2026-11-23") as strings, money and decimals as strings ("12.50"), integers as
numbers, yes/no as "yes" or "no", several choices as a list.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

import msgspec
from django import forms
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext

from tongban.engine import codes
from tongban.kit.answers import (
    ChoiceAnswer,
    Choices,
    CodeAnswer,
    DateAnswer,
    FileAnswer,
    NumberAnswer,
    PhoneAnswer,
    SeveralAnswer,
    TextAnswer,
)

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
    """What is wrong with one answer: field code, rule broken, and a sentence with the mend."""

    field: str
    rule: str
    message: str


def compile_form(
    fields: Iterable[Spec],
    *,
    language: str,
    choices_for: Mapping[str, Choices] | None = None,
    today: date | None = None,
) -> type[forms.Form]:
    """A form class with one field per specification, worded in `language`.

    `choices_for` gives the values of kinds (or field codes) whose choices are not in the specification:
    {"town": [(code, label), …]}. `today` bounds dates of birth; the date in Ya'an when left out.
    """
    given = choices_for or {}
    on = today or timezone.localdate()
    with translation.override(language):
        built = {spec.code: _field(spec, given, on) for spec in fields}
    return type("CompiledForm", (forms.Form,), {**built, "use_required_attribute": False})


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
    with translation.override(language):
        faults = _misplaced(specs, answers)
        wrong = {fault.field for fault in faults}
        usable = {code: value for code, value in answers.items() if code not in wrong}
        form = compile_form(specs, language=language, choices_for=choices_for, today=today)(
            data=as_data(specs, usable)
        )
        form.is_valid()
        faults += [fault for fault in faults_of(form) if fault.field not in wrong]
    order = {spec.code: position for position, spec in enumerate(specs)}
    return to_answers(form), sorted(
        faults, key=lambda fault: (order.get(fault.field, len(order)), fault.field)
    )


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
            parts = [*str(value).split("-"), "", ""][:3]
            data |= {
                f"{spec.code}_{name}": part
                for name, part in zip(("year", "month", "day"), parts, strict=True)
            }
        elif _kind(spec) == "multiple":
            data[spec.code] = list(value)
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


def _fits(kind: str, value: Any) -> bool:
    if kind == "multiple":
        return isinstance(value, list) and all(isinstance(part, str) for part in value)
    if kind == "yes_no":
        return isinstance(value, bool | str)
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
    return ChoiceAnswer(choices=[("yes", gettext("是")), ("no", gettext("否"))], **common)


def _file(spec: Spec, common: dict, given: Mapping[str, Choices], today: date) -> forms.Field:
    return FileAnswer(**common)


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
    "multiple": _several,
    "yes_no": _yes_no,
    "uscc": _uscc,
    "id_number": _id_number,
    "phone": _phone,
    "file": _file,
}
