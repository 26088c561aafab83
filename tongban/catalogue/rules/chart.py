"""One chart (一张图表): a procedure drawn from the definition that runs it, as places on a grid and as BPMN 2.0."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as Xml

import msgspec

from tongban.catalogue.rules import situations
from tongban.catalogue.rules.bundling import Together
from tongban.catalogue.rules.guide import Guide, Limit, Step, StepKind, Text

NOTICE_DAYS, DELIVERY_DAYS = 5, 10  # working days; 行政许可法 Art 32, 44


class Node(msgspec.Struct, frozen=True):
    """A step on the chart: column and row on the grid, its words, its limit, what kind of step it is."""

    code: str
    name: Text
    kind: str  # start | end | a StepKind | receipt | acceptance | delivery
    column: int
    row: int
    limit: Limit | None = None
    paused: bool = False  # its time is not counted (Art 45)


class Chart(msgspec.Struct, frozen=True):
    """Nodes and the arrows between them (from, to), both by code."""

    nodes: tuple[Node, ...]
    arrows: tuple[tuple[str, str], ...]

    @property
    def columns(self) -> int:
        return max(node.column for node in self.nodes) + 1

    @property
    def rows(self) -> int:
        return max(node.row for node in self.nodes) + 1


_RECEIPT = Text(zh="收件", en="Receipt")
_ACCEPTANCE = Text(zh="受理", en="Acceptance")
_DELIVERY = Text(zh="送达", en="Delivery")
_HAND_OVER = Text(zh="一次办好", en="All done")
_NOT_COUNTED = {StepKind.EXPERT_REVIEW, StepKind.TESTING}


def chart(guide: Guide, answers: dict[str, str] | None = None) -> Chart:
    """The way of an application: receipt, acceptance, the steps as they wait for one another, delivery.

    With `answers` only the steps that apply. Basis: configuration (the procedure as drawn is the procedure run).
    """
    steps: Sequence[Step] = guide.steps if answers is None else situations.resolve(guide, answers).steps
    layers = situations.layers(list(steps))
    first = [
        Node("receipt", _RECEIPT, "receipt", 0, 0),
        Node("acceptance", _ACCEPTANCE, "acceptance", 1, 0, Limit(amount=NOTICE_DAYS)),
    ]
    middle = [
        Node(step.code, step.name, step.kind.value, column, row, step.limit, step.kind in _NOT_COUNTED)
        for column, layer in enumerate(layers, start=2)
        for row, step in enumerate(layer)
    ]
    last = Node("delivery", _DELIVERY, "delivery", len(layers) + 2, 0, Limit(amount=DELIVERY_DAYS))
    return Chart(nodes=(*first, *middle, last), arrows=tuple(_arrows(steps)))


def of_bundle(together: Together) -> Chart:
    """The way of an application for several items: receipt, the items as they wait for one another, hand-over.

    Basis: configuration (一张图表: the order as drawn is the order run).
    """
    members = {member.code: member for member in together.members}
    waited = {earlier for member in together.members for earlier in member.link.after}
    arrows = [
        (earlier, member.code) for member in together.members for earlier in member.link.after or ("receipt",)
    ]
    arrows += [(member.code, "delivery") for member in together.members if member.code not in waited]
    columns = {code: column for column, wave in enumerate(together.waves, start=1) for code in wave}
    columns |= {"receipt": 0, "delivery": len(together.waves) + 1}
    rows = rows_of(columns, arrows)
    return Chart(
        nodes=(
            Node("receipt", _RECEIPT, "receipt", 0, 0),
            *(
                Node(code, one.guide.name, "item", columns[code], rows[code], one.guide.promised)
                for code, one in members.items()
            ),
            Node("delivery", _HAND_OVER, "delivery", columns["delivery"], 0),
        ),
        arrows=tuple(arrows),
    )


def rows_of(columns: dict[str, int], arrows: Sequence[tuple[str, str]]) -> dict[str, int]:
    """A row for each node, so that no arrow crosses another node: an arrow keeps its row until its last column."""
    taken: dict[int, set[int]] = {column: set() for column in columns.values()}
    found: dict[str, int] = {}
    for code in sorted(columns, key=lambda code: columns[code]):
        own = [found[source] for source, target in arrows if target == code and source in found]
        row = next(row for row in (*own, *range(len(columns))) if row not in taken[columns[code]])
        until = max((columns[target] for source, target in arrows if source == code), default=0)
        for column in range(columns[code], max(until, columns[code] + 1)):
            taken[column].add(row)
        found[code] = row
    return found


def _arrows(steps: Sequence[Step]) -> list[tuple[str, str]]:
    waited = {earlier for step in steps for earlier in step.after}
    found = [("receipt", "acceptance")]
    found += [(earlier, step.code) for step in steps for earlier in (step.after or ["acceptance"])]
    found += [(step.code, "delivery") for step in steps if step.code not in waited]
    return found


class Drawn(msgspec.Struct, frozen=True):
    """A node as it is drawn: its place in pixels and the place of its words."""

    node: Node
    x: int
    y: int
    middle: int
    first_line: int
    second_line: int


class Drawing(msgspec.Struct, frozen=True):
    """A chart as a picture: size, boxes, and arrows as points "x,y x,y"."""

    width: int
    height: int
    boxes: tuple[Drawn, ...]
    arrows: tuple[str, ...]


def drawing(drawn: Chart) -> Drawing:
    """The chart laid out in pixels, left to right."""
    boxes = {node.code: box(node) for node in drawn.nodes}
    shift = boxes["receipt"][0] - MARGIN
    placed = {code: (x - shift, y, width, height) for code, (x, y, width, height) in boxes.items()}
    return Drawing(
        width=max(x + width for x, _, width, _ in placed.values()) + MARGIN,
        height=max(y + height for _, y, _, height in placed.values()) + MARGIN,
        boxes=tuple(_drawn(node, placed[node.code]) for node in drawn.nodes),
        arrows=tuple(
            " ".join(f"{x},{y}" for x, y in line(placed[source], placed[target]))
            for source, target in drawn.arrows
        ),
    )


def _drawn(node: Node, place: "Box") -> Drawn:
    x, y, width, height = place
    return Drawn(node, x, y, x + width // 2, y + height // 2 - 4, y + height // 2 + 16)


# BPMN 2.0

_NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 120, 64, 48, 32, 24
_TASK = {"survey": "manualTask", "receipt": "userTask", "publicity": "sendTask", "delivery": "sendTask"}


def bpmn(drawn: Chart, base_code: str, name: str, language: str = "zh") -> bytes:
    """The chart as a BPMN 2.0 document with its diagram, readable by any modeller."""
    for prefix, space in _NS.items():
        Xml.register_namespace(prefix, space)
    root = Xml.Element(
        _tag("bpmn", "definitions"), {"id": f"item-{base_code}", "targetNamespace": "urn:tongban"}
    )
    process = Xml.SubElement(
        root, _tag("bpmn", "process"), {"id": f"process-{base_code}", "name": name, "isExecutable": "false"}
    )
    Xml.SubElement(process, _tag("bpmn", "startEvent"), {"id": "start"})
    for node in drawn.nodes:
        words = getattr(node.name, language)
        Xml.SubElement(
            process, _tag("bpmn", _TASK.get(node.kind, "userTask")), {"id": _id(node.code), "name": words}
        )
    Xml.SubElement(process, _tag("bpmn", "endEvent"), {"id": "end"})
    flows = [("start", "receipt"), *drawn.arrows, ("delivery", "end")]
    for source, target in flows:
        ends = {"id": f"{_id(source)}-{_id(target)}", "sourceRef": _id(source), "targetRef": _id(target)}
        Xml.SubElement(process, _tag("bpmn", "sequenceFlow"), ends)
    _diagram(root, drawn, flows, base_code)
    return Xml.tostring(root, encoding="utf-8", xml_declaration=True)


def _diagram(root: Xml.Element, drawn: Chart, flows: list[tuple[str, str]], base_code: str) -> None:
    diagram = Xml.SubElement(root, _tag("bpmndi", "BPMNDiagram"), {"id": "diagram"})
    plane = Xml.SubElement(
        diagram, _tag("bpmndi", "BPMNPlane"), {"id": "plane", "bpmnElement": f"process-{base_code}"}
    )
    boxes = {"start": _box(-1, 0, 36), "end": _box(drawn.columns, 0, 36)}
    boxes |= {node.code: _box(node.column, node.row) for node in drawn.nodes}
    for code, (x, y, width, height) in boxes.items():
        shape = Xml.SubElement(
            plane, _tag("bpmndi", "BPMNShape"), {"id": f"shape-{_id(code)}", "bpmnElement": _id(code)}
        )
        bounds = {"x": str(x), "y": str(y), "width": str(width), "height": str(height)}
        Xml.SubElement(shape, _tag("dc", "Bounds"), bounds)
    for source, target in flows:
        flow = f"{_id(source)}-{_id(target)}"
        edge = Xml.SubElement(plane, _tag("bpmndi", "BPMNEdge"), {"id": f"edge-{flow}", "bpmnElement": flow})
        for x, y in line(boxes[source], boxes[target]):
            Xml.SubElement(edge, _tag("di", "waypoint"), {"x": str(x), "y": str(y)})


Box = tuple[int, int, int, int]  # x, y, width, height


def box(node: Node) -> Box:
    """Where a node stands in the drawing, in pixels."""
    return _box(node.column, node.row)


def _box(column: int, row: int, size: int = 0) -> Box:
    x = MARGIN + (column + 1) * (WIDTH + GAP_X)
    y = MARGIN + row * (HEIGHT + GAP_Y)
    if size:
        return x + (WIDTH - size) // 2, y + (HEIGHT - size) // 2, size, size
    return x, y, WIDTH, HEIGHT


def line(source: Box, target: Box) -> list[tuple[int, int]]:
    """The points of an arrow: straight between neighbours in a row, else with a bend half way."""
    start = source[0] + source[2], source[1] + source[3] // 2
    end = target[0], target[1] + target[3] // 2
    if start[1] == end[1]:
        return [start, end]
    bend = end[0] - GAP_X // 2
    return [start, (bend, start[1]), (bend, end[1]), end]


def _id(code: str) -> str:
    """A code as an XML name."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", code if code[:1].isalpha() else f"n{code}")


def _tag(prefix: str, name: str) -> str:
    return f"{{{_NS[prefix]}}}{name}"
