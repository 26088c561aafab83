"""Words of simulated approval: how an opinion stands, and what a refusal means."""

from django.utils.translation import gettext_lazy as _

STANDINGS: dict[str, object] = {
    "none": _("还没有意见"),
    "valid": _("● 有效"),
    "changed": _("! 参数已变化，失效"),
    "expired": _("! 已过有效期"),
    "invalidated": _("! 已失效"),
}

REFUSALS: dict[str, tuple] = {
    "simulation_unknown": (_("没有找到这份模拟审批。"), _("请从列表中打开。")),
    "not_simulated_here": (_("这里没有对这个事项开展模拟审批。"), _("请在前置条件具备后提交申请。")),
    "simulated_already": (_("这份申请已经在模拟审批。"), _("请从列表中打开。")),
    "simulation_converted": (_("已经转为正式审批。"), _("请到正式办件中查看。")),
    "aspect_unknown": (_("没有这一项模拟审批意见。"), _("请从列出的各项中选择。")),
    "draft_simulated": (
        _("这份草稿在模拟审批，不能删除。"),
        _("机关的意见以它为依据；不再办理的，不转为正式审批即可。"),
    ),
    "opinion_given": (_("这一项已经有有效的意见。"), _("参数变化使它失效或者有效期满以后才能再出。")),
    "precondition_given": (_("前置条件文件已经交过。"), _("请签名转为正式审批。")),
    "precondition_missing": (_("前置条件还没有取得。"), _("请先上传前置条件的文件。")),
    "opinions_missing": (
        _("还有没有意见或者意见已失效的部分。"),
        _("请等待机关出具意见；参数有变化的，由机关重新审查受影响的部分。"),
    ),
    "opinion_unfavourable": (_("有意见认为不符合条件。"), _("请按意见修改申请，再由机关重新审查。")),
}

STATUS = {
    "simulation_unknown": 404,
    "simulation_converted": 409,
    "draft_simulated": 409,
    "opinion_given": 409,
    "precondition_given": 409,
}


EVENTS: dict[str, object] = {
    "simulation_opened": _("开始模拟审批"),
    "simulated_opinion_given": _("出具模拟审批意见"),
    "simulated_opinions_invalidated": _("关键参数变化，受影响的模拟审批意见失效"),
    "precondition_given": _("取得前置条件"),
    "simulation_converted": _("模拟审批转为正式审批"),
    "simulated_opinions_confirmed": _("工作人员确认模拟审批意见"),
}
