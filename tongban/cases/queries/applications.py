"""A draft as the applicant's pages read it: sections, materials, answers, what is known already."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
from django.utils import timezone

from tongban.cases.models import Draft, Upload
from tongban.cases.queries import subjects
from tongban.cases.queries.subjects import Resolved, Subject
from tongban.cases.rules.application import Readiness, digest, files_by_field, readiness, signed_files
from tongban.cases.rules.signing import Signed, Standing
from tongban.catalogue.rules import situations
from tongban.catalogue.rules.guide import Field, FieldKind, Material, Section, Source, Text
from tongban.catalogue.rules.situations import Group
from tongban.connectors import queries as outside
from tongban.engine import conditions
from tongban.engine.refusal import Refused
from tongban.kit import forms
from tongban.licences import queries as licences
from tongban.licences.queries import Held
from tongban.people import queries as people
from tongban.people.rules import Caller

_CITY = Text(zh="四川省雅安市", en="Ya'an, Sichuan")
_YES_NO = {"yes": Text(zh="是", en="Yes"), "no": Text(zh="否", en="No")}


class Application(msgspec.Struct, frozen=True):
    """A draft with what it is for resolved under the answers given."""

    draft: Draft
    subject: Subject
    situation: Resolved
    uploads: tuple[Upload, ...]
    ready: Readiness
    held: dict[str, Held]  # {material code: the licence that is it}

    @property
    def asked(self) -> list[Material]:
        """The materials the applicant gives; the others are held already, shared or made from the form."""
        return [part for part in self.situation.materials if part.brought and part.code not in self.held]

    @property
    def organ(self):
        """The organ it is handed in to; of a bundle, the one that leads it there."""
        if self.draft.implementation is not None:
            return self.draft.implementation.organ
        assert isinstance(self.subject, subjects.OfBundle)
        return people.organ_of(self.subject.bundle.lead, self.draft.division_code)

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
    def digest(self) -> str:
        """What is signed: situation, answers and materials as they stand, in one line."""
        files = [(upload.material, upload.digest) for upload in self.uploads]
        return digest(self.draft.situation, self.draft.form, signed_files(files, self.held))

    @property
    def settled(self) -> list[dict]:
        """What was answered before, in words, each answer with where it comes from."""
        sections = self.situation.given
        if not sections:
            return []
        asked = [part for section in sections for part in situations.asked(section)]
        stored = people.open_answers(self.draft.form)
        groups = in_words(sections, stored, choices_for(self.draft, asked))
        sources = getattr(getattr(self.subject, "defined", None), "given", {})
        for group in groups:
            for row in group["rows"]:
                row["source"] = sources.get(row["field"].code)
        return groups

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

    @property
    def attached(self) -> dict[str, list[Upload]]:
        """The files given for fields of the form, by the field's code."""
        return files_by_field(self.uploads)

    def section_rows(self) -> list[dict]:
        """Sections with their state and the files given in them, for the task list."""
        attached = self.attached
        started = set(self.draft.form) | set(attached)
        return [
            {
                "part": part,
                "state": self._section_state(part, started),
                "files": [file for asked in part.fields for file in attached.get(asked.code, [])],
            }
            for part in self.situation.sections
        ]

    def _section_state(self, part: Section, started: set[str]) -> str:
        if part.code in self.draft.complete:
            return "done"
        return "started" if started & {asked.code for asked in situations.asked(part)} else "todo"

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
    subject = subjects.subject(draft)
    situation = subject.resolve(draft.situation)
    uploads = tuple(Upload.objects.filter(draft=draft, removed_at=None).order_by("uploaded_at", "id"))
    held = holding(situation, party=draft.party_id, answers=draft.form, on=timezone.localdate())
    provided = {upload.material for upload in uploads} | set(held)
    ready = readiness(situation, complete=draft.complete, provided=provided)
    return Application(
        draft=draft, subject=subject, situation=situation, uploads=uploads, ready=ready, held=held
    )


def signed_by(draft: UUID, caller: Caller, method: str) -> Signed:
    """What the caller signs when signing a draft as it stands."""
    row = Draft.objects.select_related("implementation").get(pk=draft)
    return Signed(name=caller.name, digest=application(row).digest, method=method)


def standing(caller: Caller, party: int, at: datetime) -> Standing | None:
    """For what reason the caller may sign for a party now: in person, as its head, or under a mandate."""
    if caller.account is None:
        return None
    mine = [acting for acting in people.parties_of(caller.account, at) if acting.party.id == party]
    if not mine:
        return None
    acting = mine[0]
    mandate = acting.representation if acting.kind == "agent" else None
    return Standing(capacity=acting.kind, mandate=mandate, until=acting.valid_to)


def holding(
    situation: Resolved, *, party: int, answers: Mapping[str, object], on: date, lock: bool = False
) -> dict[str, Held]:
    """{material code: the licence the party holds that is it}, on a day; see `licences.satisfying`."""
    asked = {field.code for field in situation.asked}
    return licences.satisfying(
        situation.materials, party=party, asked=asked, answers=answers, on=on, lock=lock
    )


