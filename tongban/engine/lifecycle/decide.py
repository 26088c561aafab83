"""Commands are decided into events: what may be asked at each stage, what bars it, what follows."""

from datetime import datetime

from tongban.engine.calendar import Calendar
from tongban.engine.lifecycle import commands as c
from tongban.engine.lifecycle import decision, handling, intake, tolerance
from tongban.engine.lifecycle import events as e
from tongban.engine.lifecycle.hand import Bar, Hand, Pen, Rule
from tongban.engine.lifecycle.state import Case, Stage
from tongban.engine.refusal import Refused

_ANYTIME: tuple[type[c.Command], ...] = (c.Claim, c.Release, c.Withdraw)

_DUE: tuple[type[c.Command], ...] = (c.Recompute,)  # where a date is still due from the organ

_PLANNED: dict[Stage, tuple[type[c.Command], ...]] = {
    Stage.NEW: (c.Receive,),
    Stage.RECEIVED: (
        *_ANYTIME,
        *_DUE,
        c.Notify,
        c.Accept,
        c.DeemAccepted,
        c.RefuseAcceptance,
        c.Transfer,
        c.HandOut,
        c.HandBack,
        c.Promise,
        c.PreAccept,
    ),
    Stage.CORRECTING: (*_ANYTIME, c.Correct, c.RefuseAcceptance),
    Stage.PRE_REVIEW: (*_ANYTIME, *_DUE, c.Supplement, c.CompleteStep, c.ChasePromise, c.BreakPromise),
    Stage.HANDLING: (
        *_ANYTIME,
        *_DUE,
        c.CompleteStep,
        c.StartSpecial,
        c.Extend,
        c.Grant,
        c.Refuse,
        c.Transfer,
        c.HandBack,
        c.ExplainOverdue,
    ),
    Stage.SUSPENDED: (*_ANYTIME, *_DUE, c.EndSpecial, c.CompleteStep),
    Stage.GRANTED: (*_DUE, c.Claim, c.Release, c.Deliver, c.ExplainOverdue),
    Stage.REFUSED: (*_DUE, c.Claim, c.Release, c.Deliver, c.ExplainOverdue),
    Stage.DELIVERED: (c.Archive, c.ExplainOverdue),
    Stage.NOT_ACCEPTED: (c.Archive,),
    Stage.RETURNED: (c.Archive,),
    Stage.WITHDRAWN: (c.Archive,),
    Stage.ARCHIVED: (),
}

# What may be asked at each stage. The buttons, the API's `allowed` list and the diagram read this table.
ALLOWED: dict[Stage, frozenset[type[c.Command]]] = {
    stage: frozenset(allowed) for stage, allowed in _PLANNED.items()
}

TO_ARCHIVE = frozenset(stage for stage, allowed in ALLOWED.items() if c.Archive in allowed)

# What bars a command whatever it says; asked before its rule, and by everybody who offers commands.
_BARS: dict[type[c.Command], Bar] = {**intake.BARS, **tolerance.BARS, **handling.BARS, **decision.BARS}
_RULES: dict[type[c.Command], Rule] = {**intake.RULES, **tolerance.RULES, **handling.RULES, **decision.RULES}


def decide(case: Case, command: c.Command, *, by: str, at: datetime, calendar: Calendar) -> list[e.Event]:
    """The events that follow from `command`, or `Refused`.

    `by` identifies the officer or applicant, `at` is an aware instant, `calendar` the one in force.
    """
    if type(command) not in ALLOWED[case.stage]:
        raise Refused("not_at_this_stage", stage=case.stage.value, command=type(command).__name__)
    hand = Pen(by, at, calendar)
    if bar := _BARS.get(type(command)):
        bar(case, hand)
    return [_RULES[type(command)](case, command, hand)]


def possible(case: Case, *, by: str, at: datetime) -> frozenset[type[c.Command]]:
    """The commands `decide` would not bar now, whatever they say; permission is not looked at."""
    hand = Hand(by, at)
    return frozenset(command for command in ALLOWED[case.stage] if not _barred(case, command, hand))


def _barred(case: Case, command: type[c.Command], hand: Hand) -> bool:
    bar = _BARS.get(command)
    try:
        if bar:
            bar(case, hand)
    except Refused:
        return True
    return False
