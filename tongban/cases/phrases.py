"""Words for refusals: what was wrong and what to do, in the reader's language."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongban.catalogue.rules.guide import Text
from tongban.engine.refusal import Refused
from tongban.kit.phrases import worded
from tongban.kit.templatetags.tongban import day, plain_text

# code → (what was wrong, what to do)
REFUSALS: dict[str, tuple] = {
    "not_sealed_yet": (_("这条记录还没有封存。"), _("请几秒后再试。")),
    "not_signed": (_("这份申请没有电子签名。"), _("窗口提交的申请，签名在纸质申请书上。")),
    "name_not_signers": (_("签名的姓名不是您的实名。"), _("请填写您本人的姓名。")),
    "mandate_ended": (_("委托授权已经到期。"), _("请由委托人重新授权，或者由本人提交。")),
    "signed_something_else": (
        _("内容在您核对之后有改动，签名没有生效。"),
        _("请重新核对下面的内容，再签名提交。"),
    ),
    "signatures_missing": (
        _("还有应当签名的人没有签名。"),
        _("请他们登录后在“等我签名”里核对并签名；内容改动后需要重新签名。"),
    ),
    "not_a_signer": (
        _("没有等您签名的申请。"),
        _("请核对申请里填写的身份证号码是不是您的；申请人修改内容时，请稍后再试。"),
    ),
    "named_otherwise": (
        _("申请里的姓名“{name}”与您的实名登记不一致。"),
        _("请申请人更正姓名，再核对并签名。"),
    ),
    "minor_signs_with_guardian": (
        _("未满十八周岁，不能单独签名。"),
        _("请由法定代理人到登记机关办理。"),
    ),
    "event_erased": (_("这条记录的内容已依法删除，只留下摘要。"), _("记录仍可核验，但不能再出具内容证明。")),
    "unknown_defect": (_("材料清单中没有这个问题代码。"), _("请从事项列出的问题中选择。")),
    "extension_too_short": (_("延长的时间至少为一个工作日。"), _("请填写大于零的工作日数。")),
    "case_unknown": (_("没有找到这个办件。"), _("请核对办件编号；如不在您的办理范围，请联系主管部门。")),
    "not_permitted": (_("您没有办理这一步的权限。"), _("请由具有相应岗位的人员办理，或联系管理员核对岗位。")),
    "own_case": (_("不能办理本人或本单位的申请。"), _("请转交其他工作人员办理。")),
    "not_at_this_stage": (
        _("办件现在的环节不能做这一步。"),
        _("请刷新页面查看最新状态，再选择可以办理的操作。"),
    ),
    "held_by_another": (_("该办件已由其他工作人员认领。"), _("请与认领人协调，或由负责人退回待办池。")),
    "already_yours": (_("该办件已由您认领。"), _("可直接办理。")),
    "not_held": (_("该办件没有被认领。"), _("无需退回。")),
    "notice_is_empty": (
        _("补正告知书没有列出任何问题。"),
        _("请至少标记一份材料的问题；材料齐全请直接受理。"),
    ),
    "notice_too_late": (
        _("已超过五个工作日的一次性告知期限。"),
        _("依法自收到材料之日起视为受理，请直接进入办理。"),
    ),
    "already_noticed_once": (
        _("首次告知时已存在的问题不能再次要求补正。"),
        _("只能列出本次新提交材料的问题：请取消标记的其他材料。"),
    ),
    "correction_date_passed": (_("补正期限必须晚于今天。"), _("请选择今天以后的日期。")),
    "correction_incomplete": (
        _("还有告知书要求的材料没有重新提交。"),
        _("请补齐告知书列出的每一份材料后再提交。"),
    ),
    "not_in_notice": (_("提交了告知书没有要求的材料。"), _("请只提交告知书列出的材料。")),
    "notice_still_possible": (
        _("五个工作日的告知期限尚未届满。"),
        _("期满未告知的，系统将自动按视为受理处理。"),
    ),
    "unknown_material": (_("事项没有要求这份材料。"), _("请从材料清单中选择。")),
    "ground_not_in_law": (_("不予受理的理由不在法定范围内。"), _("请选择行政许可法规定的理由。")),
    "correction_still_possible": (
        _("补正期限尚未届满，不能以未补正为由不予受理。"),
        _("请在补正期限届满后办理。"),
    ),
    "acceptance_refusal_too_late": (
        _("已超过受理审查期限，不能再不予受理。"),
        _("依法视为受理，请直接进入办理。"),
    ),
    "reasons_required": (_("没有写明理由。"), _("不予受理、不予许可、特别程序和延期都必须写明理由。")),
    "basis_required": (_("没有写明法律依据。"), _("请写明作出决定依据的法律条款。")),
    "remedies_required": (_("没有告知救济途径。"), _("请写明行政复议和行政诉讼的途径和期限。")),
    "tolerance_not_offered": (
        _("这里没有对这个事项开展容缺预审。"),
        _("请补齐材料后提交，或等待机关一次性告知。"),
    ),
    "promised_already": (_("这份申请已经签署过容缺承诺书。"), _("请按承诺补齐材料。")),
    "promise_too_late": (
        _("机关已经答复，或者答复期限已过，不能再作容缺承诺。"),
        _("请按机关的告知办理，或查看进度。"),
    ),
    "main_material_missing": (
        _("主要材料不齐全，不能容缺：只有次要材料可以后补。"),
        _("请先补齐主要材料；机关会一次性告知需要补正的全部内容。"),
    ),
    "nothing_to_promise": (_("没有可以容缺后补的材料。"), _("无需承诺。")),
    "too_many_open_promises": (
        _("您没有履行完的容缺承诺已达上限（{most} 件）。"),
        _("请先补齐以前承诺的材料，再作新的承诺。"),
    ),
    "credit_not_sufficient": (
        _("您的信用等级不在这份材料容缺的适用范围内。"),
        _("请补齐材料后提交；对信用等级有异议的，可以向窗口提出。"),
    ),
    "signature_required": (_("容缺承诺书没有签名。"), _("请由申请人电子签名。")),
    "no_promise": (_("申请人没有签署容缺承诺书。"), _("请核对材料：齐全即受理，不齐全一次性告知。")),
    "pre_acceptance_too_late": (
        _("已超过五个工作日，依法自收到材料之日起视为受理。"),
        _("请直接进入办理。"),
    ),
    "supplement_outstanding": (
        _("承诺补齐的材料还没有交来，不能受理。"),
        _("请容缺预受理，或一次性告知需要补正的全部内容。"),
    ),
    "promise_overdue": (
        _("容缺承诺的期限已过。"),
        _("申请将退回；材料齐全后可以重新申请。"),
    ),
    "supplement_incomplete": (
        _("还有承诺的材料没有交来。"),
        _("请补齐承诺书列出的每一份材料后再提交。"),
    ),
    "not_promised": (_("提交了承诺书没有列出的材料。"), _("请只提交承诺书列出的材料。")),
    "chase_not_due": (_("现在没有要发出的催告。"), _("无需处理。")),
    "promise_not_overdue": (_("容缺承诺的期限还没有过。"), _("请等待申请人补齐。")),
    "main_material_tolerated": (
        _("主要材料被列入了容缺清单。"),
        _("请从容缺清单中删除：主要材料不能容缺。"),
    ),
    "method_required": (_("没有写明送达方式。"), _("请选择送达方式。")),
    "delivery_method_unknown": (_("没有这种送达方式。"), _("请选择电子送达、窗口领取、邮寄送达或直接送达。")),
    "organ_does_not_run_item": (_("该机关不办理这个事项，不能移送给它。"), _("请选择办理该事项的其他机关。")),
    "limit_negative": (_("时限不能为负数。"), _("请填写大于零的工作日数。")),
    "recipient_required": (_("没有写明接收人。"), _("请填写接收人姓名。")),
    "opinion_required": (_("没有填写审查意见。"), _("请填写意见后再提交。")),
    "step_not_open": (_("这个环节现在不能办理。"), _("请先完成前面的环节，或选择当前开放的环节。")),
    "two_officers_required": (_("现场核查须由两名以上工作人员进行。"), _("请填写两名核查人员。")),
    "expected_days_required": (_("没有写明特别程序所需时间。"), _("请填写所需工作日，至少一天。")),
    "not_extendable": (_("该事项不能延长办理期限。"), _("请在期限内作出决定。")),
    "extended_once_already": (_("办理期限只能延长一次。"), _("请在已延长的期限内作出决定。")),
    "extension_too_late": (_("法定期限已过，不能再延长。"), _("请立即作出决定，并公开说明超期原因。")),
    "extension_too_long": (
        _("延长时间超过法定上限。"),
        _("一般事项最多延长10个工作日，联合办理最多15个工作日。"),
    ),
    "approver_too_low": (
        _("延长期限须经上一级负责人批准。"),
        _("请由本机关负责人（联合办理由本级政府负责人）批准。"),
    ),
    "examiner_cannot_decide": (_("审查人员不能同时作出决定。"), _("请由另一名审批人员决定。")),
    "condition_not_met": (_("有环节的结论为不符合，不能准予。"), _("请整改后重新核查，或作出不予许可决定。")),
    "steps_unfinished": (_("还有环节没有完成，不能作出决定。"), _("请先完成全部审查环节。")),
    "dues_unchanged": (_("日历没有改变这份办件的期限。"), _("无需处理。")),
    "same_organ": (_("办件已在该机关。"), _("请选择另一个机关。")),
    "not_overdue": (_("办件没有超期，无需说明。"), _("可直接办理。")),
    "draft_unknown": (_("没有找到这份申请草稿。"), _("请从“我的办件”中打开，或重新开始办理。")),
    "bundle_unknown": (_("没有找到这件事。"), _("请从首页的场景里选择，或者用“我的办件”里的编号打开。")),
    "bundle_not_here": (
        _("这件事的部分事项在所选地区没有办理机关。"),
        _("请更换办理地区，或者分别办理。"),
    ),
    "member_received": (_("这个事项已经开始办理。"), _("受理前可以在这个事项自己的页面撤回。")),
    "draft_submitted": (_("这份申请已经提交，不能再修改。"), _("请到“我的办件”查看进度；受理前可以撤回。")),
    "not_your_party": (_("您不能以这个主体的名义申请。"), _("请选择本人或您有权代理的企业。")),
    "party_not_served": (
        _("该事项不面向这类申请主体。"),
        _("请选择事项服务对象范围内的主体；办事指南写明了服务对象。"),
    ),
    "application_incomplete": (_("申请还没有填完。"), _("请补全标记为“未完成”的部分。")),
    "item_not_running": (_("该事项目前不能在这里办理。"), _("请选择其他办理地区，或拨打咨询电话。")),
    "key_reused": (_("同一个幂等键用于了不同的请求。"), _("请为新的请求生成新的 Idempotency-Key。")),
    "form_invalid": (_("有内容没有通过检查。"), _("请按每个字段的提示修改后再提交。")),
    "guide_changed": (
        _("办事指南在您填写期间更新了。"),
        _("您填写的内容和文件都已保留，请按新的清单核对后再提交。"),
    ),
    "organ_not_competent": (
        _("这个事项在当事人所在的乡镇（街道）今天由另一个机关办理。"),
        _("请移送现在的办理机关；下放台账写明了从哪一天起由谁办理。"),
    ),
    "competence_moved": (
        _("您填写期间，这个乡镇（街道）的办理机关变了。"),
        _("申请已转到现在的办理机关，内容和文件都已保留，请核对后再提交。"),
    ),
    "town_needed": (
        _("这个事项由乡镇（街道）办理，还没有选择是哪一个。"),
        _("请选择事项所在的乡镇（街道）。"),
    ),
    "place_elsewhere": (
        _("所选的乡镇（街道）不在这个办理地区。"),
        _("请在列出的乡镇（街道）中选择，或更换办理地区。"),
    ),
    "cursor_unreadable": (_("翻页标记无法识别。"), _("请使用上一页返回的 next 值，不要改动。")),
    "event_unknown": (_("没有找到这条记录。"), _("请核对序号。")),
    "file_missing": (_("没有选择文件。"), _("请先选择要上传的文件。")),
    "token_unknown": (_("令牌无效。"), _("请核对令牌，或重新申请。")),
    "token_revoked": (_("令牌已被吊销。"), _("请重新申请令牌。")),
    "token_expired": (_("令牌已过期。"), _("请重新申请令牌。")),
    "account_closed": (_("账户已停用。"), _("请联系管理员。")),
    "party_unknown": (_("没有找到这个主体。"), _("请核对编号。")),
    "organ_unknown": (_("没有找到这个机关。"), _("请核对编号。")),
    "item_unknown": (_("没有找到这个事项。"), _("请核对事项编码，或搜索其他事项。")),
    "body_not_json": (_("请求正文不是 JSON。"), _("请以 Content-Type: application/json 提交。")),
    "body_not_multipart": (
        _("上传请求不是表单格式。"),
        _("请以 multipart/form-data 提交，文件放在 file 字段。"),
    ),
    "body_too_large": (_("请求正文太大。"), _("请减少内容后重试；文件请用上传接口。")),
    "json_malformed": (_("请求正文不是有效的 JSON。"), _("请按 facts.at 指出的位置改正后重试。")),
    "file_empty": (_("文件是空的。"), _("请重新选择文件。")),
    "file_too_large": (_("文件超过大小限制。"), _("请压缩或分拆后重新上传。")),
    "files_too_large_together": (_("一次上传的文件合计太大。"), _("请分几次上传。")),
    "too_many_files": (_("文件数超过上限（最多 {most} 个）。"), _("请先移除一个，再上传。")),
    "field_takes_no_file": (_("表单没有这个文件字段。"), _("请使用草稿 sections 中 kind 为 file 的字段。")),
    "file_type_not_accepted": (
        _("文件的实际类型不在可接受范围内。"),
        _("请上传 PDF、JPG 或 PNG 文件；更改扩展名无效。"),
    ),
    "file_damaged": (_("文件已损坏或不完整，无法打开。"), _("请重新扫描或导出后上传。")),
    "too_many_tries": (
        _("这个查询码输错次数过多，已暂停查询。"),
        _("请半小时后再试，或登录后在“我的办件”查看。"),
    ),
    "file_locked": (_("文件设有打开密码，工作人员无法打开。"), _("请去掉密码后上传。")),
    "file_active": (
        _("文件含有会自动运行的内容（脚本、启动程序或发送数据）。"),
        _("请把文件打印为 PDF，或重新扫描后上传。"),
    ),
    "image_too_many_pixels": (_("图片像素过大。"), _("请降低分辨率后上传。")),
    "letter_unknown": (_("没有找到这份文书。"), _("请核对验证码。")),
    "scope_missing": (_("令牌没有这项权限。"), _("请申请具有相应范围的令牌。")),
    "sign_in_required": (_("请先登录。"), _("登录后即可继续。")),
    "upload_unknown": (_("没有找到这份上传的材料。"), _("请重新上传后再提交。")),
    "case_changed": (_("办件刚刚被其他人办理过。"), _("请刷新页面查看最新状态。")),
}

# HTTP status of a refusal; 409 where the case has moved on, 422 where the content is wrong.
STATUS: dict[str, int] = {
    "case_unknown": 404,
    "not_signed": 404,
    "draft_unknown": 404,
    "not_a_signer": 404,
    "signatures_missing": 409,
    "bundle_unknown": 404,
    "bundle_not_here": 404,
    "member_received": 409,
    "letter_unknown": 404,
    "event_unknown": 404,
    "event_erased": 410,
    "upload_unknown": 404,
    "party_unknown": 404,
    "not_permitted": 403,
    "own_case": 403,
    "not_your_party": 403,
    "scope_missing": 403,
    "sign_in_required": 401,
    "token_unknown": 401,
    "token_revoked": 401,
    "token_expired": 401,
    "account_closed": 403,
    "organ_unknown": 404,
    "item_unknown": 404,
    "not_at_this_stage": 409,
    "guide_changed": 409,
    "organ_not_competent": 409,
    "competence_moved": 409,
    "held_by_another": 409,
    "already_yours": 409,
    "not_held": 409,
    "key_reused": 409,
    "draft_submitted": 409,
    "case_changed": 409,
    "notice_too_late": 409,
    "promised_already": 409,
    "promise_too_late": 409,
    "promise_overdue": 409,
    "pre_acceptance_too_late": 409,
    "supplement_outstanding": 409,
    "step_not_open": 409,
    "not_sealed_yet": 409,
    "too_many_tries": 429,
    "field_takes_no_file": 404,
    "file_too_large": 413,
    "files_too_large_together": 413,
    "file_type_not_accepted": 415,
    "body_not_json": 415,
    "body_not_multipart": 415,
    "body_too_large": 413,
    "json_malformed": 400,
}


_OTHER = (_("这项请求不符合规则。"), _("请核对后重试，或拨打咨询电话。"))


def status(code: str) -> int:
    """The HTTP status of refusal `code`."""
    return STATUS.get(code, 422)


def words(refused: Refused) -> tuple[str, str]:
    """(what was wrong, what to do) in the active language."""
    return worded(REFUSALS.get(refused.code, _OTHER), refused)


def of_file(label: Text, refused: Refused) -> str:
    """A refusal of a file given for a field: the field, the file, what is wrong and the mend."""
    wrong, mend = words(refused)
    facts = {"label": plain_text(label), "name": refused.facts.get("name", ""), "wrong": wrong, "mend": mend}
    if facts["name"]:
        return gettext("%(label)s：“%(name)s”没有上传。%(wrong)s%(mend)s") % facts
    return gettext("%(label)s：文件没有上传。%(wrong)s%(mend)s") % facts


def why(code: str) -> str:
    """What was wrong, of a refusal kept as its code, in the active language."""
    return words(Refused(code))[0]


def problem(refused: Refused) -> dict:
    """The refusal as an RFC 9457 problem document; field errors of a form stand in `errors`."""
    wrong, mend = words(refused)
    errors = refused.facts.get("errors")
    document = {
        "type": f"/api/problems#{refused.code}",
        "title": wrong,
        "status": status(refused.code),
        "detail": mend,
        "code": refused.code,
        "facts": {name: _plain(value) for name, value in refused.facts.items() if name != "errors"},
    }
    return {**document, "errors": errors} if errors else document


def _plain(value: object) -> object:
    if isinstance(value, str | int | bool) or value is None:
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    return str(value)


# What happened, as people read it in a timeline: kind of event → words.
EVENTS: dict[str, object] = {
    "received": _("收到申请"),
    "claimed": _("工作人员已认领"),
    "released": _("退回待办池"),
    "correction_noticed": _("发出一次性补正告知书"),
    "corrected": _("申请人提交补正材料"),
    "promised": _("申请人签署容缺承诺书"),
    "pre_accepted": _("容缺预受理"),
    "supplemented": _("申请人补齐容缺材料"),
    "promise_chased": _("催告补齐容缺材料"),
    "promise_broken": _("容缺承诺逾期未履行，终止退件"),
    "accepted": _("受理"),
    "acceptance_refused": _("不予受理"),
    "handed_out": _("交由机关的系统办理"),
    "handed_back": _("机关的系统转人工办理"),
    "step_completed": _("完成环节"),
    "special_started": _("启动特别程序，计时暂停"),
    "special_ended": _("特别程序结束，恢复计时"),
    "extended": _("批准延长办理期限"),
    "granted": _("准予"),
    "refused": _("不予许可"),
    "delivered": _("送达"),
    "withdrawn": _("申请人撤回"),
    "transferred": _("移送其他机关"),
    "overdue_explained": _("公开说明超期原因"),
    "dues_recomputed": _("节假日安排调整，期限重新计算"),
    "archived": _("归档"),
    "company_founded": _("登记设立"),
    "licence_issued": _("签发电子证照"),
    "licence_used": _("证照代替申请材料"),
    "licence_copied": _("制作用途限定副本"),
    "licence_annulled": _("撤销或注销证照"),
    "licence_replaced": _("换发证照"),
    "power_devolved": _("事项下放乡镇（街道）"),
    "powers_imported": _("导入已下放的事项"),
    "power_recalled": _("收回下放的事项"),
    "deed_proposed": _("提出下放或收回"),
    "deed_confirmed": _("确认下放或收回"),
    "deed_rejected": _("驳回下放或收回"),
    "translation_drafted": _("译文成稿"),
    "translation_reviewed": _("译文审校"),
    "translation_returned": _("译文退回"),
    "translation_approved": _("译文审定"),
    "translation_withdrawn": _("译文撤回"),
}

# How a case is marked whose applicant chose one of the languages of the ethnic counties.
SERVED_IN: dict[str, object] = {"bo": _("藏语服务"), "ii": _("彝语服务")}

STAGES: dict[str, object] = {
    "received": _("已收件，待受理"),
    "correcting": _("待补正"),
    "pre_review": _("容缺预审，待补齐"),
    "handling": _("办理中"),
    "suspended": _("特别程序中，计时暂停"),
    "granted": _("已准予，待送达"),
    "refused": _("已作出不予决定，待送达"),
    "delivered": _("已送达"),
    "not_accepted": _("不予受理"),
    "returned": _("容缺终止，已退件"),
    "withdrawn": _("已撤回"),
    "archived": _("已归档"),
}

# What has become of a promise for what is missing (容缺承诺).
PROMISES: dict[str, object] = {
    "made": _("已承诺，等待预受理"),
    "open": _("待补齐"),
    "kept": _("已按期补齐"),
    "broken": _("逾期未补齐"),
    "lapsed": _("因其他处理不再适用"),
}

GROUNDS: dict[str, object] = {
    "hearing": _("听证"),
    "tender": _("招标"),
    "auction": _("拍卖"),
    "inspection": _("检验"),
    "testing": _("检测"),
    "quarantine": _("检疫"),
    "appraisal": _("鉴定"),
    "expert_review": _("专家评审"),
}

ACCEPTANCE_GROUNDS: dict[str, object] = {
    "not_required": _("依法不需要取得行政许可"),
    "not_competent": _("不属于本机关职权范围"),
    "not_corrected": _("未在规定期限内补正"),
    "barred": _("在法定禁止申请期间内"),
}

LETTERS: dict[str, object] = {
    "receipt": _("收件凭证"),
    "correction_notice": _("一次性补正告知书"),
    "promise": _("容缺承诺书"),
    "pre_acceptance": _("容缺预受理告知书"),
    "returned": _("容缺终止退件告知书"),
    "acceptance": _("受理通知书"),
    "non_acceptance": _("不予受理决定书"),
    "special_procedure": _("特别程序告知书"),
    "extension": _("延期告知书"),
    "grant": _("准予决定书"),
    "refusal": _("不予决定书"),
    "delivery": _("送达回证"),
    "licence": _("证照"),
}

BUTTONS: dict[str, object] = {
    "claim": _("认领"),
    "release": _("退回待办池"),
    "check": _("核对材料"),
    "pre-acceptance": _("容缺预受理"),
    "acceptance": _("受理"),
    "non-acceptance": _("不予受理"),
    "special-procedure": _("启动特别程序"),
    "special-procedure/end": _("结束特别程序"),
    "extension": _("延长期限"),
    "grant": _("准予"),
    "refusal": _("不予许可"),
    "delivery": _("登记送达"),
    "transfer": _("移送"),
    "explanation": _("超期说明"),
}

# What a command leads to, told before it is given.
EFFECTS: dict[str, object] = {
    "release": _("办件回到待办池，其他工作人员可以认领。"),
    "pre-acceptance": _(
        "申请人的主要材料齐全，暂缺的已书面承诺补齐。预受理后可以预先审查；法定时限从补齐并受理后起算，此前不能作出决定。"
    ),
    "non-acceptance": _("申请人将收到载明理由和救济途径的不予受理决定书。"),
    "steps": _("意见写入办件记录，不能修改。"),
    "special-procedure": _("从今天起暂停计时，申请人将收到特别程序告知书。"),
    "special-procedure/end": _("从下一工作日起恢复计时，办结期限重新计算。"),
    "extension": _("只能延长一次，申请人将收到延期告知书。"),
    "grant": _("系统将签发准予决定书和证照，十个工作日内送达。"),
    "refusal": _("申请人将收到载明理由、依据和救济途径的不予决定书。"),
    "delivery": _("登记后办件完成，系统签发送达回证。"),
    "transfer": _("办件移到所选机关，计时不停。"),
    "explanation": _("说明文字将公开。"),
}


METHODS = {
    "password": Text(zh="实名账户登录并再次输入密码", en="Verified account, password given again"),
    "code": Text(zh="实名账户登录并输入验证码（双因素）", en="Verified account, second factor given"),
    "token": Text(zh="实名账户签发的接口令牌", en="API token issued to the verified account"),
}


def capacity(signature) -> Text:
    """For whom somebody signed, and under which authority: on pages and letters alike."""
    if signature.capacity == "agent":
        until = signature.mandate_until
        zh = f"委托代理人（授权编号 {signature.mandate}" + (f"，至 {until:%Y-%m-%d}）" if until else "）")
        en = f"Authorised agent (authority No. {signature.mandate}" + (
            f", until {until:%Y-%m-%d})" if until else ")"
        )
        return Text(zh=zh, en=en)
    if signature.capacity == "legal_representative":
        return Text(zh="法定代表人（负责人）", en="Legal representative")
    return Text(zh="申请人本人", en="The applicant in person")


def known_from(known) -> str:
    """Where an answer that is offered comes from; the applicant is to check it and may change it."""
    name = plain_text(known.name) if known.name else ""
    if known.source == "licence":
        return gettext("来自您持有的“%(name)s”（%(number)s），请核对") % {
            "name": name,
            "number": known.number,
        }
    if known.source == "application":
        return gettext("来自您 %(on)s 提交的“%(name)s”申请，请核对") % {"name": name, "on": day(known.on)}
    return gettext("来自您的实名登记，请核对")


def stage_words(stage: str) -> str:
    """A stage in the reader's language."""
    return str(STAGES[stage])


# Where a member of a bundle stands.
MEMBER_STATES = {
    "waiting": _("未开始"),
    "running": _("办理中"),
    "granted": _("已准予"),
    "refused": _("没有获得许可"),
    "withdrawn": _("不再办理"),
}
