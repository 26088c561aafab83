"""What makes an application ready: its sections, materials and the terms it will be handled under."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar

import msgspec

from tongban.catalogue.rules.bundling import Together
from tongban.catalogue.rules.guide import Audience, Guide, Necessity, Source
from tongban.catalogue.rules.lists import ToleranceRule
from tongban.catalogue.rules.situations import Situation
from tongban.engine import clock
from tongban.engine.lifecycle.state import StepPlan, Terms, Tolerable, Tolerance


class Served(Protocol):
    """What is for somebody: an item's guide, or a bundle."""

    @property
    def audiences(self) -> list[Audience]: ...


class Readiness(msgspec.Struct, frozen=True):
    """What is still open before submission: section codes, required material codes, question codes."""

    sections: tuple[str, ...]
    materials: tuple[str, ...]
    questions: tuple[str, ...]

    @property
    def can_submit(self) -> bool:
        """Sections and questions block; a missing material does not: the organ tells it once.

        Basis: 行政许可法 Art 32(4).
        """
        return not self.sections and not self.questions


def serves(subject: Served, party_kind: str) -> bool:
    """Whether the item or bundle is for parties of this kind ("person", "company"). Basis: 优化营商环境条例 Art 35 (published guide)."""
    audience = Audience.ENTERPRISE if party_kind == "company" else Audience.PERSON
    return audience in subject.audiences


def readiness(
    situation: Situation | Together, *, complete: Iterable[str], provided: Iterable[str]
) -> Readiness:
    """What an application still lacks, in the order of the guide."""
    done, given = set(complete), set(provided)
    return Readiness(
        sections=tuple(section.code for section in situation.sections if section.code not in done),
        materials=tuple(
            material.code
            for material in situation.materials
            if material.needed and material.brought and material.code not in given
        ),
        questions=tuple(question.code for question in situation.unanswered),
    )


def terms(guide: Guide, situation: Situation, rule: ToleranceRule | None = None) -> Terms:
    """The rules of handling a case takes with it from its item's version, and what may follow under `rule`.

    Basis: 优化营商环境条例 Art 35 (published guide); 立法法 Art 104 (no retroaction): a case keeps its version.
    """
    return Terms(
        statutory=_limit(guide.statutory.amount, guide.statutory.unit),
        promised=_limit(guide.promised.amount, guide.promised.unit),
        instant=guide.instant,
        extendable=guide.extendable,
        validity_months=guide.result.validity_months,
        steps=tuple(
            StepPlan(code=step.code, kind=step.kind.value, after=tuple(step.after))
            for step in situation.steps
        ),
        materials=tuple(
            material.code for material in situation.materials if material.source is not Source.SHARED
        ),
        tolerance=tolerance(guide, situation, rule) if rule else None,
    )


def tolerance(guide: Guide, situation: Situation, rule: ToleranceRule) -> Tolerance | None:
    """What may follow in a case: materials the rule lists and the guide marks so; all else needed is main (主件).

    Not where the item is decided on the spot or handled in an organ's own system. Basis: configuration.
    """
    listed = rule.items.get(guide.base_code, {})
    asked = [part for part in situation.materials if part.needed and part.source is not Source.SHARED]
    follow = [
        part
        for part in asked
        if part.code in listed and part.brought and part.necessity is Necessity.TOLERABLE
    ]
    if not follow or guide.instant or guide.outside.kind or not guide.promised.amount:
        return None
    return Tolerance(
        main=tuple(part.code for part in asked if part not in follow),
        materials=tuple(
            Tolerable(
                material=part.code,
                max_days=listed[part.code].max_days,
                risk=listed[part.code].risk,
                credit=tuple(listed[part.code].credit),
            )
            for part in follow
        ),
        most_open=rule.most_open,
    )


def produced(situation: Situation) -> frozenset[str]:
    """The materials the platform makes from the form: handed in with every submission."""
    return frozenset(part.code for part in situation.materials if part.source is Source.FORM)


def _limit(amount: int, unit: str) -> clock.Limit:
    return clock.Limit(amount=amount, unit=clock.Unit(unit))


_FIELD = "field:"  # no code of a material has a colon: it stands in addresses


def of_field(code: str) -> str:
    """What a file given for a field of the form is kept as, where one given as a material bears its code."""
    return _FIELD + code


def field_of(material: str) -> str:
    """The field a file was given for; empty when it was given as a material."""
    return material.removeprefix(_FIELD) if material.startswith(_FIELD) else ""


class Given(Protocol):
    """A file given, as a material or for a field."""

    @property
    def material(self) -> str: ...


_F = TypeVar("_F", bound=Given)


def files_by_field(files: Iterable[_F]) -> dict[str, list[_F]]:
    """The files given for fields of the form, by the field's code."""
    found: dict[str, list[_F]] = {}
    for file in files:
        if code := field_of(file.material):
            found.setdefault(code, []).append(file)
    return found


def signed_files(files: Iterable[tuple[str, str]], held: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(material, digest) of files, then (material, identifier) of the licences that stand for one."""
    return [*files, *((material, one.licence.identifier) for material, one in held.items())]


def digest(
    situation: Mapping[str, str], answers: Mapping[str, object], files: Iterable[tuple[str, str]]
) -> str:
    """SHA-256 over situation, answers and (material, file digest) pairs: what was submitted, in one line."""
    content = msgspec.json.encode([situation, answers, sorted(files)], order="sorted")
    return hashlib.sha256(content).hexdigest()
