"""The register of devolved powers (下放台账): what which county moved to which towns, and what a town has."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, Max, Min, Q, QuerySet

from tongban.catalogue.models import Devolution, TownPower
from tongban.engine.refusal import Refused


def register(
    *, county: str, on: date, items: Collection[str] | None = None, mode: str = "", ended: bool = False
) -> QuerySet[Devolution]:
    """A county's devolutions by item, each with `town_count` in force, `first_day` and `last_day` (None: no end).

    Those in force or still to begin, or with `ended` those that are over; of some items (base codes) or one mode.
    """
    lasts = Q(powers__effective_to=None) | Q(powers__effective_to__gte=on)
    now = Q(powers__effective_from__lte=on) & lasts
    rows = Devolution.objects.filter(grantor__division_id=county).select_related("item", "grantor")
    rows = rows.annotate(
        town_count=Count("powers", filter=now),
        lasting=Count("powers", filter=lasts),
        first_day=Min("powers__effective_from"),
        endless=Count("powers", filter=Q(powers__effective_to=None)),
        latest=Max("powers__effective_to"),
    )
    rows = rows.filter(lasting=0) if ended else rows.filter(lasting__gt=0)
    if items is not None:
        rows = rows.filter(item__base_code__in=items)
    return (rows.filter(mode=mode) if mode else rows).order_by("item__number", "-id")


def devolution_paper(devolution: int) -> Devolution:
    """One devolution with its item and grantor. Refuses `devolution_unknown`."""
    found = Devolution.objects.select_related("item", "grantor__division").filter(pk=devolution).first()
    if found is None:
        raise Refused("devolution_unknown", devolution=devolution)
    return found


def powers_under(devolution: int) -> list[TownPower]:
    """The towns' powers under a devolution, by town."""
    rows = TownPower.objects.filter(devolution=devolution).select_related("grantee__division")
    return list(rows.order_by("division_code", "effective_from"))


def powers_in_town(town: str, on: date) -> list[TownPower]:
    """The powers a town has on a day, by item."""
    rows = TownPower.objects.on(on).filter(division_code=town)
    return list(rows.select_related("item", "devolution__grantor", "grantee").order_by("item__number"))
