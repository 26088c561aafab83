"""What a stage takes over from the registration and earlier stages, and where each answer comes from."""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from tongban.catalogue.rules.guide import Text
from tongban.construction.rules.definition import RoleTable
from tongban.construction.rules.firms import Firm

REGISTERED = Text(zh="项目登记", en="Registration of the project")
STARTED = Text(zh="开工登记", en="Start of the works")


# What only looks the same in two stages: a planned and an actual day, the reason of one item.
NEVER_CARRIED = frozenset(
    [
        "matter_request",
        "used_from",
        "used_to",
        "occupied_area",
        "occupied_from",
        "occupied_to",
        "started_on",
        "completed_on",
        "accepted_on",
        "technical_report",
    ]
)


class Earlier(msgspec.Struct, frozen=True):
    """An application received before: what it is called, its number, its answers as stored."""

    name: Text
    number: str
    answers: Mapping[str, object]


class Inherited(msgspec.Struct, frozen=True):
    """Answers given before, as stored, and where each comes from."""

    answers: dict[str, object]
    sources: dict[str, Text]


def inherited(
    registered: Mapping[str, object],
    firms: Iterable[Firm],
    roles: Iterable[RoleTable],
    earlier: Iterable[Earlier],
    started_on: date | None,
) -> Inherited:
    """What need not be asked again; registration and register of participants come before earlier forms.

    What only looks the same in two stages is not carried. Basis: 优化营商环境条例 Art 36, 37; Annex C of the brief
    (fields already present are read-only and carried).
    """
    found: dict[str, tuple[object, Text]] = {code: (value, REGISTERED) for code, value in registered.items()}
    known = {role.code: role for role in roles}
    for firm in firms:
        for part, code in known[firm.role].fields.items():
            if value := getattr(firm, part):
                found[code] = (value, known[firm.role].label)
    for one in earlier:
        source = Text(zh=f"{one.name.zh} {one.number}", en=f"{one.name.en} {one.number}")
        for code, value in one.answers.items():
            if code not in found and code not in NEVER_CARRIED:
                found[code] = (value, source)
    if started_on:
        found["started_on"] = (started_on.isoformat(), STARTED)
    return Inherited(
        {code: value for code, (value, _) in found.items()},
        {code: source for code, (_, source) in found.items()},
    )
