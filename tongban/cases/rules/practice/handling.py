"""How cases were handled: steps, pauses, notices, acceptance, refusals, applications to closed items."""

from collections.abc import Iterator

from tongban.cases.rules.practice import wording
from tongban.cases.rules.practice.history import History, Seen, seen, working_days
from tongban.catalogue.rules.guide import StepKind
from tongban.engine import clock
from tongban.engine.clock import Ground
from tongban.engine.lifecycle import events as e
from tongban.engine.lifecycle.intake import ACCEPTANCE_REFUSAL_GROUNDS

# A step of the guide that a special procedure belongs to; a hearing is everybody's right and needs none.
_STEP = {
    Ground.EXPERT_REVIEW: StepKind.EXPERT_REVIEW,
    Ground.TESTING: StepKind.TESTING,
    Ground.INSPECTION: StepKind.TESTING,
    Ground.QUARANTINE: StepKind.TESTING,
    Ground.APPRAISAL: StepKind.TESTING,
}
_NAMES = {
    Ground.HEARING: ("听证", "hearing"),
    Ground.TENDER: ("招标", "tender"),
    Ground.AUCTION: ("拍卖", "auction"),
    Ground.INSPECTION: ("检验", "inspection"),
    Ground.TESTING: ("检测", "testing"),
    Ground.QUARANTINE: ("检疫", "quarantine"),
    Ground.APPRAISAL: ("鉴定", "appraisal"),
    Ground.EXPERT_REVIEW: ("专家评审", "expert review"),
}


def step_not_in_guide(history: History) -> Iterator[Seen]:
    """A step was performed that the procedure does not have. Basis: 优化营商环境条例 Art 35."""
    known = {step.code for step in history.guide.steps}
    for happened in history.of(e.StepCompleted):
        step = happened.event.step  # type: ignore[attr-defined]
        if step not in known:
            yield seen(
                happened,
                f"steps.{step}",
                step,
                f"办理中增加了环节“{step}”，办事指南没有这一环节",
                f"The step “{step}” was performed, which the guide does not have",
            )


def clock_stopped_without_step(history: History) -> Iterator[Seen]:
    """The clock stood still for a review or a test that the guide does not have: time outside the clock.

    Basis: 行政许可法 Art 45; 优化营商环境条例 Art 35.
    """
    kinds = {step.kind for step in history.guide.steps}
    for happened in history.of(e.SpecialStarted):
        ground = happened.event.ground  # type: ignore[attr-defined]
        if ground in _STEP and _STEP[ground] not in kinds:
            zh, en = _NAMES[ground]
            yield seen(
                happened,
                f"steps.{_STEP[ground].value}",
                zh,
                f"以“{zh}”停止计时，办事指南没有这一环节",
                f"The clock was stopped for {en}, a step the guide does not have",
            )


def clock_stopped_too_long(history: History) -> Iterator[Seen]:
    """A pause lasted longer than the applicant was told in writing. Basis: 行政许可法 Art 45."""
    started: e.SpecialStarted | None = None
    for happened in history.of(e.SpecialStarted, e.SpecialEnded):
        match happened.event:
            case e.SpecialStarted() as begun:
                started = begun
            case e.SpecialEnded(end_on=last) if started is not None:
                taken = working_days(history.calendar, started.start_on, last)
                if taken > started.expected_days:
                    zh, en = _NAMES[started.ground]
                    yield seen(
                        happened,
                        f"pauses.{started.ground.value}",
                        f"{taken} > {started.expected_days}",
                        f"“{zh}”停止计时的天数超过书面告知的天数",
                        f"The clock stood still for {en} longer than was told",
                    )
                started = None


