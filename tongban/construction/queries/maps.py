"""The approval map (审批图): drawn from the definition that runs the project, as a picture and as BPMN 2.0."""

from collections.abc import Mapping, Sequence

import msgspec

from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import chart
from tongban.catalogue.rules.chart import Chart, Drawing, Node
from tongban.catalogue.rules.guide import Text
from tongban.construction.queries.definition import definition
from tongban.construction.queries.projects import Opened, item_names
from tongban.construction.rules.definition import LAST, WORKS, WORKS_NAME, Definition, Theme
from tongban.engine import bundle, conditions, stages
from tongban.engine.conditions import Condition

BEGUN, COMPLETE = "receipt", "delivery"  # the first and last node, as charts know them
_SPECIAL = {  # what is no item: its name and kind
    BEGUN: (Text(zh="项目登记", en="Registration"), "receipt"),
    WORKS: (WORKS_NAME, "decision"),
    COMPLETE: (Text(zh="项目办结", en="Completion"), "delivery"),
}


class Map(msgspec.Struct, frozen=True):
    """A map: its chart, and where each node stands (granted, running, open, waiting), by code."""

    chart: Chart
    states: Mapping[str, str]

    @property
    def picture(self) -> Drawing:
        return chart.drawing(self.chart)


def of_theme(theme: Theme) -> Map:
    """The map of a theme: every item that may apply, under the facts the theme fixes."""
    table = definition()
    shown = {
        stage.code: [row.code for row in table.items[stage.code] if _may_hold(row.when, theme)]
        for stage in table.stages
    }
    gates = [gate for gate in table.gates if _may_hold(gate.when, theme)]
    return Map(_chart(table, shown, gates, item_names()), {})


def of_project(found: Opened) -> Map:
    """The map of one project, with where each item stands."""
    shown = {part.table.code: [line.code for line in part.lines] for part in found.parts}
    gates = [gate for gate in found.table.gates if conditions.holds(gate.when, found.row.facts)]
    states = {
        line.code: line.state.value
        if line.state
        else "open"
        if not line.missing and part.state in {"open", "running"}
        else "waiting"
        for part in found.parts
        for line in part.lines
    }
    states[WORKS] = "granted" if found.row.started_on else "waiting" if found.missing_for_works else "open"
    states[BEGUN] = "granted"
    states[COMPLETE] = "granted" if found.row.completed_at else "waiting"
    return Map(_chart(found.table, shown, gates, found.names), states)


class Rule(msgspec.Struct, frozen=True):
    """A gate in words: what must be had before what, by which law."""

    needs: tuple[Text, ...]
    opens: Text
    law: Text
    article: str


def rules_of(theme: Theme) -> list[Rule]:
    """The gates that can bind projects of a theme."""
    table, names = definition(), item_names()
    codes = {row.code for row in table.rows if _may_hold(row.when, theme)} | {WORKS}
    return [
        Rule(
            tuple(names[code] for code in gate.any_of if code in codes),
            names[gate.opens],
            table.laws[gate.law],
            gate.article,
        )
        for gate in table.gates
        if gate.opens in codes and _may_hold(gate.when, theme)
    ]


def _may_hold(condition: Condition, theme: Theme) -> bool:
    """Whether a condition can hold for some project of a theme."""
    return _possible(conditions.tree(condition), theme.facts)


def _possible(tree: conditions.Tree, facts: Mapping[str, str]) -> bool:
    """Whether a condition can hold where only `facts` are known; what is not known may be anything."""
    kind, *rest = tree
    if kind == "is":
        code, accepted = rest
        return code not in facts or facts[code] in accepted
    if kind == "not":
        (inner,) = rest
        return not (inner[0] == "is" and facts.get(inner[1]) in inner[2])
    if kind == "or":
        return any(_possible(part, facts) for part in rest)
    return all(_possible(part, facts) for part in rest)


def _chart(
    table: Definition,
    shown: Mapping[str, list[str]],
    gates: Sequence[stages.Gate],
    names: Mapping[str, Text],
) -> Chart:
    """The stages one behind the other, in each the items behind what law puts before them; the side line below.

    An item that is not in force has no promise.
    """
    after = _before(shown, gates)
    columns = {BEGUN: 0} | _columns(table, shown, after)
    columns[COMPLETE] = max(columns.values()) + 1
    arrows = _arrows(table, shown, after)
    rows = chart.rows_of(columns, [arrow for arrow in arrows if columns.keys() >= set(arrow)])
    beside = [code for codes in shown.values() for code in codes if code not in columns]
    rows |= {code: row for row, code in enumerate(beside, start=max(rows.values()) + 1)}
    columns |= dict.fromkeys(beside, 1)
    promised = {row.guide.base_code: row.guide.promised for row in catalogue.items()}
    nodes = [
        Node(code, *_SPECIAL[code], column, rows[code])
        if code in _SPECIAL
        else Node(code, names[code], "review", column, rows[code], promised.get(code))
        for code, column in columns.items()
    ]
    return Chart(nodes=tuple(nodes), arrows=tuple(arrows))


def _arrows(
    table: Definition, shown: Mapping[str, list[str]], after: Mapping[str, list[str]]
) -> list[tuple[str, str]]:
    """What comes before what: by law, else the milestone of the stage in front, else the registration."""
    front = BEGUN
    begins: dict[str, str] = {}
    for stage in table.counted:
        begins |= {code: front for code in shown[stage] if not after[code]}
        front = next((row.code for row in table.items[stage] if row.milestone), front)
    arrows = [
        (earlier, code) for code, many in after.items() for earlier in (many or [begins.get(code, BEGUN)])
    ]
    waited = {earlier for earlier, _ in arrows}
    return arrows + [(code, COMPLETE) for code in after if code not in waited]


def _before(shown: Mapping[str, list[str]], gates: Sequence[stages.Gate]) -> dict[str, list[str]]:
    """{item: what law puts before it}, of what is shown."""
    after: dict[str, list[str]] = {code: [] for codes in shown.values() for code in codes}
    after[WORKS] = []
    for gate in gates:
        if gate.opens in after:
            after[gate.opens] += [
                code for code in gate.any_of if code in after and code not in after[gate.opens]
            ]
    return after


def _columns(
    table: Definition, shown: Mapping[str, list[str]], after: Mapping[str, list[str]]
) -> dict[str, int]:
    """{item of a stage: its column}: no stage begins before the one in front of it has ended; then the works."""
    columns: dict[str, int] = {}
    edge = 1
    for stage in table.counted:
        if stage == LAST:
            columns[WORKS], edge = edge, edge + 1
        links = [
            bundle.Link(code=code, after=tuple(one for one in after[code] if one in shown[stage]))
            for code in shown[stage]
        ]
        waves = bundle.waves(links)
        columns |= {code: edge + number for number, wave in enumerate(waves) for code in wave}
        edge += len(waves)
    return columns
