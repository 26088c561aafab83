"""Lint of what an item promises and says: limits, visits, fees, result, bases, words."""

import re
from collections.abc import Iterator

import msgspec

from tongban.catalogue.rules import limits, terms
from tongban.catalogue.rules.guide import Audience, Channel, Guide, Kind, Limit, Support, Text
from tongban.catalogue.rules.lint.finding import Fault, said
from tongban.engine import codes

FULLY_ONLINE = 4  # 网上办理深度 Ⅳ 全程网办
CONSULTATION_ONLY = 1  # Ⅰ 互联网咨询
LOWEST_SETTING_RANK = 3  # law, administrative regulation, State Council decision or local regulation


def instant_promise(guide: Guide) -> Iterator[Fault]:
    """An instant item (即办件) promises nothing but the spot, and only an instant item does.

    Basis: configuration (承诺=即办 ⇔ 即办件).
    """
    if guide.instant and guide.promised.amount:
        yield said("promised", "即办件的承诺时限应为0", "An instant item must promise 0")
    if not guide.instant and not guide.promised.amount:
        yield said("instant", "承诺时限为0的应为即办件", "An item that promises 0 must be instant")


def promise_within_statute(guide: Guide) -> Iterator[Fault]:
    """What is promised never ends after what the law allows; units are compared on the cautious side.

    Basis: 行政许可法 Art 42; configuration.
    """
    if not limits.fits(guide.promised, guide.statutory):
        promised, statutory = _words(guide.promised), _words(guide.statutory)
        zh = f"承诺时限（{promised.zh}）可能超过法定时限（{statutory.zh}）"
        en = f"The promise ({promised.en}) may end after the statutory limit ({statutory.en})"
        yield said("promised", zh, en)


def statute_zero_only_instant(guide: Guide) -> Iterator[Fault]:
    """Only an instant item may have a statutory limit of 0. Basis: configuration."""
    if not guide.statutory.amount and not guide.instant:
        yield said(
            "statutory", "法定时限为0的只能是即办件", "Only an instant item may have a statutory limit of 0"
        )


def limits_not_negative(guide: Guide) -> Iterator[Fault]:
    """No limit is below 0. Basis: configuration."""
    named = [("statutory", guide.statutory), ("promised", guide.promised)]
    named += [(f"steps.{step.code}", step.limit) for step in guide.steps if step.limit]
    for path, limit in named:
        if limit.amount < 0:
            yield said(path, "时限不能为负数", "A time limit cannot be negative")


def _words(limit: Limit) -> Text:
    unit = terms.words(limit.unit)
    return Text(zh=f"{limit.amount} 个{unit.zh}", en=f"{limit.amount} {unit.en}")


# How a result's name ends decides its kind, and a kind needs one of these endings.
_KIND_OF_ENDING = {"证": "licence", "文": "document", "批复": "document", "证明": "certificate"}
_KINDS = {
    "licence": Text(zh="证照", en="licence"),
    "document": Text(zh="批文", en="document"),
    "certificate": Text(zh="证明", en="certificate"),
}
_ENDINGS = {"licence": ("证", "证书", "执照"), "document": ("文", "批复", "书"), "certificate": ("",)}


def result_name(guide: Guide) -> Iterator[Fault]:
    """A result's name ends as its kind does: 证 is a licence (出证办结), 文 and 批复 a document (出文办结).

    Basis: configuration (审批结果类型 10, 20, 30).
    """
    name, kind = guide.result.name.zh, guide.result.kind
    if kind not in _ENDINGS:
        yield said("result.kind", f"没有“{kind}”这种审批结果类型", f"There is no kind of result {kind!r}")
        return
    wanted = next((kind for ending, kind in _KIND_OF_ENDING.items() if name.endswith(ending)), kind)
    if wanted != kind:
        yield said(
            "result.kind",
            f"“{name}”的结果类型应为{_KINDS[wanted].zh}",
            f"A result of this name ({name}) is a {_KINDS[wanted].en}",
        )
    elif not name.endswith(_ENDINGS[kind]):
        endings = "、".join(_ENDINGS[kind])
        yield said(
            "result.name",
            f"{_KINDS[kind].zh}的名称应以“{endings}”结尾",
            f"A {_KINDS[kind].en} ends in {endings}",
        )


