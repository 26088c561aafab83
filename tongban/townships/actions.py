"""Proposing and deciding deeds: what is confirmed moves the power, and the record says by which two officers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from tongban.catalogue import actions as catalogue_actions
from tongban.catalogue import queries as catalogue
from tongban.catalogue.actions import Paper
from tongban.catalogue.rules.guide import Basis
from tongban.engine.competence import Mode
from tongban.engine.refusal import Refused
from tongban.kit import files
from tongban.people import queries as people
from tongban.people.rules import Caller
from tongban.record import actions as record_actions
from tongban.record import queries as record
from tongban.townships import queries, rules
from tongban.townships.models import Deed
from tongban.townships.rules import Kind

STREAM = "deed"


@transaction.atomic
def propose_grant(
    *,
    item: str,
    county: str,
    towns: Mapping[str, Sequence[str]],
    paper: Paper,
    agreement: UploadedFile | None,
    caller: Caller,
    at: datetime,
) -> Deed:
    """Propose that a county's department moves an item to towns: {town: checks passed}.

    Raises `Refused`: item_unknown, item_not_in_force, deed_not_yours, towns_missing, town_unknown, town_not_ready,
    town_without_officers, agreement_missing, agreement_of_another, period_missing, begins_in_the_past,
    devolution_unlawful, and those of `kit.files.keep`. Basis: 行政许可法 Art 23, 24.
    """
    row = catalogue.item(item)
    grantor = queries.grantor(row.department, county)
    _proposes(caller, grantor)
    made = Deed(kind=Kind.GRANT.value, item=row, grantor=grantor, towns=_listed(towns))
    return _propose_move(made, paper, agreement, caller, at)


@transaction.atomic
def propose_renewal(
    *,
    devolution: int,
    towns: Mapping[str, Sequence[str]],
    instrument: str,
    notice_on: date,
    notice_at: str,
    until: date,
    agreement: UploadedFile | None,
    caller: Caller,
    at: datetime,
) -> Deed:
    """Propose to go on with a devolution that ends, for the towns that are still able; the others' power ends.

    Raises `Refused` like `propose_grant`, and nothing_to_renew when it has no end or has ended.
    """
    before = catalogue.devolution_paper(devolution)
    _proposes(caller, before.grantor)
    made = Deed(
        kind=Kind.RENEWAL.value,
        item=before.item,
        grantor=before.grantor,
        about=before,
        towns=_listed(towns),
    )
    _takers(made, at)
    paper = Paper(
        mode=Mode(before.mode),
        basis=msgspec.convert(before.basis, Basis),
        instrument=instrument,
        notice_on=notice_on,
        notice_at=notice_at,
        effective_from=queries.renewed_from(devolution, list(towns), people.today(at)),
        effective_to=until,
    )
    return _propose_move(made, paper, agreement, caller, at)


def _propose_move(
    made: Deed, paper: Paper, agreement: UploadedFile | None, caller: Caller, at: datetime
) -> Deed:
    """Propose a grant or a renewal with its document, if it could be confirmed today."""
    made.agreement = _kept(agreement)
    _with_paper(made, paper)
    _movable(made, at)
    return _propose(made, caller, at)


def _movable(row: Deed, at: datetime) -> list[Any]:
    """The organs of the towns a grant or a renewal moves the power to, if nothing stands against it now.

    One check for the first deed and for every renewal, when it is proposed and again when it is confirmed.
    Refuses as `propose_grant` and `propose_renewal` do.
    """
    paper, today = queries.paper(row), people.today(at)
    first, last = paper.effective_from, paper.effective_to
    queries.in_force(row.item)
    organs = _takers(row, at)
    rules.paper(paper.mode, agreement=bool(row.agreement), first=first, last=last, today=today)
    if row.agreement:
        mine = rules.Agreed(row.grantor_id, paper.instrument, first, last)
        rules.covered(mine, queries.agreed(row.agreement["digest"]))
    if row.about_id:
        rules.goes_on(first, queries.renewed_from(row.about_id, list(row.towns), today))
    catalogue_actions.lawful(item=row.item.base_code, grantor=row.grantor_id, towns=organs, paper=paper)
    return organs


@transaction.atomic
def propose_recall(
    *, devolution: int, towns: Sequence[str], last_day: date, reason: str, caller: Caller, at: datetime
) -> Deed:
    """Propose to end the power of towns after `last_day`; cases accepted until then are finished there.

    Raises `Refused`: deed_not_yours, towns_missing, town_unknown, ends_in_the_past, recall_reason_missing.
    """
    before = catalogue.devolution_paper(devolution)
    _proposes(caller, before.grantor)
    rules.chosen(towns, [power.division_code for power in catalogue.powers_under(devolution)])
    rules.recall(last_day, reason, people.today(at))
    made = Deed(
        kind=Kind.RECALL.value,
        item=before.item,
        grantor=before.grantor,
        about=before,
        towns={town: [] for town in sorted(towns)},
        last_day=last_day,
        reason=reason.strip(),
    )
    return _propose(made, caller, at)


@transaction.atomic
def decide(*, deed: int, confirm: bool, note: str = "", caller: Caller, at: datetime) -> Deed:
    """Confirm or reject a deed; confirmed, it takes effect on its day.

    Everything is looked at again, as it is now. Raises `Refused`: deed_unknown, deed_decided, deed_not_yours,
    own_deed, and those of the proposal.
    """
    row = (
        Deed.objects.select_for_update(of=("self",)).select_related("item", "grantor").filter(pk=deed).first()
    )
    if row is None:
        raise Refused("deed_unknown", deed=deed)
    if row.outcome is not None:
        raise Refused("deed_decided")
    if not queries.may_confirm(caller, row.grantor):
        raise Refused("deed_not_yours")
    rules.two_officers(row.proposed_by_id, caller.signed_in)
    made = _effect(row, caller, at) if confirm else None
    row.outcome = "confirmed" if confirm else "rejected"
    row.made, row.note = made, note.strip()
    row.decided_by_id, row.decided_at = caller.signed_in, at
    row.save(update_fields=["outcome", "made", "note", "decided_by", "decided_at"])
    told = {"devolution": made.pk if made else row.about_id, "note": row.note}
    _tell(row, f"deed_{row.outcome}", told, caller, at)
    return row


def _effect(row: Deed, caller: Caller, at: datetime):
    """What a confirmed deed does; the devolution it makes, if it makes one."""
    told = {"deed": row.pk, "proposed_by": f"account:{row.proposed_by_id}"}
    if row.kind == Kind.RECALL:
        assert row.last_day is not None
        assert row.about_id is not None
        rules.recall(row.last_day, row.reason, people.today(at))
        catalogue_actions.recall(
            devolution=row.about_id,
            towns=list(row.towns),
            last_day=row.last_day,
            by=caller.by,
            at=at,
            reason=row.reason,
            **told,
        )
        return None
    return catalogue_actions.devolve(
        item=row.item,
        grantor=row.grantor,
        towns=_movable(row, at),
        paper=queries.paper(row),
        by=caller.by,
        at=at,
        agreement=row.agreement["digest"] if row.agreement else "",
        **told,
    )


def _proposes(caller: Caller, grantor: Any) -> None:
    if not queries.may_propose(caller, grantor):
        raise Refused("deed_not_yours")


def _takers(row: Deed, at: datetime) -> list[Any]:
    """The organs of a deed's towns, ready and staffed."""
    organs = queries.town_organs(row.grantor.division_id)
    rules.chosen(row.towns, organs)
    rules.ready(row.towns)
    held = people.roles_at([organs[town].pk for town in row.towns], at)
    rules.staffed({town: held.get(organs[town].pk, frozenset()) for town in row.towns})
    return [organs[town] for town in sorted(row.towns)]


