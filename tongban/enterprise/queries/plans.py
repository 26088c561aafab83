"""Service plans (服务方案): the steps, drawn from construction's definition, with due days; computed, never stored."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Guide, Limit, Text
from tongban.construction.queries import maps
from tongban.construction.queries import projects as construction
from tongban.construction.queries.definition import definition
from tongban.engine import conditions
from tongban.enterprise import rules
from tongban.enterprise.models import ServiceProject
from tongban.people import queries as people


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a plan: what comes before it, its due day, where it stands, and who handles it once received."""

    code: str
    name: Text
    stage: Text | None
    after: tuple[str, ...]
    due: date
    provisional: bool
    state: str  # a key of phrases.STEPS
    late: bool
    case_no: str = ""
    organ: object = None  # people.Organ
    light: str = ""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of a project in the order of their due days, and the construction project they are of."""

    steps: tuple[Step, ...] = ()
    found: construction.Opened | None = None

    @property
    def done(self) -> int:
        return sum(step.state == "granted" for step in self.steps)

    @property
    def late(self) -> list[Step]:
        return [step for step in self.steps if step.late]

    @property
    def next(self) -> Step | None:
        """The first step to work on: what can be applied for before what runs."""
        states = ("open", "running", "possible", "refused", "withdrawn", "waiting")
        ahead = [step for step in self.steps if step.state in states]
        return min(ahead, key=lambda step: (states.index(step.state), step.due), default=None)

    @property
    def codes(self) -> set[str]:
        return {step.code for step in self.steps}

    @property
    def complete(self) -> bool:
        return self.found is not None and self.found.row.completed_at is not None


def plans(rows: Sequence[ServiceProject], at: datetime) -> dict[int, Plan]:
    """{project: its plan} of rows with `construction` selected; the number of statements does not hang on how many."""
    guides = {row.guide.base_code: row.guide for row in catalogue.items()}
    building = [row for row in rows if row.construction_id]
    opened = {
        one.row.pk: one for one in construction.opened_all([row.construction for row in building if row.construction], at)
    } if building else {}  # fmt: skip
    themes = {row.theme for row in rows if row.theme and not row.construction_id}
    charts = {theme: _of_theme(theme) for theme in themes}
    made = {}
    for row in rows:
        found = opened.get(row.construction_id) if row.construction_id else None
        first = row.planned_from or people.today(row.entered_at)
        if found:
            made[row.pk] = Plan(steps=_running(found, guides, first, at), found=found)
        elif row.theme:
            made[row.pk] = Plan(steps=_possible(charts[row.theme], first))
        else:
            made[row.pk] = Plan()
    return made


def _running(
    found: construction.Opened, guides: Mapping[str, Guide], first: date, at: datetime
) -> tuple[Step, ...]:
    """The steps of a construction project: its items behind the gates of law, stage behind stage."""
    before: list[str] = []  # what the stage before needs
    links, states, shown = [], {}, {}
    gates = [gate for gate in found.table.order if conditions.holds(gate.when, found.row.facts)]
    for part in found.parts:
        for line in part.lines:
            opened_by = [code for gate in gates if gate.opens == line.code for code in gate.any_of]
            after = dict.fromkeys([*opened_by, *([] if part.table.parallel else before)])
            links.append(rules.Link(line.code, tuple(after), guides[line.code].promised))
            states[line.code] = _state(part, line)
            shown[line.code] = (part, line)
        if not part.table.parallel:
            before = [line.code for line in part.lines if line.mandatory] or before
    days, today = rules.schedule(links, first, catalogue.calendar()), people.today(at)
    steps = [
        Step(
            code=link.code,
            name=line.name,
            stage=part.table.name,
            after=tuple(code for code in link.after if code in shown),
            due=days[link.code].on,
            provisional=days[link.code].provisional,
            state=states[link.code],
            late=line.mandatory and rules.late(days[link.code].on, states[link.code], today),
            case_no=line.standing.case_no if line.standing else "",
            organ=line.standing.organ if line.standing else None,
            light=line.standing.reading.light.value if line.standing and line.standing.reading else "",
        )
        for link in links
        for part, line in [shown[link.code]]
    ]
    return tuple(sorted(steps, key=lambda step: (step.due, step.code)))


def _state(part: construction.Part, line: construction.Line) -> str:
    if line.state:
        return line.state.value
    return "open" if not line.missing and part.state in {"open", "running"} else "waiting"


def _of_theme(theme: str) -> list[tuple[rules.Link, Text]]:
    """The items a kind of building may need, behind what law puts before them."""
    chart = maps.of_theme(definition().theme(theme)).chart
    named = {node.code: node for node in chart.nodes if node.kind == "review"}
    return [
        (
            rules.Link(
                code,
                tuple(earlier for earlier, later in chart.arrows if later == code and earlier in named),
                node.limit or Limit(0),
            ),
            node.name,
        )
        for code, node in named.items()
    ]


def _possible(items: Iterable[tuple[rules.Link, Text]], first: date) -> tuple[Step, ...]:
    """The steps of a plain project of a kind: what may be needed and when; followed once it has its code."""
    known = list(items)
    days = rules.schedule([link for link, _ in known], first, catalogue.calendar())
    steps = [
        Step(
            code=link.code,
            name=name,
            stage=None,
            after=link.after,
            due=days[link.code].on,
            provisional=days[link.code].provisional,
            state="possible",
            late=False,
        )
        for link, name in known
    ]
    return tuple(sorted(steps, key=lambda step: (step.due, step.code)))
