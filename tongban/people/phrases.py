"""Words for refusals about people: what was wrong and what to do, in the reader's language."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongban.engine.refusal import Refused
from tongban.kit.phrases import worded

# code → (what was wrong, what to do); {names} are facts of the refusal.
REFUSALS: dict[str, tuple] = {
    "id_length": (_("身份证号应为 18 位。"), _("请核对是否漏填或多填，再按身份证逐位填写。")),
    "id_character": (_("身份证号只能是数字，最后一位可以是 X。"), _("请去掉其他字符后重新填写。")),
    "id_birth_date": (
        _("身份证号第 7 至 14 位不是真实存在的日期。"),
        _("请按身份证核对出生年月日后重新填写。"),
    ),
    "id_birth_future": (_("身份证号中的出生日期晚于今天。"), _("请按身份证核对出生年月日后重新填写。")),
    "id_check": (_("身份证号的校验码不正确，通常是某一位填错了。"), _("请按身份证从第一位起逐位核对。")),
    "under_fourteen": (
        _("未满十四周岁的未成年人不能自行注册。"),
        _("请由父母或其他监护人持户口簿到政务服务大厅办理。"),
    ),
    "id_number_taken": (_("该身份证号已经注册。"), _("请直接登录；忘记密码请持身份证到政务服务大厅重置。")),
    "phone_character": (_("手机号只能是数字。"), _("请去掉其他字符后重新填写，例如 13900000000。")),
    "phone_length": (_("手机号应为 11 位，现在是 {digits} 位。"), _("请核对是否漏填或多填。")),
    "phone_area_code": (_("固定电话缺少区号。"), _("请在号码前加区号，例如 0835-2222222。")),
    "phone_shape": (_("这不是有效的电话号码。"), _("请填写 11 位手机号，或带区号的固定电话。")),
    "username_invalid": (
        _("用户名须为 4 至 48 位的小写字母、数字、点、横线或下划线，并以字母或数字开头。"),
        _("请换一个用户名，例如 zhang_san。"),
    ),
    "username_taken": (_("这个用户名已被使用。"), _("请换一个用户名；如果是您本人的账号，请直接登录。")),
    "uscc_length": (_("统一社会信用代码应为 18 位。"), _("请按营业执照逐位核对后填写。")),
    "uscc_character": (
        _("统一社会信用代码含有不允许的字符（不使用 I、O、Z、S、V）。"),
        _("请核对是否把 0 填成 O、把 1 填成 I。"),
    ),
    "uscc_division": (_("统一社会信用代码第 3 至 8 位应为数字。"), _("请按营业执照逐位核对后填写。")),
    "uscc_check": (
        _("统一社会信用代码的校验码不正确，通常是某一位填错了。"),
        _("请按营业执照逐位核对后填写。"),
    ),
    "uscc_organisation_check": (
        _("统一社会信用代码中的组织机构代码校验不正确。"),
        _("请按营业执照核对第 9 至 17 位。"),
    ),
    "company_known": (
        _("该企业已在本平台登记。"),
        _("请由其法定代表人在“我的”页面添加您为经办人，或持营业执照到政务服务大厅办理。"),
    ),
    "not_your_party": (_("您不能代表这个主体。"), _("请选择本人或您有权代表的企业。")),
    "only_principal": (_("经办人不能再委托他人。"), _("请由本人或法定代表人添加经办人。")),
    "outside_mandate": (
        _("委托书没有授权您这样做。"),
        _("请由企业本人办理，或者请企业签署包含这项权限的委托书。"),
    ),
    "agent_unknown": (
        _("没有找到用户名和姓名都相符的账号。"),
        _("请向经办人核对用户名和姓名；对方须先注册。"),
    ),
    "agent_is_you": (_("不能把自己设为经办人。"), _("请填写另一个人的用户名。")),
    "agent_date_passed": (_("委托的最后一天早于今天。"), _("请选择今天或以后的日期。")),
    "agent_already": (_("对方在这段时间里已经可以代表该主体。"), _("如需更改期限，请先终止原来的委托。")),
    "representation_unknown": (_("没有找到这项委托。"), _("它可能已经终止，请刷新页面。")),
    "self_stays": (_("本人身份不能终止。"), _("如需注销账号，请联系政务服务大厅。")),
    "sign_in_required": (_("请先登录。"), _("登录后即可继续。")),
    "role_needed": (_("您的账号没有这项权限。"), _("请由具有相应岗位的人员办理。")),
    "scope_missing": (_("令牌没有这项权限：{scope}。"), _("请申请包含该范围的令牌。")),
    "scope_unknown": (_("没有这样的令牌范围。"), _("请从列出的范围中选择。")),
    "scopes_empty": (_("没有选择令牌范围。"), _("请至少选择一项。")),
    "powers_separated": (
        _("系统、安全、审计三类管理员不能同时担任业务岗位。"),
        _("请使用另一个账号，保持三员分立。"),
    ),
    "post_without_roles": (_("岗位没有选择角色。"), _("请至少选择一个角色。")),
    "role_not_for_posts": (_("岗位不能带有管理员角色。"), _("请只选择业务角色。")),
    "supervisor_only_reads": (_("效能监察员只能查看，不能兼任办理角色。"), _("请分成两个账号。")),
    "post_dates_reversed": (_("岗位的结束日期早于开始日期。"), _("请核对两个日期。")),
    "post_overlaps": (_("该账号在{organ}已有岗位。"), _("请先结束现有岗位，再设置新的岗位。")),
    "skill_unattested": (_("没有写明语言能力的认定文件。"), _("请写明认定单位和文号。")),
    "skill_dates_reversed": (_("结束日期早于开始日期。"), _("请核对两个日期。")),
    "officer_elsewhere": (_("该账号在本机关没有岗位。"), _("请核对用户名，或先设置岗位。")),
    "skill_already": (_("该账号在这段时间已有这种语言的认定。"), _("请先结束现有认定，再重新认定。")),
    "skill_unknown": (_("没有找到这项语言认定。"), _("它可能已经结束，请刷新页面。")),
    "post_unknown": (_("没有找到这个岗位。"), _("它可能已经结束，请刷新页面。")),
    "organ_unknown": (_("没有找到这个机关。"), _("请从机关列表中选择。")),
    "account_unknown": (_("没有找到这个账号。"), _("请核对用户名。")),
    "account_closed": (_("该账号已停用。"), _("请联系安全管理员。")),
    "not_your_own": (_("不能对自己的账号做这项操作。"), _("请由另一名安全管理员办理。")),
    "admin_takes_no_token": (_("管理员账号不能使用令牌。"), _("请为业务账号签发令牌。")),
    "token_expiry_passed": (_("令牌的到期时间早于现在。"), _("请选择以后的时间。")),
    "token_unknown": (_("令牌无效。"), _("请核对令牌是否完整，或申请新的令牌。")),
    "token_revoked": (_("令牌已被撤销。"), _("请申请新的令牌。")),
    "token_expired": (_("令牌已过期。"), _("请申请新的令牌。")),
    "party_unknown": (_("没有找到这个主体。"), _("请刷新页面后重试。")),
    "reader_not_allowed": (_("只有经办该业务的工作人员可以查看完整信息。"), _("请由承办人员查看。")),
    "purpose_missing": (_("没有写明查看的用途。"), _("请填写办件编号或具体事由，至少四个字。")),
    "field_unknown": (_("没有这项信息。"), _("请刷新页面后重试。")),
    "only_persons_erased": (_("只有自然人的个人信息可以注销。"), _("企业信息依法公示，不在此处删除。")),
    "erased_already": (_("该主体的个人信息已经注销。"), _("无需再次办理。")),
    "holds_post": (_("在岗人员或管理员的账号不能注销。"), _("请先结束岗位。")),
    "only_in_demo": (_("只有演示环境可以这样做。"), _("正式环境请使用本人的验证器。")),
    "no_second_factor": (_("该账号没有设置第二因素。"), _("登录后按提示设置。")),
}
_OTHER = (_("这项请求不符合规则。"), _("请核对后重试，或拨打咨询电话。"))

# HTTP status where it is not 422.
STATUS: dict[str, int] = {
    "token_unknown": 401,
    "token_revoked": 401,
    "token_expired": 401,
    "account_closed": 401,
    "sign_in_required": 401,
    "role_needed": 403,
    "scope_missing": 403,
    "reader_not_allowed": 403,
    "not_your_party": 403,
    "only_principal": 403,
    "outside_mandate": 403,
    "account_unknown": 404,
    "organ_unknown": 404,
    "party_unknown": 404,
    "post_unknown": 404,
    "skill_unknown": 404,
    "officer_elsewhere": 422,
    "skill_already": 409,
    "representation_unknown": 404,
    "username_taken": 409,
    "id_number_taken": 409,
    "company_known": 409,
    "post_overlaps": 409,
    "agent_already": 409,
}

ROLES = {
    "clerk": _("综窗受理员"),
    "examiner": _("审查员"),
    "approver": _("审批人"),
    "organ_head": _("部门负责人"),
    "deliverer": _("出件员"),
    "editor": _("事项管理员"),
    "service_reviewer": _("政务服务审核员"),
    "legal_reviewer": _("法制审核员"),
    "translator": _("译员"),
    "translation_reviewer": _("译文审校员"),
    "steward": _("代办员"),
    "supervisor": _("效能监察员"),
    "system_admin": _("系统管理员"),
    "security_admin": _("安全管理员"),
    "audit_admin": _("审计管理员"),
}
ADMIN_KINDS = {"system": _("系统管理员"), "security": _("安全管理员"), "audit": _("审计管理员")}
LANGUAGES = {"bo": _("藏语"), "ii": _("彝语")}
FLUENCIES = {
    "speaks": _("会话"),
    "serves": _("接待和办理"),
    "translates": _("文字翻译"),
}
REPRESENTATIONS = {
    "self": _("本人"),
    "legal_representative": _("法定代表人（负责人）"),
    "agent": _("经办人"),
}
FIELDS = {"id_number": _("身份证号"), "phone": _("手机号")}
SCOPES = {
    "items:read": _("查询事项"),
    "cases:read": _("查看办件"),
    "cases:write": _("办理办件"),
    "cases:submit": _("提交申请"),
    "record:read": _("查询公开记录"),
}


def words(refused: Refused) -> tuple[str, str]:
    """(what was wrong, what to do) in the active language."""
    return worded(REFUSALS.get(refused.code, _OTHER), refused)


def sentence(refused: Refused) -> str:
    """Both halves in one line, for beside a form field."""
    wrong, mend = words(refused)
    return f"{wrong} {mend}" if wrong[-1:] == "." else wrong + mend


def status(code: str) -> int:
    """The HTTP status of refusal `code`."""
    return STATUS.get(code, 422)


def attempts_left(left: int) -> str:
    """How many sign-ins may still fail."""
    return _("用户名或密码不正确。还可以尝试 {left} 次，之后账号将锁定 30 分钟。").format(left=left)


def locked_until(until) -> str:
    """Until when a user name is locked, in Ya'an time."""
    moment = timezone.localtime(until)
    return _("因连续多次登录失败，账号已锁定至 {time}。").format(time=f"{moment:%H:%M}")
