"""How each organ outside stands: the last answer, what waits, what failed; two statements for all of them."""

from datetime import datetime

import msgspec
from django.db import connection

from tongban.connectors.queries.directory import directory
from tongban.connectors.rules.delivery import LATER_STATUSES


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One organ: `asked_at` is when it was last tried, `status` what it answered then (None: no answer).

    `waiting` counts messages that will be tried again, `oldest_at` the oldest of them; `failed` those on
    the list of failures; `unhanded` messages that came in and that nobody has taken yet.
    """

    name: str
    zh: str
    en: str
    known: bool
    asked_at: datetime | None
    status: int | None
    problem: str
    waiting: int
    oldest_at: datetime | None
    failed: int
    unhanded: int

    @property
    def reached(self) -> bool:
        """Whether it answered the last try as the contract has it: no fault of its own, no forgery, no redirect."""
        return self.status is not None and self.status < 500 and not (self.problem and self.status < 400)

    @property
    def refused(self) -> bool:
        """Whether the last answer was that the message will never be taken."""
        return self.status is not None and 400 <= self.status < 500 and self.status not in LATER_STATUSES


_COUNTS = """
select coalesce(m.name, r.name), coalesce(waiting, 0), oldest, coalesce(failed, 0), coalesce(unhanded, 0)
from (
    select receiver as name, count(*) filter (where failed_at is null) as waiting,
        min(issued_at) filter (where failed_at is null) as oldest,
        count(*) filter (where failed_at is not null) as failed
    from connectors_message where accepted_at is null and given_up_at is null group by receiver
) m
full join (
    select sender as name, count(*) as unhanded from connectors_received where handed_at is null group by sender
) r on r.name = m.name
"""

_LAST = """
select asked.name, last.answered_at, last.status, last.problem ->> 'code'
from unnest(%s::text[]) as asked (name) cross join lateral (
    select answered_at, status, problem from connectors_message m
    where m.receiver = asked.name and m.answered_at is not null order by m.answered_at desc limit 1
) last
"""


def standings() -> list[Standing]:
    """Every organ that is in the directory or has something open: what failed first, then what waits, by name."""
    known = directory()
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        counts = {name: rest for name, *rest in cursor.fetchall()}
        names = sorted({*known, *counts})
        cursor.execute(_LAST, [names])
        last = {name: rest for name, *rest in cursor.fetchall()}
    found = [_standing(name, known.get(name), counts.get(name), last.get(name)) for name in names]
    return sorted(found, key=lambda one: (not one.failed, not one.waiting, one.name))


def _standing(name: str, organ, counts: list | None, last: list | None) -> Standing:
    waiting, oldest, failed, unhanded = counts or (0, None, 0, 0)
    asked_at, status, problem = last or (None, None, None)
    return Standing(
        name=name,
        zh=(organ and organ.zh) or name,
        en=(organ and organ.en) or name,
        known=organ is not None,
        asked_at=asked_at,
        status=status,
        problem=problem or "",
        waiting=waiting,
        oldest_at=oldest,
        failed=failed,
        unhanded=unhanded,
    )
