"""The officer's inbox: what waits for my duty at my organs, most urgent first."""

from datetime import datetime, timedelta

import msgspec
from django.db import connection
from django.db.models import QuerySet

from tongban.cases.models import Case
from tongban.cases.queries.lists import Line, line, named
from tongban.cases.queries.opened import at_work
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller

PAGE = 25
MANY = 1000  # counts are told up to here: "999+"

_DUTIES = frozenset({"clerk", "examiner", "approver", "deliverer"})


class Group(msgspec.Struct, frozen=True):
    """A slice of the inbox by urgency: key, how many (at most `MANY`)."""

    key: str
    count: int

    @property
    def shown(self) -> str:
        return f"{MANY - 1}+" if self.count >= MANY else str(self.count)


class Inbox(msgspec.Struct, frozen=True):
    """A page of the inbox, its counts by urgency, and the cursor of the next page."""

    lines: list[Line]
    groups: list[Group]
    older: str


def pairs(caller: Caller) -> list[tuple[int, str]]:
    """(organ, duty) pairs the caller works on."""
    return [
        (post.organ, role.value)
        for post in caller.posts
        for role in sorted(post.roles)
        if role.value in _DUTIES
    ]


_CONDITIONS = {
    "": "true",
    "overdue": "due_at < %(at)s",
    "soon": "due_at >= %(at)s and due_at < %(soon)s",
    "later": "due_at >= %(soon)s",
    "waiting": "due_at is null",
    "free": "holder_id is null",
    "mine": "holder_id = %(account)s",
    "bilingual": "language = any(%(speaks)s::text[])",
}
FILTERS = tuple(_CONDITIONS)

_SLICE = """
(select case_no, due_at from cases_case
 where organ_id = %(organ{n})s and duty = %(duty{n})s and duty <> '' and ({condition}) and ({after})
 order by due_at asc nulls last, case_no limit %(size)s)
"""


# What a line of a list shows, of the cases found only.
_LINES = """
select work.case_no, work.due_at, state, stage, version_id, language, party.name as party_name,
    holder.display_name as holder_name
from ({found}) as work join cases_case using (case_no) join people_party party on party.id = party_id
    left join people_account holder on holder.id = holder_id
order by work.due_at asc nulls last, work.case_no limit %(size)s
"""


def waiting(caller: Caller, at: datetime, *, only: str = "", after: str = "", size: int = PAGE) -> list[Case]:
    """The most urgent `size` + 1 cases behind the cursor `after`, as lists show them; one statement."""
    work = pairs(caller)
    if not work:
        return []
    params: dict = {
        "at": at,
        "soon": at + timedelta(days=1),
        "account": caller.account,
        "speaks": list(caller.speaks()),
        "size": size + 1,
        **{f"organ{n}": organ for n, (organ, _) in enumerate(work)},
        **{f"duty{n}": duty for n, (_, duty) in enumerate(work)},
    }
    behind = _behind(after, params)
    slices = [_SLICE.format(n=n, condition=_CONDITIONS[only], after=behind) for n in range(len(work))]
    return list(Case.objects.raw(_LINES.format(found=" union all ".join(slices)), params))


def _behind(after: str, params: dict) -> str:
    """The condition for rows behind a cursor `due~case_no` (due empty: nothing is due)."""
    if not after:
        return "true"
    params["after_due"], params["after_no"] = _position(after)
    if params["after_due"] is None:
        return "due_at is null and case_no > %(after_no)s"
    return "(due_at, case_no) > (%(after_due)s::timestamptz, %(after_no)s::text) or due_at is null"


def _position(cursor: str) -> tuple[datetime | None, str]:
    """(due, case number) of a cursor. Refuses `cursor_unreadable`."""
    instant, between, case_no = cursor.replace(" ", "+").partition("~")
    try:
        moment = datetime.fromisoformat(instant) if instant else None
    except ValueError as error:
        raise Refused("cursor_unreadable", after=cursor) from error
    if not between or (moment and moment.tzinfo is None):
        raise Refused("cursor_unreadable", after=cursor)
    return moment, case_no


def inbox(caller: Caller, at: datetime, *, only: str = "", after: str = "") -> Inbox:
    """A page of the inbox: two statements, however many cases there are."""
    found = waiting(caller, at, only=only, after=after)
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Inbox(
        lines=[line(row, at) for row in found[:PAGE]],
        groups=groups(caller, at),
        older=f"{last.due_at.isoformat() if last.due_at else ''}~{last.case_no}" if last else "",
    )


_GROUPS = f"""
select {", ".join(f"count(*) filter (where {condition})" for condition in _CONDITIONS.values())}
from cases_case join unnest(%(organs)s::bigint[], %(duties)s::text[]) as mine(o, d)
    on organ_id = o and duty = d
where duty <> ''
"""


def groups(caller: Caller, at: datetime) -> list[Group]:
    """How many cases wait, by urgency, in one pass over the open ones; told up to `MANY`."""
    work = pairs(caller)
    if not work:
        return [Group(key, 0) for key in FILTERS]
    params = {
        "at": at,
        "soon": at + timedelta(days=1),
        "account": caller.account,
        "speaks": list(caller.speaks()),
        "organs": [organ for organ, _ in work],
        "duties": [duty for _, duty in work],
    }
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, params)
        row = cursor.fetchone()
    return [Group(key, min(count, MANY)) for key, count in zip(FILTERS, row, strict=True)]


def search(caller: Caller, words: str) -> QuerySet[Case]:
    """Cases in the caller's scope by number, end of number, short code or applicant's name."""
    rows = named(at_work(caller).rows())
    wanted = words.strip()
    code = wanted.upper().replace(" ", "").replace("-", "")
    if len(code) == 43:
        return rows.filter(pk=code)
    by_code = rows.filter(query_code=code)
    return by_code if by_code.exists() else rows.filter(party__name__startswith=wanted)
