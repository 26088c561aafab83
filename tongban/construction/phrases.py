"""Words of the construction room: refusals, events, states of stages, what is next."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

REFUSALS: dict[str, tuple] = {
    "project_unknown": (_("没有找到这个项目。"), _("请核对项目代码，或者从项目列表重新打开。")),
    "theme_unknown": (_("没有这种项目类型。"), _("请在列出的项目类型中选择。")),
    "stage_unknown": (_("没有这个阶段。"), _("请从项目页面重新打开。")),
    "role_unknown": (_("没有这种参建单位。"), _("请从项目页面重新打开。")),
    "project_invalid": (_("项目信息有内容需要修改。"), _("请按提示修改后再登记。")),
    "project_exists": (
        _("这个项目代码已经登记。"),
        _("请从“我的项目”打开；不是您登记的，请联系工程建设项目综合窗口。"),
    ),
    "project_length": (_("项目代码应为 24 位。"), _("请对照投资项目在线审批监管平台上的代码填写。")),
    "project_shape": (_("项目代码的格式不对。"), _("请按 2509-511803-04-01-123456 的形式填写。")),
    "project_date": (_("项目代码中的年份或者月份不对。"), _("请对照投资项目在线审批监管平台上的代码填写。")),
    "gate_closed": (
        _("法律规定的前置条件还没有具备，现在不能申请。"),
        _("缺少什么、依据哪一条，列在项目页面上；取得以后即可申请。"),
    ),
    "branch_open": (
        _("还有必办事项没有办结，阶段不能关闭。"),
        _("请等必办事项全部准予以后再关闭；可选事项不影响关闭。"),
    ),
    "stage_closed": (_("这个阶段已经关闭。"), _("请从项目页面查看下一阶段。")),
    "nothing_to_apply": (
        _("没有选择要申请的事项。"),
        _("请至少选择一个事项；已经准予或者正在办理的不用再申请。"),
    ),
    "not_the_lead": (_("您不是这个阶段的牵头部门。"), _("请由牵头部门的审批人或者负责人关闭阶段。")),
    "works_started": (_("已经登记过开工日期。"), _("请从项目页面查看。")),
    "starts_in_the_future": (_("开工日期晚于今天。"), _("请在实际开工以后登记。")),
}

# HTTP status where it is not 422.
STATUS: dict[str, int] = {
    "project_unknown": 404,
    "theme_unknown": 404,
    "stage_unknown": 404,
    "role_unknown": 404,
    "project_exists": 409,
    "gate_closed": 409,
    "branch_open": 409,
    "stage_closed": 409,
    "works_started": 409,
    "not_the_lead": 403,
}

# Events of a project → words for readers of the record.
EVENTS: dict[str, object] = {
    "project_registered": _("登记项目"),
    "participant_entered": _("登记参建单位"),
    "stage_received": _("收到阶段申请"),
    "stage_closed": _("阶段办结"),
    "works_started": _("登记开工"),
    "project_completed": _("项目办结"),
}

STATES = {
    "closed": pgettext_lazy("stage", "已完成"),
    "running": pgettext_lazy("stage", "办理中"),
    "open": pgettext_lazy("stage", "可以申请"),
    "waiting": pgettext_lazy("stage", "等待前置条件"),
    "none": pgettext_lazy("stage", "不需要"),
    "done": pgettext_lazy("stage", "已办好"),
}

# Where an item of a stage stands.
LINES = {
    "": pgettext_lazy("stage", "未申请"),
    "waiting": pgettext_lazy("stage", "等前面的结果"),
    "running": pgettext_lazy("stage", "办理中"),
    "granted": pgettext_lazy("stage", "已准予"),
    "refused": pgettext_lazy("stage", "没有获得许可"),
    "withdrawn": pgettext_lazy("stage", "不再办理"),
    "annulled": pgettext_lazy("stage", "已撤销或者注销"),
}

# Where a node of the approval map stands: an item, or one of the three that are none.
NODES = {"open": STATES["open"]} | {
    state: LINES[state] for state in ("waiting", "running", "granted", "refused", "withdrawn")
}
