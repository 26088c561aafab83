"""Items an organ handles in a system of its own (外部系统办理): handed out by a message, granted by its answer.

What that system cannot grant comes back to the organ's officers: no system refuses anybody.
Basis: 优化营商环境条例 Art 36, 37; 个人信息保护法 Art 24.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.cases.actions import commands as run
from tongban.cases.models import Case, Form
from tongban.cases.queries import opened
from tongban.cases.rules import outside as rules
from tongban.catalogue import queries as catalogue
from tongban.connectors import actions as connectors
from tongban.connectors import queries as organs
from tongban.engine.lifecycle import commands as c
from tongban.engine.lifecycle.state import Stage
from tongban.engine.refusal import Refused
from tongban.people import queries as people
from tongban.people.rules import outside, system


@transaction.atomic
def hand_out(*, case_no: str, at: datetime) -> bool:
    """Send a case that waits for acceptance to the system of its organ, if its item is handled by one.

    Again: nothing is sent twice. Returns whether it is there now.
    """
    row = Case.objects.select_for_update(of=("self",)).get(pk=case_no)
    case, guide = opened.state(row), catalogue.guide(row.version_id)
    if not guide.outside.kind or case.outside or case.stage is not Stage.RECEIVED:
        return bool(case.outside)
    answers = people.open_answers(Form.objects.get(case=row).answers)
    caller = system("outside")
    receiver = rules.receiver(guide.outside, answers)
    message = connectors.send(
        receiver=receiver,
        kind=guide.outside.kind,
        subject=case_no,
        body=rules.body(guide.outside, answers),
        by=caller.by,
        at=at,
    )
    command = c.HandOut(receiver=receiver, message=str(message))
    run.perform(case_no=case_no, command=command, caller=caller, at=at)
    return True


def answered(*, message: connectors.Incoming, by: str, at: datetime) -> None:
    """An organ's system has answered: the case is accepted and granted, or left to the organ's officers.

    Refuses case_unknown, not_handed_out (an officer was faster, or another system has it), answer_unreadable.
    """
    row = Case.objects.filter(pk=message.subject).first()
    if row is None:
        raise Refused("case_unknown", case_no=message.subject)
    case, asked = opened.state(row), catalogue.guide(row.version_id).outside
    if case.outside != message.sender:
        raise Refused("not_handed_out")
    caller = outside(message.sender)
    if message.kind == asked.granted:
        if case.stage is Stage.RECEIVED:
            run.perform(case_no=row.pk, command=c.Accept(), caller=caller, at=at)
        grant = c.Grant(produced=rules.produced(asked, message.body))
        run.perform(case_no=row.pk, command=grant, caller=caller, at=at)
    elif message.kind == asked.referred:
        reason = str(message.body.get("reason") or rules.REFERRED)
        run.perform(case_no=row.pk, command=c.HandBack(reason=reason), caller=caller, at=at)
    else:
        raise Refused("answer_unreadable", kind=message.kind)


def undelivered(*, message: str, at: datetime) -> None:
    """The message that carried a case out was not taken: the organ's officers have the case again."""
    sent = organs.find(UUID(message))
    row = Case.objects.filter(pk=sent.subject).first()
    if row is not None and opened.state(row).outside == sent.receiver:
        command = c.HandBack(reason=rules.UNDELIVERED)
        run.perform(case_no=row.pk, command=command, caller=outside(sent.receiver), at=at)
