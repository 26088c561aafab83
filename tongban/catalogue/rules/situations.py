"""An item under one applicant's answers: what remains to be asked, given, filled in and done."""

from collections.abc import Iterable, Mapping

import msgspec

from tongban.catalogue.rules.guide import Fee, Field, Guide, Material, Option, Question, Section, Step, Text
from tongban.engine.conditions import holds

ROWS = "rows"  # the kind of a list of rows, as forms and stored answers know it


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A list of rows as a form asks for it: a field whose answer is a list of answers to its own fields."""

    code: str
    label: Text
    one: Text
    fields: list[Field]
    minimum: int
    maximum: int
    kind: str = ROWS
    hint: Text | None = None
    options: list[Option] = []
    only_if: dict[str, list[str]] = {}
    prefill: str | None = None

    @property
    def required(self) -> bool:
        return self.minimum > 0


def asked(section: Section) -> list[Field | Group]:
    """What a section asks for: its fields, or one list of rows of them."""
    if section.rows is None:
        return list(section.fields)
    rows = section.rows
    return [
        Group(
            code=section.code,
            label=section.title,
            one=rows.one,
            fields=section.fields,
            minimum=rows.minimum,
            maximum=rows.maximum,
        )
    ]


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """A guide resolved (情形): the questions that apply, the answers that count, and what follows from them.

    `answers` keeps only valid answers to questions that apply. Sections hold only the fields that apply;
    steps wait only for steps that apply. Everything is in the guide's order.
    """

    answers: dict[str, str]
    questions: tuple[Question, ...]
    unanswered: tuple[Question, ...]
    materials: tuple[Material, ...]
    sections: tuple[Section, ...]
    steps: tuple[Step, ...]
    fees: tuple[Fee, ...] = ()
    given: tuple[Section, ...] = ()  # as of a bundle; an item's own application has none
    signers: tuple[str, ...] = ()  # fields that name who signs beside the applicant

    @property
    def asked(self) -> list[Field | Group]:
        """Everything the form asks for: fields, and lists of rows."""
        return [part for section in self.sections for part in asked(section)]

    @property
    def complete(self) -> bool:
        """Whether every question that applies has been answered."""
        return not self.unanswered


def resolve(guide: Guide, answers: Mapping[str, str]) -> Situation:
    """The situation `answers` ({question code: value}) describe.

    An answer to a question that no longer applies, or that is not one of its options, counts as none.
    Basis: configuration (情形引导); 行政许可法 Art 30 (ask only for what this application needs).
    """
    questions, given = counted(guide.questions, answers)
    return Situation(
        answers=given,
        questions=questions,
        unanswered=tuple(question for question in questions if question.code not in given),
        materials=tuple(part for part in guide.materials if holds(part.when, given)),
        sections=_sections(guide, given),
        steps=_steps(guide, given),
        fees=tuple(fee for fee in guide.fees if holds(fee.when, given)),
        signers=tuple(guide.signers),
    )


def counted(
    questions: Iterable[Question], answers: Mapping[str, str]
) -> tuple[tuple[Question, ...], dict[str, str]]:
    """The questions that apply and their valid answers; a question applies under the answers before it."""
    applying: list[Question] = []
    given: dict[str, str] = {}
    for question in questions:
        if holds(question.when, given):
            applying.append(question)
            answer = answers.get(question.code)
            if answer is not None and any(option.value == answer for option in question.options):
                given[question.code] = answer
    return tuple(applying), given


def _sections(guide: Guide, answers: dict[str, str]) -> tuple[Section, ...]:
    """The sections that apply with the fields that apply; one without fields is left out."""
    shown = []
    for section in guide.form:
        if holds(section.when, answers):
            fields = [field for field in section.fields if holds(field.when, answers)]
            if fields:
                shown.append(msgspec.structs.replace(section, fields=fields))
    return tuple(shown)


def _steps(guide: Guide, answers: dict[str, str]) -> tuple[Step, ...]:
    """The steps that apply; one that waited for a step left out waits for what that step waited for."""
    by_code = {step.code: step for step in guide.steps}
    kept = {step.code for step in guide.steps if holds(step.when, answers)}

    def before(code: str, seen: frozenset[str]) -> list[str]:
        """Codes of kept steps `code` waits for, through any that are left out."""
        found: list[str] = []
        for earlier in by_code[code].after:
            if earlier in seen or earlier not in by_code:
                continue
            found += [earlier] if earlier in kept else before(earlier, seen | {earlier})
        return list(dict.fromkeys(found))

    return tuple(
        msgspec.structs.replace(step, after=before(step.code, frozenset({step.code})))
        for step in guide.steps
        if step.code in kept
    )


def layers(steps: tuple[Step, ...] | list[Step]) -> list[list[Step]]:
    """Steps grouped by how many must come before: those in one group may run at the same time.

    The steps must be free of circles (see `lint`). Basis: configuration (the procedure as drawn).
    """
    depth: dict[str, int] = {}
    by_code = {step.code: step for step in steps}

    def level(code: str) -> int:
        if code not in depth:
            depth[code] = 1 + max((level(earlier) for earlier in by_code[code].after), default=-1)
        return depth[code]

    grouped: dict[int, list[Step]] = {}
    for step in steps:
        grouped.setdefault(level(step.code), []).append(step)
    return [grouped[number] for number in sorted(grouped)]