def visits(guide: Guide) -> Iterator[Fault]:
    """Visits to the hall need a reason, no visits forbid one; wholly online means no visit.

    Basis: configuration (到现场次数, 网上办理深度).
    """
    if not 1 <= guide.online_depth <= FULLY_ONLINE:
        yield said("online_depth", "网上办理深度应为1至4", "Online depth runs from 1 to 4")
    if guide.visits < 0:
        yield said("visits", "到现场次数不能为负数", "Visits cannot be negative")
    if guide.visits and not guide.visits_reason:
        yield said("visits_reason", "到现场次数不为0时应说明原因", "Visits need a reason")
    if not guide.visits and guide.visits_reason:
        yield said("visits_reason", "到现场次数为0时不应填写原因", "No visits, so no reason for visits")
    if guide.online_depth == FULLY_ONLINE and guide.visits:
        yield said("visits", "全程网办的到现场次数应为0", "Wholly online means no visit")
    if guide.online_depth == CONSULTATION_ONLY and not guide.visits:
        yield said("online_depth", "不能网办的事项不可能零跑动", "What cannot be done online needs a visit")


def licence_has_faq(guide: Guide) -> Iterator[Fault]:
    """A licence item answers at least one frequent question. Basis: configuration."""
    if guide.kind is Kind.LICENCE and not guide.faq:
        yield said("faq", "行政许可事项至少应有一个常见问题", "A licence item needs at least one FAQ")


def setting_basis(guide: Guide) -> Iterator[Fault]:
    """An item has a basis; a licence is set by nothing below a local regulation.

    Basis: 行政许可法 Art 14–17 (who may set a licence); configuration (设定依据).
    """
    if not guide.basis:
        yield said("basis", "缺少设定依据", "The legal basis is missing")
    elif guide.kind is Kind.LICENCE and min(basis.rank for basis in guide.basis) > LOWEST_SETTING_RANK:
        yield said(
            "basis",
            "行政许可的设定依据位阶不够：规章以下文件不得设定许可",
            "A licence cannot be set by a rule or document below a local regulation",
        )
    for number, basis in enumerate(guide.basis):
        if not 1 <= basis.rank <= 6:
            yield said(f"basis.{number}", "依据位阶应为1至6", "The rank of a basis runs from 1 to 6")


def material_basis(guide: Guide) -> Iterator[Fault]:
    """Every material is asked for by name of a law. Basis: 优化营商环境条例 Art 35; configuration."""
    for part in guide.materials:
        if not part.basis.law.zh.strip():
            yield said(f"materials.{part.code}", "材料缺少要求提供的依据", "The material has no basis")


def fee_complete(guide: Guide) -> Iterator[Fault]:
    """A fee names its project, standard and basis. Basis: configuration (收费=是)."""
    for number, fee in enumerate(guide.fees):
        if not all(part.strip() for part in (fee.name.zh, fee.standard.zh, fee.basis.law.zh)):
            yield said(
                f"fees.{number}", "收费应写明项目、标准和依据", "A fee needs project, standard and basis"
            )


def paid_online(guide: Guide) -> Iterator[Fault]:
    """Fees can be paid online; where nothing is charged nothing is paid online. Basis: configuration (网上支付)."""
    pays = Support.ONLINE_PAYMENT in guide.service.supports
    if guide.fees and not pays:
        yield said("service.supports", "收费事项应支持网上支付", "Fees must be payable online")
    if pays and not guide.fees:
        yield said(
            "service.supports", "不收费事项不应设网上支付", "Nothing is charged, so nothing is paid online"
        )


