"""What an import would do, before anything is stored: changes and findings of each guide."""

from collections.abc import Sequence

import msgspec

from tongban.catalogue.queries.items import items
from tongban.catalogue.queries.tables import tables
from tongban.catalogue.rules import diff
from tongban.catalogue.rules.guide import Guide
from tongban.catalogue.rules.lint import Finding, lint_among, lint_item, lint_references


class Incoming(msgspec.Struct, frozen=True):
    """A guide to be imported: whether the item is new, what changes, and what lint says of it."""

    guide: Guide
    new: bool
    changes: list[diff.Change]
    findings: list[Finding]

    @property
    def faults(self) -> list[Finding]:
        """What must be mended before anything is imported."""
        return [finding for finding in self.findings if not finding.answerable]


def incoming(wanted: Sequence[Guide]) -> list[Incoming]:
    """Each guide against the version in force, held against the catalogue as it would be."""
    standing = {row.guide.base_code: row.guide for row in items()}
    whole = {**standing, **{guide.base_code: guide for guide in wanted}}
    return [
        Incoming(
            guide=guide,
            new=guide.base_code not in standing,
            changes=diff.against(standing.get(guide.base_code), guide),
            findings=[
                *lint_item(guide),
                *lint_among(guide, [other for code, other in whole.items() if code != guide.base_code]),
                *lint_references([guide], tables()),
            ],
        )
        for guide in wanted
    ]
