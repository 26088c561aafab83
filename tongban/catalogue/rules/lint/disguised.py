"""Licensing by another name (变相审批): what in a guide looks like a condition, material or step without law.

Each finding is a suspicion with its ground: the department answers it with the law, or mends the guide.
"""

import re
from collections.abc import Iterator

from tongban.catalogue.rules.guide import Audience, Guide, Kind, Material, Source, StepKind
from tongban.catalogue.rules.lint.finding import Fault, said

BY_LAW = 2  # ranks of law and administrative regulation, State Council decisions among them
LOCAL_DOCUMENT = 6  # rank of a city's or county's own document
NORMATIVE_DOCUMENT = 5  # rank of a ministry's document below a rule

# What 条例 Art 39 names as covers for licensing; registration by law (商事登记, 不动产登记) is itself a licence or
# a confirmation and stands under its own kind.
_FILING = re.compile("备案")
_COVER = re.compile("年检|年审|年报|监制|审定|注册目录|准入目录")
_EXAMINED = {StepKind.SURVEY, StepKind.EXPERT_REVIEW, StepKind.TESTING}

# Conditions no law allows of an enterprise: where it comes from, deposits of no law, membership, a named provider.
_BARRIERS = re.compile(
    "本[地市县区].{0,4}(注册|纳税|企业)|外地企业|(缴纳|交纳).{0,8}保证金|指定的?.{0,6}(机构|单位|企业|公司)|加入.{0,8}协会|会员单位"
)
_INTERMEDIARY = re.compile("机构|事务所|公司|技术单位")
_NO_INTERMEDIARY = re.compile("医疗机构|医院|银行|学校|院校|平台经营者|自行编制")


def suspect_filing_examined(guide: Guide) -> Iterator[Fault]:
    """A filing takes note; one that is surveyed, reviewed by experts or tested first is a licence.

    Basis: 优化营商环境条例 Art 39.
    """
    if guide.kind is Kind.LICENCE or not _FILING.search(guide.name.zh):
        return
    for step in guide.steps:
        if step.kind in _EXAMINED:
            yield said(
                f"steps.{step.code}",
                "备案只作告知性记录：不得以现场核查、评审、检测为前提",
                "A filing only takes note: it cannot depend on a survey, a review or a test",
            )


def suspect_cover_name(guide: Guide) -> Iterator[Fault]:
    """A yearly inspection, an approval of a catalogue and the like that no law or administrative regulation sets.

    Basis: 优化营商环境条例 Art 39; 行政许可法 Art 14–17.
    """
    by_law = any(basis.rank <= BY_LAW for basis in guide.basis)
    if guide.kind is not Kind.LICENCE and not by_law and _COVER.search(guide.name.zh + guide.result.name.zh):
        yield said(
            "name",
            "名称属于条例第三十九条所列变相许可的形式：请说明设定依据，或改按许可管理",
            "The name is one of the covers Art 39 lists: give the basis, or treat it as a licence",
        )


def suspect_condition(guide: Guide) -> Iterator[Fault]:
    """A condition that keeps enterprises from elsewhere out, costs a deposit, or names a provider.

    Basis: 优化营商环境条例 Art 6, 13, 21, 43; 行政许可法 Art 16(4).
    """
    if Audience.ENTERPRISE not in guide.audiences:
        return
    for number, condition in enumerate(guide.conditions):
        if _BARRIERS.search(condition.zh):
            yield said(
                f"conditions.{number}",
                "条件涉及地域、保证金、会员或者指定机构：请写明法律、行政法规依据，否则删去",
                "The condition turns on place, a deposit, membership or a named provider: give the law, or remove it",
            )


def suspect_material(guide: Guide) -> Iterator[Fault]:
    """A material that only a local document asks for, or a proof that no law or rule asks for.

    Basis: 行政许可法 Art 31; 优化营商环境条例 Art 35, 44.
    """
    for part in guide.materials:
        if part.source in {Source.SHARED, Source.FORM}:
            continue
        proof = part.name.zh.endswith("证明") and part.basis.rank >= NORMATIVE_DOCUMENT
        if part.basis.rank >= LOCAL_DOCUMENT or proof:
            yield said(
                f"materials.{part.code}",
                "仅依据规范性文件要求提供：没有法律、法规、规章依据的材料和证明不得索要",
                "Asked for by a document below a rule: without law, regulation or rule it may not be asked for",
            )


def suspect_step(guide: Guide) -> Iterator[Fault]:
    """An instant item has no steps but the check and the decision. Basis: 优化营商环境条例 Art 35."""
    if guide.instant:
        for step in guide.steps:
            if step.kind not in {StepKind.REVIEW, StepKind.DECISION}:
                yield said(
                    f"steps.{step.code}",
                    "即办件增加了环节：请删去，或改为承诺件",
                    "A step too many for an instant item: remove it, or promise a time",
                )


def suspect_intermediary(guide: Guide) -> Iterator[Fault]:
    """What only an intermediary can make is a condition of approval only by law, or from the list of services.

    Basis: 优化营商环境条例 Art 43.
    """
    if guide.service.intermediaries:
        return
    for part, maker in made_by_intermediaries(guide):
        yield said(
            f"materials.{part.code}",
            f"由{maker}出具，但没有列入中介服务清单：不得作为审批前置条件",
            "Made by an intermediary whose service is not on the list: it cannot be a precondition",
        )


def made_by_intermediaries(guide: Guide) -> Iterator[tuple[Material, str]]:
    """The materials that only an intermediary can make and no law asks for, each with its maker."""
    for part in guide.materials:
        maker = part.issuer.zh if part.issuer else ""
        makes = _INTERMEDIARY.search(maker) and not _NO_INTERMEDIARY.search(maker)
        if part.source is Source.OTHER and makes and part.basis.rank > BY_LAW:
            yield part, maker


_REPORT = re.compile(
    "(机构|事务所|单位|公司)(出具|编制|作出).{0,12}(报告|意见|鉴定)|(评估|检测|鉴定|审计|验资|论证)(报告|意见)书?"
)


def suspect_precondition(guide: Guide) -> Iterator[Fault]:
    """A condition that depends on an intermediary's report, of an item without a service on the list.

    Basis: 优化营商环境条例 Art 43.
    """
    if guide.service.intermediaries:
        return
    for number, condition in enumerate(guide.conditions):
        if (report := _REPORT.search(condition.zh)) and not _NO_INTERMEDIARY.search(condition.zh):
            yield said(
                f"conditions.{number}",
                f"受理条件要求“{report[0]}”，但没有列入中介服务清单：不得作为审批前置条件",
                "The condition asks for an intermediary's report whose service is not on the list",
            )


def barrier(words: str) -> str:
    """What in words keeps enterprises out, costs a deposit or names a provider; "" when nothing does.

    Basis: 优化营商环境条例 Art 6, 13, 21, 43; 行政许可法 Art 16(4).
    """
    found = _BARRIERS.search(words)
    return found[0] if found else ""
