"""How allauth meets this house: redirects stay here, passwords change by action, secrets are sealed."""

import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from tongban.kit import vault
from tongban.people import actions, queries
from tongban.people.models import Account
from tongban.people.rules import Caller

_SECRET = "mfa_authenticator.data"


DESK = "/desk/"


def home_of(caller: Caller) -> str:
    """Where a caller's work begins."""
    if caller.kind == "staff":
        return DESK
    return reverse("people:administration") if caller.kind == "admin" else reverse("people:home")


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by user name; accounts are made by `actions`, never by allauth."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("用户名或密码不正确。请核对后重试。"),
        "incorrect_password": _("当前密码不正确。请重新输入。"),
        "enter_current_password": _("当前密码不正确。请重新输入。"),
        "too_many_login_attempts": _("尝试次数过多。请稍后再试。"),
        "account_inactive": _("该账号已停用。请联系政务服务大厅。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Only addresses of the host the reader is on."""
        request = context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def set_password(self, user: Account, password: str) -> None:
        actions.change_password(
            account=user.pk, password=password, by=f"account:{user.pk}", at=timezone.now()
        )
        user.refresh_from_db(fields=["password", "password_issued_at"])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:home")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Officers land at their desk, administrators at theirs, everybody else at 我的."""
        return home_of(queries.caller(request))

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Only when the password or code was last given longer ago than a sensitive step allows."""
        records = get_authentication_records(context.request, context.request.user)
        return not records or time.time() - records[-1]["at"] > app_settings.REAUTHENTICATION_TIMEOUT

    def add_message(self, *args, **kwargs) -> None:
        """No flash message for signing in and out: the page header says it."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second-factor secrets are sealed like ID numbers."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("验证码不正确或已过期。请输入验证器当前显示的六位数字。"),
        "cannot_delete_authenticator": _("工作人员账号必须保留第二因素。更换手机请联系安全管理员重置。"),
    }

    def encrypt(self, text: str) -> str:
        return vault.seal_text(text, place=_SECRET)

    def decrypt(self, encrypted_text: str) -> str:
        return vault.open_text(encrypted_text, place=_SECRET)

    def can_delete_authenticator(self, authenticator) -> bool:
        """Officers and administrators keep theirs. Basis: 等保 level 3 (two factors)."""
        return queries.caller_of(authenticator.user, timezone.now()).kind == "applicant"
