"""The city's other lists as shipped: intermediary services, proof requirements, bundles, devolved items."""

from datetime import date
from functools import cache
from typing import Any

import msgspec

from tongban.catalogue import shipped
from tongban.catalogue.rules.guide import Guide, Limit, Text
from tongban.catalogue.rules.lists import (
    GROUNDS,
    Bundle,
    Devolved,
    Fee,
    Intermediary,
    Payer,
    Proof,
    ProofKind,
    ToleranceRule,
)
from tongban.engine.competence import Mode
from tongban.engine.refusal import Refused


@cache
def intermediaries() -> tuple[Intermediary, ...]:
    """data/intermediaries.csv: the 94 services approvals may ask for, in the order of the list."""
    return tuple(_intermediary(row) for row in shipped.intermediary_rows())


def _intermediary(row: dict[str, str]) -> Intermediary:
    return Intermediary(
        code=row["code"],
        name=Text(zh=row["zh"], en=row["en"]),
        items=row["items"].split(),
        basis=shipped.basis(row["law"]),
        qualification=_pair(row["qualification"]),
        limit=Limit(amount=int(row["days"])),
        fee=Fee(row["fee"]),
        payer=Payer(row["payer"]),
    )


def _pair(words: str) -> Text:
    """A text from 中文/English."""
    zh, _, en = words.partition("/")
    return Text(zh=zh, en=en)


@cache
def proofs() -> tuple[Proof, ...]:
    """data/proofs.yaml: the 305 proof requirements, each an item's material that proves a fact."""
    kinds = msgspec.convert(shipped.load(shipped.DATA / "proofs.yaml"), dict[str, ProofKind])
    guides = {guide.base_code: guide for guide in shipped.guides()}
    asked = [(material, kind, item) for material, kind in kinds.items() for item in kind.items]
    return tuple(
        _proof(f"zm{place:03}", material, kind, guides[item])
        for place, (material, kind, item) in enumerate(asked, start=1)
    )


def _proof(code: str, material: str, kind: ProofKind, guide: Guide) -> Proof:
    part = next(part for part in guide.materials if part.code == material)
    ground = next((key for key, items in kind.withheld.items() if guide.base_code in items), None)
    issuer = part.issuer or kind.issuer
    assert issuer
    return Proof(
        code=code,
        name=part.name,
        material=material,
        item=guide.base_code,
        department=guide.department,
        issuer=issuer,
        basis=part.basis,
        commitment=ground is None,
        verification=kind.verification,
        ground=GROUNDS[ground] if ground else None,
    )


@cache
def bundles() -> tuple[Bundle, ...]:
    """data/bundles.yaml: the 56 bundles; questions asked in several stand there once."""
    table = shipped.load(shipped.DATA / "bundles.yaml")
    questions = {code: {"code": code, **words} for code, words in table["questions"].items()}
    return tuple(
        msgspec.convert({**row, "questions": [questions[code] for code in row.get("questions", [])]}, Bundle)
        for row in table["bundles"]
    )


def bundle(code: str) -> Bundle:
    """One bundle by its code. Refuses `bundle_unknown`."""
    found = next((one for one in bundles() if one.code == code), None)
    if found is None:
        raise Refused("bundle_unknown", bundle=code)
    return found


@cache
def tolerances() -> tuple[ToleranceRule, ...]:
    """data/tolerance.yaml: which materials may follow, where and since when."""
    return tuple(msgspec.convert(shipped.load(shipped.DATA / "tolerance.yaml"), list[ToleranceRule]))


def tolerance(item: str, place: str, on: date) -> ToleranceRule | None:
    """The rule in force for an item at a place on a day; None: nothing may follow there."""
    found = (rule for rule in tolerances() if item in rule.items and rule.holds(place, on))
    return next(found, None)


@cache
def devolved() -> tuple[Devolved, ...]:
    """data/devolved.yaml: the 28 approvals and 138 public services moved to towns on one day."""
    table = shipped.load(shipped.DATA / "devolved.yaml")
    return tuple(
        _devolved(Mode(mode), rows, table)
        for mode, listed in table["items"].items()
        for rows in listed.items()
    )


def _devolved(mode: Mode, row: tuple[str, str], table: dict[str, Any]) -> Devolved:
    item, law = row
    return Devolved(
        item=item,
        mode=mode,
        basis=shipped.basis(law),
        instrument=table["instruments"][mode.value],
        notice_on=table["notice_on"],
        effective_from=table["effective_from"],
        years=table["delegated_years"] if mode is Mode.DELEGATION else 0,
    )
