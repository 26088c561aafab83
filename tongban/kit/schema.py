"""A form as JSON Schema (2020-12): what an API sends, for programs that build or check forms by themselves.

It is the shape of what `kit.forms` keeps: whatever that finds no fault with fits. Check digits, town lists and real
dates are judged there, as no schema can say them. A file is given first; the answer is the list of the ids.
"""

from collections.abc import Iterable
from typing import Any

from tongban.engine import conditions
from tongban.kit.forms import FILE, ROWS

_PLAIN: dict[str, dict[str, Any]] = {
    "integer": {"type": ["integer", "string"]},
    "decimal": {"type": ["number", "string"]},
    "money": {"type": ["number", "string"]},
    "date": {"type": "string", "format": "date"},
    "yes_no": {"enum": ["yes", "no", True, False]},
    "uscc": {"type": "string", "minLength": 18},
    "id_number": {"type": "string", "minLength": 18},
    "town": {"type": "string", "pattern": "^[0-9]{9}$"},
    "place": {
        "type": "object",
        "properties": {
            "town": {"type": "string"},
            "elsewhere": {"type": "string"},
            "detail": {"type": "string"},
        },
        "required": ["detail"],
        "anyOf": [{"required": ["town"]}, {"required": ["elsewhere"]}],
        "additionalProperties": False,
    },
}


_FILES = {
    "type": "array",
    "items": {"type": "string", "format": "uuid"},  # what giving the file answered as its id
    "uniqueItems": True,
}


def schema(specs: Iterable[Any], language: str) -> dict[str, Any]:
    """The JSON Schema of the answers to `specs`, its titles in `language`."""
    specs = list(specs)
    hanging = {spec.code: condition for spec in specs if (condition := getattr(spec, "only_if", None))}
    found: dict[str, Any] = {
        "type": "object",
        "properties": {spec.code: _property(spec, language) for spec in specs},
        "required": [spec.code for spec in specs if spec.required and spec.code not in hanging],
        "additionalProperties": False,
    }
    under = [
        {"if": _tree(conditions.tree(hanging[spec.code])), "then": {"required": [spec.code]}}
        for spec in specs
        if spec.required and spec.code in hanging
    ]
    return found | ({"allOf": under} if under else {})


def document(specs: Iterable[Any], language: str) -> dict[str, Any]:
    """The schema as a document of its own."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema(specs, language)}


def _property(spec: Any, language: str) -> dict[str, Any]:
    title = {"title": _said(spec.label, language)}
    hint = {"description": _said(spec.hint, language)} if spec.hint else {}
    return title | hint | _shape(spec, language)


def _shape(spec: Any, language: str) -> dict[str, Any]:
    kind = str(getattr(spec.kind, "value", spec.kind))
    values = [option.value for option in spec.options]
    if kind == ROWS:
        rows = {"type": "array", "items": schema(spec.fields, language), "maxItems": spec.maximum}
        return rows | {"minItems": spec.minimum}
    if kind == "choice":
        return {"enum": values}
    if kind == "multiple":
        least = {"minItems": 1} if spec.required else {}
        return {"type": "array", "items": {"enum": values}} | least
    if kind == FILE:
        return (
            _FILES
            | {"maxItems": spec.maximum or 1}
            | ({"minItems": spec.minimum or 1} if spec.required else {})
        )
    if kind in _PLAIN:
        return _PLAIN[kind]
    return {"type": "string"} | ({"maxLength": spec.maximum} if spec.maximum else {})


def _tree(tree: conditions.Tree) -> dict[str, Any]:
    """A condition as a schema that fits exactly the answers it holds for."""
    if tree[0] == "is":
        values = list(tree[2])
        said = {"yes": True, "no": False}
        among = {"enum": values + [said[value] for value in values if value in said]}
        either = {"anyOf": [among, {"type": "array", "contains": {"enum": values}}]}
        return {"properties": {tree[1]: either}, "required": [tree[1]]}
    parts = [_tree(part) for part in tree[1:]]
    if tree[0] == "not":
        return {"not": parts[0]}
    return {"anyOf" if tree[0] == "or" else "allOf": parts} if parts else {}


def _said(text: Any, language: str) -> str:
    if text is None or isinstance(text, str):
        return text or ""
    return text.en if language.startswith("en") and text.en else text.zh
