"""A draft as the applicant's pages read it: sections, materials, answers, what is known already."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec
from django.utils import timezone

from tongban.cases.models import Draft, Upload
from tongban.cases.rules.application import Readiness, readiness
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import situations
from tongban.catalogue.rules.guide import Field, FieldKind, Guide, Material, Section, Source, Text
from tongban.catalogue.rules.situations import Situation
from tongban.engine.refusal import Refused
from tongban.licences import queries as licences
from tongban.licences.queries import Held
from tongban.people import queries as people

_YES_NO = {"yes": Text(zh="是", en="Yes"), "no": Text(zh="否", en="No")}


class Application(msgspec.Struct, frozen=True):
    """A draft with its guide resolved under the answers given."""

    draft: Draft
    guide: Guide
    situation: Situation
    uploads: tuple[Upload, ...]
    ready: Readiness
    held: dict[str, Held]  # {material code: the licence that is it}

    @property
    def asked(self) -> list[Material]:
        """The materials the applicant gives; the others are held already, shared or made from the form."""
        return [part for part in self.situation.materials if part.brought and part.code not in self.held]

    @property
    def produced(self) -> list[Material]:
        return [part for part in self.situation.materials if part.source is Source.FORM]

    @property
    def shared(self) -> list[Material]:
        """The materials the organ fetches; those a held licence is are shown as such."""
        return [
            part
            for part in self.situation.materials
            if part.source is Source.SHARED and part.code not in self.held
        ]

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
    held = holding(situation, party=draft.party_id, answers=draft.form, on=timezone.localdate())
    provided = {upload.material for upload in uploads} | set(held)
    ready = readiness(situation, complete=draft.complete, provided=provided)
    return Application(draft=draft, guide=guide, situation=situation, uploads=uploads, ready=ready, held=held)


def holding(
    situation: Situation, *, party: int, answers: Mapping[str, object], on: date, lock: bool = False
) -> dict[str, Held]:
    """{material code: the licence the party holds that is it}, on a day; see `licences.satisfying`."""
    asked = {field.code for section in situation.sections for field in section.fields}
    return licences.satisfying(
        situation.materials, party=party, asked=asked, answers=answers, on=on, lock=lock
    )


def from_city(division: str) -> dict[str, list[tuple[str, Text]]]:
    """Choices that come from the city rather than the guide: the towns of the division's county."""
    return {"town": [(code, Text(zh=zh, en=en)) for code, zh, en in people.town_names(division[:6])]}


def answers(draft: Draft) -> list[dict]:
    """Every section with its answers in words, for the check page."""
    situation = situations.resolve(catalogue.guide(draft.version_id), draft.situation)
    return in_words(
        situation.sections, people.open_answers(draft.form), from_city(draft.implementation.division_code)
    )


def in_words(sections, given: dict, chosen: dict[str, list[tuple[str, Text]]]) -> list[dict]:
    """Sections and their answers as people read them; `chosen` are the choices `from_city`."""
    towns = dict(chosen.get("town", []))
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


def joined(words: list) -> Text:
    """An answer in words as one bilingual text; dates as letters write them."""
    parts = [_written(part) for part in words]
    return Text(zh="、".join(part.zh for part in parts), en=", ".join(part.en for part in parts))


def _written(part: object) -> Text:
    if isinstance(part, Text):
        return part
    if isinstance(part, date):
        return Text(zh=f"{part.year}年{part.month}月{part.day}日", en=f"{part.day} {part:%B} {part.year}")
    return Text(zh=str(part), en=str(part))
