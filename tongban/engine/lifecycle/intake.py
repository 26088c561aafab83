"""From receipt to acceptance: the number, the holder, the one-time notice, the correction, acceptance or not."""

from datetime import date

from tongban.engine import clock
from tongban.engine.competence import Competence
from tongban.engine.lifecycle import commands as c
from tongban.engine.lifecycle import events as e
from tongban.engine.lifecycle.hand import Bar, Hand, Pen, Rule, dues, facts_for_clock, require, silent
from tongban.engine.lifecycle.state import Case, Stage
from tongban.engine.refusal import Refused

# Art 32 para 1 (1), (2), (4); Art 78. Key: ground, value: article.
ACCEPTANCE_REFUSAL_GROUNDS = {
    "not_required": "行政许可法 Art 32(1)",
    "not_competent": "行政许可法 Art 32(2)",
    "not_corrected": "行政许可法 Art 32(4)",
    "barred": "行政许可法 Art 78",
}


def _receive(case: Case, command: c.Receive, hand: Pen) -> e.Event:
    """Receipt gives a number and a date; it is not acceptance. Every signature is of what is received, or of the
    whole it is part of, nothing else.

    Basis: 行政许可法 Art 32; 电子签名法 Art 13(3), (4) (a later change of signature or content can be found).
    """
    signed = {one.digest for one in command.cosignatures}
    signed |= {command.signature.digest} if command.signature else set()
    if signed - {command.whole_digest or command.form_digest}:
        raise Refused("signed_something_else")
    unknown = sorted(set(command.materials) - set(command.terms.materials))
    if unknown:
        raise Refused("unknown_material", materials=unknown)
    due = clock.notice_due(command.received_on, hand.calendar)
    return e.Received(
        case_no=command.case_no,
        item=command.item,
        version=command.version,
        organ=command.organ,
        division=command.division,
        applicant=command.applicant,
        terms=command.terms,
        materials=command.materials,
        situation=command.situation,
        form_digest=command.form_digest,
        received_on=command.received_on,
        notice_due=due.on,
        provisional=due.provisional,
        calendar=hand.calendar.version,
        channel=command.channel,
        signature=command.signature,
        place=command.place,
        competence=command.competence,
        bundle=command.bundle,
        whole_digest=command.whole_digest,
        cosignatures=command.cosignatures,
    )


def _bar_claim(case: Case, hand: Hand) -> None:
    """A case has at most one holder at a time. Basis: configuration."""
    if case.holder and case.holder != hand.by:
        raise Refused("held_by_another", holder=case.holder)
    if case.holder == hand.by:
        raise Refused("already_yours")


def _bar_release(case: Case, hand: Hand) -> None:
    """Only a held case can be put back. Basis: configuration."""
    if not case.holder:
        raise Refused("not_held")


def _bar_notice(case: Case, hand: Hand) -> None:
    """A notice is given within five working days of receipt. Basis: 行政许可法 Art 32(4)."""
    if silent(case, hand):
        raise Refused("notice_too_late", due=case.notice_due)


def _notify(case: Case, command: c.Notify, hand: Pen) -> e.Event:
    """Everything is told once; a second notice may list only defects of newly submitted materials.

    Basis: 行政许可法 Art 32(4).
    """
    assert case.terms is not None
    if not command.defects:
        raise Refused("notice_is_empty")
    unknown = sorted({line.material for line in command.defects} - set(case.terms.materials))
    if unknown:
        raise Refused("unknown_material", materials=unknown)
    repeated = sorted({line.material for line in command.defects} - case.fresh)
    if case.notices and repeated:
        raise Refused("already_noticed_once", materials=repeated)
    if command.correct_by <= hand.on:
        raise Refused("correction_date_passed", correct_by=command.correct_by)
    return e.CorrectionNoticed(
        number=case.notices + 1, defects=command.defects, correct_by=command.correct_by
    )


def _correct(case: Case, command: c.Correct, hand: Pen) -> e.Event:
    """The applicant answers the notice; the agency has five working days again.

    Basis: 行政许可法 Art 32(4), (5).
    """
    needed = {line.material for line in case.noticed}
    left = sorted(needed - set(command.materials))
    if left:
        raise Refused("correction_incomplete", materials=left)
    surplus = sorted(set(command.materials) - needed)
    if surplus:
        raise Refused("not_in_notice", materials=surplus)
    due = clock.notice_due(command.received_on, hand.calendar)
    return e.Corrected(
        materials=command.materials,
        received_on=command.received_on,
        notice_due=due.on,
        provisional=due.provisional,
        calendar=hand.calendar.version,
    )


def _accepted(
    case: Case, accepted_on: date, deemed: bool, hand: Pen, competence: Competence | None = None
) -> e.Event:
    accepted_at = None if deemed else hand.at
    facts = facts_for_clock(case, accepted_on=accepted_on, accepted_at=accepted_at)
    return e.Accepted(accepted_on=accepted_on, deemed=deemed, competence=competence, **dues(facts, hand))


