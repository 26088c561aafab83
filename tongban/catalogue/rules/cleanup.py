"""Figures of the clean-up (变相审批专项整治): how many findings, where they stand, answered in time; pure."""

from collections.abc import Callable, Iterable
from fractions import Fraction

import msgspec

from tongban.catalogue.rules.guide import Text
from tongban.catalogue.rules.standing import Stand


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Findings counted together: of one department, by one rule, in one state."""

    department: str
    rule: str
    title: Text
    stand: Stand
    number: int
    overdue: int
    prompt: int  # first answered by their day
    late: int  # first answered after it


class Sum(msgspec.Struct, kw_only=True):
    """A line of the table."""

    key: str
    name: Text
    total: int = 0
    owed: int = 0
    overdue: int = 0
    review: int = 0
    mended: int = 0
    explained: int = 0
    upheld: int = 0
    prompt: int = 0
    late: int = 0

    @property
    def settled(self) -> int:
        return self.mended + self.explained + self.upheld

    @property
    def settled_share(self) -> Fraction | None:
        """办结率: settled ÷ all. None where there is none."""
        return Fraction(self.settled, self.total) if self.total else None

    @property
    def prompt_share(self) -> Fraction | None:
        """按期答复率: first answers by their day ÷ first answers. None where none was given."""
        given = self.prompt + self.late
        return Fraction(self.prompt, given) if given else None

    def add(self, group: Group) -> None:
        self.total += group.number
        self.overdue += group.overdue
        self.prompt += group.prompt
        self.late += group.late
        match group.stand:
            case Stand.OPEN | Stand.MENDING:
                self.owed += group.number
            case Stand.ANSWERED:
                self.review += group.number
            case Stand.CLOSED:
                self.mended += group.number
            case Stand.EXPLAINED:
                self.explained += group.number
            case Stand.UPHELD:
                self.upheld += group.number


ALL = Text(zh="合计", en="All")

FORMULAS = {
    "settled": Text(
        zh="办结率 = （已消除 + 说明成立 + 异议成立）÷ 全部检查结果",
        en="Settled = (gone + explained + upheld) ÷ all findings",
    ),
    "prompt": Text(
        zh="按期答复率 = 期限内作出的首次答复 ÷ 全部首次答复",
        en="In time = first answers given by their day ÷ all first answers",
    ),
    "overdue": Text(
        zh="逾期 = 待答复、整改中而期限已过的检查结果",
        en="Overdue = to be answered or mended, with the day past",
    ),
}


def sums(groups: Iterable[Group], of: Callable[[Group], tuple[str, Text]]) -> list[Sum]:
    """The groups added up by what `of` says (key, name), the most owed first.

    Basis: 优化营商环境条例 Art 39; configuration.
    """
    found: dict[str, Sum] = {}
    for group in groups:
        key, name = of(group)
        found.setdefault(key, Sum(key=key, name=name)).add(group)
    return sorted(found.values(), key=lambda line: (-line.owed, -line.total, line.key))


def total(groups: Iterable[Group]) -> Sum:
    """All groups added up. Basis: configuration."""
    line = Sum(key="", name=ALL)
    for group in groups:
        line.add(group)
    return line
