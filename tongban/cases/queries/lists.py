"""Lists of cases, drafts and letters; one query each however long, keyset pages."""

from datetime import datetime

import msgspec
from django.db.models import F, QuerySet

from tongban.cases import phrases
from tongban.cases.models import Case, Draft, Letter
from tongban.cases.queries import subjects
from tongban.cases.queries.opened import Scope, read_clock, state
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Text
from tongban.engine import clock, lifecycle
from tongban.engine.lifecycle.state import Stage
from tongban.engine.refusal import Refused
from tongban.kit.written import Written
from tongban.people.rules import Caller, Power

PAGE = 20


class Line(msgspec.Struct, frozen=True):
    """A case as one line of a list: row (`named`), state, item name and the clock read now."""

    row: Case
    case: lifecycle.Case
    name: Text
    reading: clock.Reading | None
    at: datetime

    @property
    def stage_words(self) -> str:
        return phrases.stage_words(self.row.stage)

    @property
    def language_words(self) -> str:
        """The language the applicant asked to be served in, if it is Tibetan or Yi."""
        return str(phrases.SERVED_IN.get(self.row.language, ""))

    @property
    def running(self) -> bool:
        """Whether the decision clock runs now."""
        return self.case.stage is Stage.HANDLING

    @property
    def exact(self) -> bool:
        """Whether what is due next is due at an hour rather than on a day."""
        return self.running and self.reading is not None and self.reading.unit is clock.Unit.WORKING_HOURS

    @property
    def light(self) -> str:
        """The light of what is due next: of the decision while it runs, else green or red by due date."""
        if self.running and self.reading:
            return self.reading.light.value
        if self.row.due_at is None:
            return ""
        left = self.row.due_at - self.at
        return "red" if left.total_seconds() < 0 else "amber" if left.days < 1 else "green"


def named(rows: QuerySet[Case]) -> QuerySet[Case]:
    """The rows with `party_name` and `holder_name`: lines show no more of applicant and holder."""
    return rows.annotate(party_name=F("party__name"), holder_name=F("holder__display_name"))


class Page(msgspec.Struct, frozen=True):
    """A keyset page; `older` is the cursor of the next page, empty at the end."""

    lines: list[Line]
    older: str


def line(row: Case, at: datetime) -> Line:
    """One row as a line; the guide comes from the version cache, not from the database."""
    case = state(row)
    return Line(
        row=row, case=case, name=catalogue.guide(row.version_id).name, reading=read_clock(case, at), at=at
    )


def of_parties(caller: Caller, *, after: str, at: datetime) -> Page:
    """The cases the caller applied for, newest first; one statement, however many parties and cases."""
    moment, case_no = position(after) if after else (None, "")
    rows = _OWN(parties=list(caller.parties_for(Power.FOLLOW)), moment=moment, case_no=case_no, size=PAGE + 1)
    return _page(rows, PAGE, at)


_OWN = Written(
    lambda: named(Case.objects.select_related("organ")),
    """where cases_case.case_no in (
    select found.case_no from unnest(%(parties)s::bigint[]) as mine(party) cross join lateral (
        select case_no from cases_case where party_id = mine.party and (%(moment)s::timestamptz is null
            or received_at < %(moment)s or received_at = %(moment)s and case_no > %(case_no)s::text)
        order by received_at desc, case_no limit %(size)s
    ) as found
) order by cases_case.received_at desc, cases_case.case_no limit %(size)s""",
)


def newest_within(scope: Scope, *, after: str, at: datetime, size: int = PAGE) -> Page:
    """The cases of a scope newest first, behind the cursor `received_at~case_no`."""
    return _page(within(scope, after=after, size=size + 1), size, at)


def within(scope: Scope, *, after: str = "", stage: str = "", size: int) -> list[Case]:
    """The newest `size` cases of a scope behind a cursor; one statement that reads `size` rows of each organ.

    Refuses `cursor_unreadable`.
    """
    if scope.organs is None:
        rows = named(scope.rows()).order_by("-received_at", "case_no")
        rows = rows.filter(stage=stage) if stage else rows
        return list((behind(rows, after) if after else rows)[:size])
    moment, case_no = position(after) if after else (None, "")
    return _WITHIN(
        organs=list(scope.organs),
        parties=list(scope.parties),
        but=list(scope.but),
        moment=moment,
        case_no=case_no,
        stage=stage,
        size=size,
    )


