"""The one-time notice (一次性告知): the clerk's marks become the whole list, in the guide's order."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from tongban.cases.actions import commands as run
from tongban.cases.queries import findings, opened
from tongban.cases.rules import duties
from tongban.engine.lifecycle import commands
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller


def notify(
    *,
    case_no: str,
    marks: Mapping[str, Collection[str]],
    remarks: Mapping[str, str],
    correct_by: date,
    caller: Caller,
    at: datetime,
    key: run.Key | None = None,
    answer: run.Answer = run.plain_answer,
) -> run.Outcome:
    """Tell the applicant once everything found: what was marked and every required material not given.

    Raises `Refused`: those of `findings.findings`, of the command's rules, and of `commands.perform`.
    Basis: 行政许可法 Art 32(4).
    """
    try:
        found = opened.opened(case_no, caller, at)
        duties.permit(caller, commands.Notify, found.case)
        defects = findings.defects(findings.findings(found, marks), remarks)
    except Refused as refused:
        run.note_refusal(refused, case_no, commands.Notify, by=duties.actor(caller), at=at)
        raise
    command = commands.Notify(defects=defects, correct_by=correct_by)
    return run.perform(case_no=case_no, command=command, caller=caller, at=at, key=key, answer=answer)
