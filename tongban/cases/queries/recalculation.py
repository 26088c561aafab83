"""Open cases whose deadlines a calendar moves; read in batches, decided by the same rule as the event."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
from django.db import connection

from tongban.engine.calendar import Calendar
from tongban.engine.lifecycle import ALLOWED, Case, commands, decide
from tongban.engine.refusal import Refused

_DECODE = msgspec.json.Decoder(Case).decode
_BATCH = 1000
_STAGES = sorted(stage.value for stage, allowed in ALLOWED.items() if commands.Recompute in allowed)
_OPEN = """
select case_no, state from cases_case
where stage = any(%s) and case_no > %s and state->>'calendar' <> %s
order by case_no limit %s
"""


def moved(calendar: Calendar, at: datetime, *, most: int | None = None) -> Iterator[str]:
    """The numbers of the open cases for which `calendar` moves a date; at most `most` cases are looked at."""
    last, seen = "", 0
    while most is None or seen < most:
        with connection.cursor() as cursor:
            cursor.execute(_OPEN, [_STAGES, last, calendar.version, _BATCH])
            rows = cursor.fetchall()
        yield from (number for number, state in rows if _moves(_DECODE(state), calendar, at))
        if len(rows) < _BATCH:
            return
        last, seen = rows[-1][0], seen + len(rows)


def _moves(case: Case, calendar: Calendar, at: datetime) -> bool:
    try:
        decide(case, commands.Recompute(), by="system:clock", at=at, calendar=calendar)
    except Refused:
        return False
    return True
