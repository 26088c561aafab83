"""Cases nobody answered within five working days: accepted as of the day they were received."""

from datetime import datetime

from tongban.cases.actions.commands import perform
from tongban.cases.models import Case
from tongban.engine.lifecycle import commands
from tongban.engine.lifecycle.state import Stage
from tongban.engine.refusal import Refused
from tongban.people.rules import system

_BATCH = 500


def accept_silent(*, at: datetime) -> int:
    """Deem accepted every received case whose notice was due before `at`; returns how many.

    Two workers may do this at once: the second finds the case accepted and is refused.
    Basis: 行政许可法 Art 32(4).
    """
    accepted = 0
    while numbers := list(_silent(at)[:_BATCH]):
        for case_no in numbers:
            try:
                perform(case_no=case_no, command=commands.DeemAccepted(), caller=system("clock"), at=at)
            except Refused as refused:
                if refused.code != "not_at_this_stage":
                    raise
            else:
                accepted += 1
    return accepted


def _silent(at: datetime):
    """Received cases whose notice was due before `at`, longest silence first."""
    return (
        Case.objects.filter(stage=Stage.RECEIVED.value, due_at__lt=at)
        .order_by("due_at", "case_no")
        .values_list("case_no", flat=True)
    )
