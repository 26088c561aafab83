"""The life of a standing finding (在用事项检查结果): raised, answered by the department, reviewed, settled; pure.

A finding is known by what it is about, never by the run that found it, so looking again does not double it.
"""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum

import msgspec

from tongban.catalogue.rules.guide import Text
from tongban.engine.calendar import CST, Calendar
from tongban.engine.refusal import Refused


class Source(StrEnum):
    """Where a finding was seen."""

    GUIDE = "guide"  # in a version in force
    PRACTICE = "practice"  # in what happened to cases


class Stand(StrEnum):
    """Where a finding stands."""

    OPEN = "open"  # 待答复
    ANSWERED = "answered"  # 待审查
    MENDING = "mending"  # 整改中
    EXPLAINED = "explained"  # 说明成立
    UPHELD = "upheld"  # 异议成立
    CLOSED = "closed"  # 已消除


class Kind(StrEnum):
    """How a department answers."""

    MEND = "mend"  # 整改
    EXPLAIN = "explain"  # 说明依据
    CONTEST = "contest"  # 提出异议


class Deed(StrEnum):
    """What can be done with a finding."""

    ANSWER = "answer"
    REVIEW = "review"
    ESCALATE = "escalate"
    REOPEN = "reopen"
    CLOSE = "close"


# Basis: 优化营商环境条例 Art 39; configuration (扫描→部门说明→审查→清理→公布).
ALLOWED: dict[Stand, frozenset[Deed]] = {
    Stand.OPEN: frozenset({Deed.ANSWER, Deed.ESCALATE, Deed.CLOSE}),
    Stand.ANSWERED: frozenset({Deed.REVIEW, Deed.CLOSE}),
    Stand.MENDING: frozenset({Deed.ANSWER, Deed.ESCALATE, Deed.REOPEN, Deed.CLOSE}),
    Stand.EXPLAINED: frozenset({Deed.REOPEN, Deed.CLOSE}),
    Stand.UPHELD: frozenset({Deed.REOPEN, Deed.CLOSE}),
    Stand.CLOSED: frozenset({Deed.REOPEN}),
}
SETTLED = frozenset({Stand.EXPLAINED, Stand.UPHELD, Stand.CLOSED})
DUE = frozenset({Stand.OPEN, Stand.MENDING})  # states in which the department owes something by a day

# Working days. Basis: configuration.
TO_ANSWER = 10
TO_ANSWER_AGAIN = 5
TO_MEND = 20

OUTCOME = {Kind.MEND: Stand.MENDING, Kind.EXPLAIN: Stand.EXPLAINED, Kind.CONTEST: Stand.UPHELD}


class Why(StrEnum):
    """Why a finding closed by itself."""

    CAUSE_GONE = "cause_gone"  # the rule finds nothing there any more
    LISTED = "listed"  # the guide in force now lists what was asked
    PRACTICE_STOPPED = "practice_stopped"  # nothing of the kind happened until the end of the follow-up


