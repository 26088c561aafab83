"""The catalogue as shipped: 48 guides written in full, and those grown from tables to a city's size."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from tongban.catalogue.rules import growth
from tongban.catalogue.rules.blocks import Block, digest
from tongban.catalogue.rules.guide import Basis, Guide

DATA = Path(__file__).resolve().parent / "data"
WRITTEN = DATA / "items"
GROWN = DATA / "grown"


def load(path: Path) -> Any:
    """A YAML file of ours, with the fast reader."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def written(folder: Path = WRITTEN) -> list[Guide]:
    """Every guide in `folder`, by number. Raises msgspec.ValidationError naming the file's fault."""
    shared = {block["code"]: block for block in load(DATA / "blocks.yaml")}
    found = [
        msgspec.convert(_with_blocks(load(path), shared), Guide) for path in sorted(folder.glob("*.yaml"))
    ]
    return sorted(found, key=lambda guide: guide.number)


def _with_blocks(said: dict, shared: dict[str, dict]) -> dict:
    """A guide as written, with the fields of every block it names; one that is unknown is left to the lint."""
    for section in said.get("form", []):
        block = shared.get(section.get("block", ""))
        if block and "fields" not in section:
            section |= {name: block[name] for name in ("fields", "rows") if name in block}
    return said


@cache
def blocks() -> tuple[Block, ...]:
    """The shared blocks as shipped: those of the guides written in full, then those the grown ones are made of."""
    own = msgspec.convert(load(DATA / "blocks.yaml"), list[Block])
    return (*own, *(growth.shared(key, library()) for key in library().blocks))


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


def wordings() -> dict[str, list[str]]:
    """{block code: its one shipped wording, by digest}."""
    return {block.code: [digest(block)] for block in blocks()}


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
