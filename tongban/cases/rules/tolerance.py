"""The written promise of tolerant pre-review (容缺承诺书): its text, its digest, and the credit class it is read under.

The text is made from the case alone, so the page, the letter and the API show, and the applicant signs, the same.
Basis: 国办发〔2019〕35号 (二); 行政许可法 Art 32; 电子签名法 Art 13.
"""

import hashlib
from collections.abc import Sequence

import msgspec

from tongban.catalogue.rules.guide import Text

WORDING = "2026-1"  # of the lines below: a change of words is another version, told in every digest
UNRATED = "unrated"  # no rating is known
CREDIT_CLASSES = ("a", "b", "c", "d", UNRATED)


def credit_class(rating: str | None) -> str:
    """The credit class a promise is judged by; without a known rating `unrated`, never a guess.

    A rule that lists `unrated` leaves the judgement to the clerk who pre-accepts; one that does not, bars nobody
    for bad credit, only for want of a rating. Basis: configuration (source unavailable → checked by a person).
    """
    return rating if rating in CREDIT_CLASSES else UNRATED


class Written(msgspec.Struct, frozen=True):
    """A promise in writing: what follows, until when, what happens otherwise; `digest` is what is signed."""

    materials: tuple[Text, ...]
    days: int
    lines: tuple[Text, ...]
    digest: str


def written(case_no: str, materials: Sequence[tuple[str, Text]], days: int) -> Written:
    """The promise of a case for these (code, name) of materials, within `days` working days of pre-acceptance."""
    lines = (
        Text(
            zh=f"本申请的主要材料已经齐全。下列材料暂缺，本申请人承诺自窗口容缺预受理之日的次日起{days}个工作日内一次补齐。",
            en=f"The main materials of this application are complete. The applicant promises to supply the following "
            f"together within {days} working days, counted from the day after the window pre-accepts.",
        ),
        Text(
            zh="容缺预受理不是受理：材料补齐并受理后，法定办结时限才开始计算；补齐以前机关可以预先审查，但不作出决定。",
            en="Pre-acceptance is not acceptance: the statutory time limit starts when the materials are complete and "
            "accepted; until then the organ may review in advance, but decides nothing.",
        ),
        Text(
            zh="逾期没有补齐的，预审终止，申请退回，并留下一条失约记录；补齐材料后可以重新申请。",
            en="If they are not supplied in time, the pre-review ends, the application is returned and a broken promise "
            "is put on record; a new application can be made with complete materials.",
        ),
        Text(
            zh="本申请人对所补材料的真实性负责。",
            en="The applicant answers for the truth of what is supplied.",
        ),
    )
    content = [WORDING, case_no, [code for code, _ in materials], days, [line.zh for line in lines]]
    digest = hashlib.sha256(msgspec.json.encode(content)).hexdigest()
    return Written(tuple(name for _, name in materials), days, lines, digest)
