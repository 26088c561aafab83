"""Which case an officer is given next: applicants who chose Tibetan or Yi go first to those who serve in it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from tongban.bilingual.queries import LANGUAGES
from tongban.cases.queries.inbox import pairs
from tongban.cases.rules import routing
from tongban.people import queries as people
from tongban.people.rules import Caller

_NEXT = f"""
select case_no, due_at, language, language = any(%(languages)s::text[])
    and exists ({people.serving_sql(on="%(on)s::date", organ="organ_id", duty="duty", language="cases_case.language")})
from cases_case join unnest(%(organs)s::bigint[], %(duties)s::text[]) as mine(o, d)
    on organ_id = o and duty = d
where duty <> '' and holder_id is null
order by language = any(%(speaks)s::text[]) desc, due_at asc nulls last, case_no limit %(size)s
"""


def next_up(caller: Caller, at: datetime, *, size: int = 50) -> list[str]:
    """Case numbers nobody holds, in the order the caller should take them; one statement."""
    work = pairs(caller)
    if not work:
        return []
    params: dict[str, Any] = {
        "on": people.today(at),
        "organs": [organ for organ, _ in work],
        "duties": [duty for _, duty in work],
        "languages": list(LANGUAGES),
        "speaks": list(caller.speaks()),
        "size": size,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, params)
        free = [routing.Free(*row) for row in cursor.fetchall()]
    return routing.order(free, speaks=caller.speaks(), soon=at + timedelta(days=1))
