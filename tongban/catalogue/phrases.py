"""Words of the catalogue's refusals, states and steps: what was wrong, and what to do."""

from django.utils.translation import gettext_lazy as _

REFUSALS: dict[str, tuple] = {
    "not_your_turn": (_("现在不由您的岗位办理。"), _("请由列出的岗位办理，或在“事项管理”查看轮到谁。")),
    "own_version": (_("您编制或提交过这一版本，不能自己审核。"), _("请由另一名审核人员办理。")),
    "version_already_open": (_("这个事项已有一个未发布的版本。"), _("请先完成或撤回该版本。")),
    "version_not_open": (_("这个版本的状态已经改变。"), _("请刷新页面查看最新状态。")),
    "version_unknown": (_("没有找到这个版本。"), _("请从事项列表重新进入。")),
    "another_item": (_("内容属于另一个事项（{base_code}）。"), _("请核对基本编码，或为该事项新建版本。")),
    "nothing_changed": (_("这个版本与在用版本没有差别。"), _("请先修改内容；不需要修改的，请撤回这一版本。")),
    "findings_open": (_("还有 {count} 处问题没有处理。"), _("请逐条修改，或对可以说明的问题写明依据。")),
    "finding_must_be_mended": (_("这个问题必须修改，不能只作说明。"), _("请按提示修改内容。")),
    "answer_empty": (_("说明没有填写。"), _("请写明法律依据或理由。")),
    "reason_missing": (_("没有写明理由。"), _("请填写理由后再提交。")),
    "workbook_unreadable": (
        _("文件不是可以读取的 Excel 工作簿。"),
        _("请使用导出的模板另存为 .xlsx 后上传。"),
    ),
    "workbook_gone": (_("没有找到刚才上传的工作簿。"), _("请重新上传。")),
    "part_unknown": (_("没有找到要修改的部分。"), _("它可能刚被删除或移动，请返回版本页重新进入。")),
    "import_faulty": (_("还有 {count} 处问题，没有导入任何内容。"), _("请按列出的单元格改正后重新上传。")),
    "no_competent_organ": (_("没有机关在这个地方办理该事项。"), _("请核对地方，或拨打咨询电话。")),
    "competence_conflict": (_("有两个机关登记为同一地方的办理机关。"), _("请联系政务服务机构核对下放台账。")),
    "devolution_unlawful": (
        _("这项下放不符合法律规定。"),
        _("请逐条改正列出的问题后再提交。"),
    ),
    "nothing_to_recall": (
        _("所选乡镇（街道）在这一天以后没有可以收回的权力。"),
        _("请核对最后一天和乡镇。"),
    ),
    "guide_unreadable": (_("内容不完整或格式不对：{reason}"), _("请按提示的位置改正。")),
}

# HTTP status where it is not 422.
STATUS: dict[str, int] = {
    "not_your_turn": 403,
    "own_version": 403,
    "version_already_open": 409,
    "version_not_open": 409,
    "version_unknown": 404,
    "part_unknown": 404,
    "workbook_gone": 409,
    "no_competent_organ": 404,
    "competence_conflict": 409,
    "nothing_to_recall": 409,
}

STATES = {
    "draft": _("编制中"),
    "department_review": _("部门审核"),
    "service_review": _("政务服务机构审核"),
    "legal_review": _("法制审核"),
    "published": _("已发布"),
    "suspended": _("已暂停"),
    "cancelled": _("已取消"),
    "discarded": _("已撤回"),
}
OUTCOMES = {"submitted": _("提交"), "approved": _("通过"), "returned": _("退回")}

# Whose turn a review is.
TURNS = {
    "editor": _("主管部门或政务服务机构的事项管理员"),
    "organ_head": _("主管部门负责人"),
    "service_reviewer": _("政务服务机构的审核员"),
    "legal_reviewer": _("司法行政机关的法制审核员"),
}