def reachable_without_visit(guide: Guide) -> Iterator[Fault]:
    """No visit and not online means the application can be posted. Basis: configuration (快递申请)."""
    online = {Channel.WEB, Channel.MOBILE} & set(guide.service.channels)
    if not guide.visits and not online and Channel.COURIER not in guide.service.channels:
        yield said(
            "service.channels",
            "零跑动且不能网办的，应提供快递申请",
            "No visit and nothing online: offer application by post",
        )
    if guide.online_depth == FULLY_ONLINE and not online:
        yield said("service.channels", "全程网办的应有网上办理形式", "Wholly online needs an online channel")
    if not guide.service.channels:
        yield said("service.channels", "缺少办理形式", "No way to apply is named")


def topics_fit_audiences(guide: Guide) -> Iterator[Fault]:
    """Whom an item serves and the topics it stands under agree. Basis: configuration (服务对象, 主题分类)."""
    for audience, path, topics in (
        (Audience.PERSON, "service.person_topics", guide.service.person_topics),
        (Audience.ENTERPRISE, "service.enterprise_topics", guide.service.enterprise_topics),
    ):
        if topics and audience not in guide.audiences:
            yield said(path, "主题分类与服务对象不一致", "A topic for somebody the item does not serve")
        if not topics and audience in guide.audiences:
            yield said(path, "缺少该服务对象的主题分类", "No topic for somebody the item serves")


def kept_out_with_ground(guide: Guide) -> Iterator[Fault]:
    """An item kept out of the hall names its ground, and only such an item does.

    Basis: configuration (进驻负面清单).
    """
    if not guide.service.in_hall and not guide.service.kept_out:
        yield said("service.kept_out", "不进驻大厅应说明理由", "Kept out of the hall without a ground")
    if guide.service.in_hall and guide.service.kept_out:
        yield said(
            "service.kept_out", "已进驻大厅，不应填写不进驻理由", "In the hall, so no ground for staying out"
        )


def base_code(guide: Guide) -> Iterator[Fault]:
    """The base code has 12 digits and says the kind of the item. Basis: GB/T 39046-2020; configuration."""
    if problem := codes.explain_base_code(guide.base_code):
        yield said(
            "base_code", f"基本编码应为12位数字（{problem}）", f"The base code has 12 digits ({problem})"
        )
    elif codes.parse_base_code(guide.base_code).kind != guide.kind.code:
        yield said(
            "base_code",
            f"基本编码第3、4位应为事项类型 {guide.kind.code}",
            f"Digits 3 and 4 of the base code must be the kind {guide.kind.code}",
        )


def serves_somebody(guide: Guide) -> Iterator[Fault]:
    """An item is run at some level, for somebody, and people have words for it. Basis: configuration."""
    for path, value in (
        ("levels", guide.levels),
        ("audiences", guide.audiences),
        ("synonyms", guide.synonyms),
    ):
        if not value:
            yield said(path, f"缺少 {path}", f"{path} is missing")


_CHINESE, _LATIN = re.compile(r"[㐀-鿿]"), re.compile(r"[A-Za-z]")


def words(guide: Guide) -> Iterator[Fault]:
    """Every wording is there in Chinese and in English, and the English is English.

    A Chinese word to be copied from a document may stand in it. Basis: configuration (English complete).
    """
    for path, text in texts(guide):
        if not text.zh.strip():
            yield said(path, "缺少中文", "The Chinese is missing")
        if not text.en.strip():
            yield said(path, "缺少英文", "The English is missing")
        elif len(_CHINESE.findall(text.en)) > len(_LATIN.findall(text.en)):
            yield said(path, "英文栏里是中文", "The English is Chinese")
        elif text.en[0] == text.en[-1] == '"' and text.en.count('"') == 2:
            yield said(path, "英文外面多了一层引号", "The English stands in quotation marks")


def texts(part: object, path: str = "") -> Iterator[tuple[str, Text]]:
    """Every wording of a guide with its path."""
    if isinstance(part, Text):
        yield path, part
    elif isinstance(part, msgspec.Struct):
        for name in part.__struct_fields__:
            yield from texts(getattr(part, name), f"{path}.{name}".lstrip("."))
    elif isinstance(part, list):
        for number, item in enumerate(part):
            label = getattr(item, "code", None) or getattr(item, "value", None) or number
            yield from texts(item, f"{path}.{label}")
