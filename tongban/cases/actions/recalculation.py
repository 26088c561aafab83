"""The calendar changed: what is still due on open cases is read again, each change an event of its case."""

from datetime import datetime

from tongban.cases.actions.commands import perform
from tongban.cases.queries import recalculation
from tongban.catalogue import queries as catalogue
from tongban.engine.lifecycle import commands
from tongban.engine.refusal import Refused
from tongban.people.rules import system


def recompute(*, at: datetime) -> int:
    """Recompute every open case whose deadlines the calendar in force moves; returns how many moved.

    Safe to repeat and to run twice at once: a case already moved is refused.
    Basis: 全国年节及纪念日放假办法; 行政许可法 Art 82.
    """
    moved = 0
    for case_no in recalculation.moved(catalogue.calendar(), at):
        try:
            perform(case_no=case_no, command=commands.Recompute(), caller=system("clock"), at=at)
        except Refused as refused:
            if refused.code not in {"dues_unchanged", "not_at_this_stage"}:
                raise
        else:
            moved += 1
    return moved
