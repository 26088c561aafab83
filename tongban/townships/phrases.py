"""Words of the townships room: refusals, kinds of deeds, checks, states."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

REFUSALS: dict[str, tuple] = {
    "deed_unknown": (_("没有找到这项提议。"), _("请从下放台账重新打开。")),
    "deed_decided": (_("这项提议已经办结。"), _("请刷新页面查看结果。")),
    "deed_not_yours": (
        _("您的岗位不能办理这项下放。"),
        _("由事项主管部门或者政务服务机构的事项管理员提出，由主管部门负责人或者政务服务审核员确认。"),
    ),
    "own_deed": (_("提出人不能自己确认。"), _("请由另一名有确认权限的人员办理。")),
    "devolution_unknown": (_("没有找到这项下放。"), _("请从下放台账重新打开。")),
    "towns_missing": (_("没有选择乡镇（街道）。"), _("请至少选择一个乡镇（街道）。")),
    "town_unknown": (_("所选的乡镇（街道）不在这个县（区）。"), _("请在列出的乡镇（街道）中选择。")),
    "town_not_ready": (
        _("有乡镇（街道）没有通过承接能力评估。"),
        _("请完成全部评估项目，或者取消选择该乡镇（街道）。"),
    ),
    "town_without_officers": (
        _("有乡镇（街道）还没有配齐受理、审查和审批人员。"),
        _("请先由系统管理员设置岗位，或者取消选择该乡镇（街道）。"),
    ),
    "agreement_missing": (_("委托下放没有附委托书。"), _("请上传双方签章的委托书。")),
    "period_missing": (_("委托下放没有写明期限。"), _("请填写委托的最后一天。")),
    "begins_in_the_past": (_("开始日期早于今天。"), _("下放不能溯及既往：请填写今天或以后的日期。")),
    "ends_in_the_past": (_("最后一天早于今天。"), _("收回不能溯及既往：请填写今天或以后的日期。")),
    "recall_reason_missing": (_("没有写明收回的理由。"), _("请写明理由，至少五个字。")),
    "nothing_to_renew": (
        _("所选乡镇（街道）没有即将到期的同一期限的下放。"),
        _("请选择期限相同、尚未到期的乡镇（街道）。"),
    ),
    "item_not_in_force": (
        _("这个事项现在没有实施，不能下放或者续期。"),
        _("事项已经暂停或者取消；恢复实施以后再办理。"),
    ),
    "agreement_of_another": (
        _("上传的是另一份下放文件（{instrument}）的委托书。"),
        _("委托书只对写明的机关、文号和期限有效：请上传这一次的委托书。"),
    ),
    "agreement_unknown": (_("没有找到委托书或者下放文件。"), _("请从下放台账重新打开。")),
}

# HTTP status where it is not 422.
STATUS: dict[str, int] = {
    "deed_unknown": 404,
    "deed_decided": 409,
    "deed_not_yours": 403,
    "own_deed": 403,
    "devolution_unknown": 404,
    "agreement_unknown": 404,
    "item_not_in_force": 409,
}

KINDS = {
    "grant": pgettext_lazy("devolution", "下放"),
    "renewal": pgettext_lazy("devolution", "续期"),
    "recall": pgettext_lazy("devolution", "收回"),
}
CHECKS = {
    "training": _("人员培训合格"),
    "seal": _("印章或者用印授权到位"),
    "system": _("系统账号和专网到位"),
    "window": _("窗口和设备到位"),
    "trial": _("试运行合格"),
}
OUTCOMES = {"confirmed": _("已确认"), "rejected": _("已驳回")}
STATES = {
    "now": pgettext_lazy("devolution", "实施中"),
    "later": pgettext_lazy("devolution", "尚未开始"),
    "ended": pgettext_lazy("devolution", "已结束"),
}
HALTED = {
    "suspended": _("已暂停受理"),
    "cancelled": _("已取消"),
    "not_in_force": _("没有在用的办事指南"),
}

# Ranks of the law a devolution rests on. The numbers are those of a legal basis in a guide.
RANKS = {
    1: _("法律"),
    2: _("行政法规、国务院决定"),
    3: _("地方性法规"),
    4: _("规章"),
    5: _("规范性文件"),
}

# What the law holds against a devolution.
FAULTS = {
    "not_a_township": _("下放的地方不是乡镇（街道）"),
    "ends_before_start": _("截止日期早于开始日期"),
    "to_itself": _("不能下放给本机关"),
    "grantor_lacks_power": _("下放机关在这段时间里没有这项权力"),
    "no_redelegation": _("受委托或者被授权得来的权力不能再下放（行政许可法第二十四条）"),
    "basis_too_low": _("依据的效力等级不够：委托须有法律、法规、规章依据，授权和依法下放须有法律、法规依据"),
    "grantee_not_administrative": _("受委托的只能是行政机关（行政许可法第二十四条）"),
    "not_announced": _("没有在开始实施以前公告"),
    "competence_conflict": _("与该乡镇已有的下放时间重叠：同一事项同一时间只能有一个办理机关"),
}