def _bar_acceptance(case: Case, hand: Hand) -> None:
    """Only complete materials are accepted: what was promised comes first, unless silence accepts.

    Basis: 行政许可法 Art 32(4), (5).
    """
    if case.promise and case.promise.state == "made" and not silent(case, hand):
        raise Refused("supplement_outstanding", materials=sorted(case.promise.materials))


def _accept(case: Case, command: c.Accept, hand: Pen) -> e.Event:
    """Acceptance starts the decision clock; after five silent working days it takes effect from the
    receipt date whatever the officer does. Only the organ competent that day accepts; an open case is then
    finished under that competence. Basis: 行政许可法 Art 24, 32(2), (4), (5), Art 42.
    """
    assert case.received_on is not None
    if silent(case, hand):
        return _accepted(case, case.received_on, True, hand)
    now = command.competence
    if now and now.acting != case.organ:
        raise Refused("organ_not_competent", organ=now.acting)
    return _accepted(case, hand.on, False, hand, now if now and now.mode else None)


def _bar_deemed(case: Case, hand: Hand) -> None:
    """Nothing is deemed while a notice may still come. Basis: 行政许可法 Art 32(4)."""
    if not silent(case, hand):
        raise Refused("notice_still_possible", due=case.notice_due)


def _deem_accepted(case: Case, command: c.DeemAccepted, hand: Pen) -> e.Event:
    """Silence for five working days is acceptance as of the receipt day. Basis: 行政许可法 Art 32(4)."""
    assert case.received_on is not None
    return _accepted(case, case.received_on, True, hand)


def _bar_non_acceptance(case: Case, hand: Hand) -> None:
    """While a notice may still come, or after the applicant let its date pass. Basis: 行政许可法 Art 32."""
    if case.stage is Stage.CORRECTING:
        if case.correct_by is None or hand.on <= case.correct_by:
            raise Refused("correction_still_possible", correct_by=case.correct_by)
    elif silent(case, hand):
        raise Refused("acceptance_refusal_too_late", due=case.notice_due)


def _refuse_acceptance(case: Case, command: c.RefuseAcceptance, hand: Pen) -> e.Event:
    """Non-acceptance only on a ground the law names, with reasons and remedies.

    Basis: 行政许可法 Art 32, 78.
    """
    if command.ground not in ACCEPTANCE_REFUSAL_GROUNDS:
        raise Refused("ground_not_in_law", ground=command.ground)
    correcting = case.stage is Stage.CORRECTING
    if command.ground == "not_corrected" and not correcting:
        raise Refused("correction_still_possible", correct_by=case.correct_by)
    if command.ground != "not_corrected" and correcting:
        raise Refused("acceptance_refusal_too_late", due=case.notice_due)
    require(reasons=command.reason, remedies=command.remedies)
    return e.AcceptanceRefused(ground=command.ground, reason=command.reason, remedies=command.remedies)


def _bar_hand_out(case: Case, hand: Hand) -> None:
    """A case is in one system at a time. Basis: configuration (外部系统办理)."""
    if case.outside:
        raise Refused("already_handed_out", receiver=case.outside)


def _bar_hand_back(case: Case, hand: Hand) -> None:
    """Only what was handed out comes back. Basis: configuration (外部系统办理)."""
    if not case.outside:
        raise Refused("not_handed_out")


def _hand_back(case: Case, command: c.HandBack, hand: Pen) -> e.Event:
    """No system refuses anybody: what it cannot grant, officers decide, and it says why.

    Basis: 行政许可法 Art 38 para 2; 个人信息保护法 Art 24 para 3 (no decision by automation alone).
    """
    require(reason=command.reason)
    return e.HandedBack(receiver=case.outside, reason=command.reason)


BARS: dict[type[c.Command], Bar] = {
    c.Claim: _bar_claim,
    c.Release: _bar_release,
    c.Notify: _bar_notice,
    c.Accept: _bar_acceptance,
    c.DeemAccepted: _bar_deemed,
    c.RefuseAcceptance: _bar_non_acceptance,
    c.HandOut: _bar_hand_out,
    c.HandBack: _bar_hand_back,
}
RULES: dict[type[c.Command], Rule] = {
    c.Receive: _receive,
    c.Claim: lambda case, command, hand: e.Claimed(holder=hand.by),
    c.Release: lambda case, command, hand: e.Released(reason=command.reason),
    c.Notify: _notify,
    c.Correct: _correct,
    c.Accept: _accept,
    c.DeemAccepted: _deem_accepted,
    c.RefuseAcceptance: _refuse_acceptance,
    c.HandOut: lambda case, command, hand: e.HandedOut(receiver=command.receiver, message=command.message),
    c.HandBack: _hand_back,
}
