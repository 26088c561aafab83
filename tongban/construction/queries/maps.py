"""The approval map (审批图): drawn from the definition that runs the project, as a picture and as BPMN 2.0."""

from collections.abc import Mapping, Sequence

import msgspec

from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import chart
from tongban.catalogue.rules.chart import Chart, Drawing, Node
from tongban.catalogue.rules.guide import Text
from tongban.construction.queries.definition import definition
from tongban.construction.queries.projects import Opened, item_names
from tongban.construction.rules.definition import LAST, WORKS, Definition, Theme
from tongban.engine import bundle, conditions, stages

BEGUN, COMPLETE = "receipt", "delivery"  # the first and last node, as the chart helper knows them
_BEGUN, _COMPLETE, _WORKS = (
    Text(zh="项目登记", en="Registration"),
    Text(zh="项目办结", en="Completion"),
    Text(zh="开工", en="Start of works"),
)


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
    facts = dict(theme.facts)
    shown = {
        stage.code: [
            row.code for row in table.items[stage.code] if _possible(conditions.tree(row.when), facts)
        ]
        for stage in table.stages
    }
    gates = [gate for gate in table.order if _possible(conditions.tree(gate.when), facts)]
    return Map(_chart(table, shown, gates), {})


def of_project(found: Opened) -> Map:
    """The map of one project, with where each item stands."""
    shown = {part.table.code: [line.code for line in part.lines] for part in found.parts}
    gates = [gate for gate in found.table.order if conditions.holds(gate.when, found.row.facts)]
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
    return Map(_chart(found.table, shown, gates), states)


class Rule(msgspec.Struct, frozen=True):
    """A gate in words: what must be had before what, by which law."""

    needs: tuple[Text, ...]
    opens: Text
    law: Text
    article: str


def rules_of(theme: Theme) -> list[Rule]:
    """The gates that can bind projects of a theme."""
    table, names = definition(), item_names() | {WORKS: _WORKS}
    facts = dict(theme.facts)
    codes = {row.code for row in table.rows if _possible(conditions.tree(row.when), facts)} | {WORKS}
    return [
        Rule(
            tuple(names[code] for code in gate.any_of if code in codes),
            names[gate.opens],
            table.laws[gate.law],
            gate.article,
        )
        for gate in table.order
        if gate.opens in codes and _possible(conditions.tree(gate.when), facts)
    ]


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


def _chart(table: Definition, shown: Mapping[str, list[str]], gates: Sequence[stages.Gate]) -> Chart:
    """The stages one behind the other, in each the items behind what law puts before them; the side line below."""
    after = _before(shown, gates)
    columns = _columns(table, shown, after)
    last = max(columns.values()) + 1
    rows: dict[int, int] = {}
    places = {BEGUN: (0, 0), COMPLETE: (last, 0)}
    for code in [*(code for stage in table.counted for code in shown[stage]), WORKS]:
        places[code] = (columns[code], rows.get(columns[code], 0))
        rows[columns[code]] = places[code][1] + 1
    beside = [code for stage in table.stages if stage.parallel for code in shown[stage.code]]
    before = [code for code in beside if code in after[WORKS]]
    row = max(count for column, count in rows.items() if column <= columns[WORKS])
    for code in before:
        places[code], row = (1, row), row + 1
    row = max(row, *rows.values())
    for code in (code for code in beside if code not in before):
        places[code], row = (1, row), row + 1
    guides = {row.guide.base_code: row.guide for row in catalogue.items() if row.guide.base_code in places}
    special = {BEGUN: (_BEGUN, "receipt"), WORKS: (_WORKS, "decision"), COMPLETE: (_COMPLETE, "delivery")}
    nodes = [
        Node(code, *special[code], column, row)
        if code in special
        else Node(code, guides[code].name, "review", column, row, guides[code].promised)
        for code, (column, row) in places.items()
    ]
    nodes.sort(key=lambda node: (node.code != BEGUN, node.code == COMPLETE))
    waited = {earlier for many in after.values() for earlier in many}
    arrows = [(earlier, code) for code, many in after.items() for earlier in (many or [BEGUN])]
    arrows += [(code, COMPLETE) for code in after if code not in waited]
    return Chart(nodes=tuple(nodes), arrows=tuple(arrows))


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
