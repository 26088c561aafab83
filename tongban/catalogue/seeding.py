"""The demo city's catalogue: the shipped items in force, run by the organs of their departments and by townships."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from tongban.catalogue import actions, queries, shipped
from tongban.catalogue.actions import devolution, streams
from tongban.catalogue.models import Devolution, Implementation, Item, TownPower
from tongban.catalogue.queries import lists
from tongban.catalogue.rules.lists import Devolved
from tongban.people import queries as people

_LEVEL_CODES = {"city": "3", "county": "4", "town": "5"}
NOTICE = "雅安市人民政府网站（演示）"
TOWNSHIP = "township"  # the department of the organs that run what is run in towns


def seed_catalogue(*, at: datetime) -> None:
    """Publish the shipped guides and the implementations they need; safe to run again."""
    actions.load_blocks(wanted=shipped.blocks(), at=at, by="system:seeding")
    actions.load_guides(wanted=shipped.guides(), at=at, by="system:seeding")
    known = set(Implementation.objects.values_list("task_code", flat=True))
    rows = [row for row in _implementations(people.organs()) if row.task_code not in known]
    Implementation.objects.bulk_create(rows, batch_size=4000)
    seed_devolutions(at=at)


def seed_devolutions(*, at: datetime) -> None:
    """The shipped list of powers moved to towns, by every county to all its towns; once, a table at a time."""
    if Devolution.objects.exists():
        return
    towns: dict[str, list] = {}
    for town in people.organs(level="town"):
        towns.setdefault(town.division_id[:6], []).append(town)
    items = {row.base_code: row for row in Item.objects.all()}
    grantors = {(row.department, row.division_id): row for row in people.organs(level="county")}
    papers = [
        (Devolution(**_paper(one, items[one.item], grantors[items[one.item].department, county], at)), paper)
        for one in lists.devolved()
        for paper in _papers(one, at)
        for county in sorted(towns)
    ]
    Devolution.objects.bulk_create([row for row, _ in papers])
    TownPower.objects.bulk_create(
        [
            power
            for row, paper in papers
            for power in devolution.powers_of(
                row, towns[row.grantor.division_id], paper.effective_from, paper.effective_to
            )
        ],
        batch_size=4000,
    )
    streams.open_all("devolutions", "powers_imported", _told(papers, towns), by="system:seeding", at=at)
    _open_in_towns({one.item for one in lists.devolved()}, towns)


def _told(papers: list[tuple[Devolution, actions.Paper]], towns: dict[str, list]) -> dict[str, dict]:
    """What the record is told, a county's document and period at a time: {stream: facts with every item's number}."""
    told: dict[str, dict] = {}
    for row, paper in papers:
        county = row.grantor.division_id
        stream = f"{county} {row.mode} {paper.effective_from}"
        if stream not in told:
            common = devolution.facts(row, towns[county], paper)
            told[stream] = {
                name: common[name] for name in common if name not in {"item", "grantor", "basis"}
            } | {"items": {}}
        told[stream]["items"][row.item.base_code] = {
            "devolution": row.pk, "grantor": row.grantor_id, "basis": row.basis,
        }  # fmt: skip
    return told


def _papers(one: Devolved, at: datetime) -> list[actions.Paper]:
    """The documents a power was moved by, one for each period."""
    return [
        actions.Paper(
            mode=one.mode,
            basis=one.basis,
            instrument=one.instrument,
            notice_on=one.notice_on,
            notice_at=NOTICE,
            effective_from=first,
            effective_to=last,
        )
        for first, last in one.terms(at.date())
    ]


def _paper(one: Devolved, item: Item, grantor, at: datetime) -> dict:
    return {
        "item": item,
        "grantor": grantor,
        "mode": one.mode.value,
        "basis": msgspec.to_builtins(one.basis),
        "instrument": one.instrument,
        "notice_on": one.notice_on,
        "notice_at": NOTICE,
        "created_at": at,
    }


def _open_in_towns(codes: set[str], towns: dict[str, list]) -> None:
    """The items the counties run alone otherwise, at every town too."""
    standing = set(
        Implementation.objects.filter(item__base_code__in=codes, level="town").values_list(
            "item__base_code", "organ_id"
        )
    )
    Implementation.objects.bulk_create(
        [
            _implementation(running, town)
            for running in queries.items()
            if running.guide.base_code in codes
            for listed in towns.values()
            for town in listed
            if (running.guide.base_code, town.pk) not in standing
        ],
        batch_size=4000,
    )


def _implementations(organs: Iterable) -> Iterator[Implementation]:
    """Every item at every organ of its levels: of its department in city and county, of the township in a town."""
    standing: dict[tuple[str, str], list] = {}
    for organ in organs:
        standing.setdefault((organ.department, organ.level), []).append(organ)
    for running in queries.items():
        for level in running.guide.levels:
            department = TOWNSHIP if level.value == "town" else running.guide.department
            for organ in standing.get((department, level.value), []):
                yield _implementation(running, organ)


def _implementation(running: queries.Running, organ) -> Implementation:
    """The item at one organ; places and telephones are the demo's."""
    division = organ.division_id
    place, place_en = _place(organ)
    return Implementation(
        item_id=running.item,
        organ=organ,
        task_code=f"{organ.uscc}{_LEVEL_CODES[organ.level]}{running.guide.base_code}",
        level=organ.level,
        division_code=division,
        place=place,
        place_en=place_en,
        phone=f"0835-2{division[4:6]}{organ.pk % 10000:04d}",
        complaint_phone="0835-12345",
        valid_from=organ.valid_from,
    )


def _place(organ) -> tuple[str, str]:
    """Where it is served: the department's window, in a town the service centre (便民服务中心)."""
    if organ.level == "town":
        town = organ.short_name.removesuffix("人民政府").removesuffix("办事处")
        return f"{town}便民服务中心（演示）", f"Service centre, {organ.name_en} (demo)"
    return (
        f"{organ.short_name.removesuffix('局')}政务服务窗口（演示）",
        f"Service window, {organ.name_en} (demo)",
    )
