"""Signing in: password, second factor, and the same questions asked again before a sensitive step."""

import time

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongban.people import phrases, queries
from tongban.people.forms.worded import required

_CODE_BOX = {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "govuk-input--width-10"}


def _word(field: forms.Field, label, empty, hint="", **attrs) -> None:
    """Give a field of the library our words."""
    field.label, field.help_text = label, hint
    field.error_messages = field.error_messages | required(empty)
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


class SignInForm(LoginForm):
    """User name and password. A failure says how many tries are left, never which of the two was wrong."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _word(
            self.fields["login"], _("用户名"), _("请填写用户名。"), autocapitalize="none", spellcheck="false"
        )
        _word(self.fields["password"], _("密码"), _("请填写密码。"))

    def clean_login(self) -> str:
        return super().clean_login().lower()

    def clean(self) -> dict:
        try:
            return super().clean()
        except ValidationError as error:
            left = queries.lock(self.cleaned_data["login"], timezone.now()).left
            raise ValidationError(phrases.attempts_left(left), code="not_signed_in") from error


class _Counted(BaseAuthenticateForm):
    """A wrong code counts like a wrong password, so that six digits cannot be tried out.

    Basis: 等保 level 3 (lockout).
    """

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        hint = _("打开手机上的验证器，填写当前显示的六位数字；也可以填写一个恢复码。")
        _word(self.fields["code"], _("验证码"), _("请填写验证码。"), hint, **_CODE_BOX)

    def clean_code(self) -> str:
        credentials = {"username": self.user.username}
        if not AxesProxyHandler.is_allowed(context.request, credentials):
            until = queries.lock(self.user.username, timezone.now()).until or timezone.now()
            raise ValidationError(phrases.locked_until(until), code="locked")
        try:
            code = super().clean_code()
        except ValidationError:
            user_login_failed.send(sender=__name__, credentials=credentials, request=context.request)
            raise
        if _used_already(self.authenticator):
            raise ValidationError(_("这个验证码已经用过。请等验证器显示下一个再填写。"), code="used")
        return code


def _used_already(authenticator: Authenticator) -> bool:
    """Whether this authenticator was used within the present code's thirty seconds.

    Basis: RFC 6238 section 5.2 (a code is accepted once); kept in the database, so for all processes.
    """
    last = authenticator.last_used_at
    if last is None or authenticator.type != Authenticator.Type.TOTP:
        return False
    return int(last.timestamp()) // queries.TOTP_SECONDS >= int(time.time()) // queries.TOTP_SECONDS


class SecondFactorForm(_Counted, AuthenticateForm):
    """The code asked after the password."""

    use_required_attribute = False


class CodeAgainForm(_Counted, CodeReauthenticateForm):
    """The code asked again before a sensitive step."""

    use_required_attribute = False


class EnrolForm(ActivateTOTPForm):
    """The first code of a newly scanned authenticator."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        hint = _("扫码后，验证器会显示六位数字。")
        _word(self.fields["code"], _("验证码"), _("请填写验证码。"), hint, **_CODE_BOX)


class PasswordAgainForm(ReauthenticateForm):
    """The password asked again before a sensitive step."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["password"], _("密码"), _("请填写密码。"))


class NewPasswordForm(ChangePasswordForm):
    """The present password and, twice, the new one."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["oldpassword"], _("当前密码"), _("请填写当前密码。"))
        hint = _("至少 10 位，不能全是数字，不能是常见密码，也不能与用户名或姓名相近。")
        _word(self.fields["password1"], _("新密码"), _("请填写新密码。"), hint)
        _word(self.fields["password2"], _("再次输入新密码"), _("请再次填写新密码。"))
