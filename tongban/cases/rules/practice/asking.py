"""What letters seem to ask of applicants that the guide does not: materials, reports, payments, conditions."""

from collections.abc import Iterator

from tongban.cases.rules.practice import wording
from tongban.cases.rules.practice.history import Happened, History, Seen, seen
from tongban.catalogue.rules.lint import disguised
from tongban.engine.lifecycle import events as e


def _told(history: History) -> Iterator[tuple[Happened, str]]:
    """What officers wrote to the applicant, event by event."""
    for happened in history.events:
        match happened.event:
            case e.CorrectionNoticed(defects=defects):
                for line in defects:
                    yield happened, line.remark
            case (
                e.AcceptanceRefused(reason=words) | e.SpecialStarted(reason=words) | e.Refused(reasons=words)
            ):
                yield happened, words
            case e.StepCompleted(passed=False, opinion=words):
                yield happened, words


def material_not_in_guide(history: History) -> Iterator[Seen]:
    """A notice, a refusal or an opinion asks for a material that the guide does not list.

    Basis: 行政许可法 Art 31; 优化营商环境条例 Art 35.
    """
    known = {part.code for part in history.guide.materials}
    for happened in history.of(e.CorrectionNoticed):
        for line in happened.event.defects:  # type: ignore[attr-defined]
            if line.material not in known:
                yield _material(happened, line.material)
    for happened, words in _told(history):
        for name in wording.documents(words):
            if not wording.intermediary(name) and not wording.listed(name, history.guide):
                yield _material(happened, name)


def _material(happened: Happened, name: str) -> Seen:
    return seen(
        happened,
        f"materials.{name}",
        name,
        f"文书提到提交“{name}”，办事指南没有列出这份材料",
        f"A letter speaks of handing in “{name}”, which the guide does not list",
    )


def intermediary_demanded(history: History) -> Iterator[Seen]:
    """An intermediary's report is asked for that neither the guide nor its list of services has.

    Basis: 优化营商环境条例 Art 43; 行政许可法 Art 31.
    """
    for happened, words in _told(history):
        for name in wording.documents(words):
            if wording.intermediary(name) and not wording.listed(name, history.guide):
                yield seen(
                    happened,
                    f"materials.{name}",
                    name,
                    f"文书提到提交“{name}”，办事指南没有列出这份材料",
                    f"A letter speaks of handing in “{name}”, an intermediary's work the guide does not list",
                )


def fee_not_in_guide(history: History) -> Iterator[Seen]:
    """A payment is asked for that the guide does not name. Basis: 行政许可法 Art 58; 优化营商环境条例 Art 25."""
    known = [fee.name.zh for fee in history.guide.fees]
    for happened, words in _told(history):
        for name in wording.fees(words):
            if not any(name in fee or fee in name for fee in known):
                yield seen(
                    happened,
                    f"fees.{name}",
                    name,
                    f"文书提到缴纳“{name}”，办事指南没有列出这项收费",
                    f"A letter speaks of paying “{name}”, which the guide does not list",
                )


def condition_not_in_guide(history: History) -> Iterator[Seen]:
    """Refused or sent back for where an enterprise comes from, for membership or a named provider.

    Who is not competent says where the applicant belongs: that is no condition.
    Basis: 优化营商环境条例 Art 6, 13, 21, 43; 行政许可法 Art 16(4), 32(2).
    """
    for happened, words in _told(history):
        event = happened.event
        if isinstance(event, e.AcceptanceRefused) and event.ground == "not_competent":
            continue
        barrier = disguised.barrier(words)
        if barrier and not any(wording.fees(barrier)):  # a deposit is a payment
            yield seen(
                happened,
                f"conditions.{barrier}",
                barrier,
                f"文书提到“{barrier}”，办事指南没有列出这样的条件",
                f"A letter speaks of “{barrier}”, a condition the guide does not list",
            )