def _newest_of(column: str, given: str) -> str:
    """The newest cases of each of the `given` in a column, as SQL."""
    return f"""select found.case_no from unnest(%({given})s::bigint[]) as mine(id) cross join lateral (
        select case_no from cases_case where {column} = mine.id
            and received_at <= coalesce(%(moment)s::timestamptz, 'infinity')
            and (%(moment)s::timestamptz is null or received_at < %(moment)s or case_no > %(case_no)s::text)
            and (%(stage)s = '' or stage = %(stage)s) and not party_id = any(%(but)s::bigint[])
        order by received_at desc, case_no limit %(size)s
    ) as found"""


_REACHED = (("organ_id", "organs"), ("in_name_of", "organs"), ("party_id", "parties"))
_WITHIN = Written(
    lambda: named(Case.objects.all()),
    f"""where cases_case.case_no in (
    {" union all ".join(_newest_of(*pair) for pair in _REACHED)}
) order by cases_case.received_at desc, cases_case.case_no limit %(size)s""",
)


def newest(rows: QuerySet[Case], *, after: str, at: datetime, size: int = PAGE) -> Page:
    """`rows` newest first, behind the cursor `received_at~case_no`."""
    rows = rows.order_by("-received_at", "case_no")
    return _page(list((behind(rows, after) if after else rows)[: size + 1]), size, at)


def _page(found: list[Case], size: int, at: datetime) -> Page:
    older = found[size - 1] if len(found) > size else None
    return Page(
        lines=[line(row, at) for row in found[:size]],
        older=f"{older.received_at.isoformat()}~{older.case_no}" if older else "",
    )


def behind(rows: QuerySet[Case], cursor: str) -> QuerySet[Case]:
    """Rows behind a cursor `received_at~case_no`, newest first. Refuses `cursor_unreadable`."""
    moment, case_no = position(cursor)
    return rows.filter(received_at__lt=moment) | rows.filter(received_at=moment, case_no__gt=case_no)


def position(cursor: str) -> tuple[datetime, str]:
    """Instant and case number of a cursor. Refuses `cursor_unreadable`."""
    instant, _, case_no = cursor.replace(" ", "+").partition("~")
    try:
        moment = datetime.fromisoformat(instant)
    except ValueError as error:
        raise Refused("cursor_unreadable", after=cursor) from error
    if moment.tzinfo is None or not case_no.isalnum():
        raise Refused("cursor_unreadable", after=cursor)
    return moment, case_no


class DraftLine(msgspec.Struct, frozen=True):
    """An open draft with the item's name."""

    draft: Draft
    name: Text


def drafts(caller: Caller) -> list[DraftLine]:
    """The caller's open drafts, latest touched first."""
    found = _DRAFTS(account=caller.signed_in, parties=list(caller.parties), size=PAGE)
    return [DraftLine(draft=row, name=subjects.subject(row).name) for row in found]


_DRAFTS = Written(
    lambda: Draft.objects.select_related("party").only(
        "version", "bundle", "members", "updated_at", "party__name"
    ),
    """where account_id = %(account)s and party_id = any(%(parties)s::bigint[]) and submitted_at is null
    and part_of_id is null
order by updated_at desc, cases_draft.id limit %(size)s""",
)


class LetterLine(msgspec.Struct, frozen=True):
    """A letter with its kind in words."""

    letter: Letter
    words: str


def letters(row: Case) -> list[LetterLine]:
    """The letters of a case, latest first."""
    found = _LETTERS(case=row.pk)
    return [LetterLine(letter=letter, words=str(phrases.LETTERS[letter.kind])) for letter in found]


_LETTERS = Written(
    lambda: Letter.objects.defer("pdf", "data"), "where case_id = %(case)s order by position desc, id desc"
)


def result(found: list[LetterLine]) -> LetterLine | None:
    """What the applicant came for: the licence, else the grant."""
    kinds = {line.letter.kind: line for line in found}
    return kinds.get("licence") or kinds.get("grant")
