"""One command through the house: lock, decide, and store events and state in one statement."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from django.db import IntegrityError, connection, transaction

from tongban.cases.queries import competence, promises
from tongban.cases.rules import duties
from tongban.catalogue import queries as catalogue
from tongban.engine.lifecycle import Case, commands, decide, evolve
from tongban.engine.lifecycle import events as lifecycle_events
from tongban.engine.lifecycle.decide import TO_ARCHIVE
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller
from tongban.record import actions as record_actions
from tongban.record import queries as record

_DECODE = msgspec.json.Decoder(Case).decode
_ENCODE = msgspec.json.Encoder().encode

Answer = Callable[[Case, Sequence[lifecycle_events.Event]], dict]


class Outcome(msgspec.Struct, frozen=True):
    """What a command led to: the state after it, its events, the answer, whether it was a repeat."""

    case: Case | None
    events: tuple[lifecycle_events.Event, ...]
    answer: dict
    repeated: bool = False


class Key(msgspec.Struct, frozen=True):
    """An Idempotency-Key and the digest of the request it came with."""

    value: str
    digest: str


def plain_answer(case: Case, events: Sequence[lifecycle_events.Event]) -> dict:
    """The answer to a command when the edge asks for no other: number, stage, position, event names."""
    return {
        "case_no": case.case_no,
        "stage": case.stage.value,
        "position": case.position,
        "events": [lifecycle_events.NAMES[type(event)] for event in events],
    }


def perform(
    *,
    case_no: str,
    command: commands.Command,
    caller: Caller,
    at: datetime,
    key: Key | None = None,
    answer: Answer = plain_answer,
) -> Outcome:
    """Give `command` to a case as `caller`; one short transaction.

    Raises `Refused`: `case_unknown` when the case is outside the caller's scope, otherwise the rule's code.
    A repeat of a key with the same request returns the first answer; with another request `key_reused`.
    """
    by = duties.actor(caller)
    try:
        with transaction.atomic():
            case = _lock(case_no, caller)
            duties.permit(caller, type(command), case)
            if isinstance(command, commands.Accept):
                command = commands.Accept(competence=competence.today(case.item, case.place, at))
            if isinstance(command, commands.Promise):
                command = _of_applicant(command, case)
            events = decide(case, command, by=by, at=at, calendar=catalogue.calendar())
            after = case
            for event in events:
                after = evolve(after, event, by=by, at=at)
            answered = answer(after, events)
            _store(case, after, events, by=by, at=at, key=key, answer=answered)
    except Refused as refused:
        if key and (earlier := repeat(by, key)):
            return earlier
        note_refusal(refused, case_no, type(command), by=by, at=at)
        raise
    except IntegrityError:
        if key and (earlier := repeat(by, key)):
            return earlier
        raise
    return Outcome(case=after, events=tuple(events), answer=answered)


def _of_applicant(command: commands.Promise, case: Case) -> commands.Promise:
    """The promise with what the house knows of the applicant now; no other is counted meanwhile."""
    promises.hold(case.applicant)
    return msgspec.structs.replace(
        command,
        open_promises=promises.open_promises(case.applicant),
        credit=promises.credit_of(case.applicant),
    )


def note_refusal(
    refused: Refused, case_no: str, command: type[commands.Command], *, by: str, at: datetime
) -> None:
    """Keep what was refused to whom, beside the record."""
    record_actions.note_refusal(
        stream_kind="case",
        stream_id=case_no,
        code=refused.code,
        facts={"command": command.__name__},
        by=by,
        at=at,
    )


def repeat(by: str, key: Key) -> Outcome | None:
    """The answer given earlier to this key; `key_reused` if the request was another one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select digest, answer from cases_answered where by = %s and key = %s", [by, key.value]
        )
        row = cursor.fetchone()
    if row is None:
        return None
    if row[0] != key.digest:
        raise Refused("key_reused", key=key.value)
    return Outcome(case=None, events=(), answer=msgspec.json.decode(row[1]), repeated=True)


_LOCK = """
select state from cases_case
where case_no = %s and (organ_id = any(%s::bigint[]) or party_id = any(%s::bigint[]) or %s)
for update
"""


def _lock(case_no: str, caller: Caller) -> Case:
    """The state of the case, its row locked; scoped by the caller's organs and parties in the query."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [case_no, list(caller.organs), list(caller.parties), duties.sees_all(caller)])
        row = cursor.fetchone()
    if row is None:
        raise Refused("case_unknown", case_no=case_no)
    return _DECODE(row[0])


_STORE = """
with recorded as ({recorded}),
answered as (
    insert into cases_answered (by, key, digest, status, answer, at)
    select %s::text, %s::text, %s::text, 200, %s::jsonb, %s::timestamptz where %s::text is not null
)
update cases_case set state = %s::jsonb, stage = %s, duty = %s, holder_id = %s::bigint, position = %s,
    due_at = %s::timestamptz, organ_id = %s, division_code = %s, ended_at = %s::timestamptz
where case_no = %s
"""


def _store(
    before: Case,
    after: Case,
    events: Sequence[lifecycle_events.Event],
    *,
    by: str,
    at: datetime,
    key: Key | None,
    answer: dict,
) -> None:
    """Events, state and answer in one statement."""
    sql, params = recorded(before, events, by=by, at=at)
    value = key.value if key else None
    digest = key.digest if key else None
    with connection.cursor() as cursor:
        cursor.execute(
            _STORE.format(recorded=sql),
            [
                *params,
                *(by, value, digest, _ENCODE(answer).decode(), at, value),
                *row(after),
                at if after.stage in TO_ARCHIVE else None,
                after.case_no,
            ],
        )


def recorded(
    before: Case, events: Sequence[lifecycle_events.Event], *, by: str, at: datetime
) -> tuple[str, list]:
    """The INSERT that appends `events` to the record, as SQL and parameters."""
    case_no = before.case_no or events[0].case_no  # type: ignore[attr-defined]
    return record.recorded_sql(
        stream_kind="case",
        stream_id=case_no,
        position=before.position + 1,
        entries=[(lifecycle_events.NAMES[type(event)], lifecycle_events.facts(event)) for event in events],
        by=by,
        at=at,
    )


def row(case: Case) -> list:
    """The columns a case is found by: state, stage, duty, holder, position, due, organ, division."""
    holder = int(case.holder.partition(":")[2]) if case.holder else None
    return [
        _ENCODE(case).decode(),
        case.stage.value,
        duties.duty(case),
        holder,
        case.position,
        duties.due_at(case),
        case.organ,
        case.division,
    ]
