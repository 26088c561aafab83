"""Who may do what on a case: the duty at each stage, the roles of each command, the next due date."""

from datetime import datetime

from tongban.engine import clock
from tongban.engine.lifecycle import commands as c
from tongban.engine.lifecycle import possible
from tongban.engine.lifecycle.state import Case, Stage
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller, Power, Role, require_power

APPLICANT, SYSTEM, OUTSIDE = "applicant", "system", "outside"

# Which roles at the competent organ may give a command; the applicant's and the clock's own beside.
ROLES: dict[type[c.Command], frozenset[str]] = {
    c.Receive: frozenset({APPLICANT}),
    c.Claim: frozenset({Role.CLERK, Role.EXAMINER, Role.APPROVER, Role.DELIVERER}),
    c.Release: frozenset({Role.CLERK, Role.EXAMINER, Role.APPROVER, Role.DELIVERER, Role.ORGAN_HEAD}),
    c.Notify: frozenset({Role.CLERK}),
    c.Accept: frozenset({Role.CLERK, OUTSIDE}),
    c.PreAccept: frozenset({Role.CLERK}),
    c.RefuseAcceptance: frozenset({Role.CLERK}),
    c.Transfer: frozenset({Role.CLERK}),
    c.CompleteStep: frozenset({Role.EXAMINER}),
    c.StartSpecial: frozenset({Role.EXAMINER}),
    c.EndSpecial: frozenset({Role.EXAMINER}),
    c.Extend: frozenset({Role.ORGAN_HEAD}),
    c.Grant: frozenset({Role.APPROVER, OUTSIDE}),
    c.Refuse: frozenset({Role.APPROVER}),
    c.Deliver: frozenset({Role.DELIVERER}),
    c.ExplainOverdue: frozenset({Role.APPROVER, Role.ORGAN_HEAD}),
    c.Correct: frozenset({APPLICANT}),
    c.Promise: frozenset({APPLICANT}),
    c.Supplement: frozenset({APPLICANT}),
    c.Withdraw: frozenset({APPLICANT}),
    c.DeemAccepted: frozenset({SYSTEM}),
    c.ChasePromise: frozenset({SYSTEM}),
    c.BreakPromise: frozenset({SYSTEM}),
    c.HandOut: frozenset({SYSTEM}),
    c.HandBack: frozenset({OUTSIDE}),
    c.Recompute: frozenset({SYSTEM}),
    c.Archive: frozenset({SYSTEM}),
}

# What an applicant's limited agent needs for a command; what is not listed only the applicant gives up or does.
POWERS: dict[type[c.Command], Power] = dict.fromkeys((c.Receive, c.Correct, c.Supplement), Power.SUBMIT)

# Commands that work on a case: refused while another officer holds it.
_EXCLUSIVE = frozenset(
    {
        c.Notify,
        c.Accept,
        c.PreAccept,
        c.RefuseAcceptance,
        c.Transfer,
        c.CompleteStep,
        c.Grant,
        c.Refuse,
        c.Deliver,
    }
)


def duty(case: Case) -> str:
    """The role whose turn it is at the organ; empty while the applicant or nobody must act."""
    match case.stage:
        case Stage.RECEIVED:
            return Role.CLERK.value
        case Stage.HANDLING | Stage.SUSPENDED:
            failed = any(not done.passed for done in case.done.values())
            return Role.EXAMINER.value if case.open_steps() and not failed else Role.APPROVER.value
        case Stage.PRE_REVIEW:
            failed = any(not done.passed for done in case.done.values())
            return Role.EXAMINER.value if case.open_steps() and not failed else ""
        case Stage.GRANTED | Stage.REFUSED:
            return Role.DELIVERER.value
        case Stage.CORRECTING:
            return Role.CLERK.value
    return ""


def due_at(case: Case) -> datetime | None:
    """The instant by which the organ must have acted next; None while the clock stands still.

    A clock that is stopped after the promise has run out makes nothing late in time again.
    """
    match case.stage:
        case Stage.RECEIVED:
            day = case.notice_due
        case Stage.HANDLING:
            return case.promised_due
        case Stage.SUSPENDED:
            due, stopped = case.promised_due, clock.ends_at(case.pauses[-1].start)
            return due if due and due < stopped else None
        case Stage.GRANTED | Stage.REFUSED:
            day = case.delivery_due
        case _:
            return None
    return clock.ends_at(day) if day else None


def actor(caller: Caller) -> str:
    """Who the caller is to the lifecycle: the account, whatever token or session it came by.

    Two tokens of one officer are one person: an examiner cannot decide through another channel.
    """
    return caller.by if caller.account is None else f"account:{caller.account}"


def roles_at(caller: Caller, organ: int) -> frozenset[Role]:
    """The roles the caller holds at `organ`."""
    return frozenset(role for post in caller.posts if post.organ == organ for role in post.roles)


def works_at(caller: Caller, organ: int) -> None:
    """Refuse unless the caller has a working post at `organ`; a supervisor only reads."""
    if not roles_at(caller, organ) - {Role.SUPERVISOR}:
        raise Refused("not_permitted")


def sees_all(caller: Caller) -> bool:
    """Whether the caller reads the cases of every organ."""
    return caller.kind in {SYSTEM, OUTSIDE} or any(Role.SUPERVISOR in post.roles for post in caller.posts)


def _leads(caller: Caller, organ: int) -> bool:
    return Role.ORGAN_HEAD in roles_at(caller, organ)


def permit(caller: Caller, command: type[c.Command], case: Case) -> None:
    """Refuse unless the caller may give `command` on this case. Everything not allowed is refused.

    Basis: 行政许可法 Art 3, 22; 等保 level 3 (least privilege); configuration.
    """
    needed = ROLES[command]
    if caller.kind == SYSTEM:
        allowed = SYSTEM in needed
    elif caller.kind == OUTSIDE:
        allowed = OUTSIDE in needed and case.outside == caller.name
    elif APPLICANT in needed:
        allowed = case.applicant in caller.parties
    else:
        allowed = bool(needed & roles_at(caller, case.organ))
    if not allowed:
        raise Refused("not_permitted", command=command.__name__, needed=sorted(needed))
    if APPLICANT in needed and caller.kind not in {SYSTEM, OUTSIDE}:
        require_power(caller, POWERS.get(command), case.applicant)
    if caller.kind not in {SYSTEM, OUTSIDE} and APPLICANT not in needed and _own(caller, case):
        raise Refused("own_case")
    held = bool(case.holder) and case.holder != actor(caller) and caller.kind != OUTSIDE
    if held and (command in _EXCLUSIVE or (command is c.Release and not _leads(caller, case.organ))):
        raise Refused("held_by_another", holder=case.holder)


def _own(caller: Caller, case: Case) -> bool:
    """Whether the caller acts for the applicant now, or signed the application: then it decides nothing in it.

    Basis: 民法典 Art 168; 公务员法 Art 76 (who acted for a party takes no part in the decision).
    """
    handed_in = case.signature is not None and case.signature.signer == actor(caller)
    return handed_in or case.applicant in caller.parties


def allowed(caller: Caller, case: Case, at: datetime) -> list[type[c.Command]]:
    """The commands this caller may give at `at`, in the order of the table above."""
    now = possible(case, by=actor(caller), at=at)
    found = []
    for command in ROLES:
        if command in now:
            try:
                permit(caller, command, case)
            except Refused:
                continue
            found.append(command)
    return found
