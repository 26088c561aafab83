"""What every part of a guide is made of: immutable values, bilingual words, limits, legal bases."""

import re
from enum import StrEnum

import msgspec

from tongban.engine import conditions


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A guide part: immutable, unknown fields refused, defaults left out when stored."""


class Text(Frozen, frozen=True):
    """A wording in Chinese (authoritative) and English."""

    zh: str
    en: str


class Unit(StrEnum):
    """Unit of a time limit (时限单位)."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WORKING_HOURS = "working_hours"


class Limit(Frozen, frozen=True):
    """A time limit: `amount` in `unit`; amount 0 means on the spot (即办)."""

    amount: int
    unit: Unit = Unit.WORKING_DAYS


class Basis(Frozen, frozen=True):
    """A legal basis (依据): document, clause, and its rank (1 law … 6 other document)."""

    law: Text
    rank: int
    article: str = ""  # empty: the document as a whole

    @property
    def article_en(self) -> str:
        """The clause as English writes it: 第三十三条第一款第（四）项 is Art 33 para 1 (4)."""
        return " ".join(
            _CLAUSES[kind].format(_number(words)) for words, kind in _CLAUSE.findall(self.article)
        )


_CLAUSE = re.compile("第（?([零一二三四五六七八九十百]+)）?([条款项])")
_CLAUSES = {"条": "Art {}", "款": "para {}", "项": "({})"}


def _number(words: str) -> int:
    """A Chinese numeral below a thousand."""
    total = digit = 0
    for sign in words:
        if sign in "十百":
            total += (digit or 1) * {"十": 10, "百": 100}[sign]
            digit = 0
        else:
            digit = "零一二三四五六七八九".index(sign)
    return total + digit


class Conditional(Frozen, frozen=True):
    """A part that applies under a condition: `when` over the guidance's answers, see `engine.conditions`.

    A sentence that cannot be read is refused with the part; it is compiled then, once.
    """

    def __post_init__(self) -> None:
        for name in ("when", "only_if"):
            conditions.check(getattr(self, name, {}))
