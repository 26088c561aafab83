"""Divisions, departments and organs."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml
from django.core.cache import cache as shared

from tongban.engine.refusal import Refused
from tongban.people.models import Division, Organ

DATA = Path(__file__).resolve().parent.parent / "data"


@cache
def departments() -> dict[str, dict[str, str]]:
    """data/departments.yaml: key → zh, full, en, uscc_type; the order decides the demo codes."""
    return yaml.safe_load((DATA / "departments.yaml").read_text(encoding="utf-8"))


def divisions(level: str | None = None, parent: str | None = None) -> list[Division]:
    """Divisions by code; of one level, below one parent."""
    rows = Division.objects.order_by("code")
    rows = rows.filter(level=level) if level else rows
    return list(rows.filter(parent_id=parent) if parent else rows)


TOWNS_FRESH_SECONDS = 60  # how long a process may answer from what it read before


def town_names(county: str) -> list[tuple[str, str, str]]:
    """(code, name, English name) of a county's towns by code; a process asks at most once a minute."""
    key = f"people.towns.{county}"
    found = shared.get(key)
    if found is None:
        rows = Division.objects.filter(parent_id=county).order_by("code")
        found = list(rows.values_list("code", "name", "name_en"))
        shared.set(key, found, TOWNS_FRESH_SECONDS)
    return found


def city_towns() -> list[tuple[tuple[str, str], list[tuple[str, str, str]]]]:
    """((county, English), [(code, town, English)…]) of the whole city by code; asked at most once a minute."""
    found = shared.get("people.towns")
    if found is None:
        rows = Division.objects.filter(level="town").order_by("code")
        names = rows.values_list("parent__name", "parent__name_en", "code", "name", "name_en")
        grouped: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
        for county, county_en, code, name, name_en in names:
            grouped.setdefault((county, county_en), []).append((code, name, name_en))
        found = list(grouped.items())
        shared.set("people.towns", found, TOWNS_FRESH_SECONDS)
    return found


def organs(
    *, department: str | None = None, division: str | None = None, level: str | None = None
) -> list[Organ]:
    """Organs by division, in the order of departments.yaml; narrowed by any of the three."""
    wanted = {"department": department, "division_id": division, "level": level}
    rows = Organ.objects.filter(**{name: value for name, value in wanted.items() if value})
    return list(rows.order_by("division_id", "id"))


def organs_in(divisions: Iterable[str], *, department: str) -> list[Organ]:
    """The organs of a department in several divisions, by division."""
    rows = Organ.objects.filter(division_id__in=list(divisions), department=department)
    return list(rows.order_by("division_id"))


def organ_of(department: str, county: str) -> Organ | None:
    """A department's organ for a county: the county's own, else the city's."""
    rows = Organ.objects.filter(department=department, division_id__in=[county, f"{county[:4]}00"])
    return rows.order_by("-division_id", "id").first()


def organs_by_id(ids: Iterable[int]) -> list[Organ]:
    """The organs with these ids, each with its division and the one above, in no order of meaning."""
    rows = Organ.objects.select_related("division__parent")
    return list(rows.filter(pk__in=set(ids)).order_by("id"))


def organ(organ_id: int) -> Organ:
    """One organ by id. Refuses `organ_unknown`."""
    found = Organ.objects.filter(pk=organ_id).first()
    if found is None:
        raise Refused("organ_unknown", organ=organ_id)
    return found


def organ_by_key(key: str) -> Organ:
    """One organ by key, e.g. "511802-market_regulation". Refuses `organ_unknown`."""
    found = Organ.objects.filter(key=key).first()
    if found is None:
        raise Refused("organ_unknown", organ=key)
    return found
