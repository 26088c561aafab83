"""Changing one part of a guide: a new guide with the part put, added, moved or taken away.

A part is named by its path: "" is the guide's own fields, "materials.2" the third material,
"materials.2.defects.0" that material's first defect.
"""

from typing import Any

from msgspec.structs import fields, replace

from tongban.catalogue.rules.columns import listed
from tongban.catalogue.rules.guide import Guide
from tongban.engine.refusal import Refused


def part_at(guide: Guide, path: str) -> Any:
    """The part at a path. Refuses part_unknown (path)."""
    part: Any = guide
    for step in _steps(path):
        part = _inner(part, step, path)
    return part


def kind_of(path: str) -> type:
    """What kind of part a list holds, by the list's path ("materials", "materials.2.defects")."""
    kind: Any = Guide
    for step in _steps(path):
        if isinstance(step, str):
            kind = _lists(kind).get(step)
        if kind is None:
            raise Refused("part_unknown", path=path)
    return kind


def put(guide: Guide, path: str, part: Any) -> Guide:
    """The guide with `part` at `path`."""
    return _with(guide, _steps(path), lambda _: part, path)


def add(guide: Guide, path: str, part: Any) -> Guide:
    """The guide with `part` at the end of the list at `path`."""
    return _with(guide, _steps(path), lambda parts: [*parts, part], path)


def remove(guide: Guide, path: str) -> Guide:
    """The guide without the part at `path`, a place in a list."""
    *steps, place = _steps(path)
    part_at(guide, path)
    return _with(guide, steps, lambda parts: [one for n, one in enumerate(parts) if n != place], path)


def move(guide: Guide, path: str, by: int) -> Guide:
    """The guide with the part at `path` moved up (-1) or down (1) in its list; at the end it stays."""
    *steps, place = _steps(path)
    part_at(guide, path)

    def moved(parts: list) -> list:
        others = [one for n, one in enumerate(parts) if n != place]
        others.insert(max(0, min(len(others), int(place) + by)), parts[int(place)])
        return others

    return _with(guide, steps, moved, path)


def _with(part: Any, steps: list[str | int], change: Any, path: str) -> Any:
    if not steps:
        return change(part)
    step, *further = steps
    inner = _with(_inner(part, step, path), further, change, path)
    if isinstance(step, int):
        return [inner if n == step else one for n, one in enumerate(part)]
    return replace(part, **{step: inner})


def _inner(part: Any, step: str | int, path: str) -> Any:
    if isinstance(step, int) and isinstance(part, list) and step < len(part):
        return part[step]
    if isinstance(step, str) and step in _lists(type(part)):
        return getattr(part, step)
    raise Refused("part_unknown", path=path)


def _lists(kind: type) -> dict[str, type]:
    """The lists of parts a kind of part has."""
    hints = getattr(kind, "__struct_fields__", ())
    return {name: inner for name in hints if (inner := listed(_hint(kind, name)))}


def list_kind(kind: type, name: str) -> type | None:
    """The kind of part in a part's list of that name; None for anything else."""
    return _lists(kind).get(name)


def _hint(kind: type, name: str) -> Any:
    return next(field.type for field in fields(kind) if field.name == name)


def _steps(path: str) -> list[str | int]:
    return [int(step) if step.isdigit() else step for step in path.split(".") if step]
