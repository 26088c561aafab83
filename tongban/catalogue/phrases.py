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
        _("文件不是可以读取的 Excel 工作簿或者 JSON 交换文件。"),
        _("请使用导出的文件，修改后保存为 .xlsx 或者 .json 上传。"),
    ),
    "workbook_gone": (_("没有找到刚才上传的工作簿。"), _("请重新上传。")),
    "part_unknown": (_("没有找到要修改的部分。"), _("它可能刚被删除或移动，请返回版本页重新进入。")),
    "block_unknown": (_("没有找到公用区块“{block}”。"), _("请在公用区块页核对编码。")),
    "block_unfit": (
        _("这一节不能存为公用区块。"),
        _(
            "区块编码用小写字母、数字和下划线，例如 legal_representative；节内要有字段，字段不能取决于本事项的情形问题。"
        ),
    ),
    "import_faulty": (_("还有 {count} 处问题，没有导入任何内容。"), _("请按列出的单元格改正后重新上传。")),
    "finding_unknown": (_("没有找到这条检查结果。"), _("请从“检查结果”列表重新进入。")),
    "finding_elsewhere": (_("这条检查结果的状态已经改变。"), _("请刷新页面查看最新状态。")),
    "answer_kind_missing": (_("没有选择怎么处理。"), _("请选择整改、说明依据或提出异议。")),
    "answer_basis_missing": (_("没有写明法律依据。"), _("请写明法律、法规、规章的名称和条款。")),
    "own_answer": (_("这条答复是您作出的，不能自己审查。"), _("请由另一名审核人员办理。")),
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
    "block_unknown": 404,
    "workbook_gone": 409,
    "finding_unknown": 404,
    "finding_elsewhere": 409,
    "own_answer": 403,
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

# Standing findings: where they stand, how they were answered, what happened, why they closed or opened again.
STANDS = {
    "open": _("待答复"),
    "answered": _("待审查"),
    "mending": _("整改中"),
    "explained": _("说明成立"),
    "upheld": _("异议成立"),
    "closed": _("已消除"),
}
STAND_TONES = {"open": "due", "answered": "wait", "mending": "due", "closed": "done", "explained": "plain"}
ANSWERS = {"mend": _("整改"), "explain": _("说明依据"), "contest": _("提出异议")}
HAPPENED = {
    "finding_raised": _("发现问题"),
    "finding_seen": _("在办件中发现"),
    "finding_answered": _("部门答复"),
    "finding_accepted": _("答复获认可"),
    "finding_returned": _("答复被退回"),
    "finding_escalated": _("逾期，报效能监察"),
    "finding_reopened": _("重新提出"),
    "finding_closed": _("消除"),
}
WHY = {
    "cause_gone": _("再次检查，已经没有这一问题。"),
    "listed": _("在用的办事指南已经列入这一内容。"),
    "practice_stopped": _("跟踪期内没有再出现。"),
    "changed": _("说明过的内容又改了，需要重新说明。"),
    "seen_again": _("答复以后又出现了。"),
    "came_back": _("消除以后又出现了。"),
}

# Sections of a guide by the field of the guide they show.
SECTIONS = {
    "conditions": _("受理条件"),
    "materials": _("申请材料"),
    "steps": _("办理流程"),
    "fees": _("收费"),
    "basis": _("设定依据"),
    "faq": _("常见问题"),
    "questions": _("情形引导"),
    "form": _("申请表"),
}
ANCHORS = {"steps": "procedure", "questions": "materials", "form": "materials"}  # where the page shows them

# Windows that serve in a language beside Chinese.
WINDOWS = {"bo": _("藏语窗口"), "ii": _("彝语窗口")}
