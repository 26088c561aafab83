"""Whether a licence is in force, how long still, what it is about, and what a copy of it may be made for."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from tongban.engine.refusal import Refused

SOON = 60  # days before the end from which a licence is about to expire
LONGEST_COPY = 365  # days a copy may be good for
# Form fields that say what a licence is about: it serves another application only about the same thing.
SUBJECTS = ("project_code", "property_unit_code", "equipment_code", "institution_name")


class Status(StrEnum):
    """What the organ has made of a licence; that it expired is computed."""

    VALID = "valid"
    ANNULLED = "annulled"  # 撤销、注销
    REPLACED = "replaced"  # 换发


class Standing(StrEnum):
    """What a reader is told."""

    VALID = "valid"
    EXPIRED = "expired"
    ANNULLED = "annulled"
    REPLACED = "replaced"


def standing(status: str, valid_to: date | None, on: date) -> Standing:
    """How a licence stands on a day; the last day of its term counts. Basis: 行政许可法 Art 50, 69, 70."""
    if status != Status.VALID:
        return Standing(status)
    return Standing.EXPIRED if valid_to is not None and on > valid_to else Standing.VALID


class Left(msgspec.Struct, frozen=True):
    """How long a licence is still good: `kind` is open, years, days, today or expired, with its number."""

    kind: str
    number: int = 0

    @property
    def soon(self) -> bool:
        return self.kind == "today" or (self.kind == "days" and self.number <= SOON)


def left(valid_to: date | None, on: date) -> Left:
    """How long still, in the words people use: whole years while there are two or more, else days."""
    if valid_to is None:
        return Left("open")
    days = (valid_to - on).days
    if days < 0:
        return Left("expired", -days)
    if days == 0:
        return Left("today")
    return Left("years", days // 365) if days >= 2 * 365 else Left("days", days)


def subject(answers: Mapping[str, object]) -> dict[str, str]:
    """What a licence granted on these answers is about; empty when it is about its holder alone."""
    return {
        code: str(answers[code]) for code in SUBJECTS if isinstance(answers.get(code), str) and answers[code]
    }


def about_the_same(subject: Mapping[str, str], asked: Collection[str], answers: Mapping[str, object]) -> bool:
    """Whether a licence is about what this application is about, as far as its form asks.

    A permit for one project does not serve another. Basis: 国务院令第716号 Art 10; configuration.
    """
    return all(answers.get(code) == value for code, value in subject.items() if code in asked)


def copy_until(*, made_on: date, days: int, valid_to: date | None) -> date:
    """The last day a copy is good for; never longer than the licence. Refuses copy_too_long.

    Basis: 个人信息保护法 Art 6 (purpose, minimum); configuration.
    """
    if not 1 <= days <= LONGEST_COPY:
        raise Refused("copy_too_long", most=LONGEST_COPY)
    until = made_on + timedelta(days=days - 1)
    return min(until, valid_to) if valid_to else until
