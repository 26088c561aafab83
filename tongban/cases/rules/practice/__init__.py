"""Signs of licensing by another name as it happens (变相审批): what cases and letters show that no guide says.

A sign says what is on record and is looked at by people: the department explains or mends it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from tongban.cases.rules.practice import asking, handling
from tongban.cases.rules.practice.history import Closed, Happened, History, Rule, Seen, signed
from tongban.catalogue.rules.guide import Guide, Text
from tongban.catalogue.rules.standing import Found, Sighting, Source, Told
from tongban.engine.clock import Unit

__all__ = [
    "LOOK_BACK",
    "NEWEST",
    "RULES",
    "TOLD",
    "Closed",
    "Happened",
    "History",
    "Practice",
    "Seen",
    "Where",
    "found",
    "look",
    "slow_filings",
]

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        asking.material_not_in_guide,
        asking.intermediary_demanded,
        asking.fee_not_in_guide,
        asking.condition_not_in_guide,
        handling.step_not_in_guide,
        handling.clock_stopped_without_step,
        handling.clock_stopped_too_long,
        handling.noticed_again,
        handling.acceptance_delayed,
        handling.refused_without_basis,
        handling.closed_item_taken,
        handling.filing_decided,
        handling.passed_around,
    )
}
SLOW = "filing_slow"

# How far back a sign is one: what happened earlier is not reported any more. Basis: configuration.
LOOK_BACK = timedelta(days=365)
NEWEST = (
    300  # decided cases of a filing at an organ, the newest within LOOK_BACK, that its average is taken of
)

_ORDER = ("《优化营商环境条例》", "Regulation on Optimising the Business Environment ")
_LICENCE = ("《行政许可法》", "Administrative Licensing Law ")
_STOP = Text(
    zh="先核实。处理正确的，写明依据；指南应当列出的，按程序发布有依据的新版本；确属指南以外要求的，停止并告知申请人。",
    en="Look at it first. If it was right, name the law; if the guide should say so, publish a version with its basis; "
    "if nothing stands behind it, stop it and tell the applicants.",
)
_ORGANISE = Text(
    zh="先核实原因。情况特殊的，写明依据和经过；需要改进的，写明办法。",
    en="Find the reason first. Where the case was special, give the law and what happened; else say what is mended.",
)


def _told(zh: str, en: str, laws: Sequence[tuple[tuple[str, str], str, str]], mend: Text = _STOP) -> Told:
    return Told(
        title=Text(zh=zh, en=en),
        basis=Text(
            zh="；".join(law[0] + clause for law, clause, _ in laws),
            en="; ".join(law[1] + clause for law, _, clause in laws),
        ),
        mend=mend,
    )


TOLD: dict[str, Told] = {
    "material_not_in_guide": _told(
        "不得索要指南以外的材料", "No material beyond the guide",
        [(_LICENCE, "第三十一条", "Art 31"), (_ORDER, "第三十五条", "Art 35")]),
    "intermediary_demanded": _told(
        "不得要求清单外的中介报告", "No intermediary's report off the list", [(_ORDER, "第四十三条", "Art 43")]),
    "fee_not_in_guide": _told(
        "不得收取指南以外的费用", "No payment beyond the guide",
        [(_LICENCE, "第五十八条", "Art 58"), (_ORDER, "第二十五条", "Art 25")]),
    "condition_not_in_guide": _told(
        "不得增设指南以外的条件", "No condition beyond the guide",
        [(_LICENCE, "第十六条第四款", "Art 16(4)"), (_ORDER, "第六条、第四十三条", "Art 6, 43")]),
    "step_not_in_guide": _told("不得增加办理环节", "No step beyond the guide", [(_ORDER, "第三十五条", "Art 35")]),
    "clock_stopped_without_step": _told(
        "不得在指南以外停止计时", "No clock stopped beyond the guide",
        [(_LICENCE, "第四十五条", "Art 45"), (_ORDER, "第三十五条", "Art 35")]),
    "clock_stopped_too_long": _told(
        "停止计时不得超过告知的天数", "The clock stands no longer than told", [(_LICENCE, "第四十五条", "Art 45")], _ORGANISE),
    "noticed_again": _told(
        "需要补正的内容一次告知", "Everything missing is told once", [(_LICENCE, "第三十二条第一款第四项", "Art 32(4)")], _ORGANISE),
    "acceptance_delayed": _told(
        "五个工作日内告知或受理", "Notice or acceptance within five working days",
        [(_LICENCE, "第三十二条第一款第四项", "Art 32(4)")], _ORGANISE),
    "refused_without_basis": _told(
        "不予受理、不予许可有法定依据", "Refusals rest on the law",
        [(_LICENCE, "第三十二条、第三十八条第二款", "Art 32, 38 para 2")]),
    "closed_item_taken": _told(
        "取消、暂停的事项不得收件", "Closed items take no applications", [(_ORDER, "第三十九条、第六十四条", "Art 39, 64")]),
    "filing_decided": _told("备案不得按许可办理", "A filing is not handled as a licence", [(_ORDER, "第三十九条", "Art 39")]),
    "passed_around": _told(
        "办件不得来回移送", "Cases are not sent to and fro",
        [(_LICENCE, "第三十二条第一款第二项", "Art 32(2)"), (_ORDER, "第三十六条", "Art 36")], _ORGANISE),
    SLOW: _told(
        "备案不得拖成许可", "A filing does not take as long as a licence", [(_ORDER, "第三十九条", "Art 39")], _ORGANISE),
}  # fmt: skip


def look(history: History) -> Iterator[tuple[str, Seen]]:
    """Everything the rules see in one case, rule by rule."""
    for name, rule in RULES.items():
        for one in rule(history):
            yield name, one


class Where(msgspec.Struct, frozen=True):
    """An organ as the findings name it."""

    department: str
    division: str


def found(
    histories: Sequence[History], organs: Mapping[int, Where], since: datetime | None = None
) -> list[Found]:
    """What to report of what happened since then: one finding for each rule, item, place and organ, with all the
    cases it was seen in.

    An organ that is not among `organs` has no department to answer, so nothing is reported of it.
    """
    grouped: dict[tuple[str, str, str, int], list[tuple[str, Seen]]] = defaultdict(list)
    for history in histories:
        for rule, one in look(history):
            if since and one.happened.at < since:
                continue
            grouped[rule, history.guide.base_code, one.path, one.happened.organ].append(
                (history.case_no, one)
            )
    return [
        _found(rule, base_code, path, organ, organs[organ], lines)
        for (rule, base_code, path, organ), lines in grouped.items()
        if organ in organs
    ]


def _found(
    rule: str, base_code: str, path: str, organ: int, where: Where, lines: list[tuple[str, Seen]]
) -> Found:
    return Found(
        source=Source.PRACTICE,
        rule=rule,
        base_code=base_code,
        path=path,
        department=where.department,
        division=where.division,
        organ=organ,
        answerable=True,
        message=lines[0][1].message,
        told=TOLD[rule],
        sightings=tuple(
            Sighting(case_no=case_no, position=one.happened.position, at=one.happened.at, what=one.what)
            for case_no, one in {(no, s.happened.position): (no, s) for no, s in lines}.values()
        ),
    )


class Practice(msgspec.Struct, frozen=True, kw_only=True):
    """What an organ did with a filing: each case's number, last position, decision time and working days taken,
    those in which the clock stood still left out.
    """

    guide: Guide
    organ: int
    decided: tuple[tuple[Sighting, int], ...]

    @property
    def average(self) -> float:
        """Working days a case took."""
        return sum(days for _, days in self.decided) / len(self.decided)

    @property
    def promised(self) -> int:
        """Working days the guide promises at most; hours of work are a day."""
        promise = self.guide.promised
        return promise.amount if promise.unit is not Unit.WORKING_HOURS else 1


ENOUGH, SLOW_DAYS = 3, 5  # cases; working days on average. Basis: configuration


def slow_filings(practices: Sequence[Practice], organs: Mapping[int, Where]) -> list[Found]:
    """Filings that take as long as a licence does on average, and longer than their guide promises.

    Basis: 优化营商环境条例 Art 39; configuration.
    """
    return [
        Found(
            source=Source.PRACTICE,
            rule=SLOW,
            base_code=one.guide.base_code,
            path="promised",
            department=organs[one.organ].department,
            division=organs[one.organ].division,
            organ=one.organ,
            answerable=True,
            message=_slow(one),
            told=TOLD[SLOW],
            sightings=tuple(sighting for sighting, days in one.decided if days >= SLOW_DAYS),
        )
        for one in practices
        if one.organ in organs
        and len(one.decided) >= ENOUGH
        and one.average >= SLOW_DAYS
        and one.average > one.promised
    ]


def _slow(one: Practice) -> Text:
    days, count, average = LOOK_BACK.days, len(one.decided), f"{one.average:.1f}"
    return signed(
        f"备案近 {days} 天内收件并已决定的最近 {count} 件平均用 {average} 个工作日，指南承诺 {one.promised} 个",
        f"The newest {count} cases of this filing, received within {days} days and decided, took {average} working days "
        f"on average; the guide promises {one.promised}",
    )
