"""What each rule of lint is called and which law it rests on, for those who must answer its findings."""

from tongban.catalogue.rules.guide import Text
from tongban.catalogue.rules.standing import Told

_PUBLISH = Text(
    zh="修改这一处，并发布新版本；新版本生效后本条自动消除。",
    en="Change the place and publish a new version; this closes by itself once it is in force.",
)
_OR_EXPLAIN = Text(
    zh="没有依据的，修改并发布新版本；有依据的，写明法律、法规、规章的名称和条款。",
    en="Without a basis: change it and publish a new version. With one: name the law, regulation or rule and its clause.",
)

# Laws by the name rules cite them under: Chinese, English.
_LAWS = {
    "order": ("《优化营商环境条例》", "Regulation on Optimising the Business Environment"),
    "licence": ("《行政许可法》", "Administrative Licensing Law"),
    "online": ("《国务院关于在线政务服务的若干规定》（国务院令第716号）", "State Council Order No. 716"),
    "gb": ("GB/T 39046-2020", "GB/T 39046-2020"),
    "registration": ("《市场主体登记管理条例》", "Regulation on the Registration of Market Entities"),
    "city": ("本市政务服务事项清单编制规则", "The city's rules for item guides"),
}


def cited(*laws: tuple[str, str, str]) -> Text:
    """(law, clause in Chinese, clause in English) as one line in both languages."""
    return Text(
        zh="；".join(_LAWS[law][0] + zh for law, zh, _ in laws),
        en="; ".join(f"{_LAWS[law][1]} {en}".strip() for law, _, en in laws),
    )


_CITY, _GB = ("city", "", ""), ("gb", "", "")
_ORDER_35 = ("order", "第三十五条", "Art 35")
_ORDER_39 = ("order", "第三十九条", "Art 39")
_ORDER_43 = ("order", "第四十三条", "Art 43")
_LICENCE_14_17 = ("licence", "第十四条至第十七条", "Art 14–17")
_LICENCE_31 = ("licence", "第三十一条", "Art 31")
_LICENCE_30 = ("licence", "第三十条", "Art 30")
_ONLINE = ("online", "第七条、第十条", "Art 7, 10")

