"""Simulated approvals: opened on a draft, opinions given, taken back by a change, converted when the precondition comes.

Nothing here is a case: no lifecycle, no clock, no letter of an organ, no licence. Basis: 行政许可法 Art 38; configuration.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from tongban.cases.actions import commands as run
from tongban.cases.actions import drafts, submission
from tongban.cases.queries import applications
from tongban.cases.rules import duties
from tongban.cases.rules.signing import Signed
from tongban.catalogue import queries as catalogue
from tongban.engine import clock
from tongban.engine.lifecycle import commands
from tongban.engine.lifecycle.hand import says
from tongban.engine.refusal import Refused
from tongban.kit import files
from tongban.kit import letters as print_shop
from tongban.people import queries as people
from tongban.people.rules import Caller, Power, require_power
from tongban.record import actions as record
from tongban.simulated import queries, rules
from tongban.simulated.models import Opinion, Simulation

STREAM = "simulation"
TEMPLATE = Path(__file__).resolve().parent / "letters" / "opinion.typ"


@transaction.atomic
def open_on(*, draft: UUID, caller: Caller, at: datetime) -> Simulation:
    """Put a draft under simulated approval.

    Refuses draft_unknown, outside_mandate, draft_submitted, not_simulated_here, application_incomplete,
    simulated_already.
    """
    row = drafts.find(draft, caller, lock=True)
    require_power(caller, Power.PREPARE, row.party_id)
    if row.submitted_at:
        raise Refused("draft_submitted")
    if row.implementation is None or row.version_id is None:  # for several items at once
        raise Refused("not_simulated_here")
    place = row.place or row.implementation.division_code
    code, on = row.implementation.item.base_code, people.today(at)
    rule = queries.rule(code, place, on)
    if rule is None:
        raise Refused("not_simulated_here")
    if Simulation.objects.filter(draft=row).exists():
        raise Refused("simulated_already")
    ready = applications.application(row).ready
    if not ready.can_submit:
        raise Refused("application_incomplete", sections=ready.sections, questions=ready.questions)
    parameters = rules.parameters(rule.items[code].aspects, people.open_answers(row.form))
    division = row.implementation.division_code
    made = Simulation.objects.create(
        number=rules.number(division, on, _next(f"{division}{on:%Y%m%d}")),
        draft=row,
        item=code,
        name=msgspec.to_builtins(catalogue.guide(row.version_id).name),
        organ=row.implementation.organ,
        division_code=place,
        party=row.party,
        opened_at=at,
        parameters=parameters,
        position=0,
    )
    facts = {"item": code, "parameters": sorted(parameters)}
    _note(made, "simulation_opened", facts, by=duties.actor(caller), at=at)
    return made


@transaction.atomic
def give(*, number: str, aspect: str, passed: bool, words: str, caller: Caller, at: datetime) -> Opinion:
    """Give an opinion on one aspect, in the place of one that has run out if there is one; by the officer of the
    organ who would examine the application.

    Refuses simulation_unknown, not_permitted, simulation_converted, aspect_unknown, opinion_given, opinion_required.
    """
    row = _locked(queries.for_officer(number, caller))
    _examiner(caller, row)
    if row.draft.case_id:
        raise Refused("simulation_converted")
    if not says(words):
        raise Refused("opinion_required")
    _take_back(row, caller, at)
    rule = queries.rule_of(row)
    part = rule.items[row.item].aspect(aspect)
    on = people.today(at)
    before = Opinion.objects.filter(simulation=row, aspect=aspect, invalidated_at=None).defer("pdf").first()
    if before and before.valid_until >= on:
        raise Refused("opinion_given", aspect=aspect)
    if before:
        before.invalidated_at = at
        before.save(update_fields=["invalidated_at"])
    said = rules.opinion_number(row.organ.short_name, on.year, _next(f"opinion {row.organ_id} {on.year}"))
    valid_until = on + timedelta(days=rule.valid_days)
    answers = people.open_answers(row.draft.form)
    made = Opinion.objects.create(
        simulation=row,
        aspect=aspect,
        step=part.step,
        passed=passed,
        words=words,
        number=said,
        digest=rules.digest(part, answers),
        by_id=caller.signed_in,
        at=at,
        valid_until=valid_until,
        pdf=_printed(row, part, said, passed, words, valid_until, at),
    )
    facts = {
        "aspect": aspect,
        "passed": passed,
        "words": words,
        "number": said,
        "digest": made.digest,
        "instead_of": before.number if before else "",
    }
    _note(row, "simulated_opinion_given", facts, by=duties.actor(caller), at=at)
    return made


@transaction.atomic
def renew(*, number: str, caller: Caller, at: datetime) -> int:
    """Look at the application again after it was changed; returns how many opinions the change took back."""
    return _take_back(_locked(queries.own(number, caller)), caller, at)


def _take_back(row: Simulation, caller: Caller, at: datetime) -> int:
    """Take back exactly the opinions that rest on a parameter that was changed, each with the fields as its reason."""
    item = queries.rule_of(row).items[row.item]
    answers = people.open_answers(row.draft.form)
    now = rules.parameters(item.aspects, answers)
    moved = rules.changed(row.parameters, now)
    taken = []
    for opinion in Opinion.objects.filter(
        simulation=row, invalidated_at=None, aspect__in=rules.affected(item.aspects, moved)
    ).order_by("id"):
        aspect = item.aspect(opinion.aspect)
        if opinion.digest == rules.digest(aspect, answers):  # changed back to what the opinion rests on
            continue
        opinion.invalidated_at, opinion.changed = at, sorted(moved & set(aspect.rests_on))
        opinion.save(update_fields=["invalidated_at", "changed"])
        taken.append({"number": opinion.number, "changed": opinion.changed})
    if moved:
        row.parameters = now
        row.save(update_fields=["parameters"])
        facts = {"changed": sorted(moved), "opinions": taken}
        _note(row, "simulated_opinions_invalidated", facts, by=duties.actor(caller), at=at)
    return len(taken)


def bring(*, number: str, file: UploadedFile, caller: Caller, at: datetime) -> Simulation:
    """Give the document of the precondition; from then on the working days to the decision count.

    Refuses simulation_unknown, outside_mandate, precondition_given, simulation_converted, and those of
    `kit.files.keep`.
    """
    require_power(caller, Power.PREPARE, queries.own(number, caller).party_id)
    kept = files.keep(file, folder=Path(settings.MEDIA_ROOT), limit=settings.UPLOAD_LIMIT_MB * 1_000_000)
    with transaction.atomic():
        row = _locked(queries.own(number, caller))
        if row.draft.case_id:
            raise Refused("simulation_converted")
        if row.precondition_at:
            raise Refused("precondition_given")
        days = queries.rule_of(row).convert_days
        due = catalogue.calendar().add_working_days(people.today(at), days)
        row.precondition = msgspec.to_builtins(kept)
        row.precondition_at, row.decide_by = at, clock.ends_at(due.on)
        row.save(update_fields=["precondition", "precondition_at", "decide_by"])
        facts = {"digest": kept.digest, "decide_by": due.on.isoformat()}
        _note(row, "precondition_given", facts, by=duties.actor(caller), at=at)
    return row


def convert(*, number: str, signed: Signed, caller: Caller, at: datetime) -> str:
    """Receive the real case from the same form and files, signed; returns its number. Again: the same case.

    Refuses what `receive` and `submission.submit` refuse; what was changed since has taken opinions back all the same.
    """
    with transaction.atomic():
        row = _locked(queries.own(number, caller))
        _take_back(row, caller, at)
    return submission.submit(draft=row.draft_id, caller=caller, at=at, signed=signed).answer["case_no"]


def receive(*, draft: UUID, item: str, case_no: str, by: str, at: datetime) -> None:
    """The cases room has received an application: one under simulated approval only as its conversion, from wherever it
    was submitted. Called in that transaction; named in `config.reactions.RECEIPTS`.

    Refuses precondition_missing, opinions_missing, opinion_unfavourable.
    Basis: 行政许可法 Art 38 (no decision without all conditions); configuration (模拟审批转正式审批).
    """
    if not queries.ever_simulated(item):
        return
    row = (
        Simulation.objects.select_for_update(of=("self",)).select_related("draft").filter(draft=draft).first()
    )
    if row is None:
        return
    if barred := queries.seen(row, at).barred:
        raise barred
    row.converted_at = at
    row.save(update_fields=["converted_at"])
    _note(row, "simulation_converted", {"case_no": case_no}, by=by, at=at)


def confirm(*, number: str, step: str, caller: Caller, at: datetime) -> run.Outcome:
    """Confirm the opinions on a step in the real case: the officer's own report, by a person, under the case's rules.

    Refuses simulation_unknown, not_permitted, opinions_missing, and those of `commands.perform`.
    """
    row = queries.for_officer(number, caller)
    _examiner(caller, row)
    found = queries.seen(row, at)
    if step not in found.confirmable or found.case_no is None:
        raise Refused("opinions_missing", aspects=[step])
    opinions = [line.opinion for line in found.lines if line.opinion and line.aspect.step == step]
    if any(not opinion.passed for opinion in opinions):
        raise Refused("opinion_unfavourable", aspects=[step])
    words = "；".join(f"{one.words}（经确认，见{one.number}）" for one in opinions)
    report = commands.CompleteStep(step=step, passed=True, opinion=words)
    with transaction.atomic():
        outcome = run.perform(case_no=found.case_no, command=report, caller=caller, at=at)
        locked = _locked(row)
        Opinion.objects.filter(pk__in=[one.pk for one in opinions]).update(confirmed_at=at)
        facts = {"step": step, "case_no": found.case_no, "opinions": [one.number for one in opinions]}
        _note(locked, "simulated_opinions_confirmed", facts, by=duties.actor(caller), at=at)
    return outcome


def _examiner(caller: Caller, row: Simulation) -> None:
    if not queries.examines(caller, row.organ_id):
        raise Refused("not_permitted")


def _locked(row: Simulation) -> Simulation:
    """The row as it is now, locked until the transaction ends."""
    return Simulation.objects.select_for_update(of=("self",)).select_related("draft", "organ").get(pk=row.pk)


def _note(row: Simulation, kind: str, facts: dict[str, Any], *, by: str, at: datetime) -> None:
    """Record what happened, in the same transaction."""
    row.position += 1
    Simulation.objects.filter(pk=row.pk).update(position=row.position)
    record.append(
        stream_kind=STREAM,
        stream_id=row.pk,
        position=row.position,
        entries=[(kind, facts)],
        by=by,
        at=at,
    )


_NEXT = """
insert into simulated_serial (series, last) values (%s, 1)
on conflict (series) do update set last = simulated_serial.last + 1
returning last
"""


def _next(series: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [series])
        return cursor.fetchone()[0]


def _printed(row: Simulation, aspect: rules.Aspect, said: str, passed: bool, words: str, until, at) -> bytes:
    """The opinion as a PDF, watermarked and without any seal: it verifies as no letter of the house."""
    data = {
        "number": said,
        "simulation": row.number,
        "organ": row.organ.name,
        "party": row.party.name,
        "item": row.name["zh"],
        "aspect": aspect.name.zh,
        "passed": passed,
        "words": words,
        "on": people.today(at).isoformat(),
        "until": until.isoformat(),
    }
    return print_shop.render(TEMPLATE, data, fonts=Path(settings.LETTER_FONTS))
