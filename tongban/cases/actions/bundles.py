"""A bundle: received on one form, its members received one after another as they can be, closed once.

Basis: 行政许可法 Art 26¶2; 优化营商环境条例 Art 36. Each member is a case with its own clock and remedies.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from tongban.cases.actions import drafts, founding, submission
from tongban.cases.models import Bundle, Draft, Member, Upload
from tongban.cases.queries import applications, cosigning, subjects
from tongban.cases.queries.opened import state as folded
from tongban.cases.rules import bundles as rules
from tongban.cases.rules import duties
from tongban.cases.rules.application import of_field
from tongban.cases.rules.signing import Signed
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.bundling import Together
from tongban.engine import bundle as engine
from tongban.engine import calendar
from tongban.engine.bundle import State, Whole
from tongban.engine.lifecycle.state import CoSignature, Signature
from tongban.engine.refusal import Refused
from tongban.people import queries as people
from tongban.people.rules import Caller, Power, require_power
from tongban.record import queries as record


def receive(
    *, draft: UUID, caller: Caller, at: datetime, signed: Signed | None = None, channel: str = "web"
) -> str:
    """Turn the draft of a bundle into an application for all its members; its number. Again: the same one.

    The members that wait for nothing are received in the same transaction. Raises `Refused`: draft_unknown,
    application_incomplete, guide_changed, competence_moved, town_needed, item_not_running; of signatures those
    of `submission.submit`; of a bundle that another room defines those of its action in `settings.RECEIPTS`.
    """
    try:
        with transaction.atomic():
            return _receive(draft, caller, at, signed, channel)
    except (submission.GuideChanged, submission.CompetenceMoved):
        drafts.bring_up_to_date(draft=draft, caller=caller, at=at)
        raise


def _receive(draft: UUID, caller: Caller, at: datetime, signed: Signed | None, channel: str) -> str:
    row = drafts.find(draft, caller, lock=True)
    if row.received_as_id:
        return row.received_as_id
    if not row.bundle:
        raise Refused("draft_unknown")
    require_power(caller, Power.SUBMIT, row.party_id)
    _in_force(row, at)
    found = applications.application(row)
    if not found.ready.can_submit:
        raise Refused(
            "application_incomplete", sections=found.ready.sections, questions=found.ready.questions
        )
    signature = submission.signature_of(signed, row.party_id, caller, at) if signed else None
    if signature and signature.digest != found.digest:
        raise Refused("signed_something_else")
    others = cosigning.complete(row, found.situation, found.digest, people.today(at))
    bundle = _store(row, found, signature, at)
    _members(bundle, row, found)
    _ask_its_room(bundle, row, by=duties.actor(caller), at=at)
    _append(bundle, [_received(bundle, found, signature, others, channel)], by=duties.actor(caller), at=at)
    _onward(bundle, by=duties.actor(caller), at=at, channel=channel, begun=True)
    return bundle.pk


def _in_force(row: Draft, at: datetime) -> None:
    """A new application is received under what is in force now; who is competent is asked for each member."""
    pinned = dict(row.members.values())
    if catalogue.versions_at(pinned, at) != pinned:
        raise submission.GuideChanged("guide_changed")


def _store(row: Draft, found: applications.Application, signature: Signature | None, at: datetime) -> Bundle:
    on = at.astimezone(calendar.CST).date()
    defined = subjects.defined_of(row)
    series = defined.series if defined else rules.SERIAL
    serial, query_code = submission.numbers(f"{series}{row.division_code}", on)
    together = found.situation
    assert isinstance(together, Together)
    hours = together.promise.hours
    bundle = Bundle.objects.create(
        number=rules.number(row.division_code, on, serial, series),
        query_code=query_code,
        bundle=row.bundle,
        name=msgspec.to_builtins(found.subject.name),
        division_code=row.division_code,
        account_id=row.account_id,
        party_id=row.party_id,
        situation=row.situation,
        digest=found.digest,
        signature=msgspec.to_builtins(signature) if signature else None,
        held={code: one.licence.identifier for code, one in found.held.items()},
        promised_hours=hours,
        language=row.language,
        received_at=at,
        due_at=calendar.STANDARD_HOURS.add_working_hours(at, timedelta(hours=hours), catalogue.calendar()),
        position=0,
    )
    Draft.objects.filter(pk=row.pk).update(submitted_at=at, received_as=bundle)
    return bundle


def _ask_its_room(bundle: Bundle, row: Draft, *, by: str, at: datetime) -> None:
    """A bundle that another room defines is received only if that room has nothing against it now."""
    if defined := subjects.defined_of(row):
        receipts = import_string(settings.RECEIPTS)
        import_string(receipts[defined.series])(draft=row.pk, bundle=bundle.pk, by=by, at=at)


def _members(bundle: Bundle, row: Draft, found: applications.Application) -> None:
    """A row and a draft for each member that applies, and its share of the answers and files."""
    together = found.situation
    assert isinstance(together, Together)
    runs = catalogue.runs([run for run, _ in row.members.values()])
    Member.objects.bulk_create(
        Member(
            bundle=bundle,
            item=member.code,
            name=msgspec.to_builtins(member.guide.name),
            organ_id=runs[row.members[member.code][0]].organ_id,
            after=list(member.link.after),
            hours=member.link.hours,
        )
        for member in together.members
    )
    made = {
        member.code: Draft(
            account_id=row.account_id,
            party_id=row.party_id,
            implementation_id=row.members[member.code][0],
            version_id=row.members[member.code][1],
            part_of=bundle,
            place=_place(row, member.code, runs),
            situation=member.situation.answers,
            form=together.answers_of(member.code, row.form),
            complete=[section.code for section in member.situation.sections],
            language=row.language,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
        for member in together.members
    }
    Draft.objects.bulk_create(made.values())
    Upload.objects.bulk_create(_files(together, found.uploads, made))


def _place(row: Draft, item: str, runs: dict) -> str:
    """The place of a member's matter: as the bundle's where county or town act, else the division of the organ."""
    run = runs[row.members[item][0]]
    return row.place if run.level in {"county", "town"} else run.division_code


def _files(together: Together, uploads: Sequence[Upload], made: dict[str, Draft]) -> list[Upload]:
    """Each file once for every member's material its paper stands for, and for every member that asks for its
    field; the content is kept once.
    """
    papers = {paper.part.code: paper.stands_for for paper in together.papers if paper.part.brought}
    fields = {asked.ask.code: asked.members for asked in together.form}
    for_fields = {of_field(code): dict.fromkeys(members, of_field(code)) for code, members in fields.items()}
    stands_for = papers | for_fields
    return [
        Upload(
            draft=made[member],
            party_id=upload.party_id,
            material=material,
            name=upload.name,
            media_type=upload.media_type,
            size=upload.size,
            digest=upload.digest,
            uploaded_by_id=upload.uploaded_by_id,
            uploaded_at=upload.uploaded_at,
        )
        for upload in uploads
        for member, material in stands_for.get(upload.material, {}).items()
    ]


def _received(
    bundle: Bundle,
    found: applications.Application,
    signature: Signature | None,
    others: tuple[CoSignature, ...],
    channel: str,
) -> tuple[str, dict]:
    together = found.situation
    assert isinstance(together, Together)
    facts = {
        "bundle": bundle.bundle,
        "applicant": bundle.party_id,
        "division": bundle.division_code,
        "members": {member.code: list(member.link.after) for member in together.members},
        "versions": {member.code: found.draft.members[member.code][1] for member in together.members},
        "promised_hours": bundle.promised_hours,
        "form_digest": bundle.digest,
        "channel": channel,
        "signature": msgspec.to_builtins(signature) if signature else None,
        "cosignatures": msgspec.to_builtins(others),
    }
    return "bundle_received", facts


@transaction.atomic
def onward(*, case_no: str, at: datetime) -> None:
    """A member's case has ended: note it, receive what waited for it, close the whole when nothing is left.

    Whoever comes second finds everything done: the bundle's row is locked throughout.
    """
    number = Member.objects.filter(case=case_no).values_list("bundle", flat=True).first()
    if number:
        row = Bundle.objects.select_for_update().get(pk=number)
        _onward(row, by="system:bundles", at=at, ended=case_no)


def retry(*, at: datetime) -> int:
    """Try again to receive what was held back when its turn came: how many bundles had such a member."""
    numbers = Member.objects.exclude(held_back="").filter(state=State.WAITING, bundle__ended_at=None)
    found = list(numbers.order_by("bundle").values_list("bundle", flat=True).distinct())
    for number in found:
        with transaction.atomic():
            row = Bundle.objects.select_for_update().get(pk=number)
            _onward(row, by="system:bundles", at=at)
    return len(found)


@transaction.atomic
def withdraw_member(*, bundle: str, item: str, caller: Caller, at: datetime) -> None:
    """Give up a member that has not been received yet; the others go on.

    Refuses bundle_unknown, member_received.
    """
    row = Bundle.objects.select_for_update().filter(pk=bundle, party__in=caller.parties_for(None)).first()
    if row is None:
        raise Refused("bundle_unknown", bundle=bundle)
    member = row.members.filter(item=item).first()
    if member is None or member.state != State.WAITING:
        raise Refused("member_received", item=item)
    Member.objects.filter(pk=member.pk).update(state=State.WITHDRAWN)
    _append(row, [("member_withdrawn", {"item": item})], by=duties.actor(caller), at=at)
    _onward(row, by="system:bundles", at=at)


def _onward(
    bundle: Bundle, *, by: str, at: datetime, channel: str = "web", begun: bool = False, ended: str = ""
) -> None:
    """Note the member whose case `ended`, receive what can start, close the whole when nothing is left."""
    members = list(bundle.members.select_related("case").order_by("id"))
    said = [*_ended(bundle, members, ended, at), *_started(bundle, members, by, at, channel, begun)]
    outcome = engine.whole(rules.links(members), rules.states(members))
    if outcome is not Whole.OPEN and bundle.ended_at is None:
        bundle.outcome, bundle.ended_at = outcome.value, at
        said.append(("bundle_closed", {"outcome": outcome.value}))
    _append(bundle, said, by=by, at=at)


def _ended(bundle: Bundle, members: list[Member], case_no: str, at: datetime) -> list[tuple[str, dict]]:
    """The member whose case has ended, if it is noted now; others whose letters are not out yet wait for theirs."""
    said = []
    for member in members:
        if member.case_id == case_no and member.case is not None and member.state == State.RUNNING:
            case = folded(member.case)
            state = rules.member_state(case.stage, granted=bool(case.granted))
            if state is not State.RUNNING:
                member.state = state.value
                member.save(update_fields=["state"])
                if state is State.GRANTED:
                    founding.pass_on(bundle, rules.links(members), member.case, at=at)
                said.append(("member_ended", {"item": member.item, "state": state.value}))
    return said


def _started(
    bundle: Bundle, members: list[Member], by: str, at: datetime, channel: str, begun: bool
) -> list[tuple[str, dict]]:
    """Receive what can start now. An item that no longer runs stays unreceived, and the applicant is told."""
    said: list[tuple[str, dict]] = []
    by_item = {member.item: member for member in members}
    received = submission.receive_members(
        bundle=bundle,
        items=engine.startable(rules.links(members), rules.states(members)),
        begun=begun,
        by=by,
        at=at,
        channel=channel,
    )
    for item, outcome in received.items():
        if isinstance(outcome, Refused):
            said += _held_back(by_item[item], outcome.code)
        else:
            by_item[item].state, by_item[item].case_id = State.RUNNING.value, outcome
            said.append(("member_received", {"item": item, "case_no": outcome}))
    started = [by_item[item] for item, outcome in received.items() if isinstance(outcome, str)]
    if started:
        with connection.cursor() as cursor:
            cursor.execute(_RUNNING, [[one.pk for one in started], [one.case_id for one in started]])
    return said


def _held_back(member: Member, code: str) -> list[tuple[str, dict]]:
    """Why a member could not be received in its turn; told once for each reason. It is tried again."""
    if member.held_back == code:
        return []
    member.held_back = code
    member.save(update_fields=["held_back"])
    return [("member_held_back", {"item": member.item, "code": code})]


_RUNNING = """
update cases_member set state = 'running', held_back = '', case_id = given.case_no
from unnest(%s::bigint[], %s::text[]) as given(id, case_no) where cases_member.id = given.id
"""


def _append(bundle: Bundle, entries: list[tuple[str, dict]], *, by: str, at: datetime) -> None:
    """Append to the bundle's stream and store where it stands."""
    if not entries:
        return
    sql, params = record.recorded_sql(
        stream_kind=rules.STREAM,
        stream_id=bundle.pk,
        position=bundle.position + 1,
        entries=entries,
        by=by,
        at=at,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
    bundle.position += len(entries)
    bundle.save(update_fields=["position", "outcome", "ended_at"])
