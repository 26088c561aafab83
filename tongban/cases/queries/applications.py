"""A draft as the applicant's pages read it: sections, materials, answers, what is known already."""

from datetime import date
from decimal import Decimal

import msgspec

from tongban.cases.models import Draft, Upload
from tongban.cases.rules.application import Readiness, readiness
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import situations
from tongban.catalogue.rules.guide import Field, FieldKind, Guide, Material, Section, Source, Text
from tongban.catalogue.rules.situations import Situation
from tongban.engine.refusal import Refused
from tongban.people import queries as people

_YES_NO = {"yes": Text(zh="是", en="Yes"), "no": Text(zh="否", en="No")}


class Application(msgspec.Struct, frozen=True):
    """A draft with its guide resolved under the answers given."""

    draft: Draft
    guide: Guide
    situation: Situation
    uploads: tuple[Upload, ...]
    ready: Readiness

    @property
    def asked(self) -> list[Material]:
        """The materials the applicant gives; the others are shared among organs or made from the form."""
        return [part for part in self.situation.materials if part.brought]

    @property
    def produced(self) -> list[Material]:
        return [part for part in self.situation.materials if part.source is Source.FORM]

    @property
    def shared(self) -> list[Material]:
        return [part for part in self.situation.materials if part.source is Source.SHARED]

    @property
    def done_count(self) -> int:
        given = {upload.material for upload in self.uploads}
        return sum(section.code in self.draft.complete for section in self.situation.sections) + sum(
            part.code in given for part in self.asked
        )

    @property
    def total_count(self) -> int:
        return len(self.situation.sections) + len(self.asked)

    def section(self, code: str) -> Section:
        return _found(self.situation.sections, code)

    def material(self, code: str) -> Material:
        return _found(self.asked, code)

    def files(self, code: str) -> list[Upload]:
        return [upload for upload in self.uploads if upload.material == code]

    def section_rows(self) -> list[dict]:
        """Sections with their state, for the task list."""
        started = set(self.draft.form)
        return [
            {"part": part, "state": self._section_state(part, started)} for part in self.situation.sections
        ]

    def _section_state(self, part: Section, started: set[str]) -> str:
        if part.code in self.draft.complete:
            return "done"
        return "started" if started & {field.code for field in part.fields} else "todo"

    def material_rows(self) -> list[dict]:
        """Materials with the files given, for the task list."""
        return [
            {"part": part, "files": files, "state": "done" if files else "todo"}
            for part in self.asked
            for files in [self.files(part.code)]
        ]

    def next_section(self, code: str) -> str | None:
        """The first section behind `code` that is not complete."""
        codes = [part.code for part in self.situation.sections]
        behind = codes[codes.index(code) + 1 :]
        return next((later for later in behind if later not in self.draft.complete), None)

    def next_material(self, code: str) -> str | None:
        """The first material behind `code` without a file."""
        codes = [part.code for part in self.asked]
        behind = codes[codes.index(code) + 1 :]
        return next((later for later in behind if not self.files(later)), None)

    def missing(self) -> list[Material]:
        """Required materials not given yet."""
        return [part for part in self.asked if part.code in self.ready.materials]


def _found(parts, code: str):
    found = next((part for part in parts if part.code == code), None)
    if found is None:
        raise Refused("unknown_material", materials=[code])
    return found


def application(draft: Draft) -> Application:
    """The draft, its guide and files."""
    guide = catalogue.guide(draft.version_id)
    situation = situations.resolve(guide, draft.situation)
    uploads = tuple(Upload.objects.filter(draft=draft, removed_at=None).order_by("uploaded_at", "id"))
    ready = readiness(situation, complete=draft.complete, provided={upload.material for upload in uploads})
    return Application(draft=draft, guide=guide, situation=situation, uploads=uploads, ready=ready)


def choices(draft: Draft) -> dict[str, list[tuple[str, Text]]]:
    """Choices that come from the city rather than the guide: the towns of the division."""
    towns = people.divisions(parent=draft.implementation.division_code)
    return {"town": [(town.code, Text(zh=town.name, en=town.name_en)) for town in towns]}


def answers(draft: Draft) -> list[dict]:
    """Every section with its answers in words, for the check page."""
    situation = situations.resolve(catalogue.guide(draft.version_id), draft.situation)
    return in_words(situation.sections, people.open_answers(draft.form), choices(draft))


def in_words(sections, given: dict, from_city: dict[str, list[tuple[str, Text]]]) -> list[dict]:
    """Sections and their answers as people read them."""
    towns = dict(from_city.get("town", []))
    return [
        {
            "section": section,
            "rows": [
                {"field": field, "words": _words(field, given.get(field.code), towns)}
                for field in section.fields
            ],
        }
        for section in sections
    ]


def _words(field: Field, value: object, towns: dict[str, Text]) -> list:
    """An answer as a list of words or bilingual texts; empty when nothing was given."""
    if value in (None, "", []):
        return []
    options = {option.value: option.label for option in field.options}
    match field.kind:
        case FieldKind.CHOICE:
            return [options.get(str(value), value)]
        case FieldKind.MULTIPLE if isinstance(value, list):
            return [options.get(str(part), part) for part in value]
        case FieldKind.YES_NO:
            return [_YES_NO["yes" if value in (True, "yes") else "no"]]
        case FieldKind.TOWN:
            return [towns.get(str(value), value)]
        case FieldKind.MONEY:
            return [f"¥ {Decimal(str(value)):,.2f}"]
        case FieldKind.DATE:
            return [date.fromisoformat(str(value))]
    return [value]