def from_city(division: str, asked: Iterable[Field | Group]) -> dict[str, list]:
    """Choices that come from the city rather than the guide, as far as `asked` needs them.

    Organs outside that take a kind of message; towns of the division's county; for addresses the towns of the whole city, grouped by county.
    """
    fields = [field for part in asked for field in (*getattr(part, "fields", ()), part)]
    kinds = {str(field.kind) for field in fields}
    given: dict[str, list] = {
        field.code: _takers(kind) for field in fields if (kind := getattr(field, "takers", ""))
    }
    if FieldKind.TOWN in kinds:
        given["town"] = [(code, Text(zh=zh, en=en)) for code, zh, en in people.town_names(division[:6])]
    if FieldKind.PLACE in kinds:
        given["place"] = [
            (Text(zh=county, en=county_en), [(code, Text(zh=zh, en=en)) for code, zh, en in towns])
            for (county, county_en), towns in people.city_towns()
        ]
    return given


def _takers(kind: str) -> list:
    """The organs outside that take this kind of message, with what they ask for one piece."""
    return [
        (
            name,
            Text(
                zh=f"{organ.zh}{_prices(organ.prices, '元')}", en=f"{organ.en}{_prices(organ.prices, 'yuan')}"
            ),
        )
        for name, organ in outside.takers(kind).items()
    ]


def _prices(prices: Mapping[str, int], yuan: str) -> str:
    """The least and the most of some prices in fen, in yuan."""
    return f" ({min(prices.values()) // 100}–{max(prices.values()) // 100} {yuan})" if prices else ""


def choices_for(draft: Draft, asked: Iterable[Field | Group]) -> dict[str, list]:
    """What the city offers where the draft is handed in."""
    return from_city(draft.division, asked)


def answers(found: Application) -> list[dict]:
    """Every section of an application with its answers in words, for the check page."""
    draft, situation = found.draft, found.situation
    given = people.open_answers(draft.form) | found.attached
    return in_words(situation.sections, given, choices_for(draft, situation.asked))


def read_by(found: Application, number: str) -> list[dict]:
    """Every section with its answers in words, for somebody who must sign it too: of all the numbers in it only
    the reader's own stands in full.
    """
    draft, situation = found.draft, found.situation
    sections = (*situation.given, *situation.sections)
    asked = [part for section in sections for part in situations.asked(section)]
    given = people.masked_answers(draft.form, asked, (number,)) | found.attached
    return in_words(sections, given, choices_for(draft, asked))


def in_words(sections, given: Mapping, chosen: dict[str, list]) -> list[dict]:
    """Sections and their answers as people read them; `chosen` are the choices `from_city`.

    Files are themselves the words of their field. A list of rows is as many themes as it has rows, each under its
    own title; `list` names what it is of.
    """
    return [theme for section in sections for theme in _themes(section, given, chosen)]


def _themes(section: Section, given: Mapping, chosen: dict[str, list]) -> list[dict]:
    (only, *_) = asked = situations.asked(section)
    if not isinstance(only, Group):
        return [{"section": section, "rows": _rows(asked, given, chosen), "list": None}]
    rows = given.get(only.code) or []
    if not rows or not forms.fits(only, rows):
        return [{"section": section, "rows": [{"field": only, "words": []}], "list": only}]
    return [
        {
            "section": msgspec.structs.replace(section, title=row_title(only, number)),
            "rows": _rows(only.fields, row, chosen),
            "list": only,
        }
        for number, row in enumerate(rows, start=1)
    ]


def row_title(group: Group, number: int) -> Text:
    """What one row is called: 股东 2."""
    return Text(zh=f"{group.one.zh} {number}", en=f"{group.one.en} {number}")


def _rows(fields: Iterable[Field | Group], given: Mapping, chosen: dict[str, list]) -> list[dict]:
    """The fields that apply with their answers in words."""
    return [
        {"field": field, "words": _words(field, given.get(field.code), chosen)}
        for field in fields
        if isinstance(field, Field) and conditions.holds(field.only_if, given)
    ]


def _words(field: Field, value: object, chosen: dict[str, list]) -> list:
    """An answer as a list of words or bilingual texts; empty when nothing was given."""
    if value in (None, "", []):
        return []
    options = {option.value: option.label for option in field.options}
    match field.kind:
        case FieldKind.CHOICE:
            return [(options or dict(chosen.get(field.code, []))).get(str(value), value)]
        case FieldKind.FILE if isinstance(value, list):
            return value
        case FieldKind.MULTIPLE if isinstance(value, list):
            return [options.get(str(part), part) for part in value]
        case FieldKind.YES_NO:
            return [_YES_NO["yes" if value in (True, "yes") else "no"]]
        case FieldKind.TOWN:
            return [dict(chosen.get("town", [])).get(str(value), value)]
        case FieldKind.PLACE if isinstance(value, Mapping):
            return [_place(value, chosen.get("place", []))]
        case FieldKind.MONEY:
            return [f"¥ {Decimal(str(value)):,.2f}"]
        case FieldKind.DATE:
            return [date.fromisoformat(str(value))]
    return [value]


def _place(value: Mapping, counties: list) -> Text:
    """An address in one line, from the largest to the smallest in Chinese, the other way round in English."""
    detail = str(value.get("detail", ""))
    for county, towns in counties:
        for code, town in towns:
            if code == value.get("town"):
                return Text(
                    zh=f"{_CITY.zh}{county.zh}{town.zh}{detail}",
                    en=f"{detail}, {town.en}, {county.en}, {_CITY.en}",
                )
    outside = str(value.get("elsewhere") or value.get("town") or "")
    return Text(zh=f"{outside}{detail}", en=f"{detail}, {outside}")


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
