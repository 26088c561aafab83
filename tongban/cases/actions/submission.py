"""Receipt of an application (收件): number, events, case, form and files in one transaction."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import IntegrityError, connection, transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.module_loading import import_string

from tongban.cases.actions import commands as run
from tongban.cases.actions import drafts
from tongban.cases.models import Bundle, Draft, Upload
from tongban.cases.queries import applications, competence, cosigning
from tongban.cases.rules import application, duties, signing
from tongban.cases.rules.signing import Signed
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import holding, situations
from tongban.catalogue.rules.situations import Situation
from tongban.engine import calendar, codes
from tongban.engine.competence import Competence
from tongban.engine.lifecycle import Case, commands, decide, evolve
from tongban.engine.lifecycle.state import CoSignature, Signature
from tongban.engine.refusal import Refused
from tongban.licences import actions as licence_actions
from tongban.licences import queries as licences
from tongban.licences.queries import Held
from tongban.people import queries as people
from tongban.people.rules import Caller, Power, require_power


def submit(
    *,
    draft: UUID,
    caller: Caller,
    at: datetime,
    channel: str = "web",
    signed: Signed | None = None,
    key: run.Key | None = None,
    answer: run.Answer = run.plain_answer,
) -> run.Outcome:
    """Turn a draft into a received case. Submitting the same draft again returns the same case.

    Raises `Refused`: draft_unknown, application_incomplete (sections, questions), item_not_running,
    guide_changed (the draft then stands under the guide in force now); of signatures also name_not_signers,
    mandate_ended, signed_something_else (the draft is not what was shown when it was signed), signatures_missing
    (names of those who must sign too and have not signed the draft as it is); of a devolved
    power town_needed (towns), competence_moved (the draft then stands at the organ that acts for its town now);
    and those of the action that `settings.RECEIPTS` names for a case.
    """
    try:
        with transaction.atomic():
            return _submit(draft, caller, at, channel, signed, key, answer)
    except GuideChanged:
        drafts.bring_up_to_date(draft=draft, caller=caller, at=at)
        raise
    except CompetenceMoved:
        drafts.bring_to_competent(draft=draft, caller=caller, at=at)
        raise
    except (Refused, IntegrityError):
        if key and (earlier := run.repeat(duties.actor(caller), key)):
            return earlier
        raise


def _submit(
    draft_id: UUID,
    caller: Caller,
    at: datetime,
    channel: str,
    signed: Signed | None,
    key: run.Key | None,
    answer: run.Answer,
) -> run.Outcome:
    mine = {"account_id": caller.signed_in, "party_id__in": caller.parties, "part_of": None}
    rows = _with_what_it_gives(at).filter(pk=draft_id, bundle="", **mine)
    draft = rows.first()
    if draft is None:
        raise Refused("draft_unknown")
    if draft.seen != draft.updated_at:  # changed while its lock was waited for: what it gives was read before
        draft = rows.get()
    if draft.case_id:
        if key and (earlier := run.repeat(duties.actor(caller), key)):
            return earlier
        return run.Outcome(case=None, events=(), answer={"case_no": draft.case_id}, repeated=True)
    require_power(caller, Power.SUBMIT, draft.party_id)
    signature = signature_of(signed, draft.party_id, caller, at) if signed else None
    by = duties.actor(caller)
    outcome = _receive(draft, by=by, at=at, channel=channel, signature=signature, key=key, answer=answer)
    item, case_no = draft.implementation.item.base_code, outcome.answer["case_no"]
    receive = import_string(import_string(settings.RECEIPTS)["case"])  # a room above may refuse
    receive(draft=draft.pk, item=item, case_no=case_no, by=by, at=at)
    return outcome


def receive_members(
    *, bundle: Bundle, items: Sequence[str], begun: bool, by: str, at: datetime, channel: str
) -> dict[str, str | Refused]:
    """Receive the cases of a bundle's members from the drafts made for them: {item: its number, or why not}.

    They keep the versions they were applied for under. `begun`: the bundle is received in this transaction, so
    its organs are those competent now; later a power may have moved. Called inside the transaction that holds
    the bundle. Basis: 立法法 Art 104 (no retroaction).
    """
    rows = _with_what_it_gives(at).filter(part_of=bundle, implementation__item__base_code__in=items)
    found = {row.implementation.item.base_code: row for row in rows} if items else {}
    return {item: _member(found[item], begun, bundle, by, at, channel) for item in items}


def _member(draft, begun: bool, bundle: Bundle, by: str, at: datetime, channel: str) -> str | Refused:
    draft.until = None
    try:
        with nullcontext() if begun else transaction.atomic():  # refused later, it leaves nothing behind
            if holding.is_town(draft.place) and not begun:
                draft.implementation = competence.acting(draft.implementation, draft.place, at)
                draft.save(update_fields=["implementation"])
            signature = msgspec.convert(bundle.signature, Signature) if bundle.signature else None
            part_of = (bundle.pk, bundle.digest)
            others = cosigning.of_bundle(bundle, catalogue.guide(draft.version_id))
            return _receive(
                draft, by=by, at=at, channel=channel, signature=signature, part_of=part_of, others=others
            ).answer["case_no"]
    except Refused as refused:
        if begun:
            raise
        return refused


def _receive(
    draft,
    *,
    by: str,
    at: datetime,
    channel: str,
    signature: Signature | None = None,
    key: run.Key | None = None,
    answer: run.Answer = run.plain_answer,
    part_of: tuple[str, str] = ("", ""),
    others: tuple[CoSignature, ...] = (),
) -> run.Outcome:
    _in_force(draft, at)
    competent = _competent(draft, at)
    ready = situations.resolve(catalogue.guide(draft.version_id), draft.situation)
    held = _held(draft, ready, at)
    _complete(draft, ready, held)
    serial, query_code = numbers(draft.implementation.task_code, at.astimezone(calendar.CST).date())
    command = _command(draft, ready, held, serial, at, channel, signature, competent, part_of)
    if not command.bundle and (signature is None or signature.digest == command.form_digest):
        others = cosigning.complete(draft, ready, command.form_digest, people.today(at))
    command = msgspec.structs.replace(command, cosignatures=others)
    events = decide(Case(), command, by=by, at=at, calendar=catalogue.calendar())
    case = evolve(Case(), events[0], by=by, at=at)
    answered = {**answer(case, events), "query_code": query_code}
    _store(draft, case, events, by=by, at=at, key=key, answer=answered)
    if held:
        licence_actions.use(
            held=list(held.values()),
            case_no=case.case_no,
            item=catalogue.guide(draft.version_id).name,
            by=by,
            at=at,
        )
    return run.Outcome(case=case, events=tuple(events), answer=answered)


def _with_what_it_gives(at: datetime):
    """Drafts, each locked, with files, licences held by its party, and whether its version is in force."""
    return (
        Draft.objects.select_for_update(of=("self",))
        .select_related("implementation__organ", "implementation__item")
        .annotate(
            given=ArraySubquery(_GIVEN),
            seen=Subquery(Draft.objects.filter(pk=OuterRef("pk")).values("updated_at")),
            items_held=licences.items_held("party"),
            status=F("version__status"),
            until=F("version__effective_to"),
            devolved=catalogue.devolved_below("implementation__item_id", "place", people.today(at)),
        )
    )


# The files of a draft as [{material, digest}, …], the oldest first.
_GIVEN = (
    Upload.objects.filter(draft=OuterRef("pk"), removed_at=None)
    .order_by("id")
    .values(one=JSONObject(material="material", digest="digest"))
)


class GuideChanged(Refused):
    """The guide of a draft has been replaced since it was begun."""


def _in_force(draft, at: datetime) -> None:
    """New cases are received only under the guide in force. Basis: configuration (事项版本)."""
    if draft.status != "published":
        raise Refused("item_not_running", item=draft.implementation.item_id)
    if draft.until and draft.until <= at:
        raise GuideChanged("guide_changed")


class CompetenceMoved(Refused):
    """Another organ acts for the town of a draft than when it was begun."""


def _competent(draft, at: datetime) -> Competence | None:
    """The competence a case is received under, of a devolved power; None where the organ uses its own.

    Basis: 行政许可法 Art 23, 24; configuration (一个事项一地一个机关).
    """
    run = draft.implementation
    if not holding.is_town(draft.place):
        if run.level == "county" and draft.devolved:
            raise Refused("town_needed")
        return None
    found = catalogue.competent(run.item.base_code, draft.place, people.today(at))
    if found.acting != run.organ_id:
        raise CompetenceMoved("competence_moved")
    return found if found.mode else None


def _held(draft, situation: Situation, at: datetime) -> dict[str, Held]:
    """The licences that stand for materials, locked; asked for only when the party holds one that could."""
    if not {code for part in situation.materials for code in part.held_from} & set(draft.items_held):
        return {}
    on = at.astimezone(calendar.CST).date()
    return applications.holding(situation, party=draft.party_id, answers=draft.form, on=on, lock=True)


def _complete(draft, situation: Situation, held: dict[str, Held]) -> None:
    """Refuse a draft whose form is not complete."""
    given = {file["material"] for file in draft.given} | set(held)
    ready = application.readiness(situation, complete=draft.complete, provided=given)
    if not ready.can_submit:
        raise Refused("application_incomplete", sections=ready.sections, questions=ready.questions)


def signature_of(signed: Signed, party: int, caller: Caller, at: datetime) -> Signature:
    """The signature of the caller for a party."""
    return signing.signature(
        signed,
        signer=duties.actor(caller),
        registered=caller.name,
        standing=applications.standing(caller, party, at),
        on=at.astimezone(calendar.CST).date(),
    )


def _command(
    draft,
    situation: Situation,
    held: dict[str, Held],
    serial: int,
    at: datetime,
    channel: str,
    signature: Signature | None,
    competent: Competence | None,
    part_of: tuple[str, str],
) -> commands.Receive:
    """The receipt command of a complete draft; a licence held counts as a material handed in."""
    guide = catalogue.guide(draft.version_id)
    files = application.signed_files([(file["material"], file["digest"]) for file in draft.given], held)
    given = {material for material, _ in files}
    on = at.astimezone(calendar.CST).date()
    rule = catalogue.tolerance(guide.base_code, draft.place or draft.implementation.division_code, on)
    terms = application.terms(guide, situation, rule)
    organ = draft.implementation.organ
    received_on = calendar.received_on(at, catalogue.calendar(), catalogue.hours(organ.pk))
    return commands.Receive(
        case_no=codes.case_number(draft.implementation.task_code, on, serial),
        item=guide.base_code,
        version=draft.version_id,
        organ=organ.pk,
        division=draft.implementation.division_code,
        applicant=draft.party_id,
        terms=terms,
        materials=tuple(sorted((given | application.produced(situation)) & set(terms.materials))),
        situation=draft.situation,
        form_digest=application.digest(draft.situation, draft.form, files),
        received_on=received_on,
        channel=channel,
        signature=signature,
        place=draft.place or draft.implementation.division_code,
        competence=competent,
        bundle=part_of[0],
        whole_digest=part_of[1],
    )


_NUMBERS = """
with taken as (
    insert into cases_serial (task_code, day, last) values (%s, %s, 1)
    on conflict (task_code, day) do update set last = cases_serial.last + 1
    returning last
)
select last, nextval('cases_query_code') from taken
"""


def numbers(task_code: str, on: date) -> tuple[int, str]:
    """The next serial of this implementing code today and the next short query code.

    The serial is taken last and commits with the receipt, so it has no gap; gaps of query codes are
    harmless. Basis: configuration.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, [task_code, on])
        serial, drawn = cursor.fetchone()
    return serial, codes.query_code(drawn, settings.LOOKUP_KEY)


