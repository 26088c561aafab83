"""Ending a licence before its term (撤销、注销、换发): one officer opens a proceeding, another decides it.

It is a proceeding of its own, not a step back of the case: the case stays decided as it was.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from tongban.engine.refusal import Refused
from tongban.licences.actions import replacing, streams
from tongban.licences.models import Licence, Proceeding
from tongban.licences.queries import desk
from tongban.licences.rules import proceedings as rules
from tongban.licences.rules.standing import Status
from tongban.people.rules import Caller

_EVENTS = {Status.ANNULLED: "licence_annulled", Status.REPLACED: "licence_replaced"}


@transaction.atomic
def open_proceeding(
    *,
    licence: int,
    kind: str,
    ground: str,
    reason: str,
    changes: Mapping[str, str] | None = None,
    caller: Caller,
    at: datetime,
) -> Proceeding:
    """Open a proceeding on a ground of law; nothing ends yet.

    Raises `Refused`: licence_unknown, not_permitted, own_licence, licence_not_in_force, ground_not_in_law,
    reason_missing, nothing_changed, proceeding_open. Basis: 行政许可法 Art 69, 70.
    """
    row = desk.find(licence, caller, lock=True)
    rules.permit_opening(caller, row.organ_id, row.party_id)
    if row.status != Status.VALID:
        raise Refused("licence_not_in_force")
    rules.ground(kind, ground)
    said = rules.reason(reason)
    wanted = replacing.wanted(row, changes or {}) if kind == "replacement" else {}
    try:
        with transaction.atomic():
            return Proceeding.objects.create(
                licence=row,
                kind=kind,
                ground=ground,
                reason=said,
                changes=wanted,
                opened_by_id=caller.signed_in,
                opened_at=at,
            )
    except IntegrityError as error:
        raise Refused("proceeding_open") from error


@transaction.atomic
def decide(*, proceeding: int, confirm: bool, caller: Caller, at: datetime) -> Proceeding:
    """Confirm or reject a proceeding; confirmed, the licence ends at once, and a replacement is issued.

    Raises `Refused`: proceeding_unknown, proceeding_decided, not_permitted, own_licence, own_proceeding.
    """
    found = Proceeding.objects.filter(pk=proceeding).first()
    if found is None:
        raise Refused("proceeding_unknown")
    row = desk.find(found.licence_id, caller, lock=True)
    found = Proceeding.objects.select_for_update().get(pk=proceeding)
    rules.permit_deciding(caller, row.organ_id, row.party_id, found.opened_by_id)
    if found.outcome is not None:
        raise Refused("proceeding_decided")
    found.outcome = "confirmed" if confirm else "rejected"
    found.decided_by_id, found.decided_at = caller.signed_in, at
    found.save(update_fields=["outcome", "decided_by", "decided_at"])
    if confirm:
        _end(row, found, by=caller.by, at=at)
    return found


def _end(row: Licence, proceeding: Proceeding, *, by: str, at: datetime) -> None:
    """The licence ends, and the record says on which ground and by which two officers."""
    status = rules.KINDS[proceeding.kind].leads_to
    Licence.objects.filter(pk=row.pk).update(status=status.value, ended_at=at)
    facts = {
        "proceeding": proceeding.kind,
        "ground": proceeding.ground,
        "reason": proceeding.reason,
        "opened_by": f"account:{proceeding.opened_by_id}",
    }
    streams.append(row, _EVENTS[status], facts, by=by, at=at)
    if status is Status.REPLACED:
        replacing.replace(row, proceeding.changes, by=by, at=at)
