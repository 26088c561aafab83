"""How cases were handled: steps, pauses, notices, acceptance, refusals, applications to closed items."""

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from tongban.cases.rules.practice import wording
from tongban.cases.rules.practice.history import Happened, History, Seen, seen, working_days
from tongban.catalogue.rules import holding
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
                f"办理中记录了环节“{step}”，办事指南没有列出这一环节",
                f"The step “{step}” is on record, which the guide does not list",
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
                f"以“{zh}”停止计时，办事指南没有列出这一环节",
                f"The clock was stopped for {en}, a step the guide does not list",
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
                        f"“{zh}”停止计时的工作日多于书面告知的天数",
                        f"The clock stood still for {en} for more working days than were told",
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
                        "后一次补正告知列出了第一次没有列出的材料",
                        "A later notice names materials the first did not",
                    )


def acceptance_delayed(history: History) -> Iterator[Seen]:
    """Neither a notice nor acceptance within five working days, by the organ that had the case when they were over.

    Basis: 行政许可法 Art 32(4).
    """
    due = None
    for happened in history.events:
        match happened.event:
            case e.Received(notice_due=day) | e.Corrected(notice_due=day) | e.DuesRecomputed(notice_due=day):
                due = day or due
            case e.Accepted(deemed=deemed):
                if deemed or (due and happened.at > clock.ends_at(due)):
                    yield _late(history, happened, due)
                due = None
            case e.CorrectionNoticed() | e.AcceptanceRefused():
                if due and happened.at > clock.ends_at(due):
                    yield _late(history, happened, due)
                due = None


def _late(history: History, happened: Happened, due: date | None) -> Seen:
    over = history.after(clock.ends_at(due)) if due else None
    return seen(
        replace(happened, organ=over.organ if over else happened.organ),
        "acceptance",
        "",
        "收件后五个工作日内没有告知或者受理的记录",
        "Neither notice nor acceptance is on record within five working days of receipt",
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
                        "不予受理的理由中没有识别出法律、法规、规章依据",
                        "No law, regulation or rule was recognised in the reason for not accepting",
                    )
            case e.Refused(basis=basis):
                if not wording.names_law(basis) and not any(law and law in basis for law in cited):
                    yield seen(
                        happened,
                        "refusals.decision",
                        "",
                        "不予决定的依据中没有识别出法律、法规、规章的条款",
                        "No article of a law, regulation or rule was recognised in the basis of the refusal",
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
                    "收件时事项已经取消或者暂停",
                    "The item was cancelled or suspended when the case was received",
                )


def filing_decided(history: History) -> Iterator[Seen]:
    """A filing takes note: a refusal, an extension or a stopped clock is a sign of a licence.

    Basis: 优化营商环境条例 Art 39.
    """
    if not history.filing:
        return
    for happened in history.of(e.Refused, e.Extended, e.SpecialStarted):
        yield seen(
            happened,
            "filing",
            "",
            "备案事项的办件有不予、延期或者停止计时的记录",
            "A case of a filing was refused, extended or its clock stopped",
        )


def passed_around(history: History) -> Iterator[Seen]:
    """A case is sent on a second time, or back to an organ that had it before.

    To a town's matter only the organ competent that day is sent: who follows a power that moved passes nothing around.
    Basis: 行政许可法 Art 24, 32(2); 优化营商环境条例 Art 36.
    """
    had: list[int] = []
    for happened in history.of(e.Transferred):
        event = happened.event
        if holding.is_town(event.place):  # type: ignore[attr-defined]
            continue
        had.append(happened.organ)
        if len(had) > 1 or event.organ in had:  # type: ignore[attr-defined]
            yield seen(
                happened,
                "transfers",
                "",
                "办件移送过不止一次",
                "The case was sent on more than once",
            )
