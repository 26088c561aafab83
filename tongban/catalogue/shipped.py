"""The catalogue as shipped: 42 guides written in full, and those grown from tables to a city's size."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from tongban.catalogue.rules import growth
from tongban.catalogue.rules.guide import Basis, Guide

DATA = Path(__file__).resolve().parent / "data"
WRITTEN = DATA / "items"
GROWN = DATA / "grown"


def load(path: Path) -> Any:
    """A YAML file of ours, with the fast reader."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def written(folder: Path = WRITTEN) -> list[Guide]:
    """Every guide in `folder`, by number. Raises msgspec.ValidationError naming the file's fault."""
    found = [msgspec.convert(load(path), Guide) for path in sorted(folder.glob("*.yaml"))]
    return sorted(found, key=lambda guide: guide.number)


@cache
def library() -> growth.Library:
    """What the lines of data/grown/items are built from."""
    parts = {name: load(GROWN / f"{name}.yaml") for name in growth.Library.__struct_fields__}
    return msgspec.convert(parts, growth.Library)


def basis(law: str) -> Basis:
    """A key of data/grown/laws.yaml, with ":article" where it is known, as a legal basis."""
    return growth.basis(law, library())


def rows(department: str) -> list[growth.Row]:
    """The lines of one department's table."""
    with open(GROWN / "items" / f"{department}.csv", encoding="utf-8", newline="") as lines:
        return [msgspec.convert(row, growth.Row) for row in csv.DictReader(lines, delimiter="|")]


def intermediary_rows() -> list[dict[str, str]]:
    """data/intermediaries.csv, as it stands."""
    with open(DATA / "intermediaries.csv", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="|"))


@cache
def grown() -> tuple[Guide, ...]:
    """Every guide built from the tables, by number; structurally complete, not anybody's real list.

    Which intermediaries an item asks for, their list says.
    """
    desks = msgspec.convert(load(GROWN / "departments.yaml"), dict[str, growth.Desk])
    asked: dict[str, list[str]] = {}
    for line in intermediary_rows():
        for item in line["items"].split():
            asked.setdefault(item, []).append(line["code"])
    made = [
        growth.asking(guide, asked.get(guide.base_code, []))
        for department, desk in desks.items()
        for row in rows(department)
        for guide in growth.grow(row, department, desk, library())
    ]
    return tuple(sorted(made, key=lambda guide: guide.number))


@cache
def guides() -> tuple[Guide, ...]:
    """The whole shipped catalogue, by number."""
    return (*written(), *grown())
