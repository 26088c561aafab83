"""The path of a version: begun, written, submitted, reviewed, published; suspended and cancelled."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import transaction

from tongban.catalogue import queries
from tongban.catalogue.actions import places, standing, streams
from tongban.catalogue.actions.items import item_of, new_version, put_in_force
from tongban.catalogue.models import Implementation, ItemVersion, LintAnswer, VersionStep
from tongban.catalogue.rules import duties, guides, local, workflow
from tongban.catalogue.rules.guide import Guide
from tongban.catalogue.rules.local import Overrides
from tongban.catalogue.rules.workflow import Status
from tongban.engine.refusal import Refused
from tongban.people.rules import Caller


@transaction.atomic
def begin(
    *, guide: Guide, caller: Caller, at: datetime, effective_from: datetime | None = None
) -> ItemVersion:
    """A draft of a standard version: of a new item, or of the item with that base code.

    Refuses not_your_turn, version_already_open.
    """
    allow(Status.DRAFT, caller, duties.Matter(guide.department, queries.city()))
    item = item_of(guide, at)
    if item.versions.filter(implementation=None, status__in=workflow.OPEN).exists():
        raise Refused("version_already_open", base_code=guide.base_code)
    return new_version(item, guide, at=at, by=caller.by, effective_from=effective_from)


@transaction.atomic
def claim(*, implementation: int, overrides: Overrides, caller: Caller, at: datetime) -> ItemVersion:
    """认领: an organ's own version of a standard item; its draft is written over if one is open.

    Refuses not_your_turn, version_not_open, item_not_running.
    """
    place = (
        Implementation.objects.select_for_update(of=("self",)).select_related("item").get(pk=implementation)
    )
    standard = queries.version_in_force(place.item_id, at)
    guide = local.merge(queries.guide(standard.pk), overrides)
    allow(Status.DRAFT, caller, duties.Matter(place.item.department, place.division_code))
    plain = msgspec.to_builtins(overrides)
    found = ItemVersion.objects.filter(implementation=place, status__in=workflow.OPEN).first()
    if found is None:
        of_place = {"implementation": place, "standard": standard, "overrides": plain}
        return new_version(place.item, guide, at=at, by=caller.by, **of_place)
    _still_draft(found)
    found.guide, found.digest, found.overrides, found.standard = (
        guides.plain(guide),
        guides.digest(guide),
        plain,
        standard,
    )
    found.save(update_fields=["guide", "digest", "overrides", "standard"])
    return found


@transaction.atomic
def write(
    *, version: int, guide: Guide, caller: Caller, at: datetime, effective_from: datetime | None = None
) -> ItemVersion:
    """Store what a standard draft says now. Refuses not_your_turn, version_not_open, another_item."""
    row = _open(version, caller)
    _still_draft(row)
    if guide.base_code != row.item.base_code:
        raise Refused("another_item", base_code=guide.base_code)
    row.guide, row.digest, row.effective_from = guides.plain(guide), guides.digest(guide), effective_from
    row.save(update_fields=["guide", "digest", "effective_from"])
    return row


@transaction.atomic
def import_guides(*, wanted: Sequence[Guide], caller: Caller, at: datetime) -> list[ItemVersion]:
    """Drafts of every guide that differs from the version in force; an open draft of the item is written over.

    All or nothing. Refuses import_faulty (count), not_your_turn, version_not_open.
    """
    found = queries.incoming(wanted)
    if count := sum(len(one.faults) for one in found):
        raise Refused("import_faulty", count=count)
    return [_drafted(one.guide, caller, at) for one in found if one.changes]


def _drafted(guide: Guide, caller: Caller, at: datetime) -> ItemVersion:
    rows = ItemVersion.objects.filter(
        item__base_code=guide.base_code, implementation=None, status__in=workflow.OPEN
    )
    row = rows.first()
    if row is None:
        return begin(guide=guide, caller=caller, at=at)
    return write(version=row.pk, guide=guide, caller=caller, at=at, effective_from=row.effective_from)


@transaction.atomic
def answer(*, version: int, rule: str, where: str, words: str, caller: Caller, at: datetime) -> None:
    """What the department says to a finding that may stand. Refuses not_your_turn, finding_must_be_mended."""
    row = _open(version, caller)
    _still_draft(row)
    finding = next((f for f in queries.findings(row) if (f.rule, f.where) == (rule, where)), None)
    if finding is None or not finding.answerable:
        raise Refused("finding_must_be_mended", rule=rule, where=where)
    if not words.strip():
        raise Refused("answer_empty")
    LintAnswer.objects.update_or_create(
        version=row, rule=rule, where=where, defaults={"answer": words, "by": caller.by, "at": at}
    )


@transaction.atomic
def submit(*, version: int, caller: Caller, at: datetime, note: str = "") -> ItemVersion:
    """Send a draft into review. Refuses not_your_turn, version_not_open, nothing_changed, findings_open (count)."""
    row = _open(version, caller)
    _still_draft(row)
    if not queries.changes(row) and row.implementation is None:
        raise Refused("nothing_changed")
    if left := queries.unanswered(row):
        raise Refused("findings_open", count=len(left))
    return _go(row, "submitted", caller, at, note)


@transaction.atomic
def approve(*, version: int, caller: Caller, at: datetime, note: str = "") -> ItemVersion:
    """Pass a review; the last one publishes. Refuses not_your_turn, version_not_open, own_version."""
    row = _open(version, caller)
    workflow.review(Status(row.status), by=caller.by, hands=queries.hands(row))
    return _go(row, "approved", caller, at, note)


@transaction.atomic
def send_back(*, version: int, caller: Caller, at: datetime, note: str) -> ItemVersion:
    """Return a version to its writers, with the reason. Refuses not_your_turn, version_not_open, reason_missing."""
    row = _open(version, caller)
    if row.status == Status.DRAFT:
        raise Refused("version_not_open", status=row.status)
    if not note.strip():
        raise Refused("reason_missing")
    _step(row, "returned", caller, at, note)
    row.status = Status.DRAFT.value
    row.save(update_fields=["status"])
    return row


@transaction.atomic
def discard(*, version: int, caller: Caller, at: datetime) -> None:
    """Give a draft up. Refuses not_your_turn, version_not_open."""
    row = _open(version, caller)
    _still_draft(row)
    row.status = Status.DISCARDED.value
    row.save(update_fields=["status"])
    _tell(row, "version_discarded", {"number": row.number}, caller, at)


def suspend(*, version: int, reason: str, caller: Caller, at: datetime) -> None:
    """暂停: no new applications until resumed; open cases go on."""
    _rule(version, Status.SUSPENDED, "version_suspended", reason, caller, at)


def resume(*, version: int, reason: str, caller: Caller, at: datetime) -> None:
    """恢复 after a suspension."""
    _rule(version, Status.PUBLISHED, "version_resumed", reason, caller, at)


def cancel(*, version: int, reason: str, caller: Caller, at: datetime) -> None:
    """取消: no new applications for good; open cases are finished under this version."""
    _rule(version, Status.CANCELLED, "version_cancelled", reason, caller, at)


@transaction.atomic
def _rule(version: int, to: Status, kind: str, reason: str, caller: Caller, at: datetime) -> None:
    """Refuses not_your_turn, reason_missing, version_not_open (status)."""
    row = _locked(version)
    if not duties.may_rule(queries.seats(caller), queries.matter(row)):
        raise Refused("not_your_turn")
    if not reason.strip():
        raise Refused("reason_missing")
    if to not in workflow.ALLOWED[Status(row.status)]:
        raise Refused("version_not_open", status=row.status)
    row.status = to.value
    row.save(update_fields=["status"])
    _tell(row, kind, {"number": row.number, "reason": reason}, caller, at)
    if row.implementation is None:
        standing.inspect_item(row.item, at=at, by=caller.by)


def _go(row: ItemVersion, outcome: str, caller: Caller, at: datetime, note: str) -> ItemVersion:
    """One state further on the path."""
    _step(row, outcome, caller, at, note)
    following = workflow.next_status(Status(row.status), local=row.implementation_id is not None)
    if following is Status.PUBLISHED:
        put_in_force(row, at=at, by=caller.by)
        places.move(row)
        if row.implementation is None:
            places.open_at_organs(row.item, queries.read(row), at=at)
            if row.effective_from and row.effective_from <= at:
                standing.inspect_item(row.item, at=at, by=caller.by)
    else:
        row.status = following.value
        row.save(update_fields=["status"])
    return row


def _step(row: ItemVersion, outcome: str, caller: Caller, at: datetime, note: str) -> None:
    VersionStep.objects.create(
        version=row, status=row.status, outcome=outcome, by=caller.by, at=at, note=note.strip()
    )
    facts = {"number": row.number, "status": row.status, "digest": row.digest, "note": note.strip()}
    _tell(row, f"version_{outcome}", facts, caller, at)


def _tell(row: ItemVersion, kind: str, facts: dict, caller: Caller, at: datetime) -> None:
    place = {"implementation": row.implementation.task_code} if row.implementation else {}
    streams.append("item", row.item.base_code, kind, {**facts, **place}, by=caller.by, at=at)


def _open(version: int, caller: Caller) -> ItemVersion:
    """A version on its path whose turn is the caller's, locked."""
    row = _locked(version)
    allow(Status(row.status), caller, queries.matter(row))
    return row


def _locked(version: int) -> ItemVersion:
    rows = ItemVersion.objects.select_for_update(of=("self",), no_key=True)  # findings may point at it
    row = rows.select_related("item", "implementation").filter(pk=version).first()
    if row is None:
        raise Refused("version_unknown", version=version)
    return row


def _still_draft(row: ItemVersion) -> None:
    if row.status != Status.DRAFT:
        raise Refused("version_not_open", status=row.status)


def allow(status: Status, caller: Caller, matter: duties.Matter) -> None:
    """Whether it is the caller's turn. Refuses not_your_turn, version_not_open."""
    if status not in workflow.OPEN:
        raise Refused("version_not_open", status=status.value)
    if caller.scopes is not None or not duties.may(status, queries.seats(caller), matter):
        raise Refused("not_your_turn")
