"""Lint across items, against the city's tables, and of where an item is run."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import msgspec

from tongban.catalogue.rules import blocks
from tongban.catalogue.rules.guide import Field, Guide, Material, Original, Source
from tongban.catalogue.rules.lint import disguised
from tongban.catalogue.rules.lint.finding import Finding, said
from tongban.engine import codes

AREA_CODE = "0835"  # Ya'an


def unique_items(guides: Sequence[Guide]) -> Iterator[Finding]:
    """No two items have one base code or one number. Basis: GB/T 39046-2020."""
    seen: dict[object, str] = {}
    for guide in guides:
        for path, value in (("base_code", guide.base_code), ("number", guide.number)):
            if (path, value) in seen:
                yield _finding(
                    "unique_items",
                    guide,
                    path,
                    f"与“{seen[path, value]}”重复：{value}",
                    f"Used by another item as well: {value}",
                )
            seen[path, value] = guide.name.zh


def field_kinds(guides: Sequence[Guide]) -> Iterator[Finding]:
    """A data element has one kind in all items: one meaning, one code, one kind.

    Basis: configuration (one-form deduplication by data-element code).
    """
    uses: dict[str, list[tuple[Guide, Field]]] = defaultdict(list)
    for guide in guides:
        for section in guide.form:
            for field in section.fields:
                uses[field.code].append((guide, field))
    for code, places in uses.items():
        first = places[0]
        for guide, field in places[1:]:
            if field.kind is not first[1].kind:
                yield _finding(
                    "field_kinds",
                    guide,
                    f"fields.{code}",
                    f"数据元 {code} 在 {first[0].base_code} 中是 {first[1].kind.value}，这里是 {field.kind.value}",
                    f"{code} is {first[1].kind.value} in {first[0].base_code} but {field.kind.value} here",
                )


# Held by a public body and obtained by sharing in this province: never asked for as a copy.
SHAREABLE = frozenset(
    [
        "营业执照",
        "居民身份证",
        "身份证",
        "户口簿",
        "居民户口簿",
        "清税证明",
        "完税证明",
        "社会保险缴费记录",
        "不动产登记信息",
    ]
)


def shared_not_asked(guides: Sequence[Guide]) -> Iterator[Finding]:
    """No copy is required of what sharing provides: of a listed document, or of one that another item shares.

    An original that must be handed in (a personnel file, a title certificate given back) cannot be shared.
    Basis: 国务院令第716号 Art 7, 10; configuration.
    """
    shared = {part.code for guide in guides for part in guide.materials if part.source is Source.SHARED}
    for guide in guides:
        for part in guide.materials:
            if _asked_as_copy(part) and (part.code in shared or part.name.zh in SHAREABLE):
                yield _finding(
                    "shared_not_asked",
                    guide,
                    f"materials.{part.code}",
                    "可以共享获取的材料不应由申请人提供",
                    "What sharing provides is not asked of the applicant",
                )


def _asked_as_copy(part: Material) -> bool:
    return part.source is not Source.SHARED and part.original is Original.COPY


def held_from_known(guides: Sequence[Guide]) -> Iterator[Finding]:
    """A material that a held licence replaces names items of the catalogue.

    Basis: 国务院令第716号 Art 7, 10; configuration.
    """
    known = {guide.base_code for guide in guides}
    for guide in guides:
        for part in guide.materials:
            for code in part.held_from:
                if code not in known:
                    yield _finding(
                        "held_from_known",
                        guide,
                        f"materials.{part.code}.held_from.{code}",
                        f"事项目录中没有 {code}",
                        f"The catalogue has no item {code}",
                    )


ACROSS: tuple[Callable[[Sequence[Guide]], Iterator[Finding]], ...] = (
    unique_items,
    field_kinds,
    shared_not_asked,
    held_from_known,
)


class Tables(msgspec.Struct, frozen=True):
    """The city's tables a guide points into, as sets of keys."""

    departments: Collection[str]
    scenes: Collection[str]
    windows: Collection[str]
    person_topics: Collection[str]
    enterprise_topics: Collection[str]
    intermediaries: Collection[str]
    blocks: Mapping[str, Sequence[str]] = {}  # {block code: digests of its wordings, the newest last}
    services: Mapping[str, str] = {}  # intermediary services by code: their Chinese names