def _kept(upload: UploadedFile | None) -> dict | None:
    """The agreement, checked and kept by its digest."""
    if upload is None:
        return None
    limit = settings.UPLOAD_LIMIT_MB * 1_000_000
    return msgspec.to_builtins(files.keep(upload, folder=Path(settings.MEDIA_ROOT), limit=limit))


def _listed(towns: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {town: [check for check in rules.CHECKS if check in towns[town]] for town in sorted(towns)}


def _with_paper(row: Deed, paper: Paper) -> None:
    row.mode, row.basis = paper.mode.value, msgspec.to_builtins(paper.basis)
    row.instrument, row.notice_on, row.notice_at = paper.instrument, paper.notice_on, paper.notice_at
    row.first_day, row.last_day = paper.effective_from, paper.effective_to


def _propose(row: Deed, caller: Caller, at: datetime) -> Deed:
    row.proposed_by_id, row.proposed_at = caller.signed_in, at
    row.save(force_insert=True)
    facts = {
        "kind": row.kind,
        "item": row.item.base_code,
        "grantor": row.grantor_id,
        "about": row.about_id,
        "towns": row.towns,
        "mode": row.mode,
        "instrument": row.instrument,
        "notice_on": row.notice_on.isoformat() if row.notice_on else "",
        "first_day": row.first_day.isoformat() if row.first_day else "",
        "last_day": row.last_day.isoformat() if row.last_day else "",
        "reason": row.reason,
        "agreement": row.agreement["digest"] if row.agreement else "",
    }
    _tell(row, "deed_proposed", facts, caller, at)
    return row


def _tell(row: Deed, kind: str, facts: dict, caller: Caller, at: datetime) -> None:
    record_actions.append(
        stream_kind=STREAM,
        stream_id=str(row.pk),
        position=record.last_position(STREAM, str(row.pk)) + 1,
        entries=[(kind, facts)],
        by=caller.by,
        at=at,
    )
