"""The catalogue's shipped tables: scenes, windows, topics."""

from functools import cache
from pathlib import Path

import msgspec
import yaml

from tongban.catalogue.rules.guide import Text
from tongban.catalogue.rules.lint import Tables
from tongban.people import queries as people

DATA = Path(__file__).resolve().parent.parent / "data"


class Scene(msgspec.Struct, frozen=True):
    """A life or business event people name: key, for whom, its words."""

    key: str
    audience: str
    name: Text
    summary: Text


@cache
def scenes() -> tuple[Scene, ...]:
    """data/scenes.yaml."""
    return tuple(
        msgspec.convert(yaml.safe_load((DATA / "scenes.yaml").read_text(encoding="utf-8")), list[Scene])
    )


class Named(msgspec.Struct, frozen=True):
    """A key of one of the catalogue's tables, in words."""

    key: str
    name: Text


@cache
def windows() -> tuple[Named, ...]:
    """data/windows.yaml: the categories of general windows."""
    return _named(yaml.safe_load((DATA / "windows.yaml").read_text(encoding="utf-8")))


@cache
def topics(audience: str) -> tuple[Named, ...]:
    """data/topics.yaml: the national topics for "person" or "enterprise"."""
    return _named(yaml.safe_load((DATA / "topics.yaml").read_text(encoding="utf-8"))[audience])


def _named(table: dict[str, dict]) -> tuple[Named, ...]:
    return tuple(Named(key=key, name=msgspec.convert(words, Text)) for key, words in table.items())


def tables() -> Tables:
    """The keys a guide may point at."""
    return Tables(
        departments=frozenset(people.departments()),
        scenes=frozenset(scene.key for scene in scenes()),
        windows=frozenset(row.key for row in windows()),
        person_topics=frozenset(row.key for row in topics("person")),
        enterprise_topics=frozenset(row.key for row in topics("enterprise")),
        intermediaries=frozenset(),
    )
