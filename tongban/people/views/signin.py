"""Signing in and out, the second factor, passwords: allauth's flows in our words and pages."""

from allauth.account import views as account
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.decorators import rate_limit
from allauth.mfa.base import views as factor
from allauth.mfa.totp import views as totp
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from tongban.engine.refusal import Refused
from tongban.people import actions, phrases, queries
from tongban.people.forms.portal import SignUpForm
from tongban.people.forms.signin import (
    CodeAgainForm,
    EnrolForm,
    NewPasswordForm,
    PasswordAgainForm,
    SecondFactorForm,
    SignInForm,
)
from tongban.people.views.access import posted


class SignIn(account.LoginView):
    """User name and password; `next` is kept through every step."""

    form_class = SignInForm


class SecondFactor(factor.AuthenticateView):
    """The code, after the password."""

    form_class = SecondFactorForm

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """A post without a code is a code left empty: there is no other kind of second factor."""
        self.form = self.auth_form = SecondFactorForm(user=self.stage.login.user, data=request.POST)
        return self.form_valid(self.form) if self.form.is_valid() else self.form_invalid(self.form)

    def _build_forms(self) -> SecondFactorForm:
        self.auth_form, self.webauthn_form = SecondFactorForm(user=self.stage.login.user), None
        return self.auth_form


class PasswordAgain(account.ReauthenticateView):
    """The password again, before a sensitive step."""

    form_class = PasswordAgainForm


class CodeAgain(factor.ReauthenticateView):
    """The code again, before a sensitive step or when this session has not shown one."""

    form_class = CodeAgainForm


class Enrol(totp.ActivateTOTPView):
    """Scan, type the first code; from then on this session has shown its second factor."""

    form_class = EnrolForm

    def get_context_data(self, **kwargs) -> dict:
        caller = queries.caller_of(self.request.user, timezone.now())
        return super().get_context_data(**kwargs) | {"required": caller.kind != "applicant"}

    def form_valid(self, form: EnrolForm) -> HttpResponse:
        response = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type="totp")
        return response


class NewPassword(account.PasswordChangeView):
    """A new password."""

    form_class = NewPasswordForm


@never_cache
@sensitive_post_parameters("password1", "password2", "id_number")
@rate_limit(action="signup")
def sign_up(request: HttpRequest) -> HttpResponse:
    """A natural person signs up and is signed in."""
    at = timezone.now()
    if request.user.is_authenticated:
        return HttpResponseRedirect(reverse("people:home"))
    form = SignUpForm(posted(request), today=queries.today(at))
    if request.method == "POST" and form.is_valid():
        try:
            new = _register(form, at)
        except Refused as refused:
            form.refuse(refused)
        else:
            return perform_login(request, new, redirect_url=get_next_redirect_url(request))
    onward = request.POST.get("next") or request.GET.get("next") or ""
    return render(request, "account/signup.html", {"form": form, "next": onward})


def _register(form: SignUpForm, at) -> object:
    given = form.cleaned_data
    return actions.register_person(
        name=given["name"],
        id_number=given["id_number"],
        phone=given["phone"],
        username=given["username"],
        password=given["password1"],
        at=at,
    )


def locked(request: HttpRequest, response: HttpResponse | None, credentials: dict | None) -> HttpResponse:
    """The page of a locked user name: until when, and what to do meanwhile."""
    at = timezone.now()
    until = queries.lock((credentials or {}).get("username") or "", at).until or at
    return render(request, "people/locked.html", {"words": phrases.locked_until(until)}, status=429)
