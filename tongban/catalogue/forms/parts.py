"""A part of a guide as a form: one field a column, closed lists as choices, conditions as ticks."""

from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args, get_origin

import msgspec
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongban.catalogue import queries
from tongban.catalogue.rules import columns, terms
from tongban.catalogue.rules.columns import Column
from tongban.catalogue.rules.guide import FieldKind, Guide, Text
from tongban.engine import conditions
from tongban.people import queries as people

_LONG = frozenset(
    {"summary", "acceptance", "answer", "rights", "how", "found", "mend", "hint", "standard", "ask"}
)


class Lines(forms.Textarea):
    """A list of words, one a line."""

    def format_value(self, value: Any) -> str | None:
        return "\n".join(value) if isinstance(value, list) else value


SENTENCE = ":sentence"  # behind a condition's code: the box for what ticks cannot say


class PartForm(forms.Form):
    """The columns of one kind of part; lists of parts inside it are edited on pages of their own.

    `path` is where the part stands, or the list it goes to: what it may depend on follows from that.
    """

    def __init__(self, data=None, *, kind: type, part: Any, guide: Guide, path: str = "") -> None:
        self.kind, self.part = kind, part
        self.columns = tuple(one for one in columns.columns(kind) if one.code not in _ELSEWHERE)
        initial = (
            {column.code: _shown(columns.value_at(part, column.path)) for column in self.columns}
            if part
            else _defaults(kind)
        )
        super().__init__(data, initial=initial)
        for column in self.columns:
            if _is_condition(column):
                self._add_condition(column, guide, path, initial)
            else:
                self.fields[column.code] = _field(column, kind)

    def _add_condition(self, column: Column, guide: Guide, path: str, initial: dict) -> None:
        """Ticks for any of these answers and all of those questions; a box for what ticks cannot say."""
        inside = column.code == "only_if"
        ticks = list(_above(guide, path) if inside else _conditions(guide))
        said = initial.get(column.code)
        if isinstance(said, str):
            initial[column.code], initial[column.code + SENTENCE] = [], said
        title = spoken(column.title)
        self.fields[column.code] = forms.MultipleChoiceField(
            label=title,
            required=False,
            choices=ticks,
            help_text=_condition_hint(inside, bool(ticks)),
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields[column.code + SENTENCE] = forms.CharField(
            label=_("%(label)s：条件式") % {"label": title},
            required=False,
            max_length=conditions.LONGEST,
            help_text=_(
                "勾选不够用时填写，用且、或、非和括号连接，例如：kind=chain 且 非 (size=small 或 size=tiny)"
            ),
        )

    def clean(self) -> dict:
        given = super().clean() or self.cleaned_data
        for column in self.columns:
            words = given.get(column.code + SENTENCE, "")
            if words and given.get(column.code):
                self.add_error(column.code + SENTENCE, _("勾选和条件式只能用一种：请清空其中一种。"))
            elif words:
                try:
                    columns.condition(words)
                except columns.Unreadable as error:
                    self.add_error(column.code + SENTENCE, error.en if english() else error.zh)
        if any(given.get(code) is not None for code in _ROW_COUNTS) and not given.get("rows.one.zh"):
            self.add_error("rows.one.zh", _("重复填写的分节要写明每行称为什么，例如“股东”。"))
        return given

    def result(self) -> Any:
        """The part as typed, the lists inside it kept. Adds errors and returns None when it cannot be."""
        values: dict = {}
        for column in self.columns:
            sentence = self.cleaned_data.get(column.code + SENTENCE)
            value = (
                columns.condition(sentence) if sentence else _typed(column, self.cleaned_data[column.code])
            )
            if value not in (None, "", [], {}) or (value == "" and not column.optional):
                columns.put_at(values, column.path, value)
        kept = msgspec.to_builtins(self.part) if self.part is not None else {}
        inner = {name: kept[name] for name in kept if isinstance(kept[name], list) and name not in values}
        inner |= {name: kept[name] for name in _ELSEWHERE if name in kept}
        own = {column.path[0] for column in self.columns}
        try:
            return msgspec.convert({**{k: v for k, v in inner.items() if k not in own}, **values}, self.kind)
        except msgspec.ValidationError as error:
            self.add_error(None, str(error))
            return None


def _defaults(kind: type) -> dict[str, Any]:
    """What a new part says until it is said otherwise: yes, where yes is usual."""
    return {field.encode_name: True for field in msgspec.structs.fields(kind) if field.default is True}


_ELSEWHERE = frozenset({"block"})  # set by taking a block in, not by typing its code
_ROW_COUNTS = ("rows.minimum", "rows.maximum")


def _is_condition(column: Column) -> bool:
    return get_origin(column.type) is dict


def _condition_hint(inside: bool, some: bool) -> str:
    if some:
        return _("不勾选表示总是适用；同一问题勾选多个答案表示任一即可。")
    if inside:
        return _("本节前面还没有选择题，总是适用。")
    return _("还没有情形问题，总是适用。")


def _field(column: Column, kind: type) -> forms.Field:
    title = spoken(column.title)
    words: dict[str, Any] = {
        "label": title,
        "required": not column.optional and column.type is not bool,
        "error_messages": {
            "required": _("“%(label)s”没有填写：请填写后再保存。") % {"label": title},
            "invalid": _("“%(label)s”应为整数：请改正后再保存。") % {"label": title},
            "invalid_choice": _("“%(label)s”没有选择：请选择一项。") % {"label": title},
        },
    }
    if column.type is bool:
        return forms.BooleanField(label=title, required=False)
    if column.type is int:
        return forms.IntegerField(**words, min_value=-1)
    if choices := _choices(column):
        single = get_origin(column.type) is not list
        if single:
            return forms.ChoiceField(**words, choices=choices if words["required"] else [("", "—"), *choices])
        return forms.MultipleChoiceField(**words, choices=choices, widget=forms.CheckboxSelectMultiple)
    if get_origin(column.type) is list:
        return forms.CharField(**words, widget=Lines(attrs={"rows": 3}), help_text=_("每行一个。"))
    long = column.path[0] in _LONG or kind.__name__ == "Text"
    return forms.CharField(
        **words, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}) if long else None
    )


