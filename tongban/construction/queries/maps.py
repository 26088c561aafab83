"""The approval map (审批图): drawn from the definition that runs the project, as a picture and as BPMN 2.0."""

from collections.abc import Mapping

import msgspec

from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import chart
from tongban.catalogue.rules.chart import Chart, Drawing, Node
from tongban.catalogue.rules.guide import Text
from tongban.construction.queries.definition import definition
from tongban.construction.queries.projects import Opened, item_names
from tongban.construction.rules.definition import WORKS, Theme
from tongban.engine import bundle, conditions

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
    codes = [row.code for row in table.rows if _possible(conditions.tree(row.when), facts)]
    gates = [gate for gate in table.order if _possible(conditions.tree(gate.when), facts)]
    return Map(_chart(codes, gates), {})


def of_project(found: Opened) -> Map:
    """The map of one project, with where each item stands."""
    codes = [line.code for part in found.parts for line in part.lines]
    gates = [gate for gate in found.table.order if conditions.holds(gate.when, found.row.facts)]
    states = {
        line.code: line.state.value if line.state else "waiting" if line.missing else "open"
        for part in found.parts
        for line in part.lines
    }
    states[WORKS] = "granted" if found.row.started_on else "waiting" if found.missing_for_works else "open"
    states[BEGUN] = "granted"
    states[COMPLETE] = "granted" if found.row.completed_at else "waiting"
    return Map(_chart(codes, gates), states)


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


def _chart(codes: list[str], gates: list) -> Chart:
    """Items in the columns they can stand in: each behind all that law puts before it."""
    guides = {
        row.guide.base_code: row.guide for row in catalogue.items() if row.guide.base_code in set(codes)
    }
    shown = [*codes, WORKS]
    after: dict[str, list[str]] = {code: [] for code in shown}
    for gate in gates:
        if gate.opens in after:
            after[gate.opens] += [
                code for code in gate.any_of if code in after and code not in after[gate.opens]
            ]
    waves = bundle.waves([bundle.Link(code=code, after=tuple(after[code])) for code in shown])
    nodes = [Node(BEGUN, _BEGUN, "receipt", 0, 0)]
    for column, wave in enumerate(waves, start=1):
        nodes += [
            Node(code, _WORKS, "decision", column, row)
            if code == WORKS
            else Node(code, guides[code].name, "review", column, row, guides[code].promised)
            for row, code in enumerate(wave)
        ]
    nodes.append(Node(COMPLETE, _COMPLETE, "delivery", len(waves) + 1, 0))
    waited = {earlier for many in after.values() for earlier in many}
    arrows = [(earlier, code) for code in shown for earlier in (after[code] or [BEGUN])]
    arrows += [(code, COMPLETE) for code in shown if code not in waited]
    return Chart(nodes=tuple(nodes), arrows=tuple(arrows))
