"""The completeness check (齐全性核对): what is missing or wrong, the same for every clerk."""

from collections.abc import Collection, Mapping

import msgspec

from tongban.catalogue.rules import situations
from tongban.catalogue.rules.guide import Defect, Guide, Material, Necessity, Source, Text
from tongban.engine.refusal import Refused

MISSING = "missing"  # the defect every required material can have; never listed in a guide


class CheckLine(msgspec.Struct, frozen=True, kw_only=True):
    """One material to check: its standard of acceptance and the defects that can be found in it."""

    material: str
    name: Text
    requirement: Text
    necessity: Necessity
    defects: tuple[Defect, ...]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One defect found, in the guide's words: what is wrong with which material, and how to mend it."""

    material: str
    name: Text
    defect: str
    found: Text
    mend: Text


def checklist(guide: Guide, answers: Mapping[str, str]) -> list[CheckLine]:
    """The materials to check under `answers`, in the guide's order; shared ones are never among them.

    Basis: 行政许可法 Art 32; 716号令 Art 7, 10 (what is obtained by sharing is not asked for).
    """
    return [
        CheckLine(
            material=part.code,
            name=part.name,
            requirement=part.acceptance,
            necessity=part.necessity,
            defects=(*([_missing(part)] if part.needed else []), *part.defects),
        )
        for part in _asked(guide, answers)
    ]


def findings(
    guide: Guide,
    answers: Mapping[str, str],
    provided: Collection[str],
    marks: Mapping[str, Collection[str]],
) -> tuple[Finding, ...]:
    """All defects, in the guide's order of materials and of their defects.

    `provided` are the codes of materials given; `marks` are the defects a clerk found, {material: codes}.
    A material that is needed and was not given is missing whether marked or not; one that was given may be
    marked missing, when something else was handed in. Nothing else can be found in what was not given,
    and nothing that need not be given can be missing. Shared materials are never asked for.
    Raises `Refused`: unknown_material, unknown_defect.
    Basis: 行政许可法 Art 32(4) (everything, once); configuration (two clerks, one list).
    """
    _refuse_unknown(guide, marks)
    found: list[Finding] = []
    for part in _asked(guide, answers):
        marked = set(marks.get(part.code, ()))
        if part.needed and (part.code not in provided or MISSING in marked):
            found.append(_finding(part, _missing(part)))
        elif part.code in provided:
            found += [_finding(part, defect) for defect in part.defects if defect.code in marked]
    return tuple(found)


def _asked(guide: Guide, answers: Mapping[str, str]) -> list[Material]:
    materials = situations.resolve(guide, answers).materials
    return [part for part in materials if part.source is not Source.SHARED]


def _refuse_unknown(guide: Guide, marks: Mapping[str, Collection[str]]) -> None:
    """Marks name materials of the guide and defects of those materials: no free text becomes a defect."""
    known = {part.code: {MISSING, *(defect.code for defect in part.defects)} for part in guide.materials}
    if strangers := sorted(set(marks) - set(known)):
        raise Refused("unknown_material", materials=strangers)
    for material in sorted(marks):
        if wrong := sorted(set(marks[material]) - known[material]):
            raise Refused("unknown_defect", material=material, defects=wrong)


def _missing(part: Material) -> Defect:
    return Defect(
        code=MISSING,
        found=Text(zh="缺少该材料", en="This material is missing"),
        mend=Text(zh=f"请提供{part.name.zh}", en=f"Please provide: {part.name.en}"),
    )


def _finding(part: Material, defect: Defect) -> Finding:
    return Finding(
        material=part.code, name=part.name, defect=defect.code, found=defect.found, mend=defect.mend
    )
