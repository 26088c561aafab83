"""Form answers that hold ID numbers and phones: sealed where stored, masked for officers."""

from collections.abc import Collection, Iterable, Mapping
from itertools import chain, repeat

from tongban.kit import vault
from tongban.people.rules import mask_id_number, mask_phone

_PLACE = "cases_form."  # + the data-element code of the answer
_SEALED_KINDS = {"id_number": mask_id_number, "phone": mask_phone}
_MARK = "sealed"  # the only key of a sealed answer; no other answer has it


def seal_answers(
    answers: Mapping[str, object], fields: Iterable, before: Mapping[str, object] | None = None
) -> dict[str, object]:
    """Answers with ID numbers and phones sealed; `fields` have `.code` and `.kind`, as in a guide's form.

    A list of rows has `.fields` of its own; its answers are sealed row by row. What was said `before`, as it is
    stored, keeps its seal: saved again unchanged, a form has the digest it had.
    """
    known = {field.code: field for field in fields}
    stored = before if isinstance(before, Mapping) else {}
    return {code: _sealed(code, value, known.get(code), stored.get(code)) for code, value in answers.items()}


def _sealed(code: str, value: object, field, stored: object) -> object:
    if _rows(value):
        inner, earlier = getattr(field, "fields", ()), stored if _rows(stored) else []
        pairs = zip(value, chain(earlier, repeat(None)), strict=False)  # type: ignore[call-overload, arg-type]
        return [seal_answers(row, inner, said) for row, said in pairs]
    if isinstance(value, str) and value and field and str(field.kind) in _SEALED_KINDS:
        if is_sealed(stored) and _opened(code, stored) == value:
            return stored
        return {_MARK: vault.seal_text(value, place=_PLACE + code)}
    return value


def open_answers(answers: Mapping[str, object]) -> dict[str, object]:
    """Answers in the clear: for the applicant, or after `actions.note_plain_view`."""
    return {
        code: [open_answers(row) for row in value] if _rows(value) else _opened(code, value)  # type: ignore[attr-defined]
        for code, value in answers.items()
    }


def masked_answers(
    answers: Mapping[str, object], fields: Iterable, own: Collection[str] = ()
) -> dict[str, object]:
    """Answers with their sealed values masked: for officers on the case, and for a co-signer but the `own`."""
    known = {field.code: field for field in fields}
    return {code: _masked(code, value, known.get(code), own) for code, value in answers.items()}


def _masked(code: str, value: object, field, own: Collection[str]) -> object:
    if _rows(value):
        inner = getattr(field, "fields", ())
        return [masked_answers(row, inner, own) for row in value]  # type: ignore[attr-defined]
    if not is_sealed(value):
        return value
    plain = str(_opened(code, value))
    mask = _SEALED_KINDS.get(str(field.kind), mask_id_number) if field else mask_id_number
    return plain if plain in own else mask(plain)


def _rows(value: object) -> bool:
    """Whether an answer is a list of rows rather than a list of choices."""
    return isinstance(value, list) and any(isinstance(row, Mapping) for row in value)


def is_sealed(value: object) -> bool:
    """Whether an answer is stored encrypted."""
    return isinstance(value, Mapping) and set(value) == {_MARK}


def _opened(code: str, value: object) -> object:
    if isinstance(value, Mapping) and is_sealed(value):
        return vault.open_text(value[_MARK], place=_PLACE + code)
    return value
