"""The field of a form for one specification: its words, its choices, its box, by kind."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from django import forms
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


def file_answer(spec: Spec) -> FileAnswer:
    """The field of files of one specification: how many there may and must be."""
    label, hint = words(spec.label), words(spec.hint)
    least, most = spec.minimum or 1, spec.maximum or 1
    return FileAnswer(label=label, help_text=hint, required=spec.required, least=least, most=most)


def kind_of(spec: Spec) -> str:
    """The kind of a specification as a word."""
    return str(getattr(spec.kind, "value", spec.kind))


def words(text: Any) -> str:
    """The active language's words of a bilingual text."""
    if text is None or isinstance(text, str):
        return text or ""
    return text.en if (get_language() or "").startswith("en") and text.en else text.zh


def field_of(spec: Spec, given: Mapping[str, Choices], today: date) -> forms.Field:
    """The Django field of one specification; its words are fixed in the active language."""
    label = words(spec.label)
    common = {"label": label, "help_text": words(spec.hint), "required": spec.required}
    return _BUILDERS[kind_of(spec)](spec, common, given, today)


def condition_of(spec: Spec) -> conditions.Condition:
    """Under which answers of the same form it is asked for."""
    return getattr(spec, "only_if", None) or {}


def with_condition(
    field: forms.Field, condition: conditions.Condition, specs: list[Spec], given: Mapping[str, Choices]
) -> str:
    """The field's hint, behind the answers under which it is asked for: read where nothing can be hidden."""
    by_code = {spec.code: spec for spec in specs}

    def said(tree: conditions.Tree) -> str:
        if tree[0] == "is":
            about = by_code.get(tree[1])
            values = dict(_yes_no_choices() if about and kind_of(about) == "yes_no" else [])
            values |= dict(_options(about, given)) if about else {}
            chosen = gettext("或").join(gettext("“%s”") % values.get(value, value) for value in tree[2])
            return gettext("“%(label)s”为%(chosen)s") % {
                "label": words(about.label) if about else tree[1],
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
    pairs = listed or given.get(spec.code) or given.get(kind_of(spec)) or []
    return [(value, words(label)) for value, label in pairs]


def _text(spec: Spec, common: dict, given: Mapping[str, Choices], today: date) -> forms.Field:
    kind = kind_of(spec)
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
        (words(county), [(code, words(name)) for code, name in towns])
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
