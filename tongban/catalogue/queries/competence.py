"""Who is competent (管辖) for an item at a place on a day: the organs that run it and the powers towns were given."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from tongban.catalogue.models import Implementation, TownPower
from tongban.catalogue.rules import holding
from tongban.catalogue.rules.guide import Level
from tongban.engine import competence as engine
from tongban.engine.competence import Competence, Devolution, Holding, Mode
from tongban.engine.refusal import Refused
from tongban.kit.written import Written


def competent(item: str, place: str, on: date) -> Competence:
    """Who acts for an item (base code) at a place (6, 9 or 12 digits) on a day, in whose name, who answers.

    One statement where the power was devolved, two elsewhere. Refuses no_competent_organ, competence_conflict.
    Basis: 行政许可法 Art 22–25.
    """
    found = competents([item], place, on)[item]
    if isinstance(found, Refused):
        raise found
    return found


def competents(items: Sequence[str], place: str, on: date) -> dict[str, Competence | Refused]:
    """Who acts for each of several items at one place, or why nobody does, as `competent`. Two statements."""
    moved: dict[str, list[Devolution]] = {item: [] for item in items}
    if holding.is_town(place):
        for row in _POWERS(items=list(items), town=place[:9], on=on):
            moved[row.item.base_code].append(devolution(row))
    held = _held([item for item in items if not moved[item]], place, on)
    return {item: _competent(place, on, held.get(item, []), moved[item]) for item in items}


def _competent(place: str, on: date, held: list[Holding], moved: list[Devolution]) -> Competence | Refused:
    try:
        return engine.competent(place, on, () if moved else held, moved)
    except Refused as refused:
        return refused


_POWERS = Written(
    lambda: TownPower.objects.select_related("devolution", "item"),
    """where catalogue_item.base_code = any(%(items)s::text[])
    and catalogue_townpower.division_code = %(town)s and catalogue_townpower.effective_from <= %(on)s
    and (catalogue_townpower.effective_to is null or catalogue_townpower.effective_to >= %(on)s)
order by catalogue_townpower.effective_from, catalogue_townpower.id""",
)
_AROUND = Written(
    lambda: Implementation.objects.select_related("item"),
    """where catalogue_item.base_code = any(%(items)s::text[])
    and catalogue_implementation.division_code = any(%(places)s::text[])
    and (%(on)s::date is null or catalogue_implementation.valid_from <= %(on)s
        and (catalogue_implementation.valid_to is null or catalogue_implementation.valid_to >= %(on)s))
order by catalogue_implementation.division_code, catalogue_implementation.id""",
)


def powers(item: str, towns: Iterable[str], on: date | None = None) -> QuerySet[TownPower]:
    """The powers over an item that towns have, on a day or ever, the earliest first."""
    rows = TownPower.objects.filter(item__base_code=item, division_code__in=list(towns))
    rows = rows.on(on) if on else rows
    return rows.select_related("devolution").order_by("effective_from", "id")


def devolution(row: TownPower) -> Devolution:
    """A town's power as the engine sees it. Only a people's government or its office is ever a grantee."""
    paper = row.devolution
    return Devolution(
        mode=Mode(paper.mode),
        grantor=paper.grantor_id,
        grantee=row.grantee_id,
        division=row.division_code,
        basis_rank=paper.basis["rank"],
        notice_on=paper.notice_on,
        administrative=True,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        instrument=paper.instrument,
    )


def holdings(item: str, place: str, on: date | None = None) -> list[Holding]:
    """The organs around a place that hold the power over an item of their own, on a day or ever."""
    return _held([item], place, on).get(item, [])


def _held(items: list[str], place: str, on: date | None) -> dict[str, list[Holding]]:
    """`holdings` of several items; one statement, none for no item."""
    if not items:
        return {}
    found: dict[str, list[tuple[Level, Holding]]] = {}
    for row in _AROUND(items=items, places=list(holding.around(place, settings.CITY_CODE)), on=on):
        own = Holding(row.organ_id, row.division_code, valid_from=row.valid_from, valid_to=row.valid_to)
        found.setdefault(row.item.base_code, []).append((Level(row.level), own))
    return {item: holding.held(rows) for item, rows in found.items()}


def devolved_in(items: int | Iterable[int], area: str, on: date) -> frozenset[str]:
    """The codes of the towns of an area (leading digits) that have the power over an item, or one of several, on a day.

    One statement.
    """
    wanted = [items] if isinstance(items, int) else list(items)
    rows = TownPower.objects.on(on).filter(item__in=wanted, division_code__startswith=area)
    return frozenset(rows.values_list("division_code", flat=True))


def devolved_below(item: str, place: str, on: date) -> Exists:
    """An expression: whether the item of the field `item` is devolved to a town of the county in `place`."""
    return Exists(
        TownPower.objects.on(on).filter(item_id=OuterRef(item), division_code__startswith=OuterRef(place))
    )


class Handling(msgspec.Struct, frozen=True):
    """Who handles an item at a place: the competence with its organs, and the implementation of the organ acting."""

    competence: Competence
    acting: Any  # people.Organ
    in_name_of: Any  # people.Organ
    run: Implementation

    @property
    def entrusted(self) -> bool:
        """Whether it acts in the name of another organ (委托)."""
        return self.acting.pk != self.in_name_of.pk


def handling(item: str, place: str, on: date) -> Handling:
    """Who handles an item (base code) at a place on a day, with names and where.

    Refuses like `competent`, and item_not_running where the organ competent does not run it that day.
    """
    found = competent(item, place, on)
    rows = Implementation.objects.on(on).filter(
        item__base_code=item, organ_id__in={found.acting, found.in_name_of}
    )
    runs = {row.organ_id: row for row in rows.select_related("organ__division__parent", "item")}
    if found.acting not in runs or found.in_name_of not in runs:
        raise Refused("item_not_running", item=item)
    return Handling(
        competence=found,
        acting=runs[found.acting].organ,
        in_name_of=runs[found.in_name_of].organ,
        run=runs[found.acting],
    )
