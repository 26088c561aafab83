"""Who takes a case of an applicant who chose Tibetan or Yi: first those at the organ who serve in that language."""

from collections.abc import Iterable
from datetime import datetime

import msgspec


class Free(msgspec.Struct, frozen=True):
    """A case nobody holds; `served`: somebody with its duty at its organ serves in its language."""

    case_no: str
    due_at: datetime | None
    language: str
    served: bool


def order(free: Iterable[Free], *, speaks: tuple[str, ...], soon: datetime) -> list[str]:
    """Case numbers in the order an officer who serves in `speaks` takes them; each as urgent as it was before.

    Cases in one's languages come first; then all others, and last those another at the organ serves in,
    unless they are due before `soon`: a language never costs an applicant time.
    Basis: 民族乡行政工作条例 Art 5; configuration (双语窗口优先，时限不变).
    """

    def rank(case: Free) -> int:
        if case.language in speaks:
            return 0
        urgent = case.due_at is not None and case.due_at < soon
        return 2 if case.served and not urgent else 1

    return [case.case_no for case in sorted(free, key=rank)]
