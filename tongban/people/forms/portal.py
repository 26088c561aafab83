"""Signing up, companies, agents and the telephone number: what citizens type about themselves."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongban.engine import codes
from tongban.engine.refusal import Refused
from tongban.kit.answers import DateAnswer, seen
from tongban.people import phrases
from tongban.people.forms.worded import Worded, required
from tongban.people.models import Account
from tongban.people.rules import check_phone, check_username

_CODE_BOX = {
    "autocomplete": "off",
    "autocapitalize": "characters",
    "spellcheck": "false",
    "class": "govuk-input--width-20",
}
_NAME_BOX = {"autocomplete": "name", "class": "govuk-input--width-20"}
_PHONE_BOX = {"type": "tel", "autocomplete": "tel", "class": "govuk-input--width-20"}
_USERNAME_BOX = {
    "autocomplete": "username",
    "autocapitalize": "none",
    "spellcheck": "false",
    "class": "govuk-input--width-20",
}


def _ruled(rule, *args) -> str:
    """The value `rule` returns, or its refusal in words."""
    try:
        return rule(*args)
    except Refused as refused:
        raise ValidationError(phrases.sentence(refused), code=refused.code) from refused


class Name(forms.CharField):
    """A name as people see it: nothing invisible, single blanks."""

    def to_python(self, value: str | None) -> str:
        return " ".join(seen(super().to_python(value) or "").split())


class PersonName(Name):
    """A natural person's name: two characters or more, no digits."""

    def clean(self, value: str) -> str:
        name = super().clean(value)
        if name and (len(name) < 2 or any(char.isdigit() for char in name)):
            raise ValidationError(_("姓名至少两个字，不能含有数字。请按身份证填写。"), code="name")
        return name


class Phone(forms.CharField):
    """A mainland telephone number."""

    def clean(self, value: str) -> str:
        typed = super().clean(value)
        return _ruled(check_phone, typed) if typed else typed


class SignUpForm(Worded):
    """A natural person signs up."""

    name = PersonName(
        label=_("姓名"),
        max_length=50,
        help_text=_("与身份证一致。"),
        widget=forms.TextInput(_NAME_BOX),
        error_messages=required(_("请填写姓名。")),
    )
    id_number = forms.CharField(
        label=_("身份证号"),
        max_length=40,
        help_text=_("18 位，最后一位可能是 X。加密保存，只在办理您的事项时使用。"),
        widget=forms.TextInput(_CODE_BOX),
        error_messages=required(_("请填写身份证号。")),
    )
    phone = Phone(
        label=_("手机号"),
        max_length=30,
        help_text=_("用于通知办理进度。"),
        widget=forms.TextInput(_PHONE_BOX),
        error_messages=required(_("请填写手机号。")),
    )
    username = forms.CharField(
        label=_("用户名"),
        max_length=60,
        help_text=_("登录时使用：4 至 48 位小写字母、数字、点、横线或下划线。"),
        widget=forms.TextInput(_USERNAME_BOX),
        error_messages=required(_("请填写用户名。")),
    )
    password1 = forms.CharField(
        label=_("密码"),
        strip=False,
        max_length=200,
        help_text=_("至少 10 位，不能全是数字，不能是常见密码，也不能与用户名或姓名相近。"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        error_messages=required(_("请填写密码。")),
    )
    password2 = forms.CharField(
        label=_("再次输入密码"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        error_messages=required(_("请再次填写密码。")),
    )
    informed = forms.BooleanField(
        label=_("我已阅读并知悉《个人信息处理规则》"),
        error_messages=required(_("请阅读《个人信息处理规则》并勾选。")),
    )

    def __init__(self, *args, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_id_number(self) -> str:
        number = codes.tidy(self.cleaned_data["id_number"])
        if fault := codes.explain_id_number(number, self.today):
            raise ValidationError(phrases.sentence(Refused(fault)), code=fault)
        return number

    def clean_username(self) -> str:
        return _ruled(check_username, self.cleaned_data["username"])

    def clean(self) -> dict:
        given = super().clean() or self.cleaned_data
        password = given.get("password1")
        if password and given.get("password2") and password != given["password2"]:
            self.add_error("password2", _("两次输入的密码不一致。请重新输入。"))
        if password:
            self._check(password, given)
        return given

    def _check(self, password: str, given: dict) -> None:
        somebody = Account(username=given.get("username") or "", display_name=given.get("name") or "")
        try:
            validate_password(password, somebody)
        except ValidationError as error:
            self.add_error("password1", error)


class CompanyForm(Worded):
    """A company the reader is the legal representative of."""

    name = Name(
        label=_("企业名称"),
        max_length=120,
        help_text=_("与营业执照一致。"),
        error_messages=required(_("请填写企业名称。")),
    )
    uscc = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=40,
        help_text=_("营业执照上的 18 位代码。"),
        widget=forms.TextInput(_CODE_BOX),
        error_messages=required(_("请填写统一社会信用代码。")),
    )

    def clean_uscc(self) -> str:
        code = codes.tidy(self.cleaned_data["uscc"])
        if fault := codes.explain_uscc(code):
            raise ValidationError(phrases.sentence(Refused(fault)), code=fault)
        return code


class AgentForm(Worded):
    """Somebody who may act for one of the reader's parties until a day."""

    username = forms.CharField(
        label=_("经办人的用户名"),
        max_length=60,
        help_text=_("对方须已在本平台注册。"),
        widget=forms.TextInput(_USERNAME_BOX | {"autocomplete": "off"}),
        error_messages=required(_("请填写经办人的用户名。")),
    )
    name = PersonName(
        label=_("经办人的姓名"),
        max_length=50,
        help_text=_("与用户名核对，防止填错人。"),
        widget=forms.TextInput(_NAME_BOX | {"autocomplete": "off"}),
        error_messages=required(_("请填写经办人的姓名。")),
    )

    def __init__(self, *args, parties: Sequence[tuple[int, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"] = forms.TypedChoiceField(
            label=gettext("代表谁"),
            coerce=int,
            choices=parties,
            error_messages=required(gettext("请选择由谁委托。")),
        )
        self.fields["valid_to"] = DateAnswer(
            label=gettext("委托的最后一天"), help_text=gettext("到期自动失效，例如 2027 年 3 月 31 日。")
        )
        self.order_fields(["party", "username", "name", "valid_to"])


class PhoneForm(Worded):
    """A new telephone number."""

    phone = Phone(
        label=_("新的手机号"),
        max_length=30,
        widget=forms.TextInput(_PHONE_BOX),
        error_messages=required(_("请填写手机号。")),
    )
