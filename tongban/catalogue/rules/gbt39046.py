"""A guide in the data elements of GB/T 39046: what the standard names under its names, the rest in an extension.

Elements carry their official Chinese names and codes; English and what the standard does not know stand in
`扩展` of the same part, under the names of our own guide.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import msgspec

from tongban.catalogue.rules import columns, terms
from tongban.catalogue.rules.guide import (
    AnsweredQuestion,
    Basis,
    Fee,
    Guide,
    Kind,
    Material,
    Step,
    StepKind,
    Support,
    Text,
    Unit,
)
from tongban.catalogue.rules.misfits import LIST, MISSING, OBJECT, Path, misfits, one_of, unknown

STANDARD = "GB/T 39046-2020"
EXTENSION = "扩展"


class Element(msgspec.Struct, frozen=True):
    """A data element: its official name and the path of its value in the guide's part.

    `codes` gives the standard's code of each value; where two values share one, the extension tells them apart.
    `part` is the kind of what a list of parts holds.
    """

    name: str
    path: tuple[str, ...]
    codes: dict[Any, str] = {}
    part: type | None = None

    @property
    def ambiguous(self) -> bool:
        return len(set(self.codes.values())) < len(self.codes)

    @property
    def values(self) -> dict[str, Any]:
        """Code → value; of values that share a code the first."""
        return {code: value for value, code in reversed(self.codes.items())}


def _element(name: str, path: str, codes: dict | None = None, part: type | None = None) -> Element:
    return Element(name, tuple(path.split(".")), codes or {}, part)


_YES = {True: "1", False: "0"}
_THREE = ("1", "2", "3")
_UNITS = {value: word.zh for value, word in terms.VALUES[Unit].items()}
_STEPS = {value: word.zh for value, word in terms.VALUES[StepKind].items()}

ELEMENTS: dict[type, tuple[Element, ...]] = {
    Guide: (
        _element("事项名称", "name.zh"),
        _element("基本编码", "base_code"),
        _element("事项类型", "kind", {kind.value: kind.code for kind in Kind}),
        _element("设定依据", "basis", part=Basis),
        _element("行使层级", "levels", {"city": "3", "county": "4", "town": "5"}),
        _element("服务对象", "audiences", {"person": "1", "enterprise": "2"}),
        _element("办件类型", "instant", {True: "1", False: "2"}),
        _element("法定办结时限", "statutory.amount"),
        _element("法定办结时限单位", "statutory.unit", _UNITS),
        _element("承诺办结时限", "promised.amount"),
        _element("承诺办结时限单位", "promised.unit", _UNITS),
        _element("受理条件", "conditions", part=Text),
        _element("申请材料", "materials", part=Material),
        _element("办理流程", "steps", part=Step),
        _element("收费项目", "fees", part=Fee),
        _element("办理形式", "service.channels", {"window": "1", "web": "2", "mobile": "3", "courier": "4"}),
        _element("到办事现场次数", "visits"),
        _element("必须现场办理原因说明", "visits_reason.zh"),
        _element("网上办理深度", "online_depth", {1: "Ⅰ", 2: "Ⅱ", 3: "Ⅲ", 4: "Ⅳ"}),
        _element(
            "通办范围",
            "service.reach",
            {"county": "全县", "city": "全市", "province": "跨市", "nation": "跨省"},
        ),
        _element("数量限制", "quantity_limited", _YES),
        _element("是否进驻政务大厅", "service.in_hall", _YES),
        _element("告知承诺标志", "service.commitment", _YES),
        _element("审批结果类型", "result.kind", {"licence": "10", "document": "20", "certificate": "30"}),
        _element("审批结果名称", "result.name.zh"),
        _element("权利义务", "rights.zh"),
        _element("常见问题", "faq", part=AnsweredQuestion),
    ),
    Basis: (_element("法律法规名称", "law.zh"), _element("条款号", "article")),
    Text: (_element("内容", "zh"),),
    Material: (
        _element("材料名称", "name.zh"),
        _element("材料类型", "original", dict(zip(("original", "copy", "both"), _THREE, strict=True))),
        _element("材料形式", "medium", dict(zip(("paper", "electronic", "both"), _THREE, strict=True))),
        _element(
            "材料必要性", "necessity", dict(zip(("required", "optional", "tolerable"), _THREE, strict=True))
        ),
        _element(
            "来源渠道",
            "source",
            {"applicant": "10", "government": "20", "shared": "20", "form": "10", "other": "99"},
        ),
        _element("来源渠道说明", "issuer.zh"),
        _element("份数", "copies"),
        _element("填报须知", "how.zh"),
        _element("受理标准", "acceptance.zh"),
    ),
    Step: (
        _element("环节名称", "name.zh"),
        _element("环节类型", "kind", _STEPS),
        _element("环节时限", "limit.amount"),
        _element("环节时限单位", "limit.unit", _UNITS),
    ),
    Fee: (_element("项目", "name.zh"), _element("标准", "standard.zh")),
    AnsweredQuestion: (_element("问题", "ask.zh"), _element("解答", "answer.zh")),
}
"""Source: GB/T 39046-2020 table 4 and A.1–A.6; the national 实施清单 elements for what it leaves open."""


def _offers(support: Support) -> Callable[[Guide], bool]:
    return lambda guide: support in guide.service.supports


FOLLOWING: dict[str, Callable[[Guide], bool]] = {
    "是否收费": lambda guide: bool(guide.fees),
    "是否网办": lambda guide: bool({"web", "mobile"} & set(guide.service.channels)),
    "是否支持预约办理": _offers(Support.APPOINTMENT),
    "是否支持材料邮寄": _offers(Support.POSTED_MATERIALS),
    "是否支持结果邮寄": _offers(Support.POSTED_RESULT),
    "是否支持网上支付": _offers(Support.ONLINE_PAYMENT),
    "是否支持自助终端": _offers(Support.KIOSK),
}
"""Elements that follow from the rest of the item: written for whoever reads it, compared when read."""


# Out


def written(guide: Guide) -> dict:
    """The guide as an item of an exchange document; `Document` reads it back without loss."""
    item = _part(guide)
    rest = item.pop(EXTENSION, None)
    item |= {name: _YES[follows(guide)] for name, follows in FOLLOWING.items()}
    return item | ({EXTENSION: rest} if rest else {})


def _part(part: msgspec.Struct) -> dict:
    rest = msgspec.to_builtins(part)
    said = {}
    for element in ELEMENTS[type(part)]:
        value = columns.value_at(part, element.path)
        if value is None or not _sayable(element, value):
            continue
        said[element.name] = _said(element, value)
        if not element.ambiguous:
            _drop(rest, element.path)
    return said | ({EXTENSION: rest} if rest else {})


def _sayable(element: Element, value: Any) -> bool:
    """Whether the standard has codes for all of it."""
    return not element.codes or all(
        one in element.codes for one in (value if isinstance(value, list) else [value])
    )


def _said(element: Element, value: Any) -> Any:
    if element.part:
        return [_part(one) for one in value]
    if element.codes:
        return [element.codes[one] for one in value] if isinstance(value, list) else element.codes[value]
    return value


def _drop(values: dict, path: tuple[str, ...]) -> None:
    """Take the value out, and what is empty around it."""
    if path[0] not in values:
        return
    if len(path) > 1:
        _drop(values[path[0]], path[1:])
    if len(path) == 1 or not values[path[0]]:
        del values[path[0]]


# In


class Document:
    """One item of an exchange document, read: its plain values, and every fault by its path in the item."""

    def __init__(self, item: object) -> None:
        self.faults: dict[Path, Text] = {}
        self._elements: dict[Path, Path] = {}  # path in the guide -> path in the item
        self._around: dict[Path, Path] = {}  # of values that several elements make up: the first of them
        self._parts: dict[Path, Path] = {}
        self.item = item
        self.values = self._part(Guide, item, (), ())
        for path, words in misfits(Guide, self.values) if isinstance(item, dict) else ():
            self.faults.setdefault(self.place(path), words)

    def place(self, path: Path) -> Path:
        """Where in the item a path of the guide stands: its element, else the extension of its part."""
        if exact := self._elements.get(path, self._around.get(path)):
            return exact
        around = next(
            path[:end] for end in range(len(path), -1, -1) if path[:end] in {**self._parts, **self._elements}
        )
        if around in self._parts:
            return (*self._parts[around], EXTENSION, *path[len(around) :])
        return (*self._elements[around], *path[len(around) :])

    def compare(self, guide: Guide) -> None:
        """What follows from the rest must not say otherwise."""
        for name, follows in FOLLOWING.items():
            if isinstance(self.item, dict) and name in self.item and self.item[name] != _YES[follows(guide)]:
                code = _YES[follows(guide)]
                self.faults[(name,)] = Text(
                    zh=f"与事项的其他内容不一致：应为 {code}，或改正其他内容",
                    en=f"This contradicts the rest of the item: write {code}, or mend the rest",
                )

    def _part(self, kind: type, said: object, at: Path, place: Path) -> dict:
        """The plain values of a part at path `at` of the guide, written at `place` of the item."""
        self._parts[at] = place
        if not isinstance(said, dict):
            self.faults[place] = OBJECT
            return {}
        elements = ELEMENTS[kind]
        names = [element.name for element in elements] + (list(FOLLOWING) if kind is Guide else [])
        for name in said:
            if name not in (*names, EXTENSION):
                self.faults[(*place, name)] = unknown([*names, EXTENSION])
        rest = deepcopy(said.get(EXTENSION, {}))
        if not isinstance(rest, dict):
            self.faults[(*place, EXTENSION)] = OBJECT
            rest = {}
        for element in elements:
            self._element(element, said, rest, at, place)
        return rest

    def _element(self, element: Element, said: dict, rest: dict, at: Path, place: Path) -> None:
        here = (*place, element.name)
        self._elements[(*at, *element.path)] = here
        for end in range(1, len(element.path)):
            self._around.setdefault((*at, *element.path[:end]), here)
        if element.name not in said:
            return
        held, free = _held(rest, element.path)
        if not free or (held is not None and not element.ambiguous):
            self.faults[(*place, EXTENSION, *element.path)] = Text(
                zh=f"与“{element.name}”重复：请从扩展中删去",
                en=f"This repeats {element.name}: remove it from the extension",
            )
            return
        if element.ambiguous and isinstance(held, str) and element.codes.get(held) == said[element.name]:
            return
        value = self._value(element, said[element.name], (*at, *element.path), here)
        if value is not None:
            columns.put_at(rest, element.path, value)

    def _value(self, element: Element, said: object, at: Path, here: Path) -> Any:
        if element.part:
            if not isinstance(said, list):
                self.faults[here] = LIST
                return None
            return [
                self._part(element.part, one, (*at, number), (*here, number))
                for number, one in enumerate(said)
            ]
        if not element.codes:
            if said is None:
                self.faults[here] = MISSING
            return said
        if isinstance(said, list):
            return [self._decoded(element, one, (*here, number)) for number, one in enumerate(said)]
        return self._decoded(element, said, here)

    def _decoded(self, element: Element, said: object, here: Path) -> Any:
        if isinstance(said, str) and said in element.values:
            return element.values[said]
        self.faults[here] = one_of(list(element.values))
        return None


def _held(rest: dict, path: tuple[str, ...]) -> tuple[Any, bool]:
    """(what the extension holds at an element's path, whether the element's value can be put there)."""
    value: Any = rest
    for name in path:
        if not isinstance(value, dict):
            return None, False
        if name not in value:
            return None, True
        value = value[name]
    return value, True
