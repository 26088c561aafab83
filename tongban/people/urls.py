"""Addresses of people: signing in and up (under their library's names), 我的, the administrators' desk."""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import include, path

from tongban.people.views import desk, languages, portal, signin

_pages = [
    path("me/", portal.home, name="home"),
    path("me/kept", portal.kept_form, name="kept"),
    path("me/phone", portal.phone, name="phone"),
    path("me/data.json", portal.my_data, name="my_data"),
    path("me/companies/new", portal.new_company, name="new_company"),
    path("me/agents/new", portal.new_agent, name="new_agent"),
    path("me/agents/<int:representation>/end", portal.end_representation, name="end_representation"),
    path("desk/admin/", desk.administration, name="administration"),
    path("desk/admin/organs/", desk.organs, name="organs"),
    path("desk/admin/organs/<int:organ>/", desk.organ, name="organ"),
    path("desk/admin/organs/<int:organ>/posts/<int:post>/end", desk.end_post, name="end_post"),
    path("desk/admin/organs/<int:organ>/languages/", languages.languages, name="languages"),
    path(
        "desk/admin/organs/<int:organ>/languages/<int:skill>/end", languages.end_language, name="end_language"
    ),
    path("desk/admin/accounts/", desk.accounts, name="accounts"),
    path("desk/admin/accounts/<int:account>/", desk.account, name="account"),
    path("desk/admin/accounts/<int:account>/password", desk.issue_password, name="issue_password"),
    path("desk/admin/accounts/<int:account>/tokens", desk.issue_token, name="issue_token"),
    path(
        "desk/admin/accounts/<int:account>/tokens/<int:token>/revocation",
        desk.revoke_token,
        name="revoke_token",
    ),
    path("desk/admin/accounts/<int:account>/<slug:deed>", desk.change_account, name="change_account"),
    path("desk/admin/audit/", desk.audit, name="audit"),
]

# allauth looks these up by name; what is not listed (e-mail, sign-up of its own) does not exist here.
_sign_in = [
    path("login/", signin.SignIn.as_view(), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", signin.sign_up, name="account_signup"),
    path("reauthenticate/", signin.PasswordAgain.as_view(), name="account_reauthenticate"),
    path("password/change/", signin.NewPassword.as_view(), name="account_change_password"),
    path("2fa/", factor.index, name="mfa_index"),
    path("2fa/authenticate/", signin.SecondFactor.as_view(), name="mfa_authenticate"),
    path("2fa/reauthenticate/", signin.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", signin.Enrol.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]

urlpatterns = [
    path("", include((_pages, "people"))),
    path("accounts/", include(_sign_in)),
]
