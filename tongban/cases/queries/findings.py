"""What a completeness check finds: one list, in the guide's words and order, whoever looks and wherever."""

from collections.abc import Collection, Mapping

from tongban.cases.models import Form
from tongban.cases.queries.opened import Opened
from tongban.catalogue.rules import completeness
from tongban.engine.lifecycle.state import DefectFound
from tongban.engine.refusal import Refused


def findings(found: Opened, marks: Mapping[str, Collection[str]]) -> tuple[completeness.Finding, ...]:
    """All findings for a clerk's marks ({material: defect codes}); after a notice only of what came since.

    Raises `Refused`: unknown_material, unknown_defect, already_noticed_once (a mark on what the notice closed).
    Basis: 行政许可法 Art 32(4).
    """
    marked = {material: tuple(codes) for material, codes in marks.items() if codes}
    if closed := sorted(material for material in marked if is_closed(found, material)):
        raise Refused("already_noticed_once", materials=closed)
    situation = Form.objects.values_list("situation", flat=True).get(case=found.row)
    listed = completeness.findings(found.guide, situation, found.case.submitted, marked)
    return tuple(line for line in listed if not is_closed(found, line.material))


def is_closed(found: Opened, material: str) -> bool:
    """Whether the first notice closed the material: only what came since can be found wrong.

    Basis: 行政许可法 Art 32(4).
    """
    asked = found.case.terms.materials if found.case.terms else ()
    return found.case.notices > 0 and material in asked and material not in found.case.fresh


def defects(listed: Collection[completeness.Finding], remarks: Mapping[str, str]) -> tuple[DefectFound, ...]:
    """The findings as the notice records them, each with the clerk's further words."""
    return tuple(
        DefectFound(material=line.material, defect=line.defect, remark=remarks.get(line.material, ""))
        for line in listed
    )
