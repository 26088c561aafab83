"""Blockers and the consultations about them: raised, convened, concluded with tasks, resolved."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from tongban.engine.refusal import Refused
from tongban.enterprise import rules
from tongban.enterprise.actions.projects import locked, of_centre, tell
from tongban.enterprise.models import Blocker, Consultation, ServiceProject, Task
from tongban.enterprise.queries.projects import works_at
from tongban.people import queries as people
from tongban.people.rules import Caller


@transaction.atomic
def raise_blocker(
    *, project: int, what: str, organ: int, since: date, step: str = "", caller: Caller, at: datetime
) -> Blocker:
    """Say what holds a project up, whose it is and since when.

    Raises `Refused`: service_unknown, service_closed, service_not_yours, log_words_missing, log_in_future,
    organ_unknown.
    """
    row = locked(project)
    of_centre(row, caller)
    rules.worded(what)
    rules.begun(since, people.today(at))
    place = people.organ(organ)
    made = Blocker.objects.create(
        project=row,
        step=step,
        what=what.strip(),
        organ=place,
        since=since,
        raised_by_id=caller.signed_in,
        raised_at=at,
    )
    facts = {"blocker": made.pk, "organ": organ, "since": since.isoformat(), "step": step}
    tell(row, ("blocker_raised", facts), caller=caller, at=at)
    return made


@transaction.atomic
def convene(
    *, blocker: int, on: date, question: str, organs: Collection[int], caller: Caller, at: datetime
) -> Consultation:
    """Call the organs needed to an ad-hoc consultation; what was concluded before stays.

    Raises `Refused`: blocker_unknown, blocker_resolved, service_not_yours, organs_missing, organ_unknown,
    log_words_missing, consultation_open.
    """
    found, row = _open(blocker)
    of_centre(row, caller)
    if not organs:
        raise Refused("organs_missing")
    rules.worded(question)
    if found.consultations.filter(concluded_at=None).exists():
        raise Refused("consultation_open")
    invited = people.organs_by_id(organs)
    if len(invited) != len(set(organs)):
        raise Refused("organ_unknown")
    made = Consultation.objects.create(
        blocker=found, on=on, question=question.strip(), convened_by_id=caller.signed_in, convened_at=at
    )
    made.organs.set(invited)
    facts = {"blocker": found.pk, "consultation": made.pk, "on": on.isoformat(), "organs": sorted(organs)}
    tell(row, ("consultation_convened", facts), caller=caller, at=at)
    return made


@transaction.atomic
def conclude(
    *, blocker: int, conclusion: str, tasks: Collection[rules.Task], caller: Caller, at: datetime
) -> Consultation:
    """Record what the consultation concluded, and who does what by when. No limit of law is changed by it.

    Raises `Refused`: blocker_unknown, service_not_yours, consultation_missing, and those of `rules.concluded`.
    """
    found, row = _open(blocker)
    of_centre(row, caller)
    made = found.consultations.filter(concluded_at=None).first()
    if made is None:
        raise Refused("consultation_missing")
    organs = set(made.organs.values_list("pk", flat=True))
    rules.concluded(conclusion, tasks, organs, made.on, people.today(at))
    made.conclusion, made.concluded_at, made.concluded_by_id = conclusion.strip(), at, caller.signed_in
    made.save(update_fields=["conclusion", "concluded_at", "concluded_by"])
    Task.objects.bulk_create(
        Task(
            consultation=made, organ_id=task.organ, who=task.who.strip(), what=task.what.strip(), due=task.due
        )
        for task in tasks
    )
    told = [{"organ": task.organ, "due": task.due.isoformat()} for task in tasks]
    facts = {"blocker": found.pk, "consultation": made.pk, "tasks": told}
    tell(row, ("consultation_concluded", facts), caller=caller, at=at)
    return made


@transaction.atomic
def finish(*, task: int, caller: Caller, at: datetime) -> Task:
    """A task is done: said by an officer of its organ, or by the centre.

    Raises `Refused`: task_unknown, task_done, service_not_yours.
    """
    known = Task.objects.select_related("consultation__blocker").filter(pk=task).first()
    if known is None:
        raise Refused("task_unknown")
    row = locked(known.consultation.blocker.project_id, open_=False)
    found = Task.objects.get(pk=task)
    if caller.scopes is not None or found.organ_id not in works_at(caller):
        of_centre(row, caller)
    if found.done_at:
        raise Refused("task_done")
    found.done_at, found.done_by_id = at, caller.signed_in
    found.save(update_fields=["done_at", "done_by"])
    tell(row, ("task_done", {"task": found.pk}), caller=caller, at=at)
    return found


@transaction.atomic
def resolve(*, blocker: int, how: str, caller: Caller, at: datetime) -> Blocker:
    """A blocker is gone, and how.

    Raises `Refused`: blocker_unknown, blocker_resolved, service_not_yours, log_words_missing, consultation_open.
    """
    found, row = _open(blocker)
    of_centre(row, caller)
    rules.worded(how)
    if found.consultations.filter(concluded_at=None).exists():
        raise Refused("consultation_open")
    found.resolved_at, found.resolved_by_id, found.how = at, caller.signed_in, how.strip()
    found.save(update_fields=["resolved_at", "resolved_by", "how"])
    tell(row, ("blocker_resolved", {"blocker": found.pk}), caller=caller, at=at)
    return found


def _open(blocker: int) -> tuple[Blocker, ServiceProject]:
    """A blocker that holds up, and its project, locked."""
    of = Blocker.objects.filter(pk=blocker).values_list("project", flat=True).first()
    if of is None:
        raise Refused("blocker_unknown", blocker=blocker)
    row = locked(of, open_=False)
    found = Blocker.objects.get(pk=blocker)
    if found.resolved_at:
        raise Refused("blocker_resolved")
    return found, row