_STORE = """
with recorded as ({recorded}),
made as (
    insert into cases_case (state, stage, duty, holder_id, position, due_at, organ_id, division_code,
        case_no, query_code, implementation_id, version_id, party_id, received_at, language)
    values (%s::jsonb, %s, %s, %s::bigint, %s, %s::timestamptz, %s, %s, %s, %s, %s, %s, %s, %s, %s)
),
formed as (
    insert into cases_form (case_id, situation, answers, digest)
    select %s, situation, form, %s from cases_draft where id = %s
),
moved as (
    update cases_upload set case_id = %s where draft_id = %s and removed_at is null
),
answered as (
    insert into cases_answered (by, key, digest, status, answer, at)
    select %s::text, %s::text, %s::text, 201, %s::jsonb, %s::timestamptz where %s::text is not null
)
update cases_draft set submitted_at = %s, case_id = %s where id = %s
"""


def _store(draft, case: Case, events, *, by: str, at: datetime, key, answer: dict) -> None:
    """Event, case, form, files and answer in one statement."""
    sql, params = run.recorded(Case(), events, by=by, at=at)
    value, key_digest = (key.value, key.digest) if key else (None, None)
    number = case.case_no
    with connection.cursor() as cursor:
        cursor.execute(
            _STORE.format(recorded=sql),
            [
                *params,
                *run.row(case),
                number,
                answer["query_code"],
                draft.implementation_id,
                draft.version_id,
                draft.party_id,
                at,
                draft.language,
                *(number, events[0].form_digest, draft.pk),
                *(number, draft.pk),
                *(by, value, key_digest, run._ENCODE(answer).decode(), at, value),
                *(at, number, draft.pk),
            ],
        )
