"""What differs between two guides, part by part, named by codes rather than by places in a list."""

from collections.abc import Iterator

import msgspec

from tongban.catalogue.rules.guide import Guide


class Change(msgspec.Struct, frozen=True, order=True):
    """One value that differs. `before` None: added; `after` None: taken away."""

    path: str
    before: str | None
    after: str | None

    @property
    def kind(self) -> str:
        return "added" if self.before is None else "removed" if self.after is None else "changed"


def changes(before: Guide, after: Guide) -> list[Change]:
    """Every value that differs, in the guide's order. Lists of codes are compared as sets."""
    old, new = dict(leaves(before)), dict(leaves(after))
    return [
        Change(path, old.get(path), new.get(path))
        for path in dict.fromkeys((*old, *new))
        if old.get(path) != new.get(path)
    ]


def against(before: Guide | None, after: Guide) -> list[Change]:
    """What `after` changes; everything is added where nothing was before."""
    if before is None:
        return [Change(path, None, value) for path, value in leaves(after)]
    return changes(before, after)


def leaves(part: object, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, value) of every value: "materials.lease.name.zh", "steps.survey.after.review", …"""
    if isinstance(part, msgspec.Struct):
        for name in part.__struct_fields__:
            yield from leaves(getattr(part, name), f"{path}.{name}".lstrip("."))
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from leaves(value, f"{path}.{name}")
    elif isinstance(part, list | tuple):
        yield from _listed(part, path)
    elif part is not None and part != "":
        yield path, str(part)


def _listed(parts: list | tuple, path: str) -> Iterator[tuple[str, str]]:
    for number, part in enumerate(parts):
        if isinstance(part, str):
            yield f"{path}.{part}", str(part)
        else:
            label = getattr(part, "code", None) or getattr(part, "value", None) or str(number)
            yield from leaves(part, f"{path}.{label}")
            if getattr(part, "code", None):
                yield f"{path}.{label}.order", str(number)
