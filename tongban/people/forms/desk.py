"""What the three administrators type: accounts, posts and tokens."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tongban.people import phrases
from tongban.people.forms.worded import Worded, required
from tongban.people.rules import CASE_ROLES, AdminKind, Fluency, Language, Scope


class FoundForm(forms.Form):
    """Words to look an account up by."""

    q = forms.CharField(label=_("用户名或姓名"), required=False, max_length=60)


class AccountForm(Worded):
    """A new account for an officer or administrator."""

    username = forms.CharField(label=_("用户名"), max_length=60, error_messages=required(_("请填写用户名。")))
    display_name = forms.CharField(label=_("姓名"), max_length=60, error_messages=required(_("请填写姓名。")))
    admin = forms.ChoiceField(
        label=_("管理员类别"),
        required=False,
        choices=[
            ("", _("不是管理员")),
            *((kind.value, phrases.ADMIN_KINDS[kind.value]) for kind in AdminKind),
        ],
    )


class PostForm(Worded):
    """A post at an organ."""

    username = forms.CharField(label=_("用户名"), max_length=60, error_messages=required(_("请填写用户名。")))
    title = forms.CharField(
        label=_("岗位名称"), max_length=60, error_messages=required(_("请填写岗位名称。"))
    )
    roles = forms.MultipleChoiceField(
        label=_("角色"),
        choices=[(role.value, phrases.ROLES[role.value]) for role in sorted(CASE_ROLES)],
        widget=forms.CheckboxSelectMultiple,
        error_messages=required(_("请至少选择一个角色。")),
    )
    valid_from = forms.DateField(
        label=_("开始日期"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages=required(_("请填写开始日期。")),
    )
    valid_to = forms.DateField(
        label=_("结束日期"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


class LanguageForm(Worded):
    """A language an officer of the organ is attested in."""

    username = forms.CharField(label=_("用户名"), max_length=60, error_messages=required(_("请填写用户名。")))
    language = forms.ChoiceField(
        label=_("语言"),
        choices=[(one.value, phrases.LANGUAGES[one.value]) for one in Language],
        widget=forms.RadioSelect,
        error_messages=required(_("请选择语言。")),
    )
    fluency = forms.ChoiceField(
        label=_("程度"),
        choices=[(one.value, phrases.FLUENCIES[one.value]) for one in Fluency],
        widget=forms.RadioSelect,
        error_messages=required(_("请选择程度。")),
    )
    document = forms.CharField(
        label=_("认定单位和文号"), max_length=120, error_messages=required(_("请写明认定单位和文号。"))
    )
    valid_from = forms.DateField(
        label=_("开始日期"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages=required(_("请填写开始日期。")),
    )
    valid_to = forms.DateField(
        label=_("结束日期"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )


class TokenForm(Worded):
    """A bearer token for a program."""

    label = forms.CharField(label=_("用途"), max_length=80, error_messages=required(_("请写明令牌的用途。")))
    scopes = forms.MultipleChoiceField(
        label=_("范围"),
        choices=[(scope.value, phrases.SCOPES[scope.value]) for scope in Scope],
        widget=forms.CheckboxSelectMultiple,
        error_messages=required(_("请至少选择一项范围。")),
    )
    days = forms.IntegerField(
        label=_("有效天数"),
        min_value=1,
        max_value=365,
        initial=90,
        error_messages=required(_("请填写有效天数。")),
    )