class Again(StrEnum):
    """Why a finding is open again."""

    CHANGED = "changed"  # what was explained says something else now
    SEEN_AGAIN = "seen_again"  # it went on after it was to be mended
    CAME_BACK = "came_back"  # it was gone and is there again


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule says beside where it fired: its name in words, its law, what to do."""

    title: Text
    basis: Text
    mend: Text


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One event of one case in which it was seen, and what exactly (never a person's words)."""

    case_no: str
    position: int
    at: datetime
    what: str = ""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What an analyser reports: the rule, the place, whom it concerns, in words."""

    source: Source
    rule: str
    base_code: str
    path: str
    department: str
    division: str
    organ: int | None = None  # of practice, or of a local version
    answerable: bool
    message: Text
    told: Told
    subject: str = ""  # digest of the part it is about; an explanation holds while it stays
    version: int | None = None
    sightings: tuple[Sighting, ...] = ()

    @property
    def key(self) -> str:
        """The identity of the finding: rule, item, place, organ."""
        words = "|".join([self.source, self.rule, self.base_code, self.path, str(self.organ or "")])
        return hashlib.sha256(words.encode()).hexdigest()[:20]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the department said: how, its words, the law it names, who and when."""

    kind: Kind
    words: str
    basis: str
    by: str
    at: datetime


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The folded state of a finding. `position` is the number of its events."""

    stand: Stand = Stand.OPEN
    position: int = 0
    raised_at: datetime | None = None
    due_on: date | None = None
    answerable: bool = True
    answer: Answer | None = None
    late: bool | None = None  # whether the first answer came after its day
    escalated: bool = False
    reviewed_by: str = ""
    note: str = ""  # of the last review
    why: str = ""  # it closed or opened again
    settled_at: datetime | None = None


def deadline(on: date, days: int, calendar: Calendar) -> date:
    """The last day of `days` working days after `on`. Basis: configuration; 行政许可法 Art 82."""
    return calendar.add_working_days(on, days).on


def overdue(standing: Standing, on: date) -> bool:
    """Whether the department still owes something whose day has passed. Basis: configuration."""
    return standing.stand in DUE and standing.due_on is not None and standing.due_on < on


def permit(standing: Standing, deed: Deed) -> None:
    """Refuses finding_elsewhere (stand) for what the state does not allow."""
    if deed not in ALLOWED[standing.stand]:
        raise Refused("finding_elsewhere", stand=standing.stand.value)


# Decisions: each returns the event's kind and facts.
Event = tuple[str, dict]


def answered(standing: Standing, *, kind: str, words: str, basis: str) -> Event:
    """Mend, explain with the law, or contest; what must be mended cannot be explained away.

    Refuses finding_elsewhere, answer_kind_missing, answer_empty, answer_basis_missing, finding_must_be_mended.
    Basis: 优化营商环境条例 Art 39; 行政许可法 Art 14–17 (other documents create no licence).
    """
    permit(standing, Deed.ANSWER)
    if kind not in set(Kind):
        raise Refused("answer_kind_missing")
    if kind == Kind.EXPLAIN and not standing.answerable:
        raise Refused("finding_must_be_mended")
    if not words.strip():
        raise Refused("answer_empty")
    if kind == Kind.EXPLAIN and not basis.strip():
        raise Refused("answer_basis_missing")
    return "finding_answered", {"answer": kind, "words": words.strip(), "basis": basis.strip()}


def accepted(standing: Standing, *, by: str, note: str, on: date, calendar: Calendar) -> Event:
    """The service organ takes the answer; of a mending it says by when. Four eyes.

    Refuses finding_elsewhere, own_answer. Basis: configuration (编审分离).
    """
    answer = _reviewed(standing, by)
    due = deadline(on, TO_MEND, calendar).isoformat() if answer.kind is Kind.MEND else None
    return "finding_accepted", {"answer": answer.kind.value, "note": note.strip(), "due_on": due}


def returned(standing: Standing, *, by: str, note: str, on: date, calendar: Calendar) -> Event:
    """The service organ sends the answer back with the reason; the department answers again, sooner.

    Refuses finding_elsewhere, own_answer, reason_missing. Basis: configuration.
    """
    _reviewed(standing, by)
    if not note.strip():
        raise Refused("reason_missing")
    due = deadline(on, TO_ANSWER_AGAIN, calendar)
    return "finding_returned", {"note": note.strip(), "due_on": due.isoformat()}


def _reviewed(standing: Standing, by: str) -> Answer:
    permit(standing, Deed.REVIEW)
    assert standing.answer is not None
    if standing.answer.by == by:
        raise Refused("own_answer")
    return standing.answer


def raised(found: Found, *, on: date, calendar: Calendar) -> Event:
    """A finding begins with its deadline and with everything it was raised on. Basis: configuration."""
    return "finding_raised", {
        "source": found.source.value,
        "rule": found.rule,
        "item": found.base_code,
        "path": found.path,
        "department": found.department,
        "division": found.division,
        "organ": found.organ,
        "version": found.version,
        "answerable": found.answerable,
        "message": msgspec.to_builtins(found.message),
        "basis": msgspec.to_builtins(found.told.basis),
        "subject": found.subject,
        "due_on": deadline(on, TO_ANSWER, calendar).isoformat(),
        "calendar": calendar.version,
    }


def seen(sightings: tuple[Sighting, ...]) -> Event:
    """The cases in which it was seen. Basis: configuration."""
    return "finding_seen", {"cases": [[one.case_no, one.position] for one in sightings]}


def reopened(why: Again, *, on: date, calendar: Calendar) -> Event:
    """Open again, with a deadline anew. Basis: configuration."""
    due = deadline(on, TO_ANSWER, calendar)
    return "finding_reopened", {"why": why.value, "due_on": due.isoformat()}


def closed(why: Why) -> Event:
    """Its cause is gone. Basis: configuration."""
    return "finding_closed", {"why": why.value}


def escalated(standing: Standing) -> Event:
    """A day that passed is told to the supervisor, once. Basis: 优化营商环境条例 Art 69(8); configuration."""
    assert standing.due_on is not None
    return "finding_escalated", {"due_on": standing.due_on.isoformat(), "stand": standing.stand.value}


def again(standing: Standing, found: Found, *, subject: str, fresh: tuple[Sighting, ...]) -> Again | None:
    """Why a finding that is found again has to open again, or None.

    A settled explanation holds while the part it is about stays as it is; practice that was to be mended
    must not go on after the answer. Basis: configuration (回头看).
    """
    if found.source is Source.GUIDE:
        if standing.stand is Stand.CLOSED:
            return Again.CAME_BACK
        settled = standing.stand in {Stand.EXPLAINED, Stand.UPHELD}
        return Again.CHANGED if settled and subject != found.subject else None
    since = standing.answer.at if standing.answer and standing.stand is Stand.MENDING else standing.settled_at
    later = any(since is None or one.at > since for one in fresh)
    if later and standing.stand is Stand.CLOSED:
        return Again.CAME_BACK
    return Again.SEEN_AGAIN if later and standing.stand is Stand.MENDING else None


def followed_up(standing: Standing, source: Source, on: date) -> bool:
    """Whether a mended practice stayed away until the end of its follow-up. Basis: configuration (回头看)."""
    done = standing.due_on is not None and standing.due_on < on
    return source is Source.PRACTICE and standing.stand is Stand.MENDING and done


class Looked(msgspec.Struct, frozen=True):
    """A run over the guides in force: on which day, by which rules, over which versions, tables and telephones."""

    on: date
    rules: str
    versions: str


def look_due(last: Looked | None, now: Looked) -> bool:
    """Whether the guides are to be looked at: other rules, other things to look at, or another day.

    Basis: configuration (发布、规则变更、每日).
    """
    return last != now


def evolve(standing: Standing, kind: str, facts: dict, by: str, at: datetime) -> Standing:
    """The state after an event."""
    moved = _MOVES[kind](standing, facts, by, at)
    return msgspec.structs.replace(moved, position=standing.position + 1)


def _raised(standing: Standing, facts: dict, by: str, at: datetime) -> Standing:
    return Standing(raised_at=at, due_on=_day(facts), answerable=facts["answerable"])


def _answered(standing: Standing, facts: dict, by: str, at: datetime) -> Standing:
    given = Answer(kind=Kind(facts["answer"]), words=facts["words"], basis=facts["basis"], by=by, at=at)
    late = standing.late
    if late is None:
        late = standing.due_on is not None and day(at) > standing.due_on
    return _with(
        standing, stand=Stand.ANSWERED, answer=given, due_on=None, late=late, reviewed_by="", note=""
    )


def _accepted(standing: Standing, facts: dict, by: str, at: datetime) -> Standing:
    stand = OUTCOME[Kind(facts["answer"])]
    return _with(
        standing,
        stand=stand,
        due_on=_day(facts),
        note=facts["note"],
        reviewed_by=by,
        escalated=False,
        settled_at=at if stand in SETTLED else None,
    )


def _returned(standing: Standing, facts: dict, by: str, at: datetime) -> Standing:
    return _with(
        standing,
        stand=Stand.OPEN,
        due_on=_day(facts),
        note=facts["note"],
        reviewed_by=by,
        escalated=False,
    )


def _reopened(standing: Standing, facts: dict, by: str, at: datetime) -> Standing:
    return _with(
        standing,
        stand=Stand.OPEN,
        due_on=_day(facts),
        why=facts["why"],
        answer=None,
        note="",
        reviewed_by="",
        escalated=False,
        settled_at=None,
    )


def _closed(standing: Standing, facts: dict, by: str, at: datetime) -> Standing:
    return _with(standing, stand=Stand.CLOSED, due_on=None, why=facts["why"], settled_at=at)


_MOVES: dict[str, Callable[[Standing, dict, str, datetime], Standing]] = {
    "finding_raised": _raised,
    "finding_seen": lambda standing, facts, by, at: standing,
    "finding_answered": _answered,
    "finding_accepted": _accepted,
    "finding_returned": _returned,
    "finding_reopened": _reopened,
    "finding_closed": _closed,
    "finding_escalated": lambda standing, facts, by, at: _with(standing, escalated=True),
}


def _with(standing: Standing, **changed: object) -> Standing:
    return msgspec.structs.replace(standing, **changed)


def _day(facts: dict) -> date | None:
    return date.fromisoformat(facts["due_on"]) if facts["due_on"] else None


def day(at: datetime) -> date:
    """The day of an instant in Ya'an."""
    return at.astimezone(CST).date()