def noticed_again(history: History) -> Iterator[Seen]:
    """A further notice names what the first could have named: told in pieces. Basis: 行政许可法 Art 32(4)."""
    names = {part.code: part.name.zh for part in history.guide.materials}
    fresh: frozenset[str] | None = None
    for happened in history.of(e.CorrectionNoticed, e.Corrected):
        match happened.event:
            case e.Corrected(materials=given):
                fresh = frozenset(given)
            case e.CorrectionNoticed(number=number, defects=defects):
                late = sorted({line.material for line in defects} - (fresh or frozenset()))
                if number > 1 and late:
                    yield seen(
                        happened,
                        "notices",
                        "、".join(names.get(code, code) for code in late),
                        "多次告知补正：第一次告知没有列出的材料，后来又要求补正",
                        "Told in pieces: a later notice asks for what the first did not name",
                    )


def acceptance_delayed(history: History) -> Iterator[Seen]:
    """Neither a notice nor acceptance within five working days. Basis: 行政许可法 Art 32(4)."""
    due = None
    for happened in history.events:
        match happened.event:
            case e.Received(notice_due=day) | e.Corrected(notice_due=day) | e.DuesRecomputed(notice_due=day):
                due = day or due
            case e.Accepted(deemed=deemed):
                if deemed or (due and happened.at > clock.ends_at(due)):
                    yield _late(happened)
                due = None
            case e.CorrectionNoticed() | e.AcceptanceRefused():
                if due and happened.at > clock.ends_at(due):
                    yield _late(happened)
                due = None


def _late(happened) -> Seen:
    return seen(
        happened,
        "acceptance",
        "",
        "收件后五个工作日内没有一次性告知，也没有受理",
        "Neither noticed nor accepted within five working days of receipt",
    )


def refused_without_basis(history: History) -> Iterator[Seen]:
    """A refusal names no law, regulation or rule with its article, or a ground the law does not have.

    Basis: 行政许可法 Art 32, 38 para 2; 优化营商环境条例 Art 35.
    """
    cited = [basis.law.zh.strip("《》") for basis in history.guide.basis]
    for happened in history.of(e.AcceptanceRefused, e.Refused):
        match happened.event:
            case e.AcceptanceRefused(ground=ground, reason=reason):
                if ground not in ACCEPTANCE_REFUSAL_GROUNDS or wording.only_paper(reason):
                    yield seen(
                        happened,
                        "refusals.acceptance",
                        "",
                        "不予受理没有法定理由",
                        "Not accepted on a ground the law does not have",
                    )
            case e.Refused(basis=basis):
                if not wording.names_law(basis) and not any(law and law in basis for law in cited):
                    yield seen(
                        happened,
                        "refusals.decision",
                        "",
                        "不予决定没有写明法律、法规、规章的条款",
                        "The refusal names no article of a law, regulation or rule",
                    )


def closed_item_taken(history: History) -> Iterator[Seen]:
    """A cancelled or suspended item was still applied for and received. Basis: 优化营商环境条例 Art 39, 64."""
    for happened in history.of(e.Received):
        for time in history.closed:
            if time.since <= happened.at and (time.until is None or happened.at < time.until):
                yield seen(
                    happened,
                    "status",
                    "",
                    "已取消或暂停的事项仍在收件",
                    "A cancelled or suspended item still takes applications",
                )


def filing_decided(history: History) -> Iterator[Seen]:
    """A filing takes note: refusing it, extending it or stopping its clock makes it a licence.

    Basis: 优化营商环境条例 Art 39.
    """
    if not history.filing:
        return
    for happened in history.of(e.Refused, e.Extended, e.SpecialStarted):
        yield seen(
            happened,
            "filing",
            "",
            "备案事项作了不予、延期或停止计时的处理，等同许可",
            "A filing was refused, extended or stopped, as if it were a licence",
        )


def passed_around(history: History) -> Iterator[Seen]:
    """A case is sent on a second time, or back to an organ that had it before.

    Basis: 行政许可法 Art 32(2); 优化营商环境条例 Art 36.
    """
    had: list[int] = []
    for happened in history.of(e.Transferred):
        had.append(happened.organ)
        if len(had) > 1 or happened.event.organ in had:  # type: ignore[attr-defined]
            yield seen(
                happened,
                "transfers",
                "",
                "办件在机关之间来回移送",
                "The case was sent to and fro between organs",
            )
