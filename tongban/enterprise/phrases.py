"""Words of the enterprise room: refusals, events, acts, powers, ratings, states."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

REFUSALS: dict[str, tuple] = {
    "service_unknown": (_("没有找到这个服务项目。"), _("请从企业服务的项目列表重新打开。")),
    "service_exists": (_("这个项目已经在企业服务中心。"), _("请从项目列表打开；服务结束以后可以再次登记。")),
    "service_closed": (_("这个项目的服务已经结束。"), _("可以查看记录；需要继续服务的请重新登记。")),
    "service_not_yours": (
        _("您的岗位不能办理这个服务项目。"),
        _("请由项目所在县（区）或者市级企业服务中心的人员办理。"),
    ),
    "construction_unknown": (_("没有找到这个项目代码。"), _("请核对项目代码，或者作为一般项目登记。")),
    "enterprise_unknown": (
        _("没有找到这个统一社会信用代码的企业。"),
        _("请企业先在本平台登记，或者核对代码。"),
    ),
    "steward_missing": (_("还没有指派代办员。"), _("请先指派代办员。")),
    "not_a_steward": (
        _("所选人员不是这里的代办员。"),
        _("请选择政务服务机构中有代办员岗位的人员。"),
    ),
    "not_the_steward": (_("您不是这个项目的代办员。"), _("请由项目的代办员办理。")),
    "mandate_stands": (
        _("委托书还在有效期内。"),
        _("更换代办员或者另立委托书以前，请先由企业撤回，或者由代办员辞去委托。"),
    ),
    "mandate_unknown": (_("没有找到这份委托书。"), _("请从项目页面重新打开。")),
    "mandate_answered": (_("这份委托书已经签署或者退回。"), _("请从项目页面查看。")),
    "mandate_missing": (
        _("企业没有签署给您的委托书，不能代办。"),
        _("请先拟定委托书并请企业签署；政策咨询不需要委托。"),
    ),
    "mandate_over": (_("委托书已经到期、撤回或者还没有生效。"), _("请重新拟定委托书并请企业签署。")),
    "act_outside_mandate": (_("委托书没有授权这项事务。"), _("请由企业本人办理，或者重新签署委托书。")),
    "party_not_enterprise": (
        _("个人不能委托企业服务中心代办。"),
        _("企业服务面向企业；依法应当由本人办理的事项，请本人办理。"),
    ),
    "scope_empty": (_("没有选择委托的事务。"), _("请至少选择一项。")),
    "scope_unknown": (_("委托的事务不在清单里。"), _("请在列出的事务中选择。")),
    "mandate_in_the_past": (_("委托的最后一天早于今天。"), _("请选择今天或者以后的日期。")),
    "mandate_too_long": (_("委托的期限超过两年。"), _("请缩短期限；到期以后可以重新签署。")),
    "mandate_beyond_post": (_("委托的期限超过代办员的任职期限。"), _("请选择代办员任职期限以内的日期。")),
    "steward_gone": (
        _("拟定委托书的代办员已经不负责这个项目。"),
        _("请等企业服务中心指派的代办员重新拟定。"),
    ),
    "mandate_changed": (_("委托书的内容和您看到的不一致。"), _("请重新阅读以后再签署。")),
    "log_words_missing": (_("没有写明内容。"), _("请写明，至少四个字。")),
    "minutes_wrong": (_("服务用时不对。"), _("请填写 1 到 1440 之间的分钟数。")),
    "log_in_future": (_("日期晚于今天。"), _("请填写今天或者以前的日期。")),
    "evidence_unknown": (_("所选的佐证不属于这个项目。"), _("请在列出的办件记录中选择，或者上传文件。")),
    "blocker_unknown": (_("没有找到这个堵点。"), _("请从项目页面重新打开。")),
    "blocker_resolved": (_("这个堵点已经解决。"), _("请从项目页面查看。")),
    "consultation_open": (_("会商还没有形成结论。"), _("请先记录会商结论。")),
    "consultation_missing": (_("没有正在进行的会商。"), _("请先发起会商。")),
    "organs_missing": (_("没有选择参加会商的单位。"), _("请至少选择一个单位。")),
    "not_held_yet": (_("会商日期还没有到。"), _("请在会商以后记录结论。")),
    "conclusion_missing": (_("没有写明会商结论。"), _("请写明结论，至少四个字。")),
    "tasks_missing": (_("没有写明由谁在什么时候以前做什么。"), _("请至少填写一项任务。")),
    "task_incomplete": (_("有任务没有写明责任人或者内容。"), _("每项任务都要有单位、责任人、内容和期限。")),
    "task_of_another": (_("任务的单位没有参加会商。"), _("请在参加会商的单位中选择。")),
    "task_due_before": (_("任务的期限早于会商日期。"), _("请填写会商当天或者以后的日期。")),
    "task_unknown": (_("没有找到这项任务。"), _("请从堵点页面重新打开。")),
    "task_done": (_("这项任务已经完成。"), _("请刷新页面查看。")),
}

# HTTP status where it is not 422.
STATUS: dict[str, int] = {
    "service_unknown": 404,
    "service_exists": 409,
    "service_closed": 409,
    "service_not_yours": 403,
    "not_the_steward": 403,
    "steward_missing": 409,
    "steward_gone": 409,
    "mandate_stands": 409,
    "mandate_unknown": 404,
    "mandate_answered": 409,
    "mandate_missing": 403,
    "mandate_over": 403,
    "act_outside_mandate": 403,
    "blocker_unknown": 404,
    "blocker_resolved": 409,
    "consultation_open": 409,
    "consultation_missing": 409,
    "task_unknown": 404,
    "task_done": 409,
}

# Events of a service project → words for readers of the record.
EVENTS: dict[str, object] = {
    "service_entered": _("登记企业服务项目"),
    "steward_assigned": _("指派代办员"),
    "mandate_drawn_up": _("拟定委托书"),
    "mandate_signed": _("签署委托书"),
    "mandate_declined": _("退回委托书"),
    "mandate_ended": _("终止委托"),
    "service_logged": _("记录服务"),
    "blocker_raised": _("登记堵点"),
    "blocker_resolved": _("解决堵点"),
    "consultation_convened": _("发起会商"),
    "consultation_concluded": _("形成会商结论"),
    "task_done": _("完成会商任务"),
    "service_closed": _("企业结束服务并评价"),
}

ACTS = {
    "advise": _("政策咨询、辅导"),
    "prepare": _("代为准备、填写申请"),
    "book": _("代为预约踏勘、评审"),
    "submit": _("代为提交、补正"),
    "follow": _("代为跟踪办理进度"),
    "receive": _("代为领取结果"),
}
RATINGS = {
    1: _("非常满意"),
    2: _("满意"),
    3: _("基本满意"),
    4: _("不满意"),
    5: _("非常不满意"),
}
STEPS = {
    "open": pgettext_lazy("plan", "可以申请"),
    "waiting": pgettext_lazy("plan", "等待前置条件"),
    "running": pgettext_lazy("plan", "办理中"),
    "granted": pgettext_lazy("plan", "已准予"),
    "refused": pgettext_lazy("plan", "没有获得许可"),
    "withdrawn": pgettext_lazy("plan", "不再办理"),
    "possible": pgettext_lazy("plan", "可能需要"),
}
MANDATES = {
    "drawn": pgettext_lazy("mandate", "等待企业签署"),
    "declined": pgettext_lazy("mandate", "没有签署（企业退回或者已重新拟定）"),
    "in_force": pgettext_lazy("mandate", "有效"),
    "ended": pgettext_lazy("mandate", "已终止"),
    "over": pgettext_lazy("mandate", "已到期"),
}
