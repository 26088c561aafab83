"""How much is translated: of every part in every language, how many wordings stand where."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from tongban.bilingual.rules.workflow import Deed, Standing, Status, needs_language, role_of
from tongban.people.rules import Caller, Fluency


class Coverage(msgspec.Struct, frozen=True):
    """A part in a language: how many wordings that are said stand where, and how many of those planned do.

    `begins_at` is when the first of the planned takes the place of what is said.
    """

    part: str
    language: str
    counts: Mapping[Standing, int]
    planned: Mapping[Standing, int] = {}
    begins_at: datetime | None = None

    @property
    def total(self) -> int:
        """Every wording stands somewhere, once."""
        return sum(self.counts.values())

    @property
    def share(self) -> float | None:
        """Approved ÷ all; None where there is nothing to translate.

        Basis: configuration (覆盖率 = 已审定 ÷ 全部).
        """
        return self.counts.get(Standing.APPROVED, 0) / self.total if self.total else None

    def count(self, standing: Standing) -> int:
        return self.counts.get(standing, 0)

    def listed(self, standing: Standing) -> int:
        """How many stand so, those planned among them: translators do them in time. Basis: configuration."""
        return self.count(standing) + self.planned.get(standing, 0)

    @property
    def coming(self) -> int:
        """How many wordings are planned."""
        return sum(self.planned.values())

    @property
    def unready(self) -> int:
        """How many of the planned have no approved translation yet."""
        return self.coming - self.planned.get(Standing.APPROVED, 0)


def summed(language: str, rows: list[Coverage]) -> Coverage:
    """All parts of a language together."""
    mine = [row for row in rows if row.language == language]
    counts = {standing: sum(row.count(standing) for row in mine) for standing in Standing}
    planned = {standing: sum(row.planned.get(standing, 0) for row in mine) for standing in Standing}
    begins = min((row.begins_at for row in mine if row.begins_at), default=None)
    return Coverage(part="", language=language, counts=counts, planned=planned, begins_at=begins)


# What is to be done next with a wording that stands so: the status of its translation and the deed.
_NEXT: dict[Standing, tuple[Status | None, Deed]] = {
    Standing.REVIEWED: (Status.REVIEWED, Deed.APPROVE),
    Standing.DRAFT: (Status.DRAFT, Deed.REVIEW),
    Standing.STALE: (None, Deed.WRITE),
    Standing.UNTRANSLATED: (None, Deed.WRITE),
}


def turns(caller: Caller, rows: list[Coverage]) -> list[tuple[Coverage, Standing]]:
    """Where wordings wait for the caller's role and language, nearest to being shown first.

    Basis: configuration (译、审、定分离).
    """
    written = caller.speaks(Fluency.TRANSLATES)
    return [
        (row, standing)
        for standing, (status, deed) in _NEXT.items()
        for row in rows
        if row.listed(standing)
        and caller.has(role := role_of(status, deed, row.part))
        and (row.language in written or not needs_language(role))
    ]
