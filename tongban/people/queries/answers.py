"""Form answers that hold ID numbers and phones: sealed where stored, masked for officers."""

from collections.abc import Iterable, Mapping

from tongban.kit import vault
from tongban.people.rules import mask_id_number, mask_phone

_PLACE = "cases_form."  # + the data-element code of the answer
_SEALED_KINDS = {"id_number": mask_id_number, "phone": mask_phone}
_MARK = "sealed"  # the only key of a sealed answer; no form field yields a mapping


def seal_answers(answers: Mapping[str, object], fields: Iterable) -> dict[str, object]:
    """Answers with ID numbers and phones sealed; `fields` have `.code` and `.kind`, as in a guide's form."""
    kinds = {field.code: str(field.kind) for field in fields}
    return {
        code: {_MARK: vault.seal_text(value, place=_PLACE + code)}
        if isinstance(value, str) and value and kinds.get(code) in _SEALED_KINDS
        else value
        for code, value in answers.items()
    }


def open_answers(answers: Mapping[str, object]) -> dict[str, object]:
    """Answers in the clear: for the applicant, or after `actions.note_plain_view`."""
    return {code: _opened(code, value) for code, value in answers.items()}


def masked_answers(answers: Mapping[str, object], fields: Iterable) -> dict[str, object]:
    """Answers with their sealed values masked: for officers on the case."""
    masks = {field.code: _SEALED_KINDS.get(str(field.kind), mask_id_number) for field in fields}
    return {
        code: masks.get(code, mask_id_number)(str(_opened(code, value))) if is_sealed(value) else value
        for code, value in answers.items()
    }


def is_sealed(value: object) -> bool:
    """Whether an answer is stored encrypted."""
    return isinstance(value, Mapping) and set(value) == {_MARK}


def _opened(code: str, value: object) -> object:
    if isinstance(value, Mapping) and is_sealed(value):
        return vault.open_text(value[_MARK], place=_PLACE + code)
    return value
