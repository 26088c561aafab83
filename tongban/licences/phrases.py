"""Words of the licences room: refusals, standings."""

from django.utils.translation import gettext_lazy as _

REFUSALS: dict[str, tuple] = {
    "licence_unknown": (_("没有找到这份证照。"), _("请从“我的证照”中打开；如不在其中，请联系发证机关。")),
    "list_unknown": (_("没有这份状态清单。"), _("请使用证照上写明的清单地址。")),
    "copy_unknown": (_("没有找到这份证照副本。"), _("请从证照页面重新打开。")),
    "copy_too_long": (_("副本的有效天数应为 1 至 {most} 天。"), _("请填写实际需要的天数。")),
    "licence_not_in_force": (
        _("这份证照已不在有效状态。"),
        _("有效的证照才能使用；请联系发证机关了解情况。"),
    ),
    "ground_not_in_law": (_("理由与办理类型不符，或者不在法定范围内。"), _("请选择列出的法定理由。")),
    "reason_missing": (_("没有写明事实和理由。"), _("请写明事实和理由，至少五个字。")),
    "own_licence": (_("不能办理本人或本单位的证照。"), _("请由其他工作人员办理。")),
    "own_proceeding": (_("提出人不能自己确认。"), _("请由本机关另一名审批人或者负责人确认。")),
    "proceeding_open": (_("这份证照已有一项未办结的处理。"), _("请先确认或者驳回该项处理。")),
    "proceeding_decided": (_("这项处理已经办结。"), _("请刷新页面查看结果。")),
    "proceeding_unknown": (_("没有找到这项处理。"), _("请从证照页面重新打开。")),
    "nothing_changed": (_("没有改动任何载明事项。"), _("换发时请至少修改一项。")),
}

# HTTP status where it is not 422.
STATUS: dict[str, int] = {
    "licence_unknown": 404,
    "list_unknown": 404,
    "copy_unknown": 404,
    "proceeding_unknown": 404,
    "licence_not_in_force": 409,
    "proceeding_open": 409,
    "proceeding_decided": 409,
    "own_licence": 403,
    "own_proceeding": 403,
}

STANDINGS: dict[str, object] = {
    "valid": _("有效"),
    "soon": _("即将到期"),
    "expired": _("已过期"),
    "annulled": _("已撤销或注销"),
    "replaced": _("已换发"),
}
