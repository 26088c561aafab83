"""Coverage of the catalogue in figures (进驻率、网办率 …): each with its formula and the items it leaves out."""

from collections.abc import Callable, Collection, Sequence
from fractions import Fraction

import msgspec

from tongban.catalogue.rules import limits
from tongban.catalogue.rules.guide import Guide, Kind, Text

ONLINE_ACCEPTANCE = 3  # 网上办理深度 Ⅲ: accepted online
FULLY_ONLINE = 4  # Ⅳ


class Figure(msgspec.Struct, frozen=True):
    """A share of items: how many of how many, by which formula, and which are left out."""

    key: str
    name: Text
    formula: Text
    counted: int
    of: int
    missing: tuple[Guide, ...]

    @property
    def share(self) -> Fraction | None:
        """The share, exact; None where there is nothing to count."""
        return Fraction(self.counted, self.of) if self.of else None


Test = Callable[[Guide], bool]


def coverage(guides: Sequence[Guide], running: Collection[str]) -> list[Figure]:
    """The catalogue's coverage. `running` are the base codes that at least one organ runs.

    Basis: 国办发〔2018〕45号 (一网一门一次); 优化营商环境条例 Art 36, 37; M30.
    """
    licences = [guide for guide in guides if guide.kind is Kind.LICENCE]
    approvals = [guide for guide in licences if guide.service.in_hall or not guide.service.kept_out]
    return [
        _figure("approvals_in_hall", "行政审批事项进驻率", "Licences in the hall",
                "已进驻的行政许可事项 ÷（行政许可事项 − 负面清单事项）",
                "licences in the hall ÷ (licences − those on the negative list)",
                approvals, lambda g: g.service.in_hall),
        _figure("in_hall", "政务服务事项进驻率", "Items in the hall",
                "已进驻大厅的事项 ÷ 全部事项", "items in the hall ÷ all items",
                guides, lambda g: g.service.in_hall),
        _figure("general_window", "综合窗口受理率", "Taken at general windows",
                "由综合窗口受理的进驻事项 ÷ 进驻事项", "items taken at general windows ÷ items in the hall",
                [g for g in guides if g.service.in_hall], lambda g: bool(g.service.window)),
        _figure("online", "网上可办率", "Can be done online",
                "网上办理深度达到三级及以上的事项 ÷ 全部事项", "items accepted online (depth 3 or more) ÷ all items",
                guides, lambda g: g.online_depth >= ONLINE_ACCEPTANCE),
        _figure("fully_online", "全程网办率", "Wholly online",
                "网上办理深度为四级的事项 ÷ 全部事项", "items wholly online (depth 4) ÷ all items",
                guides, lambda g: g.online_depth == FULLY_ONLINE),
        _figure("one_visit", "最多跑一次率", "One visit at most",
                "到办事现场次数不超过一次的事项 ÷ 全部事项", "items with one visit or none ÷ all items",
                guides, lambda g: g.visits <= 1),
        _figure("no_visit", "零跑动率", "No visit",
                "到办事现场次数为零的事项 ÷ 全部事项", "items with no visit ÷ all items",
                guides, lambda g: g.visits == 0),
        _figure("instant", "即办件占比", "On the spot",
                "即办件 ÷ 全部事项", "items done on the spot ÷ all items",
                guides, lambda g: g.instant),
        _figure("on_platform", "应上尽上率", "On the platform",
                "至少有一个机关在平台办理的事项 ÷ 应上平台的事项（全部在用事项）",
                "items at least one organ runs here ÷ items that should be here (all in force)",
                guides, lambda g: g.base_code in running),
    ]  # fmt: skip


def _figure(
    key: str, zh: str, en: str, formula: str, formula_en: str, of: Sequence[Guide], holds: Test
) -> Figure:
    missing = tuple(guide for guide in of if not holds(guide))
    return Figure(
        key=key,
        name=Text(zh=zh, en=en),
        formula=Text(zh=formula, en=formula_en),
        counted=len(of) - len(missing),
        of=len(of),
        missing=missing,
    )


def compression(guides: Sequence[Guide]) -> Fraction | None:
    """承诺时限压缩率: by how much the promises are shorter than the statutory limits, over items that have one.

    1 − Σ promised ÷ Σ statutory, in working days. Basis: configuration (M16).
    """
    limited = [guide for guide in guides if guide.statutory.amount]
    statutory = sum((limits.working_days(guide.statutory) for guide in limited), Fraction(0))
    promised = sum((limits.working_days(guide.promised) for guide in limited), Fraction(0))
    return 1 - promised / statutory if statutory else None
