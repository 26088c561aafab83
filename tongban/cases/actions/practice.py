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
UNFINISHED = ""  # in place of the rules' digest while the record is read from its beginning


class Run(msgspec.Struct):
    """What a run did: cases looked at, findings raised, opened again and closed, leaves of the record read."""

    cases: int = 0
    raised: int = 0
    reopened: int = 0
    closed: int = 0
    read: int = 0


def analyse(*, at: datetime, again: bool = False, batch: int = reading.BATCH) -> Run:
    """Read on from where the last run ended, to the end of what is sealed. Each batch is one transaction with
    its place in the record.

    What happened more than `rules.practice.LOOK_BACK` ago is not reported.
    When `again`, or when the rules have changed, it reads from the beginning; what no rule sees any more is closed.
    A reading from the beginning that was broken off begins again.
    """
    run, rules = Run(), reading.rules_digest()
    so_far = reading.read_so_far()
    whole = again or so_far is None or so_far.rules != rules
    upto = -1 if whole or so_far is None else so_far.upto
    keys: set[str] = set()
    while (part := reading.batch(upto, at, batch)).upto != upto:
        keys |= _report(part, UNFINISHED if whole else rules, run, at)
        upto = part.upto
    if whole:
        run.closed += _close_unseen(keys, rules, upto, at)
    run.closed += _close_listed(at)
    return run


@transaction.atomic
def _report(part: reading.Batch, rules: str, run: Run, at: datetime) -> set[str]:
    """Report what the rules see in a batch; returns the findings' keys."""
    found: list[Found] = [
        *practice.found(part.histories, part.organs, part.since),
        *practice.slow_filings(part.filings, part.organs),
    ]
    if found:
        tally = catalogue.report(found, by=ANALYSER.by, at=at)
        run.raised += tally.raised
        run.reopened += tally.reopened
    _keep(part.upto, rules, at)
    run.cases += len(part.histories)
    run.read = part.upto + 1
    return {one.key for one in found}


def _keep(upto: int, rules: str, at: datetime) -> None:
    PracticeRead.objects.update_or_create(pk=1, defaults={"upto": upto, "rules": rules, "read_at": at})


@transaction.atomic
def _close_unseen(keys: set[str], rules: str, upto: int, at: datetime) -> int:
    """The whole record was read: what the rules as they are now do not see has no cause.

    What was seen only before the window they look at is still to be answered.
    """
    _keep(upto, rules, at)
    rows = [row for row in catalogue_queries.practice_open() if row.key not in keys]
    unseen = [row.key for row in reading.within_reach(rows, at)]
    return catalogue.close(dict.fromkeys(unseen, Why.CAUSE_GONE), by=ANALYSER.by, at=at) if unseen else 0


def _close_listed(at: datetime) -> int:
    """What the guide in force lists by now is no finding any more."""
    listed = catalogue_queries.listed_now(catalogue_queries.practice_open())
    return catalogue.close(dict.fromkeys(listed, Why.LISTED), by=ANALYSER.by, at=at) if listed else 0
