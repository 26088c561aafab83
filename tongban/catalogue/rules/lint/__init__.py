"""Lint of the catalogue: faults of a guide alone, across guides, and of where items are run."""

from collections.abc import Sequence

from tongban.catalogue.rules.guide import Guide
from tongban.catalogue.rules.lint import disguised, outside, service, signing, structure
from tongban.catalogue.rules.lint.across import ACROSS, Tables, lint_phones, lint_references
from tongban.catalogue.rules.lint.finding import Finding, Rule

__all__ = ["RULES", "Finding", "Tables", "lint", "lint_among", "lint_item", "lint_phones", "lint_references"]

# The rules of one guide by the name a finding carries.
RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        service.instant_promise,
        service.promise_within_statute,
        service.statute_zero_only_instant,
        service.limits_not_negative,
        service.result_name,
        service.visits,
        service.licence_has_faq,
        service.setting_basis,
        service.material_basis,
        service.fee_complete,
        service.paid_online,
        service.reachable_without_visit,
        service.topics_fit_audiences,
        service.kept_out_with_ground,
        service.base_code,
        service.serves_somebody,
        service.words,
        structure.unique_codes,
        structure.checklist,
        structure.conditions,
        structure.questions,
        structure.asked_above,
        structure.fields,
        structure.files_can_be_told,
        structure.prints_known,
        structure.steps_known,
        structure.one_decision_last,
        structure.steps_within_promise,
        outside.handled_outside,
        outside.founding,
        outside.takers,
        signing.signers,
        disguised.suspect_filing_examined,
        disguised.suspect_cover_name,
        disguised.suspect_condition,
        disguised.suspect_material,
        disguised.suspect_step,
        disguised.suspect_intermediary,
        disguised.suspect_precondition,
    )
}


def lint_item(guide: Guide) -> list[Finding]:
    """The faults of one guide by itself, rule by rule.

    Basis: configuration (rules of a municipal checker).
    """
    return [
        Finding(name, f"{guide.base_code} {path}", message)
        for name, rule in RULES.items()
        for path, message in rule(guide)
    ]


def lint(guides: Sequence[Guide]) -> list[Finding]:
    """The faults of a whole catalogue: of each guide, then of guides against each other."""
    alone = [finding for guide in guides for finding in lint_item(guide)]
    return alone + [finding for rule in ACROSS for finding in rule(guides)]


def lint_among(guide: Guide, others: Sequence[Guide]) -> list[Finding]:
    """The faults of one guide against the others; what they hold against each other is not told."""
    found = [finding for rule in ACROSS for finding in rule([*others, guide])]
    return [finding for finding in found if finding.where.startswith(f"{guide.base_code} ")]
