"""The county's office at its register, one deed, and what a town handles; items are named by the guides in force,
those suspended or cancelled by the last they had.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.db.models import prefetch_related_objects
from django.http import FileResponse

from tongban.catalogue import queries as catalogue
from tongban.catalogue.actions import Paper
from tongban.catalogue.rules.guide import Basis, Guide, Level
from tongban.engine.competence import Mode
from tongban.engine.refusal import Refused
from tongban.kit import files
from tongban.people import queries as people
from tongban.people.rules import Caller
from tongban.townships import rules
from tongban.townships.models import Deed
from tongban.townships.rules import Kind

PAGE = 40
TOWNSHIP = "township"  # the department of a town's organ
CITY_END = "00"  # how a city's code ends


# Organs


def grantor(department: str, county: str) -> Any:
    """The organ of a department in a county. Refuses `organ_unknown`."""
    found = people.organs(department=department, division=county)
    if not found or len(county) != 6 or county.endswith(CITY_END):
        raise Refused("organ_unknown", department=department, division=county)
    return found[0]


def town_organs(county: str) -> dict[str, Any]:
    """{town's code: its organ} in a county."""
    codes = [code for code, _, _ in people.town_names(county)]
    rows = people.organs_in(codes, department=TOWNSHIP)
    return {row.division_id: row for row in rows}


def may_propose(caller: Caller, organ: Any) -> bool:
    """Whether the caller may propose a deed about the powers of `organ`."""
    return caller.scopes is None and rules.may_propose(
        catalogue.seats(caller), organ.department, organ.division_id
    )


def may_confirm(caller: Caller, organ: Any) -> bool:
    """Whether the caller may confirm one."""
    return caller.scopes is None and rules.may_confirm(
        catalogue.seats(caller), organ.department, organ.division_id
    )


# Items


class Known(msgspec.Struct, frozen=True):
    """An item by its guide: in force, or the last it had; `halted` says why nobody can apply for it now."""

    guide: Guide
    halted: str = ""  # suspended | cancelled | not_in_force


def known(items: Iterable[Any], on: date) -> dict[str, Known]:
    """{base code: item as it is called} of catalogue items; one statement more where one of them is not in force."""
    rows = {row.base_code: row for row in items}
    guides = _guides()
    found = {code: Known(guides[code]) for code in rows if code in guides}
    halted = [rows[code] for code in rows if code not in guides]
    prefetch_related_objects(halted, "versions")
    return found | {row.base_code: last for row in halted if (last := _last(row.versions.all(), on))}


def _last(versions: Iterable[Any], on: date) -> Known | None:
    """What an item not in force was called last; None when it never was."""
    begun = [
        row
        for row in versions
        if row.implementation_id is None and row.published_at and people.today(row.effective_from) <= on
    ]
    if not begun:
        return None
    last = max(begun, key=lambda row: row.number)
    halted = last.status if last.status in {"suspended", "cancelled"} else "not_in_force"
    return Known(catalogue.read(last), halted)


def in_force(item: Any) -> None:
    """Refuse `item_not_in_force` for an item nobody can apply for now: its power does not move."""
    if item.base_code not in _guides():
        raise Refused("item_not_in_force", base_code=item.base_code)


def guide_of(base_code: str) -> Guide:
    """The guide in force of an item. Refuses `item_unknown`, `item_not_in_force`."""
    in_force(catalogue.item(base_code))
    return _guides()[base_code]


def _guides() -> dict[str, Guide]:
    return {row.guide.base_code: row.guide for row in catalogue.items()}


def _one(item: Any, on: date) -> Known:
    """An item as it is called. Refuses `item_unknown` when it never was in force."""
    if (found := known([item], on).get(item.base_code)) is None:
        raise Refused("item_unknown", base_code=item.base_code)
    return found


def _matching(words: str, halted: Iterable[Known]) -> set[str]:
    """The base codes the words find: among the guides in force, and by name among those that are not."""
    found = {row.base_code for row in catalogue.search(words)}
    return found | {one.guide.base_code for one in halted if words in one.guide.name.zh}


# The register


class Line(msgspec.Struct, frozen=True):
    """A devolution in the register: its row, the item, how many towns have it now, from when, until when."""

    row: Any  # catalogue.Devolution
    item: Known
    last_day: date | None
    state: str  # now | later | ended


class Register(msgspec.Struct, frozen=True):
    """One page of a county's register."""

    lines: list[Line]
    count: int
    page: int
    pages: int


def county_of(caller: Caller, asked: str) -> str:
    """The county whose register is shown: the one asked for, else that of the reader's post, else the first."""
    known = [row.code for row in people.divisions(level="county")]
    own = [post.division[:6] for post in caller.posts]
    return next((code for code in [asked, *own] if code in known), known[0])


def register(*, county: str, words: str, mode: str, ended: bool, page: int, on: date) -> Register:
    """A county's devolutions by item; of the items the words find, of one mode, or those that are over."""
    asked: dict[str, Any] = {"county": county, "on": on, "mode": mode, "ended": ended}
    items = None
    if words:
        halted = catalogue.register(**asked).exclude(item__base_code__in=list(_guides()))
        items = _matching(words, known((row.item for row in halted), on).values())
    rows = catalogue.register(**asked, items=items)
    count = rows.count()
    pages = max((count + PAGE - 1) // PAGE, 1)
    page = min(max(page, 1), pages)
    shown = list(rows[(page - 1) * PAGE : page * PAGE])
    named = known((row.item for row in shown), on)
    lines = [_line(row, named[row.item.base_code], on) for row in shown]
    return Register(lines=lines, count=count, page=page, pages=pages)


def _line(row: Any, item: Known, on: date) -> Line:
    last = None if row.endless else row.latest
    state = "now" if row.town_count else "later" if row.first_day > on else "ended"
    return Line(row=row, item=item, last_day=last, state=state)


def to_devolve(words: str) -> list[Guide]:
    """Items that county organs run, found by words."""
    guides = _guides()
    found = [guides[row.base_code] for row in catalogue.search(words)] if words else []
    return [guide for guide in found if Level.COUNTY in guide.levels][:PAGE]


# Deeds


class Shown(msgspec.Struct, frozen=True):
    """A deed as it is decided on: who gives, what, the towns with what they passed, who may decide now."""

    row: Deed
    item: Known
    towns: "list[Town]"
    may_confirm: bool
    own: bool
    recall: bool


class Waiting(msgspec.Struct, frozen=True):
    """A deed nobody has decided yet, with its item."""

    row: Deed
    item: Known


def waiting(county: str, on: date) -> list[Waiting]:
    """The deeds of a county nobody has decided yet, the oldest first."""
    rows = list(_deeds().filter(outcome=None, grantor__division_id=county).order_by("id"))
    named = known((row.item for row in rows), on)
    return [Waiting(row, named[row.item.base_code]) for row in rows]


def deed(number: int, caller: Caller, at: datetime) -> Shown:
    """One deed. Refuses `deed_unknown`."""
    row = find(number)
    organs = town_organs(row.grantor.division_id)
    return Shown(
        row=row,
        item=_one(row.item, people.today(at)),
        towns=readiness(row.grantor.division_id, row.towns, at, organs=organs),
        may_confirm=row.outcome is None and may_confirm(caller, row.grantor),
        own=row.proposed_by_id == caller.account,
        recall=row.kind == Kind.RECALL,
    )


def find(number: int) -> Deed:
    """One deed by number. Refuses `deed_unknown`."""
    row = _deeds().filter(pk=number).first()
    if row is None:
        raise Refused("deed_unknown", deed=number)
    return row


def _deeds():
    beside = ("item", "grantor__division", "proposed_by", "decided_by", "about")
    return Deed.objects.select_related(*beside)


def paper(row: Deed) -> Paper:
    """The document a deed would devolve by."""
    assert row.first_day is not None
    return Paper(
        mode=Mode(row.mode),
        basis=msgspec.convert(row.basis, Basis),
        instrument=row.instrument,
        notice_on=row.notice_on,
        notice_at=row.notice_at,
        effective_from=row.first_day,
        effective_to=row.last_day,
    )


class Town(msgspec.Struct, frozen=True):
    """A town as a deed looks at it: whether it is chosen, the checks it passed, whether officers are in post."""

    code: str
    name: str
    name_en: str
    chosen: bool
    checks: Sequence[str]
    staffed: bool


def readiness(county: str, towns: Any, at: datetime, *, organs: dict[str, Any] | None = None) -> list[Town]:
    """Every town chosen, or of the county, with the checks it passed and whether officers are in post."""
    organs = organs or town_organs(county)
    held = people.roles_at([organ.pk for organ in organs.values()], at)
    return [
        Town(
            code=code,
            name=name,
            name_en=name_en,
            chosen=code in towns,
            checks=towns.get(code, []),
            staffed=held.get(organs[code].pk, frozenset()) >= rules.OFFICERS,
        )
        for code, name, name_en in people.town_names(county)
        if code in organs
    ]


class Sheet(msgspec.Struct, frozen=True):
    """A devolution with the towns that have or had it, and what has been proposed about it."""

    row: Any  # catalogue.Devolution
    item: Known
    powers: list[tuple[Any, str]]  # catalogue.TownPower and its state: now | later | ended
    deeds: list[Deed]
    may_propose: bool
    renewable: bool
    lasting: bool


def sheet(devolution: int, caller: Caller, on: date) -> Sheet:
    """One devolution. Refuses `devolution_unknown`."""
    row = catalogue.devolution_paper(devolution)
    item = _one(row.item, on)
    powers = [(power, _state(power, on)) for power in catalogue.powers_under(devolution)]
    deeds = Deed.objects.filter(about=row) | Deed.objects.filter(made=row)
    return Sheet(
        row=row,
        item=item,
        powers=powers,
        deeds=list(deeds.select_related("proposed_by", "decided_by").order_by("-id")),
        may_propose=may_propose(caller, row.grantor),
        renewable=not item.halted and any(state == "now" and power.effective_to for power, state in powers),
        lasting=any(state == "now" for _, state in powers),
    )


def _state(power: Any, on: date) -> str:
    if power.effective_to is not None and power.effective_to < on:
        return "ended"
    return "later" if power.effective_from > on else "now"


def renewed_from(devolution: int, towns: Sequence[str], on: date) -> date:
    """The day a renewal for towns begins: after the last day of what they have.

    Refuses nothing_to_renew when one of them has no power under the devolution that is in force and ends, or
    when theirs do not end on one day.
    """
    standing = {
        power.division_code: power.effective_to
        for power in catalogue.powers_under(devolution)
        if power.effective_from <= on and (power.effective_to is None or power.effective_to >= on)
    }
    ends = {standing.get(town) for town in towns}
    last = ends.pop() if len(ends) == 1 else None
    if last is None:
        raise Refused("nothing_to_renew")
    return last + timedelta(days=1)


def agreed(digest: str) -> list[rules.Agreed]:
    """What a file is the agreement of, by the deeds that were not rejected."""
    rows = Deed.objects.filter(agreement__digest=digest).exclude(outcome="rejected")
    return [
        rules.Agreed(row.grantor_id, row.instrument, row.first_day, row.last_day)
        for row in rows.order_by("id")
        if row.first_day
    ]


def agreement(number: int) -> FileResponse:
    """The agreement of a deed as it was kept: downloaded, never run in the page. Refuses `agreement_unknown`."""
    kept = find(number).agreement
    path = files.path_of(Path(settings.MEDIA_ROOT), kept["digest"]) if kept else None
    if kept is None or path is None or not path.exists():
        raise Refused("agreement_unknown")
    response = FileResponse(
        path.open("rb"), content_type=kept["media_type"], filename=kept["name"], as_attachment=True
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


# What a town handles


class Handled(msgspec.Struct, frozen=True):
    """An item a town handles by devolution: the organ acting and the one in whose name it does."""

    item: Known
    mode: str
    instrument: str
    grantor: Any
    grantee: Any
    last_day: date | None

    @property
    def in_name_of(self) -> Any:
        """The principal's name for a delegated power, one's own for any other. Basis: 行政许可法 Art 23, 24."""
        return self.grantor if self.mode == Mode.DELEGATION else self.grantee


def in_town(town: str, words: str, on: date) -> list[Handled]:
    """The items devolved to a town that the words find, by department and number; what was cancelled is gone."""
    powers = catalogue.powers_in_town(town, on)
    named = known((power.item for power in powers), on)
    asked = _matching(words, (one for one in named.values() if one.halted)) if words else named.keys()
    return [
        Handled(
            item=named[power.item.base_code],
            mode=power.devolution.mode,
            instrument=power.devolution.instrument,
            grantor=power.devolution.grantor,
            grantee=power.grantee,
            last_day=power.effective_to,
        )
        for power in powers
        if power.item.base_code in asked and named[power.item.base_code].halted in {"", "suspended"}
    ]
