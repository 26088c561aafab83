"""What stages, themes, items and gates are, as the tables define them; everything else follows from them."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property

import msgspec

from tongban.cases.rules.defined import Defined, Page
from tongban.catalogue.rules.guide import Audience, Field, Frozen, Section, Text
from tongban.catalogue.rules.lists import Bundle, Member
from tongban.engine import conditions
from tongban.engine import stages as engine
from tongban.engine.refusal import Refused

SERIES = "GG"  # 工改: begins the number of an application for a stage
WORKS = "start_of_works"  # 开工: opened by gates like an item, and itself what others wait for
WORKS_NAME = Text(zh="工程开工", en="Start of the works")
LAST = "completion"  # the stage that completes a project


class StageTable(Frozen, frozen=True, kw_only=True):
    """A stage: who leads it, the working days promised for it, what it asks beside its items."""

    code: str
    number: int
    name: Text
    short: Text
    lead: str
    days: int
    parallel: bool = False
    own: list[Section] = []


class Theme(Frozen, frozen=True, kw_only=True):
    """A type of project (主题): the facts it fixes and the approval time promised, in working days."""

    code: str
    name: Text
    summary: Text
    facts: dict[str, str]
    days: int


Answer = str | dict[str, dict[str, str]]  # a value, or {fact: {its value: the answer}}


class ItemTable(engine.Item, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An item of a stage; `answers` are its own questions that the project's facts already answer."""

    answers: dict[str, Answer] = {}


class GateTable(engine.Gate, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What law puts before what, as the table says it."""


class RoleTable(Frozen, frozen=True, kw_only=True):
    """A participant's role (参建单位) and the data elements its entry gives."""

    code: str
    label: Text
    fields: dict[str, str]


class Definition(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The whole definition. Raises ValueError naming the fault when parts do not fit together."""

    stages: list[StageTable]
    pages: list[Page]
    themes: list[Theme]
    items: dict[str, tuple[ItemTable, ...]]
    laws: dict[str, Text]
    gates: tuple[GateTable, ...]
    sections: list[Section]
    roles: list[RoleTable]

    def __post_init__(self) -> None:
        known = set(self.codes) | {WORKS}
        for gate in self.gates:
            if unknown := {gate.opens, *gate.any_of} - known:
                raise ValueError(f"gate of {gate.law} {gate.article} names {sorted(unknown)}")
            if gate.law not in self.laws:
                raise ValueError(f"law {gate.law} has no name")
        if {stage.code for stage in self.stages} != set(self.items):
            raise ValueError("stages and items do not name the same stages")
        facts = {field.code for section in self.sections for field in section.fields}
        fixed = {code for theme in self.themes for code in theme.facts}
        conditional = [
            *(row.when for row in self.rows),
            *(row.mandatory for row in self.rows if not isinstance(row.mandatory, bool)),
            *(gate.when for gate in self.gates),
        ]
        used = {code for condition in conditional for code in conditions.codes(condition)}
        used |= {
            fact for row in self.rows for how in row.answers.values() if isinstance(how, dict) for fact in how
        }
        if unknown := used - facts - fixed:
            raise ValueError(f"conditions ask for {sorted(unknown)}, which nobody is asked for")

    @property
    def rows(self) -> list[ItemTable]:
        return [row for rows in self.items.values() for row in rows]

    @property
    def codes(self) -> list[str]:
        """Base codes of every item, in the order of the stages."""
        return [row.code for row in self.rows]

    @cached_property
    def edition(self) -> str:
        """Names this version of the definition: a digest of all of it."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:12]

    @property
    def order(self) -> tuple[engine.Gate, ...]:
        """The gates under the name the enterprise room reads them by."""
        return self.gates

    @property
    def counted(self) -> list[str]:
        """The stages whose days are the approval time of a project; the side line's are told apart."""
        return [stage.code for stage in self.stages if not stage.parallel]

    def plan(self, facts: Mapping[str, object]) -> tuple[engine.Planned, ...]:
        """What applies to a project with these facts, stage by stage."""
        return engine.plan(
            [
                engine.Stage(code=stage.code, parallel=stage.parallel, items=self.items[stage.code])
                for stage in self.stages
            ],
            facts,
        )

    def stage(self, code: str) -> StageTable:
        """Refuses `stage_unknown`."""
        return _found(self.stages, code, "stage_unknown")

    def theme(self, code: str) -> Theme:
        """Refuses `theme_unknown`."""
        return _found(self.themes, code, "theme_unknown")

    def role(self, code: str) -> RoleTable:
        """Refuses `role_unknown`."""
        return _found(self.roles, code, "role_unknown")

    def asked(self, theme: Theme) -> list[Section]:
        """What a project of this theme is registered with: without the facts the theme fixes."""
        return [
            msgspec.structs.replace(
                section, fields=[field for field in section.fields if field.code not in theme.facts]
            )
            for section in self.sections
        ]

    @property
    def carried(self) -> list[Field]:
        """The fields of the registration that are answers of the one form, not facts."""
        return list(self.sections[0].fields)

    def situation(self, items: Iterable[str], facts: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """{item: {its question: the answer the project's facts give}}."""
        wanted = set(items)
        return {
            row.code: {
                question: found for question, how in row.answers.items() if (found := _given(how, facts))
            }
            for row in self.rows
            if row.code in wanted
        }


def _found(rows, code: str, refusal: str):
    found = next((row for row in rows if row.code == code), None)
    if found is None:
        raise Refused(refusal, wanted=code)
    return found


def _given(how: Answer, facts: Mapping[str, str]) -> str:
    if isinstance(how, str):
        return how
    ((fact, answers),) = how.items()
    return answers.get(facts.get(fact, ""), "")


def application(
    table: Definition,
    stage: StageTable,
    *,
    name: Text,
    order: Mapping[str, tuple[str, ...]],
    given: Mapping[str, Text],
    home: str,
) -> Defined:
    """An application for a stage as the cases room takes it: its items in their order, its one form."""
    return Defined(
        bundle=Bundle(
            code=f"stage-{stage.code}",
            name=name,
            audience=Audience.ENTERPRISE,
            lead=stage.lead,
            scene="build_project",
            summary=stage.name,
            words=[],
            members=[Member(item, list(after)) for item, after in order.items()],
        ),
        series=SERIES,
        home=home,
        pages=table.pages,
        own=stage.own,
        given=dict(given),
    )
