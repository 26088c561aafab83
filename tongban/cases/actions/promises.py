"""Promises for what is missing (容缺承诺): made and signed, kept by a supplement, chased and ended by the clock."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction

from tongban.cases.actions import commands as run
from tongban.cases.actions import submission
from tongban.cases.models import Case, Upload
from tongban.cases.queries import competence, opened, promises
from tongban.cases.rules import duties, remedies
from tongban.cases.rules.signing import Signed
from tongban.catalogue import queries as catalogue
from tongban.engine import calendar
from tongban.engine.lifecycle import commands
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller, system


def promise(
    *,
    case_no: str,
    signed: Signed,
    caller: Caller,
    at: datetime,
    key: run.Key | None = None,
    answer: run.Answer = run.plain_answer,
) -> run.Outcome:
    """Promise what is missing, signed by the caller for the applicant.

    Raises `Refused`: signed_something_else (the text is not what was shown), name_not_signers, mandate_ended, those
    of the rules of `engine.lifecycle.tolerance` and of `commands.perform`.
    """
    found = opened.opened(case_no, caller, at)
    duties.permit(caller, commands.Promise, found.case)
    said = promises.written(found)
    if signed.digest != said.digest:
        raise Refused("signed_something_else")
    signature = submission.signature_of(signed, found.case.applicant, caller, at)
    command = commands.Promise(digest=said.digest, signature=signature)
    return run.perform(case_no=case_no, command=command, caller=caller, at=at, key=key, answer=answer)


def supplement(
    *,
    case_no: str,
    caller: Caller,
    at: datetime,
    key: run.Key | None = None,
    answer: run.Answer = run.plain_answer,
) -> run.Outcome:
    """Hand in what was promised: the files supplied since the pre-acceptance."""
    with transaction.atomic():
        row = opened.find(case_no, caller)
        given = Upload.objects.filter(case=row, round=opened.state(row).notices + 1, removed_at=None)
        command = commands.Supplement(
            materials=tuple(sorted(set(given.values_list("material", flat=True)))),
            received_on=calendar.received_on(at, catalogue.calendar(), catalogue.hours(row.organ_id)),
        )
    return run.perform(case_no=case_no, command=command, caller=caller, at=at, key=key, answer=answer)


def chase(*, at: datetime) -> int:
    """Remind every applicant whose promise is due in two working days, in one, or today; returns how many.

    A reminder is an event of its case: another run, or another worker, finds it sent.
    Basis: configuration (T−2, T−1, T).
    """
    return _each(promises.to_chase(at), lambda case_no: commands.ChasePromise(), at)


def end_overdue(*, at: datetime) -> int:
    """End every pre-review whose promise was not kept; returns how many. Safe to repeat and to run twice at once."""
    return _each(promises.overdue(at), _ending, at)


def _ending(case_no: str) -> commands.Command:
    row = Case.objects.select_related("organ__division__parent").get(pk=case_no)
    issuer = competence.issuer(row, opened.state(row))
    return commands.BreakPromise(remedies=remedies.wording(issuer.remedies))


_SETTLED = frozenset({"not_at_this_stage", "chase_not_due", "promise_not_overdue"})


def _each(numbers: Iterable[str], command: Callable[[str], commands.Command], at: datetime) -> int:
    """Give each case the clock's command; what another run has done meanwhile is passed over."""
    done = 0
    for case_no in list(numbers):
        try:
            run.perform(case_no=case_no, command=command(case_no), caller=system("clock"), at=at)
        except Refused as refused:
            if refused.code not in _SETTLED:
                raise
        else:
            done += 1
    return done
