"""Moving powers to towns and calling them back (下放、收回): written only here, each on the record."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import IntegrityError, transaction

from tongban.catalogue import queries
from tongban.catalogue.actions import places, streams
from tongban.catalogue.models import Devolution, Item, TownPower
from tongban.catalogue.rules import holding
from tongban.catalogue.rules.guide import Basis
from tongban.engine import competence as engine
from tongban.engine.competence import Mode
from tongban.engine.refusal import Refused

STREAM = "devolution"


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What a devolution is done by: its legal form, the law it rests on, the document, its announcement, its days."""

    mode: Mode
    basis: Basis
    instrument: str
    notice_on: date | None
    notice_at: str = ""
    effective_from: date
    effective_to: date | None = None


@transaction.atomic
def devolve(
    *, item: Item, grantor: Any, towns: Sequence[Any], paper: Paper, by: str, at: datetime, **told: Any
) -> Devolution:
    """Move the power over an item from a county's organ to the organs of towns; `told` goes on the record too.

    A renewal is a new devolution that begins when the one before it ends. Refuses devolution_unlawful (faults).
    Basis: 行政许可法 Art 23, 24.
    """
    lawful(item=item.base_code, grantor=grantor.pk, towns=towns, paper=paper)
    assert paper.notice_on is not None  # else it was not announced
    row = Devolution.objects.create(
        item=item,
        grantor=grantor,
        mode=paper.mode.value,
        basis=msgspec.to_builtins(paper.basis),
        instrument=paper.instrument,
        notice_on=paper.notice_on,
        notice_at=paper.notice_at,
        created_at=at,
    )
    try:
        with transaction.atomic():
            TownPower.objects.bulk_create(powers_of(row, towns, paper.effective_from, paper.effective_to))
    except IntegrityError as error:  # somebody else was faster
        raise Refused("devolution_unlawful", faults={"competence_conflict": _codes(towns)}) from error
    places.open_in_towns(item, towns, on=paper.effective_from)
    streams.append(STREAM, str(row.pk), "power_devolved", {**facts(row, towns, paper), **told}, by=by, at=at)
    return row


def lawful(*, item: str, grantor: int, towns: Sequence[Any], paper: Paper) -> None:
    """Refuse devolution_unlawful when the law holds anything against it, whoever asks."""
    wanted = [
        engine.Devolution(
            mode=paper.mode,
            grantor=grantor,
            grantee=town.pk,
            division=town.division_id,
            basis_rank=paper.basis.rank,
            notice_on=paper.notice_on,
            administrative=True,  # a people's government, or the office of one
            effective_from=paper.effective_from,
            effective_to=paper.effective_to,
        )
        for town in towns
    ]
    held = queries.holdings(item, wanted[0].division) if wanted else []
    others = [queries.devolution(row) for row in queries.powers(item, _codes(towns))]
    holding.lawful(wanted, held, others)


def powers_of(row: Devolution, towns: Iterable[Any], first: date, last: date | None) -> list[TownPower]:
    """The power of each town, not stored yet."""
    return [
        TownPower(
            devolution=row,
            item_id=row.item_id,
            grantee=town,
            division_code=town.division_id,
            effective_from=first,
            effective_to=last,
        )
        for town in towns
    ]


def facts(row: Devolution, towns: Sequence[Any], paper: Paper) -> dict:
    """What the record is told of a devolution."""
    return {
        "item": row.item.base_code,
        "grantor": row.grantor_id,
        "towns": _codes(towns),
        "mode": row.mode,
        "basis": row.basis,
        "instrument": row.instrument,
        "notice_on": row.notice_on.isoformat(),
        "effective_from": paper.effective_from.isoformat(),
        "effective_to": paper.effective_to.isoformat() if paper.effective_to else "",
    }


@transaction.atomic
def recall(
    *, devolution: int, towns: Sequence[str], last_day: date, by: str, at: datetime, **told: Any
) -> list[TownPower]:
    """End the powers of towns (division codes) under a devolution after `last_day`; open cases go on.

    Refuses nothing_to_recall (towns): no power there that lasts beyond that day and had begun by then.
    Basis: 行政许可法 Art 24 (the principal answers, and may take back); configuration (收回).
    """
    rows = list(
        TownPower.objects.on(last_day)
        .select_for_update()
        .filter(devolution=devolution, division_code__in=list(towns))
        .exclude(effective_to=last_day)
        .order_by("division_code")
    )
    if missing := sorted(set(towns) - {row.division_code for row in rows}):
        raise Refused("nothing_to_recall", towns=missing)
    TownPower.objects.filter(pk__in=[row.pk for row in rows]).update(effective_to=last_day)
    ended = {"towns": sorted(towns), "last_day": last_day.isoformat()}
    streams.append(STREAM, str(devolution), "power_recalled", {**ended, **told}, by=by, at=at)
    return rows


def _codes(towns: Iterable[Any]) -> list[str]:
    return sorted(town.division_id for town in towns)
