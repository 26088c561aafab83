"""Bilingual staff of the ethnic townships: two in each who can serve in a language of the township."""

from collections.abc import Iterable, Sequence

import msgspec

from tongban.people.rules import Fluency

LEAST = 2  # 每个民族乡配备双语工作人员不少于 2 人


class Town(msgspec.Struct, frozen=True):
    """An ethnic township and the languages spoken there besides Chinese."""

    code: str
    name: str
    languages: tuple[str, ...]


class Serving(msgspec.Struct, frozen=True):
    """Somebody who works in a town and is attested in a language."""

    town: str
    account: int
    name: str
    language: str
    fluency: Fluency


class Verdict(msgspec.Struct, frozen=True):
    """A town, who counts there, and what is missing."""

    town: Town
    staff: tuple[Serving, ...]
    missing: int
    unserved: tuple[str, ...]  # languages of the town that nobody there serves in: a hint, not a failure

    @property
    def passed(self) -> bool:
        return self.missing == 0

    @property
    def persons(self) -> int:
        return len({one.account for one in self.staff})


def check(towns: Sequence[Town], staff: Iterable[Serving]) -> list[Verdict]:
    """A verdict on each town, in the order given. A person counts once, in the languages of the town, if able
    to receive, accept and handle in it.

    Basis: 民族乡行政工作条例 Art 5; configuration (双语通，每个民族乡不少于 2 人).
    """
    counted: dict[str, list[Serving]] = {town.code: [] for town in towns}
    languages = {town.code: town.languages for town in towns}
    for one in staff:
        if one.language in languages.get(one.town, ()) and one.fluency.reaches(Fluency.SERVES):
            counted[one.town].append(one)
    return [_verdict(town, counted[town.code]) for town in towns]


def _verdict(town: Town, staff: list[Serving]) -> Verdict:
    persons = {one.account for one in staff}
    served = {one.language for one in staff}
    return Verdict(
        town=town,
        staff=tuple(staff),
        missing=max(LEAST - len(persons), 0),
        unserved=tuple(language for language in town.languages if language not in served),
    )