def lint_references(guides: Sequence[Guide], tables: Tables) -> list[Finding]:
    """Keys that no table has; sections unlike the block they name; intermediaries' work none of the item's
    services is about.

    Basis: configuration; 优化营商环境条例 Art 43.
    """
    return [
        *_unknown_keys(guides, tables),
        *_unlike_blocks(guides, tables),
        *_unlisted_services(guides, tables),
    ]


def _unlike_blocks(guides: Sequence[Guide], tables: Tables) -> Iterator[Finding]:
    for guide in guides:
        for section in guide.form:
            stands = blocks.standing(section, tables.blocks) if section.block else None
            if stands is blocks.Standing.DIFFERENT:
                yield _finding(
                    "like_its_block",
                    guide,
                    f"form.{section.code}",
                    f"与公用区块“{section.block}”的任何一版都不同：请采用区块，或者另存为新版，或者解除引用",
                    f"Unlike every wording of the block {section.block!r}: take it over, save a new one, or detach",
                )


def _unlisted_services(guides: Sequence[Guide], tables: Tables) -> list[Finding]:
    """A material only an intermediary makes belongs to a service the item has on the list (94 services).

    Basis: 优化营商环境条例 Art 43; M33.
    """
    found = []
    for guide in guides:
        names = [tables.services[code] for code in guide.service.intermediaries if code in tables.services]
        for part, maker in disguised.made_by_intermediaries(guide) if names else ():
            if not any(_pairs(part.name.zh) & _pairs(name) for name in names):
                zh = f"由{maker}出具，但事项所列的中介服务都不涉及：不得作为审批前置条件"
                en = "Made by an intermediary, but none of the item's services on the list is about it"
                found.append(_finding("suspect_unlisted_service", guide, f"materials.{part.code}", zh, en))
    return found


def _pairs(words: str) -> set[str]:
    """The pairs of neighbouring characters of a name."""
    return {words[n : n + 2] for n in range(len(words) - 1)}


def _unknown_keys(guides: Sequence[Guide], tables: Tables) -> list[Finding]:
    return [
        _finding("known_key", guide, f"{path}.{key}", f"表中没有“{key}”", f"No table has {key!r}")
        for guide in guides
        for path, keys, known in (
            ("department", [guide.department], tables.departments),
            ("scenes", guide.scenes, tables.scenes),
            ("service.window", [guide.service.window], tables.windows),
            ("service.person_topics", guide.service.person_topics, tables.person_topics),
            ("service.enterprise_topics", guide.service.enterprise_topics, tables.enterprise_topics),
            ("service.joint", guide.service.joint, tables.departments),
            ("form.block", [s.block for s in guide.form if s.block], tables.blocks),
            ("service.intermediaries", guide.service.intermediaries, tables.intermediaries),
        )
        for key in keys
        if key not in known
    ]


def lint_phones(where: str, *, phone: str, complaint_phone: str) -> list[Finding]:
    """Faults of the two telephones of one place where an item is run: each with area code, not the same.

    Basis: configuration (咨询方式 ≠ 监督投诉方式, both with area code).
    """
    found = [
        Finding("phone_area_code", f"{where} {path}", said(path, f"{number} 不是带区号 {AREA_CODE} 的电话号码", f"{number} is no telephone number with area code {AREA_CODE}")[1])
        for path, number in (("phone", phone), ("complaint_phone", complaint_phone))
        if codes.explain_phone(number) or not number.startswith(AREA_CODE)
    ]  # fmt: skip
    if phone == complaint_phone:
        words = said(
            "", "咨询电话和监督投诉电话不能相同", "Questions and complaints need different telephones"
        )[1]
        found.append(Finding("phones_differ", f"{where} complaint_phone", words))
    return found


def _finding(rule: str, guide: Guide, path: str, zh: str, en: str) -> Finding:
    return Finding(rule, f"{guide.base_code} {path}", said(path, zh, en)[1])
