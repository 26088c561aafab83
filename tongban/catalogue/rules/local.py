"""What a county or town may do differently (认领): a closed list; everything else is the city's standard."""

from collections.abc import Iterator

import msgspec

from tongban.catalogue.rules import diff, limits
from tongban.catalogue.rules.guide import Channel, Frozen, Guide, Limit, Text
from tongban.catalogue.rules.lint.finding import Fault, Finding, said


class Overrides(Frozen, frozen=True):
    """The differences of one organ from the standard guide. Nothing that is not here can differ.

    Basis: 优化营商环境条例 Art 35 (no condition added without law); configuration (无差别受理).
    """

    promised: Limit | None = None  # never longer
    without: list[str] = []  # codes of materials not asked for here
    channels: list[Channel] = []  # further ways to apply
    place: Text | None = None
    hours: Text | None = None
    phone: str = ""
    complaint_phone: str = ""


def merge(standard: Guide, local: Overrides) -> Guide:
    """The guide as this organ runs it. A part the standard no longer has is passed over; see `faults`."""
    channels = [*standard.service.channels, *local.channels]
    return msgspec.structs.replace(
        standard,
        promised=local.promised or standard.promised,
        materials=[part for part in standard.materials if part.code not in local.without],
        service=msgspec.structs.replace(standard.service, channels=list(dict.fromkeys(channels))),
    )


def faults(standard: Guide, local: Overrides) -> list[Finding]:
    """What keeps these overrides from being published over this standard.

    Basis: configuration (承诺(local) ≤ 承诺(standard) ≤ 法定; materials(local) ⊆ materials(standard)).
    """
    return [
        Finding("local_override", f"{standard.base_code} {path}", words)
        for path, words in _faults(standard, local)
    ]


def _faults(standard: Guide, local: Overrides) -> Iterator[Fault]:
    if local.promised and not limits.fits(local.promised, standard.promised):
        yield said(
            "promised",
            "本地承诺时限不得长于全市标准",
            "The local promise may not be longer than the standard's",
        )
    if local.promised and not local.promised.amount and not standard.instant:
        yield said("promised", "承诺件不能在本地改为即办", "A promised item cannot be made instant here")
    known = {part.code for part in standard.materials}
    for code in local.without:
        if code not in known:
            yield said(f"materials.{code}", "标准中没有这份材料", "The standard has no such material")
    if local.phone and local.phone == local.complaint_phone:
        yield said(
            "complaint_phone",
            "咨询电话和监督投诉电话不能相同",
            "Questions and complaints need different telephones",
        )


def derive(standard: Guide, local: Guide) -> tuple[Overrides, list[Finding]]:
    """The overrides that make `standard` into `local`, and what no override may do.

    For a guide that comes from outside, such as a county's workbook.
    """
    codes = {part.code for part in local.materials}
    overrides = Overrides(
        promised=None if local.promised == standard.promised else local.promised,
        without=[part.code for part in standard.materials if part.code not in codes],
        channels=[one for one in local.service.channels if one not in standard.service.channels],
    )
    foreign = [
        Finding("local_override", f"{standard.base_code} {change.path}", _WORDS[change.kind])
        for change in diff.changes(merge(standard, overrides), local)
        if not change.path.endswith(".order")
    ]
    return overrides, [*faults(standard, overrides), *foreign]


_WORDS = {
    "added": Text(
        zh="本地不得增加：全市标准中没有", en="Nothing may be added here: the standard does not have it"
    ),
    "changed": Text(zh="本地不得修改：以全市标准为准", en="May not be changed here: the standard decides"),
    "removed": Text(zh="本地不得删除：以全市标准为准", en="May not be taken away here: the standard decides"),
}
