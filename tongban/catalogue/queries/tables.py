"""The catalogue's shipped tables: scenes, windows, topics."""

from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from tongban.catalogue.queries.blocks import wordings
from tongban.catalogue.queries.lists import intermediaries
from tongban.catalogue.rules.guide import Text
from tongban.catalogue.rules.lint import Tables
from tongban.catalogue.shipped import DATA, load
from tongban.people import queries as people


class Scene(msgspec.Struct, frozen=True):
    """A life or business event people name: key, for whom, its words."""

    key: str
    audience: str
    name: Text
    summary: Text


@cache
def scenes() -> tuple[Scene, ...]:
    """data/scenes.yaml."""
    return tuple(msgspec.convert(load(DATA / "scenes.yaml"), list[Scene]))


class Named(msgspec.Struct, frozen=True):
    """A key of one of the catalogue's tables, in words."""

    key: str
    name: Text


@cache
def windows() -> tuple[Named, ...]:
    """data/windows.yaml: the categories of general windows."""
    return _named(load(DATA / "windows.yaml"))


@cache
def topics(audience: str) -> tuple[Named, ...]:
    """data/topics.yaml: the national topics for "person" or "enterprise"."""
    return _named(load(DATA / "topics.yaml")[audience])


def _named(table: dict[str, dict]) -> tuple[Named, ...]:
    return tuple(Named(key=key, name=msgspec.convert(words, Text)) for key, words in table.items())


@cache
def synonyms() -> dict[str, list[str]]:
    """data/synonyms.yaml: what people say, and the words of the catalogue it stands for."""
    return load(DATA / "synonyms.yaml")


def tables(known: Mapping[str, Sequence[str]] | None = None) -> Tables:
    """The keys a guide may point at; `known` are the wordings of shared blocks, read when left out."""
    return Tables(
        departments=frozenset(people.departments()),
        scenes=frozenset(scene.key for scene in scenes()),
        windows=frozenset(row.key for row in windows()),
        person_topics=frozenset(row.key for row in topics("person")),
        enterprise_topics=frozenset(row.key for row in topics("enterprise")),
        intermediaries=frozenset(row.code for row in intermediaries()),
        blocks=wordings() if known is None else known,
        services={row.code: row.name.zh for row in intermediaries()},
    )
