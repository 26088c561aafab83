"""How much is translated: of every part in every language, how many wordings stand where."""

from collections.abc import Mapping

import msgspec

from tongban.bilingual.rules.workflow import Deed, Standing, Status, needs_language, role_of
from tongban.people.rules import Caller, Fluency


class Coverage(msgspec.Struct, frozen=True):
    """A part in a language: how many wordings stand where."""

    part: str
    language: str
    counts: Mapping[Standing, int]

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


def summed(language: str, rows: list[Coverage]) -> Coverage:
    """All parts of a language together."""
    mine = [row for row in rows if row.language == language]
    counts = {standing: sum(row.count(standing) for row in mine) for standing in Standing}
    return Coverage(part="", language=language, counts=counts)


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
        if row.count(standing)
        and caller.has(role := role_of(status, deed, row.part))
        and (row.language in written or not needs_language(role))
    ]