_RULES: dict[str, tuple[str, str, tuple[tuple[str, str, str], ...]]] = {
    "instant_promise": ("即办件与承诺时限一致", "Instant items promise the spot", (_CITY,)),
    "promise_within_statute": ("承诺时限不长于法定时限", "The promise is within the statute", (_ORDER_35,)),
    "statute_zero_only_instant": ("只有即办件没有法定时限", "Only instant items have no statutory limit", (_CITY,)),
    "limits_not_negative": ("时限不为负数", "Limits are not negative", (_CITY,)),
    "result_name": ("结果名称与结果类型一致", "Name and type of the result agree", (_CITY,)),
    "visits": ("到现场次数与理由一致", "Visits and their reason agree", (_CITY,)),
    "licence_has_faq": ("许可事项有常见问题", "A licence item has frequent questions", (_CITY,)),
    "setting_basis": ("许可由法律、法规、决定设定", "A licence is set by law", (_LICENCE_14_17,)),
    "material_basis": ("每份材料有依据", "Each material has a basis", (_LICENCE_31, _ORDER_35)),
    "fee_complete": ("收费项目、标准、依据齐全", "Fees name project, standard and basis", (_CITY,)),
    "paid_online": ("收费事项可以网上支付", "Fees can be paid online", (_CITY,)),
    "reachable_without_visit": ("不用跑的事项有不到场的渠道", "No visit needs a channel without one", (_CITY,)),
    "topics_fit_audiences": ("主题分类与服务对象一致", "Topics and audience agree", (_GB,)),
    "kept_out_with_ground": ("不进驻大厅的有理由", "Staying out of the hall has a ground", (_CITY,)),
    "base_code": ("基本编码正确", "The base code is right", (_GB,)),
    "serves_somebody": ("层级、服务对象、别名齐全", "Levels, audience and synonyms are given", (_GB,)),
    "handled_outside": ("外部系统办理的要素齐全", "What an organ's system handles is whole", (_CITY,)),
    "founding": ("设立登记的要素齐全", "What a registration founds from is whole", (_CITY,)),
    "signers": (
        "共同签名人由表单写明", "Who signs too is named in the form",
        (("registration", "第十五条、第十六条", "Art 15, 16"),)),
    "takers": ("可选外部机构的字段正确", "A choice of organs outside is a choice", (_CITY,)),
    "words": ("中英文齐全", "Chinese and English are complete", (_CITY,)),
    "unique_codes": ("编码不重复", "Codes do not repeat", (_CITY,)),
    "checklist": ("材料列明可能的问题", "Materials list their defects", (_LICENCE_30,)),
    "conditions": ("情形引用存在的问题", "Conditions depend on questions that exist", (_CITY,)),
    "questions": ("情形问题可以选择", "Questions offer a choice", (_CITY,)),
    "fields": ("字段选项和上下限正确", "Fields have right options and bounds", (_CITY,)),
    "files_can_be_told": (
        "表单所附文件的问题有处告知", "What is wrong with a file of the form can be told",
        (("licence", "第三十二条第一款第四项", "Art 32(4)"),)),
    "asked_above": ("条件只取决于前面的问题", "Conditions depend on what is asked above", (_CITY,)),
    "prints_known": ("证照只载明已填内容", "A licence states only what was asked", (_CITY,)),
    "steps_known": ("环节顺序存在且不循环", "Steps wait for steps that exist", (_CITY,)),
    "one_decision_last": ("决定环节只有一个并在最后", "One decision, and last", (_CITY,)),
    "steps_within_promise": ("环节时限不超过承诺时限", "Steps fit into the promise", (_CITY,)),
    "suspect_filing_examined": ("备案不得以审查为前提", "A filing is not examined first", (_ORDER_39,)),
    "suspect_cover_name": ("不得以年检、监制等名义许可", "No licence under another name", (_ORDER_39, _LICENCE_14_17)),
    "suspect_condition": (
        "不得增设地域、保证金、指定机构等条件", "No condition of place, deposit or named provider",
        (("order", "第六条、第十三条、第二十一条、第四十三条", "Art 6, 13, 21, 43"), ("licence", "第十六条第四款", "Art 16(4)"))),
    "suspect_material": (
        "没有依据的材料和证明不得索要", "No material or proof without a basis",
        (_LICENCE_31, ("order", "第三十五条、第四十四条", "Art 35, 44"))),
    "suspect_step": ("即办件不得增加环节", "An instant item has no extra step", (_ORDER_35,)),
    "suspect_intermediary": ("清单外的中介服务不得作为前置条件", "No intermediary service off the list", (_ORDER_43,)),
    "suspect_unlisted_service": ("中介出具的材料与所列服务相符", "A service on the list is about it", (_ORDER_43,)),
    "suspect_precondition": ("受理条件不得要求清单外的中介报告", "No intermediary's report as a condition", (_ORDER_43,)),
    "unique_items": ("事项不重复", "Items do not repeat", (_GB,)),
    "field_kinds": ("数据元含义一致", "A data element has one kind", (_CITY,)),
    "shared_not_asked": ("共享取得的材料不索要", "What sharing provides is not asked", (_ONLINE,)),
    "held_from_known": ("替代证照来自存在的事项", "Licences that replace a material exist", (_ONLINE,)),
    "known_key": ("引用的部门、主题、窗口存在", "Keys point at what exists", (_CITY,)),
    "like_its_block": ("引用公用区块的分节与区块一致", "A section is like the block it names", (_CITY,)),
    "local_override": ("本地要素不增加、不延长", "Local versions add and lengthen nothing", (_ORDER_35,)),
    "phone_area_code": ("电话带区号", "Telephones have the area code", (_CITY,)),
    "phones_differ": ("咨询电话与监督电话不同", "Questions and complaints have different telephones", (_CITY,)),
}  # fmt: skip


def told(rule: str, *, answerable: bool) -> Told:
    """A rule of lint in words: what it is, its law, what to do."""
    zh, en, laws = _RULES[rule]
    return Told(
        title=Text(zh=zh, en=en),
        basis=cited(*laws),
        mend=_OR_EXPLAIN if answerable else _PUBLISH,
    )


NAMES = frozenset(_RULES)
