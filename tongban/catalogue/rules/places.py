"""Which part of a guide a finding is about: its place in the editor, the part itself, whether it is listed."""

import hashlib

import msgspec

from tongban.catalogue.rules.guide import Guide


def place(guide: Guide, path: str) -> tuple[str, str]:
    """(place in the editor, section of the guide) of a finding's path: "materials.lease" is materials.3."""
    name, _, code = path.partition(".")
    if name == "fields":
        return _field(guide, code), "form"
    parts = getattr(guide, name, None)
    if not isinstance(parts, list):
        return "", ""
    label = code.partition(".")[0]
    for number, part in enumerate(parts):
        if label in {getattr(part, "code", None), str(number)}:
            return f"{name}.{number}", name
    return "", name


def _field(guide: Guide, code: str) -> str:
    for number, section in enumerate(guide.form):
        for place_in, field in enumerate(section.fields):
            if field.code == code.partition(".")[0]:
                return f"form.{number}.fields.{place_in}"
    return ""


def part(guide: Guide, path: str) -> object:
    """The part a finding is about, None when the guide has none there."""
    at, section = place(guide, path)
    if section and not at:
        return None
    found: object = guide
    for step in (at or path).split("."):
        found = found[int(step)] if isinstance(found, list) else getattr(found, step, None)
    return found


def subject(guide: Guide, path: str) -> str:
    """A digest of the part a finding is about."""
    return hashlib.sha256(msgspec.json.encode(part(guide, path), order="sorted")).hexdigest()[:16]


def lists(guide: Guide, path: str) -> bool:
    """Whether a guide has the material or step a path names, by code, name or kind.

    A finding about something the guide lacked has lost its cause. Basis: 优化营商环境条例 Art 35.
    """
    name, _, label = path.partition(".")
    if name not in {"materials", "steps"}:
        return False
    return any(label in {one.code, one.name.zh, getattr(one, "kind", "")} for one in getattr(guide, name))
