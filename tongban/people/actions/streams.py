"""Writing what happened to an account or a party into the record, in the same transaction."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Model

from tongban.engine.refusal import Refused
from tongban.people.models import Account, Party
from tongban.record import actions as record
from tongban.record import queries as record_queries

_STREAMS = {Account: "account", Party: "person"}


def locked_account(account_id: int) -> Account:
    """The account with its row locked. Refuses `account_unknown`."""
    row = Account.objects.select_for_update().filter(pk=account_id).first()
    if row is None:
        raise Refused("account_unknown", account=account_id)
    return row


def locked_party(party_id: int) -> Party:
    """The party with its row locked. Refuses `party_unknown`."""
    row = Party.objects.select_for_update().filter(pk=party_id).first()
    if row is None:
        raise Refused("party_unknown", party=party_id)
    return row


def append(row: Account | Party, kind: str, facts: Mapping[str, object], *, by: str, at: datetime) -> None:
    """Append an event to the stream of `row`, which must be locked or new. Facts hold no personal number."""
    stream = {"stream_kind": _STREAMS[type(row)], "stream_id": str(row.pk)}
    position = record_queries.last_position(*stream.values()) + 1
    entries = [(kind, {name: _plain(value) for name, value in facts.items()})]
    record.append(**stream, position=position, entries=entries, by=by, at=at)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def insert(row: Model, **refused: Refused) -> None:
    """Insert a row; raises the refusal named for the constraint of the database that forbids it."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        refusal = refused.get(_broken(error))
        if refusal is None:
            raise
        raise refusal from error


def _broken(error: IntegrityError) -> str:
    """The name of the constraint that `error` reports."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return (diagnosis and diagnosis.constraint_name) or ""
