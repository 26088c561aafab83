"""What an applicant would see of the part that is being written: its section as a form, or its question."""

from typing import Any

import msgspec
from django.utils.translation import get_language

from tongban.catalogue.rules import editing, situations
from tongban.catalogue.rules.guide import Guide, Question, Section
from tongban.catalogue.rules.lint import Finding
from tongban.engine.refusal import Refused
from tongban.kit import forms
from tongban.kit.rows import RowsForm
from tongban.people import queries as people


class Preview(msgspec.Struct, frozen=True):
    """A part as applicants see it, and what lint says of the guide as it would stand."""

    title: Any
    form: Any
    question: Question | None
    findings: list[Finding]

    @property
    def rows(self) -> bool:
        return isinstance(self.form, RowsForm)


def of(guide: Guide, path: str, findings: list[Finding]) -> Preview:
    """The preview of the part at `path`: of a section also when one of its fields or options is written."""
    steps = path.split(".")
    found = _part(guide, ".".join(steps[:2]))
    if isinstance(found, Section) and found.fields:
        return Preview(title=found.title, form=_form(found), question=None, findings=findings)
    question = found if isinstance(found, Question) else None
    return Preview(title=question.ask if question else None, form=None, question=question, findings=findings)


def _part(guide: Guide, path: str) -> Any:
    try:
        return editing.part_at(guide, path)
    except Refused:
        return None


def _form(section: Section) -> Any:
    """The section's form, empty, under names of its own on the page."""
    asked = situations.asked(section)
    language = get_language()
    choices = {"town": [], "place": _towns()}
    if isinstance(asked[0], situations.Group):
        rows = RowsForm(asked[0], language=language, choices_for=choices)
        for row in rows.rows:
            row.form.auto_id = "preview_%s"
        return rows
    form = forms.compile_form(asked, language=language, choices_for=choices)(prefix="preview")
    form.auto_id = "preview_%s"
    return form


def _towns() -> list:
    return [(county, [(code, name) for code, name, _ in towns]) for (county, _), towns in people.city_towns()]
