"""Words for what is wrong: how a refusal is worded, and the faults of typed codes with their mend."""

from django.utils.translation import gettext_lazy as _

from tongban.engine.refusal import Refused


def worded(pair: tuple[object, object], refused: Refused) -> tuple[str, str]:
    """(what was wrong, what to do) in the active language, the refusal's facts put in."""
    wrong, mend = (str(words).format_map(refused.facts) for words in pair)
    return wrong, mend


# refusal of `engine.codes` → what was wrong and what to do; the field's name is put before it
CODE_FAULTS = {
    "uscc_length": _("应为 18 位：请补全或删去多余的字符"),
    "uscc_character": _("含有不使用的字符（不用字母 I、O、S、V、Z）：请对照营业执照核对"),
    "uscc_division": _("第 3 至 8 位应为数字：请对照营业执照核对"),
    "uscc_check": _("校验位不对：请对照营业执照逐位核对"),
    "uscc_organisation_check": _("第 9 至 17 位的组织机构代码不对：请对照营业执照逐位核对"),
    "id_length": _("应为 18 位：请补全或删去多余的字符"),
    "id_character": _("只能是数字，末位可以是 X：请对照身份证核对"),
    "id_birth_date": _("第 7 至 14 位不是真实的出生日期：请对照身份证核对"),
    "id_birth_future": _("出生日期晚于今天：请对照身份证核对"),
    "id_check": _("校验位不对：请对照身份证逐位核对"),
    "phone_character": _("只能填数字和“-”：请去掉其他字符"),
    "phone_area_code": _("缺少区号：请在前面加上区号，例如 0835-2223333"),
    "phone_length": _("手机号应为 11 位：请核对后重新填写"),
    "phone_shape": _("不是有效的电话号码：请填写 11 位手机号，或带区号的座机号，例如 0835-2223333"),
}
