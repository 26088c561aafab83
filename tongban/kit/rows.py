"""A list of rows as a form: one compiled form a row, rows added and taken away without a script.

Posted are `<code>-rows` (how many rows the page shows) and the fields of each as `<code>-<number>-<field>`;
`<code>-add` asks for one more row, `<code>-drop=<number>` takes one away.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec
from django import forms
from django.forms import BoundField
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils import translation

from tongban.kit.answers import Choices
from tongban.kit.forms import Fault, any_answer, compile_form, row_name, validate

Posted = dict[str, list[str]]  # one row's fields by their own names


class Row(msgspec.Struct, frozen=True):
    """One row of a list: its number from 0, its name, and its form."""

    number: int
    name: str
    form: forms.Form


class RowsForm:
    """The form of a list of rows; pages use it as they use a compiled form."""

    def __init__(
        self,
        spec: Any,
        data: QueryDict | None = None,
        *,
        initial: list[dict] | None = None,
        language: str,
        choices_for: Mapping[str, Choices] | None = None,
        today: date | None = None,
    ) -> None:
        self.spec, self.language, self.data = spec, language, data
        self.given: dict[str, Any] = {"choices_for": choices_for, "today": today}
        self.is_bound = data is not None
        self.form_class = compile_form(spec.fields, language=language, **self.given)
        self.errors: list[Fault] = []
        self.clean: list[dict] = []
        least = max(spec.minimum, 1)
        if data is None:
            rows = list(initial or [])
            rows += [{}] * (least - len(rows))
            self.rows = [self._row(n, {"initial": answers}) for n, answers in enumerate(rows)]
        else:
            posted = self._arranged(_posted(spec, data))
            self.rows = [self._row(n, {"data": _renamed(spec, n, row)}) for n, row in enumerate(posted)]

    @property
    def arranging(self) -> bool:
        """Whether the post adds or takes away a row rather than answering."""
        return self.data is not None and any(
            f"{self.spec.code}-{deed}" in self.data for deed in ("add", "drop")
        )

    def is_valid(self) -> bool:
        """Judged by what an API's answers are judged by; each row's form then carries its faults."""
        given = {self.spec.code: [_as_sent(row.form) for row in self.rows]}
        clean, self.errors = validate([self.spec], given, self.language, **self.given)
        self.clean = [row for row in clean.get(self.spec.code, []) if any_answer(row)]
        for row in self.rows:
            row.form._errors = self._errors_of(row)  # type: ignore[attr-defined]
        return not self.errors

    def answers(self) -> dict[str, Any]:
        """The valid answers, by the code of the list."""
        return {self.spec.code: self.clean}

    def non_field_errors(self) -> list[str]:
        """What is wrong with the list as a whole."""
        return [fault.message for fault in self.errors if fault.pointer == f"/{self.spec.code}"]

    def __iter__(self) -> Iterator[BoundField]:
        for row in self.rows:
            yield from row.form

    @property
    def full(self) -> bool:
        """Whether no row can be added."""
        return len(self.rows) >= self.spec.maximum

    @property
    def least(self) -> bool:
        """Whether no row can be taken away."""
        return len(self.rows) <= max(self.spec.minimum, 1)

    def _arranged(self, rows: list[Posted]) -> list[Posted]:
        """The rows after what the post asks: one more, or one less."""
        assert self.data is not None
        drop = self.data.get(f"{self.spec.code}-drop", "")
        if f"{self.spec.code}-add" in self.data and len(rows) < self.spec.maximum:
            return [*rows, {}]
        if drop.isascii() and drop.isdigit() and len(drop) < 5 and len(rows) > max(self.spec.minimum, 1):
            return [row for number, row in enumerate(rows) if number != int(drop)]
        return rows

    def _row(self, number: int, filled: dict[str, Any]) -> Row:
        form = self.form_class(prefix=f"{self.spec.code}-{number}", **filled)
        if form.is_bound:
            form._errors = ErrorDict()  # type: ignore[attr-defined]  # until it is asked whether it is valid
        with translation.override(self.language):
            return Row(number=number, name=row_name(self.spec, number), form=form)

    def _errors_of(self, row: Row) -> ErrorDict:
        start = f"/{self.spec.code}/{row.number}/"
        found = ErrorDict()
        for fault in self.errors:
            if fault.pointer.startswith(start):
                found.setdefault(fault.field, ErrorList()).append(fault.message)
        return found


def _posted(spec: Any, data: QueryDict) -> list[Posted]:
    """The rows as posted; a page shows at most one row more than fit."""
    words = data.get(f"{spec.code}-rows", "")
    count = int(words) if words.isascii() and words.isdigit() and len(words) < 5 else 0
    shown = min(max(count, spec.minimum, 1), spec.maximum + 1)
    rows: list[Posted] = [{} for _ in range(shown)]
    for name in data:
        number, dash, field = name.removeprefix(f"{spec.code}-").partition("-")
        if name.startswith(f"{spec.code}-") and dash and number.isascii() and number.isdigit():
            if len(number) < 5 and int(number) < shown:
                rows[int(number)][field] = data.getlist(name)
    return rows


def _renamed(spec: Any, number: int, row: Posted) -> QueryDict:
    """A row's posted fields under the names it now has on the page."""
    data = QueryDict(mutable=True)
    for field, values in row.items():
        data.setlist(f"{spec.code}-{number}-{field}", values)
    return data


def _as_sent(form: forms.Form) -> dict[str, Any]:
    """A row's answers as an API would send them: as typed, the empty ones left out."""
    sent: dict[str, Any] = {}
    for code, field in form.fields.items():
        value = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(code))
        value = _in_one(value) if isinstance(value, dict) else value
        if value not in (None, "", [], {}):
            sent[code] = value
    return sent


def _in_one(parts: dict[str, str]) -> Any:
    """What was typed in parts as one JSON value: a date as it is written, an address as its parts."""
    typed = {part: words for part, words in parts.items() if words}
    if "year" not in parts or not typed:
        return typed
    return (
        typed["year"]
        if set(typed) == {"year"}
        else "-".join(parts[part] for part in ("year", "month", "day"))
    )