def english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def spoken(text: Text) -> str:
    """A bilingual text in the reader's language."""
    return text.en if english() and text.en else text.zh


def _choices(column: Column) -> list[tuple[str, str]]:
    """The closed list a column draws from: an enumeration, or one of the catalogue's tables."""
    inner = get_args(column.type)[0] if get_origin(column.type) is list else column.type
    if isinstance(inner, type) and issubclass(inner, Enum):
        return [(value, spoken(words)) for value, words in terms.VALUES[inner].items()]
    if column.code == "prefill":
        return [(source, spoken(words)) for source, words in terms.PREFILLS.items()]
    if column.code == "scenes":
        return [(scene.key, spoken(scene.name)) for scene in queries.scenes()]
    if column.code == "service.window":
        return [(row.key, spoken(row.name)) for row in queries.windows()]
    if column.code in {"service.person_topics", "service.enterprise_topics"}:
        audience = column.path[1].removesuffix("_topics")
        return [(row.key, spoken(row.name)) for row in queries.topics(audience)]
    if column.code in {"department", "service.joint"}:
        return [(key, words["en" if english() else "zh"]) for key, words in people.departments().items()]
    return []


def _conditions(guide: Guide) -> Iterator[tuple[str, str]]:
    for question in guide.questions:
        for option in question.options:
            yield f"{question.code}={option.value}", f"{spoken(question.ask)} {spoken(option.label)}"


def _above(guide: Guide, path: str) -> Iterator[tuple[str, str]]:
    """The answers a field may hang on: of the choices above it in its section."""
    steps = path.split(".")
    if len(steps) < 3 or steps[0] != "form" or not steps[1].isdigit() or int(steps[1]) >= len(guide.form):
        return
    fields = guide.form[int(steps[1])].fields
    end = int(steps[3]) if len(steps) > 3 and steps[3].isdigit() else len(fields)
    for field in fields[:end]:
        options = [(option.value, spoken(option.label)) for option in field.options]
        if field.kind is FieldKind.YES_NO:
            options = [("yes", _("是")), ("no", _("否"))]
        for value, label in options:
            yield f"{field.code}={value}", f"{spoken(field.label)} {label}"


def _shown(value: Any) -> Any:
    """A value as its field shows it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return [f"{question}={answer}" for question, accepted in value.items() for answer in accepted]
    if isinstance(value, list):
        return [one.value if isinstance(one, Enum) else one for one in value]
    return value


def _typed(column: Column, value: Any) -> Any:
    """What a field holds as a plain value of the guide."""
    if get_origin(column.type) is dict:
        found: dict[str, list[str]] = {}
        for tick in value:
            question, _, answer = tick.partition("=")
            found.setdefault(question, []).append(answer)
        return found
    if get_origin(column.type) is list and isinstance(value, str):
        return [line.strip() for line in value.splitlines() if line.strip()]
    return value
