"""Moving a case (移送): only to an organ that runs the item."""

from datetime import datetime

from tongban.cases.actions import commands as run
from tongban.cases.queries import competence, desk, opened
from tongban.cases.rules import duties
from tongban.cases.rules import transfer as moved
from tongban.engine.lifecycle import commands
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller


def transfer(
    *,
    case_no: str,
    organ: int,
    reason: str,
    caller: Caller,
    at: datetime,
    key: run.Key | None = None,
    answer: run.Answer = run.plain_answer,
) -> run.Outcome:
    """Move a case to `organ`, which must be competent for the matter's place, or for its own division if the
    matter was lodged in the wrong one. Raises `organ_does_not_run_item` and the refusals of `commands.perform`.

    Basis: 行政许可法 Art 24, 32(2).
    """
    try:
        found = opened.opened(case_no, caller, at)
        duties.permit(caller, commands.Transfer, found.case)
        divisions = {row.pk: row.division_id for row in (found.row.organ, *desk.transfer_organs(found))}
        if organ not in divisions:
            raise Refused("organ_does_not_run_item", organ=organ, running=sorted(divisions))
    except Refused as refused:
        if key and (earlier := run.repeat(duties.actor(caller), key)):
            return earlier
        run.note_refusal(refused, case_no, commands.Transfer, by=duties.actor(caller), at=at)
        raise
    place = moved.place(found.case.place, divisions[organ])
    command = commands.Transfer(
        organ=organ,
        division=divisions[organ],
        reason=reason,
        place=place,
        competence=competence.today(found.case.item, place, at),
    )
    return run.perform(case_no=case_no, command=command, caller=caller, at=at, key=key, answer=answer)
