"""Which organ a matter goes to, and of a case: in whose name its letters are, and where they are contested."""

from datetime import date, datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.cases.models import Case
from tongban.cases.rules import remedies
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules import holding
from tongban.catalogue.rules.guide import Text
from tongban.catalogue.rules.lists import Bundle
from tongban.engine import lifecycle
from tongban.engine.competence import Competence
from tongban.engine.refusal import Refused
from tongban.people import queries as people


def acting(run: Any, place: str, at: datetime) -> Any:
    """The implementation at the organ competent for a matter of `place`; `run` is what the applicant chose.

    Refuses town_needed (towns) where the county has moved the item to towns and the town is not known, and
    place_elsewhere for a place outside the county or city chosen. Basis: 行政许可法 Art 23, 24.
    """
    on = people.today(at)
    if place == run.division_code and not holding.is_town(place):
        if run.level == "county" and (towns := catalogue.devolved_in(run.item_id, place, on)):
            raise Refused("town_needed", towns=sorted(towns))
        return run
    if not _within(run, place):
        raise Refused("place_elsewhere", place=place)
    found = catalogue.handling(run.item.base_code, place, on)
    return run if found.acting.pk == run.organ_id else found.run


def _within(run: Any, place: str) -> bool:
    """Whether a place is a town of the county, or of the city, that was chosen."""
    area = run.division_code[:4] if run.level == "city" else run.division_code[:6]
    return place.startswith(area) and place in {code for code, _, _ in people.town_names(place[:6])}


def towns_asked(run: Any, at: datetime) -> list[tuple[str, str, str]]:
    """The towns to choose from (code, name, English name) where the county has moved the item to towns; else none."""
    if run.level != "county" or not catalogue.devolved_in(run.item_id, run.division_code, people.today(at)):
        return []
    return towns_of(run.division_code)


def towns_asked_of(bundle: Bundle, county: str, at: datetime) -> list[tuple[str, str, str]]:
    """The towns to choose from where the county has moved one of a bundle's items to towns; else none."""
    here = catalogue.running_for([member.item for member in bundle.members], county, at)
    runs = catalogue.runs([one.implementation for one in here.values()])
    return next((towns for run in runs.values() if (towns := towns_asked(run, at))), [])


def towns_of(division: str) -> list[tuple[str, str, str]]:
    """The towns of the county a division is or lies in."""
    return people.town_names(division[:6])


def today(item: str, place: str, at: datetime) -> Competence | None:
    """Who is competent for an item at a place now; None where no power can have moved: a county, the city."""
    return catalogue.competent(item, place, people.today(at)) if holding.is_town(place) else None


class Issuer(msgspec.Struct, frozen=True):
    """The organs of a case: which acts, in whose name and under whose seal; `competence` of a devolved power."""

    acting: Any  # people.Organ
    organ: Any  # people.Organ: its name heads the letter, its seal is on it, it is the respondent
    competence: Competence | None

    @property
    def entrusted(self) -> bool:
        """Whether the organ acting uses the power in the name of another (委托)."""
        return self.acting.pk != self.organ.pk

    @property
    def remedies(self) -> tuple[Text, ...]:
        """The remedies against its decisions; of a devolved power the respondent is named."""
        named = Text(zh=self.organ.name, en=self.organ.name_en) if self.competence else None
        place, place_en, court = _reviewing(self.organ)
        return remedies.lines(place, place_en, seat=court, respondent=named)


def issuer(row: Case, case: lifecycle.Case) -> Issuer:
    """Who acts and in whose name, by the competence the case keeps; the row's organ is asked for nothing new."""
    name = case.competence.in_name_of if case.competence else case.organ
    known = {row.organ_id: row.organ}
    if missing := {case.organ, name} - set(known):
        known |= {organ.pk: organ for organ in people.organs_by_id(missing)}
    return Issuer(acting=known[case.organ], organ=known[name], competence=case.competence)


def document(item: str, place: str, on: date) -> dict:
    """Who handles an item (base code) at a place on a day, as JSON values; refuses like `catalogue.handling`."""
    found = catalogue.handling(item, place, on)
    devolved = found.competence if found.competence.mode else None
    told = Issuer(acting=found.acting, organ=found.in_name_of, competence=devolved)
    return {
        "item": item,
        "place": place,
        "on": on.isoformat(),
        "task_code": found.run.task_code,
        "acting": _organ(found.acting),
        "in_name_of": _organ(found.in_name_of),
        "seal": found.in_name_of.name,
        "respondent": _organ(found.in_name_of),
        "mode": devolved.mode if devolved else None,
        "instrument": devolved.instrument if devolved else "",
        "remedies": msgspec.to_builtins(told.remedies),
    }


def _organ(organ: Any) -> dict[str, str]:
    return {"code": organ.uscc, "zh": organ.name, "en": organ.name_en}


def _reviewing(organ: Any) -> tuple[str, str, tuple[str, str] | None]:
    """The division whose government reviews what an organ decides, and the seat of its court where that is another.

    Basis: 行政复议法 Art 24 (works departments: the government of the same level; towns: the one above);
    行政诉讼法 Art 14, 18 (the basic court where the organ is: the city's organs sit in a district).
    """
    division = organ.division.parent if organ.level == "town" else organ.division
    court = settings.CITY_SEAT if division.code == settings.CITY_CODE else None
    return division.name, division.name_en, court
