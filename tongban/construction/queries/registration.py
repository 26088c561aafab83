"""What a project is registered with: the fields its theme asks, with the choices its county gives."""

from collections.abc import Mapping

import msgspec

from tongban.cases.queries import applications
from tongban.catalogue.rules import situations
from tongban.catalogue.rules.guide import Field, Section
from tongban.catalogue.rules.situations import Group
from tongban.construction.models import Project
from tongban.construction.queries.definition import definition
from tongban.construction.rules.definition import Theme


class Registration(msgspec.Struct, frozen=True):
    """The sections of a registration, what they ask, and the choices that come from the city."""

    sections: list[Section]
    asked: list[Field | Group]
    choices: dict[str, list]


def registration(theme: Theme, county: str) -> Registration:
    """What a project of a theme at a county is registered with."""
    sections = definition().asked(theme)
    asked = [part for section in sections for part in situations.asked(section)]
    return Registration(sections, asked, applications.from_city(county, asked))


def in_words(row: Project) -> list[dict]:
    """What a project was registered with, as people read it."""
    entry = registration(definition().theme(row.theme), row.division_code)
    given: Mapping[str, object] = row.answers | row.facts
    return applications.in_words([one for one in entry.sections if one.fields], given, entry.choices)
