"""Simulated approval: key parameters and their digests, which opinions a change affects, when it may convert. Pure.

An opinion here is never a decision: it starts no clock, bears no document number of the organ's series, is no licence
and no material of any item. Basis: 行政许可法 Art 38 (all conditions at the decision); configuration (模拟审批).
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from tongban.catalogue.rules.guide import Frozen, Text
from tongban.engine.refusal import Refused


class Aspect(Frozen, frozen=True, kw_only=True):
    """What one opinion is about: the step of the item's procedure it prepares, and the fields it rests on."""

    code: str
    step: str
    name: Text
    rests_on: list[str]


class Item(Frozen, frozen=True, kw_only=True):
    """An item that may be simulated: what may still be missing, and the opinions to be given."""

    precondition: Text
    aspects: list[Aspect]

    def aspect(self, code: str) -> Aspect:
        """An aspect by its code. Refuses `aspect_unknown`."""
        found = next((one for one in self.aspects if one.code == code), None)
        if found is None:
            raise Refused("aspect_unknown", aspect=code)
        return found


class Rule(Frozen, frozen=True, kw_only=True):
    """Where and in which period which items may be simulated, and within how many working days they convert."""

    places: list[str]
    effective_from: date
    effective_to: date | None = None
    document: str
    convert_days: int
    valid_days: int
    items: dict[str, Item]

    def holds(self, place: str, on: date) -> bool:
        """Whether the rule is in force at a place on a day; both days included."""
        within = self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)
        return within and any(place.startswith(one) for one in self.places)


class Opinion(msgspec.Struct, frozen=True, kw_only=True):
    """An opinion as far as it can be relied on: what it rested on, until when, whether it was taken back."""

    aspect: str
    passed: bool
    digest: str
    valid_until: date
    invalidated: bool = False


def parameters(aspects: Iterable[Aspect], answers: Mapping[str, Any]) -> dict[str, Any]:
    """{field: answer} of every key parameter; one that was not answered is None."""
    return {code: answers.get(code) for aspect in aspects for code in aspect.rests_on}


def digest(aspect: Aspect, answers: Mapping[str, Any]) -> str:
    """SHA-256 of the answers an opinion rests on."""
    given = [[code, answers.get(code)] for code in sorted(aspect.rests_on)]
    return hashlib.sha256(msgspec.json.encode([aspect.code, given], order="sorted")).hexdigest()


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    """The key parameters whose answer is another one."""
    return frozenset(code for code in {*before, *after} if before.get(code) != after.get(code))


def affected(aspects: Iterable[Aspect], fields: Iterable[str]) -> frozenset[str]:
    """The aspects whose opinions a change of these fields affects: those that rest on one of them, no other."""
    moved = set(fields)
    return frozenset(aspect.code for aspect in aspects if moved & set(aspect.rests_on))


def standing(opinion: Opinion, aspect: Aspect, answers: Mapping[str, Any], on: date) -> str:
    """Whether an opinion can be relied on: valid, changed (its parameters are others now), expired or invalidated.

    Basis: configuration (参数变化，意见失效).
    """
    if opinion.invalidated:
        return "invalidated"
    if opinion.digest != digest(aspect, answers):
        return "changed"
    return "expired" if on > opinion.valid_until else "valid"


def may_convert(
    item: Item, opinions: Iterable[Opinion], answers: Mapping[str, Any], *, precondition: bool, on: date
) -> None:
    """Only when the precondition has come and every aspect has a favourable opinion on what is applied for now.

    Refuses precondition_missing, opinions_missing, opinion_unfavourable. Basis: 行政许可法 Art 38; configuration.
    """
    if not precondition:
        raise Refused("precondition_missing")
    given = list(opinions)
    held = {
        one.aspect: one for one in given if standing(one, item.aspect(one.aspect), answers, on) == "valid"
    }
    if left := [aspect.code for aspect in item.aspects if aspect.code not in held]:
        raise Refused("opinions_missing", aspects=left)
    if against := sorted(code for code, one in held.items() if not one.passed):
        raise Refused("opinion_unfavourable", aspects=against)


def confirmable(item: Item, valid: Iterable[str], confirmed: Iterable[str]) -> list[str]:
    """The steps all of whose aspects have a valid opinion and that nobody has confirmed yet."""
    have, done = set(valid), set(confirmed)
    steps = dict.fromkeys(aspect.step for aspect in item.aspects)
    return [
        step
        for step in steps
        if step not in done and all(one.code in have for one in item.aspects if one.step == step)
    ]


def number(division: str, on: date, serial: int) -> str:
    """The number of a simulation: MN, division, day, serial of four digits; never that of a case (43 signs)."""
    return f"MN{division}{on:%Y%m%d}{serial:04d}"


def opinion_number(short: str, year: int, serial: int) -> str:
    """The number of an opinion, in a series of its own: 雅名住建模拟〔2026〕3号 is no document number."""
    return f"{short}模拟〔{year}〕{serial}号"
