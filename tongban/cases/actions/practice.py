"""The analyser of practice at work: reads on in the sealed record and reports what the rules see."""

from datetime import datetime

import msgspec
from django.db import transaction

from tongban.cases.models import PracticeRead
from tongban.cases.queries import practice as reading
from tongban.cases.rules import practice
from tongban.catalogue import actions as catalogue
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.rules.standing import Found, Why
from tongban.people.rules import system

ANALYSER = system("practice")


class Run(msgspec.Struct):
    """What a run did: cases looked at, findings raised, opened again and closed, leaves of the record read."""

    cases: int = 0
    raised: int = 0
    reopened: int = 0
    closed: int = 0
    read: int = 0


def analyse(*, at: datetime, again: bool = False, batch: int = reading.BATCH) -> Run:
    """Read on from where the last run ended, to the end of what is sealed; from the beginning when `again` or
    when the rules have changed. Each batch is one transaction with its place in the record.
    """
    run, rules = Run(), reading.rules_digest()
    so_far = reading.read_so_far()
    upto = -1 if again or so_far is None or so_far.rules != rules else so_far.upto
    while True:
        part = reading.batch(upto, batch)
        if part.upto == upto:
            break
        _report(part, rules, run, at)
        upto = part.upto
    run.closed = _close_listed(at)
    return run


@transaction.atomic
def _report(part: reading.Batch, rules: str, run: Run, at: datetime) -> None:
    found: list[Found] = [
        *practice.found(part.histories, part.organs),
        *practice.slow_filings(part.filings, part.organs),
    ]
    if found:
        tally = catalogue.report(found, by=ANALYSER.by, at=at)
        run.raised += tally.raised
        run.reopened += tally.reopened
    PracticeRead.objects.update_or_create(pk=1, defaults={"upto": part.upto, "rules": rules, "read_at": at})
    run.cases += len(part.histories)
    run.read = part.upto + 1


def _close_listed(at: datetime) -> int:
    """What the guide in force lists by now is no finding any more."""
    listed = catalogue_queries.listed_now(catalogue_queries.practice_open())
    return catalogue.close(dict.fromkeys(listed, Why.LISTED), by=ANALYSER.by, at=at) if listed else 0
